from __future__ import annotations

import pytest

from nhsa_nlp.comparison import compare
from nhsa_nlp.io import Document
from nhsa_nlp.pages.comparison import render_comparison
from tests.comparison.test_alignment import FIRST, SECOND, THIRD
from tests.pages.test_audit import Page

pytestmark = pytest.mark.usefixtures("chinese")


def page(left: str, right: str) -> str:
    return render_comparison(
        compare(left, right), Document("甲", "a.txt", left), Document("乙", "b.txt", right)
    )


def test_passages_stand_side_by_side_with_their_edits() -> None:
    text = page(FIRST + SECOND, FIRST.replace("九成", "八成") + THIRD)
    assert "<del>九</del>" in text
    assert "<ins>八</ins>" in text
    assert f"<del>{SECOND}</del>" in text
    assert f"<ins>{THIRD}</ins>" in text


def test_a_moved_passage_is_linked_with_its_counterpart() -> None:
    text = page(FIRST + SECOND + THIRD, SECOND + THIRD + FIRST)
    found = Page(text)
    assert found.links == ["#right-1", "#left-1"]
    assert found.anchors == {"left-1", "right-1"}
    assert "<del>" + FIRST not in text


def test_every_text_is_escaped_and_nothing_runs() -> None:
    text = page("<script>alert(1)</script>" + FIRST, FIRST + "<b>新</b>")
    assert {"script", "b"}.isdisjoint(Page(text).tags)


def test_texts_with_nothing_in_common_and_empty_ones() -> None:
    assert f"<del>{FIRST}</del>" in page(FIRST, THIRD)
    assert "共有段落 0 处" in page("", "")
