"""Groups of documents as a file: JSON Lines, a workbook or a table, a row a document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from nhsa_nlp.comparison.groups import Group, to_object
from nhsa_nlp.errors import OutputError
from nhsa_nlp.io.atomic import write_text
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.json_lines import write_json_lines
from nhsa_nlp.io.writers.cells import cells, csv_text
from nhsa_nlp.io.writers.shapes import GROUPS
from nhsa_nlp.io.writers.summary import heading
from nhsa_nlp.text import Range
from nhsa_nlp.translation import tr_in

WRITABLE = (".jsonl", ".xlsx", ".csv", ".tsv")
"""The suffixes that `write_groups` knows."""

_WIDTHS = {"id": 24, "role": 16, "terms": 30, "beginning": 50, "unique": 60, "source": 30}
_BEGINNING = 100  # characters

Row = tuple[int, str, str, float | None, str, str, str, str]


def write_groups(path: Path, groups: Sequence[Group], documents: Sequence[Document]) -> None:
    """Write groups in the format of the suffix: a line a group in .jsonl, else a row a document.

    Raises
    ------
    OutputError
        If the file cannot be written, has more rows than a sheet holds, or the suffix is another.
    """
    suffix = path.suffix.lower()
    if suffix == ".jsonl":
        write_json_lines(path, (to_object(n, group, documents) for n, group in enumerate(groups, start=1)))
    elif suffix == ".xlsx":
        _write_workbook(path, rows(groups, documents))
    elif suffix in (".csv", ".tsv"):
        lines = map(cells, map(_named, rows(groups, documents)))
        write_text(path, csv_text([GROUPS.headings(), *lines], "," if suffix == ".csv" else "\t"))
    else:
        raise OutputError(
            "the suffix must be one of {suffixes}; choose another --output",
            path,
            suffixes=", ".join(WRITABLE),
        )


def rows(groups: Sequence[Group], documents: Sequence[Document]) -> Iterator[Row]:
    """Yield a row for each document in a group, as `GROUPS` says, the lead document first."""
    for number, group in enumerate(groups, start=1):
        yield _row(number, "lead", documents[group.lead], None, (), group.unique)
        for member in group.members:
            document = documents[member.index]
            yield _row(number, member.relation, document, member.score, member.terms, member.unique)


def _row(
    number: int,
    role: str,
    document: Document,
    score: float | None,
    terms: Sequence[str],
    unique: Sequence[Range],
) -> Row:
    beginning = " ".join(document.text[: 2 * _BEGINNING].split())[:_BEGINNING]
    new = "\n".join(document.text[start:end] for start, end in unique)
    shown = None if score is None else round(score, 4)
    return number, role, document.id, shown, " ".join(terms), beginning, new, document.source


def role_name(role: str) -> str:
    """Return what a document is in its group: the lead document, or how it is like that."""
    return tr_in("groups", role)


def _named(row: Row) -> list[object]:
    return [row[0], role_name(row[1]), *row[2:]]


def _write_workbook(path: Path, lines: Iterator[Row]) -> None:
    from nhsa_nlp.io.tables.cells import MAX_ROWS
    from nhsa_nlp.io.writers.xlsx import write_workbook

    with write_workbook(path) as book:
        sheet = book.add_worksheet(heading(GROUPS.sheet))
        top = book.add_format({"valign": "top", "text_wrap": True})
        sheet.freeze_panes(1, 0)
        for column, name in enumerate(GROUPS.columns):
            sheet.set_column(column, column, _WIDTHS.get(name, 8))
        sheet.add(GROUPS.headings(), book.add_format({"bold": True, "bottom": 1}))
        for row in lines:
            if sheet.rows == MAX_ROWS:
                raise OutputError("a sheet holds {limit:,} rows; write .jsonl", path, limit=MAX_ROWS - 1)
            sheet.add(_named(row), top)
        sheet.autofilter(0, 0, sheet.rows - 1, len(GROUPS.columns) - 1)
