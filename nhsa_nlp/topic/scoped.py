"""The topic model of proposals: three yes/no questions of which none need be yes.

What is labelled by the definitions of the sectors is read by it: proposals as they come in, from a title of
ten characters to pages, and documents of other bodies. It is linear over words, character n-grams and the
kinds of things that are named, so that what each adds to a score can be told.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, pairwise, tee
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.text import Range
from nhsa_nlp.topic.features import DocumentFeatures, requests_among
from nhsa_nlp.topic.labels import FACETS, NEAR_SCOPE, OUT_OF_SCOPE, SCOPED_MEMBERSHIP
from nhsa_nlp.topic.lexicon import TopicLexicon
from nhsa_nlp.topic.terms import LinearTerms, softmax

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int64]

LONGEST_NGRAM = 3
_SENTENCE = re.compile(r"[^。！？；\n]*(?:[。！？；\n]|\Z)")
_CHINESE, _KANA = (0x3400, 0x9FFF), (0x3041, 0x30FA)
_LETTERS = re.compile(r"[^\W\d_]+")
_KANA_SHARE = 0.1  # of the letters; more, and the Chinese characters are those of a Japanese text
_FEWEST = 2  # Chinese characters; with fewer there is nothing to judge
_CHINESE_SHARE = 0.2  # of the letters; with less it is another language that has some Chinese in it
_TITLE = 40  # characters; a text up to this length is a title alone
_CLAUSE = re.compile(r"[^。！？；，,\n]+")


class Places(NamedTuple):
    """The terms in a document, each as often as it is there, and where: from ``starts`` to ``ends``."""

    terms: list[str]
    starts: IndexArray
    ends: IndexArray

    @classmethod
    def of(cls, found: Sequence[tuple[str, int, int]]) -> Places:
        """Make them of terms with their places."""
        spans = np.array([span for _, *span in found], dtype=np.int64).reshape(-1, 2)
        return cls([term for term, _, _ in found], spans[:, 0], spans[:, 1])


def _distinct(values: IndexArray) -> tuple[IndexArray, IndexArray, IndexArray]:
    """Return the distinct values in order, which of them each is, and how often: a quicker `numpy.unique`."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    new = np.empty(len(values), dtype=np.bool_)
    new[:1] = True
    np.not_equal(ordered[1:], ordered[:-1], out=new[1:])
    rows = np.empty_like(order)
    rows[order] = np.cumsum(new) - 1
    starts = np.flatnonzero(new)
    return ordered[starts], rows, np.diff(np.append(starts, len(values)))


@dataclass(frozen=True, slots=True)
class ScopedVectors:
    """What a `ScopedModel` takes from a document: its scores and their evidence come from the same.

    Parameters
    ----------
    document
        The document.
    values, weights
        Shapes (terms,) and (terms, 4): the distinct terms, words of requests and kinds that the model knows,
        as in `TermSpace.vector`, and what it learnt of each.
    numbers
        Shape (terms,): how often each is there.
    rows, starts, ends
        Shape (places,): which of these a place counts for, and where it is.
    """

    document: DocumentFeatures
    values: FloatArray
    weights: FloatArray
    numbers: IndexArray
    rows: IndexArray
    starts: IndexArray
    ends: IndexArray


@dataclass(frozen=True)
class ScopedModel:
    """Three yes/no models of the sectors, and a fourth for what is next to them.

    Given the text the answers are independent, so that none of the sectors is an answer too. Whether a text
    of no sector is at least next to health is asked of those only.

    Parameters
    ----------
    terms, requests, kinds
        Linear models over words and n-grams, over the words of what is asked for, which count once more, and
        over the kinds of things that are named; the outputs are ``FACETS`` and "next to health".
    bias
        Shape (4,).
    vocabulary
        The kinds of things, and what they are called.
    lexicon
        The sector terms; a sentence without any of them, or of the vocabulary, is not read.
    """

    terms: LinearTerms
    requests: LinearTerms
    kinds: LinearTerms
    bias: FloatArray
    vocabulary: TopicLexicon
    lexicon: TopicLexicon

    def vectorize(self, documents: Sequence[DocumentFeatures]) -> list[ScopedVectors]:
        """Return what the model takes from each document."""
        return [self._vectors(document) for document in documents]

    def _vectors(self, document: DocumentFeatures) -> ScopedVectors:
        """Look up the terms of a document, those of all three models at once."""
        borders, idf, weights = self._joined
        located = places_of(document, self.vocabulary)
        spaces = self.terms.space, self.requests.space, self.kinds.space
        columns = [space.columns(its.terms) for space, its in zip(spaces, located, strict=True)]
        found = np.concatenate(columns)
        found += np.repeat(borders[:-1], [len(part) for part in columns]) * (found >= 0)
        known = np.flatnonzero(found >= 0)
        distinct, rows, numbers = _distinct(found[known])
        values = (1 + np.log(numbers)) * idf[distinct]
        for begin, end in pairwise(np.searchsorted(distinct, borders).tolist()):
            if begin < end:  # each part is of unit length
                own = values[begin:end]
                own /= math.sqrt(own @ own)
        starts, ends = (np.concatenate([places[at] for places in located])[known] for at in (1, 2))
        return ScopedVectors(document, values, weights[distinct], numbers, rows, starts, ends)

    @cached_property
    def _joined(self) -> tuple[list[int], FloatArray, FloatArray]:
        """The three models side by side: where each begins and ends, its terms' weights, what was learnt."""
        parts = self.terms, self.requests, self.kinds
        borders = list(accumulate((len(part.space.vocabulary) for part in parts), initial=0))
        return (
            borders,
            np.concatenate([part.space.idf for part in parts]),
            np.concatenate([part.weights for part in parts]),
        )

    def scores(self, documents: Sequence[ScopedVectors]) -> FloatArray:
        """Return the log-odds of the three sectors and of "next to health": shape (documents, 4)."""
        return np.stack([vectors.values @ vectors.weights for vectors in documents]) + self.bias

    def probabilities(self, vectors: Sequence[ScopedVectors]) -> FloatArray:
        """Return the probabilities of ``SCOPED_LABELS``: shape (documents, 8)."""
        return scoped_distribution(self.scores(vectors)[:, : len(FACETS)])

    def predict(self, documents: Sequence[DocumentFeatures]) -> FloatArray:
        """Return the probabilities of documents: shape (documents, 8)."""
        return self.probabilities(self.vectorize(documents))

    def explain(self, document: DocumentFeatures) -> tuple[FloatArray, list[str], FloatArray]:
        """Return the probabilities of a document, and words with their `contributions`."""
        vectors = self._vectors(document)
        scores = self.scores([vectors])
        document.is_near = bool(scores[0, len(FACETS)] > 0)
        return scoped_distribution(scores[:, : len(FACETS)])[0], *self.contributions(vectors)

    def contributions(self, vectors: ScopedVectors) -> tuple[list[str], FloatArray]:
        """Attribute the scores of the sectors to the words of a text: shape (words, 3).

        What an n-gram adds is shared by its characters, what a kind adds by the terms of that kind; a word
        has what its characters have. Together they are the score without the bias.
        """
        document = vectors.document
        if not document.words:
            return [], np.zeros((0, len(FACETS)))
        # What is added at a place begins with its first character and ends after its last.
        steps = np.zeros((len(document.text) + 1, len(FACETS)))
        weights = vectors.values[:, None] * vectors.weights[:, : len(FACETS)]
        lengths = vectors.ends - vectors.starts
        parts = weights[vectors.rows] / (vectors.numbers[vectors.rows] * lengths)[:, None]
        for output, part in enumerate(parts.T):
            steps[:, output] += np.bincount(vectors.starts, part, len(steps))
            steps[:, output] -= np.bincount(vectors.ends, part, len(steps))
        shares = np.cumsum(steps, axis=0)
        row: dict[str, int] = {}
        rows = [row.setdefault(word, len(row)) for word in document.words]
        of_words = np.add.reduceat(shares, [start for start, _ in document.placed_words])
        return list(row), np.column_stack([np.bincount(rows, part) for part in of_words.T])

    def scope(self, document: DocumentFeatures) -> str:
        """Return what a document of no sector is: ``near_scope`` or ``out_of_scope``."""
        if document.is_near is None:  # which `explain` has found by the way
            document.is_near = bool(self.scores(self.vectorize([document]))[0, len(FACETS)] > 0)
        return NEAR_SCOPE if document.is_near else OUT_OF_SCOPE

    def refusal(self, document: DocumentFeatures) -> str | None:
        """Return why a document cannot be judged at all: ``too_short`` or ``not_chinese``."""
        text = document.text
        points = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
        chinese, kana = (np.count_nonzero((points >= a) & (points <= z)) for a, z in (_CHINESE, _KANA))
        if kana or chinese < _CHINESE_SHARE * len(text):  # else the letters need not be counted
            letters = sum(map(len, _LETTERS.findall(text)))
            if chinese < _CHINESE_SHARE * letters or kana > _KANA_SHARE * letters:
                return "not_chinese"
        return None if chinese >= _FEWEST else "too_short"

    def kind(self, document: DocumentFeatures) -> str:
        """Return what kind of text the thresholds for it are those of: ``title`` or ``text``."""
        return "title" if len(document.text.strip()) <= _TITLE else "text"


def scoped_distribution(scores: FloatArray) -> FloatArray:
    """Return the probabilities of ``SCOPED_LABELS``, (documents, 8), from facet log-odds, (documents, 3)."""
    return softmax(scores @ SCOPED_MEMBERSHIP.T.astype(np.float64))


def places_of(document: DocumentFeatures, vocabulary: TopicLexicon) -> tuple[Places, Places, Places]:
    """Return what the model reads in a document: terms, words of requests, kinds of things."""
    names = vocabulary.find(document.text)
    runs = telling_runs(document, names)
    return (
        term_places(document, runs),
        request_places(document, runs),
        kind_places(document, vocabulary, names),
    )


def telling_runs(document: DocumentFeatures, names: IndexArray) -> list[Range]:
    """Return the runs of sentences in which something is named; the whole text if there are none.

    What frames a matter (the head of a page, formulas, who is responsible) names nothing, and a text is
    about the same without it. ``names`` are hits as of `TopicLexicon.find`; those of the sectors count too.
    """
    ends = [match.end() for match in _SENTENCE.finditer(document.text)]
    starts = names[:, 0].tolist() + document.hits[:, 0].tolist()
    runs: list[Range] = []
    for number in sorted({bisect_right(ends, start) for start in starts}):
        begin = ends[number - 1] if number else 0
        if runs and runs[-1][1] == begin:
            begin = runs.pop()[0]
        runs.append((begin, ends[number]))
    return runs or [(0, len(document.text))]


def term_places(document: DocumentFeatures, runs: Sequence[Range]) -> Places:
    """Return the character n-grams in some runs of a document, and its words of two or more characters."""
    text = document.text
    terms: list[str] = []
    starts, sizes = [], []
    known: dict[str, str] = {}
    for begin, end in runs:
        for size in range(1, LONGEST_NGRAM + 1):
            places = range(begin, max(begin, end - size + 1))
            pieces = (text[start : start + size] for start in places)
            terms += map(known.setdefault, *tee(pieces))
            starts.append(np.arange(places.start, places.stop))
            sizes.append(np.full(len(places), size))
    words = [(start, word) for start, word in _words_in(document, runs) if len(word) > 1]
    terms += [word for _, word in words]
    starts.append(np.array([start for start, _ in words], dtype=np.int64))
    sizes.append(np.array([len(word) for _, word in words], dtype=np.int64))
    begins = np.concatenate(starts)
    return Places(terms, begins, begins + np.concatenate(sizes))


def request_places(document: DocumentFeatures, runs: Sequence[Range]) -> Places:
    """Return the words of what some runs of a document ask for."""
    begins = [begin for begin, _ in runs]
    told = [
        span
        for span in document.sentences
        if (number := bisect_right(begins, span[0])) and span[0] < runs[number - 1][1]
    ]
    asked = requests_among(document.text, told or document.sentences)
    return Places.of([(word, start, start + len(word)) for start, word in _words_in(document, asked)])


def kind_places(document: DocumentFeatures, vocabulary: TopicLexicon, names: IndexArray) -> Places:
    """Return the kinds of things that a document names, and which follows which in a clause, ``a>b``."""
    found: list[tuple[str, int, int]] = []
    text = document.text
    ends = [match.end() for match in _CLAUSE.finditer(text)]
    clause = 0
    last: tuple[int, int, str] | None = None
    for start, end, term in names.tolist():
        kind = vocabulary.themes[vocabulary.theme_of[term]].theme
        found.append((kind, start, end))
        before = clause
        while clause < len(ends) and ends[clause] < end:
            clause += 1
        if last is not None and clause == before:
            found.append((f"{last[2]}>{kind}", last[0], end))
        last = (start, end, kind)
    return Places.of(found)


def _words_in(document: DocumentFeatures, runs: Sequence[Range]) -> Iterator[tuple[int, str]]:
    """Yield the words that begin in some runs, which follow one another, and where."""
    ahead = iter(runs)
    begin, end = next(ahead)
    for start, word in document.placed_words:
        while start >= end and (following := next(ahead, None)) is not None:
            begin, end = following
        if begin <= start < end:
            yield start, word
