import numpy as np
import pytest

from nhsa_nlp.topic.features import ThemeFeatures, extract
from nhsa_nlp.topic.lexicon import default_lexicon, parse_lexicon

LEXICON = parse_lexicon(
    "保险\t医保\t医保 报销\n看病\t医疗\t医院 手术\n药\t医药\t药品\n"
    "目录\t医保+医药\t药品目录\n词\t?\t审批\n空\t-\t医保局"
)


def subject(text: str) -> str | None:
    document = extract(text, LEXICON)
    return None if document.subject is None else document.cleaned.text[slice(*document.subject)]


def titles(text: str) -> list[str]:
    document = extract(text, LEXICON)
    return [document.cleaned.text[start:end] for start, end in document.titles]


BODY = "近年来，各地认真贯彻落实决策部署，扎实推进各项工作，取得了积极成效。" * 3


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("您提出的关于完善医保目录的建议收悉，现答复如下：", "关于完善医保目录的建议"),
        ("你们提出的《关于办好医院的提案》收悉，现答复如下：", "关于办好医院的提案"),
        ("关于加强药品管理的通知\n各有关单位：\n", "关于加强药品管理的通知"),
        ("国家药监局关于发布药品指南的通告（2022年第12号）\n", "关于发布药品指南的通告（2022年第12号）"),
        ("第2020号建议的答复\n某某代表：\n您提出的关于医保结算的建议收悉。", "关于医保结算的建议"),
    ],
)
def test_subject_line(head: str, expected: str) -> None:
    assert subject(head + BODY) == expected


def test_a_policy_in_the_text_is_not_the_subject() -> None:
    assert subject("一、积极推进。印发《关于深化医疗保障制度改革的意见》，" + BODY) is None


def test_a_headline_is_its_own_subject() -> None:
    assert subject(" 药品追溯制度建设 ") == "药品追溯制度建设"


def test_titles_on_lines_and_run_into_the_text() -> None:
    assert titles("一、关于报销比例，提高待遇\n" + BODY + "二、关于医院的建议近年来，" + BODY) == [
        "关于报销比例，提高待遇",
        "关于医院的建议",
    ]


def test_words_leave_out_numbers_formulas_and_single_characters() -> None:
    counts = extract("您提出的建议收悉，2023年医院手术增加12%，医院的手术。", LEXICON).word_counts
    assert counts["医院"] == counts["手术"] == 2
    assert not set(counts) & {"建议", "收悉", "2023", "的", "，", "12"}


def features(text: str) -> dict[str, float]:
    computed = ThemeFeatures(LEXICON)
    return dict(zip(computed.names, computed(extract(text, LEXICON)), strict=True))


def test_shares_of_sentences() -> None:
    found = features(
        "医保报销很方便了。医院手术做得好。药品目录要更新。" + "天气很好风也不大。" * 7 + "x" * 60
    )
    # 11 sentences and a third of an unseen one, of which a third speaks of each facet
    assert found["body:医保"] ** 2 == pytest.approx((2 + 1 / 9) / (11 + 1 / 3))
    assert found["body:医疗"] ** 2 == pytest.approx((1 + 1 / 9) / (11 + 1 / 3))
    assert found["body:目录"] ** 2 == pytest.approx(1 / (11 + 1 / 3))
    assert found["body:词"] == 0
    assert found["has:subject"] == found["has:titles"] == 0


def test_dominance_is_a_share_of_all_terms() -> None:
    found = features("医保报销很方便了。医院手术做得好。药品目录要更新。")
    # 医保 3 mentions, 医疗 2, 医药 1, and a third of an unseen one of each
    assert found["dominance:医保"] ** 2 == pytest.approx((3 + 1 / 3) / 7)
    assert found["dominance:医药"] ** 2 == pytest.approx((1 + 1 / 3) / 7)


def test_peak_is_the_share_of_the_densest_passage() -> None:
    passage = "医院手术做得好。" * 6
    found = features("天气很好风也不大。" * 10 + passage + "天气很好风也不大。" * 10)
    # 6 of 8 sentences, and the unseen third of one
    assert found["peak:医疗"] ** 2 == pytest.approx((6 + 1 / 9) / (8 + 1 / 3))
    assert found["peak:医保"] ** 2 == pytest.approx((1 / 9) / (8 + 1 / 3))
    assert found["body:医疗"] < found["peak:医疗"]


def test_subject_and_titles_have_their_own_shares() -> None:
    found = features("您提出的关于药品的建议收悉。一、关于医院\n" + BODY + "二、关于道路\n" + BODY)
    assert found["subject:医药"] == found["has:subject"] == 1
    assert found["subject:医疗"] == 0
    assert found["titles:医疗"] ** 2 == pytest.approx(0.5)


def test_every_feature_is_a_share_and_even_empty_texts_have_them() -> None:
    for text in ("", "。", "\n\n", "abc", "药品" * 500):
        assert all(0 <= value <= 1 for value in features(text).values())


def test_offices_do_not_count() -> None:
    assert features("国家医保局和医保局。" + BODY)["body:保险"] == 0
    with_shipped = ThemeFeatures(default_lexicon())
    column = with_shipped.names.index("body:医保泛称")
    assert with_shipped(extract("国家医保局高度重视。" + BODY, with_shipped.lexicon))[column] == 0


def test_what_features_weigh_is_shared_out_by_how_often_terms_occur() -> None:
    computed = ThemeFeatures(LEXICON)
    weights = np.zeros((len(computed.names), 2))
    weights[computed.names.index("body:看病"), 0] = 3.0
    weights[computed.names.index("body:医保"), 1] = -1.0
    weights[computed.names.index("has:titles")] = 7.0
    document = extract("医院医院手术做得好。药品目录要更新。", LEXICON)
    terms, found = computed.attribute(computed.mentions(document), weights)
    assert {LEXICON.terms[term]: row.tolist() for term, row in zip(terms, found, strict=True)} == {
        "医院": [2.0, 0.0],
        "手术": [1.0, 0.0],
        "药品目录": [0.0, -1.0],
    }


def test_other_matters_count_against_a_document() -> None:
    lexicon = parse_lexicon("看病\t医疗\t医院 药品\n动物\t!\t兽药 动物医院")
    computed = ThemeFeatures(lexicon)
    assert computed.density(extract("动物医院好", lexicon)) == pytest.approx(-4 / 5)
    assert computed.density(extract("医院和兽药", lexicon)) == 0
    assert not any("动物" in name for name in computed.names)


def test_density_counts_characters_of_sector_terms() -> None:
    computed = ThemeFeatures(LEXICON)
    assert computed.density(extract("医院审批好", LEXICON)) == pytest.approx(2 / 5)
    assert computed.density(extract("", LEXICON)) == 0
