from __future__ import annotations

import datetime
from io import BytesIO
from typing import Any

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import ReadOptions, Source
from nhsa_nlp.io.tables._xlsx_parser import Spreadsheet
from nhsa_nlp.io.tables.cells import MAX_ROWS, Value
from nhsa_nlp.io.tables.rows import MAX_COLUMNS
from tests.io.samples import zipped

TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
Rows = list[tuple[int, Any]]


def relations(**targets: tuple[str, str]) -> str:
    entries = (
        f"<Relationship Id='{name}' Type='{TYPES}/{kind}' Target='{target}'/>"
        for name, (kind, target) in targets.items()
    )
    return f"<Relationships>{''.join(entries)}</Relationships>"


def rows(
    cells: str, styles: str = "", strings: str = "", properties: str = "", max_bytes: int = 1000
) -> Rows:
    """The rows of a workbook of one sheet."""
    data = zipped(
        {
            "_rels/.rels": relations(r1=("officeDocument", "xl/workbook.xml")),
            "xl/_rels/workbook.xml.rels": relations(
                r1=("worksheet", "sheet.xml"),
                r2=("styles", "styles.xml"),
                r3=("sharedStrings", "strings.xml"),
            ),
            "xl/workbook.xml": f"<workbook xmlns:r='{TYPES}'>{properties}"
            "<sheets><sheet name='表' r:id='r1'/><sheet name='又' r:id='r1'/></sheets></workbook>",
            "xl/styles.xml": f"<styleSheet>{styles}</styleSheet>",
            "xl/strings.xml": f"<sst>{strings}</sst>",
            "xl/sheet.xml": f"<worksheet><sheetData>{cells}</sheetData></worksheet>",
        }
    )
    file = Source("a", "a.xlsx", ".xlsx", data)
    with Spreadsheet(BytesIO(data), file, ReadOptions(max_bytes=max_bytes)) as book:
        assert [sheet.name for sheet in book.sheets] == ["表"]
        return list(book.rows(book.sheets[0]))


def test_rows_and_cells_without_a_reference_follow_one_another() -> None:
    cells = "<row><c><v>1</v></c><c r='D1'><v>2</v></c><c><v>3</v></c></row>"
    assert rows(f"{cells}<row/><row r='9'><c><v>4</v></c></row>") == [(1, [1, None, None, 2, 3]), (9, [4])]


def test_a_row_has_as_many_cells_and_a_sheet_as_many_rows_as_the_limits() -> None:
    ((number, values),) = rows(f"<row r='{MAX_ROWS}'><c r='XFD{MAX_ROWS}'><v>1</v></c></row>")
    assert (number, len(values)) == (MAX_ROWS, MAX_COLUMNS) == (1_048_576, 16_384)


@pytest.mark.parametrize(
    ("far", "message"),
    [
        ("<row r='3'><c r='XFE3'><v>1</v></c></row>", "the row has more than 16,384 columns"),
        (f"<row r='{MAX_ROWS + 1}'><c><v>1</v></c></row>", "the sheet has more than 1,048,576 rows"),
        (f"<row r='{MAX_ROWS + 1}'/>", "the sheet has more than 1,048,576 rows"),
    ],
)
def test_a_row_beyond_a_sheet_is_reported_and_the_others_are_read(far: str, message: str) -> None:
    before, problem, after = rows(f"<row r='2'><c><v>2</v></c></row>{far}<row r='4'><c><v>4</v></c></row>")
    assert (before, after) == ((2, [2]), (4, [4]))
    assert str(problem[1]).startswith(message)


def test_a_row_may_be_as_long_as_the_limit() -> None:
    cell = "<c t='str'><v>{}</v></c>"
    assert len(rows(f"<row>{cell.format('x' * 600)}{cell.format('y' * 400)}</row>" * 2)) == 2
    long = f"<row>{cell.format('x' * 600)}{cell.format('y' * 401)}</row>"
    (_, problem), following = rows(f"{long}<row><c><v>3</v></c></row>")
    assert str(problem).startswith("the row is longer than 1,000 characters")
    assert following == (2, [3])
    shared = "<c t='s'><v>0</v></c>"
    ((_, problem),) = rows(f"<row>{shared * 6}</row>", strings=f"<si><t>{'x' * 200}</t></si>")
    assert str(problem).startswith("the row is longer than 1,000 characters")


def test_a_shared_string_may_be_as_long_as_the_limit() -> None:
    cells = "<row><c t='s'><v>0</v></c><c t='s'><v>0</v></c><c t='s'><v>7</v></c><c t='s'><v>-1</v></c></row>"
    strings = "<si><t>{}</t></si>"
    for text in ("医保", "x" * 498):
        assert rows(cells, strings=strings.format(text)) == [(1, [text, text])]
    ((_, problem),) = rows(cells, strings=strings.format("x" * 1001))
    assert str(problem).startswith("a cell is longer than 1,000 bytes")


def test_shared_strings_may_be_repeated_up_to_a_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nhsa_nlp.io.tables.cells._REPEATED_FROM", 1000)
    monkeypatch.setattr("nhsa_nlp.io.tables.cells.MAX_RATIO", 0)
    row, long = "<row><c t='s'><v>0</v></c></row>", f"<si><t>{'x' * 200}</t></si>"
    assert len(rows(row * 6, strings=long)) == 6
    with pytest.raises(InputError, match="repeats its long texts to more than 1,000 bytes"):
        rows(row * 7, strings=long)
    assert len(rows(row * 50, strings="<si><t>医疗</t></si>")) == 50
    monkeypatch.setattr("nhsa_nlp.io.tables.cells.MAX_RATIO", 2)  # of a file of more than 1,000 bytes
    assert len(rows(row * 7, strings=long)) == 7


def test_empty_cells_make_no_row_and_none_wider() -> None:
    far = "<c r='XFD1' s='1'/>"
    assert rows(f"<row>{far}</row><row><c><v>1</v></c>{far}</row>") == [(2, [1])]


def test_a_workbook_may_have_as_many_styles_as_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    styles = "<numFmts><numFmt numFmtId='200' formatCode='0'/></numFmts><cellXfs><xf/><xf/></cellXfs>"
    monkeypatch.setattr("nhsa_nlp.io.tables.cells.MAX_STYLES", 3)
    assert rows("<row><c s='1'><v>5</v></c></row>", styles) == [(1, [5])]
    monkeypatch.setattr("nhsa_nlp.io.tables.cells.MAX_STYLES", 2)
    with pytest.raises(InputError, match="has more than 2 styles"):
        rows("", styles)


@pytest.mark.parametrize(
    ("code", "shown"),
    [
        ("yyyy\\-mm", True),
        ("[h]:mm", True),
        ("0.00", False),
        ('0"days"', False),
        ("[Red]0", False),
        ("0;y", False),
    ],
)
def test_a_format_shows_a_date_if_it_has_a_letter_of_one(code: str, shown: bool) -> None:
    styles = (
        f"<numFmts><numFmt numFmtId='200' formatCode='{code}'/></numFmts>"
        "<cellStyleXfs><xf/></cellStyleXfs><cellXfs><xf/><xf numFmtId='200'/></cellXfs>"
    )
    ((_, (value,)),) = rows("<row><c s='1'><v>44406</v></c></row>", styles)
    assert value == (datetime.date(2021, 7, 29) if shown else 44406)


@pytest.mark.parametrize(
    ("serial", "from_1904", "value"),
    [
        ("1", False, datetime.date(1900, 1, 1)),
        ("59", False, datetime.date(1900, 2, 28)),
        ("60", False, datetime.date(1900, 2, 28)),
        ("61", False, datetime.date(1900, 3, 1)),
        ("59", True, datetime.date(1904, 2, 29)),
        ("0.5", False, datetime.time(12)),
        ("61.25", False, datetime.datetime(1900, 3, 1, 6)),  # noqa: DTZ001
        ("1e10", False, 1e10),
        ("x", False, None),
    ],
)
def test_dates_count_from_the_epoch_of_the_workbook(serial: str, from_1904: bool, value: Value) -> None:
    styles = "<cellXfs><xf/><xf numFmtId='14'/></cellXfs>"
    properties = f"<workbookPr date1904='{int(from_1904)}'/>"
    cells = f"<row><c s='1'><v>{serial}</v></c></row>"
    assert rows(cells, styles, properties=properties) == ([] if value is None else [(1, [value])])


@pytest.mark.parametrize(
    ("number", "value"),
    [("-3", -3), ("1" * 17, int("1" * 17)), ("1" * 18, float("1" * 18)), ("2.50", 2.5), ("1E2", 100.0)],
)
def test_whole_numbers_are_integers_as_far_as_excel_can_tell(number: str, value: float) -> None:
    ((_, (found,)),) = rows(f"<row><c><v>{number}</v></c></row>")
    assert (found, type(found)) == (value, type(value))


def test_text_beside_the_cells_is_not_that_of_the_next() -> None:
    assert rows("<row><v>x</v><c t='str'><v>y</v></c></row>") == [(1, ["y"])]
