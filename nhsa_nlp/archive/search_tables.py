"""What a search found as a file: JSON Lines, a workbook or a table, a row a document; counts as an object."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nhsa_nlp.archive.search import Found, Hit
from nhsa_nlp.errors import OutputError
from nhsa_nlp.io.atomic import write_text
from nhsa_nlp.io.json_lines import write_json_lines
from nhsa_nlp.io.writers.cells import cells, csv_text
from nhsa_nlp.io.writers.shapes import SEARCH
from nhsa_nlp.io.writers.summary import heading

WRITABLE = (".jsonl", ".xlsx", ".csv", ".tsv")
"""The suffixes that `write_hits` knows."""

_WIDTHS = {"id": 24, "source": 30, "subject": 50, "number": 22, "before": 50, "match": 20, "after": 50}


def write_hits(path: Path, hits: Sequence[Hit]) -> None:
    """Write the documents found in the format of the suffix.

    Raises
    ------
    OutputError
        If the file cannot be written, has more rows than a sheet holds, or the suffix is another.
    """
    suffix = path.suffix.lower()
    rows = ([getattr(hit, name) for name in SEARCH.columns] for hit in hits)
    if suffix == ".jsonl":
        write_json_lines(path, map(asdict, hits))
    elif suffix == ".xlsx":
        _write_workbook(path, list(rows))
    elif suffix in (".csv", ".tsv"):
        write_text(path, csv_text([SEARCH.headings(), *map(cells, rows)], "," if suffix == ".csv" else "\t"))
    else:
        raise OutputError(
            "the suffix must be one of {suffixes}; choose another --output",
            path,
            suffixes=", ".join(WRITABLE),
        )


def counts_object(found: Found) -> dict[str, Any]:
    """Return the counts of a search as a JSON object; those without a label or a date are apart."""
    labels, years = dict(found.labels or {}), dict(found.years or {})
    without = {"without_label": labels.pop(None, 0), "without_date": years.pop(None, 0)}
    return {"documents": found.count, "labels": labels, "years": years, **without}


def _write_workbook(path: Path, rows: Sequence[Sequence[object]]) -> None:
    from nhsa_nlp.io.tables.cells import MAX_ROWS
    from nhsa_nlp.io.writers.xlsx import write_workbook

    if len(rows) >= MAX_ROWS:
        raise OutputError(
            "a sheet holds {limit:,} rows; write .jsonl, or fewer with --limit", path, limit=MAX_ROWS - 1
        )
    with write_workbook(path) as book:
        sheet = book.add_worksheet(heading(SEARCH.sheet))
        sheet.freeze_panes(1, 1)
        for column, name in enumerate(SEARCH.columns):
            sheet.set_column(column, column, _WIDTHS.get(name, 12))
        sheet.add(SEARCH.headings(), book.add_format({"bold": True, "bottom": 1}))
        for row in rows:
            sheet.add(row)
        sheet.autofilter(0, 0, sheet.rows - 1, len(SEARCH.columns) - 1)
