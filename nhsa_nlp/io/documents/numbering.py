"""The numbers Word writes before the paragraphs of a list: ``一、``, ``（二）``, ``1.1``.

They stand nowhere in the text of a .docx; each paragraph names a list and a level, and what is
printed follows from counting (ECMA-376 part 1, 17.9).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

_PLACEHOLDER = re.compile(r"%([1-9])")
_MAX_LABEL = 50  # a label of a hostile file must not outgrow its text
_MAX_PATTERN = 255  # of a label; Word takes no longer ones
_MAX_NUMBER = 99_999

_DIGITS = "零一二三四五六七八九"
_LEGAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_IDEOGRAPHS = str.maketrans("0123456789", "〇一二三四五六七八九")
_WIDE_DIGITS = str.maketrans("0123456789", "０１２３４５６７８９")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip


@dataclass(slots=True)
class Level:
    """How one level of a list counts."""

    start: int = 1
    form: str = "decimal"  # Word's name of its numerals, such as chineseCounting
    label: str = ""  # what is printed, %1 standing for the number of the first level
    suffix: str = "tab"  # what stands between label and text: tab, space or nothing
    digits: bool = False  # the levels above are numbered in digits, so that below 第一章 stands 1.1


@dataclass(slots=True)
class ListOfLevels:
    """A list: the pattern it follows, and the levels in which it departs from it."""

    pattern: str = ""  # its id; lists of one pattern count on together
    levels: dict[int, Level] = field(default_factory=dict)  # those of this list alone
    restarts: dict[int, int] = field(default_factory=dict)  # by level, where this list starts again


class Numbering:
    """Counts the paragraphs of all lists of a document, of patterns and lists by their ids."""

    def __init__(self, patterns: dict[str, dict[int, Level]], lists: dict[str, ListOfLevels]):
        self._patterns = patterns
        self._lists = lists
        self._counts: dict[str, dict[int, int]] = {}
        self._restarted: set[tuple[str, int]] = set()

    def label(self, list_id: str, depth: int) -> str:
        """Count one paragraph and return what is printed before its text, with a space if one belongs there.

        The depth counts from 0. Empty for a bullet, which says nothing, and for an unknown list.
        """
        found = self._lists.get(list_id)
        if found is None:
            return ""
        levels = self._patterns.get(found.pattern, {}) | found.levels
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(found.pattern, {})
        if depth in found.restarts and (list_id, depth) not in self._restarted:
            self._restarted.add((list_id, depth))
            counts[depth] = found.restarts[depth]
        else:
            counts[depth] = counts[depth] + 1 if depth in counts else level.start
        for deeper in [other for other in counts if other > depth]:
            del counts[deeper]
        if len(level.label) > _MAX_PATTERN:
            return ""
        if level.form in ("bullet", "none") and not _PLACEHOLDER.search(level.label):
            return ""

        def number(match: re.Match[str]) -> str:
            which = int(match[1]) - 1
            shown = levels.get(which, level)
            return numeral(counts.get(which, shown.start), "decimal" if level.digits else shown.form)

        label = _PLACEHOLDER.sub(number, level.label)
        if not label or len(label) > _MAX_LABEL:
            return ""
        return label if level.suffix == "nothing" else before_text(label)


def before_text(label: str) -> str:
    """Return a label as it stands before its text.

    A tab after 一、 is layout; after "1." it keeps the label apart from a number that follows.
    """
    return label if label[-1] in "、，．。）〕】" else f"{label} "


def numeral(number: int, form: str) -> str:
    """Write a number as Word does: in digits if it is beyond 1 to 99,999 or the form is unknown."""
    if form == "none":
        return ""
    write = _FORMS.get(form)
    return write(number) if write is not None and 0 < number <= _MAX_NUMBER else str(number)


def _chinese(number: int, digits: str = _DIGITS, units: str = "十百千万") -> str:
    """Write 1 to 99,999 with units: 12 is 十二, 105 is 一百零五."""
    written = ""
    gap = False
    for power in range(4, -1, -1):
        digit = number // 10**power % 10
        if digit:
            written += (digits[0] if gap else "") + digits[digit] + (units[power - 1] if power else "")
            gap = False
        else:
            gap = bool(written)
    # 十二, but 壹拾贰
    return written.removeprefix("一") if written.startswith("一十") else written


def _letters(number: int) -> str:
    """Write as Word does: a to z, then aa, bb."""
    return chr(ord("a") + (number - 1) % 26) * min((number - 1) // 26 + 1, _MAX_LABEL)


def _roman(number: int) -> str:
    if number >= 4000:
        return str(number)
    written = ""
    for value, sign in _ROMAN:
        written += sign * (number // value)
        number %= value
    return written


def _circled(number: int) -> str:
    return chr(0x2460 + number - 1) if number <= 20 else str(number)


_FORMS: dict[str, Callable[[int], str]] = {
    **dict.fromkeys(("chineseCounting", "taiwaneseCounting", "japaneseCounting"), _chinese),
    **dict.fromkeys(("chineseCountingThousand", "taiwaneseCountingThousand"), _chinese),
    "chineseLegalSimplified": lambda number: _chinese(number, _LEGAL_DIGITS, "拾佰仟万"),
    **dict.fromkeys(("ideographDigital", "taiwaneseDigital"), lambda n: str(n).translate(_IDEOGRAPHS)),
    "ideographTraditional": lambda number: _STEMS[(number - 1) % 10],
    "ideographZodiac": lambda number: _BRANCHES[(number - 1) % 12],
    "decimalZero": lambda number: f"{number:02}",
    **dict.fromkeys(("decimalFullWidth", "decimalFullWidth2"), lambda n: str(n).translate(_WIDE_DIGITS)),
    **dict.fromkeys(("decimalEnclosedCircle", "decimalEnclosedCircleChinese"), _circled),
    "decimalEnclosedParen": lambda number: f"（{number}）",
    "ideographEnclosedCircle": lambda number: f"（{_chinese(number)}）",
    "upperRoman": _roman,
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerLetter": _letters,
}
