"""Labels and facets: a label is the set of sectors (facets) a document is about.

A text that is about none of them is `OUT_OF_SCOPE`, or `NEAR_SCOPE` where it is next to health.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.errors import InputError

FACETS: tuple[str, str, str] = ("医保", "医疗", "医药")
"""The three sectors: health insurance, medical services, pharmaceuticals."""

_SETS: dict[str, frozenset[str]] = {
    "医保": frozenset({"医保"}),
    "医疗": frozenset({"医疗"}),
    "医药": frozenset({"医药"}),
    "医疗x医保": frozenset({"医疗", "医保"}),
    "医保x医药": frozenset({"医保", "医药"}),
    "医疗x医药": frozenset({"医疗", "医药"}),
    "三联动": frozenset(FACETS),
}
_NAMES = {facets: label for label, facets in _SETS.items()}

LABELS: tuple[str, ...] = tuple(_SETS)
"""The seven labels: every set of facets but the empty one, written as the data writes them."""

OUT_OF_SCOPE = "out_of_scope"
"""What a text is called that none of the sectors is asked or argued for in."""
NEAR_SCOPE = "near_scope"
"""The same where its matter is next to health: elder care, childcare, food safety, parking at hospitals."""

SCOPED_LABELS: tuple[str, ...] = (*LABELS, OUT_OF_SCOPE)
"""The answers of a model that has learnt what is out of scope too."""

OUR_LABELS: tuple[str, ...] = (*SCOPED_LABELS, NEAR_SCOPE)
"""What our own training texts may be labelled with."""

MEMBERSHIP: NDArray[np.bool_] = np.array([[f in _SETS[label] for f in FACETS] for label in LABELS])
"""Which facets a label has: shape (7, 3), rows as ``LABELS``, columns as ``FACETS``."""
MEMBERSHIP.setflags(write=False)

SCOPED_MEMBERSHIP: NDArray[np.bool_] = np.vstack([MEMBERSHIP, np.zeros((1, len(FACETS)), dtype=np.bool_)])
"""The same for ``SCOPED_LABELS``: shape (8, 3)."""
SCOPED_MEMBERSHIP.setflags(write=False)


def label_to_facets(label: str) -> frozenset[str]:
    """Return the facets of a label; there are none in what is out of scope or next to it.

    Raises
    ------
    InputError
        If ``label`` is neither one of ``LABELS`` nor a scope.
    """
    if label in (OUT_OF_SCOPE, NEAR_SCOPE):
        return frozenset()
    try:
        return _SETS[label]
    except KeyError:
        raise InputError(
            "unknown label {label!r}; the labels are {labels}", label=label, labels=", ".join(LABELS)
        ) from None


def facets_to_label(facets: Iterable[str]) -> str:
    """Return the label of a set of facets.

    Raises
    ------
    InputError
        If the set is empty or has anything but the three facets.
    """
    given = frozenset(facets)
    try:
        return _NAMES[given]
    except KeyError:
        raise InputError(
            "no label for the facets {given}; use one or more of {facets}",
            given=sorted(given),
            facets=", ".join(FACETS),
        ) from None


def indicator_matrix(labels: Sequence[str]) -> NDArray[np.bool_]:
    """Return which document has which facet: shape (documents, 3), columns as ``FACETS``.

    Raises
    ------
    InputError
        If a label is neither one of ``LABELS`` nor a scope.
    """
    sets = [label_to_facets(label) for label in labels]
    return np.array([[f in facets for f in FACETS] for facets in sets], np.bool_).reshape(-1, len(FACETS))


def without_near(label: str) -> str:
    """Return a label as one of ``SCOPED_LABELS``: what is next to health is out of scope too."""
    return OUT_OF_SCOPE if label == NEAR_SCOPE else label
