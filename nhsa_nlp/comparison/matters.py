"""How likely two texts are about the same matter, by the rare pairs of characters that both have.

The weights are fixed: how rare a pair is was counted in the project's own training texts, so that whether
two documents are alike depends on nothing but the two.
"""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.text import clean
from nhsa_nlp.text.segmenters import make_dictionary_segmenter
from nhsa_nlp.text.traditional import simplify

FloatArray = NDArray[np.float64]

_WORDS = re.compile("[\u3400-\u9fffa-z]+")
_COMMON = 0.02  # of the texts; what is in more says nothing about the matter
_PHRASES = 0.25  # of the pairs of a text, from which on set phrases do not count
_READ = 350  # characters; the title and the beginning say what a long text is about
_MOST = 40.0  # a rarer or more frequent pair counts no more: a rare word may be there by accident
_POSTINGS = 500  # documents; a pair of characters in more does not bring any two of them together
_HELD = 2_000_000  # products held at a time
_HALF = 0.5  # of the threshold, which rare pairs alone must reach before all are counted


class Rarity:
    """How much each pair of characters tells about the matter of a text.

    Parameters
    ----------
    documents
        The number of texts in which pairs were counted.
    counts
        In how many of them each pair is, if in more than one.
    typical
        The length of a typical text's vector; a text that is much shorter has little to be judged by.
    phrases
        Pairs that are common in replies of the office though rare elsewhere: they say nothing about the
        matter of a text that is largely made of them.
    """

    def __init__(self, documents: int, counts: dict[str, int], typical: float, phrases: Iterable[str] = ()):
        self.documents, self.counts, self.typical = documents, counts, typical
        self.phrases = frozenset(phrases)
        self._rarest = self._weight(1)

    @classmethod
    def learn(cls, texts: Iterable[str], replies: Iterable[str] = ()) -> Rarity:
        """Count in some texts and in replies of the office; a long one counts as several."""
        of_texts, of_replies = (
            [_pairs(piece) for text in some for piece in _pieces(_letters(text))] for some in (texts, replies)
        )
        found = [*of_texts, *of_replies]
        frequency = Counter(chain.from_iterable(found))
        counts = {pair: n for pair, n in sorted(frequency.items()) if n > 1}
        rarity = cls(len(found), counts, 0.0)
        rarity.typical = float(np.median([rarity.length(pairs) for pairs in found]))
        common = Counter(chain.from_iterable(of_replies))
        rarity.phrases = frozenset(
            pair for pair, n in common.items() if n > _COMMON * len(of_replies) and rarity.weight(pair)
        )
        return rarity

    def weight(self, pair: str) -> float:
        """Return the squared inverse document frequency of a pair of characters, 0 for a common one."""
        count = self.counts.get(pair)
        return self._rarest if count is None else self._weight(count)

    def length(self, pairs: Counter[str]) -> float:
        """Return the length of a text's vector."""
        return math.sqrt(sum(value * value for value in self.vector(pairs).values()))

    def vector(self, pairs: Counter[str]) -> dict[str, float]:
        """Return the weights of a text's pairs of characters."""
        phrases = sum(count for pair, count in pairs.items() if pair in self.phrases)
        if phrases >= _PHRASES * max(pairs.total(), 1):
            pairs = Counter({pair: count for pair, count in pairs.items() if pair not in self.phrases})
        weights = ((pair, count, self.weight(pair)) for pair, count in pairs.items())
        return {pair: min((1 + math.log(count)) * weight, _MOST) for pair, count, weight in weights if weight}

    def _weight(self, count: int) -> float:
        return (math.log(self.documents / count) + 1) ** 2 if count <= _COMMON * self.documents else 0.0


def bigrams(text: str) -> Counter[str]:
    """Count the pairs of neighbouring letters in a raw text, page marks aside."""
    return _pairs(_beginning(text))


def _pairs(letters: str) -> Counter[str]:
    runs = _WORDS.findall(letters)
    return Counter(run[i : i + 2] for run in runs for i in range(len(run) - 1))


def _letters(text: str) -> str:
    return simplify(clean(text).text).lower()


def _beginning(text: str) -> str:
    """Return what is read of a text; page marks and spaces, which are not, make up less than half."""
    return _letters(text[: 2 * _READ])[:_READ]


def _pieces(letters: str) -> Iterator[str]:
    yield from (letters[start : start + _READ] for start in range(0, max(1, len(letters)), _READ))


@cache
def shipped_rarity() -> Rarity:
    """Return what was counted in the project's training texts."""
    text = files("nhsa_nlp.comparison").joinpath("resources", "bigrams.txt").read_text("utf-8")
    head, phrases, *lines = (line for line in text.splitlines() if not line.startswith("#"))
    documents, typical = head.split()
    counted = (line.split() for line in lines)
    counts = {pair: int(count) for count, joined in counted for pair in _apart(joined)}
    return Rarity(int(documents), counts, float(typical), _apart(phrases))


def _apart(joined: str) -> list[str]:
    return [joined[i : i + 2] for i in range(0, len(joined), 2)]


class Matters:
    """Texts to be compared by their matter.

    The likeness of two texts is their scalar product over ``(√(a·b) + c)²``, where ``a`` and ``b`` are the
    lengths of their vectors and ``c`` that of a typical text: a cosine that is smaller the less there is to
    judge by. A title alone, or the frame of official titles, makes nothing alike.
    """

    def __init__(self, texts: Iterable[str], rarity: Rarity | None = None):
        from scipy import sparse

        rarity = rarity or shipped_rarity()
        columns: dict[str, int] = {}
        places, values, ends = array("q"), array("d"), array("q", [0])
        for text in texts:
            for pair, value in rarity.vector(bigrams(text)).items():
                places.append(columns.setdefault(pair, len(columns)))
                values.append(value)
            ends.append(len(places))
        self._matrix = sparse.csr_matrix(
            (np.asarray(values), np.asarray(places), np.asarray(ends)), shape=(len(ends) - 1, len(columns))
        )
        self._roots = np.sqrt(np.sqrt(np.asarray(self._matrix.multiply(self._matrix).sum(axis=1)).ravel()))
        self._typical = rarity.typical

    def likeness(self, one: int, other: int) -> float:
        """Return how alike two texts are."""
        return float(self._likeness(np.array([one]), np.array([other]))[0])

    def alike(self, threshold: float) -> list[tuple[int, int, float]]:
        """Return all pairs that are alike enough, the smaller index first, with their likeness."""
        from scipy import sparse

        frequency = np.bincount(self._matrix.indices, minlength=self._matrix.shape[1])
        telling = self._matrix @ sparse.diags_array((frequency <= _POSTINGS).astype(np.float64))
        telling = sparse.csr_matrix(telling)
        telling.eliminate_zeros()
        found: list[tuple[int, int, float]] = []
        block = max(1, _HELD // max(1, telling.shape[0]))
        for start in range(0, telling.shape[0], block):
            products = (telling[start : start + block] @ telling.T).tocoo()
            one, other = products.row.astype(np.int64) + start, products.col.astype(np.int64)
            later = (one < other) & (products.data >= _HALF * threshold * self._scale(one, other))
            one, other = one[later], other[later]
            likeness = self._likeness(one, other)
            kept = likeness >= threshold
            found += zip(one[kept].tolist(), other[kept].tolist(), likeness[kept].tolist(), strict=True)
        return sorted(found)

    def _scale(self, one: NDArray[np.int64], other: NDArray[np.int64]) -> FloatArray:
        return np.asarray((self._roots[one] * self._roots[other] + self._typical) ** 2)

    def _likeness(self, one: NDArray[np.int64], other: NDArray[np.int64]) -> FloatArray:
        products = np.asarray(self._matrix[one].multiply(self._matrix[other]).sum(axis=1)).ravel()
        return np.asarray(products / self._scale(one, other))


def shared_terms(one: str, other: str, most: int) -> list[str]:
    """Return the words that two raw texts share and that tell something, the most telling first."""
    rarity, segmenter = shipped_rarity(), make_dictionary_segmenter()
    words, others = (
        {word for run in _WORDS.findall(_beginning(text)) for word in segmenter.cut(run, new_words=False)}
        for text in (one, other)
    )
    weights = {
        word: sum(map(rarity.weight, {word[i : i + 2] for i in range(len(word) - 1)}))
        for word in words & others
    }
    telling = [word for word, weight in weights.items() if weight]
    return sorted(telling, key=lambda word: (-weights[word], word))[:most]


def resource_text(rarity: Rarity) -> str:
    """Return what `shipped_rarity` reads: pairs by their count, of two characters each."""
    by_count: dict[int, list[str]] = {}
    for pair, count in sorted(rarity.counts.items()):
        by_count.setdefault(count, []).append(pair)
    lines: Sequence[str] = [f"{count} {''.join(by_count[count])}" for count in sorted(by_count)]
    return "\n".join(
        [
            "# In how many training texts each pair of characters is, if in more than one.",
            "# First the number of texts and the length of a typical one's vector, the pairs that are common",
            "# in replies though rare elsewhere, then count and pairs.",
            "# Written by: python benchmarks/groups.py --learn",
            f"{rarity.documents} {rarity.typical:.3f}",
            "".join(sorted(rarity.phrases)),
            *lines,
            "",
        ]
    )
