"""Texts as cells of a spreadsheet: nothing that it would calculate, and nothing too long for it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from nhsa_nlp.io.tables.rows import valid
from nhsa_nlp.translation import Language, tr_in

BOM = "\ufeff"
"""Without it at the beginning of a .csv file Excel takes UTF-8 for a Windows code page."""

_LONGEST = 32_000  # characters; Excel takes 32,767 UTF-16 units
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# Unicode's Default_Ignorable_Code_Point, controls, and marks between lines of notes: nothing is seen of them.
_UNSEEN = (
    r"\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    r"\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
# Spreadsheets skip these, spaces and, some of them, quotation marks before the sign of a formula.
_FORMULA = re.compile(rf"""[\t\r]|[\s{_UNSEEN}"'“”‘’＂＇]*[=+\-@＝＋－＠]""")


def plain_cell(text: str) -> str:
    """Return a text as a cell of a format that tells texts from formulas.

    What XML cannot hold becomes U+FFFD, a line ends in one line feed, and a text too long for a
    cell ends in ``…``.
    """
    text = _NO_XML.sub("\ufffd", valid(text)).replace("\r\n", "\n").replace("\r", "\n")
    units = len(text) if len(text) * 2 <= _LONGEST else len(text.encode("utf-16-le")) // 2
    if units <= _LONGEST:
        return text
    return text.encode("utf-16-le")[: 2 * _LONGEST - 2].decode("utf-16-le", "ignore") + "…"


def cell(text: str) -> str:
    """Return a text as a cell of a .csv file: one like a formula begins with an apostrophe."""
    return f"'{plain_cell(text)}" if is_formula(text) else plain_cell(text)


def cells(row: Iterable[object]) -> list[object]:
    """Return a row as cells of a .csv file: texts, and True and False in words; other values stay."""
    return [cell(value) if isinstance(value, str) else in_words(value) for value in row]


def in_words(value: object, language: Language | None = None) -> object:
    """Return True and False as people write them in a sheet; other values stay."""
    if not isinstance(value, bool):
        return value
    return tr_in("word", "yes", language) if value else tr_in("word", "no", language)


def is_formula(text: str) -> bool:
    """Tell whether a spreadsheet would calculate a text."""
    return _FORMULA.match(text) is not None


def csv_text(rows: Iterable[Iterable[object]], delimiter: str = ",") -> str:
    """Return rows as a .csv file that spreadsheets open right; the cells are taken as they are."""
    text = io.StringIO(newline="")
    text.write(BOM)
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue()


def listed(names: Sequence[str]) -> str:
    """Return names in one cell; what has no room is counted."""
    room = _LONGEST - 24  # for the number of those left out, and an apostrophe
    for shown, name in enumerate(names):
        room -= len(name) + 2
        if room < 0:
            return "; ".join([*names[:shown], f"… (+{len(names) - shown})"])
    return "; ".join(names)
