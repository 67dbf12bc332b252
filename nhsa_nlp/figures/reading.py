"""What the steps of reading an indicator share: the sentence in hand, and what was said before."""

from __future__ import annotations

import re

from nhsa_nlp.figures.items import Item, Passage
from nhsa_nlp.figures.phrases import trim
from nhsa_nlp.figures.sentences import Masks, Sentence
from nhsa_nlp.figures.words import PREDICATES, TOPIC, TOPIC_HEAD
from nhsa_nlp.text import Range

_FRONT_PLACE = re.compile(r"(?:全国各地|全国|各地|[全该我][省市县区]|我国)")
_SHORT_FORM = re.compile(r"（以下(?:简称|称)[“]?(?P<form>[^”）]{2,12})[”]?）")
PARAGRAPH, DOCUMENT = 400, 1500
"""Characters in front of a figure within which a topic, an insurance is looked for."""


class Reading:
    """A document as far as its indicators have been read.

    Parameters
    ----------
    masks
        The cleaned text.
    sentences
        All its sentences.

    Attributes
    ----------
    passage
        The sentence in hand.
    subjects
        What each of its clauses is about, as far as it has been read.
    object, object_of_unit
        The last noun behind the verb of a figure (检查定点医药机构), and the sentence and unit of that.
    """

    def __init__(self, masks: Masks, sentences: list[Sentence]):
        self.masks = masks
        self.text = masks.text
        self.sentences = sentences
        self.passage: Passage
        self.subjects: list[Range | None] = []
        self.object: Range | None = None
        self.object_of_unit = (-1, "")

    def words(self, spans: list[Range]) -> str:
        """Return the words of ranges, joined."""
        return "".join(self.text[a:b] for a, b in spans)

    def topic(self, span: Range) -> Range:
        """Return the part of a noun phrase that names the topic: up to its last head, without a place."""
        start, end = span
        if (
            end - start > 12
            and (named := TOPIC.search(self.text, start, end))
            and named.end() - named.start() >= 6
        ):
            return named.span()
        if (place := _FRONT_PLACE.match(self.text, start, end)) and place.end() + 3 < end:
            start = place.end()
        if verb := PREDICATES.search(self.masks.outer, start + 2, end):
            end = verb.start()
        last = None
        for match in TOPIC_HEAD.finditer(self.text, start, end):
            last = match
        if last is None and self.text[end - 1] in "率数量额":
            return start, start
        return trim(self.text, start, last.end() if last else end)

    def without_place(self, span: Range) -> Range:
        """Leave out a place in front of an inherited phrase."""
        match = _FRONT_PLACE.match(self.text, *span)
        return (match.end(), span[1]) if match and match.end() + 2 < span[1] else span

    def mention(self, pattern: re.Pattern[str], item: Item, reach: int) -> Range | None:
        """Return the nearest mention in front of a figure, outside title marks."""
        found: Range | None = None
        for match in pattern.finditer(self.masks.outer, max(0, item.start - reach), item.before[0]):
            if found is None or match.end() - match.start() >= 4:
                found = match.span()
        return self.short(found) if found else None

    def usual(self, pattern: re.Pattern[str], item: Item) -> Range | None:
        """Return the nearest mention of the form that is used most."""
        found: dict[str, list[Range]] = {}
        for match in pattern.finditer(self.masks.outer, max(0, item.start - DOCUMENT), item.before[0]):
            found.setdefault(match[0], []).append(match.span())
        forms = max(found.values(), key=lambda spans: (len(spans), spans[-1]), default=None)
        return self.short(forms[-1]) if forms else None

    def short(self, span: Range) -> Range:
        """Return the short form that the text itself gives to a name, or the name."""
        form = _SHORT_FORM.match(self.text, span[1])
        return form.span("form") if form else span
