from __future__ import annotations

from html.parser import HTMLParser

from nhsa_nlp.labelling.audit import Audit
from nhsa_nlp.pages.audit import render_audit


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
