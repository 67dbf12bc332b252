"""Writing records to an Excel workbook: sheets of documents, policies, document numbers, quantities."""

from __future__ import annotations

import datetime
import math
import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from nhsa_nlp.io.atomic import cannot_write, write_atomically
from nhsa_nlp.io.document import Texts
from nhsa_nlp.io.writers.cells import plain_cell
from nhsa_nlp.io.writers.summary import RecordSummary
from nhsa_nlp.record import Record, is_doc_no, is_policy, is_quantity

if TYPE_CHECKING:
    import xlsxwriter

SUFFIXES = (".xlsx",)

_MOST_LINKS = 65_530  # in one sheet
_LONGEST_LINK = 2_000  # characters; Excel takes 2,079
_MAX_EXACT = 1 << 53  # a larger integer is not a number for Excel
_WIDE = {"source": 30, "policies": 60, "quantities": 40, "subject": 40, "title": 60, "text": 40, "ref": 40}
_WIDTH = 14
_CREATED = datetime.datetime(1980, 1, 1)  # noqa: DTZ001 - of any run, so that equal records give equal files

_POLICIES = ("id", "title", "doc_no", "alias", "ref", "text", "start", "end")
_NUMBERS = ("id", "normalized", "text", "start", "end")
_QUANTITIES = ("id", "value", "to", "unit", "op", "text", "start", "end")


def write(path: str | Path, records: Iterable[Record], *, texts: Texts | None = None) -> int:  # noqa: ARG001
    """Write records to the four sheets, numbers as numbers, texts never as formulas; see `Writer`.

    The source of a document that is a file is a link. A full sheet continues in ``documents (2)``.
    """
    from nhsa_nlp.io.tables._xlsx_parser import MAX_ROWS

    folder = Path(path).resolve().parent
    with write_workbook(path) as book, RecordSummary() as summary:
        documents = _Sheets(book, "documents", folder, MAX_ROWS)
        policies = _Sheets(book, "policies", folder, MAX_ROWS, _POLICIES)
        numbers = _Sheets(book, "document numbers", folder, MAX_ROWS, _NUMBERS)
        quantities = _Sheets(book, "quantities", folder, MAX_ROWS, _QUANTITIES)
        for record in records:
            summary.add(record)
            _add_entities(record, policies, numbers, quantities)
        documents.begin(summary.columns())
        for row in summary.rows():
            documents.add(row)
        for sheets in (documents, policies, numbers, quantities):
            sheets.finish()
        return summary.count


@contextmanager
def write_workbook(path: str | Path) -> Iterator[xlsxwriter.Workbook]:
    """Give a workbook to fill, row by row in constant memory; it appears at ``path`` whole or not at all.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    import xlsxwriter
    from xlsxwriter.exceptions import XlsxFileError

    with write_atomically(path, streams=True) as file:
        scratch = Path(path).resolve().parent if file != Path(path) else None
        try:
            # Its rows wait in files of this folder.
            with TemporaryDirectory(dir=scratch, prefix=f"{file.name}.") as folder:
                book = xlsxwriter.Workbook(str(file), {"constant_memory": True, "tmpdir": folder})
                book.use_zip64()
                book.set_properties({"created": _CREATED})
                try:
                    yield book
                    book.close()
                finally:
                    for sheet in book.worksheets():
                        sheet.row_data_fh.close()
        except XlsxFileError as error:
            cause = error.args[0] if error.args and isinstance(error.args[0], OSError) else error
            raise cannot_write(path, cause) from error


def _add_entities(record: Record, policies: _Sheets, numbers: _Sheets, quantities: _Sheets) -> None:
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


class _Sheets:
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
        self._link = book.get_default_url_format()
        self._sheet: Any = book.add_worksheet(name)
        self._number = 1
        self._columns: Sequence[str] = ()
        self._row = self._links = 0
        if columns is not None:
            self.begin(columns)

    def begin(self, columns: Sequence[str]) -> None:
        """Name the columns."""
        self._columns = columns
        self._row, self._links = 1, 0
        self._sheet.freeze_panes(1, 1)
        for index, name in enumerate(columns):
            self._sheet.set_column(index, index, _WIDE.get(name, _WIDTH))
            self._sheet.write_string(0, index, plain_cell(name), self._bold)

    def add(self, row: Sequence[object]) -> None:
        """Write a row."""
        if self._row == self._most_rows:
            self.finish()
            self._number += 1
            self._sheet = self._book.add_worksheet(f"{self._name} ({self._number})")
            self.begin(self._columns)
        for index, value in enumerate(row):
            if isinstance(value, str):
                if self._columns[index] != "source" or not self._linked(index, value):
                    self._sheet.write_string(self._row, index, plain_cell(value))
            elif isinstance(value, bool):
                self._sheet.write_boolean(self._row, index, value)
            elif isinstance(value, int) and abs(value) > _MAX_EXACT:
                self._sheet.write_string(self._row, index, str(value))
            elif isinstance(value, (int, float)) and math.isfinite(value):
                self._sheet.write_number(self._row, index, value)
        self._row += 1

    def finish(self) -> None:
        """Put a filter on the table, whose end is known now."""
        self._sheet.autofilter(0, 0, max(self._row - 1, 0), len(self._columns) - 1)

    def _linked(self, column: int, source: str) -> bool:
        """Write the source of a document as a link, if it is a file and Excel can open it."""
        try:
            if self._links == _MOST_LINKS or not Path(source).is_file():
                return False
            # As seen from the workbook, so that the folder can be moved as a whole.
            target = Path(os.path.relpath(Path(source).absolute(), self._folder)).as_posix()
        except (OSError, ValueError):  # a NUL in the name, or another drive
            return False
        # A per cent sign and a number sign would begin an escape and a place within the file.
        escaped = target.replace("%", "%25").replace("#", "%23")
        if len(escaped) * 3 > _LONGEST_LINK:
            return False
        self._links += 1
        self._sheet.write_url(self._row, column, f"external:{escaped}", self._link, plain_cell(source))
        return True
