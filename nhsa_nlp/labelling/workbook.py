"""Excel workbooks for people who label: texts in rows, labels to choose from a list."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from nhsa_nlp.checks import unreadable
from nhsa_nlp.errors import InputError, OutputError

Cell = str | float | int | None

LONGEST_CELL = 32_000
"""Characters (UTF-16 units) of a text that a cell holds; Excel takes 32,767."""

_MOST_ROWS = 1_048_575  # of a sheet, without its header
_MAX_UNPACKED = 2**30  # bytes; a few kilobytes can be made to fill any memory
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_WIDTHS = {"id": 14, "text": 60, "reason": 50, "near-duplicate of": 30}
_LIST = "labels"


def write_workbook(
    path: str | Path,
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    choose: str,
    labels: Sequence[str],
) -> None:
    """Write rows below a header; the cells of one column offer the labels to choose from.

    Nothing is ever a formula. A text too long for a cell is cut, and characters that XML cannot hold
    become U+FFFD.

    Parameters
    ----------
    path
        The file to write.
    columns
        The header.
    rows
        The cells of each row, as many as ``columns``.
    choose
        The column whose cells take one of ``labels`` or nothing.
    labels
        What there is to choose.

    Raises
    ------
    OutputError
        If the file cannot be written, or there are more rows than a sheet holds.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Alignment, Font
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    book = Workbook(write_only=True)
    sheet = book.create_sheet("documents")
    options = book.create_sheet(_LIST)
    top = Alignment(vertical="top", wrap_text=True)

    def cell(value: Cell, font: Font | None = None) -> Any:
        made = WriteOnlyCell(sheet)
        if isinstance(value, str):
            made.value = _fitting(value)
            made.data_type = "s"  # also what begins with =
        else:
            made.value = value
        made.alignment = top
        if font:
            made.font = font
        return made

    sheet.freeze_panes = "B2"
    for number, name in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(number)].width = _WIDTHS.get(name, 16)
    place = get_column_letter(list(columns).index(choose) + 1)
    validation = DataValidation("list", f"'{_LIST}'!$A$1:$A${max(1, len(labels))}", allow_blank=True)
    validation.error = f"choose one of the labels on the sheet {_LIST}"
    validation.showErrorMessage = True
    validation.add(f"{place}2:{place}{_MOST_ROWS + 1}")
    sheet.data_validations.append(validation)
    sheet.append([cell(name, Font(bold=True)) for name in columns])
    count = 0
    for count, row in enumerate(rows, start=1):
        if count > _MOST_ROWS:
            raise OutputError(f"{path}: a sheet holds {_MOST_ROWS:,} rows; write .jsonl")
        sheet.append([cell(value) for value in row])
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{count + 1}"
    for label in labels:
        options.append([cell(label)])
    try:
        book.save(str(path))
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise OutputError(f"{path}: cannot be written: {reason}; choose another --output") from error


def read_workbook(path: str | Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Read the first sheet of a workbook.

    Yields
    ------
    tuple[int, dict[str, str]]
        The row as Excel counts it, and its cells by the name in the first row, as texts. Rows without
        any cell are passed over.

    Raises
    ------
    InputError
        If the file cannot be read, is no workbook or has no header.
    """
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(path) as package:
            size = sum(member.file_size for member in package.infolist())
        if size > _MAX_UNPACKED:
            raise InputError(f"unpacks to more than {_MAX_UNPACKED:,} bytes; split it", path)
        book = load_workbook(path, read_only=True, data_only=True)
    except InputError:
        raise
    except (FileNotFoundError, IsADirectoryError, PermissionError) as error:
        raise InputError(unreadable(error), path) from None
    except Exception as error:  # whatever a damaged package makes of the reader
        raise InputError(
            f"not a whole .xlsx workbook ({' '.join(str(error).split())[:80]}); save it again", path
        ) from error
    try:
        rows = book.worksheets[0].iter_rows(values_only=True)
        header = [_text(value) for value in next(rows, ())]
        if not any(header):
            raise InputError("the first sheet has no header", path, 1)
        for number, row in enumerate(rows, start=2):
            cells = [_text(value) for value in row]
            if any(cells):
                yield number, {name: value for name, value in zip(header, cells, strict=False) if name}
    except (InputError, GeneratorExit):
        raise
    except Exception as error:
        raise InputError(
            f"not a whole .xlsx workbook ({' '.join(str(error).split())[:80]}); save it again", path
        ) from error
    finally:
        book.close()


def _fitting(text: str) -> str:
    """Return what a cell can hold of a text."""
    units = _NO_XML.sub("\ufffd", text[:LONGEST_CELL]).encode("utf-16-le")[: 2 * LONGEST_CELL]
    return units.decode("utf-16-le", "ignore")  # not half a character at the end


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():  # Excel keeps every number as one
        return str(int(value))
    return str(value)
