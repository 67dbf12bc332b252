from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

from nhsa_nlp.data.corpus import LabelledText
from nhsa_nlp.labelling.audit import Audit
from nhsa_nlp.pages.audit import render_audit
from tests.labelling.audits import audit

HOSTILE = '<script>alert(1)</script><img src=x onerror="alert(2)">'


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
            assert name not in ("src", "onerror", "onclick")
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


def test_a_page_of_hostile_texts_is_harmless(headlines: list[LabelledText]) -> None:
    twins = [
        replace(headlines[0], id=HOSTILE, text=f"{HOSTILE}{headlines[0].text * 3}甲"),
        replace(headlines[1], text=f"{HOSTILE}{headlines[0].text * 3}乙"),
    ]
    text = render_audit(audit([*twins, *headlines[2:]]))
    page = Page(text)
    assert "script" not in page.tags
    assert "img" not in page.tags
    assert "&lt;script&gt;" in text
    assert "default-src 'none'" in text
    assert not any(link.startswith(("http", "//")) for link in page.links)
