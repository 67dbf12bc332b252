"""Precedents as a sheet of a workbook: one earlier document a row, with its best passage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from nhsa_nlp.io.writers.shapes import PRECEDENTS
from nhsa_nlp.io.writers.summary import heading

if TYPE_CHECKING:
    from nhsa_nlp.archive.matching import Precedents

_WIDTHS = (20, 10, 6, 20, 8, 12, 22, 12, 50)
_PASSAGE_WIDTHS = (100, 8, 8, 50)


@contextmanager
def precedent_sheet(path: str | Path) -> Iterator[Callable[[str, Precedents], None]]:
    """Give what adds the precedents of a document to a workbook, which appears at ``path`` at the end.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    from nhsa_nlp.io.writers.xlsx import write_workbook

    with write_workbook(path) as book:
        sheet = book.add_worksheet(heading(PRECEDENTS.sheet))
        sheet.freeze_panes(1, 1)
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for column, width in enumerate((*_WIDTHS, *_PASSAGE_WIDTHS)):
            sheet.set_column(column, column, width)
        columns = PRECEDENTS.headings()
        sheet.add(columns, book.add_format({"bold": True, "bottom": 1}))

        def add(name: str, found: Precedents) -> None:
            for rank, earlier in enumerate(found["precedents"], start=1):
                passage = earlier["passages"][0] if earlier["passages"] else None
                about = [earlier[key] for key in ("score", "label", "number", "date", "subject")]
                piece = [passage["text"], passage["start"], passage["end"]] if passage else [None] * 3
                policies = "".join(f"《{title}》" for title in earlier["shared_policies"])
                row = [name, found["confidence"], rank, earlier["id"], *about, *piece, policies]
                sheet.add(row, wrapped)
            if not found["precedents"]:
                sheet.add([name, found["confidence"], *[None] * (len(columns) - 2)], wrapped)

        yield add
        sheet.autofilter(0, 0, max(sheet.rows - 1, 0), len(columns) - 1)
