from __future__ import annotations

import pytest

from nhsa_nlp.io.documents.page_layout import TextLine, text_of

EM = 10.0
FULL = "医疗保障基金使用监督管理条例实施细则"  # a full line of 18 characters


def line(text: str, row: float = 0, left: float = 0, size: float = EM) -> TextLine:
    """A line of full-width characters; rows are two em apart."""
    top = row * 2 * EM
    return TextLine(left, top, left + len(text) * EM, top + size, text)


def test_lines_come_in_any_order_and_those_of_a_row_from_left_to_right() -> None:
    assert text_of([[line("丙", 2), line("乙", 0, 200), line("甲", 0)]]) == "甲\t乙\n丙"
    assert text_of([]) == text_of([[]]) == ""


@pytest.mark.parametrize(("gap", "between"), [(1.1, ""), (1.3, "\t")])
def test_a_gap_of_more_than_a_character_separates_cells(gap: float, between: str) -> None:
    assert text_of([[line("姓名"), line("张三", left=(2 + gap) * EM)]]) == f"姓名{between}张三"


@pytest.mark.parametrize(("overlap", "text"), [(0.4, "甲甲\n乙乙"), (0.6, "甲甲\t乙乙")])
def test_parts_that_overlap_by_half_their_height_are_one_row(overlap: float, text: str) -> None:
    assert text_of([[line("甲甲"), line("乙乙", (1 - overlap) / 2, 200)]]) == text


@pytest.mark.parametrize(("full", "text"), [(2, f"{FULL}\n{FULL}\n完"), (3, f"{FULL * 3}完")])
def test_three_full_lines_make_a_margin(full: int, text: str) -> None:
    assert text_of([[*(line(FULL, row) for row in range(full)), line("完", full)]]) == text


@pytest.mark.parametrize(("width", "joined"), [(11, False), (12, True)])
def test_what_is_narrower_than_a_text_is_a_list(width: int, joined: bool) -> None:
    words = [line(FULL[:width], row) for row in range(4)]
    assert ("\n" not in text_of([words])) == joined


@pytest.mark.parametrize(("gap", "joined"), [(1.5, True), (1.7, False)])
def test_a_wide_gap_ends_a_paragraph(gap: float, joined: bool) -> None:
    lines = [*(line(FULL, row) for row in range(6)), line("完", 5 + gap)]
    assert text_of([lines]) == FULL * 6 + ("" if joined else "\n") + "完"


@pytest.mark.parametrize(("size", "joined"), [(1.25, True), (1.35, False)])
def test_another_size_of_type_ends_a_paragraph(size: float, joined: bool) -> None:
    lines = [*(line(FULL, row) for row in range(4)), line("完", 4, size=size * EM)]
    assert text_of([lines]) == FULL * 4 + ("" if joined else "\n") + "完"


@pytest.mark.parametrize(("indent", "joined"), [(0.7, True), (0.9, False)])
def test_an_indent_begins_a_paragraph(indent: float, joined: bool) -> None:
    lines = [*(line(FULL, row) for row in range(4)), line("完", 4, indent * EM)]
    assert text_of([lines]) == FULL * 4 + ("" if joined else "\n") + "完"


@pytest.mark.parametrize(("rows", "mark", "columns"), [(2, "，", False), (3, "，", True), (3, "文", False)])
def test_three_rows_of_running_text_beside_one_another_are_columns(
    rows: int, mark: str, columns: bool
) -> None:
    left, right = f"左栏文{mark}左栏文字", f"右栏文{mark}右栏文字"
    lines = [line(text, row, at) for row in range(rows) for text, at in ((left, 0), (right, 100))]
    apart = [left] * rows + [right] * rows
    assert text_of([lines]).split("\n") == (apart if columns else [f"{left}\t{right}"] * rows)


@pytest.mark.parametrize(
    ("number", "dropped"),
    [("—12—", True), ("第3页共9页", True), ("3/9", True), ("第3条", False), ("3", False)],
)
def test_a_page_number_is_left_out_at_the_border(number: str, dropped: bool) -> None:
    assert text_of([[line("正文"), line(number, 1)]]) == ("正文" if dropped else f"正文\n{number}")
    inside = [line(text, row) for row, text in enumerate(["一", "二", number, "三", "四"])]
    assert number in text_of([inside]).split("\n")


def test_bare_numbers_that_rise_with_the_pages_are_page_numbers() -> None:
    words = ["甲", "乙", "丙"]
    assert text_of([[line(word), line(str(n), 1)] for n, word in enumerate(words, 7)]) == "甲\n乙\n丙"
    assert text_of([[line(word), line(str(n * n), 1)] for n, word in enumerate(words, 7)]).count("\n") == 5


@pytest.mark.parametrize(
    ("text", "row", "times"), [("国家医疗保障局", 0, 1), ("国家医疗保障局", 1, 2), ("合计", 0, 2)]
)
def test_on_two_pages_a_header_stands_at_the_same_place(text: str, row: int, times: int) -> None:
    pages = [[line(text), line("甲" * 9, 2)], [line(text, row), line("乙" * 9, 3)]]
    assert text_of(pages).split("\n").count(text) == times


@pytest.mark.parametrize(
    ("pages", "with_header", "times"), [(2, 2, 1), (2, 1, 1), (3, 3, 1), (5, 3, 1), (6, 3, 3)]
)
def test_a_header_on_most_pages_is_kept_once(pages: int, with_header: int, times: int) -> None:
    made = [
        [*([line("国家医疗保障局")] if page < with_header else []), line("甲乙丙丁戊己"[page] * 2, 1)]
        for page in range(pages)
    ]
    assert text_of(made).count("国家医疗保障局") == times


@pytest.mark.parametrize(("row", "dropped"), [(0, True), (1, True), (2, False), (4, True), (5, True)])
def test_the_border_of_a_page_is_two_lines_at_either_end(row: int, dropped: bool) -> None:
    texts = ["一", "二", "三", "四", "五", "六"]
    texts[row] = "3/9"
    assert ("3/9" in text_of([[line(text, at) for at, text in enumerate(texts)]])) != dropped


@pytest.mark.parametrize(("width", "columns"), [(5, False), (6, True)])
def test_what_is_narrower_than_a_column_is_a_table(width: int, columns: bool) -> None:
    lines = [line("医保目，药品名称"[:width], row, at) for row in range(3) for at in (0, 100)]
    assert ("\t" in text_of([lines])) != columns


@pytest.mark.parametrize(("clauses", "columns"), [(1, False), (2, True)])
def test_running_text_has_a_clause_in_a_fifth_of_its_lines(clauses: int, columns: bool) -> None:
    texts = ["栏文字，栏文字"] * clauses + ["栏文字与栏文字"] * (10 - clauses)
    lines = [line(text, row, at) for row, text in enumerate(texts) for at in (0, 100)]
    assert ("\t" not in text_of([lines])) == columns


LONG = "医疗保障基金使用监督管理条例实施细则已经审议通过现予公布"  # 28 characters


@pytest.mark.parametrize(
    ("first", "indent", "following", "joined"),
    [
        (LONG, 0, "自公布之日起施行。", True),
        (LONG[:27], 0, "自公布之日起施行。", False),
        (LONG[:20], 2, "自公布之日起施行。", True),
        (LONG[:19], 2, "自公布之日起施行。", False),
        (LONG + "。", 0, "自公布之日起施行。", False),
        (LONG, 0, "一、总体要求", False),
        (LONG, 4, "自公布之日起施行。", False),
    ],
)
def test_two_lines_are_a_paragraph_if_the_first_is_long(
    first: str, indent: int, following: str, joined: bool
) -> None:
    lines = [line(first, left=indent * EM), line(following, 0.8)]
    assert text_of([lines]) == first + ("" if joined else "\n") + following


def order_of(rows: int, apart: float, shift: float, *, inset: bool = False) -> str:
    """The order in which the lines of two halves are read; each line is of one character."""
    left = [line(char * (12 - 3 * row), row) for row, char in enumerate("甲乙丙"[:rows])]
    right = [
        line(char * (12 - 3 * row), row + shift, (12 + apart) * EM)
        for row, char in enumerate("丁戊己"[:rows])
    ]
    across = [line("首" * 25, -1)] * inset
    return "".join(dict.fromkeys(text_of([[*left, *right, *across]]).replace("\n", "").replace("\t", "")))


def test_a_page_of_two_halves_is_read_half_by_half() -> None:
    assert order_of(3, 3.1, 0.25) == "甲乙丙丁戊己"


@pytest.mark.parametrize(
    ("apart", "shift", "inset"), [(2.9, 0.25, False), (3.1, 0.1, False), (3.1, 0.25, True)]
)
def test_a_page_without_a_fold_is_read_row_by_row(apart: float, shift: float, *, inset: bool) -> None:
    assert order_of(3, apart, shift, inset=inset).removeprefix("首") == "甲丁乙戊丙己"


def test_two_halves_have_three_lines_each() -> None:
    assert order_of(2, 3.1, 0.25) == "甲丁乙戊"
