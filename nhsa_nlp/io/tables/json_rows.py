"""Reading JSON Lines, an object a document, and JSON lists of objects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any, BinaryIO

from nhsa_nlp.checks import show
from nhsa_nlp.errors import Cause, InputError, TooLongError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.formats import JSON_LIST
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.source import Source, Unreadable
from nhsa_nlp.io.tables.lines import FileLine, read_lines
from nhsa_nlp.io.tables.rows import Header, InvalidRowError, NoColumnError, check_blank, failed
from nhsa_nlp.translation import Message

_PATIENCE = 20  # rows without a text at the beginning, after which the file is given up
_MAX_VALUES = 2_000_000  # that a line may hold; as objects they take a hundred times its length
_MAX_NESTED = 5_000_000  # lists and objects of a list, which is held in memory
_MAX_DIGITS = 4_000  # of a number; Python takes no longer ones
_SPACE = re.compile(r"[ \t\r\n]*")

_Row = tuple[int, "dict[str, Any] | str"]  # its line or place in the list; a string says why it is unusable


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document | Unreadable]:
    """Read the lines of a file, empty ones passed over, or the items of a list, which ``.json`` is.

    ``max_bytes`` bounds a line, and a list as a whole, which is held in memory.
    """
    items, unit = (_items, "item") if file.suffix == JSON_LIST else (_objects, "line")
    encoding, lines = read_lines(stream, file.source, options, newline="\n")
    keys: list[str] = []
    header: Header | None = None
    textless: list[tuple[int, InputError]] = []  # held back until a row has a text
    empty = True

    def bad(number: int, error: InputError) -> Unreadable:
        return failed(file, f"{unit}={number}", number, error)

    for number, row in items(lines, file, options):
        empty = False
        try:
            if isinstance(row, str):
                raise InvalidRowError(row, cause=Cause.NOT_JSON)
            if header is None or keys != list(row):
                keys = list(row)
                found = Header(keys, file.source, options, number)
                if header is None:
                    yield from (bad(*missing) for missing in textless)
                    textless.clear()
                    if options.labelled:  # the texts of all rows are in one column
                        text, label = found.used
                        options = replace(options, text_column=text, label_column=label)
                header = found
            yield header.document(file, f"{unit}={number}", number, list(row.values()), encoding)
        except InvalidRowError as error:
            yield bad(number, InputError(str(error), file.source, number, cause=error.cause))
        except NoColumnError as error:
            keys = []
            if header is not None:
                yield bad(number, error)
                continue
            textless.append((number, error))
            if len(textless) == _PATIENCE:
                break
        except InputError as error:
            yield bad(number, error)
    if textless:
        raise textless[0][1]
    if empty:
        raise InputError("is empty; nothing to read", file.source, cause=Cause.EMPTY)


def _objects(lines: Iterator[FileLine], file: Source, _: ReadOptions) -> Iterator[_Row]:
    last = 0
    for line in lines:
        if line.problem:
            yield line.number, line.problem
        elif line.text.strip():
            yield line.number, _parse(line.text)
        else:
            check_blank(line.number - last, file)
            continue
        last = line.number


def _parse(text: str) -> dict[str, Any] | str:
    if sum(map(text.count, ",[{")) > _MAX_VALUES:
        return Message("holds more than {limit:,} values; split it", limit=_MAX_VALUES)
    try:
        return _object(_DECODER.decode(text), Message("a line"))
    except RecursionError:
        return Message("is nested too deeply; a line is one JSON object")
    except ValueError as error:
        return Message("is not JSON ({reason}); a line is one JSON object", reason=_reason(error))


def _integer(digits: str) -> int | Decimal:
    return int(digits) if len(digits) <= _MAX_DIGITS else Decimal(digits)


# NaN and Infinity are None, as pandas writes them.
_DECODER = json.JSONDecoder(parse_constant=lambda _: None, parse_int=_integer)


def _object(row: object, what: str) -> dict[str, Any] | str:
    return (
        row
        if isinstance(row, dict)
        else Message(
            "is not a JSON object but {value}; {what} is one JSON object", value=show(row), what=what
        )
    )


def _reason(error: ValueError) -> str:
    return (
        Message("{problem} at column {column}", problem=error.msg, column=error.colno)
        if isinstance(error, json.JSONDecodeError)
        else str(error)
    )


def _items(lines: Iterator[FileLine], file: Source, options: ReadOptions) -> Iterator[_Row]:
    """Yield the items of a list; its text is held in memory, but not all that it becomes."""
    text = "".join(_held(lines, file, options))
    if sum(map(text.count, "[{")) > _MAX_NESTED:
        raise InputError(
            "holds more than {limit:,} lists and objects; write it as .jsonl",
            file.source,
            cause=Cause.TOO_LARGE,
            limit=_MAX_NESTED,
        )
    at = _after_space(text, 0)
    if not text.startswith("[", at):
        raise InputError(
            "is not a JSON list; a table is a list of objects", file.source, cause=Cause.NOT_JSON
        )
    at, number = _after_space(text, at + 1), 0
    while not text.startswith("]", at):
        try:
            if number and not text.startswith(",", at):
                raise json.JSONDecodeError("the list is not closed", text, at)
            row, at = _DECODER.raw_decode(text, _after_space(text, at + bool(number)))
        except RecursionError:
            raise InputError(
                "is not JSON (nested too deeply); export it again", file.source, cause=Cause.NOT_JSON
            ) from None
        except ValueError as error:
            line = error.lineno if isinstance(error, json.JSONDecodeError) else None
            message = Message("is not JSON ({reason}); copy or export it again", reason=_reason(error))
            raise InputError(message, file.source, line, cause=Cause.NOT_JSON) from None
        at, number = _after_space(text, at), number + 1
        yield number, _object(row, Message("an item"))


def _held(lines: Iterator[FileLine], file: Source, options: ReadOptions) -> Iterator[str]:
    size = 0
    for line in lines:
        if line.problem:
            raise InputError(line.problem, file.source, line.number, cause=Cause.ENCODING)
        size += len(line.text)
        if size > options.max_bytes:
            raise TooLongError(
                "is longer than {limit:,} bytes; write it as .jsonl or raise --max-bytes",
                file.source,
                cause=Cause.TOO_LARGE,
                limit=options.max_bytes,
            )
        yield line.text


def _after_space(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    return match.end() if match else at
