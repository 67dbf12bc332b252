import json
from collections.abc import Sequence
from typing import Any, Self

import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from nhsa_nlp.data.corpus import read_proposals, read_replies
from nhsa_nlp.errors import InputError
from nhsa_nlp.evaluation.crossval import subject_lines
from nhsa_nlp.evaluation.topic import TopicReport, evaluate_topic
from nhsa_nlp.splits import near_duplicate_groups
from nhsa_nlp.topic import TopicClassifier
from nhsa_nlp.topic.labels import LABELS
from tests.paths import TRAINING_DATA

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def replies() -> tuple[list[str], list[str]]:
    rows = read_replies(TRAINING_DATA / "replies.tsv", labels=LABELS)
    return [row.text for row in rows], [row.label for row in rows]


@pytest.fixture(scope="module")
def report(replies: tuple[list[str], list[str]]) -> TopicReport:
    return evaluate_topic(*replies, repeats=2, classifier=TopicClassifier(trees=60))


class Recorder(ClassifierMixin, BaseEstimator):
    """Remembers what it was shown; answers with the most frequent label."""

    seen: list[tuple[tuple[str, ...], tuple[str, ...]]] = []  # noqa: RUF012 - clones share it

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> Self:
        self.texts_ = tuple(texts)
        self.classes_ = sorted(set(labels))
        self.best_ = max(self.classes_, key=list(labels).count)
        return self

    def predict_proba(self, texts: Sequence[str]) -> list[list[float]]:
        self.seen.append((self.texts_, tuple(texts)))
        return [[float(label == self.best_) for label in self.classes_] for _ in texts]


def test_good_enough_to_ship(report: Any) -> None:
    """The floors are those of the project's requirements, less the noise of two repeats."""
    assert report["plain"]["exact"]["mean"] >= 0.67
    assert report["plain"]["facets"]["mean"] >= 0.875
    assert report["plain"]["macro_f1"]["mean"] >= 0.52
    assert report["grouped"]["exact"]["mean"] >= 0.68
    assert report["grouped"]["facets"]["mean"] >= 0.88
    for setting in ("plain", "grouped"):
        assert report[setting]["confident_half"]["mean"] >= 0.8
        assert report[setting]["ece"] <= 0.09


def test_the_report_is_json_and_tells_its_setting(report: Any, replies: tuple[list[str], list[str]]) -> None:
    assert json.loads(json.dumps(report)) == report
    assert report["documents"] == 126
    assert sum(report["labels"].values()) == 126
    assert report["majority"] == pytest.approx(37 / 126)
    assert (report["folds"], report["repeats"], report["seed"]) == (5, 2, 0)
    assert report["groups"] == len(set(near_duplicate_groups(replies[0]).tolist()))


def test_every_document_is_tested_once_a_repeat_and_never_seen_before(
    replies: tuple[list[str], list[str]],
) -> None:
    texts, labels = replies
    Recorder.seen.clear()
    evaluate_topic(texts, labels, folds=4, repeats=2, grouped=True, classifier=Recorder())
    groups = dict(zip(texts, near_duplicate_groups(texts).tolist(), strict=True))
    seen = [shown for shown in Recorder.seen if groups.keys() >= set(shown[1])]  # not the subject lines
    assert len(seen) == 8
    for repeat in (seen[:4], seen[4:]):
        assert sorted(t for _, test in repeat for t in test) == sorted(texts)
        for train, test in repeat:
            assert not {groups[t] for t in train} & {groups[t] for t in test}


def test_subject_lines_are_predicted_by_who_never_saw_their_documents(
    replies: tuple[list[str], list[str]],
) -> None:
    texts, labels = replies
    Recorder.seen.clear()
    found = evaluate_topic(texts, labels, folds=4, repeats=1, grouped=False, classifier=Recorder())
    subjects = subject_lines(texts)
    seen = [shown for shown in Recorder.seen if not set(shown[1]) & set(texts)]
    assert sorted(t for _, asked in seen for t in asked) == sorted(subjects.values())
    owners: dict[str, set[str]] = {}
    for index, subject in subjects.items():
        owners.setdefault(subject, set()).add(texts[index])
    for train, asked in seen:
        assert all(owners[subject] - set(train) for subject in asked)
    assert found["subject_lines"]["documents"] == len(subjects)
    assert set(found["subject_lines"]) == {"documents", "plain"}


def test_the_curves_are_of_all_documents(report: Any) -> None:
    for setting in ("plain", "grouped"):
        found = report[setting]
        assert sum(b["count"] for b in found["reliability"]) == 2 * 126
        assert sum(map(sum, found["confusion"]["counts"])) == 2 * 126
        right = sum(row[i] for i, row in enumerate(found["confusion"]["counts"]))
        assert right / (2 * 126) == pytest.approx(found["exact"]["mean"])
        assert found["risk_coverage"][-1]["error"] == pytest.approx(1 - found["exact"]["mean"])


def test_compared_and_learning_curve_are_there_when_asked_for(report: Any) -> None:
    assert not {"compared", "learning_curve"} & set(report)
    texts = [f"{label}的文件第{i}号" for i in range(6) for label in ("医保", "医药")]
    found = evaluate_topic(
        texts,
        [text[:2] for text in texts],
        folds=2,
        repeats=1,
        grouped=False,
        classifier=Recorder(),
        compare=True,
        learning=True,
    )
    assert set(found["compared"]) == {"plain"}
    assert len(found["learning_curve"]["points"]) == 4
    assert json.loads(json.dumps(found)) == found


@pytest.mark.parametrize(
    ("grouped", "settings"),
    [(True, {"grouped"}), (False, {"plain"}), ("both", {"plain", "grouped"})],
)
def test_settings(replies: tuple[list[str], list[str]], grouped: Any, settings: set[str]) -> None:
    found = evaluate_topic(*replies, repeats=1, grouped=grouped, classifier=Recorder())
    assert set(found) & {"plain", "grouped"} == settings


def test_a_constant_answer_scores_the_majority(replies: tuple[list[str], list[str]]) -> None:
    found = evaluate_topic(*replies, repeats=1, grouped=False, classifier=Recorder())
    assert found["plain"]["exact"]["mean"] == pytest.approx(found["majority"], abs=0.08)
    assert found["plain"]["macro_f1"]["mean"] < 0.12


def test_the_seed_decides(replies: tuple[list[str], list[str]]) -> None:
    texts, labels = replies
    first, again, other = (
        evaluate_topic(
            texts, labels, repeats=1, seed=seed, grouped=False, classifier=TopicClassifier(trees=3)
        )["plain"]
        for seed in (0, 0, 1)
    )
    assert first == again != other


@pytest.mark.parametrize(
    ("texts", "labels", "options", "message"),
    [
        (["a"], ["医保", "医疗"], {}, "1 texts but 2 labels"),
        (["a"], ["教育"], {}, "unknown label '教育'"),
        (["a"], ["医保"], {}, "cannot be split"),
        ([], [], {}, "no documents"),
        (["a"], ["医保"], {"repeats": 0}, "0 repeats"),
    ],
)
def test_bad_input(
    texts: Sequence[str], labels: Sequence[str], options: dict[str, Any], message: str
) -> None:
    with pytest.raises(InputError, match=message):
        evaluate_topic(texts, labels, **options)


def test_genres_and_origins_are_reported(replies: tuple[list[str], list[str]]) -> None:
    proposals = read_proposals(TRAINING_DATA / "proposals.jsonl")[::15]
    texts, labels = replies
    report = evaluate_topic(
        [*texts[:60], *(item.text for item in proposals)],
        [*labels[:60], *(item.label for item in proposals)],
        folds=3,
        repeats=1,
        grouped=True,
        classifier=TopicClassifier(trees=20, folds=0),
        genres=["reply"] * 60 + ["proposal"] * len(proposals),
        matters=[None] * 60 + [item.group for item in proposals],
        origins=[""] * 60 + [item.origin for item in proposals],
    )
    assert {genre: part["documents"] for genre, part in report["by_genre"].items()} == {
        "reply": 60,
        "proposal": len(proposals),
    }
    assert set(report["by_origin"]) == {"lay", "mailbox letter", "official", "title"}
    assert report["by_genre"]["proposal"]["grouped"]["facets"]["mean"] > 0.75
    assert report["labels"]["out_of_scope"] == sum(item.label not in LABELS for item in proposals)
    assert report["groups"] <= 60 + len({item.group for item in proposals})
