"""Excel workbooks for people who label: texts in rows, labels to choose from a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from nhsa_nlp.errors import OutputError
from nhsa_nlp.io.tables._xlsx_parser import MAX_ROWS
from nhsa_nlp.io.writers import xlsx
from nhsa_nlp.io.writers.cells import plain_cell

Cell = str | float | int | None

_WIDTHS = {"id": 14, "text": 60, "reason": 50, "near-duplicate of": 30}
_LIST = "labels"


def write_workbook(
    path: str | Path,
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    choose: str,
    labels: Sequence[str],
) -> None:
    """Write rows below a header; the cells of the column ``choose`` take one of ``labels`` or nothing.

    Nothing is ever a formula. A text that a cell cannot hold is changed as
    `nhsa_nlp.io.writers.cells.plain_cell` says.

    Raises
    ------
    OutputError
        If the file cannot be written, or there are more rows than a sheet holds.
    """
    with xlsx.write_workbook(path) as book:
        sheet, options = book.add_worksheet("documents"), book.add_worksheet(_LIST)
        top = book.add_format({"valign": "top", "text_wrap": True})
        bold = book.add_format({"valign": "top", "text_wrap": True, "bold": True})
        sheet.freeze_panes(1, 1)
        for column, name in enumerate(columns):
            sheet.set_column(column, column, _WIDTHS.get(name, 16))
            sheet.write_string(0, column, plain_cell(name), bold)
        number = 0
        for number, row in enumerate(rows, start=1):
            if number == MAX_ROWS:
                raise OutputError(f"{path}: a sheet holds {MAX_ROWS - 1:,} rows; write .jsonl")
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(number, column, plain_cell(value), top)
                else:
                    sheet.write(number, column, value, top)
        chosen = list(columns).index(choose)
        sheet.data_validation(
            *(1, chosen, MAX_ROWS - 1, chosen),
            {
                "validate": "list",
                "source": f"='{_LIST}'!$A$1:$A${max(1, len(labels))}",
                "error_message": f"choose one of the labels on the sheet {_LIST}",
            },
        )
        sheet.autofilter(0, 0, number, len(columns) - 1)
        for index, label in enumerate(labels):
            options.write_string(index, 0, plain_cell(label))
