from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from nhsa_nlp.pages.highlight import render
from nhsa_nlp.record import Record
from nhsa_nlp.topic.model import SectionTopic
from tests.paths import LETTERS

TEXT = "答复\n根据《办法》（医保发〔2020]5号），2021年约花了546.8亿元，比例为2：1。"


def found(start: int, text: str, label: str, **fields: object) -> Any:
    return {"start": start, "end": start + len(text), "label": label, "text": text, **fields}


def make(text: str = TEXT, **fields: Any) -> Record:
    def at(piece: str, label: str, **more: object) -> Any:
        return found(text.index(piece), piece, label, **more)

    entities = []
    if text is TEXT:
        entities = [
            at("546.8亿元", "QUANTITY", value=54680000000, unit="元", op="approx"),
            at("《办法》", "POLICY", title="办法", alias=True, ref="暂行办法", doc_no="医保发〔2020〕5号"),
            at("医保发〔2020]5号", "DOC_NO", normalized="医保发〔2020〕5号"),
            at("2：1", "QUANTITY", value=[2, 1], unit="比", op="eq"),
        ]
    record: Record = {
        "id": "a",
        "source": "letters/a.txt",
        "sha256": "0" * 64,
        "chars": len(text),
        "topic": {
            "label": "医保",
            "probability": 0.66,
            "facets": {"医保": 0.97, "医疗": 0.11, "医药": 0.08},
            "alternatives": [{"label": "医疗x医保", "probability": 0.2}],
            "review": True,
            "reason": "low_confidence",
            "evidence": [
                {"start": 0, "end": 2, "text": "答复", "facet": "医保", "weight": 0.42},
                {"start": 0, "end": 2, "text": "答复", "facet": "医保", "weight": 0.1},
            ],
        },
        "entities": entities,
        "letter": {
            "kind": "reply",
            "body": "npc",
            "number": None,
            "proposal_number": "2020",
            "proposal_category": None,
            "session": "十三届全国人大四次会议",
            "addressee": "聂鹏举代表",
            "subject": "关于跨地区结算的建议",
            "consulted": ["财政部", "国家卫生健康委"],
            "sections": [{"start": 0, "end": 2, "title": "关于统筹"}],
            "date": "2021-07-29",
            "issuer": "国家医疗保障局",
        },
        "model": {"name": "default", "version": "1.0"},
    }
    return {**record, **fields}  # type: ignore[typeddict-item]


class Page(HTMLParser):
    """The entities and the text in the <main> of a page."""

    def __init__(self, html: str):
        super().__init__()
        self.marks: list[str | None] = []
        self.main: list[str] = []
        self._open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "mark" and "main" in self._open:
            self.marks.append(dict(attrs)["title"])
        if tag != "meta":
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "main" in self._open and "span" not in self._open:
            self.main.append(data)


def test_the_raw_text_is_shown_whole_with_every_entity_marked() -> None:
    page = Page(render(make(), TEXT))
    assert "".join(page.main).strip() == TEXT
    assert page.marks == ["办法", "医保发〔2020〕5号", "≈ 54,680,000,000 元", "2 : 1 比"]


def test_topic_and_letter_stand_on_top() -> None:
    html = render(make(), TEXT)
    top = html[: html.index("<main>")]
    for piece in (
        "医保 <small>66%",
        "把握不足（low_confidence）",
        "医疗x医保 20%",
        "答复（+0.42）",
        "聂鹏举代表",
        "2021-07-29",
    ):
        assert piece in top
    assert top.count("答复（") == 2  # the word once, however often it stands; and the kind of letter
    assert "财政部、国家卫生健康委" in top
    assert "None" not in html


def test_what_sections_are_about_stands_on_top() -> None:
    sections: list[SectionTopic] = [
        {"start": 0, "end": 3, "title": "关于<b>", "facets": {"医保": 0.98, "医疗": 0.5, "医药": 0.49}},
        {"start": 3, "end": 5, "title": "其他", "facets": {}},
    ]
    html = render(make(), TEXT, sections)
    assert "<dt>医保 98%，医疗 50%</dt><dd>关于&lt;b&gt;</dd>\n<dt>—</dt><dd>其他</dd>" in html
    assert "各节领域" not in render(make(), TEXT)


def test_a_record_without_anything_still_makes_a_page() -> None:
    html = render(make(entities=[], topic=None, letter=None), TEXT)
    assert "".join(Page(html).main).strip() == TEXT


def test_the_record_of_another_text_is_refused() -> None:
    with pytest.raises(ValueError, match="not of this text"):
        render(make(), "另" + TEXT)


def test_a_real_letter_survives() -> None:
    text = (LETTERS / "npc-13-5-6706.txt").read_text(encoding="utf-8")
    assert "".join(Page(render(make(text), text)).main).strip() == text.strip()
