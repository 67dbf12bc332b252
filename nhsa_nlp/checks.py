"""Reading data files that people made: their lines, their JSON, and messages on what is wrong.

Whatever is refused is refused with the place and what to do. A check of one object raises
`InvalidItemError` without knowing the file; whoever reads the file adds it.
"""

from __future__ import annotations

import codecs
import json
import math
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

from nhsa_nlp.errors import InputError, MessageError
from nhsa_nlp.translation import Message, is_known, recognised

SHOWN = 40
"""Characters of a value that a message shows."""

_LONGEST_REASON = 200
# How json, tomllib and expat say where an error is.
_PLACE = re.compile(
    r"(?P<problem>.+?)[:,]? \(?(?:at )?line (?P<line>\d+),? column (?P<column>\d+)(?: \(char \d+\)|\))?"
)

_AT_END = " (at end of document)"  # of tomllib

_T = TypeVar("_T")


class InvalidItemError(MessageError):
    """What is wrong with an object; the caller adds the file and the line."""


def lines(path: str | Path) -> Iterator[tuple[int, str, bool]]:
    r"""Yield each line's number, its text and whether a line feed ends it; refuse an empty file.

    Bytes are read, not text: text mode would also break lines at a lone ``\r`` and could not name
    the line of a byte that is not UTF-8.

    Raises
    ------
    InputError
        If the file cannot be read, is empty or is not UTF-8.
    """
    found = False
    try:
        with Path(path).open("rb") as file:
            for number, raw in enumerate(file, start=1):
                data = raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
                if not data:
                    continue  # a byte order mark and nothing else
                try:
                    line = data.decode("utf-8")
                except UnicodeDecodeError as error:
                    raise InputError(_not_utf8(data, error), path, number) from None
                found = True
                yield number, line.removesuffix("\n").removesuffix("\r"), line.endswith("\n")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise InputError(unreadable(error), path) from None
    if not found:
        raise InputError("the file is empty", path)


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> str:
    if error.end == len(data) and error.reason == "unexpected end of data":
        return Message("the file ends within a character, so it was cut off; copy or export it again")
    return Message(
        "byte 0x{byte:02x} at position {start} of the line is not UTF-8; save the file as UTF-8 (files "
        "from older Chinese software are often GB18030)",
        byte=data[error.start],
        start=error.start + 1,
    )


def unreadable(error: OSError | ValueError) -> str:
    """Return why a file could not be opened or read, and what to do."""
    if isinstance(error, ValueError):
        return Message("not a valid file name ({error})", error=error)
    if isinstance(error, IsADirectoryError):
        return Message("this is a folder; give the file in it")
    if isinstance(error, FileNotFoundError):
        return "there is no such file; check the name and the folder"
    if isinstance(error, PermissionError):
        return Message("no permission to read the file; ask its owner or change its mode")
    return Message("the file cannot be read ({problem})", problem=error.strerror or error)


def reason_of(error: Exception) -> str:
    """Return what a library says of an error: its first line, short, or its kind if it says nothing.

    It is a message as far as it can be: we say where it is, and what else the library says stays as written
    unless the catalogue has it.
    """
    said = str(error)
    if isinstance(said, Message):
        return said
    if isinstance(error, UnicodeDecodeError):
        return Message(
            "byte 0x{byte:02x} at position {position} is not {encoding}",
            byte=error.object[error.start],
            position=error.start + 1,
            encoding=error.encoding,
        )
    if isinstance(error, RecursionError):
        return Message("nested too deeply")
    if isinstance(error, OSError) and error.strerror:
        said = error.strerror
    said = (said.strip().splitlines() or [type(error).__name__])[0].rstrip(".")[:_LONGEST_REASON]
    place = _PLACE.fullmatch(said)
    if place is not None:
        return Message(
            "{problem} at line {number}, column {column}",
            problem=_original(place["problem"]),
            number=place["line"],
            column=place["column"],
        )
    if said.endswith(_AT_END):
        return Message("{problem} at the end of the file", problem=_original(said.removesuffix(_AT_END)))
    return _original(said)


def _original(said: str) -> str:
    if is_known(said) or isinstance(said := recognised(said), Message):
        return said
    return Message("{original}", original=said)


def parse_object(line: str, ended: bool, path: str | Path, number: int) -> dict[str, Any]:
    """Parse one line; an object broken off on a last line without a line feed means a cut-off file.

    Raises
    ------
    InputError
        If the line is not a JSON object.
    """
    try:
        parsed = json.loads(line, parse_constant=refuse_constant)
    except (ValueError, RecursionError) as error:
        reason = (
            Message("{problem} at column {column}", problem=error.msg, column=error.colno)
            if isinstance(error, json.JSONDecodeError)
            else reason_of(error)
        )
        if not line.strip():
            message = "the line is empty; delete it"
        elif not ended and line.startswith("{"):
            message = Message(
                "the last line is cut off ({reason}); copy or export the file again", reason=reason
            )
        else:
            message = Message("not JSON ({reason}); a line is one JSON object", reason=reason)
        raise InputError(message, path, number) from None
    if not isinstance(parsed, dict):
        raise InputError(
            'not a JSON object but {value}; a line is {{"id": …, "entities": […]}}',
            path,
            number,
            value=show(parsed),
        )
    return parsed


def refuse_constant(name: str) -> None:
    """Refuse NaN and Infinity, which Python's parser would take (its ``parse_constant``)."""
    raise ValueError(Message("{name} is not a JSON number", name=name))


def field(record: dict[str, Any], name: str, kind: type[_T], wanted: str) -> _T:
    """Return a field of an object if it is there and of its kind.

    Raises
    ------
    InvalidItemError
        If not; ``wanted`` names the kind in the message.
    """
    if name not in record:
        raise InvalidItemError("the field {name!r} is missing; it must be {wanted}", name=name, wanted=wanted)
    value = record[name]
    # bool is a subclass of int, and true is not an offset
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise InvalidItemError(
            "the field {name!r} must be {wanted}, not {value}", name=name, wanted=wanted, value=show(value)
        )
    return value


def is_number(value: object) -> bool:
    """Tell whether a JSON value is a finite number."""
    return (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, float) and math.isfinite(value)
    )


def show(value: object) -> str:
    """Return a value for a message: one line, short, nothing unprintable."""
    if isinstance(value, str):
        return repr(value if len(value) <= SHOWN else value[:SHOWN] + "…")
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    return json.dumps(value)[:SHOWN]
