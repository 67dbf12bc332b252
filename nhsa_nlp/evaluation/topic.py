"""Cross-validating the topic classifier: plain, and with near-duplicates kept on one side."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.base import ClassifierMixin
from sklearn.metrics import confusion_matrix

from nhsa_nlp.errors import InputError
from nhsa_nlp.evaluation import curves, metrics
from nhsa_nlp.evaluation.bootstrap import format_interval
from nhsa_nlp.evaluation.compare import compare as compare_methods
from nhsa_nlp.evaluation.compare import missing
from nhsa_nlp.evaluation.crossval import cross_predict, learning_curve, repeated_splits, subject_lines
from nhsa_nlp.parallel import ProgressCallback, silent
from nhsa_nlp.splits import content_order, joint_groups
from nhsa_nlp.topic.classifier import TopicClassifier
from nhsa_nlp.topic.genres import REPLY
from nhsa_nlp.topic.labels import LABELS, SCOPED_LABELS, without_near
from nhsa_nlp.translation import columns, padded, tr, tr_in

FloatArray = NDArray[np.float64]

_LEARNING_REPEATS = 2
_PART_FIGURES = ("exact", "facets", "macro_f1")

FIGURES = ("exact", "facets", "macro_f1", "confident_half", "log_loss", "brier")
"""What a report gives the mean and the spread of."""


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
) -> dict[str, Any]:
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
    dict[str, Any]
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
        raise InputError(f"{len(texts)} texts but {len(labels)} labels")
    if repeats < 1:
        raise InputError(f"{repeats} repeats: at least 1 is needed")
    labels = [without_near(label) for label in labels]
    unknown = sorted(set(labels) - set(SCOPED_LABELS))
    if unknown:
        raise InputError(f"unknown label {unknown[0]!r}; the labels are {', '.join(LABELS)}")
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
    report: dict[str, Any] = {
        "documents": len(texts),
        "groups": int(groups.max()) + 1,
        "labels": {label: counts[label] for label in SCOPED_LABELS if counts[label]},
        "majority": max(counts.values()) / len(labels),
        "folds": folds,
        "repeats": repeats,
        "seed": seed,
    }
    subjects = subject_lines(texts)
    if genres is not None:  # the title of a proposal is its first line; it is not asked for alone
        subjects = {row: line for row, line in subjects.items() if genres[row] == REPLY}
    report["subject_lines"] = {"documents": len(subjects)}
    settings: dict[str, NDArray[np.int64] | None] = {"plain": None, "grouped": groups}
    chosen = list(settings) if grouped == "both" else ["grouped" if grouped else "plain"]
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
        for key, values in (("by_genre", genres), ("by_origin", origins)):
            for value in sorted(set(values or ()) - {""}):
                rows = [row for row, own in enumerate(values or ()) if own == value]
                part = report.setdefault(key, {}).setdefault(value, {"documents": len(rows)})
                part[name] = _part(labels, answers, rows)
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
) -> dict[str, Any]:
    """Return the figures of one way to split, of which there are probabilities and labels a repeat."""
    classes = SCOPED_LABELS[: probabilities[0].shape[1]]
    scores = [
        {
            **metrics.label_scores(labels, said),
            "confident_half": curves.surer_half_accuracy(labels, p, classes),
            **metrics.probability_scores(labels, p, classes),
        }
        for p, said in zip(probabilities, answers, strict=True)
    ]
    truth, together = list(labels) * len(answers), np.concatenate(probabilities)
    reliability = curves.reliability_bins(truth, together, classes)
    counts = confusion_matrix(truth, metrics.best_labels(together), labels=classes)
    return {
        **{name: metrics.spread([score[name] for score in scores]) for name in FIGURES},
        "ece": curves.expected_calibration_error(reliability),
        "reliability": reliability,
        "risk_coverage": curves.risk_coverage(truth, together, classes),
        "confusion": {"labels": list(classes), "counts": counts.tolist()},
        "by_facet": metrics.facet_report(labels, answers[0], groups),
    }


def _part(
    labels: Sequence[str], answers: Sequence[list[str]], rows: Sequence[int]
) -> dict[str, metrics.Spread]:
    """Return the figures of some of the documents."""
    right = [labels[row] for row in rows]
    scores = [metrics.label_scores(right, [said[row] for row in rows]) for said in answers]
    return {name: metrics.spread([score[name] for score in scores]) for name in scores[0]}


def _transfer(
    labels: Sequence[str], probabilities: Sequence[FloatArray], known: list[int]
) -> dict[str, metrics.Spread]:
    """Return the figures of the subject lines that there are."""
    right = [labels[i] for i in known]
    scores = [metrics.label_scores(right, metrics.best_labels(p[known])) for p in probabilities]
    return {name: metrics.spread([score[name] for score in scores]) for name in ("exact", "facets")}


def figure_name(key: str) -> str:
    """Return what a figure of an evaluation is called; a bundle may hold others."""
    names = {
        "exact": tr_in("measure", "exact label"),
        "facets": tr_in("measure", "facets"),
        "macro_f1": tr_in("measure", "macro-F1"),
        "confident_half": tr_in("measure", "exact, surer half"),
        "log_loss": tr_in("measure", "log loss"),
        "brier": tr_in("measure", "Brier score"),
        "ece": tr_in("measure", "calibration error"),
        "in_prediction_set": tr_in("measure", "true label in answer and alternatives"),
        "prediction_set_size": tr_in("measure", "… of so many labels"),
        "no_review": tr_in("measure", "need no review"),
        "no_review_error": tr_in("measure", "… of these wrong"),
    }
    return names.get(key, key.replace("_", " "))


def compared_note() -> str:
    """Return what the tests of the comparison are about."""
    return tr(
        "p: corrected resampled t-test over the folds (of documents like these); "
        "p*: signed-rank test over the repeats (of other splits of these documents)"
    )


def format_topic_report(report: dict[str, Any]) -> str:
    """Return an `evaluate_topic` report as lines for a terminal."""
    settings = [name for name in ("plain", "grouped") if name in report]
    names, colon, comma = (
        {"precision": tr_in("measure", "precision"), "recall": tr_in("measure", "recall"), "f1": "F1"},
        tr_in("list", ": "),
        tr_in("clause", ", "),
    )
    width = max(map(columns, map(figure_name, FIGURES))) + 3
    lines = [
        tr(
            "{documents} documents in {groups} groups of near-duplicates; {folds} folds, {repeats} repeats; "
            "most frequent label {majority:.1%}"
        ).format(**report),
        " " * width + "".join(padded(tr_in("split", name), 18, right=True) for name in settings),
    ]
    for key in FIGURES:
        cells = [metrics.format_spread(report[s][key]) for s in settings]
        lines.append(padded(figure_name(key), width) + "".join(f"{cell:>18}" for cell in cells))
    cells = [f"{report[s]['ece']:>18.3f}" for s in settings]
    lines.append(padded(figure_name("ece"), width) + "".join(cells))
    for setting in settings:
        for facet, scores in report[setting]["by_facet"].items():
            cells = [f"{names[key]} {format_interval(scores[key])}" for key in metrics.PRF_FIGURES]
            lines.append(f"{tr_in('split', setting)} {facet} ({scores['support']}){colon}{comma.join(cells)}")
    for key, title in (("by_genre", tr_in("word", "genre")), ("by_origin", tr_in("word", "origin"))):
        for value, part in report.get(key, {}).items():
            for setting in settings:
                cells = [f"{figure_name(n)} {metrics.format_spread(part[setting][n])}" for n in _PART_FIGURES]
                what = f"{tr_in('split', setting)} {title} {value} ({part['documents']})"
                lines.append(what + colon + comma.join(cells))
    subjects = report["subject_lines"]
    for setting in settings:
        if setting in subjects:
            exact, facets = (subjects[setting][key]["mean"] for key in ("exact", "facets"))
            lines.append(
                tr(
                    "{split} subject lines alone ({documents}): exact {exact:.3f}, facets {facets:.3f}"
                ).format(
                    split=tr_in("split", setting),
                    documents=subjects["documents"],
                    exact=exact,
                    facets=facets,
                )
            )
    for setting, methods in report.get("compared", {}).items():
        heads = (
            *(
                (tr_in("word", "exact"), 8),
                (tr_in("measure", "facets"), 8),
                (tr_in("measure", "macro-F1"), 10),
                (tr("ahead by"), 10),
                ("p", 10),
            ),
            *((tr("repeats won"), 14), ("p*", 10)),
        )
        head = "".join(padded(name, width, right=True) for name, width in heads)
        title = tr_in("report", "{split}: compared with").format(split=tr_in("split", setting))
        lines.append(padded(title, 32) + head)
        for name, scores in methods.items():
            test, over = scores["test"], scores["over_repeats"]
            p = tr_in("measure", "undefined") if test["p"] is None else f"{test['p']:.2g}"
            won = tr_in("report", "{won} of {repeats}").format(**over)
            lines.append(
                f"  {padded(tr_in('word', name), 30)}{scores['exact']['mean']:>8.3f}"
                f"{scores['facets']['mean']:>8.3f}{scores['macro_f1']['mean']:>10.3f}{test['difference']:>+10.3f}"
                f"{padded(p, 10, right=True)}{padded(won, 14, right=True)}{over['p']:>10.2g}"
            )
    if "compared" in report:
        lines.append(compared_note())
    for name, remedy in report.get("not_compared", {}).items():
        lines.append(
            tr("{name} is left out, as it is not installed: {remedy}").format(name=name, remedy=remedy)
        )
    return "\n".join(lines)
