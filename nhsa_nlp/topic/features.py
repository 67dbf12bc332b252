"""What the classifier reads in a document: its subject line, section titles, sentences, words, themes.

Scores that rest on shares of sentences, not on counts of words, carry over from long replies to
headlines and to the documents of other bodies.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import rjieba
from numpy.typing import NDArray

from nhsa_nlp.text import CleanText, Range, clean
from nhsa_nlp.topic.labels import FACETS
from nhsa_nlp.topic.lexicon import Hit, TopicLexicon
from nhsa_nlp.topic.terms import character_ngrams

FloatArray = NDArray[np.float64]

_HEADLINE = 60  # a text up to this length is its own subject line
_HEAD = 600  # where a subject line is looked for
_KIND = "建议|提案|议案"
_ASKED = re.compile(rf"提出的[《“\"]?关于(?P<subject>[^。\n]{{2,80}}?)的?(?:{_KIND})")
_TITLE_LINE = re.compile(
    rf"^[^\n。，；]{{0,30}}关于(?P<subject>[^\n。]{{2,80}}?)"
    rf"(?:的?(?:{_KIND}|[^\n。的]{{0,6}}))?(?:[（(][^\n）)]{{0,30}}[）)])?[》”\"]?$",
    re.M,
)
_NUMBERED = re.compile(rf"第\s?\d+\s?号[^。\n]{{0,20}}(?:{_KIND})")
_SECTION = re.compile(
    r"(?:^|(?<=[。：；\n]))[一二三四五六七八九十]{1,3}、"
    r"(?P<title>[^。；：\n]{2,60}(?=\n)|[^。；：，\n]{2,40}?的(?:建议|问题|意见)|[^。；：，\n]{2,40})"
)
_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SENTENCE = re.compile(r"[^。！？；\n]+")
_SHORT = 6  # characters; shorter pieces are salutations, signatures, numbers
# What every reply of the same office says, whatever it is about.
_FORMULAS = frozenset(
    "收悉 答复 现答复 如下 感谢 关心 理解 支持 建议 提案 议案 提出 你们 我们 我局 代表 委员 经商 现就 "  # noqa: SIM905
    "有关 情况 国家 国家医保局 医保局 医疗保障局 国家医疗保障局 医保部门 医疗保障部门 以下 简称 工作".split()
)
_LETTER = re.compile(r"[\u3400-\u9fffA-Za-z]")


@dataclass(frozen=True)
class Reading:
    """A document as the classifier sees it; positions are those of the cleaned text."""

    clean: CleanText
    words: list[str]
    hits: list[Hit]
    sentences: list[Range]
    subject: Range | None
    titles: list[Range]

    @cached_property
    def word_counts(self) -> Counter[str]:
        """The words of two or more characters, without numbers and the formulas of a reply."""
        counts = Counter(self.words)
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
        possible = {word.lower() for word in _cut(self.clean.text, rjieba.cut_all) if not word.isspace()}
        counts.update(possible - counts.keys())
        return counts

    @cached_property
    def all_ngrams(self) -> Counter[str]:
        """The character n-grams in lower case, from one to three characters.

        The text is a line between two line ends, as what a headline opens and ends with tells much.
        """
        return character_ngrams(f"\n{self.clean.text.lower()}\n", 1, 3)


def read(raw: str, lexicon: TopicLexicon | None) -> Reading:
    """Clean a raw text, cut it into words and find its structure and, with a lexicon, its terms."""
    cleaned = clean(raw)
    text = cleaned.text
    sentences = [m.span() for m in _SENTENCE.finditer(text) if m.end() - m.start() >= _SHORT]
    return Reading(
        clean=cleaned,
        words=_cut(text, rjieba.cut),
        hits=[] if lexicon is None else list(lexicon.find(text)),
        sentences=sentences or [(0, len(text))],
        subject=_subject(text),
        titles=[m.span("title") for m in _SECTION.finditer(text)],
    )


def _cut(text: str, cutter: Callable[[str], list[str]]) -> list[str]:
    try:
        return cutter(text)
    except UnicodeEncodeError:  # halves of surrogate pairs, which no encoding has
        return cutter(_SURROGATE.sub("\ufffd", text))


def _subject(text: str) -> Range | None:
    stripped = text.strip()
    if len(stripped) <= _HEADLINE:
        start = len(text) - len(text.lstrip())
        return start, start + len(stripped)
    for pattern in (_ASKED, _TITLE_LINE):
        for match in pattern.finditer(text, 0, min(len(text), _HEAD)):
            if not _NUMBERED.search(match.group()):
                return match.span("subject")
    return None


# A headline's one sentence is weak evidence, a page without a mention is strong: shares are taken
# as if a third of a sentence more (and of a term of each facet) had the share of a facet in general.
_UNSEEN = 1 / 3
_BASE = 1 / 3
_SECTION_LENGTH = 8  # sentences


class ThemeFeatures:
    """How large a share of a document speaks of each facet and each theme.

    ``body`` is the share of the sentences with a term, ``titles`` and ``subject`` the same for the
    section titles and the subject line, ``peak`` the share in the run of eight sentences (about a
    section) where it is largest, ``dominance`` a facet's share of all terms.

    Parameters
    ----------
    lexicon
        The terms and their themes.

    Attributes
    ----------
    names
        The names of the features, in the order of their columns.
    """

    def __init__(self, lexicon: TopicLexicon):
        self.lexicon = lexicon
        self._last: tuple[Reading, FloatArray] | None = None  # probability and evidence ask in turn
        self._sectors = np.array([[f in s for f in FACETS] for s in lexicon.sectors], dtype=np.float64)
        self._telling = np.array(lexicon.telling)
        self._counts = [
            bool(sectors) - foreign for sectors, foreign in zip(lexicon.sectors, lexicon.foreign, strict=True)
        ]
        themes = [t for t, telling in zip(lexicon.themes, lexicon.telling, strict=True) if telling]
        self.names: tuple[str, ...] = (
            *(f"{part}:{facet}" for part in _PARTS for facet in FACETS),
            "has:titles",
            "has:subject",
            *(f"peak:{facet}" for facet in FACETS),
            *(f"dominance:{facet}" for facet in FACETS),
            *(f"body:{theme}" for theme in themes),
        )
        column = {name: i for i, name in enumerate(self.names)}
        self._counted = {part: np.zeros((len(lexicon.themes), len(self.names))) for part in _PARTS}
        for index, (theme, sectors) in enumerate(zip(lexicon.themes, lexicon.sectors, strict=True)):
            for part, counted in self._counted.items():
                for name in (
                    *(f"{part}:{facet}" for facet in sectors),
                    *(f"{kind}:{f}" for kind in ("peak", "dominance") for f in sectors if part == "body"),
                    f"{part}:{theme}",
                ):
                    if name in column:
                        counted[index, column[name]] = 1

    def __call__(self, reading: Reading) -> FloatArray:
        """Return the features of a document: shape (features,), each from 0 to 1.

        Shares are square roots, as the step from no mention to a few says more than the one from
        many to all.
        """
        last = self._last
        if last is not None and last[0] is reading:
            return last[1]
        features = self._compute(reading)
        self._last = reading, features
        return features

    def _compute(self, reading: Reading) -> FloatArray:
        mentions = [
            _mentions(spans, reading.hits, len(self.lexicon.themes)) for spans in _spans(reading).values()
        ]
        body, titles, subject = (counts @ self._sectors > 0 for counts in mentions)
        spoken = mentions[0].sum(axis=0) @ self._sectors
        features = [
            _share(body, _UNSEEN, _BASE),
            _share(titles),
            _share(subject),
            np.array([len(titles) > 0, len(subject) > 0]),
            _peak(body, _UNSEEN, _BASE),
            (spoken + _UNSEEN) / (spoken.sum() + len(FACETS) * _UNSEEN),
            _share(mentions[0][:, self._telling] > 0, _UNSEEN),
        ]
        return np.sqrt(np.concatenate(features, dtype=np.float64))

    def attribute(self, reading: Reading, weights: FloatArray) -> dict[str, FloatArray]:
        """Share out what features weigh among the terms that make them up, by how often they occur.

        Parameters
        ----------
        reading
            The document.
        weights
            Shape (features, outputs): the weight of each of its features.

        Returns
        -------
        dict[str, FloatArray]
            By term, shape (outputs,). What does not depend on any term is in none.
        """
        text = reading.clean.text
        found: dict[str, FloatArray] = {}
        for part, spans in _spans(reading).items():
            terms = Counter([text[start:end] for _, (start, end, _) in _located(spans, reading.hits)])
            themes = [self.lexicon.theme(term) for term in terms]
            counted = self._counted[part][themes]
            numbers = np.array(list(terms.values()), dtype=np.float64)
            total = np.maximum(numbers @ counted, 1)
            shared = numbers[:, None] * (counted @ (weights / total[:, None]))
            for term, share in zip(terms, shared, strict=True):
                found[term] = found[term] + share if term in found else share
        return found

    def density(self, reading: Reading) -> float:
        """Return how much of a document's text is terms of a sector, less what is of other matters."""
        covered = sum(self._counts[theme] * (end - start) for start, end, theme in reading.hits)
        return covered / max(1, len(reading.clean.text))


_PARTS = ("body", "titles", "subject")


def _spans(reading: Reading) -> dict[str, list[Range]]:
    subject = [reading.subject] if reading.subject else []
    return dict(zip(_PARTS, (reading.sentences, reading.titles, subject), strict=True))


def _located(spans: list[Range], hits: list[Hit]) -> Iterator[tuple[int, Hit]]:
    """Yield the terms that lie in a span, with the span's number."""
    starts = [start for start, _, _ in hits]
    for row, (start, end) in enumerate(spans):
        for hit in hits[bisect_left(starts, start) : bisect_left(starts, end)]:
            yield row, hit


def _mentions(spans: list[Range], hits: list[Hit], themes: int) -> FloatArray:
    """Count the terms in each span: shape (spans, themes)."""
    counts = np.zeros((len(spans), themes))
    for row, (_, _, theme) in _located(spans, hits):
        counts[row, theme] += 1
    return counts


def _share(flags: NDArray[np.bool_], unseen: float = 0, base: float = 0) -> FloatArray:
    """Return the share of true rows in each column, as if some more rows had the base share."""
    return np.asarray((flags.sum(axis=0) + unseen * base) / max(1, len(flags) + unseen))


def _peak(flags: NDArray[np.bool_], unseen: float, base: float) -> FloatArray:
    """Return the largest share, as `_share`, in any run of so many rows as a section has."""
    length = min(_SECTION_LENGTH, len(flags))
    total = np.vstack([np.zeros((1, flags.shape[1])), np.cumsum(flags, axis=0)])
    largest = (total[length:] - total[:-length]).max(axis=0)
    return np.asarray((largest + unseen * base) / (length + unseen))
