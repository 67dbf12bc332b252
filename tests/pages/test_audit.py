from __future__ import annotations

import re
from html.parser import HTMLParser

import numpy as np
import pytest

from nhsa_nlp.labelling.audit import Audit, Finding, Pair
from nhsa_nlp.labelling.confident import find_label_errors
from nhsa_nlp.pages.audit import render_audit

pytestmark = pytest.mark.usefixtures("chinese")


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attributes:
            if name == "href":
                self.links.append(value or "")
            elif name == "id":
                self.anchors.add(value or "")


def test_pairs_stand_side_by_side_and_can_be_jumped_to(audited_replies: Audit) -> None:
    text = render_audit(audited_replies)
    page = Page(text)
    jumps = [link for link in page.links if link.startswith("#pair-")]
    assert len(jumps) == len(audited_replies.pairs)
    assert {link.removeprefix("#") for link in page.links} - {""} <= page.anchors
    assert page.tags.count("section") == len(audited_replies.pairs)
    assert "诊<del>查</del>费" in text  # one of the two was misread
    assert "诊<ins>察</ins>费" in text
    assert "……（相同 " in text


def made(documents: int, pairs: int, length: int = 0) -> str:
    """The page of an audit in which every document is an outlier and is like its neighbour."""
    ids = tuple(f"d-{index}" for index in range(documents))
    texts = tuple(f"{'医' * length}{index}" for index in range(documents))
    labels = ("医保",) * documents
    probabilities = np.ones((documents, 1))
    findings = tuple(
        Finding(index, "医保", "医保", 1.0, 1.0, False, True, (), ()) for index in range(documents)
    )
    alike = tuple(Pair(index, index + 1, 0.9, contradictory=False) for index in range(pairs))
    errors = find_label_errors(np.zeros(documents, dtype=np.int64), probabilities)
    return render_audit(Audit(ids, texts, labels, ("医保",), probabilities, errors, alike, findings))


@pytest.mark.parametrize(
    ("documents", "pairs", "left_out"),
    [(500, 200, []), (501, 0, ["另有 1 份未列出"]), (201, 200, []), (202, 201, ["另有 1 对未列出"])],
)
def test_a_page_says_what_it_leaves_out(documents: int, pairs: int, left_out: list[str]) -> None:
    assert re.findall("另有 .*?未列出", made(documents, pairs)) == left_out


def test_the_beginning_of_a_long_text_is_compared_and_a_little_of_it_listed() -> None:
    # A digit follows the text.
    assert "只比较前 20000 字" not in made(2, 1, 19_999)
    assert "只比较前 20000 字" in made(2, 1, 20_000)
    assert re.findall('<td class="faint">(医*)', made(1, 0, 1000)) == ["医" * 160]


def test_the_page_says_that_each_text_was_compared_with_a_sample(
    audited_replies: Audit, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "随机抽取" not in render_audit(audited_replies)
    monkeypatch.setattr("nhsa_nlp.labelling.audit.MOST_COMPARED", len(audited_replies.ids) - 1)
    assert f"随机抽取的 {len(audited_replies.ids) - 1} 份" in render_audit(audited_replies)
