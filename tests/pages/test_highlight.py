from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import pytest

from nhsa_nlp.pages.highlight import render
from nhsa_nlp.record import Evidence, Record
from nhsa_nlp.topic.model import SectionTopic
from tests.io.writers.records import DECLINED
from tests.paths import LETTERS

pytestmark = pytest.mark.usefixtures("chinese")

TEXT = "答复\n根据《办法》（医保发〔2020]5号），2021年约花了546.8亿元，比例为2：1。"


def found(start: int, text: str, label: str, **fields: object) -> Any:
    return {"start": start, "end": start + len(text), "label": label, "text": text, **fields}


def piece(start: int, text: str, weight: float, *, request: bool = False) -> Evidence:
    return {
        "start": start,
        "end": start + len(text),
        "text": text,
        "facet": "医保",
        "weight": weight,
        "request": request,
    }


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
                piece(0, "答复", 0.42),
                piece(0, "答复", 0.1),
                piece(4, "根据", -0.3, request=True),
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
        "答复（+0.42）、根据（见于诉求部分，-0.30）",
        "聂鹏举代表",
        "2021-07-29",
    ):
        assert piece in top
    assert top.count("答复（") == 2  # the word once, however often it stands; and the kind of letter
    assert "财政部、国家卫生健康委" in top
    assert "None" not in html


@pytest.mark.parametrize(
    ("label", "reason", "said"),
    [
        (None, "near_scope", "需人工判断：属医疗卫生邻近事项，不属三领域（near_scope）"),
        (None, "out_of_scope", "需人工判断：不在分类范围内（out_of_scope）"),
        (None, "not_chinese", "需人工判断：不是中文（not_chinese）"),
        (None, "too_short", "需人工判断：文字过少（too_short）"),
        ("医保", "near_scope", "需人工判断：也可能属医疗卫生邻近事项，不属三领域（near_scope）"),
        ("医保", "out_of_scope", "需人工判断：也可能不在分类范围内（out_of_scope）"),
        ("医保", "of_another_version", "需人工判断：of_another_version"),
    ],
)
def test_the_reason_for_a_review_is_said_in_words(label: str | None, reason: str, said: str) -> None:
    topic: Any = {**make()["topic"], "label": label, "reason": reason}  # type: ignore[dict-item]
    assert said in render(make(topic=topic), TEXT)


def test_without_a_label_the_alternatives_are_shown() -> None:
    html = render(make(topic=DECLINED["topic"]), TEXT)
    assert "<h1>未判定</h1>" in html
    assert "其他可能：医疗 30%" in html
    assert "领域与依据" not in html


def test_the_record_of_an_older_version_makes_a_page() -> None:
    topic: Any = make()["topic"]
    for piece in topic["evidence"]:
        del piece["request"]
    html = render(make(topic=topic), TEXT)
    assert "根据（-0.30）" in html


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
