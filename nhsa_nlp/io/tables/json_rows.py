"""Reading JSON Lines, an object a document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from nhsa_nlp.checks import show
from nhsa_nlp.errors import InputError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.source import Source, Unreadable
from nhsa_nlp.io.tables.lines import FileLine, read_lines
from nhsa_nlp.io.tables.rows import Header, InvalidRowError, NoColumnError, failed

SUFFIXES = (".jsonl", ".ndjson")

_PATIENCE = 20  # so many lines without a text, and none with one, and the file holds no documents


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document | Unreadable]:
    """Read the documents of a file in JSON Lines, in constant memory.

    Parameters
    ----------
    stream
        The file, opened.
    file
        Its name.
    options
        Its encoding, and the fields that hold text and id; ``max_bytes`` bounds a line.

    Yields
    ------
    Document | Unreadable
        A document a line; an `Unreadable` for a line that cannot be read. Empty lines
        are passed over.

    Raises
    ------
    InputError
        If the encoding cannot be told, or no line has a field for the text.
    """
    encoding, lines = read_lines(stream, file.source, options, newline="\n")
    keys: list[str] = []
    header: Header | None = None
    textless: list[tuple[FileLine, InputError]] = []  # held back until a line has a text
    empty = True
    for line in lines:
        if not line.text.strip() and not line.problem:
            continue
        empty = False
        try:
            row = _parse(line)
            if header is None or keys != list(row):
                keys = list(row)
                found = Header(keys, file.source, options, line.number)
                if header is None:
                    yield from (_failed(file, *missing) for missing in textless)
                    textless.clear()
                header = found
            values = list(row.values())
            yield header.document(file, f"line={line.number}", line.number, values, encoding)
        except InvalidRowError as error:
            yield _failed(file, line, InputError(str(error), file.source, line.number))
        except NoColumnError as error:
            keys = []
            if header is not None:
                yield _failed(file, line, error)
                continue
            textless.append((line, error))
            if len(textless) == _PATIENCE:
                break
        except InputError as error:
            yield _failed(file, line, error)
    if textless:
        raise textless[0][1]
    if empty:
        raise InputError("is empty; nothing to read", file.source)


def _parse(line: FileLine) -> dict[str, Any]:
    if line.problem:
        raise InvalidRowError(line.problem)
    try:
        row = json.loads(line.text, parse_constant=lambda _: None)  # NaN and Infinity, as pandas writes them
    except RecursionError:
        raise InvalidRowError("is nested too deep; a line is one JSON object") from None
    except ValueError as error:
        reason = f"{error.msg} at column {error.colno}" if isinstance(error, json.JSONDecodeError) else error
        raise InvalidRowError(f"is not JSON ({reason}); a line is one JSON object") from None
    if not isinstance(row, dict):
        raise InvalidRowError(f"is not a JSON object but {show(row)}; a line is one JSON object")
    return row


def _failed(file: Source, line: FileLine, error: InputError) -> Unreadable:
    return failed(file, f"line={line.number}", line.number, error)
