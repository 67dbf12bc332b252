from __future__ import annotations

from pathlib import Path

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import read_documents
from tests.io.samples import zipped
from tests.io.tables.tables import places, read
from tests.io.workbooks import raw_ods


def cell(text: str, more: str = "") -> str:
    return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"


def row(*cells: str, more: str = "") -> str:
    return f"<table:table-row {more}>{''.join(cells)}</table:table-row>"


def table(*rows: str) -> str:
    return f"<table:table table:name='表'>{''.join(rows)}</table:table>"


HEADER = row(cell("正文"), cell("b"), cell("c"))


def test_repeated_cells_and_rows_count(tmp_path: Path) -> None:
    path = tmp_path / "t.ods"
    path.write_bytes(
        raw_ods(
            table(
                HEADER,
                row("<table:table-cell/>", more="table:number-rows-repeated='3'"),
                row(cell("一", "table:number-columns-repeated='2'"), more="table:number-rows-repeated='2'"),
                row(cell("二"), "<table:covered-table-cell/>", cell("三")),
                row(
                    cell("", "table:number-columns-repeated='16384'"),
                    more="table:number-rows-repeated='1048570'",
                ),
            )
        )
    )
    documents, errors = read(path)
    assert [(d.text, d.columns) for d in documents] == [
        ("一", {"b": "一", "c": None}),
        ("一", {"b": "一", "c": None}),
        ("二", {"b": None, "c": "三"}),
    ]
    assert places(documents) == ["row=5", "row=6", "row=7"]
    assert not errors


def test_the_text_of_a_cell_is_what_it_shows(tmp_path: Path) -> None:
    path = tmp_path / "t.ods"
    shown = (
        "<office:annotation><text:p>批注</text:p></office:annotation>"
        "<draw:frame><draw:text-box><text:p>框</text:p></draw:text-box></draw:frame>"
        "<text:p>医<text:s text:c='2'/><text:span>保</text:span><text:tab/>局<text:line-break/>长</text:p>"
        "<text:p>甲</text:p>"
    )
    inner = f"<table:table-cell>{shown}</table:table-cell>"
    tracked = f"<table:tracked-changes><table:deletion>{cell('删')}</table:deletion></table:tracked-changes>"
    path.write_bytes(
        raw_ods(
            tracked
            + table(
                f"<table:table-header-rows>{HEADER}</table:table-header-rows>",
                row(inner, cell("", "office:value-type='time' office:time-value='PT36H00M00S'")),
            )
        )
    )
    (document,) = read_documents([path])
    assert document.text == "医  保\t局\n长\n甲"
    assert document.columns["b"] == "1900-01-01T12:00:00"  # as Excel has it


ONE = "office:value-type='float' office:value='1' "


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (row(cell("x", "table:number-columns-repeated='16385'")), "has more than 16,384 columns"),
        (
            row(more="table:number-rows-repeated='1048574'")
            + row(cell("x"), more="table:number-rows-repeated='2'"),
            "has more than 1,048,576 rows",
        ),
        (
            row(
                cell("1", ONE + "table:number-columns-repeated='20'"), more="table:number-rows-repeated='999'"
            ),
            "repeats cells more than 10,000 times; delete the ones that are copies",
        ),
        ("<table:table-row>", "is damaged: content.xml is not well-formed XML"),
    ],
)
def test_hostile_ones_are_one_line(
    tmp_path: Path, rows: str, message: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nhsa_nlp.io.tables._ods_parser.MAX_COPIES", 10_000)
    (tmp_path / "t.ods").write_bytes(raw_ods(table(HEADER, rows)))
    errors = read(tmp_path / "t.ods")[1]
    assert message in errors[-1]


def test_encrypted_and_wrong_ones_are_one_line(tmp_path: Path) -> None:
    manifest = "<manifest><file-entry><encryption-data/></file-entry></manifest>"
    for members, message in [
        ({"content.xml": "x", "META-INF/manifest.xml": manifest}, "is encrypted; save it without a password"),
        ({"a": "x"}, "is a zip file but not an OpenDocument"),
    ]:
        (tmp_path / "t.ods").write_bytes(zipped(members))
        with pytest.raises(InputError, match=message):
            list(read_documents([tmp_path]))
