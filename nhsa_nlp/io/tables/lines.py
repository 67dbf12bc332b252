"""Reading a text file of any size line by line, in the encoding that its beginning shows.

A line that is not in the encoding of the file, or too long, does not end the reading: it is
marked, so that the caller can report it and go on.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import TextIOWrapper
from typing import BinaryIO

from nhsa_nlp.checks import reason_of
from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.encoding import detect, is_utf8, utf16_without_mark
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.translation import Message

_SAMPLE_BYTES = 1_000_000
_MAX_NULS = 0.1  # of the bytes; UTF-16 without a byte-order mark is full of them
_MARK = "\udcff"  # for what cannot be decoded; no decoder gives a lone surrogate
_ON_ERROR = "nhsa_nlp.mark"
_CHUNK = 1_000_000

# No separator is a part of a character in UTF-8, GB18030 or Big5.
_SEPARATORS = re.compile(rb'[,;\t\r\n":]+')

codecs.register_error(_ON_ERROR, lambda error: (_MARK, error.end))  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class FileLine:
    """A line of a file, counted from 1."""

    number: int
    text: str  # with its line ending; empty if it is too long
    problem: Message | None = None  # why it cannot be used


def read_lines(
    stream: BinaryIO, source: str, options: ReadOptions, newline: str
) -> tuple[str, Iterator[FileLine]]:
    r"""Open a text file; return its encoding and its lines, whose endings are not changed.

    Parameters
    ----------
    options
        ``encoding`` overrules the detection, ``max_bytes`` bounds a line (in characters).
    newline
        What ends a line: ``""`` for each of ``\n``, ``\r`` and ``\r\n``, or ``"\n"``.

    Raises
    ------
    InputError
        If the encoding cannot be detected.
    """
    encoding = options.encoding
    if encoding is None:
        encoding = _detect(stream.read(_SAMPLE_BYTES), source)
        stream.seek(0)
    if codecs.lookup(encoding).name in {"utf-8", "utf-8-sig"}:
        # A byte-order mark is not part of the first name.
        return "utf-8", _lines(stream, "utf-8-sig", options.max_bytes, newline, source)
    return encoding, _lines(stream, encoding, options.max_bytes, newline, source)


def _detect(sample: bytes, source: str) -> str:
    """Tell the encoding from the fields beyond ASCII: names and numbers would outweigh a Chinese text."""
    if sample.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return detect(sample, source)
    if (name := utf16_without_mark(sample)) is not None:
        return name
    stray = sample.replace(b"\0", b"")
    if len(sample) - len(stray) > _MAX_NULS * len(sample):
        return detect(sample, source)  # which says what is wrong
    fields = [field for field in _SEPARATORS.split(stray) if not field.isascii()]
    if sum(map(is_utf8, fields)) * 2 >= len(fields):  # so that a damaged row does not hide it
        return "utf-8"
    return detect(b"\n".join(fields), source)


def _lines(stream: BinaryIO, encoding: str, longest: int, newline: str, source: str) -> Iterator[FileLine]:
    text = TextIOWrapper(stream, encoding=encoding, errors=_ON_ERROR, newline=newline)
    number = 0
    try:
        while line := text.readline(longest + 2):
            number += 1
            if number == 1:
                line = line.lstrip("\ufeff")  # programs add byte-order marks to files that have one
            if len(line) > longest + 1 and not line.endswith(("\n", "\r")):
                while (rest := text.readline(_CHUNK)) and not rest.endswith(("\n", "\r")):
                    pass
                yield FileLine(
                    number,
                    "",
                    Message(
                        "{what}; split it",
                        what=Message("the line is longer than {limit:,} characters", limit=longest),
                    ),
                )
            elif _MARK in line:
                yield FileLine(
                    number,
                    line.replace(_MARK, "\ufffd").replace("\0", "\ufffd"),
                    Message(
                        "{what}; repair the line, or name another --encoding",
                        what=Message("is not {encoding}", encoding=encoding.removesuffix("-sig")),
                    ),
                )
            elif "\0" in line:
                yield FileLine(
                    number,
                    line.replace("\0", "\ufffd"),
                    Message("{what}; repair the line", what=Message("holds a NUL character")),
                )
            else:
                yield FileLine(number, line)
    except UnicodeError as error:  # such as UTF-16 cut in two
        raise InputError(
            "is not {encoding} from this line on: {error}; repair or convert it",
            source,
            number,
            cause=Cause.ENCODING,
            encoding=encoding,
            error=reason_of(error),
        ) from error
    finally:
        if not stream.closed:
            text.detach()  # the caller, who opened the stream, closes it
