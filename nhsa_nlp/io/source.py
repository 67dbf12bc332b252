"""What is read: a source, which can be opened, and what takes its place where that is impossible."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from nhsa_nlp.errors import Cause, InputError, TooLongError
from nhsa_nlp.io.options import ReadOptions

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Source:
    """A file that can be opened, wherever it lies.

    Attributes
    ----------
    id
        Path relative to the folder given (the bare name for a file given by itself), without
        its suffix. Two sources may share it; the reader makes it unique.
    source
        The path as given, with forward slashes, in valid Unicode; for a file within an archive
        that of the archive, ``!/`` and the name within (``2021.zip!/letters/85.docx``).
    suffix
        The suffix of its format, in lower case with its dot, see `nhsa_nlp.io.formats.format_of`;
        `nhsa_nlp.io.formats.UNKNOWN` for what is not recognised, ``.txt`` for standard input
        that is not read yet.
    origin
        Its path, or its bytes if it lies within an archive or was read from standard input; ``None`` for
        standard input that is not read yet.
    columns
        What its documents carry along, such as the sender of the mail it was attached to.
    """

    id: str
    source: str
    suffix: str
    origin: Path | bytes | None = field(default=None, repr=False)
    columns: Mapping[str, Any] = field(default_factory=dict)

    @contextmanager
    def opened(self, options: ReadOptions, *, limited: bool = True) -> Iterator[BinaryIO]:
        """Open it for reading: yield a seekable stream.

        Parameters
        ----------
        limited
            Whether ``max_bytes`` bounds it; a table may be longer. Standard input is always bounded.

        Raises
        ------
        InputError
            If it is empty or cannot be read.
        TooLongError
            If it is too long.
        """
        if not isinstance(self.origin, Path):
            data = read_standard_input(options) if self.origin is None else self.origin
            self._check_size(len(data), options, limited=limited)
            yield BytesIO(data)
            return
        try:
            # Before opening: opening a pipe would wait for its writer.
            if not stat.S_ISREG(self.origin.stat().st_mode):
                raise InputError("is not a regular file; use - for standard input", self.source)
            with self.origin.open("rb") as stream:
                self._check_size(os.fstat(stream.fileno()).st_size, options, limited=limited)
                yield stream
        except OSError as error:
            raise InputError(
                "cannot be read: {problem}",
                self.source,
                cause=Cause.NOT_OPENED,
                problem=error.strerror or error,
            ) from error

    def _check_size(self, size: int, options: ReadOptions, *, limited: bool) -> None:
        if not size:
            raise InputError("is empty; nothing to read", self.source, cause=Cause.EMPTY)
        if limited and size > options.max_bytes:
            raise _too_long(self.source, options)


def read_standard_input(options: ReadOptions) -> bytes:
    """Read standard input, and of what is too long only so much that this can be told.

    Raises
    ------
    InputError
        If it is closed or cannot be read.
    TooLongError
        If it is longer than ``max_bytes``.
    """
    try:
        data = standard_input().read(options.max_bytes + 1)
        if len(data) > options.max_bytes:
            raise _too_long(STANDARD_INPUT, options)
        return data
    except OSError as error:
        raise InputError(
            "cannot be read: {problem}",
            STANDARD_INPUT,
            cause=Cause.NOT_OPENED,
            problem=error.strerror or error,
        ) from error


def standard_input() -> BinaryIO:
    """Return standard input.

    Raises
    ------
    InputError
        If it is closed.
    """
    if sys.stdin is None:
        raise InputError("standard input is closed; name files or folders", STANDARD_INPUT)
    return sys.stdin.buffer


def _too_long(source: str, options: ReadOptions) -> TooLongError:
    return TooLongError(
        "is longer than {limit:,} bytes; split it or raise --max-bytes",
        source,
        cause=Cause.TOO_LARGE,
        limit=options.max_bytes,
    )


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A file, folder or row of a table that cannot be read: the id its document would have had, and why."""

    id: str
    source: str
    error: InputError
