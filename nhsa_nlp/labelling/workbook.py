"""Excel workbooks for people who label: texts in rows, labels to choose from a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from nhsa_nlp.errors import OutputError
from nhsa_nlp.io.tables.cells import MAX_ROWS
from nhsa_nlp.io.writers import xlsx
from nhsa_nlp.io.writers.summary import heading
from nhsa_nlp.translation import tr

Cell = str | float | int | None

_WIDTHS = {"id": 14, "text": 60, "reason": 50, "near-duplicate of": 30}


def write_workbook(
    path: str | Path,
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    choose: str,
    labels: Sequence[str],
) -> None:
    """Write rows below a header; the cells of the column ``choose`` take one of ``labels`` or nothing.

    Columns are called by what `nhsa_nlp.io.writers.summary.heading` says.

    Nothing is ever a formula. A text that a cell cannot hold is changed as
    `nhsa_nlp.io.writers.cells.plain_cell` says.

    Raises
    ------
    OutputError
        If the file cannot be written, or there are more rows than a sheet holds.
    """
    with xlsx.write_workbook(path) as book:
        sheet, options = (book.add_worksheet(heading(name)) for name in ("documents", "labels"))
        top = book.add_format({"valign": "top", "text_wrap": True})
        bold = book.add_format({"valign": "top", "text_wrap": True, "bold": True})
        sheet.freeze_panes(1, 1)
        for column, name in enumerate(columns):
            sheet.set_column(column, column, _WIDTHS.get(name, 16))
        sheet.add(list(map(heading, columns)), bold)
        for row in rows:
            if sheet.rows == MAX_ROWS:
                raise OutputError("a sheet holds {limit:,} rows; write .jsonl", path, limit=MAX_ROWS - 1)
            sheet.add(row, top)
        chosen = list(columns).index(choose)
        sheet.data_validation(
            *(1, chosen, MAX_ROWS - 1, chosen),
            {
                "validate": "list",
                "source": f"='{options.name}'!$A$1:$A${max(1, len(labels))}",
                "error_message": tr("choose one of the labels on the sheet {sheet}").format(
                    sheet=options.name
                ),
            },
        )
        sheet.autofilter(0, 0, sheet.rows - 1, len(columns) - 1)
        for label in labels:
            options.add([label])
