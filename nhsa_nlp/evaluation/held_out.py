"""Scores on texts that a model has not seen: topic labels of any set, and entities, with intervals."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.corpus import AnnotatedText
from nhsa_nlp.evaluation import curves, metrics
from nhsa_nlp.evaluation.entities import score_documents

if TYPE_CHECKING:
    from spacy.language import Language

    from nhsa_nlp.topic.model import TopicModel

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

_RESAMPLES = 1000
_MOST_CONFUSED = 50  # classes; the table of confusions of more is not readable
_FIGURES = ("precision", "recall", "f1")


def score_model(model: TopicModel, texts: Sequence[str], labels: Sequence[str]) -> dict[str, Any]:
    """Score a topic model on labelled texts.

    Parameters
    ----------
    model
        The model.
    texts, labels
        The texts and their labels; labels the model does not know count as wrong answers.

    Returns
    -------
    dict[str, Any]
        JSON values: those of `score_labels`, and under ``decisions`` what the thresholds are worth: how
        often answer and alternatives hold the true label, how many labels that is on average, the share
        of the answers that need no review and how often these are wrong.
    """
    probabilities = model.predict_proba(texts)
    report = score_labels(labels, probabilities, model.classes)
    best = probabilities.max(axis=1)
    right = np.array([model.classes[i] for i in probabilities.argmax(axis=1)]) == np.asarray(labels)
    kept = probabilities >= model.set_above
    kept[np.arange(len(kept)), probabilities.argmax(axis=1)] = True
    column = {label: i for i, label in enumerate(model.classes)}
    held = [label in column and bool(kept[row, column[label]]) for row, label in enumerate(labels)]
    sure = best >= model.review_below
    report["decisions"] = {
        "in_prediction_set": float(np.mean(held)),
        "prediction_set_size": float(kept.sum(axis=1).mean()),
        "no_review": float(sure.mean()),
        "no_review_error": float((~right[sure]).mean()) if sure.any() else None,
    }
    return report


def score_labels(
    truth: Sequence[str],
    probabilities: FloatArray,
    classes: Sequence[str],
    *,
    documents: IndexArray | None = None,
    seed: int = 0,
) -> dict[str, Any]:
    """Score the probabilities of labels.

    Parameters
    ----------
    truth
        The right labels.
    probabilities
        Shape (answers, classes).
    classes
        The columns of ``probabilities``.
    documents
        Shape (answers,): the document that each answer is about, where some were asked about repeatedly.
        Their answers are drawn together: repeats are no further documents, and make no interval narrower.
    seed
        Of the bootstrap.

    Returns
    -------
    dict[str, Any]
        JSON values: ``exact`` and ``macro_f1`` (over the labels that occur) and under ``by_label``
        precision, recall and F1, each with its 95% bootstrap interval over documents (Efron 1979); log
        loss, Brier score, expected calibration error, ``reliability``, ``risk_coverage``, and the
        ``confusion`` if there are at most 50 labels.
    """
    unseen = sorted(set(truth) - set(classes))
    names = [*classes, *unseen]
    p = np.hstack([probabilities, np.zeros((len(truth), len(unseen)))])
    column = {name: i for i, name in enumerate(names)}
    right = np.array([column[label] for label in truth], dtype=np.int64)
    said = p.argmax(axis=1).astype(np.int64)
    counts = Counted(right, said, len(names))
    occurring = np.flatnonzero(counts.confusion().sum(axis=1))
    whole = counts.confusion()
    units = np.arange(len(truth)) if documents is None else np.unique(documents, return_inverse=True)[1]
    size = int(units.max()) + 1
    drawn = [
        _figures(counts.confusion(sample if documents is None else _answers(sample, units, size)), occurring)
        for sample in samples(size, seed)
    ]
    plain = np.array([figures[:2] for figures in drawn])
    table = np.stack([_by_label(whole), *(figures[2] for figures in drawn)])
    report: dict[str, Any] = {
        "documents": size,
        "exact": _percentiles(accuracy(whole), plain[:, 0]),
        "macro_f1": _percentiles(macro_f1(whole, occurring), plain[:, 1]),
        "log_loss": metrics.log_loss(truth, p, names),
        "brier": metrics.brier_score(truth, p, names),
        "ece": metrics.expected_calibration_error(truth, p, names),
        "reliability": curves.reliability_bins(truth, p, names),
        "risk_coverage": curves.risk_coverage(truth, p, names),
        "unknown_labels": unseen,
        "by_label": {},
    }
    for place in sorted(occurring.tolist(), key=lambda place: (names[place] in unseen, place)):
        report["by_label"][names[place]] = {
            "support": len(np.unique(units[right == place])),
            **{
                figure: _percentiles(table[0, row, place], table[1:, row, place])
                for row, figure in enumerate(_FIGURES)
            },
        }
    if len(names) <= _MOST_CONFUSED:
        report["confusion"] = {
            "labels": names,
            "counts": [[int(n) for n in row] for row in whole],
        }
    return report


def _answers(sample: IndexArray, units: IndexArray, size: int) -> IndexArray:
    """Return the positions of the answers about drawn documents, as often as each was drawn."""
    return np.repeat(np.arange(len(units)), np.bincount(sample, minlength=size)[units])


class Counted:
    """How often each class was taken for each, of any sample of the documents.

    Parameters
    ----------
    right, said
        Shape (documents,): the classes, and those predicted.
    classes
        How many there are.
    """

    def __init__(self, right: IndexArray, said: IndexArray, classes: int):
        self._codes = right * classes + said
        self._classes = classes

    def confusion(self, sample: IndexArray | None = None) -> IndexArray:
        """Return the counts of the documents at some positions: shape (right, predicted)."""
        codes = self._codes if sample is None else self._codes[sample]
        return np.bincount(codes, minlength=self._classes**2).reshape(self._classes, -1)


def samples(size: int, seed: int) -> Iterator[IndexArray]:
    """Yield bootstrap samples, positions drawn with replacement, the same for the same seed."""
    rng = np.random.default_rng(seed)
    for _ in range(_RESAMPLES):
        yield rng.integers(0, size, size)


def accuracy(confusion: IndexArray) -> float:
    """Return the share of right answers."""
    return float(np.trace(confusion) / confusion.sum())


def macro_f1(confusion: IndexArray, classes: IndexArray) -> float:
    """Return the mean F1 of some classes; 0 for one that neither occurs nor is predicted."""
    hits = np.diag(confusion)[classes]
    total = confusion.sum(axis=0)[classes] + confusion.sum(axis=1)[classes]
    return float(np.mean(2 * hits / np.maximum(total, 1)))


def score_entities(nlp: Language, documents: Sequence[AnnotatedText], *, seed: int = 0) -> dict[str, Any]:
    """Score the entities of a pipeline on annotated texts.

    Parameters
    ----------
    nlp
        The pipeline.
    documents
        The texts and their entities.
    seed
        Of the bootstrap.

    Returns
    -------
    dict[str, Any]
        JSON values: under ``by_label`` the counts, precision, recall and F1 of exact spans of each label,
        under ``all`` those of all labels together; F1 with its 95% bootstrap interval over documents.
        ``values`` and ``short_titles`` are those of `nhsa_nlp.evaluation.entities.score_documents`.
    """
    whole = score_documents(nlp, documents)
    counts = count_entities(nlp, documents)
    labels = sorted({label for document in counts for label in document})
    drawn = list(samples(len(documents), seed))
    report: dict[str, Any] = {
        "documents": len(documents),
        "entities": sum(len(document.entities) for document in documents),
        "all": _entity_figures(_matrix(counts, labels), drawn),
        "by_label": {label: _entity_figures(_matrix(counts, [label]), drawn) for label in labels},
    }
    for extra in ("values", "short_titles"):
        if extra in whole:
            report[extra] = whole[extra]
    return report


EntityCounts = dict[str, tuple[int, int, int]]
"""Right, spurious and missed entities of each label in a document."""


def count_entities(nlp: Language, documents: Sequence[AnnotatedText]) -> list[EntityCounts]:
    """Return right, spurious and missed entities of each label in each document."""
    return [
        {
            label: (figures["tp"], figures["fp"], figures["fn"])
            for label, figures in score_documents(nlp, [document]).items()
            if "tp" in figures
        }
        for document in documents
    ]


def entity_f1(counts: IndexArray) -> float | None:
    """Return F1 of the summed counts of documents: shape (documents, 3); None if there is nothing."""
    tp, fp, fn = counts.sum(axis=0).tolist()
    return metrics.prf(tp, fp, fn)["f1"]


def _matrix(counts: Sequence[EntityCounts], labels: Sequence[str]) -> IndexArray:
    """Return the counts of some labels together: shape (documents, 3)."""
    rows = [
        [sum(document.get(label, (0, 0, 0))[i] for label in labels) for i in range(3)] for document in counts
    ]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def _entity_figures(counts: IndexArray, drawn: Sequence[IndexArray]) -> dict[str, Any]:
    tp, fp, fn = counts.sum(axis=0).tolist()
    values = [value for sample in drawn if (value := entity_f1(counts[sample])) is not None]
    low, high = (float(v) for v in np.percentile(values, [2.5, 97.5])) if values else (None, None)
    figures: dict[str, Any] = dict(metrics.prf(tp, fp, fn))
    return {**figures, "f1": {"value": figures["f1"], "low": low, "high": high}}


def _figures(confusion: IndexArray, classes: IndexArray) -> tuple[float, float, FloatArray]:
    return accuracy(confusion), macro_f1(confusion, classes), _by_label(confusion)


def _by_label(confusion: IndexArray) -> FloatArray:
    """Return precision, recall and F1 of each class: shape (3, classes), NaN where nothing was counted."""
    hits, right, said = np.diag(confusion), confusion.sum(axis=1), confusion.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.stack([hits / said, hits / right, 2 * hits / (right + said)])


def _percentiles(value: float, values: FloatArray) -> metrics.Interval:
    defined = values[np.isfinite(values)]
    low, high = np.percentile(defined, [2.5, 97.5]) if len(defined) else (np.nan, np.nan)
    cells = [float(v) if np.isfinite(v) else None for v in (value, low, high)]
    return {"value": cells[0], "low": cells[1], "high": cells[2]}
