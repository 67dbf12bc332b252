"""Cross-validating the topic classifier: plain, and with near-duplicates kept on one side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal, NotRequired, TypedDict

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin
from sklearn.metrics import confusion_matrix

from nhsa_nlp.errors import InputError
from nhsa_nlp.evaluation import curves, metrics
from nhsa_nlp.evaluation.compare import MethodScores, missing
from nhsa_nlp.evaluation.compare import compare as compare_methods
from nhsa_nlp.evaluation.crossval import (
    LearningPoint,
    cross_predict,
    learning_curve,
    repeated_splits,
    subject_lines,
)
from nhsa_nlp.evaluation.held_out import Confusion
from nhsa_nlp.parallel import ProgressCallback, silent
from nhsa_nlp.splits import content_order, joint_groups
from nhsa_nlp.topic.classifier import TopicClassifier
from nhsa_nlp.topic.genres import REPLY
from nhsa_nlp.topic.labels import LABELS, SCOPED_LABELS, without_near

FloatArray = NDArray[np.float64]

_LEARNING_REPEATS = 2

Setting = Literal["plain", "grouped"]
FigureName = Literal["exact", "facets", "macro_f1", "confident_half", "log_loss", "brier"]

SETTINGS: tuple[Setting, ...] = ("plain", "grouped")
"""The ways to split."""

FIGURES: tuple[FigureName, ...] = ("exact", "facets", "macro_f1", "confident_half", "log_loss", "brier")
"""What a report gives the mean and the spread of."""


class SplitFigures(TypedDict):
    """Figures of one way to split: over the repeats, and of the answers of all repeats together."""

    exact: metrics.Spread
    facets: metrics.Spread
    macro_f1: metrics.Spread
    confident_half: metrics.Spread
    log_loss: metrics.Spread
    brier: metrics.Spread
    ece: float
    reliability: list[curves.ReliabilityBin]
    risk_coverage: list[curves.CoveragePoint]
    confusion: Confusion
    by_facet: dict[str, metrics.LabelFigures]


class LabelSpreads(TypedDict):
    """Figures of labels over the repeats, of some of the documents."""

    exact: metrics.Spread
    facets: metrics.Spread
    macro_f1: metrics.Spread


class PartFigures(TypedDict):
    """Figures of the documents of one genre or origin."""

    documents: int
    plain: NotRequired[LabelSpreads]
    grouped: NotRequired[LabelSpreads]


class SubjectSpreads(TypedDict):
    """Figures of subject lines over the repeats."""

    exact: metrics.Spread
    facets: metrics.Spread


class SubjectFigures(TypedDict):
    """Figures of the documents that have a subject line, from that alone."""

    documents: int
    plain: NotRequired[SubjectSpreads]
    grouped: NotRequired[SubjectSpreads]


class LearningCurve(TypedDict):
    """Accuracy after training on parts of the documents."""

    split: Setting
    repeats: int
    points: list[LearningPoint]


class TopicReport(TypedDict):
    """What `evaluate_topic` measured."""

    documents: int
    groups: int
    labels: dict[str, int]
    majority: float
    folds: int
    repeats: int
    seed: int
    subject_lines: SubjectFigures
    plain: NotRequired[SplitFigures]
    grouped: NotRequired[SplitFigures]
    by_genre: NotRequired[dict[str, PartFigures]]
    by_origin: NotRequired[dict[str, PartFigures]]
    compared: NotRequired[dict[Setting, dict[str, MethodScores]]]
    not_compared: NotRequired[dict[str, str]]
    learning_curve: NotRequired[LearningCurve]


def evaluate_topic(
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    folds: int = 5,
    repeats: int = 10,
    seed: int = 0,
    grouped: bool | Literal["both"] = "both",
    classifier: ClassifierMixin | None = None,
    genres: Sequence[str] | None = None,
    matters: Sequence[str | None] | None = None,
    origins: Sequence[str] | None = None,
    compare: bool = False,
    learning: bool = False,
    n_jobs: int | None = None,
    on_progress: ProgressCallback = silent,
) -> TopicReport:
    """Cross-validate the topic classifier on documents with the seven labels, or out of scope.

    Everything is fitted and chosen on the training folds alone. A repeat is one complete
    cross-validation, with its own shuffle; its figures are those of all documents together. The order of the
    documents does not matter.

    Parameters
    ----------
    seed
        Of the first shuffle; repeat ``r`` takes ``seed + r``.
    grouped
        Whether near-duplicates are kept on one side of the split: no, yes, or one after the other.
    classifier
        The classifier to clone and fit; the released one if not given.
    genres
        Of each document; the classifier is told those of what it learns from.
    matters
        What each document is about; those on one matter are kept together like near-duplicates.
    origins
        Of each document, to report on each.
    compare
        Whether ordinary methods are cross-validated on the same splits.
    learning
        Whether the learning curve is measured.
    n_jobs, on_progress
        See `nhsa_nlp.parallel.run_all`; a fold is a task.

    Returns
    -------
    TopicReport
        JSON values: the data, the setting, the share of the most frequent label (``majority``),
        and under ``plain`` and ``grouped`` each figure's mean and spread over the repeats,
        over all repeats pooled the expected calibration error, ``reliability``, ``risk_coverage``
        and ``confusion``, and precision, recall and F1 of each facet with bootstrap intervals over
        the groups of near-duplicates (of the first repeat). Under ``subject_lines`` what the same
        fitted classifiers make of the subject lines of the held-out documents alone, under
        ``compared`` the other methods (see `nhsa_nlp.evaluation.compare`), under ``not_compared``
        those that are not installed, under ``learning_curve`` two repeats of the last split asked for. With
        genres or origins their ``documents`` and figures of each split under ``by_genre`` and ``by_origin``.

    Raises
    ------
    InputError
        If a label is neither one of the seven nor a scope, or there are too few documents for the folds.
    """
    if len(texts) != len(labels):
        raise InputError("{texts} texts but {labels} labels", texts=len(texts), labels=len(labels))
    if repeats < 1:
        raise InputError("{repeats} repeats: at least 1 is needed", repeats=repeats)
    labels = [without_near(label) for label in labels]
    unknown = sorted(set(labels) - set(SCOPED_LABELS))
    if unknown:
        raise InputError(
            "unknown label {label!r}; the labels are {labels}", label=unknown[0], labels=", ".join(LABELS)
        )
    if not labels:
        raise InputError("no documents to evaluate on")
    order = content_order(*(c for c in (texts, labels, genres, matters, origins) if c is not None))
    texts, labels = [texts[row] for row in order], [labels[row] for row in order]
    genres = genres and [genres[row] for row in order]
    matters = matters and [matters[row] for row in order]
    origins = origins and [origins[row] for row in order]
    # Without the calibration of the review threshold, which predictions do not depend on.
    estimator = TopicClassifier(folds=0) if classifier is None else classifier
    groups = joint_groups(texts, matters)
    counts = Counter(labels)
    subjects = subject_lines(texts)
    if genres is not None:  # the title of a proposal is its first line; it is not asked for alone
        subjects = {row: line for row, line in subjects.items() if genres[row] == REPLY}
    report: TopicReport = {
        "documents": len(texts),
        "groups": int(groups.max()) + 1,
        "labels": {label: counts[label] for label in SCOPED_LABELS if counts[label]},
        "majority": max(counts.values()) / len(labels),
        "folds": folds,
        "repeats": repeats,
        "seed": seed,
        "subject_lines": {"documents": len(subjects)},
    }
    settings: dict[Setting, NDArray[np.int64] | None] = {"plain": None, "grouped": groups}
    chosen: list[Setting] = list(settings) if grouped == "both" else ["grouped" if grouped else "plain"]
    strata = labels if genres is None else [" ".join(pair) for pair in zip(genres, labels, strict=True)]
    splits = {name: repeated_splits(strata, folds, repeats, seed, settings[name]) for name in chosen}
    predicted = cross_predict(
        estimator,
        texts,
        labels,
        [split for name in chosen for split in splits[name]],
        subjects,
        genres=genres,
        n_jobs=n_jobs,
        on_progress=on_progress,
    )
    for number, name in enumerate(chosen):
        whole, short = zip(*predicted[number * repeats : (number + 1) * repeats], strict=True)
        answers = [metrics.best_labels(probabilities) for probabilities in whole]
        report[name] = _figures(labels, whole, answers, groups)
        if genres is not None and any(genres):
            _add_parts(report.setdefault("by_genre", {}), name, labels, answers, genres)
        if origins is not None and any(origins):
            _add_parts(report.setdefault("by_origin", {}), name, labels, answers, origins)
        if subjects:
            report["subject_lines"][name] = _transfer(labels, short, sorted(subjects))
        if compare:
            report.setdefault("compared", {})[name] = compare_methods(
                texts, labels, splits[name], answers, seed, n_jobs=n_jobs, on_progress=on_progress
            )
    if compare:
        report["not_compared"] = missing()
    if learning:
        parts = repeated_splits(labels, folds, _LEARNING_REPEATS, seed, settings[chosen[-1]])
        points = learning_curve(estimator, texts, labels, parts, seed, n_jobs=n_jobs, on_progress=on_progress)
        report["learning_curve"] = {"split": chosen[-1], "repeats": _LEARNING_REPEATS, "points": points}
    return report


def _figures(
    labels: Sequence[str],
    probabilities: Sequence[FloatArray],
    answers: Sequence[list[str]],
    groups: NDArray[np.int64],
) -> SplitFigures:
    """Return the figures of one way to split, of which there are probabilities and labels a repeat."""
    classes = SCOPED_LABELS[: probabilities[0].shape[1]]
    probable_scores = [metrics.probability_scores(labels, p, classes) for p in probabilities]
    scores: list[dict[str, float]] = [
        {
            **metrics.label_scores(labels, said),
            "confident_half": curves.surer_half_accuracy(labels, p, classes),
            "log_loss": probable["log_loss"],
            "brier": probable["brier"],
        }
        for p, said, probable in zip(probabilities, answers, probable_scores, strict=True)
    ]
    spreads = {name: metrics.spread([score[name] for score in scores]) for name in FIGURES}
    truth, together = list(labels) * len(answers), np.concatenate(probabilities)
    reliability = curves.reliability_bins(truth, together, classes)
    counts = confusion_matrix(truth, metrics.best_labels(together), labels=classes)
    return {
        "exact": spreads["exact"],
        "facets": spreads["facets"],
        "macro_f1": spreads["macro_f1"],
        "confident_half": spreads["confident_half"],
        "log_loss": spreads["log_loss"],
        "brier": spreads["brier"],
        "ece": curves.expected_calibration_error(reliability),
        "reliability": reliability,
        "risk_coverage": curves.risk_coverage(truth, together, classes),
        "confusion": {"labels": list(classes), "counts": counts.tolist()},
        "by_facet": metrics.facet_report(labels, answers[0], groups),
    }


def _add_parts(
    parts: dict[str, PartFigures],
    split: Setting,
    labels: Sequence[str],
    answers: Sequence[list[str]],
    values: Sequence[str],
) -> None:
    """Add the figures of the documents of each value, but for those that have none."""
    for value in sorted(set(values) - {""}):
        rows = [row for row, own in enumerate(values) if own == value]
        part = parts.setdefault(value, {"documents": len(rows)})
        part[split] = _part(labels, answers, rows)


def _part(labels: Sequence[str], answers: Sequence[list[str]], rows: Sequence[int]) -> LabelSpreads:
    """Return the figures of some of the documents."""
    right = [labels[row] for row in rows]
    scores = [metrics.label_scores(right, [said[row] for row in rows]) for said in answers]
    return {
        "exact": metrics.spread([score["exact"] for score in scores]),
        "facets": metrics.spread([score["facets"] for score in scores]),
        "macro_f1": metrics.spread([score["macro_f1"] for score in scores]),
    }


def _transfer(labels: Sequence[str], probabilities: Sequence[FloatArray], known: list[int]) -> SubjectSpreads:
    """Return the figures of the subject lines that there are."""
    right = [labels[i] for i in known]
    scores = [metrics.label_scores(right, metrics.best_labels(p[known])) for p in probabilities]
    return {
        "exact": metrics.spread([score["exact"] for score in scores]),
        "facets": metrics.spread([score["facets"] for score in scores]),
    }
