from __future__ import annotations

import pytest
from lxml import html

from nhsa_nlp.io.documents.html_lines import lines_of
from nhsa_nlp.io.documents.site_parts import site_parts
from tests.io.documents.site_pages import COMMENTS, OTHERS, PROSE, paragraphs

TEASER = "<div class=t><a href=/1>{}</a><p>记者日前获悉，相关工作取得阶段性进展。</p></div>"
COMMENT = "<div class=c><p>{}</p><i>举报</i> <i>赞3</i> <i>回复</i></div>"


def left(body: str) -> str:
    """The text of a page without what belongs to its site."""
    tree = html.document_fromstring(f"<html><body>{body}</body></html>")
    for part in site_parts(tree, lines_of(tree)):
        part.drop_tree()
    return "".join(tree.itertext())


@pytest.mark.parametrize(
    "opening",
    [
        "<nav>",
        "<footer>",
        "<div class='site-nav'>",
        "<div id=relatedNews>",
        "<ul class='hot_list'>",
        "<div class=Rank>",
    ],
)
def test_what_is_named_as_of_the_site_is_left_out(opening: str) -> None:
    assert "另一件事" not in left(f"{paragraphs()}{opening}另一件事")


@pytest.mark.parametrize(
    "opening", ["<div class=navy>", "<div class=shared-decision>", "<main class=nav>", "<article id=hot>"]
)
def test_names_that_only_resemble_these_stay(opening: str) -> None:
    assert "另一件事" in left(f"{paragraphs()}{opening}另一件事")


def test_a_part_with_the_title_or_much_of_the_prose_stays() -> None:
    assert "标题" in left(f"<div class=nav><h1>标题</h1></div>{paragraphs()}")
    assert PROSE[0] in left(f"<div class=related>{paragraphs()}</div><p>{PROSE[0]}</p>")


@pytest.mark.parametrize(("count", "kept"), [(2, True), (3, False)])
def test_three_teasers_of_one_shape_are_a_list_of_other_pages(count: int, kept: bool) -> None:
    page = paragraphs() + "".join(map(TEASER.format, OTHERS[:count]))
    assert (OTHERS[0] in left(page)) == kept


def test_paragraphs_with_a_link_each_are_no_teasers() -> None:
    rules = "".join(
        f"<p>三、落实<a href=/{n}>《{other}的实施意见》</a>，压实各方责任。</p>"
        for n, other in enumerate(OTHERS)
    )
    assert all(other in left(paragraphs() + rules) for other in OTHERS)


@pytest.mark.parametrize(("before", "kept"), [("", True), (paragraphs(), False)])
def test_comments_come_after_the_article(before: str, kept: bool) -> None:
    page = before + "".join(map(COMMENT.format, COMMENTS[:2])) + f"<p>{PROSE[-1]}</p>"
    assert (COMMENTS[0] in left(page)) == kept


def test_a_column_of_opinions_is_no_comments() -> None:
    assert PROSE[1] in left(f"<p>{PROSE[0]}</p><div class=comment>{paragraphs()}</div>")


def test_a_page_of_nothing_else_is_left_as_it_is() -> None:
    page = "".join(map(TEASER.format, OTHERS))
    assert OTHERS[0] in left(page)
