from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.letter import parse_letter
from nhsa_nlp.text import clean
from nhsa_nlp.topic import TopicClassifier
from nhsa_nlp.topic.facets import FacetModel, label_distribution
from nhsa_nlp.topic.features import DocumentFeatures
from nhsa_nlp.topic.labels import FACETS, LABELS, label_to_facets
from nhsa_nlp.topic.model import TopicModel
from nhsa_nlp.topic.storage import Thresholds
from tests.paths import RESOURCES

OUT_OF_SCOPE = [
    "关于加快推进农村公路建设的通知。为改善农村交通条件，各地要加大资金投入，加快建制村通硬化路建设，完善安全防护设施，"
    "强化养护管理。交通运输部门要会同财政部门落实补助资金，严格招标投标和工程质量监督，确保按期完工，做好应急救援工作。",
    "关于加强中小学校食堂管理的通知。各学校要落实食品安全主体责任，严格执行陪餐制度，规范食材采购、储存、加工、留样。"
    "教育部门会同市场监管部门开展专项检查。要控制餐费标准，公开账目，接受家长监督，合理搭配营养，培养学生节约习惯。",
    "红烧肉的做法：五花肉切块，冷水下锅焯水，捞出沥干。锅中放少许油和冰糖，小火炒出糖色，放入肉块翻炒上色。"
    "加入葱姜、八角、桂皮、料酒、生抽、老抽，倒入没过肉的热水，大火烧开后转小火炖一个小时，最后大火收汁即可出锅。",
    "法院依法审理了一起合同纠纷案件。原告诉称被告未按照合同约定支付货款，请求判令被告支付本金及违约金。"
    "法院经审理认为，双方签订的合同合法有效，被告应当履行付款义务，判决被告于十日内支付货款并承担诉讼费用。",
    "关于推进城镇养老服务体系建设的意见。各地要完善居家社区机构相协调的养老服务网络，新建小区配套建设养老服务设施，"
    "推广老年助餐服务，实施居家适老化改造。民政部门要加强养老护理员培训，完善机构等级评定，落实运营补贴。",
    "The committee discussed the proposed changes to the highway programme and adjourned until Monday.",
]


def test_label_distribution_leaves_out_the_empty_set() -> None:
    scores = np.array([[-9.0, -9.0, -9.0], [9.0, 9.0, 9.0], [5.0, -5.0, 0.0]])
    distribution = label_distribution(scores)
    np.testing.assert_allclose(distribution.sum(axis=1), 1)
    assert LABELS[distribution[1].argmax()] == "三联动"
    # Independent facets, given that there is one at all
    p = 1 / (1 + np.exp(-scores[2]))
    both = p[0] * (1 - p[1]) * p[2] / (1 - np.prod(1 - p))
    assert distribution[2][LABELS.index("医保x医药")] == pytest.approx(both)


def test_analyse_agrees_with_predict(model: TopicModel, replies: tuple[list[str], list[str]]) -> None:
    for text in replies[0][:10]:
        record = model.analyse(text)
        assert record["label"] == model.predict([text])[0]
        assert record["probability"] == pytest.approx(model.predict_proba([text]).max(), abs=1e-6)
        assert list(record["facets"]) == list(FACETS)
        assert list(record["facets"].values()) == pytest.approx(
            model.predict_facets([text])[0].tolist(), abs=1e-6
        )
        probability = record["probability"]
        assert probability is not None
        others = [alternative["probability"] for alternative in record["alternatives"]]
        assert others == sorted(others, reverse=True)
        assert all(probability >= other for other in others)


def test_unsure_answers_are_for_review(model: TopicModel, replies: tuple[list[str], list[str]]) -> None:
    records = [model.analyse(text, top=0) for text in replies[0]]
    assert {record["review"] for record in records} == {True, False}
    for record in records:
        assert record["probability"] is not None
        assert record["review"] == (record["probability"] < model.review_below)
        assert record["reason"] == ("low_confidence" if record["review"] else None)


def test_review_threshold_is_a_parameter(replies: tuple[list[str], list[str]]) -> None:
    texts, labels = (part[:40] for part in replies)
    strict = TopicClassifier(trees=5, review_below=1.01).fit(texts, labels)
    assert all(strict.model_.analyse(text)["review"] for text in texts[:5])


@pytest.mark.parametrize("text", ["", "。", "医保", "第12号", "您好，谢谢"])
def test_too_short_to_judge(model: TopicModel, text: str) -> None:
    record = model.analyse(text)
    assert (record["label"], record["probability"], record["reason"]) == (None, None, "too_short")
    assert record["review"]
    assert record["facets"] == {}
    assert not record["alternatives"]
    assert not record["evidence"]


def test_alternatives_complete_the_prediction_set(
    model: TopicModel, replies: tuple[list[str], list[str]]
) -> None:
    sizes = set()
    for text, row in zip(replies[0], model.predict_proba(replies[0]), strict=True):
        record = model.analyse(text, top=0)
        best, *others = np.argsort(-row, kind="stable")
        expected = [model.classes[i] for i in others if row[i] >= model.set_above]
        assert [alternative["label"] for alternative in record["alternatives"]] == expected
        assert record["label"] == model.classes[best]
        sizes.add(len(expected))
    assert {0, 1, 2} <= sizes


def test_out_of_scope_texts(model: TopicModel) -> None:
    lines = (RESOURCES / "out_of_scope.tsv").read_text("utf-8").splitlines()
    texts = [line.split("\t")[1].replace("\\n", "\n") for line in lines]
    assert len(texts) >= 60
    flagged = [model.analyse(text, top=0)["reason"] == "out_of_scope" for text in texts]
    assert sum(flagged) >= 0.95 * len(texts)


@pytest.mark.parametrize("text", OUT_OF_SCOPE)
def test_out_of_scope(model: TopicModel, text: str) -> None:
    record = model.analyse(text)
    assert (record["label"], record["reason"], record["review"]) == (None, "out_of_scope", True)


def test_replies_and_letters_are_in_scope(
    model: TopicModel, replies: tuple[list[str], list[str]], letters: dict[str, str]
) -> None:
    for text in [*replies[0], *letters.values()]:
        assert model.analyse(text, top=0)["label"] in LABELS


def test_evidence_lies_in_the_raw_text(
    model: TopicModel, replies: tuple[list[str], list[str]], letters: dict[str, str]
) -> None:
    for raw in [*replies[0][:30], *letters.values()]:
        evidence = model.explain(raw, top=15)
        assert 0 < len(evidence) <= 15
        for piece in evidence:
            assert raw[piece["start"] : piece["end"]] == piece["text"] != ""
            assert piece["facet"] in FACETS
        weights = [abs(piece["weight"]) for piece in evidence]
        assert weights == sorted(weights, reverse=True)


def test_evidence_is_where_its_word_is(model: TopicModel, replies: tuple[list[str], list[str]]) -> None:
    inner = facet_model(model)
    lexicon = inner.features.lexicon
    known = {term for theme in lexicon.themes for term in theme.terms} | set(inner.words.space.vocabulary)
    shifted = 0
    for raw in replies[0][:40]:
        cleaned = clean(raw)
        for piece in model.explain(raw):
            start, end = cleaned.to_clean(piece["start"]), cleaned.to_clean(piece["end"])
            assert cleaned.text[start:end] in known
            shifted += start != piece["start"]
    assert shifted > 20


def test_evidence_for_a_facet_does_not_overlap(
    model: TopicModel, replies: tuple[list[str], list[str]]
) -> None:
    evidence = model.explain(replies[0][0], top=30)
    for facet in FACETS:
        spans = sorted((p["start"], p["end"]) for p in evidence if p["facet"] == facet)
        assert all(end <= start for (_, end), (start, _) in pairwise(spans))


def test_a_word_may_speak_to_several_facets(model: TopicModel, replies: tuple[list[str], list[str]]) -> None:
    spans = [(p["start"], p["end"]) for p in model.explain(replies[0][0], top=40)]
    assert len(set(spans)) < len(spans)


def test_evidence_names_what_decides(model: TopicModel) -> None:
    text = "药品上市许可持有人应当建立药品质量保证体系。药品生产企业应当遵守生产质量管理规范。护士应当热情。"
    best = {piece["facet"]: piece for piece in reversed(model.explain(text, top=40)) if piece["weight"] > 0}
    assert "药" in best["医药"]["text"] or "持有人" in best["医药"]["text"]
    assert best["医疗"]["text"] == "护士"


def facet_model(model: TopicModel) -> FacetModel:
    assert isinstance(model.inner, FacetModel)
    return model.inner


def log_odds(p: Any) -> Any:
    p = np.clip(p, 0.001, 0.999)
    return np.log(p / (1 - p))


def test_contributions_sum_to_the_score(model: TopicModel, replies: tuple[list[str], list[str]]) -> None:
    inner = facet_model(model)
    for text in replies[0][:40]:
        (vectors,) = inner.vectorize([model.extract(text)])
        shares = vectors.shares
        odds = inner.forest.predict(vectors.leaves[None])[0]
        score = (inner.members([vectors]) * inner.mix[:, None]).sum(axis=0)[0]
        base = odds - inner.forest.contributions(vectors.leaves, len(shares)).sum(axis=1)
        start = inner.mix[0] * inner.word_bias + inner.mix[1] * inner.share_bias
        start = start + inner.mix[2] * log_odds(base)
        # Features without a term of their own: smoothing, and whether there are titles or a subject
        _, every = inner.features.attribute(vectors.mentions, np.eye(len(shares)))
        rest = np.flatnonzero(np.abs(every.sum(axis=0) - 1) > 1e-9)
        rise = log_odds(odds) - log_odds(base)
        credit = inner.forest.contributions(vectors.leaves, len(shares)) * (rise / (odds - base))[:, None]
        uncarried = inner.mix[1] * (shares[rest] @ inner.share_weights[rest]) + inner.mix[2] * credit[
            :, rest
        ].sum(axis=1)
        _, weights = inner.contributions(vectors)
        np.testing.assert_allclose(start + uncarried + weights.sum(axis=0), score, atol=1e-9)


def first_place(document: DocumentFeatures, term: str) -> int:
    """Return where a term is first asked for, else where it is first."""
    asked = (document.text.find(term, *span) for span in document.requests)
    return next((found for found in asked if found >= 0), document.text.find(term))


def test_explaining_all_names_each_contribution_or_a_larger_one(
    model: TopicModel, replies: tuple[list[str], list[str]]
) -> None:
    raw = replies[0][0]
    document = model.extract(raw)
    pieces = model.explain(raw, top=10_000)
    _, terms, weights = facet_model(model).explain(document)
    assert len(set(terms)) == len(terms)
    for output, facet in enumerate(FACETS):
        named = [(p["start"], p["end"], p["weight"]) for p in pieces if p["facet"] == facet]
        assert len(named) > 20
        for term, weight in zip(terms, weights[:, output], strict=True):
            begin = first_place(document, term)
            start, end = document.cleaned.to_raw(begin, begin + len(term))
            covering = [w for s, e, w in named if s < end and start < e]
            assert abs(weight) < 2e-4 or max(map(abs, covering)) >= abs(weight) - 1e-6


SECTIONED = (
    "王某某代表：\n您提出的关于完善药品和医疗服务的建议收悉，现答复如下：\n"
    "一、关于药品审评审批\n药品监管部门鼓励新药研发，缩短药品注册审批时间，药品生产企业应当保证药品质量。仿制药须通过一致性评价。\n"
    "二、关于医院护理服务\n公立医院加强护士队伍建设，改善住院患者的诊疗服务，推进分级诊疗和家庭医生签约，医务人员薪酬逐步提高。\n"
    "三、关于农村公路\n交通运输部门加快建制村通硬化路建设，完善安全防护设施，强化养护管理，确保按期完工。\n"
    "感谢您对我们工作的关心和支持。\n国家医疗保障局\n2021年7月29日"
)


def test_sections_are_read_by_themselves(model: TopicModel) -> None:
    sections = model.sections(SECTIONED)
    assert [section["title"] for section in sections] == [
        "关于药品审评审批",
        "关于医院护理服务",
        "关于农村公路",
    ]
    for section, number in zip(sections, "一二三", strict=True):
        assert SECTIONED[section["start"] : section["end"]].startswith(f"{number}、{section['title']}")
    drugs, hospitals, roads = (section["facets"] for section in sections)
    assert list(drugs) == list(FACETS)
    assert max(drugs, key=drugs.__getitem__) == "医药"
    assert max(hospitals, key=hospitals.__getitem__) == "医疗"
    assert roads == {}


def test_sections_of_a_letter_are_those_of_its_anatomy(
    classifier: TopicClassifier, letters: dict[str, str]
) -> None:
    with_sections = 0
    for text in letters.values():
        sections = classifier.model_.sections(text)
        assert [(s["start"], s["end"], s["title"]) for s in sections] == [
            (s["start"], s["end"], s["title"]) for s in parse_letter(text)["sections"]
        ]
        with_sections += bool(sections)
    assert with_sections >= 2


def test_no_numbered_sections(model: TopicModel) -> None:
    assert model.sections("医保基金监管工作稳步推进。") == []


def test_sections_need_the_seven_labels(headline_classifier: TopicClassifier) -> None:
    with pytest.raises(InputError, match="facets exist"):
        headline_classifier.model_.sections(SECTIONED)


def test_explaining_other_labels(headline_classifier: TopicClassifier) -> None:
    text = "央行宣布下调利率，银行股上涨"
    evidence = headline_classifier.model_.explain(text, top=5)
    assert {piece["facet"] for piece in evidence} == {"财经"}
    assert evidence[0]["weight"] > 0
    assert all(text[p["start"] : p["end"]] == p["text"] for p in evidence)


def test_analysing_other_labels(headline_classifier: TopicClassifier) -> None:
    record = headline_classifier.model_.analyse("央行宣布下调利率，银行股应声大涨")
    assert record["label"] == "财经"
    assert record["facets"] == {}
    unknown = headline_classifier.model_.analyse("甲乙丙丁戊己庚辛壬癸子丑寅卯")
    assert (unknown["label"], unknown["reason"]) == (None, "out_of_scope")


@pytest.mark.parametrize("call", ["analyse", "explain"])
def test_analysing_needs_a_string(model: TopicModel, call: str) -> None:
    with pytest.raises(InputError, match="not a string"):
        getattr(model, call)(None)


def test_a_null_label_has_a_reason_and_alternatives(
    scoped_model: TopicModel, proposals: tuple[list[str], list[str]]
) -> None:
    reasons, others = set(), 0
    for text in proposals[0]:
        record = scoped_model.analyse(text, top=0)
        if record["label"] is None:
            assert record["probability"] is None
            assert record["review"]
            reasons.add(record["reason"])
            others += len(record["alternatives"])
            row = scoped_model.predict_proba([text])[0]
            threshold = scoped_model.thresholds(scoped_model.extract(text)).set_above
            expected = {label for label, p in zip(LABELS, row, strict=False) if p >= threshold}
            assert {alternative["label"] for alternative in record["alternatives"]} == expected
    assert reasons == {"near_scope", "out_of_scope"}
    assert others > 0


def test_a_doubt_is_named_by_the_next_answer(
    scoped_model: TopicModel, proposals: tuple[list[str], list[str]]
) -> None:
    strict = replace(scoped_model, kinds={}, review_below=1.01, set_above=0.0)
    reasons = set()
    for text in proposals[0][::3]:
        record = strict.analyse(text, top=0)
        if record["label"] is not None:
            second = np.argsort(-strict.predict_proba([text])[0], kind="stable")[1]
            assert record["review"]
            assert (record["reason"] == "low_confidence") == (strict.classes[second] != "out_of_scope")
            reasons.add(record["reason"])
    assert reasons == {"low_confidence", "near_scope", "out_of_scope"}
    certain = replace(strict, set_above=1.0)  # nothing but the answer is possible
    said = [certain.analyse(text, top=0) for text in proposals[0][::9]]
    assert {record["reason"] for record in said if record["label"] is not None} == {"low_confidence"}


def test_each_kind_of_text_has_its_thresholds(genre_model: TopicModel) -> None:
    assert set(genre_model.kinds) == {"reply", "title", "text"}
    title, text = "建议降低高血压药品价格", "建议降低高血压药品价格。" * 10
    for document, kind in ((title, "title"), (text, "text")):
        assert genre_model.thresholds(genre_model.extract(document)) == genre_model.kinds[kind]
        certain = replace(genre_model, kinds={kind: Thresholds(0.0, 0.0)}, review_below=1.01, set_above=1.0)
        assert not certain.analyse(document)["review"]
        assert len(certain.analyse(document)["alternatives"]) == len(LABELS) - 1
        assert replace(certain, kinds={}).analyse(document)["review"]


@pytest.mark.parametrize("top", [1, 3, 10])
def test_evidence_names_each_sector_of_the_label(
    genre_model: TopicModel, proposals: tuple[list[str], list[str]], top: int
) -> None:
    missing, seen = 0, 0
    for text in proposals[0][::4]:
        record = genre_model.analyse(text, top=top)
        if record["label"] is not None:
            sectors = label_to_facets(record["label"])
            named = {piece["facet"] for piece in record["evidence"] if piece["weight"] > 0}
            missing += not sectors <= named
            seen += 1
            assert len(record["evidence"]) <= max(top, len(sectors))
    assert seen > 100
    assert missing <= 0.02 * seen  # where a sector is likely before a word is read


def test_evidence_tells_what_is_asked_for(genre_model: TopicModel) -> None:
    text = "关于乡村药店的事情\n村里的药店常年没有医生坐诊。建议把高血压用药纳入医保报销。"
    pieces = {piece["text"]: piece for piece in genre_model.explain(text, top=30)}
    assert pieces["报销"]["request"]
    assert not pieces["坐诊"]["request"]


def test_evidence_in_traditional_script_lies_in_the_raw_text(genre_model: TopicModel) -> None:
    traditional, simplified = "將糖尿病門診用藥　納入醫保報銷", "将糖尿病门诊用药　纳入医保报销"
    pieces, expected = genre_model.explain(traditional), genre_model.explain(simplified)
    assert [(p["start"], p["end"], p["weight"]) for p in pieces] == [
        (p["start"], p["end"], p["weight"]) for p in expected
    ]
    assert all(traditional[p["start"] : p["end"]] == p["text"] != "" for p in pieces)
    assert any("醫" in p["text"] for p in pieces)
