"""What systems export under the name of a workbook: web pages, XML, text between tabs."""

from __future__ import annotations

import datetime
from html import escape
from pathlib import Path

import pytest

from nhsa_nlp.errors import TooLongError
from nhsa_nlp.io import ReadOptions, read_documents
from tests.io.tables.tables import places, read

TITLE, TEXT = "关于完善门诊共济的建议", "门诊费用负担重，\n建议提高报销比例。"
HEADER = ["编号", "案由", "内容"]
PAGE_ROWS = (
    "<tr><td colspan=3>2021年建议台账</td></tr>"
    f"<tr>{''.join(f'<th>{name}</th>' for name in HEADER)}</tr>"
    f"<tr><td>12</td><td>{TITLE}</td><td>{TEXT.replace(chr(10), '<br>')}</td></tr>"
)
PAGE = (
    '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta charset=gbk></head>'
    f"<body><table><tr><td><table border=1>{PAGE_ROWS}</table></td></tr></table></body></html>"
)
ARCHIVE = (
    "MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n"
    "--x\nContent-Type: text/html\n\n<html><frameset><frame src=sheet001.htm></frameset></html>\n"
    f"--x\nContent-Type: text/html; charset=gb2312\n\n{PAGE}\n--x--\n"
)
TABS = "\n".join(["2021年建议台账", "\t".join(HEADER), f'12\t{TITLE}\t"{TEXT}"\n'])


def xml(rows: str, more: str = "") -> str:
    return (
        '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"'
        ' xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet" xmlns:h="http://www.w3.org/TR/REC-html40">'
        f'<Worksheet ss:Name="台账"><Table><Column ss:Index="1"/>{rows}</Table></Worksheet>{more}</Workbook>'
    )


def cell(value: str, kind: str = "String", **numbers: int) -> str:
    more = "".join(f" ss:{name}='{number}'" for name, number in numbers.items())
    return f"<Cell{more}><Data ss:Type='{kind}'>{value}</Data></Cell>"


XML_ROWS = (
    f"<Row>{cell('2021年建议台账', MergeAcross=2)}</Row>"
    f"<Row>{''.join(map(cell, HEADER))}</Row>"
    f"<Row>{cell('12')}{cell(TITLE)}{cell(escape(TEXT).replace(chr(10), '&#10;'))}</Row>"
)


@pytest.mark.parametrize(
    ("suffixes", "data"),
    [
        (".xls .et .xlsx .csv", PAGE.encode("gb18030")),
        (".xls .et .xlsx .csv", PAGE.replace("gbk", "utf-16").encode("utf-16")),
        (".xls .et .xlsx .csv", ARCHIVE.encode("gb18030")),
        (".xls .et .xlsx .csv .xml", xml(XML_ROWS).encode()),
        (".xls .et .xlt .csv", TABS.encode("gb18030")),
        (".xls .et .xlt .csv", TABS.encode("utf-16")),
    ],
    ids=["page", "page in UTF-16", "web archive", "XML", "tabs", "tabs in UTF-16"],
)
def test_the_rows_of_an_export_are_those_of_a_register(tmp_path: Path, suffixes: str, data: bytes) -> None:
    for suffix in suffixes.split():
        path = tmp_path / f"台账{suffix}"
        path.write_bytes(data)
        (document,) = read_documents([path])
        assert (document.id, document.text) == ("12", f"{TITLE}\n{TEXT}")
        assert document.columns == {"案由": TITLE}
        assert document.source in (f"{path.as_posix()}#row=3", f"{path.as_posix()}#sheet=2&row=3")


def test_each_table_of_a_page_is_a_sheet_and_merged_cells_are_in_their_first(tmp_path: Path) -> None:
    rows = "<tr><th>正文<th>单位<th>数<tr><td>甲<td rowspan=2 colspan=2>局<tr><td>乙<tr><td>丙<td>办<td>3"
    path = tmp_path / "t.xls"
    path.write_text(f"<table>{rows}</table><p>注</p><table>{rows}</table>", encoding="utf-8")
    documents, errors = read(path)
    assert not errors
    assert [document.text for document in documents] == list("甲乙丙甲乙丙")
    assert documents[1].columns == {"单位": None, "数": None}
    assert documents[2].columns == {"单位": "办", "数": "3"}
    assert places(documents)[3] == "sheet=2&row=2"


def test_a_page_without_tables_is_a_document(tmp_path: Path) -> None:
    path = tmp_path / "t.xls"
    path.write_text(f"<html><body><p>{TITLE}</p></body></html>", encoding="utf-8")
    (document,) = read_documents([path])
    assert (document.text, document.source) == (TITLE, path.as_posix())


def test_cells_of_xml_stand_where_they_say_and_are_what_they_say(tmp_path: Path) -> None:
    note = '<Comment><ss:Data ss:Type="String">批注</ss:Data></Comment>'
    rows = (
        f"<Row>{''.join(map(cell, ['正文', 'b', 'c', 'd', 'e', 'f']))}</Row>"
        f'<Row ss:Index="5">{cell("一<h:B>二</h:B>").replace("</Cell>", note + "</Cell>")}'
        f"{cell('3.0', 'Number', Index=3)}{cell('2021-03-01T00:00:00.000', 'DateTime')}"
        f"{cell('1', 'Boolean')}{cell('#N/A', 'Error')}</Row><Row/>"
        f"<Row>{cell('末', MergeAcross=1)}{cell('1899-12-31T08:30:00.000', 'DateTime')}"
        f"{cell('x', 'Number')}</Row>"
    )
    path = tmp_path / "t.xls"
    path.write_text(xml(rows, '<Worksheet ss:Name="空"/>'), encoding="utf-8")
    documents, errors = read(path)
    assert not errors
    assert [(document.text, *document.columns.values()) for document in documents] == [
        ("一二", None, 3, datetime.date(2021, 3, 1).isoformat(), True, None),
        ("末", None, "08:30:00", "x", None, None),
    ]
    assert places(documents) == ["sheet=台账&row=5", "sheet=台账&row=7"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (xml(XML_ROWS)[:-30], "is damaged: it is not well-formed XML"),
        (xml("<Row ss:Index='1048577'/>"), "has more than 1,048,576 rows"),
        (xml(f"<Row>{cell('x', Index=16385)}</Row>"), "has more than 16,384 columns"),
        (xml("<Row/>"), "is empty; nothing to read"),
        (xml(f"<Row>{cell('x')}</Row>"), "has no column that is called text"),
        ("<!DOCTYPE a []>" + xml("").partition("?>")[2], "is not a .xls but damaged"),
        ("<table><tr><td>甲<td>乙</table>", "has no column that is called text, content, 正文"),
        ("<table><tr>" + "<td colspan=1000>x" * 20, "has more than 16,384 columns"),
        ("<table>" + "<tr><td rowspan=99 colspan=900>" + "<tr><td>" * 20, "merges more than 10,000 cells"),
        ("甲\t乙\n丙\t丁", "has no column that is called text"),
    ],
)
def test_what_cannot_be_read_is_one_line(
    tmp_path: Path, data: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nhsa_nlp.io.tables.html_tables.MAX_MERGED", 10_000)
    (tmp_path / "t.xls").write_text(data, encoding="utf-8")
    _, (error, *_) = read(tmp_path / "t.xls")
    assert message in error
    assert "\n" not in error


def test_a_page_that_does_not_fit_into_memory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "t.xls").write_bytes(PAGE.encode("gb18030"))
    with pytest.raises(TooLongError, match="is a web page longer than 100 bytes; save it"):
        list(read_documents([tmp_path], ReadOptions(max_bytes=100)))
