"""Writing records to an Excel workbook: sheets of documents, policies, document numbers, quantities."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from nhsa_nlp.io.atomic import cannot_write, write_atomically
from nhsa_nlp.io.document import Texts
from nhsa_nlp.io.writers.summary import RecordSummary
from nhsa_nlp.record import Record, is_doc_no, is_policy, is_quantity

if TYPE_CHECKING:
    import xlsxwriter

SUFFIXES = (".xlsx",)

_MOST_LINKS = 65_530  # in one sheet
_LONGEST_LINK = 2_000  # characters; Excel takes 2,079
_WIDE = {"source": 30, "policies": 60, "quantities": 40, "subject": 40, "title": 60, "text": 40, "ref": 40}
_WIDTH = 14
_CREATED = datetime.datetime(1980, 1, 1)  # noqa: DTZ001 - of any run, so that equal records give equal files
SAVED = "1980-01-01T00:00:00Z"
"""When a workbook says it was saved, as long as no other program saves it."""

_POLICIES = ("id", "title", "doc_no", "alias", "ref", "text", "start", "end")
_NUMBERS = ("id", "normalized", "text", "start", "end")
_QUANTITIES = ("id", "value", "to", "unit", "op", "text", "start", "end")


def write(path: str | Path, records: Iterable[Record], **_: Texts | None) -> int:
    """Write records to the four sheets, numbers as numbers, texts never as formulas; see `Writer`.

    The source of a document that is a file is a link. A full sheet continues in ``documents (2)``.
    """
    from nhsa_nlp.io.tables._xlsx_parser import MAX_ROWS

    folder = Path(path).resolve().parent
    with write_workbook(path) as book, RecordSummary() as summary:
        documents = Sheets(book, "documents", folder, MAX_ROWS)
        policies = Sheets(book, "policies", folder, MAX_ROWS, _POLICIES)
        numbers = Sheets(book, "document numbers", folder, MAX_ROWS, _NUMBERS)
        quantities = Sheets(book, "quantities", folder, MAX_ROWS, _QUANTITIES)
        for record in records:
            summary.add(record)
            _add_entities(record, policies, numbers, quantities)
        documents.begin(summary.columns())
        for row in summary.rows():
            documents.add(row, source=row[1])
        for sheets in (documents, policies, numbers, quantities):
            sheets.finish()
        return summary.count


@contextmanager
def write_workbook(path: str | Path) -> Iterator[xlsxwriter.Workbook]:
    """Give a workbook to fill in constant memory; it appears at ``path`` whole or not at all.

    Its sheets are of `nhsa_nlp.io.writers.sheet.Sheet`.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxFileError

    from nhsa_nlp.io.writers.sheet import Sheet

    with write_atomically(path, streams=True) as file:
        scratch = Path(path).resolve().parent if file != Path(path) else None
        try:
            # Its rows wait in files of this folder.
            with TemporaryDirectory(dir=scratch, prefix=f"{file.name}.") as folder:
                book = xlsxwriter.Workbook(str(file), {"constant_memory": True, "tmpdir": folder})
                book.use_zip64()
                book.worksheet_class = Sheet
                book.set_properties({"created": _CREATED})
                with ExitStack() as rows:
                    rows.callback(_close_rows, book)
                    yield book
                    book.close()
        except XlsxFileError as error:
            cause = error.args[0] if error.args and isinstance(error.args[0], OSError) else error
            raise cannot_write(path, cause) from error


def _close_rows(book: xlsxwriter.Workbook) -> None:
    """Close the files of all sheets, also where one cannot be closed because the disk is full."""
    with ExitStack() as files:
        for sheet in book.worksheets():
            files.callback(sheet.row_data_fh.close)


def _add_entities(record: Record, policies: Sheets, numbers: Sheets, quantities: Sheets) -> None:
    name = record["id"]
    for entity in record["entities"]:
        place = [entity["text"], entity["start"], entity["end"]]
        if is_policy(entity):
            policies.add([name, entity["title"], entity["doc_no"], entity["alias"], entity["ref"], *place])
        elif is_doc_no(entity):
            numbers.add([name, entity["normalized"], *place])
        elif is_quantity(entity):
            value = entity["value"]
            low, high = (*value, None)[:2] if isinstance(value, list) else (value, None)
            quantities.add([name, low, high, entity["unit"], entity["op"], *place])


class Sheets:
    """A table that continues in a further sheet when one is full.

    Its first sheet is made at once, which fixes the order; without ``columns`` it begins later.
    """

    def __init__(
        self,
        book: xlsxwriter.Workbook,
        name: str,
        folder: Path,
        most_rows: int,
        columns: Sequence[str] | None = None,
    ):
        self._book, self._name, self._folder, self._most_rows = book, name, folder, most_rows
        self._bold = book.add_format({"bold": True, "bottom": 1})
        self._number = 1
        self._columns: Sequence[str] = ()
        self._begin_sheet(name)
        if columns is not None:
            self.begin(columns)

    def begin(self, columns: Sequence[str]) -> None:
        """Name the columns."""
        self._columns = columns
        self._sheet.freeze_panes(1, 1)
        for index, name in enumerate(columns):
            self._sheet.set_column(index, index, _WIDE.get(name, _WIDTH))
        self._sheet.add(columns, self._bold)

    def add(self, row: Sequence[object], source: str | None = None) -> None:
        """Write a row; ``source`` is that of a document, and the row's second cell."""
        if self._sheet.rows == self._most_rows:
            self.finish()
            self._number += 1
            self._begin_sheet(f"{self._name} ({self._number})")
            self.begin(self._columns)
        address = None if source is None else self._address(source)
        self._sheet.add(row, link=None if address is None else (1, address))

    def finish(self) -> None:
        """Put a filter on the table, whose end is known now."""
        self._sheet.autofilter(0, 0, max(self._sheet.rows - 1, 0), len(self._columns) - 1)

    def _begin_sheet(self, name: str) -> None:
        self._sheet = self._book.add_worksheet(name)
        self._links = 0

    def _address(self, source: str) -> str | None:
        """Return the address of a link to a document, if it is a file and Excel can open it."""
        try:
            if self._links == _MOST_LINKS or not Path(source).is_file():
                return None
            # As seen from the workbook, so that the folder can be moved as a whole.
            target = Path(os.path.relpath(Path(source).absolute(), self._folder)).as_posix()
        except (OSError, ValueError):  # a NUL in the name, or another drive
            return None
        # A per cent sign and a number sign would begin an escape and a place within the file.
        escaped = target.replace("%", "%25").replace("#", "%23")
        if len(escaped) * 3 > _LONGEST_LINK:
            return None
        self._links += 1
        return f"external:{escaped}"
