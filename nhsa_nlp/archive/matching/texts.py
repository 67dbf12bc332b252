"""An earlier text as it is compared with a proposal: its passages, and the terms that each of them has."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.archive.matching.passages import cut_passages
from nhsa_nlp.io.store.search_tokens import folded
from nhsa_nlp.io.store.term_index import Codes, Counts, find_terms

_CODE = 42  # bits of the code of a term


class Text(NamedTuple):
    """A text of the archive.

    Attributes
    ----------
    passages
        Starts and ends in the raw text.
    terms, places, counts
        The terms of each passage: their codes, the numbers of the passages, ascending, and how often
        the passage has the term.
    """

    raw: str
    passages: list[tuple[int, int]]
    terms: Codes
    places: NDArray[np.int64]
    counts: NDArray[np.int64]

    def whole(self) -> Counts:
        """Return the terms of the text, as sorted codes, and how often each occurs in its passages."""
        codes, places = np.unique(self.terms, return_inverse=True)
        return codes, np.bincount(places, self.counts, len(codes)).astype(np.int64)


def read_text(raw: str, section_starts: Iterable[int] = ()) -> Text:
    """Cut a text into passages and find their terms; none reaches from one passage into the next."""
    passages = cut_passages(raw, section_starts)
    joined = "\n".join(raw[start:end] for start, end in passages)
    ends = np.cumsum([end - start + 1 for start, end in passages], dtype=np.int64)
    codes, starts = find_terms(folded(joined))
    numbers = np.searchsorted(ends, starts, side="right").astype(np.int64)
    found, counts = np.unique(numbers << _CODE | codes, return_counts=True)
    return Text(raw, passages, found & ((1 << _CODE) - 1), found >> _CODE, counts)
