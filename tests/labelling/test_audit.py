from __future__ import annotations

from dataclasses import replace

import pytest

from nhsa_nlp.data.corpus import LabelledText
from nhsa_nlp.errors import InputError
from nhsa_nlp.labelling.audit import Audit, Finding, audit_labels, outliers
from nhsa_nlp.topic.classifier import TopicClassifier
from nhsa_nlp.topic.labels import LABELS, SCOPED_LABELS
from tests.labelling.audits import audit


def test_a_wrong_label_comes_first_with_the_words_that_tell(audited: Audit) -> None:
    first = audited.findings[0]
    assert (audited.ids[first.index], first.given, first.suggested) == ("h-5", "体育", "娱乐")
    assert first.likely_wrong
    assert [finding.likely_wrong for finding in audited.findings[1:]] == [False] * 29
    assert first.p_given < first.p_suggested
    (doubt,) = first.doubts
    assert doubt.facet == "娱乐"
    assert any(word in audited.texts[5] and len(word) > 1 for word in doubt.words)
    assert sorted(finding.index for finding in audited.findings) == list(range(30))
    assert 0 < audited.estimated_errors < 3


def test_near_duplicates_with_other_labels_contradict_each_other(audited_replies: Audit) -> None:
    found = {
        (audited_replies.ids[pair.one], audited_replies.ids[pair.other]): pair
        for pair in audited_replies.pairs
    }
    pair = found["reply-059", "reply-063"]
    assert pair.contradictory
    assert pair.share > 0.9
    assert pair in audited_replies.contradictions
    assert [p.share for p in audited_replies.pairs] == sorted((p.share for p in found.values()), reverse=True)
    by_id = {audited_replies.ids[f.index]: f for f in audited_replies.findings}
    assert by_id["reply-059"].contradicted
    assert pair in by_id["reply-063"].similar


def test_the_seven_labels_are_doubted_facet_by_facet(audited_replies: Audit) -> None:
    assert audited_replies.classes == LABELS
    by_id = {audited_replies.ids[f.index]: f for f in audited_replies.findings}
    doubts = {doubt.facet: doubt for doubt in by_id["reply-046"].doubts}  # on payment by DRG, given 医疗
    assert not doubts["医保"].given
    assert doubts["医保"].probability > 0.5
    assert set(doubts["医保"].words) & {"DRG", "医保", "病组", "按项目付费", "DRG/DIP", "CHS-DRG"}


def test_proposals_of_no_sector_are_audited_facet_by_facet(
    audited_proposals: Audit, proposals: list[LabelledText]
) -> None:
    found = audited_proposals
    assert found.classes == SCOPED_LABELS
    first = found.findings[0]
    assert (found.ids[first.index], first.given, first.suggested) == ("p-4", "out_of_scope", "医保")
    assert first.likely_wrong
    (doubt,) = first.doubts
    assert (doubt.facet, doubt.given) == ("医保", False)
    assert doubt.words
    assert [finding.likely_wrong for finding in found.findings[1:]] == [False] * (len(proposals) - 1)
    assert {f.index: f.given for f in found.findings} == {n: p.label for n, p in enumerate(proposals)}


def test_a_sector_said_where_there_is_none_is_doubted(proposals: list[LabelledText]) -> None:
    wrong = [replace(item, label="医疗") if item.id == "p-6" else item for item in proposals]
    by_id = {item.id: finding for item, finding in zip_findings(wrong)}
    assert by_id["p-6"].suggested == "out_of_scope"
    assert ("医疗", True) in [(doubt.facet, doubt.given) for doubt in by_id["p-6"].doubts]


def test_a_scope_that_no_part_can_learn_is_not_called_wrong(proposals: list[LabelledText]) -> None:
    """Of a single text out of scope no model that did not see it can know."""
    items = [item for item in proposals if not item.label.endswith("_scope")] + [proposals[3]]
    by_id = {item.id: finding for item, finding in zip_findings(items)}
    assert by_id["p-3"].given == "near_scope"
    assert not any(finding.likely_wrong for finding in by_id.values())


def zip_findings(items: list[LabelledText]) -> list[tuple[LabelledText, Finding]]:
    return [(items[finding.index], finding) for finding in audit(items).findings]


def test_a_label_that_no_part_can_learn_is_not_called_wrong(headlines: list[LabelledText]) -> None:
    alone = replace(headlines[0], label="其他")
    found = audit([alone, *headlines[1:]])
    assert not next(finding for finding in found.findings if finding.index == 0).likely_wrong
    assert found.estimated_errors == pytest.approx(audit(headlines[1:]).estimated_errors, abs=0.5)
    assert (found.errors.confident != found.classes.index("其他")).all()
    with pytest.raises(InputError, match="fewer than two labels occur in several"):
        audit([replace(item, label=str(number)) for number, item in enumerate(headlines)])


def test_a_text_unlike_all_others_is_an_outlier(headlines: list[LabelledText]) -> None:
    texts = [item.text for item in headlines]
    assert not outliers(texts).any()
    assert outliers([*texts, "红烧肉切块焯水，加冰糖炒色，小火慢炖一个钟头。"]).tolist() == [False] * 30 + [
        True
    ]
    assert not outliers(["甲乙丙", "丁戊己"]).any()


@pytest.mark.slow
def test_the_order_of_the_rows_does_not_matter(audited: Audit, headlines: list[LabelledText]) -> None:
    turned = audit(headlines[::-1])
    assert (turned.probabilities[::-1] == audited.probabilities).all()
    assert set(turned.errors.suspicious[::-1].nonzero()[0]) == set(audited.errors.suspicious.nonzero()[0])


@pytest.mark.slow
def test_the_same_findings_for_any_number_of_processes(headlines: list[LabelledText]) -> None:
    ids, texts, labels = zip(*((item.id, item.text, item.label) for item in headlines), strict=True)
    one, two = (
        audit_labels(ids, texts, labels, folds=3, repeats=2, classifier=TopicClassifier(folds=0), n_jobs=jobs)
        for jobs in (1, 2)
    )
    assert one.findings == two.findings
    assert (one.probabilities == two.probabilities).all()
    assert any(finding.doubts for finding in two.findings)


def test_what_cannot_be_audited_is_refused(headlines: list[LabelledText]) -> None:
    with pytest.raises(InputError, match="fewer than two labels"):
        audit([item for item in headlines if item.label == "财经"])
    with pytest.raises(InputError, match="cannot be split into 5 folds"):
        audit(headlines[:3])
    with pytest.raises(InputError, match="2 ids, 1 texts"):
        audit_labels(["a", "b"], ["x"], ["y"])


def test_of_many_texts_some_are_compared_with(
    headlines: list[LabelledText], monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = [item.text for item in headlines] * 4
    monkeypatch.setattr("nhsa_nlp.labelling.audit.MOST_COMPARED", 40)
    found = outliers([*texts, "红烧肉切块焯水，加冰糖炒色，小火慢炖一个钟头。"])
    assert found[-1]
    assert not found[:-1].all()
