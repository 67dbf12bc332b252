"""The errors nhsa-nlp raises on purpose: one clear line each, made to be shown to a user.

``str(error)`` is English; `nhsa_nlp.translation.translated` shows an error in the language of the user.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from nhsa_nlp.translation import Message, located

_Error = TypeVar("_Error", bound="MessageError")


class Cause(StrEnum):
    """What is wrong with a document, for programs: readers tell it, failures and the desk keep it."""

    BINARY = "binary"
    """It is called a text, and is none."""
    COMPRESSION = "compression"
    """It is packed in a way that is not read."""
    CONVERT = "convert"
    """It can be saved in a format that is read."""
    DAMAGED = "damaged"
    DAMAGED_ARCHIVE = "damaged_archive"
    DAMAGED_IMAGE = "damaged_image"
    DAMAGED_PDF = "damaged_pdf"
    EMPTY = "empty"
    EMPTY_ROWS = "empty_rows"
    """A table has more empty rows or columns than are read."""
    ENCODING = "encoding"
    ENCRYPTED = "encrypted"
    LABEL_COLUMN = "label_column"
    """Several columns may be that of the label."""
    NEEDS_OCR = "needs_ocr"
    """It is a scan, and no OCR is installed."""
    NESTED = "nested"
    """Archives or mails lie in each other more deeply than they are read."""
    NO_TEXT = "no_text"
    """It has pictures only."""
    NO_WEB_PAGE = "no_web_page"
    NOT_JSON = "not_json"
    NOT_OPENED = "not_opened"
    NOT_SUPPORTED = "not_supported"
    """Its suffix is none that is read."""
    QUOTATION = "quotation"
    """Quotation marks or separators of a table are wrong."""
    TEXT_COLUMN = "text_column"
    """No column is that of the text, or several may be."""
    TOO_LARGE = "too_large"
    UNKNOWN_FORMAT = "unknown_format"
    WRONG_SUFFIX = "wrong_suffix"
    ZIP_BOMB = "zip_bomb"
    """Unpacked it would be far larger than what it says."""


class MessageError(Exception):
    """An error whose text is a `Message`.

    Parameters
    ----------
    message
        What is wrong and what to do about it: a template in English with named fields, or a `Message`.
    cause
        What is wrong, for programs.
    **fields
        What fills the template.

    Attributes
    ----------
    message
        The text, without the file and the line.
    """

    def __init__(self, message: str, /, *, cause: Cause | None = None, **fields: object):
        self.message = Message(message, **fields)
        self.cause = cause
        super().__init__(self.message)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make it again, as it is, in another process."""
        return _bare, (type(self), self.args), self.__dict__


def _bare(kind: type[_Error], args: tuple[object, ...]) -> _Error:
    return kind.__new__(kind, *args)


class NhsaNlpError(MessageError):
    """Base class; its message is one line that says what is wrong and what to do.

    Parameters
    ----------
    message
        What is wrong and what to do about it.
    path
        The file concerned, if there is one.
    line
        The line within it, counted from 1.
    cause
        What is wrong, for programs.
    **fields
        What fills the template.
    """

    def __init__(
        self,
        message: str,
        /,
        path: str | Path | None = None,
        line: int | None = None,
        *,
        cause: Cause | None = None,
        **fields: object,
    ):
        super().__init__(message, cause=cause, **fields)
        self.path = None if path is None else str(path)
        self.line = line
        if self.path:
            self.args = (located(self.path if line is None else f"{self.path}:{line}", self.message),)


class InputError(NhsaNlpError):
    """A document or data file that cannot be used."""


class InputProblemsError(InputError):
    """Everything that is wrong with some input, found out at once.

    Parameters
    ----------
    problems
        The errors, at least one; each is complete in itself.
    """

    def __init__(self, problems: Sequence[InputError]):
        self.problems = tuple(problems)
        first, more = self.problems[0], len(self.problems) - 1
        if more:
            super().__init__("{first} (and {more} more)", first=first, more=more)
        else:
            super().__init__(str(first))


class ArgumentError(InputError, ValueError):
    """What a function was given and cannot use; a ``ValueError`` too, as scikit-learn's tools expect."""


class TooLongError(InputError):
    """A document that is longer than was allowed."""


class OutputError(NhsaNlpError):
    """A result that cannot be written (folder missing, no permission, disk full)."""


class DamagedArchiveError(OutputError):
    """An archive that cannot be brought up to date: it is damaged, or not what it was when that began."""


class BundleError(NhsaNlpError):
    """A model bundle that is missing, incomplete, altered or of another format."""


class WorkerError(NhsaNlpError):
    """Processes of a parallel run that cannot be started, or ended before their task did."""


class FallbackWarning(UserWarning):
    """Something that is not installed, and what takes its place."""
