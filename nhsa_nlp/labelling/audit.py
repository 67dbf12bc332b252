"""Auditing labels: likely errors, near-duplicates that contradict each other, and outliers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.errors import InputError
from nhsa_nlp.labelling.confident import LabelErrors, find_label_errors
from nhsa_nlp.parallel import ProgressCallback, run_all, silent
from nhsa_nlp.splits import content_order, near_duplicate_groups, near_duplicate_pairs, stratified_folds
from nhsa_nlp.topic.classifier import TopicClassifier
from nhsa_nlp.topic.features import extract
from nhsa_nlp.topic.fitting import term_matrix
from nhsa_nlp.topic.folds import fit_fold
from nhsa_nlp.topic.labels import (
    FACETS,
    LABELS,
    NEAR_SCOPE,
    OUT_OF_SCOPE,
    SCOPED_LABELS,
    SCOPED_MEMBERSHIP,
)
from nhsa_nlp.topic.terms import TermSpace
from nhsa_nlp.translation import tr

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

_ENOUGH = 1000  # held-out predictions; with as many, another repeat would hardly move a threshold
_MOST_REPEATS = 5
_NEIGHBOURS = 5
_FEWEST = 20  # documents; among fewer nothing can be called unusual
_FAR = 3.5  # robust deviations below the median (Iglewicz and Hoaglin 1993)
_NORMAL = 1.4826  # the standard deviation of a normal distribution in median absolute deviations
MOST_COMPARED = 20_000
"""Texts that each is compared with to find outliers; of more, so many are drawn at random."""
_HELD = 10_000_000  # similarities held at a time
_WORDS = 5
_EVIDENCE = 40  # pieces of evidence among which those for one facet are looked for

_Doubted = tuple[int, str, bool, float]
"""A document, a facet or label, whether it was given, and its probability."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two documents that share at least half of the smaller one."""

    one: int
    other: int
    """Their indices, the smaller first."""
    share: float
    """The share of the smaller one's shingles that the larger has too."""
    contradictory: bool
    """Whether their labels differ."""


@dataclass(frozen=True, slots=True)
class FacetDoubt:
    """A facet on which model and label disagree."""

    facet: str
    """One of ``FACETS``, or, with labels of other kinds, the label suggested instead."""
    given: bool
    """Whether the given label has it."""
    probability: float
    """Of the facet, by models that did not see the document."""
    words: tuple[str, ...]
    """The words that spoke most for the model's view."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the audit says of one document."""

    index: int
    """The document."""
    given: str
    suggested: str
    """The label given and the label that models which did not see the document find most probable."""
    p_given: float
    p_suggested: float
    """Their probabilities."""
    likely_wrong: bool
    """Whether confident learning calls the given label an error."""
    outlier: bool
    """Whether the document is unlike all others."""
    doubts: tuple[FacetDoubt, ...]
    """The facets in doubt."""
    similar: tuple[Pair, ...]
    """The other half of each near-duplicate pair it is in, with the share in common."""

    @property
    def contradicted(self) -> bool:
        """Whether a near-duplicate has another label."""
        return any(pair.contradictory for pair in self.similar)


@dataclass(frozen=True)
class Audit:
    """An audit of labelled documents."""

    ids: tuple[str, ...]
    texts: tuple[str, ...]
    labels: tuple[str, ...]
    """The identifiers, raw texts and given labels of the documents."""
    classes: tuple[str, ...]
    """The labels in the order of the columns of ``probabilities``; ``near_scope`` is in ``out_of_scope``."""
    probabilities: FloatArray
    """Of models that saw neither the document nor its near-duplicates, averaged over the repeats; shape
    (documents, classes)."""
    errors: LabelErrors
    """What confident learning says, with ``classes`` in their order."""
    pairs: tuple[Pair, ...]
    """All near-duplicates, those that share most first."""
    findings: tuple[Finding, ...]
    """One a document: likely errors first, then in order of doubt."""

    @property
    def sampled(self) -> int:
        """The documents drawn at random that each was compared with to find outliers; 0 if with all."""
        return MOST_COMPARED if len(self.ids) > MOST_COMPARED else 0

    @cached_property
    def contradictions(self) -> tuple[Pair, ...]:
        """The near-duplicates whose labels differ."""
        return tuple(pair for pair in self.pairs if pair.contradictory)

    @property
    def estimated_errors(self) -> float:
        """How many labels are wrong by the estimated joint distribution."""
        return float(len(self.labels) * (1 - np.trace(self.errors.joint)))


def audit_labels(
    ids: Sequence[str],
    texts: Sequence[str],
    labels: Sequence[str],
    *,
    folds: int = 5,
    repeats: int | None = None,
    seed: int = 0,
    classifier: TopicClassifier | None = None,
    n_jobs: int | None = None,
    on_progress: ProgressCallback = silent,
) -> Audit:
    """Audit the labels of documents.

    Parameters
    ----------
    ids, texts, labels
        The documents and the labels given to them: the seven of ``LABELS``, also with ``out_of_scope`` and
        ``near_scope``, which are one answer then, or any others.
    folds
        Of the cross-validation; near-duplicates stay in one fold.
    repeats
        How often it is repeated with other folds; by default as often as gives a thousand predictions,
        at most five times.
    classifier
        Cloned and fitted for each fold; by default the released `TopicClassifier` without its own
        cross-validation.
    n_jobs, on_progress
        See `nhsa_nlp.parallel.run_all`; a fold is a task.

    Raises
    ------
    InputError
        If there are fewer documents (or groups of near-duplicates) than folds, only one label (that is
        in more than one group of near-duplicates, if labels are not the seven), or lengths differ.
    """
    if not len(ids) == len(texts) == len(labels):
        raise InputError(
            "{ids} ids, {texts} texts and {labels} labels", ids=len(ids), texts=len(texts), labels=len(labels)
        )
    if len(set(labels)) < 2:
        raise InputError("fewer than two labels are given; there is nothing to tell apart")
    if repeats is None:
        repeats = max(1, min(_MOST_REPEATS, _ENOUGH // len(texts)))
    estimator = classifier or TopicClassifier(folds=0, random_state=seed)
    groups = near_duplicate_groups(texts)
    known = set(labels) <= {*SCOPED_LABELS, NEAR_SCOPE}
    if not known:
        classes = tuple(sorted(set(labels)))
    else:
        classes = LABELS if set(labels) <= set(LABELS) else SCOPED_LABELS
    columns = {label: column for column, label in enumerate(classes)}
    answers = [OUT_OF_SCOPE if known and label == NEAR_SCOPE else label for label in labels]
    given = np.array([columns[answer] for answer in answers], dtype=np.int64)
    order = np.array(content_order(texts, labels))  # the order of the rows must not decide
    ordered = [labels[row] for row in order.tolist()]
    parts = [
        (order[train], order[test])
        for repeat in range(repeats)
        for train, test in stratified_folds(ordered, folds, seed + repeat, groups[order])
    ]
    judged = ~_unlearnable(given, groups)
    if known:  # a label can be known from others that have its sectors
        judged |= SCOPED_MEMBERSHIP[given].any(axis=1)
    if len(set(given[judged].tolist())) < 2:
        raise InputError("fewer than two labels occur in several different texts; label more texts first")
    tasks = [
        (
            estimator,
            [(texts[i], labels[i]) for i in train[judged[train]]],
            [[texts[i] for i in test]],
            classes,
            number < folds,  # the classifiers of the first repeat explain what they doubt
        )
        for number, (train, test) in enumerate(parts)
    ]
    fitted = run_all(
        fit_fold, tasks, n_jobs=n_jobs, message=tr("reading the labels"), on_progress=on_progress
    )
    total = np.zeros((len(texts), len(classes)))
    models: dict[int, TopicClassifier] = {}
    for (_, test), ((found,), model) in zip(parts, fitted, strict=True):
        total[test] += found
        if model is not None:
            models.update(dict.fromkeys(test.tolist(), model))
    probabilities = total / repeats
    errors = find_label_errors(given, probabilities, judged)
    pairs = tuple(
        Pair(one, other, share, labels[one] != labels[other])
        for one, other, share in near_duplicate_pairs(texts)
    )
    doubted = (
        _doubted_facets(given, probabilities) if known else _doubted_labels(classes, probabilities, errors)
    )
    doubts: defaultdict[int, list[FacetDoubt]] = defaultdict(list)
    for index, facet, has, probability in doubted:
        words = _words(models[index], texts[index], facet, for_it=not has)
        doubts[index].append(FacetDoubt(facet, has, probability, words))
    return Audit(
        ids=tuple(ids),
        texts=tuple(texts),
        labels=tuple(labels),
        classes=classes,
        probabilities=probabilities,
        errors=errors,
        pairs=pairs,
        findings=_findings(classes, labels, given, probabilities, errors, pairs, outliers(texts), doubts),
    )


def outliers(texts: Sequence[str]) -> NDArray[np.bool_]:
    """Tell which documents are unlike all others.

    The likeness of a document is its mean cosine similarity to its five nearest neighbours, over the
    TF-IDF of words; an outlier's is 3.5 robust standard deviations below the median. Of more than
    `MOST_COMPARED` documents, so many drawn at random are those that may be neighbours.

    Returns
    -------
    NDArray[np.bool_]
        Shape (documents,); none of fewer than twenty documents is an outlier.
    """
    if len(texts) < _FEWEST:
        return np.zeros(len(texts), dtype=np.bool_)
    counts = [extract(text).word_counts for text in texts]
    matrix = term_matrix(TermSpace.fit(counts, min_documents=2, max_share=0.9), counts)
    likeness = np.zeros(len(texts))
    compared = np.arange(len(texts))
    if len(texts) > MOST_COMPARED:
        compared = np.sort(np.random.default_rng(0).choice(compared, MOST_COMPARED, replace=False))
    others = matrix[compared].T.tocsr()
    block = max(1, _HELD // len(compared))
    for start in range(0, len(texts), block):
        similarity = (matrix[start : start + block] @ others).toarray()
        rows = np.arange(start, start + len(similarity))
        similarity[rows[:, None] == compared] = -1.0
        nearest = np.partition(similarity, -_NEIGHBOURS, axis=1)[:, -_NEIGHBOURS:]
        likeness[start : start + block] = np.sort(nearest, axis=1).mean(axis=1)
    middle = np.median(likeness)
    deviation = _NORMAL * np.median(np.abs(likeness - middle))
    return np.asarray(likeness < middle - _FAR * deviation)


def _unlearnable(given: IndexArray, groups: IndexArray) -> NDArray[np.bool_]:
    """Tell whose label lies in one group only, so that no model that did not see it could know it."""
    label_of_each_pair, _ = np.unique(np.stack([given, groups]), axis=1)
    return np.asarray(np.bincount(label_of_each_pair)[given] == 1)


def _doubted_facets(given: IndexArray, probabilities: FloatArray) -> Iterator[_Doubted]:
    """Find errors in each of the three yes/no questions separately."""
    marginals = probabilities @ SCOPED_MEMBERSHIP[: probabilities.shape[1]]
    for column, facet in enumerate(FACETS):
        has = SCOPED_MEMBERSHIP[given, column]
        yes = marginals[:, column]
        errors = find_label_errors(has.astype(np.int64), np.column_stack([1 - yes, yes]))
        for index in np.flatnonzero(errors.suspicious).tolist():
            yield index, facet, bool(has[index]), float(yes[index])


def _doubted_labels(
    classes: Sequence[str], probabilities: FloatArray, errors: LabelErrors
) -> Iterator[_Doubted]:
    """Name the label suggested instead of each that is likely wrong."""
    for index in np.flatnonzero(errors.suspicious).tolist():
        best = int(probabilities[index].argmax())
        yield index, classes[best], False, float(probabilities[index, best])


def _words(model: TopicClassifier, text: str, facet: str, *, for_it: bool) -> tuple[str, ...]:
    evidence = [
        item["text"]
        for item in model.model_.explain(text, top=_EVIDENCE)
        if item["facet"] == facet and (item["weight"] > 0) == for_it
    ]
    return tuple(dict.fromkeys(evidence))[:_WORDS]


def _findings(
    classes: Sequence[str],
    labels: Sequence[str],
    given: IndexArray,
    probabilities: FloatArray,
    errors: LabelErrors,
    pairs: Sequence[Pair],
    unusual: NDArray[np.bool_],
    doubts: Mapping[int, list[FacetDoubt]],
) -> tuple[Finding, ...]:
    similar: defaultdict[int, list[Pair]] = defaultdict(list)
    for pair in pairs:
        similar[pair.one].append(pair)
        similar[pair.other].append(pair)
    best = probabilities.argmax(axis=1)
    order = np.lexsort((errors.margin, ~errors.suspicious))
    return tuple(
        Finding(
            index=index,
            given=labels[index],
            suggested=classes[best[index]],
            p_given=float(probabilities[index, given[index]]),
            p_suggested=float(probabilities[index, best[index]]),
            likely_wrong=bool(errors.suspicious[index]),
            outlier=bool(unusual[index]),
            doubts=tuple(doubts.get(index, ())),
            similar=tuple(similar[index]),
        )
        for index in order.tolist()
    )
