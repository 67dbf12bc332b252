"""Writing records to an Excel workbook: sheets of documents, of what they cite, and of what failed."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from nhsa_nlp.io.atomic import cannot_write, write_atomically
from nhsa_nlp.io.writers.cells import in_words
from nhsa_nlp.io.writers.summary import RecordSummary, heading
from nhsa_nlp.record import Record, is_doc_no, is_policy, is_quantity
from nhsa_nlp.translation import Language, current_language, message_from_json, tr_in, translated

if TYPE_CHECKING:
    import xlsxwriter

SUFFIXES = (".xlsx",)

_MOST_LINKS = 65_530  # in one sheet
_LONGEST_LINK = 2_000  # characters; Excel takes 2,079
_WIDTHS = {
    "subject": 48,
    "id": 16,
    "label": 10,
    "probability": 8,
    "facet": 8,
    "review": 18,
    "alternatives": 24,
    "evidence": 40,
    "policies": 60,
    "doc_numbers": 24,
    "quantities": 40,
    "source": 30,
    "chars": 8,
    "title": 60,
    "text": 40,
    "ref": 40,
    "reason": 80,
    "start": 8,
    "end": 8,
}
_WIDTH = 14
_DAY_ZERO = datetime.date(1899, 12, 30)
_LEAP_DAY_OF_1900 = 60  # which was none, but Excel counts it
_SHARES = ("probability", "facet")
_ATTENTION = {"bg_color": "#FFEB9C", "font_color": "#7F6000"}
_CREATED = datetime.datetime(1980, 1, 1)  # noqa: DTZ001 - of any run, so that equal records give equal files
SAVED = "1980-01-01T00:00:00Z"
"""When a workbook says it was saved, as long as no other program saves it."""

_POLICIES = ("id", "title", "doc_no", "alias", "ref", "text", "start", "end")
_NUMBERS = ("id", "normalized", "text", "start", "end")
_QUANTITIES = ("id", "value", "to", "unit", "op", "text", "start", "end")


_FAILURES = ("source", "kind", "reason", "line")


def write(
    path: str | Path,
    records: Iterable[Record],
    *,
    failures: Iterable[Mapping[str, Any]] = (),
    **_: object,
) -> int:
    """Write records to the four sheets, numbers as numbers, texts never as formulas; see `Writer`.

    The source of a document that is a file is a link. A full sheet continues in ``documents (2)``. What
    failed is on a last sheet.
    """
    from nhsa_nlp.io.tables.cells import MAX_ROWS

    folder, language = Path(path).resolve().parent, current_language()
    with write_workbook(path) as book, RecordSummary() as summary:
        documents, policies, numbers, quantities = (
            Sheets(book, heading(name), folder, MAX_ROWS)
            for name in ("documents", "policies", "document numbers", "quantities")
        )
        for sheets, keys in ((policies, _POLICIES), (numbers, _NUMBERS), (quantities, _QUANTITIES)):
            sheets.begin(list(map(heading, keys)), keys)
        for record in records:
            summary.add(record)
            _add_entities(record, policies, numbers, quantities, language)
        keys, headings = zip(*summary.columns(), strict=True)
        documents.begin(headings, keys)
        date, source = keys.index("date"), keys.index("source")
        for row in summary.rows():
            row[date] = _days(row[date])
            documents.add(row, source=(source, row[source]))
        for sheets in (documents, policies, numbers, quantities):
            sheets.finish()
        _add_failures(book, failures, folder, MAX_ROWS)
        return summary.count


def _days(date: str | None) -> int | str | None:
    """Return an ISO date as Excel counts them; what it does not know as a date stays a text."""
    try:
        days = (datetime.date.fromisoformat(date or "") - _DAY_ZERO).days
    except ValueError:
        return date
    return days if days > _LEAP_DAY_OF_1900 else date


def _add_failures(
    book: xlsxwriter.Workbook, failures: Iterable[Mapping[str, Any]], folder: Path, most_rows: int
) -> None:
    sheets = None
    for failure in failures:
        if sheets is None:
            sheets = Sheets(book, heading("failed"), folder, most_rows)
            sheets.begin(list(map(heading, _FAILURES)), _FAILURES)
        source, kind, reason, line = (failure[key] for key in _FAILURES)
        message = message_from_json(failure.get("message", reason))
        row = [source, tr_in("failure", kind), translated(message), line]
        sheets.add(row, source=(0, source))
    if sheets is not None:
        sheets.finish()


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


def _add_entities(
    record: Record, policies: Sheets, numbers: Sheets, quantities: Sheets, language: Language
) -> None:
    name = record["id"]
    for entity in record["entities"]:
        place = [entity["text"], entity["start"], entity["end"]]
        if is_policy(entity):
            alias = in_words(entity["alias"], language)
            policies.add([name, entity["title"], entity["doc_no"], alias, entity["ref"], *place])
        elif is_doc_no(entity):
            numbers.add([name, entity["normalized"], *place])
        elif is_quantity(entity):
            value = entity["value"]
            low, high = (*value, None)[:2] if isinstance(value, list) else (value, None)
            quantities.add([name, low, high, entity["unit"], tr_in("op", entity["op"], language), *place])


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
        share, date = (book.add_format({"num_format": form}) for form in ("0%", "yyyy-mm-dd"))
        self._formats = {**dict.fromkeys(_SHARES, share), "date": date}
        self._attention = book.add_format(_ATTENTION)
        self._number = 1
        self._columns: Sequence[str] = ()
        self._keys: Sequence[str] = ()
        self._begin_sheet(name)
        if columns is not None:
            self.begin(columns)

    def begin(self, columns: Sequence[str], keys: Sequence[str] | None = None) -> None:
        """Name the columns.

        Parameters
        ----------
        columns
            What they are called.
        keys
            What they hold, by which their width and format are chosen; as they are called if not given.
        """
        self._columns, self._keys = columns, columns if keys is None else keys
        self._sheet.freeze_panes(1, 1)
        for index, key in enumerate(self._keys):
            self._sheet.set_column(index, index, _WIDTHS.get(key, _WIDTH))
        self._sheet.add(columns, self._bold)
        self._sheet.styles = [self._formats.get(key) for key in self._keys]

    def add(self, row: Sequence[object], source: tuple[int, str] | None = None) -> None:
        """Write a row; ``source`` is the number of the cell with that of a document, and what it is."""
        if self._sheet.rows == self._most_rows:
            self.finish()
            self._number += 1
            self._begin_sheet(f"{self._name} ({self._number})")
            self.begin(self._columns, self._keys)
        address = None if source is None else self._address(source[1])
        self._sheet.add(row, link=None if source is None or address is None else (source[0], address))

    def finish(self) -> None:
        """Put a filter on the table, whose end is known now, and colour what somebody should look at."""
        last = max(self._sheet.rows - 1, 0)
        self._sheet.autofilter(0, 0, last, len(self._columns) - 1)
        if "review" in self._keys and last:
            column = self._keys.index("review")
            rule = {"type": "no_blanks", "format": self._attention}
            self._sheet.conditional_format(1, column, last, column, rule)

    def _begin_sheet(self, name: str) -> None:
        self._sheet = self._book.add_worksheet(name)
        self._links = 0

    def _address(self, source: str) -> str | None:
        """Return the address of a link to a document, if it is a file and Excel can open it."""
        try:
            if self._links == _MOST_LINKS or not Path(source).is_file():
                return None
            # As seen from the workbook, so that the folder can be moved as a whole.
            target = os.path.relpath(source, self._folder).replace(os.sep, "/")
        except (OSError, ValueError):  # a NUL in the name, or another drive
            return None
        # A per cent sign and a number sign would begin an escape and a place within the file.
        escaped = target.replace("%", "%25").replace("#", "%23")
        if len(escaped) * 3 > _LONGEST_LINK:
            return None
        self._links += 1
        return f"external:{escaped}"
