"""Tables as people keep them (.csv, .tsv, .txt, .xlsx, .jsonl, .json), read whole into rows of cells."""

from __future__ import annotations

import codecs
import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nhsa_nlp.checks import lines, parse_object, refuse_constant, unreadable
from nhsa_nlp.errors import InputError

SUFFIXES = (".csv", ".json", ".jsonl", ".ndjson", ".tsv", ".txt", ".xlsx")
"""The suffixes of the files read, in lower case."""

_LONGEST_CELL = 2**27  # characters; csv's own limit is 131,072, less than a long document has
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table.

    Attributes
    ----------
    line
        Its line in the file, or its row in the sheet or list, counted from 1.
    cells
        Its cells; None where there is nothing.
    """

    line: int
    cells: tuple[str | None, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of a file.

    Attributes
    ----------
    names
        The columns' names where the format has them (JSON); None where the first row may or may not
        be a header.
    rows
        The rows, empty ones left out.
    """

    names: tuple[str, ...] | None
    rows: list[Row]


def read_table(path: str | Path) -> Table:
    """Read a table whole.

    Parameters
    ----------
    path
        The file. Text may be UTF-8, UTF-16 with a byte order mark, or GB18030. Of a workbook the first
        sheet is read.

    Raises
    ------
    InputError
        If the file cannot be read, is empty, of an unknown kind, not text, or damaged.
    """
    suffix = Path(path).suffix.lower()
    if not Path(path).exists():
        raise InputError("there is no such file; check the name and the folder", path)
    if suffix not in SUFFIXES:
        raise InputError(f"not a table that can be read; give one of {', '.join(SUFFIXES)}", path)
    if suffix == ".xlsx":
        table = Table(None, [row for row in _workbook(path) if any(row.cells)])
    elif suffix in (".json", ".jsonl", ".ndjson"):
        table = _objects(_json_list(path) if suffix == ".json" else _json_lines(path))
    else:
        table = Table(None, [row for row in _text_table(path, suffix) if any(row.cells)])
    if not table.rows:
        raise InputError("the file holds no rows", path)
    return table


def _text_table(path: str | Path, suffix: str) -> list[Row]:
    text = _decoded(path)
    if suffix != ".csv":
        plain = _split_at_tabs(text)
        if plain is not None:
            return plain
    delimiter = "\t" if suffix != ".csv" else _delimiter(text)
    previous = csv.field_size_limit(_LONGEST_CELL)
    rows, line = [], 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for cells in reader:
            rows.append(Row(line, tuple(cell or None for cell in cells)))
            line = reader.line_num + 1
    except csv.Error as error:
        raise InputError(
            f"not {suffix.lstrip('.')} ({error}); a cell with quotes or line breaks must stand in quotes",
            path,
            line,
        ) from None
    finally:
        csv.field_size_limit(previous)
    return rows


def _split_at_tabs(text: str) -> list[Row] | None:
    """Return the rows if every line is one: quotes are then part of the text, as in a list of headlines."""
    rows = [
        Row(number, tuple(cell or None for cell in line.removesuffix("\r").split("\t")))
        for number, line in enumerate(text.split("\n"), start=1)
        if line.strip()
    ]
    widths = {len(row.cells) for row in rows}
    return rows if len(widths) == 1 and widths != {1} else None


def _delimiter(text: str) -> str:
    first = text.lstrip("\r\n").split("\n", 1)[0]
    return max(",;\t", key=first.count)  # the comma where they tie


def _decoded(path: str | Path) -> str:
    try:
        data = Path(path).read_bytes()
    except (OSError, ValueError) as error:
        raise InputError(unreadable(error), path) from None
    encoding = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    for name in [encoding] if encoding else ["utf-8", "gb18030"]:
        try:
            text = data.decode(name)
        except UnicodeDecodeError as error:
            line = data.count(b"\n", 0, error.start) + 1
            continue
        if "\0" in text:
            line = text.count("\n", 0, text.index("\0")) + 1
            raise InputError("not text but some binary format; export it as UTF-8 text", path, line)
        return text
    raise InputError("neither UTF-8 nor GB18030 text; save the file as UTF-8", path, line)


def _workbook(path: str | Path) -> Iterator[Row]:
    from nhsa_nlp.io import ReadOptions, Source
    from nhsa_nlp.io.tables._xlsx_parser import Spreadsheet

    file, options = Source("", str(path), ".xlsx", Path(path)), ReadOptions(max_bytes=_LONGEST_CELL)
    try:
        with Path(path).open("rb") as stream, Spreadsheet(stream, file, options) as book:
            for number, cells in book.rows(book.sheets[0]) if book.sheets else ():
                yield Row(number, tuple(_cell(value) for value in cells))
    except OSError as error:
        raise InputError(unreadable(error), path) from None


def _cell(value: Any) -> str | None:
    if value is None:
        return None
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # Excel knows no integers: a label 3 comes as 3.0
    return str(value) or None


def _json_lines(path: str | Path) -> Iterator[tuple[int, dict[str, Any]]]:
    for number, line, ended in lines(path):
        if line.strip():
            yield number, parse_object(line, ended, path, number)


def _json_list(path: str | Path) -> Iterator[tuple[int, dict[str, Any]]]:
    try:
        items = json.loads(_decoded(path), parse_constant=refuse_constant)
    except (ValueError, RecursionError) as error:
        raise InputError(f"not JSON ({error})", path) from None
    if not isinstance(items, list):
        raise InputError("not a JSON list; a table is a list of objects", path)
    for number, item in enumerate(items, start=1):
        if not isinstance(item, dict):
            raise InputError(f"item {number} is not a JSON object", path)
        yield number, item


def _objects(items: Iterator[tuple[int, dict[str, Any]]]) -> Table:
    found = list(items)
    names = tuple(dict.fromkeys(name for _, item in found for name in item))
    rows = [Row(number, tuple(_json_cell(item.get(name)) for name in names)) for number, item in found]
    return Table(names, rows)


def _json_cell(value: Any) -> str | None:
    """Return a value as a cell; several labels of one text are joined by an x."""
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "x".join(value) or None
    if value is None or isinstance(value, str | bool | int | float):
        return None if value is None else _cell(value)
    return json.dumps(value, ensure_ascii=False)
