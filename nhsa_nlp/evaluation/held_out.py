"""Scores on texts that a model has not seen: topic labels of any set, and entities, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NotRequired, TypedDict

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.data.entities import AnnotatedText
from nhsa_nlp.evaluation import curves, metrics
from nhsa_nlp.evaluation.bootstrap import Interval, percentile_interval, samples
from nhsa_nlp.evaluation.entities import EntityCounts, Share, counts_matrix, summarise
from nhsa_nlp.splits import near_duplicate_groups
from nhsa_nlp.topic.labels import OUT_OF_SCOPE, SCOPED_LABELS, indicator_matrix, without_near

if TYPE_CHECKING:
    from nhsa_nlp.topic.model import TopicModel

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]


class Confusion(TypedDict):
    """How often each label (row) was taken for each (column)."""

    labels: list[str]
    counts: list[list[int]]


class Decisions(TypedDict):
    """What the thresholds of a model do, see `score_model`."""

    in_prediction_set: float
    prediction_set_size: float
    no_review: float
    no_review_error: float | None


class LabelScores(TypedDict):
    """Figures of the labels given to texts, see `score_labels`; the last two are of `score_model`."""

    documents: int
    groups: int
    exact: Interval
    macro_f1: Interval
    log_loss: float
    brier: float
    ece: float
    reliability: list[curves.ReliabilityBin]
    risk_coverage: list[curves.CoveragePoint]
    unknown_labels: list[str]
    by_label: dict[str, metrics.LabelFigures]
    confusion: NotRequired[Confusion]
    decisions: NotRequired[Decisions]
    facets: NotRequired[float]


class EntityFigures(TypedDict):
    """Counts, precision and recall of entities, and F1 with its bootstrap interval."""

    tp: int
    fp: int
    fn: int
    precision: float | None
    recall: float | None
    f1: Interval


class EntityScores(TypedDict):
    """Figures of the entities found in texts, see `score_entities`."""

    documents: int
    groups: int
    entities: int
    all: EntityFigures
    by_label: dict[str, EntityFigures]
    values: NotRequired[Share]
    short_titles: NotRequired[Share]


_MOST_CONFUSED = 50  # classes; the table of confusions of more is not readable


def score_model(model: TopicModel, texts: Sequence[str], labels: Sequence[str]) -> LabelScores:
    """Score a topic model on labelled texts; labels that it does not know count as wrong answers.

    Returns
    -------
    LabelScores
        JSON values: those of `score_labels`, and under ``decisions`` how the thresholds do: how
        often answer and alternatives hold the true label, how many labels that is on average, the share
        of the answers that need no review and how often these are wrong. What is rightly found out of scope
        is among them, what is wrongly found so is not, as it is looked at. For the seven labels ``facets`` is
        the share of right yes/no answers.
    """
    if model.has_facets:
        labels = [without_near(label) for label in labels]
    documents = [model.extract(text) for text in texts]
    probabilities = model.predict_proba(texts)
    report = score_labels(labels, probabilities, model.classes, groups=near_duplicate_groups(texts))
    chosen = [model.thresholds(document) for document in documents]
    best = probabilities.argmax(axis=1)
    right = np.array([model.classes[i] for i in best]) == np.asarray(labels)
    kept = probabilities >= np.array([thresholds.set_above for thresholds in chosen])[:, None]
    kept[np.arange(len(kept)), best] = True
    column = {label: i for i, label in enumerate(model.classes)}
    held = [label in column and bool(kept[row, column[label]]) for row, label in enumerate(labels)]
    sure = probabilities.max(axis=1) >= np.array([thresholds.review_below for thresholds in chosen])
    # What is found out of scope is looked at in any case: of it nothing wrong is routed.
    outside = np.array([model.classes[i] == OUT_OF_SCOPE for i in best]) & model.has_facets
    sure &= ~outside | right
    report["decisions"] = {
        "in_prediction_set": float(np.mean(held)),
        "prediction_set_size": float(kept.sum(axis=1).mean()),
        "no_review": float(sure.mean()),
        "no_review_error": float((~right[sure]).mean()) if sure.any() else None,
    }
    if model.has_facets and set(labels) <= set(SCOPED_LABELS):
        said = [model.classes[i] for i in best]
        report["facets"] = float(np.mean(indicator_matrix(labels) == indicator_matrix(said)))
    return report


def score_labels(
    truth: Sequence[str],
    probabilities: FloatArray,
    classes: Sequence[str],
    *,
    groups: IndexArray | None = None,
    documents: IndexArray | None = None,
    seed: int = 0,
) -> LabelScores:
    """Score the probabilities of labels.

    Parameters
    ----------
    truth, probabilities, classes
        The right labels, and the probabilities of ``classes``: shape (answers, classes).
    groups
        Shape (answers,): the group of near-duplicates that each answer's document belongs to; every
        document for itself if not given.
    documents
        Shape (answers,): the document that each answer is about, where some were asked about repeatedly.

    Returns
    -------
    LabelScores
        JSON values: ``exact`` and ``macro_f1`` (over the labels that occur) and under ``by_label``
        precision, recall and F1, each with its 95% bootstrap interval over the groups, whose answers are
        drawn together (see `nhsa_nlp.evaluation.bootstrap`); log loss, Brier score, expected calibration
        error, ``reliability``, ``risk_coverage``, and the ``confusion`` if there are at most 50 labels.
    """
    unseen = sorted(set(truth) - set(classes))
    names = [*classes, *unseen]
    p = np.hstack([probabilities, np.zeros((len(truth), len(unseen)))])
    column = {name: i for i, name in enumerate(names)}
    right = np.array([column[label] for label in truth], dtype=np.int64)
    said = p.argmax(axis=1).astype(np.int64)
    codes = right * len(names) + said
    whole = confusion_counts(codes, len(names))
    occurring = np.flatnonzero(whole.sum(axis=1))
    asked = np.arange(len(truth)) if documents is None else documents
    units = asked if groups is None else groups
    drawn = [confusion_counts(codes[sample], len(names)) for sample in samples(units, seed)]
    table = np.stack([_by_label(counts) for counts in (whole, *drawn)])
    reliability = curves.reliability_bins(truth, p, names)
    probable = metrics.probability_scores(truth, p, names)
    report: LabelScores = {
        "documents": len(np.unique(asked)),
        "groups": len(np.unique(units)),
        "exact": percentile_interval(accuracy(whole), map(accuracy, drawn)),
        "macro_f1": percentile_interval(macro_f1(whole), map(macro_f1, drawn)),
        "log_loss": probable["log_loss"],
        "brier": probable["brier"],
        "ece": curves.expected_calibration_error(reliability),
        "reliability": reliability,
        "risk_coverage": curves.risk_coverage(truth, p, names),
        "unknown_labels": unseen,
        "by_label": {},
    }
    for place in sorted(occurring.tolist(), key=lambda place: (names[place] in unseen, place)):
        precision, recall, f1 = (
            percentile_interval(table[0, row, place], table[1:, row, place]) for row in range(3)
        )
        report["by_label"][names[place]] = {
            "support": len(np.unique(asked[right == place])),
            "precision": precision,
            "recall": recall,
            "f1": f1,
        }
    if len(names) <= _MOST_CONFUSED:
        report["confusion"] = {"labels": names, "counts": whole.tolist()}
    return report


def confusion_counts(codes: IndexArray, classes: int) -> IndexArray:
    """Return how often each class (row) was taken for each (column).

    Parameters
    ----------
    codes
        Shape (answers,): the number of the right class times ``classes``, plus that of the class predicted.
    """
    return np.bincount(codes, minlength=classes**2).reshape(classes, -1)


def accuracy(confusion: IndexArray) -> float:
    """Return the share of right answers."""
    return float(np.trace(confusion) / confusion.sum())


def macro_f1(confusion: IndexArray) -> float:
    """Return the mean F1 of the classes that occur, in a sample those that were drawn."""
    right = confusion.sum(axis=1)
    total = confusion.sum(axis=0) + right
    return float(np.mean((2 * np.diag(confusion) / np.maximum(total, 1))[right > 0]))


def score_entities(
    counts: Sequence[EntityCounts], documents: Sequence[AnnotatedText], *, seed: int = 0
) -> EntityScores:
    """Score the entities that a pipeline found in annotated texts.

    Parameters
    ----------
    counts
        What `nhsa_nlp.evaluation.entities.count_entities` returned for the documents.

    Returns
    -------
    EntityScores
        JSON values: under ``by_label`` the counts, precision, recall and F1 of exact spans of each label,
        under ``all`` those of all labels together; F1 with its 95% bootstrap interval over groups of
        near-duplicates. ``values`` and ``short_titles`` are those of
        `nhsa_nlp.evaluation.entities.score_documents`.
    """
    labels, shares = summarise(counts)
    groups = near_duplicate_groups([document.text for document in documents])
    report: EntityScores = {
        "documents": len(documents),
        "groups": len(np.unique(groups)),
        "entities": sum(len(document.entities) for document in documents),
        "all": _entity_figures(counts_matrix(counts), groups, seed),
        "by_label": {},
    }
    for name in labels:
        report["by_label"][name] = _entity_figures(counts_matrix(counts, name), groups, seed)
    return {**report, **shares}


def entity_f1(counts: IndexArray) -> float | None:
    """Return F1 of the summed counts of documents: shape (documents, 3); None if there is nothing."""
    return metrics.prf(*counts.sum(axis=0).tolist())["f1"]


def _entity_figures(counts: IndexArray, groups: IndexArray, seed: int) -> EntityFigures:
    return {
        **metrics.prf(*counts.sum(axis=0).tolist()),
        "f1": metrics.prf_intervals(counts, groups, seed)["f1"],
    }


def _by_label(confusion: IndexArray) -> FloatArray:
    """Return precision, recall and F1 of each class: shape (3, classes), NaN where nothing was counted."""
    hits, right, said = np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.stack([hits / said, hits / right, 2 * hits / (right + said)])
