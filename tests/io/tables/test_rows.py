from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import Document, ReadOptions, Source
from nhsa_nlp.io.tables.rows import (
    Header,
    HeaderSearch,
    InvalidRowError,
    NoColumnError,
    failed,
    is_blank_row,
    valid,
)

FILE = Source("t", "in/t.csv", ".csv")


def row(values: list[Any], names: list[str] | None = None, **options: Any) -> Document:
    names = names or ["text", "x"]
    return Header(names, "t.csv", ReadOptions(**options)).document(FILE, "row=2", 2, values)


def carried(value: object) -> object:
    return row(["医", value]).columns["x"]


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        (datetime.date(2021, 7, 29), "2021-07-29"),
        (datetime.datetime(2021, 7, 29, 8, 30), "2021-07-29T08:30:00"),  # noqa: DTZ001
        (datetime.timedelta(minutes=1.5), 90.0),
        (Decimal("0.10"), "0.10"),
        (Decimal("NaN"), None),
        (float("inf"), None),
        (b"\x00\xff", "AP8="),
        ({"a": [1, (True, None)]}, {"a": [1, [True, None]]}),
        ("\ud800", "\ufffd"),
        (3.0, 3.0),
    ],
)
def test_other_columns_are_carried_as_json_has_them(value: object, wanted: object) -> None:
    assert carried(value) == wanted


@pytest.mark.parametrize(("depth", "taken"), [(32, True), (33, False)])
def test_a_value_may_be_nested_so_deep_and_no_deeper(depth: int, taken: bool) -> None:
    value: list[Any] = []
    for _ in range(depth - 1):
        value = [value]
    if taken:
        assert carried([value][0]) == value
        return
    with pytest.raises(InvalidRowError, match="'x' is nested deeper than 32 levels"):
        carried([value])


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (12, "12"),
        (12.0, "12"),
        (0.5, "0.5"),
        (2.0**53, "9007199254740992.0"),
        (2.0**53 - 1, "9007199254740991"),
        (Decimal("1.50"), "1.50"),
        (datetime.date(2021, 7, 29), "2021-07-29"),
        (datetime.datetime(2021, 7, 29), "2021-07-29"),  # noqa: DTZ001
        (datetime.datetime(2021, 7, 29, 8), "2021-07-29T08:00:00"),  # noqa: DTZ001
    ],
)
def test_numbers_and_dates_are_the_texts_they_would_be_in_a_csv_file(value: object, text: str) -> None:
    assert row([value, ""]).text == text
    assert row(["医", value], ["text", "label"], labelled=True).meta["label"] == text


@pytest.mark.parametrize(
    ("value", "label"),
    [(True, "TRUE"), (False, "FALSE"), (["医保", "医药"], "医保x医药"), (" 医保\n", "医保"), (7, "7")],
)
def test_labels_are_texts(value: object, label: str) -> None:
    found = row(["医", value], ["text", "label"], labelled=True)
    assert found.meta == {"label": label, "line": "2"}
    assert not found.columns


@pytest.mark.parametrize("value", [None, "", " ", [], float("nan")])
def test_a_row_without_a_label_is_refused(value: object) -> None:
    with pytest.raises(InvalidRowError, match="no label in the column 'label'"):
        row(["医", value], ["text", "label"], labelled=True)


@pytest.mark.parametrize("value", [{}, [1], {"a": "b"}])
def test_what_is_no_label_is_named(value: object) -> None:
    with pytest.raises(InvalidRowError, match="the label must be a string or a list of strings, not a"):
        row(["医", value], ["text", "label"], labelled=True)


@pytest.mark.parametrize(
    ("value", "id_"),
    [
        ("a", "a"),
        (" a ", "a"),
        (7, "7"),
        (7.0, "7"),
        ("x" * 200, "x" * 200),
        ("x" * 201, "t-2"),
        ("a\nb", "t-2"),
        (True, "t-2"),
        (7.5, "t-2"),
        (None, "t-2"),
    ],
)
def test_an_id_is_used_if_it_is_a_good_one(value: object, id_: str) -> None:
    assert row(["医", value], ["text", "id"]).id == id_


def test_of_two_columns_of_ids_none_is_taken() -> None:
    assert row(["医", "a", "b"], ["text", "id", "编号"]).id == "t-2"


def test_a_table_without_the_text_lists_its_columns_up_to_twenty() -> None:
    names = [f"c{n}" for n in range(1, 22)]
    with pytest.raises(NoColumnError, match=r"its columns are 'c1', .*'c20';"):
        Header(names[:20], "t", ReadOptions())
    with pytest.raises(NoColumnError, match=r"'c20' and 1 more;"):
        Header(names, "t", ReadOptions())


def test_cells_beyond_the_columns_are_carried_along_or_refused() -> None:
    header = Header(["text"], "t", ReadOptions())
    assert header.document(FILE, "row=2", 2, ["医", "", "z"]).columns == {"column 3": "z"}
    with pytest.raises(InvalidRowError, match="the row has 2 cells and the table 1 columns"):
        header.document(FILE, "row=2", 2, ["医", "z"], separated=True)
    assert header.document(FILE, "row=2", 2, ["医", " "], separated=True).text == "医"


def test_ten_rows_may_stand_above_the_names_of_the_columns() -> None:
    for above, wanted in ((10, True), (11, False)):
        search = HeaderSearch(ReadOptions())
        for _ in range(above):
            assert search.header(["2024年台账"], "t") is None
        assert search.is_over != wanted


def test_the_fullest_row_is_taken_for_the_names_that_are_missing() -> None:
    search = HeaderSearch(ReadOptions())
    for names in (["台账", ""], ["序号", "情况"], ["1", ""]):
        search.header(names, "t")
    assert "'序号', '情况'" in str(search.problem)


@pytest.mark.parametrize(
    ("first", "options", "is_data"),
    [
        (["a", "b"], {"text_column": "2"}, True),
        (["a", "b"], {"text_column": "2", "id_column": "1"}, True),
        (["a", "b"], {"text_column": "3"}, False),
        (["a", "b"], {"text_column": "0"}, False),
        (["a", "2"], {"text_column": "2"}, False),
        (["a", "正文"], {"text_column": "2"}, False),
        (["a", "b"], {"text_column": "b"}, False),
        (["text", "b"], {}, False),
    ],
)
def test_columns_by_number(first: list[str], options: dict[str, str], is_data: bool) -> None:
    search = HeaderSearch(ReadOptions(**options))  # type: ignore[arg-type]
    search.header(first, "t")
    assert search.is_data == is_data
    assert not HeaderSearch(ReadOptions()).is_data


def test_only_the_first_row_can_be_without_names() -> None:
    search = HeaderSearch(ReadOptions(text_column="2"))
    assert search.header(["台账"], "t") is None
    assert search.header(["a", "b"], "t") is None


def test_text_and_label_are_two_columns() -> None:
    with pytest.raises(InputError, match="'text' cannot be both text and label"):
        Header(["text", "x"], "t", ReadOptions(label_column="text", labelled=True))
    with pytest.raises(
        NoColumnError, match=r"holds the text or the label; .*--text-column and --label-column"
    ):
        Header(["a", "b"], "t", ReadOptions(labelled=True))
    with pytest.raises(NoColumnError, match=r"holds the label; .* name it with --label-column$"):
        Header(["id", "text"], "t", ReadOptions(labelled=True))
    with pytest.raises(NoColumnError, match=r"holds the label; .* name it with --label-column$"):
        Header(["text", "b", "c"], "t", ReadOptions(labelled=True))


def test_records_are_told_from_a_table_of_texts() -> None:
    names = ["id", "source", "sha256", "topic", "entities"]
    with pytest.raises(NoColumnError, match="holds records that label wrote, not texts"):
        Header(names, "t", ReadOptions())


def test_small_things() -> None:
    assert is_blank_row(["", None, " \u3000"])
    assert not is_blank_row(["", 0])
    assert valid("a\ud800b") == "a\ufffdb"
    bad = failed(FILE, "row=3", 3, InputError("x"))
    assert (bad.id, bad.source) == ("t-3", "in/t.csv#row=3")
