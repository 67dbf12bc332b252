"""A worksheet that takes whole rows: several times as fast as cell by cell, and no text is ever markup.

XlsxWriter makes the workbook; only the rows are written here, as XML. It takes a text from ``<r>`` to
``</r>`` for the XML of a rich text and writes it as it is, formulas and all, so texts of strangers must
not go through it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from nhsa_nlp.io.writers.cells import in_words, plain_cell

_MAX_EXACT = 1 << 53  # a larger integer is not a number for Excel
_SHORT = 10_000  # characters that fit a cell, whatever they are
_SPECIAL = re.compile(r"[\x00-\x1f&<>_\ud800-\udfff\ufffe\uffff]")  # of characters alone: searched faster
_ESCAPE = re.compile("_(?=x[0-9a-fA-F]{4}_)")  # would be read as that of a control character


class Sheet(Worksheet):  # type: ignore[misc]  # XlsxWriter's types are not published
    """A worksheet of a workbook in ``constant_memory`` mode, filled by `add`.

    Attributes
    ----------
    rows
        How many there are.
    styles
        The formats of the columns, if they have any.
    """

    def __init__(self) -> None:
        super().__init__()
        self.rows = 0
        self.ignore_write_string = True  # `write_url` is to keep the address alone
        self.styles: Sequence[Any] = ()
        self._heads: list[str] = []

    def add(self, cells: Sequence[object], style: Any = None, *, link: tuple[int, str] | None = None) -> None:
        """Write a row.

        Parameters
        ----------
        cells
            Texts (see `nhsa_nlp.io.writers.cells.plain_cell`), numbers, True and False, which are written
            in words. What is none of these, or no finite number, leaves its cell empty. The first row is
            the widest.
        style
            The format of all cells; that of their columns if not given.
        link
            The number of the cell that is a link, counted from 0, and its address.
        """
        row = self.rows
        if not row:
            self._heads = [f'<c r="{xl_col_to_name(column)}' for column in range(len(cells))]
            self.dim_rowmin, self.dim_colmin, self.dim_colmax = 0, 0, len(cells) - 1
        self.dim_rowmax, self.rows = row, row + 1
        place = self._place(style)
        begins = [head + place for head in self._heads]
        for column, own in enumerate(self.styles if style is None else ()):
            if own is not None:
                begins[column] = self._heads[column] + self._place(own)
        if link is not None:
            column, address = link
            self.write_url(row, column, address)
            begins[column] = self._heads[column] + self._place(self.default_url_format)
        found = list(map(_cell, begins, cells))
        if style is not None:
            found = [cell or f"{begin}/>" for begin, cell in zip(begins, found, strict=True)]
        self.row_data_fh.write(f'<row r="{self.rows}">{"".join(found)}</row>')

    def _place(self, style: Any) -> str:
        return f'{self.rows}"' if style is None else f'{self.rows}" s="{style._get_xf_index()}"'


def _cell(begin: str, value: object) -> str:
    if isinstance(value, str):
        return f'{begin} t="inlineStr"><is>{_text(value)}</is></c>'
    if value is None:
        return ""
    if isinstance(value, bool):
        return f'{begin} t="inlineStr"><is><t>{in_words(value)}</t></is></c>'
    if isinstance(value, int):
        if -_MAX_EXACT <= value <= _MAX_EXACT:
            return f"{begin}><v>{value}</v></c>"
        return f'{begin} t="inlineStr"><is><t>{value}</t></is></c>'
    if isinstance(value, float) and math.isfinite(value):
        return f"{begin}><v>{value:.16G}</v></c>"
    return ""


def _text(text: str) -> str:
    if len(text) <= _SHORT and not _SPECIAL.search(text) and text == text.strip():
        return f"<t>{text}</t>"
    text = _ESCAPE.sub("_x005F_", plain_cell(text))
    space = ' xml:space="preserve"' if text[:1].isspace() or text[-1:].isspace() else ""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f"<t{space}>{text}</t>"
