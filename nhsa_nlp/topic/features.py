"""What the classifier reads in a document: its subject line, section titles, sentences, words, themes.

Scores that rest on shares of sentences, not on counts of words, carry over from long replies to
headlines and to the documents of other bodies.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate, chain, pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.letter import Letter, read_letter
from nhsa_nlp.text import CleanText, Range, clean
from nhsa_nlp.text.segmenters import DictionarySegmenter, make_dictionary_segmenter
from nhsa_nlp.topic.labels import FACETS
from nhsa_nlp.topic.lexicon import IndexArray, TopicLexicon
from nhsa_nlp.topic.terms import JoinedSpaces, SparseVector, TermSpace, character_ngrams

FloatArray = NDArray[np.float64]

_HEADLINE = 60  # a text up to this length is its own subject line
_SENTENCE = re.compile(r"[^。！？；\n]+")
_SHORT = 6  # characters; shorter pieces are salutations, signatures, numbers
# What every reply of the same office says, whatever it is about.
_FORMULAS = frozenset(
    "收悉 答复 现答复 如下 感谢 关心 理解 支持 建议 提案 议案 提出 你们 我们 我局 代表 委员 经商 现就 "  # noqa: SIM905
    "有关 情况 国家 国家医保局 医保局 医疗保障局 国家医疗保障局 医保部门 医疗保障部门 以下 简称 工作".split()
)
_LETTER = re.compile(r"[\u3400-\u9fffA-Za-z]")
_REQUEST = re.compile(
    "建议|呼吁|希望|恳请|恳求|请|应当|应该|应(?=[^急用付对])|能不能|能否|可否|可不可以|要求|提请|盼|"
    "别再|不要|不应|取消|反对|何时|什么时候"
)
_ITEM = re.compile("[（(]?[一二三四五六七八九十1-9]+[、.．)）]|[一二三四五六七八九]是")


class DocumentFeatures:
    """A document as the classifier sees it; positions are those of the cleaned text.

    Without a lexicon there are no sector terms; the letter is parsed where the caller has not done it.
    """

    def __init__(
        self,
        cleaned: CleanText,
        lexicon: TopicLexicon | None,
        segmenter: DictionarySegmenter,
        letter: Letter | None,
    ):
        self.cleaned = cleaned
        self._lexicon = lexicon
        self._segmenter = segmenter
        self._letter = letter
        self._vectors: dict[TermSpace, SparseVector] = {}
        self.is_reply: bool | None = None
        """What the model that reads it found: whether it is a reply of the office."""
        self.is_near: bool | None = None
        """What the model that reads it found: whether it is at least next to health."""

    @property
    def text(self) -> str:
        """The cleaned text."""
        return self.cleaned.text

    @cached_property
    def letter(self) -> Letter:
        """The anatomy of the text."""
        return self._letter or read_letter(self.cleaned)

    @cached_property
    def subject(self) -> Range | None:
        """The subject line."""
        text = self.text
        stripped = text.strip()
        if len(stripped) <= _HEADLINE:
            start = len(text) - len(text.lstrip())
            return start, start + len(stripped)
        return self.letter.subject

    @property
    def titles(self) -> tuple[Range, ...]:
        """The titles of the sections."""
        return self.letter.titles

    @cached_property
    def sentences(self) -> list[Range]:
        """The sentences, without salutations and signatures; the whole text if there are none."""
        text = self.text
        found = [m.span() for m in _SENTENCE.finditer(text) if m.end() - m.start() >= _SHORT]
        return found or [(0, len(text))]

    @cached_property
    def hits(self) -> IndexArray:
        """The sector terms, see `TopicLexicon.find`: shape (hits, 3)."""
        return np.zeros((0, 3), np.int64) if self._lexicon is None else self._lexicon.find(self.text)

    @cached_property
    def words(self) -> list[str]:
        """The words, in order."""
        return self._segmenter.cut(self.text)

    @cached_property
    def placed_words(self) -> list[tuple[int, str]]:
        """The words and where each begins."""
        return list(zip(accumulate(map(len, self.words), initial=0), self.words, strict=False))

    @cached_property
    def counts(self) -> Counter[str]:
        """All words."""
        return Counter(self.words)

    def vector(self, space: TermSpace) -> SparseVector:
        """Return the weights of the words that a vocabulary has, see `TermSpace.vector`."""
        if space not in self._vectors:
            self._vectors[space] = space.vector(self.counts)
        return self._vectors[space]

    def look_up(self, spaces: JoinedSpaces) -> None:
        """Look the words up in several vocabularies at once, for `vector`."""
        self._vectors.update(spaces.vectors(self.counts))

    @cached_property
    def word_counts(self) -> Counter[str]:
        """The words of two or more characters, without numbers and the formulas of a reply.

        A vocabulary is made of these; what it has of a document can be found in all its `counts`.
        """
        counts = self.counts.copy()
        for word in [w for w in counts if len(w) < 2 or w in _FORMULAS or not _LETTER.search(w)]:
            del counts[word]
        return counts

    @cached_property
    def all_words(self) -> Counter[str]:
        """All words in lower case, numbers and punctuation too, and the dictionary's words in the text.

        Of the latter those are added, once each, that no cut of the text made: the parts of compounds
        (`公安` and `大学` in `公安大学`) and readings that were not chosen.
        """
        counts = Counter(word.lower() for word in self.words if not word.isspace())
        possible = {word.lower() for word in self._segmenter.cut_all(self.text) if not word.isspace()}
        counts.update(possible - counts.keys())
        return counts

    @cached_property
    def all_ngrams(self) -> Counter[str]:
        """The character n-grams in lower case, from one to three characters.

        The text is a line between two line ends, as what a headline opens and ends with tells much.
        """
        return character_ngrams(f"\n{self.text.lower()}\n", 1, 3)

    @cached_property
    def requests(self) -> list[Range]:
        """What is asked for: the first line, the sentences with a word of asking, else the last one."""
        return requests_among(self.text, self.sentences)


def requests_among(text: str, sentences: Sequence[Range]) -> list[Range]:
    """Return which sentences of a text ask for something: see `DocumentFeatures.requests`."""
    asked = [span for span in sentences[1:] if _asks(text[slice(*span)].lstrip())]
    return [*sentences[:1], *(asked or sentences[1:][-1:])]


def _asks(sentence: str) -> bool:
    return _REQUEST.search(sentence) is not None or _ITEM.match(sentence) is not None


def extract(
    text: str | CleanText,
    lexicon: TopicLexicon | None = None,
    segmenter: DictionarySegmenter | None = None,
    letter: Letter | None = None,
) -> DocumentFeatures:
    """Return the features of a raw or cleaned text, see `DocumentFeatures`; by default rjieba cuts it."""
    cleaned = clean(text) if isinstance(text, str) else text
    return DocumentFeatures(cleaned, lexicon, segmenter or make_dictionary_segmenter(), letter)


# A headline's one sentence is weak evidence, a page without a mention is strong: shares are taken
# as if a third of a sentence more (and of a term of each facet) had the share of a facet in general.
_UNSEEN = 1 / 3
_BASE = 1 / 3
_SECTION_LENGTH = 8  # sentences


class Mentioned(NamedTuple):
    """The terms in some spans of a document: how many of each theme, shape (spans, themes), and which."""

    counts: FloatArray
    terms: IndexArray


class Mentions(NamedTuple):
    """The terms in the sentences, the section titles and the subject line (if there is one) of a document."""

    body: Mentioned
    titles: Mentioned
    subject: Mentioned


_PARTS = Mentions._fields


class ThemeFeatures:
    """How large a share of a document speaks of each facet and each theme.

    ``body`` is the share of the sentences with a term, ``titles`` and ``subject`` the same for the
    section titles and the subject line, ``peak`` the share in the run of eight sentences (about a
    section) where it is largest, ``dominance`` a facet's share of all terms.

    Attributes
    ----------
    names
        The names of the features, in the order of their columns.
    """

    def __init__(self, lexicon: TopicLexicon):
        self.lexicon = lexicon
        themes = lexicon.themes
        self._sectors = np.array([[f in t.sectors for f in FACETS] for t in themes], dtype=np.float64)
        self._telling = np.array([theme.telling for theme in themes])
        self._counts = np.array([bool(theme.sectors) - theme.foreign for theme in themes])
        self.names: tuple[str, ...] = (
            *(f"{part}:{facet}" for part in _PARTS for facet in FACETS),
            "has:titles",
            "has:subject",
            *(f"peak:{facet}" for facet in FACETS),
            *(f"dominance:{facet}" for facet in FACETS),
            *(f"body:{theme.theme}" for theme in themes if theme.telling),
        )
        column = {name: i for i, name in enumerate(self.names)}
        self._counted = [np.zeros((len(themes), len(self.names))) for _ in _PARTS]
        for index, theme in enumerate(themes):
            for part, counted in zip(_PARTS, self._counted, strict=True):
                kinds = (part, "peak", "dominance") if part == "body" else (part,)
                fed = {f"{kind}:{facet}" for kind in kinds for facet in theme.sectors}
                fed.add(f"{part}:{theme.theme}")
                counted[index, [column[name] for name in fed & column.keys()]] = 1

    def __call__(self, document: DocumentFeatures) -> FloatArray:
        """Return the features of a document: shape (features,), see `shares`."""
        return self.shares(self.mentions(document))

    def mentions(self, document: DocumentFeatures) -> Mentions:
        """Count the terms of each theme in each sentence, section title and subject line of a document."""
        parts = document.sentences, document.titles, [document.subject] if document.subject else []
        borders = list(accumulate(map(len, parts), initial=0))
        rows, located = _located(list(chain.from_iterable(parts)), document.hits)
        terms, themes = document.hits[located, 2], len(self.lexicon.themes)
        found = np.bincount(rows * themes + self.lexicon.theme_of[terms], minlength=borders[-1] * themes)
        counts = found.reshape(-1, themes).astype(np.float64)
        ends = np.searchsorted(rows, borders).tolist()
        return Mentions(
            *(
                Mentioned(counts[first:last], terms[begin:end])
                for (first, last), (begin, end) in zip(pairwise(borders), pairwise(ends), strict=True)
            )
        )

    def shares(self, mentions: Mentions) -> FloatArray:
        """Return the features of a document: shape (features,), each from 0 to 1.

        Shares are square roots, as the step from no mention to a few says more than the one from
        many to all.
        """
        body, titles, subject = (part.counts @ self._sectors > 0 for part in mentions)
        spoken = mentions.body.counts.sum(axis=0) @ self._sectors
        features = [
            _share(body, _UNSEEN, _BASE),
            _share(titles),
            _share(subject),
            np.array([len(titles) > 0, len(subject) > 0]),
            _peak(body, _UNSEEN, _BASE),
            (spoken + _UNSEEN) / (spoken.sum() + len(FACETS) * _UNSEEN),
            _share(mentions.body.counts[:, self._telling] > 0, _UNSEEN),
        ]
        return np.sqrt(np.concatenate(features, dtype=np.float64))

    def attribute(self, mentions: Mentions, weights: FloatArray) -> tuple[IndexArray, FloatArray]:
        """Share out what features weigh among the terms that make them up, by how often they occur.

        From the weights of the features, shape (features, outputs), to the terms, as indexes of the lexicon
        in the order of their first places, and theirs, shape (terms, outputs). What does not depend on any
        term is in none.
        """
        row: dict[int, int] = {}
        rows = [[row.setdefault(term, len(row)) for term in part.terms.tolist()] for part in mentions]
        terms = np.fromiter(row, np.int64, len(row))
        themes = self.lexicon.theme_of[terms]
        found = np.zeros((len(row), weights.shape[1]))
        for part, counted, places in zip(mentions, self._counted, rows, strict=True):
            if places:
                total = np.maximum(part.counts.sum(axis=0) @ counted, 1)
                of_themes = counted @ (weights / total[:, None])
                found += np.bincount(places, minlength=len(row))[:, None] * of_themes[themes]
        return terms, found

    def density(self, document: DocumentFeatures) -> float:
        """Return how much of a document's text is terms of a sector, less what is of other matters."""
        start, end, term = document.hits.T
        covered = int(self._counts[self.lexicon.theme_of[term]] @ (end - start))
        return covered / max(1, len(document.text))


def _located(spans: Sequence[Range], hits: IndexArray) -> tuple[IndexArray, IndexArray]:
    """Return for each term that begins in a span, span by span, the number of the span and of the hit."""
    bounds = np.searchsorted(hits[:, 0], np.array(spans, dtype=np.int64).reshape(-1, 2))
    numbers = bounds[:, 1] - bounds[:, 0]
    rows = np.repeat(np.arange(len(spans)), numbers)
    within = np.arange(len(rows)) - np.repeat(np.cumsum(numbers) - numbers, numbers)
    return rows, bounds[rows, 0] + within


def _share(flags: NDArray[np.bool_], unseen: float = 0, base: float = 0) -> FloatArray:
    """Return the share of true rows in each column, as if some more rows had the base share."""
    return np.asarray((flags.sum(axis=0) + unseen * base) / max(1, len(flags) + unseen))


def _peak(flags: NDArray[np.bool_], unseen: float, base: float) -> FloatArray:
    """Return the largest share, as `_share`, in any run of so many rows as a section has."""
    length = min(_SECTION_LENGTH, len(flags))
    total = np.vstack([np.zeros((1, flags.shape[1])), np.cumsum(flags, axis=0)])
    largest = (total[length:] - total[:-length]).max(axis=0)
    return np.asarray((largest + unseen * base) / (length + unseen))
