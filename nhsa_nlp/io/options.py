"""The options that hold for every reader, and the default limits."""

from __future__ import annotations

from dataclasses import dataclass

from nhsa_nlp.errors import InputError

MAX_BYTES = 100_000_000
"""Of a document that is read."""
TIMEOUT = 600.0
"""Seconds that a document may take, to be read and labelled."""


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How files are to be read.

    Attributes
    ----------
    encoding
        Of plain text files, ``.csv``, ``.tsv`` and ``.jsonl``; ``None`` detects it file by file.
    max_bytes
        A longer document is refused: a file before it is read, a row of a table. A table as a
        whole may be longer.
    text_column
        The column of a table that holds the text; ``None`` takes the one whose name says so.
    id_column
        The column of the id; ``None`` takes the one whose name says so, else the number of the row.
    title_column
        The column whose text goes before the text, as a line of its own. ``None`` takes the one whose
        name says so, unless rows are labelled; ``""`` none.
    label_column
        The column of the label, where rows are labelled; ``None`` takes the one whose name says so.
    labelled
        Whether each row of a table has a label, which goes into ``meta``; then nothing is silently
        corrected.
    titled
        Whether the title of a row, if it has one, is also wanted by itself: it goes into ``meta``.
    refuse_others
        Whether a file within an archive or mail that no reader reads is refused by its name, instead of
        being passed over and counted.

    Raises
    ------
    InputError
        For an encoding that Python does not know.
    """

    encoding: str | None = None
    max_bytes: int = MAX_BYTES
    text_column: str | None = None
    id_column: str | None = None
    title_column: str | None = None
    label_column: str | None = None
    labelled: bool = False
    titled: bool = False
    refuse_others: bool = False

    def __post_init__(self) -> None:
        if self.encoding is None:
            return
        try:
            b" ".decode(self.encoding)
        except UnicodeError:
            return  # known, but a lone space is too short for it
        except (LookupError, ValueError) as error:
            raise InputError(
                "unknown encoding {encoding!r}; use for example utf-8, gb18030, big5 or utf-16",
                encoding=self.encoding,
            ) from error
