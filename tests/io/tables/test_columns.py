from __future__ import annotations

from pathlib import Path

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import Document, ReadOptions, read_documents
from nhsa_nlp.io.tables.columns import is_known, likeliest, named

REGISTER = ["序号", "建议号", "案由", "建议内容", "承办单位", "答复意见"]
ROW = ["1", "A-7", "关于药品的建议", "药店没有药。", "市医保局", "我局已督促配送。"]


def read(folder: Path, names: list[str], *rows: list[str], **options: str) -> list[Document]:
    path = folder / "t.csv"
    path.write_text("".join(",".join(row) + "\n" for row in (names, *rows)), encoding="utf-8")
    return list(read_documents([path], ReadOptions(**options)))  # type: ignore[arg-type]


def test_of_a_register_of_proposals_the_title_and_the_proposal_are_read_and_not_the_reply(
    tmp_path: Path,
) -> None:
    (document,) = read(tmp_path, REGISTER, ROW)
    assert (document.id, document.text) == ("A-7", "关于药品的建议\n药店没有药。")
    assert document.columns == {
        "序号": "1",
        "案由": "关于药品的建议",
        "承办单位": "市医保局",
        "答复意见": "我局已督促配送。",
    }


@pytest.mark.parametrize(
    ("names", "text"),
    [
        (["答复意见", "提案内容"], "提案内容"),
        (["答复内容", "内容"], "内容"),
        (["回复内容", "留言内容"], "留言内容"),
        (["答复意见", "主要内容"], "主要内容"),
        (["主要内容", "建议内容"], "建议内容"),
        (["建议内容", "正文"], "正文"),
        (["承办单位", "答复意见"], "答复意见"),
    ],
)
def test_the_likelier_text_of_several_is_read(tmp_path: Path, names: list[str], text: str) -> None:
    (document,) = read(tmp_path, names, names)
    assert document.text == text


def test_of_two_texts_of_a_kind_the_user_chooses(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'建议内容', '提案内容'; say which with --text-column"):
        read(tmp_path, ["建议内容", "提案内容"], ["甲", "乙"])
    (document,) = read(tmp_path, ["建议内容", "提案内容"], ["甲", "乙"], text_column="提案内容")
    assert document.text == "乙"


@pytest.mark.parametrize("name", ["标题", "题目", "案由", "建议名称", "提案名称"])
def test_a_sheet_of_titles_is_read(tmp_path: Path, name: str) -> None:
    for options in ({}, {"title_column": ""}, {"title_column": name}):
        (document,) = read(tmp_path, ["序号", name, "承办单位"], ["1", "关于医保的建议", "甲局"], **options)
        assert document.text == "关于医保的建议"
        assert document.columns == {"序号": "1", "承办单位": "甲局"}


def test_the_title_is_not_read_alone_beside_a_text_in_a_column_of_an_unknown_name(tmp_path: Path) -> None:
    text = "药店里的慢性病用药常常断货，老人要跑好几家才买得到。" * 3
    with pytest.raises(InputError, match="but '老百姓说' holds a text, too; say which to read with --text-c"):
        read(tmp_path, ["标题", "老百姓说"], ["关于药品的建议", text])
    assert read(tmp_path, ["标题", "备注"], ["关于药品的建议", text])[0].text == "关于药品的建议"
    (document,) = read(tmp_path, ["标题", "老百姓说"], ["关于药品的建议", text], text_column="老百姓说")
    assert document.text == f"关于药品的建议\n{text}"
    (document,) = read(tmp_path, ["标题", "老百姓说"], ["关于药品的建议", text], text_column="标题")
    assert document.text == "关于药品的建议"


def test_of_two_titles_the_likelier_goes_before_the_text(tmp_path: Path) -> None:
    (document,) = read(tmp_path, ["案由", "标题", "内容"], ["甲", "乙", "丙"])
    assert document.text == "乙\n丙"


def test_an_older_kind_of_id_stays_the_id(tmp_path: Path) -> None:
    assert read(tmp_path, ["案号", "编号", "内容"], ["甲", "乙", "丙"])[0].id == "乙"
    assert read(tmp_path, ["案号", "提案号", "内容"], ["甲", "乙", "丙"])[0].id == "t-2"
    assert read(tmp_path, ["序号", "内容"], ["1", "丙"])[0].id == "t-2"


def test_names_of_columns_are_not_data_when_columns_are_chosen_by_number(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("序号,情况\n1,医保\n", encoding="utf-8")
    with pytest.raises(InputError, match="has no column '2'"):
        list(read_documents([path], ReadOptions(text_column="2")))
    path.write_text("1,医保\n", encoding="utf-8")
    (document,) = read_documents([path], ReadOptions(text_column="2", title_column=""))
    assert document.text == "医保"


def test_names_are_compared_without_case_and_width() -> None:
    assert named(["x", " ＴＥＸＴ", "建议内容"], "text") == [1]
    assert likeliest(["案由", " Title "], "title") == 1
    assert likeliest(["x"], "title") is None
    assert is_known("承办单位")
    assert not is_known("老百姓说")
