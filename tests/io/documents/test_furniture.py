from __future__ import annotations

from collections.abc import Callable

import pytest

from nhsa_nlp.io.documents.furniture import is_furniture, list_headings, without_furniture
from nhsa_nlp.io.documents.html import article
from tests.io.documents import site_pages
from tests.io.documents.site_pages import OTHERS, PROSE, TITLE


@pytest.mark.parametrize(
    ("page", "before", "after"),
    [
        (site_pages.newspaper, [], ["《某某报》（2024年01月16日 第 04 版）"]),
        (site_pages.portal, [], []),
        (site_pages.bureau, ["发布日期：2024-01-16 浏览次数："], []),
        (site_pages.layout_by_tables, [], []),
        (site_pages.finance, [], []),
        (site_pages.forum, ["2024年01月16日 08:17 某报"], []),
        (site_pages.readers, [], []),
        (site_pages.society, [], []),
        (site_pages.province, ["全省视频会议在某市举行", "时间：2024-01-16 06:23 来源：某省日报"], []),
        (site_pages.central, [], ["附件：1.任务清单", "2.自查情况表"]),
    ],
)
def test_of_a_page_its_title_and_article_are_read_and_nothing_of_the_site(
    page: Callable[[], str], before: list[str], after: list[str]
) -> None:
    lines = [line.strip() for line in article(page(), "a.html").splitlines()]
    assert lines == [TITLE, *before, *PROSE, *after]


def test_an_article_of_one_paragraph_is_not_its_disclaimer() -> None:
    lines = article(site_pages.one_paragraph(), "a.html").splitlines()
    assert [lines[0], lines[-1]] == [TITLE, PROSE[0]]


@pytest.mark.parametrize(
    "line",
    [
        "当前位置：首页 > 通知",
        "首页 > 正文",
        "关于我们 | 服务条例 | 联系我们",
        "【打印本页】 【关闭窗口】",
        "字体：【大 中 小】",
        "上一篇：没有了",
        "（责任编辑：甲）",
        "某ICP备1号",
        "责编 | 甲某",
        "【免责声明】本文仅代表作者",
    ],
)
def test_furniture_is_known_by_its_words(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "国家医疗保障局",
        "2021年7月29日",
        "附件：1.名单",
        "收缩压>140mmHg",
        "大病保险",
        "中小学生参保",
        "分享经验",
        "编辑出版的规定",
        "责任编辑制度",
        "本人声明如下",
        "主办单位：市医保局",
        "x" * 201 + "版权所有",
    ],
)
def test_what_only_resembles_it_is_not(line: str) -> None:
    assert not is_furniture(line)


def test_between_the_lines_of_prose_nothing_is_left_out() -> None:
    lines = [PROSE[0], "相关政策", "打印", "责任编辑：甲", OTHERS[0], PROSE[1], PROSE[2]]
    assert without_furniture(["首页 > 正文", *lines, "打印"], {OTHERS[0]}, {"相关政策"}) == lines


def test_a_list_of_other_pages_ends_the_article_even_if_it_has_prose() -> None:
    lines = [TITLE, *PROSE, "相关新闻", *OTHERS, PROSE[0]]
    assert list_headings(lines, set(OTHERS)) == {"相关新闻"}
    assert without_furniture(lines, set(OTHERS), {"相关新闻"}) == [TITLE, *PROSE]
    assert list_headings(lines, set()) == set()  # a heading of the article
    assert without_furniture(lines, set(), set()) == lines


def test_lines_without_prose_are_left_as_they_are() -> None:
    assert without_furniture(["打印", *OTHERS], set(OTHERS), set()) == ["打印", *OTHERS]
