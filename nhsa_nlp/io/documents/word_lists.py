"""The lists of a file of Word's binary format.

[MS-DOC] 2.4.6.3 and 2.9.131 to 2.9.150.
"""

from __future__ import annotations

from nhsa_nlp.io.documents.numbering import Level, ListOfLevels, Numbering
from nhsa_nlp.io.documents.word_file import LIST_USES, LISTS, WordFile
from nhsa_nlp.io.documents.word_properties import PLAIN, Properties

_LEVELS = 9  # of a list
_LIST_BYTES, _USE_BYTES, _LEVEL_BYTES = 28, 16, 28
_SUFFIXES = ("tab", "space", "nothing")
# Word's names of its numerals, as in a .docx, by their numbers ([MS-OSHARED] 2.2.1.3).
_FORMS = {
    0: "decimal", 1: "upperRoman", 2: "lowerRoman", 3: "upperLetter", 4: "lowerLetter",
    10: "ideographDigital", 11: "japaneseCounting", 14: "decimalFullWidth", 18: "decimalEnclosedCircle",
    19: "decimalFullWidth2", 22: "decimalZero", 23: "bullet", 27: "decimalEnclosedParen",
    28: "decimalEnclosedCircleChinese", 29: "ideographEnclosedCircle", 30: "ideographTraditional",
    31: "ideographZodiac", 33: "taiwaneseCounting", 35: "taiwaneseCountingThousand",
    36: "taiwaneseDigital", 37: "chineseCounting", 38: "chineseLegalSimplified",
    39: "chineseCountingThousand", 255: "none",
}  # fmt: skip


class Lists:
    """Which number Word prints before a paragraph."""

    def __init__(self, word: WordFile):
        self._styles = word.styles
        self._numbering = Numbering(*_lists(word))

    def label(self, paragraph: Properties) -> str:
        """Count a paragraph in its list, and return what is printed before it; empty in no list."""
        style = self._styles.get(paragraph.style, PLAIN)
        number = style.list if paragraph.list is None else paragraph.list
        level = style.level if paragraph.level is None else paragraph.level
        return self._numbering.label(str(number), level or 0) if number else ""


def _lists(word: WordFile) -> tuple[dict[str, dict[int, Level]], dict[str, ListOfLevels]]:
    """Return the patterns by their ids, and the lists by their numbers."""
    patterns: dict[str, dict[int, Level]] = {}
    table, rest = word.table_and_rest(LISTS)
    reader = _Levels(rest)
    for number in range(int.from_bytes(table[:2], "little")):
        entry = table[2 + _LIST_BYTES * number : 2 + _LIST_BYTES * (number + 1)]
        if len(entry) < _LIST_BYTES or reader.exhausted:
            break
        simple = entry[26] & 1
        patterns[entry[:4].hex()] = {depth: reader.level() for depth in range(1 if simple else _LEVELS)}

    lists: dict[str, ListOfLevels] = {}
    table = word.table(LIST_USES)
    count = min(int.from_bytes(table[:4], "little"), len(table) // _USE_BYTES)
    reader = _Levels(table[4 + _USE_BYTES * count :])
    for number in range(count):
        entry = table[4 + _USE_BYTES * number : 4 + _USE_BYTES * (number + 1)]
        found = lists[str(number + 1)] = ListOfLevels(entry[:4].hex())
        reader.skip(4)
        for _ in range(entry[12] if len(entry) == _USE_BYTES else 0):
            if reader.exhausted:
                break
            start, flags = reader.number(), reader.number()
            if flags & 0x10:
                found.restarts[flags & 0xF] = start
            if flags & 0x20:
                found.levels[flags & 0xF] = reader.level()
    return patterns, lists


class _Levels:
    """Reads levels one after the other; beyond the end everything is zero."""

    def __init__(self, data: bytes):
        self._data = data
        self._at = 0

    @property
    def exhausted(self) -> bool:
        return self._at >= len(self._data)

    def skip(self, size: int) -> None:
        self._at += size

    def number(self) -> int:
        self._at += 4
        return int.from_bytes(self._data[self._at - 4 : self._at], "little")

    def level(self) -> Level:
        head = self._data[self._at : self._at + _LEVEL_BYTES].ljust(_LEVEL_BYTES, b"\0")
        self._at += _LEVEL_BYTES + head[24] + head[25]
        size = 2 * int.from_bytes(self._data[self._at : self._at + 2], "little")
        text = self._data[self._at + 2 : self._at + 2 + size].decode("utf-16-le", "replace")
        self._at += 2 + size
        return Level(
            start=int.from_bytes(head[:4], "little"),
            form=_FORMS.get(head[4], "decimal"),
            label="".join(f"%{ord(char) + 1}" if ord(char) < _LEVELS else char for char in text),
            suffix=_SUFFIXES[min(head[15], 2)],
            digits=bool(head[5] & 4),
        )
