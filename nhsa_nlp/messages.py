"""What goes wrong, in the language of the user: texts in English are translated where they are shown.

Errors are in English wherever programs read them: in exceptions, in lists of failures, between processes.
So only their text is there when they are shown, and the template that it was made of has to be found.
"""

from __future__ import annotations

import re
import string
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from nhsa_nlp.translation import Language, current_language, entries

CONTEXT = "message"
"""The context of the templates in the catalogue."""

_LONGEST = 4_000  # characters of a message that is looked at
_DEEPEST = 4  # messages within messages
_TRIED = 4  # of the templates that fit, those with most words of their own
_PLACES = 8  # at which a message may begin behind what names its file
_WORD = re.compile("[A-Za-z]+")
_FEW = 6  # characters of its own with which a template needs to know what fills its fields
_OPENING = re.compile(r"(?<![^\s(\[])(['\"])")
_QUOTES = "'\""


def translate_message(message: str, language: Language | None = None) -> str:
    """Return an error, a warning or a note in the language of the user, or in that given.

    What names the file stays in front, what fills a field is translated in turn if it is a message
    itself, and what no template of the catalogue fits is returned as it is.

    Examples
    --------
    >>> translate_message("letters/a.docx: is empty; nothing to read", "zh")
    'letters/a.docx: 文件为空，没有可读取的内容'
    """
    if (language or current_language()) == "en" or len(message) > _LONGEST:
        return message
    return _translated(message, 0)[0]


@dataclass(frozen=True, slots=True)
class _Template:
    """A message with fields: what stands around them, and what the whole is in Chinese."""

    pieces: tuple[str, ...]
    fields: tuple[str, ...]
    translation: str
    weight: int

    def fits(self, message: str) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield where in a message it may begin, to its end, and what fills its fields."""
        first = self.pieces[0]
        starts = [0] if message.startswith(first) else []
        if first:
            starts += [at + 2 for at in _colons(message) if message.startswith(first, at + 2)]
        for start in starts:
            values = self._values(message, start)
            if values is not None:
                yield start, values

    def _values(self, message: str, start: int) -> dict[str, str] | None:
        first, *others = self.pieces
        if not others:
            return {} if message[start:] == first else None
        end = len(message) - len(others[-1])
        start += len(first)
        if end < start or not message.endswith(others[-1]):
            return None
        found: dict[str, str] = {}
        for number, (field, piece) in enumerate(zip(self.fields, others, strict=True), start=1):
            at = end if number == len(others) else _after_field(message, piece, start, end)
            if at < 0 or found.setdefault(field, message[start:at]) != message[start:at]:
                return None
            start = at + len(piece)
        return found


def _after_field(message: str, piece: str, start: int, end: int) -> int:
    """Return where a piece stands behind a field, and not within what the field has in quotation marks."""
    at = message.find(piece, start, end)
    mark = _OPENING.search(message, start, max(at, start))
    if mark is not None and message.count(mark[1], start, at) % 2:
        closed = message.find(mark[1] + piece, at, end)
        at = closed + 1 if closed >= 0 else at
    return at


@cache
def _templates() -> tuple[dict[str, str], dict[str, list[_Template]]]:
    """Return the messages without fields, and those with fields by a word that is rare among them."""
    whole: dict[str, str] = {}
    templates = []
    for message, translation in entries(CONTEXT, "zh"):
        pieces, fields = _parsed(message)
        if fields:
            templates.append(_Template(pieces, fields, translation, sum(map(len, pieces))))
        else:
            whole[pieces[0]] = translation.format()
    words = {template: _words(template) for template in templates}
    often = Counter(word for found in words.values() for word in found)
    by_word: dict[str, list[_Template]] = defaultdict(list)
    for template, found in words.items():
        by_word[min(found, key=lambda word: often[word], default="")].append(template)
    return whole, by_word


def _parsed(message: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return what stands around the fields of a template, and their names."""
    pieces, fields = [""], []
    for literal, field, _, _ in string.Formatter().parse(message):
        pieces[-1] += literal
        if field is not None:
            fields.append(field)
            pieces.append("")
    return tuple(pieces), tuple(fields)


def _words(template: _Template) -> set[str]:
    """Return the words that a text made of a template must have, none that touches a field."""
    marked = "\0".join(template.pieces)
    return {
        match[0]
        for match in _WORD.finditer(marked)
        if "\0" not in marked[max(match.start() - 1, 0) : match.end() + 1]
    }


@lru_cache(maxsize=10_000)
def _translated(message: str, depth: int) -> tuple[str, int]:
    """Return a message in Chinese, and how many of its characters templates have accounted for."""
    whole, by_word = _templates()
    if message in whole:
        return whole[message], len(message)
    if depth == _DEEPEST or (depth and message[:1] in _QUOTES and message[-1:] == message[:1]):
        return message, 0
    best, most = message, 0
    for at in _colons(message):
        place, rest = message[:at], message[at + 2 :]
        if rest in whole:
            before, known = _translated(place, depth + 1)
            best, most = f"{before}: {whole[rest]}", len(rest) + known
            break
    found = (by_word.get(word, ()) for word in {*_WORD.findall(message), ""})
    tried = 0
    for template in sorted((each for some in found for each in some), key=lambda each: -each.weight):
        fits = list(template.fits(message))
        for start, values in fits:
            text, covered = _filled(template, message[:start], values, depth)
            if covered > most:
                best, most = text, covered
        tried += bool(fits)
        if tried == _TRIED:
            break
    if not most and ": " in message:  # what names the file, and what has no words of its own
        place, _, rest = message.partition(": ")
        text, most = _translated(rest, depth + 1)
        best = f"{place}: {text}"
    return best, most


def _colons(message: str) -> Iterator[int]:
    """Yield where a message may begin behind what names its file."""
    at = message.find(": ")
    for _ in range(_PLACES):
        if at < 0:
            return
        yield at
        at = message.find(": ", at + 1)


def _filled(template: _Template, place: str, values: dict[str, str], depth: int) -> tuple[str, int]:
    """Return a template in Chinese, with what stands before it and in its fields."""
    covered = template.weight
    shown = {}
    for field, value in values.items():
        shown[field], known = _translated(value, depth + 1)
        if f"--{{{field}}}" in template.translation:  # a part of the name of an option
            shown[field], known = value, 0
        if not known and template.weight < _FEW and not value[:1].isdigit():
            return "", 0  # such as "is {kind}", which many a text begins like
        if not known and field == template.fields[0] and not (place or template.pieces[0]):
            # A template that begins with a field takes in what names the file.
            unquoted = re.split(f"[{_QUOTES}]", value, maxsplit=1)[0]
            place = value[: unquoted.rfind(": ") + 2] if ": " in unquoted else ""
            shown[field] = value[len(place) :]
        covered += known
    if place:
        before, known = _translated(place.removesuffix(": "), depth + 1)
        place, covered = f"{before}: ", covered + known
    return place + template.translation.format(**shown), covered
