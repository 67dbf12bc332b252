"""Reported figures over time: quantities with their sentence and date.

Examples
--------
>>> import nhsa_nlp
>>> from nhsa_nlp.archive.figures import figure_series, find_figures
>>> text = "2011年至2022年居民医保人均财政补助标准从每人每年200元提高到610元。"
>>> found = find_figures(nhsa_nlp.load()(text)._.record, text)
>>> [(point.date, point.value) for point in figure_series(found, "财政补助标准", unit="元")]
[('2011', 200), ('2022', 610)]
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from nhsa_nlp.errors import InputError
from nhsa_nlp.record import Op, QuantityRecord, Record, Scalar, is_policy, is_quantity
from nhsa_nlp.text import CleanText, clean

_Value = Scalar | tuple[Scalar, Scalar]

MARK = "#"
"""What stands for the number in `Figure.context`."""

_SENTENCE = re.compile(r"[^。！？\n]+")
_PERIOD = re.compile(
    r"(?<!\d)(?P<y1>(?:19|20)\d\d)年?[至到\-－—–~～](?P<y2>(?:19|20)\d\d)年(?!版)"
    r"|(?<!\d)(?P<y>(?:19|20)\d\d)年(?!版)(?:(?P<m>1[0-2]|0?[1-9])月(?:(?P<d>[12]\d|3[01]|0?[1-9])日)?)?"
    r"[底末]?(?P<open>以来|起)?"
)
_COMPARED = re.compile(r"(?:比|较|与|同比)$")
_NOW = re.compile(r"(?:截至)?(?:目前|当前)")
# What stands between the two numbers of a change: from 490 yuan (提高到) 610 yuan.
_CHANGE = re.compile(
    r"(?:逐步|进一步|大幅|稳步|左右|以上)?(?:提高|提升|增长|增加|上升|扩大|下降|降低|减少|缩短|压缩|调整|增|降|升|缩)"
    r"(?:到|至|为)(?:的?(?:约|近|超过?|不低于|不超过))?"
)
_FROM = re.compile(r"[从由][^，；：]*$")
_REACH = 200  # characters on either side that are looked at and shown
_BOUNDARY = re.compile(r"[，；：、（）《》“”]")
_DEGREE = re.compile(
    r"(?:仅|已|均|共|总计|分别)?(?:达到|(?<!下)达|超过|超|突破|逾|约|近|为|不低于|不少于|不超过|稳定在)*$"
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A quantity as the record has it, with what it measures and when.

    Attributes
    ----------
    phrase
        The words of its clause before it, cleaned, without dates and words of degree; of the
        second number of a change (从490元提高到610元) those of the first.
    context
        The cleaned sentence with `MARK` in place of the number, at most 200 characters on either side.
    date
        The date it is of, as far as the text gives it, in ISO form (``2022``, ``2022-06``): the
        nearest one before it in its sentence; for 目前 the date of the letter. None if unknown.
    since
        Where the figure is of a period (2018年至2022年, 2018年以来), its beginning; else None.
    """

    document: str
    start: int
    end: int
    text: str
    value: _Value | None
    unit: str
    op: Op
    phrase: str
    context: str
    date: str | None
    since: str | None


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """A figure of a date, and all that report it, in the order they were given."""

    date: str | None
    since: str | None
    value: _Value
    op: Op
    figures: tuple[Figure, ...]

    @property
    def documents(self) -> list[str]:
        """The ids of the documents that report it, each once."""
        return list(dict.fromkeys(figure.document for figure in self.figures))


@dataclass(frozen=True, slots=True)
class _Date:
    start: int
    end: int
    first: str | None
    last: str | None


def find_figures(record: Record, text: str) -> list[Figure]:
    """Return the quantities of a document in order, with their phrase and date.

    Nothing is looked up beyond the sentence, so a figure whose date was named a sentence before has none.

    Parameters
    ----------
    record
        The record of the document.
    text
        Its raw text.

    Raises
    ------
    InputError
        If the record is of another text.
    """
    if hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != record["sha256"]:
        raise InputError(f"the record {record['id']!r} is of another text; label the text again")
    view = clean(text)
    letter_date = record["letter"]["date"] if record["letter"] else None
    titles = [
        _span(view, entity["start"], entity["end"]) for entity in record["entities"] if is_policy(entity)
    ]
    quantities = [entity for entity in record["entities"] if is_quantity(entity)]
    spans = [_span(view, entity["start"], entity["end"]) for entity in quantities]
    figures: list[Figure] = []
    at = 0
    for sentence in _SENTENCE.finditer(view.text):
        begin = at
        while at < len(spans) and spans[at][0] < sentence.end():
            at += 1
        if begin < at:
            dates = list(_dates(view.text, sentence.start(), sentence.end(), titles))
            inside = list(zip(quantities[begin:at], spans[begin:at], strict=True))
            figures += _in_sentence(record["id"], view.text, sentence.span(), inside, dates, letter_date)
    return figures


def figure_series(figures: Iterable[Figure], pattern: str, *, unit: str | None = None) -> list[SeriesPoint]:
    """Select figures by what their sentences say and gather them by date and value.

    Parameters
    ----------
    pattern
        A regular expression that is searched in `Figure.context`, where `MARK` stands for the number:
        ``财政补助标准[^，]*#``.
    unit
        Only figures with this unit; ``元`` takes also ``元/人/年``. Any unit if not given.

    Returns
    -------
    list of SeriesPoint
        By date and value, those without a date last. Figures without a definite value are left out.

    Raises
    ------
    InputError
        If the pattern is not a regular expression.
    """
    try:
        wanted = re.compile(pattern)
    except re.error as error:
        raise InputError(f"{pattern!r} is not a regular expression: {error}") from None
    points: dict[tuple[str | None, str | None, _Value, Op], list[Figure]] = defaultdict(list)
    for figure in figures:
        counted = unit in (None, figure.unit, figure.unit.partition("/")[0])
        if figure.value is not None and counted and wanted.search(figure.context):
            points[figure.date, figure.since, figure.value, figure.op].append(figure)
    found = [SeriesPoint(*key, tuple(members)) for key, members in points.items()]
    return sorted(found, key=_order)


def _order(point: SeriesPoint) -> tuple[bool, str, str, tuple[Scalar, ...]]:
    value = point.value if isinstance(point.value, tuple) else (point.value,)
    return (point.date is None, point.date or "", point.since or "", value)


def _span(view: CleanText, start: int, end: int) -> tuple[int, int]:
    first = view.to_clean(start)
    return first, max(first, view.to_clean(end - 1) + 1)


def _dates(text: str, start: int, end: int, titles: list[tuple[int, int]]) -> Iterator[_Date]:
    """Yield the dates of a sentence except those in titles and those compared with."""
    for match in _PERIOD.finditer(text, start, end):
        title = bisect_right(titles, match.start(), key=lambda span: span[0]) - 1
        named = title >= 0 and match.start() < titles[title][1]
        if named or _COMPARED.search(text, max(start, match.start() - 2), match.start()):
            continue
        if match["y1"]:
            yield _Date(*match.span(), match["y1"], match["y2"])
            continue
        date = match["y"]
        if match["m"]:
            date += f"-{int(match['m']):02d}"
        if match["d"]:
            date += f"-{int(match['d']):02d}"
        yield _Date(*match.span(), date if match["open"] else None, None if match["open"] else date)


def _in_sentence(
    document: str,
    text: str,
    sentence: tuple[int, int],
    quantities: list[tuple[QuantityRecord, tuple[int, int]]],
    dates: list[_Date],
    letter_date: str | None,
) -> Iterator[Figure]:
    begin, stop = sentence
    ends = {second: first for first, second in _changes(text, begin, [span for _, span in quantities], dates)}
    starts = set(ends.values())
    phrases: list[str] = []
    for index, (entity, (start, end)) in enumerate(quantities):
        nearest = bisect_right(dates, start, key=lambda date: date.end) - 1
        since = date = None
        said = begin
        if nearest >= 0:
            since, date, said = dates[nearest].first, dates[nearest].last, dates[nearest].end
            if since and index in starts:
                since, date = None, since
            elif since and index in ends:
                since = None
        if date is None and _NOW.search(text, max(said, start - _REACH), start):
            date = letter_date
        if index in ends:
            phrase = phrases[ends[index]]
        else:
            min_start = quantities[index - 1][1][1] if index else begin
            phrase = _phrase(text, min_start, start, dates)
        phrases.append(phrase)
        value = entity["value"]
        yield Figure(
            document=document,
            start=entity["start"],
            end=entity["end"],
            text=entity["text"],
            value=(value[0], value[1]) if isinstance(value, list) else value,
            unit=entity["unit"],
            op=entity["op"],
            phrase=phrase,
            context=text[max(begin, start - _REACH) : start] + MARK + text[end : min(stop, end + _REACH)],
            date=date,
            since=since,
        )


def _changes(
    text: str, begin: int, spans: list[tuple[int, int]], dates: list[_Date]
) -> Iterator[tuple[int, int]]:
    """Yield the two quantities of each change, as their places in ``spans``."""
    for index, ((start, end), (following, _)) in enumerate(pairwise(spans)):
        if following - end > _REACH:
            continue
        between = _without_dates(text, end, following, dates).removesuffix("的")
        if _CHANGE.fullmatch(between) and _FROM.search(text, max(begin, start - _REACH), start):
            yield index, index + 1


def _phrase(text: str, min_start: int, start: int, dates: list[_Date]) -> str:
    min_start = max(min_start, start - _REACH)
    boundaries = [match.end() for match in _BOUNDARY.finditer(text, min_start, start)]
    words = _without_dates(text, max([min_start, *boundaries]), start, dates)
    return _DEGREE.sub("", words).strip("的从由 ")


def _without_dates(text: str, start: int, end: int, dates: list[_Date]) -> str:
    pieces = []
    for date in dates[bisect_left(dates, start, key=lambda date: date.start) :]:
        if date.end > end:
            break
        pieces.append(text[start : date.start])
        start = date.end
    return "".join([*pieces, text[start:end]])
