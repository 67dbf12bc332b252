"""The documents a topic classifier learns from: checked, and with their answers as numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from nhsa_nlp.checks import show
from nhsa_nlp.errors import ArgumentError
from nhsa_nlp.topic.calibration import FloatArray, IndexArray
from nhsa_nlp.topic.genres import REPLY
from nhsa_nlp.topic.labels import LABELS, NEAR_SCOPE, OUR_LABELS, OUT_OF_SCOPE, SCOPED_LABELS
from nhsa_nlp.topic.model import checked_texts
from nhsa_nlp.topic.spelling import are_ours, suggestion

_ALIKE = 0.6  # of a label and one of ours, to be a slip: labels of others are often of the same characters


@dataclass(frozen=True, slots=True)
class TrainingSet:
    """Texts that count, with their labels.

    Attributes
    ----------
    texts
        Those of a weight above 0.
    weight
        Shape (texts,).
    numbers
        Shape (texts,): their places among all that were given.
    near
        Shape (texts,): whether the label is ``near_scope``.
    replies
        Shape (texts,): whether each counts as a reply of the office.
    groups
        What each is about, if that was given.
    ours
        Whether all labels are ours.
    classes
        The labels that a model of them gives.
    codes
        Shape (texts,): the place of each answer among the classes.
    """

    texts: list[str]
    weight: FloatArray
    numbers: IndexArray
    near: NDArray[np.bool_]
    replies: NDArray[np.bool_]
    groups: list[Hashable] | None
    ours: bool
    classes: NDArray[Any]
    codes: IndexArray

    @classmethod
    def read(
        cls,
        texts: Sequence[str],
        labels: Sequence[str],
        sample_weight: ArrayLike | None = None,
        *,
        genres: Sequence[str] | None = None,
        groups: Sequence[Hashable] | None = None,
    ) -> TrainingSet:
        """Check what `nhsa_nlp.topic.TopicClassifier.fit` was given; the parameters are its own.

        Raises
        ------
        ArgumentError
            If it cannot be learnt from.
        """
        found = checked_texts(texts)
        given = np.asarray(labels)
        weight = np.ones(len(found)) if sample_weight is None else np.asarray(sample_weight, dtype=np.float64)
        if not found:
            raise ArgumentError("no texts to learn from")
        if given.shape != (len(found),) or weight.shape != (len(found),):
            raise ArgumentError(
                "{texts} texts, {labels} labels and {weights} weights",
                texts=len(found),
                labels=given.size,
                weights=weight.size,
            )
        if not (np.isfinite(weight).all() and (weight >= 0).all() and weight.any()):
            raise ArgumentError("sample weights must be numbers from 0 on, and not all of them zero")
        if unknown := [row for row, label in enumerate(given.tolist()) if label is None or label != label]:
            raise ArgumentError("text {number} has no label", number=unknown[0])
        numbers = np.flatnonzero(weight)
        given = given[numbers]
        _check_labels(given, numbers)
        ours = set(given.tolist()) <= set(OUR_LABELS)
        replies = _are_replies(genres, len(found), given, numbers)
        classes = np.array(np.unique(given) if not ours else LABELS if replies.all() else SCOPED_LABELS)
        near = np.isin(given, (NEAR_SCOPE,)) & ours
        column = {label: position for position, label in enumerate(classes.tolist())}
        answers = [
            OUT_OF_SCOPE if is_near else label for label, is_near in zip(given.tolist(), near, strict=True)
        ]
        return cls(
            texts=[found[row] for row in numbers],
            weight=weight[numbers],
            numbers=numbers,
            near=near,
            replies=replies,
            groups=None if groups is None else [groups[row] for row in numbers.tolist()],
            ours=ours,
            classes=classes,
            codes=np.array([column[label] for label in answers], dtype=np.int64),
        )

    @property
    def answers(self) -> list[str]:
        """The classes of the texts, by name."""
        return [str(label) for label in self.classes[self.codes].tolist()]


def _are_replies(
    genres: Sequence[str] | None, size: int, labels: NDArray[Any], numbers: IndexArray
) -> NDArray[np.bool_]:
    """Return which texts count as replies of the office: shape (texts that count,)."""
    outside = np.isin(labels, (OUT_OF_SCOPE, NEAR_SCOPE))
    if genres is None:
        return np.full(len(labels), not outside.any())
    if len(genres) != size:
        raise ArgumentError("{texts} texts but {genres} genres", texts=size, genres=len(genres))
    if unknown := [row for row, genre in enumerate(genres) if not isinstance(genre, str)]:
        raise ArgumentError(
            "text {number} has no genre; give one to each text, or genres=None", number=unknown[0]
        )
    return np.array([genres[row] == REPLY for row in numbers.tolist()]) & ~outside


def _check_labels(given: NDArray[Any], rows: IndexArray) -> None:
    """Refuse a single label, and one that is hardly another than ours: it would make a model of other labels.

    ``rows`` are the numbers of the texts, for the message.
    """
    counts = Counter(given.tolist())
    if len(counts) < 2 and not set(counts) <= set(OUR_LABELS):  # of ours, the others are known without texts
        raise ArgumentError(
            "the texts have one class only, {label}; a classifier needs two or more",
            label=show(given[0].item()),
        )
    named = Counter({label: number for label, number in counts.items() if isinstance(label, str)})
    if not are_ours(named):
        return
    for label in named.keys() - set(OUR_LABELS):
        if meant := suggestion(label, OUR_LABELS, _ALIKE):
            row = int(rows[np.flatnonzero(given == label)[0]])
            raise ArgumentError(
                "the label {label} of text {row} is not one of ours; write {meant}",
                label=show(label),
                row=row,
                meant=show(meant),
            )
