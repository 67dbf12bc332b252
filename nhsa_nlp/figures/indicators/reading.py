"""What the steps of reading an indicator share: the sentence in hand, and what was said before."""

from __future__ import annotations

import re
from functools import cached_property

from nhsa_nlp.figures.indicators.conditions import Condition, find_conditions
from nhsa_nlp.figures.indicators.outline import Outline
from nhsa_nlp.figures.structure.items import Item, Passage
from nhsa_nlp.figures.structure.phrases import SHORT_FORM, trim
from nhsa_nlp.figures.structure.sentences import Masks, Sentence
from nhsa_nlp.figures.structure.words import PREDICATES, TOPIC, TOPIC_HEAD
from nhsa_nlp.text import Range

_FRONT_PLACE = re.compile(r"(?:全国各地|全国|各地|[全该我][省市县区]|我国)")
_PARTS_OF_LAST = re.compile(r"\s*(?:其中[，：]?|另(?=[有收含])|此外(?=还?[有收含]))")
_QUESTION = re.compile(
    r"\s*(?:问[：:])?(?P<what>[^？?，。]{2,24}?)(?:是|为|要|能|可以|有)?(?:多少|几)[^？?。]{0,8}[？?]"
)
_YEARLY = re.compile(r"(?:20\d\d年度?|今年)的?")
_ITEM_HEAD = re.compile(
    r"\s*(?:[（(]?[一二三四五六七八九十\d]{1,3}[、）).．]|第[一二三四五六七八九十]{1,3}条)[\s　]*"
    r"(?P<what>[一-鿿]{2,12})[。：]?\s*"
)
_HEAD_REACH = 12
_CONTAINS = re.compile("（含[一-鿿]{2,8}）")
_NEAR = 6
_SECTION = re.compile(r"\s*(?:[（(]?[一二三四五六七八九十]{1,3}[、）)]|第[一二三四五六七八九十]{1,3}条|问：)")
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
    conditions
        The conditions with numbers of their own that its figures are in or under, by where they begin.
    subjects
        What each of its clauses is about, as far as it has been read.
    last
        The last figure of the sentence before that is no change; None if that has none.
    object, object_of_unit
        The last noun behind the verb of a figure (检查定点医药机构), and the sentence and unit of that.
    """

    def __init__(self, masks: Masks, sentences: list[Sentence]):
        self.masks = masks
        self.text = masks.text
        self.sentences = sentences
        self.passage: Passage
        self.subjects: list[Range | None] = []
        self.last: Item | None = None
        self._seen = self._floor = 0
        self._index = -2  # of the sentence in hand
        self.conditions: dict[int, Condition] = {}
        self.object: Range | None = None
        self.object_of_unit = (-1, "")

    @cached_property
    def outline(self) -> Outline:
        """The heads of the document, which only rules ask for."""
        return Outline(self.masks, self.sentences)

    def begin(self, passage: Passage) -> None:
        """Go on to the next sentence with figures."""
        self.last = None
        if self._index == passage.index - 1:
            near = reversed(self.passage.items[-_NEAR:])
            self.last = next((item for item in near if item.role not in {"change", "other"}), None)
        self.passage, self.subjects, self._index = passage, [], passage.index
        self.conditions = find_conditions(self.masks, passage)
        while self._seen <= passage.index:
            sentence = self.sentences[self._seen]
            if _SECTION.match(self.text, sentence.start, sentence.end):
                self._floor = sentence.start
            self._seen += 1

    def goes_into_parts(self, item: Item) -> bool:
        """Tell whether a sentence gives parts of what the one before ends with: 其中，统筹基金收入3亿元."""
        return (
            self.last is not None
            and _PARTS_OF_LAST.match(self.text, self.passage.sentence.start, item.start) is not None
        )

    def asked(self) -> Range | None:
        """Return what the question in front of the sentence is about."""
        index = self.passage.index - 1
        question = (
            _QUESTION.match(self.text, self.sentences[index].start, self.sentences[index].end)
            if index >= 0
            else None
        )
        if question is None:
            return None
        date = next(iter(_YEARLY.finditer(self.text, *question.span("what"))), None)
        start, end = question.span("what")
        return trim(self.text, date.end() if date else start, end)

    def item_head(self) -> Range | None:
        """Return the head of a numbered item over the sentence: 筹资标准 in 二、筹资标准。按每人90元筹集."""
        index = self.passage.index - 1
        if index < 0 or self.passage.items[0].start - self.passage.sentence.start > _HEAD_REACH:
            return None
        sentence = self.sentences[index]
        if index and self.text[sentence.start : sentence.end].strip() == "。":
            sentence = self.sentences[index - 1]  # the stop behind a heading of the letter
        head = _ITEM_HEAD.fullmatch(self.text, sentence.start, sentence.end)
        return head.span("what") if head else None

    def topic_of_report(self, item: Item) -> Range | None:
        """Return the topic that is named last in the sentence of a figure or the one before.

        It stands outside title marks, or else in a title. Where rules are set it may stand farther in front.
        """
        index = self.passage.index
        start = self.sentences[index - (not self.sentences[index].opens and index > 0)].start
        start = max(start, item.start - PARAGRAPH)
        reach = PARAGRAPH if self.passage.prescriptive else item.start - start
        if found := self.mention(TOPIC, item, reach):
            return found
        return next((match.span() for match in TOPIC.finditer(self.text, start, item.start)), None)

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
        stop = last.end() if last else end
        if within := _CONTAINS.match(self.text, stop, end):
            stop = within.end()
        return trim(self.text, start, stop)

    def without_place(self, span: Range) -> Range:
        """Leave out a place in front of an inherited phrase."""
        match = _FRONT_PLACE.match(self.text, *span)
        return (match.end(), span[1]) if match and match.end() + 2 < span[1] else span

    def mention(self, pattern: re.Pattern[str], item: Item, reach: int) -> Range | None:
        """Return the nearest mention in front of a figure, outside title marks."""
        found: Range | None = None
        floor = self._floor if reach <= PARAGRAPH else 0
        for match in pattern.finditer(self.masks.outer, max(floor, item.start - reach), item.before[0]):
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
        form = SHORT_FORM.match(self.text, span[1])
        return form.span("form") if form else span
