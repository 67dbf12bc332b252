"""Figures as files: JSON Lines, tables, and a workbook with their series and contradictions."""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nhsa_nlp.archive.figure_reading import DocumentFigures, places_of
from nhsa_nlp.archive.series import JUMP, Contradiction, Point, Series, build_series
from nhsa_nlp.errors import OutputError
from nhsa_nlp.figure_text import shown_cumulative, shown_date, shown_value
from nhsa_nlp.io.atomic import cannot_write, write_atomically
from nhsa_nlp.io.json_lines import write_json_lines
from nhsa_nlp.io.tables.rows import valid
from nhsa_nlp.io.writers.cells import BOM, cells, listed
from nhsa_nlp.io.writers.shapes import FIGURES
from nhsa_nlp.io.writers.summary import heading
from nhsa_nlp.record import FigureRecord
from nhsa_nlp.translation import tr, tr_in

if TYPE_CHECKING:
    import pyarrow as pa
    import xlsxwriter

WRITABLE = (".jsonl", ".ndjson", ".csv", ".tsv", ".xlsx", ".parquet")
"""The suffixes that `write_figures` knows."""

_CONTRADICTIONS = (
    *("indicator", "unit", "role", "scope", "date", "first", "first_document", "first_sentence"),
    *("second", "second_document", "second_sentence", "reason"),
)
_SERIES = ("indicator", "unit", "role", "scope", "wordings", "contradictions", "jumps")
_BATCH = 1_000  # rows in Arrow at a time


def write_figures(path: Path, documents: Iterable[DocumentFigures]) -> int:
    """Write figures in the format of the suffix; return their number.

    All but .xlsx, whose further sheets show the series, are written in constant memory.

    Raises
    ------
    OutputError
        If the file cannot be written, or the suffix is another.
    """
    suffix = path.suffix.lower()
    if suffix in (".jsonl", ".ndjson"):
        return write_json_lines(path, (figure for each in documents for figure in each.figures))
    if suffix in (".csv", ".tsv"):
        return _write_delimited(path, documents, "\t" if suffix == ".tsv" else ",")
    if suffix == ".parquet":
        return _write_parquet(path, documents)
    if suffix == ".xlsx":
        return _write_workbook(path, documents)
    raise OutputError(
        "the suffix must be one of {suffixes}; choose another --output", path, suffixes=", ".join(WRITABLE)
    )


def figure_row(figure: FigureRecord, source: str) -> tuple[Any, ...]:
    """Return a figure as a row below `FIGURES`."""
    value = figure["value"]
    low, high = (value[0], value[-1]) if isinstance(value, list) else (value, None)
    since, until = figure["period"] or (None, None)
    return (
        *(figure["document"], source, figure["indicator"], low, high, figure["unit"], figure["op"]),
        *(figure["role"], figure["as_of"], since, until, figure["anchor"], figure["scope"], figure["base"]),
        *(figure["policy"], figure["confidence"], figure["text"], figure["sentence"]),
        *(figure["start"], figure["end"]),
    )


def _named(row: tuple[Any, ...]) -> list[Any]:
    """Return a row with what its codes are called."""
    contexts = {"role": "figure", "op": "op", "anchor": "anchor"}
    return [
        tr_in(contexts[name], value) if name in contexts and value else value
        for name, value in zip(FIGURES.columns, row, strict=True)
    ]


def _rows(documents: Iterable[DocumentFigures]) -> Iterator[tuple[Any, ...]]:
    return (figure_row(figure, each.source) for each in documents for figure in each.figures)


def _write_delimited(path: Path, documents: Iterable[DocumentFigures], delimiter: str) -> int:
    written = 0
    with write_atomically(path) as file, file.open("w", encoding="utf-8", newline="") as stream:
        stream.write(BOM)
        rows = csv.writer(stream, delimiter=delimiter)
        rows.writerow(FIGURES.headings())
        for row in _rows(documents):
            rows.writerow(cells(_named(row)))
            written += 1
    return written


def _write_parquet(path: Path, documents: Iterable[DocumentFigures]) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = _schema()
    written = 0
    with write_atomically(path) as file:
        try:
            with pq.ParquetWriter(file, columns, compression="zstd") as writer:
                rows = _rows(documents)
                while batch := list(islice(rows, _BATCH)):
                    named = [dict(zip(FIGURES.columns, map(_arrow, row), strict=True)) for row in batch]
                    writer.write_table(pa.Table.from_pylist(named, columns))
                    written += len(batch)
        except pa.ArrowException as error:
            raise cannot_write(path, error) from error
    return written


def _schema() -> pa.Schema:
    import pyarrow as pa

    numbers = dict.fromkeys(("value", "to", "confidence"), pa.float64())
    numbers |= dict.fromkeys(("start", "end"), pa.int64())
    return pa.schema([(name, numbers.get(name, pa.string())) for name in FIGURES.columns])


def _arrow(value: object) -> object:
    return valid(value) if isinstance(value, str) else value


# --- the workbook -----------------------------------------------------------------------------------


def _write_workbook(path: Path, documents: Iterable[DocumentFigures]) -> int:
    from nhsa_nlp.io.tables.cells import MAX_ROWS
    from nhsa_nlp.io.writers.xlsx import Sheets, write_workbook

    figures: list[FigureRecord] = []
    places: dict[str, str] = {}
    folder = path.resolve().parent
    with write_workbook(path) as book:
        sheets = Sheets(book, heading(FIGURES.sheet), folder, MAX_ROWS)
        sheets.begin(FIGURES.headings(), FIGURES.columns)
        for each in documents:
            places |= places_of([each])
            for figure in each.figures:
                sheets.add(_named(figure_row(figure, each.source)), source=(1, each.source))
                figures.append(figure)
        sheets.finish()
        series = build_series(figures, places=places)
        _add_series(book, series, folder, MAX_ROWS)
        found = Sheets(book, heading("contradictions"), folder, MAX_ROWS)
        found.begin(list(map(heading, _CONTRADICTIONS)), _CONTRADICTIONS)
        for one in series:
            for contradiction in one.contradictions:
                found.add(_contradiction_row(one, contradiction))
        found.finish()
    return len(figures)


def _add_series(book: xlsxwriter.Workbook, series: list[Series], folder: Path, most_rows: int) -> None:
    """Add the sheet with an indicator a row and a year a column, several values of a year in one cell."""
    from nhsa_nlp.io.writers.xlsx import Sheets

    years = sorted({year for one in series for point in one.points if (year := _year(point))})
    sheets = Sheets(book, heading("series"), folder, most_rows)
    sheets.begin([*map(heading, _SERIES), *years, heading("undated")], [*_SERIES, *years, "undated"])
    for one in series:
        cells: dict[str, list[Point]] = defaultdict(list)
        for point in one.points:
            cells[_year(point)].append(point)
        about = (one.name, one.unit, tr_in("figure", one.role), one.scope, listed(one.names))
        marks = (len(one.contradictions), len(one.jumps))
        sheets.add((*about, *marks, *(_year_cell(cells[year]) for year in (*years, ""))))
    sheets.finish()


def _year(point: Point) -> str:
    year = (point.date or "")[:4]
    return year if year.isdigit() else ""


def _year_cell(points: list[Point]) -> object:
    """Return the only value of a year as a number, or all as text, with what else must be known of each."""
    if len(points) == 1:
        (point,) = points
        if point.op == "eq" and point.date and len(point.date) == len("2020") and not _notes(point):
            return point.value if not isinstance(point.value, tuple) else shown_value(point)
    return "; ".join(shown_value(point) + _notes(point) for point in points) or None


def _notes(point: Point) -> str:
    """Return a point's date where it is not just the year of its column, and whether it accumulates."""
    date = "" if point.since is None and point.date and len(point.date) == len("2020") else shown_date(point)
    notes = [note for note in (date, shown_cumulative(point)) if note]
    return f" ({', '.join(notes)})" if notes else ""


def _contradiction_row(series: Series, found: Contradiction) -> tuple[Any, ...]:
    sides = [
        side
        for point in (found.first, found.second)
        for side in (
            shown_value(point),
            listed([figure["document"] for figure in point.figures]),
            point.figures[0]["sentence"],
        )
    ]
    head = (series.name, series.unit, tr_in("figure", series.role), series.scope, shown_date(found.first))
    return (*head, *sides, _reason(found))


def _reason(found: Contradiction) -> str:
    """Return by how much two values differ."""
    if found.factor is None or found.share is None:
        return tr("the values differ")
    if found.factor >= JUMP:
        return tr("differ by a factor of {factor:.3g}").format(factor=found.factor)
    return tr("differ by {share:.1%}").format(share=found.share)
