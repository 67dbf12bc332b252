from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from nhsa_nlp.archive.series import Contradiction, Point, Series
from nhsa_nlp.pages import figures
from nhsa_nlp.pages.figures import render_figures
from nhsa_nlp.record import FigureRecord, Op, Scalar

pytestmark = pytest.mark.usefixtures("chinese")


def figure(text: str = "640元", **fields: Any) -> FigureRecord:
    found: Any = {
        "document": "reply-001", "start": 12, "end": 16, "text": text, "value": 640, "unit": "元/人/年",
        "op": "eq", "role": "rule", "indicator": "居民医保财政补助标准", "indicator_spans": [[6, 10]],
        "as_of": None, "period": ["2023", "2023"], "anchor": "text", "scope": None, "base": None,
        "policy": None, "confidence": 0.9, "sentence": f"2023年，居民医保财政补助标准为每人每年{text}。",
    }  # fmt: skip
    return found | fields  # type: ignore[no-any-return]


def point(
    date: str | None, value: Scalar | tuple[Scalar, Scalar], op: Op = "eq", *said: FigureRecord, **fields: Any
) -> Point:
    defaults: Any = {"since": None, "cumulative": False} | fields
    return Point(date=date, value=value, op=op, figures=said or (figure(),), **defaults)


def subsidy(*points: Point, **fields: Any) -> Series:
    series = Series(
        name="居民医保财政补助标准",
        names=("居民医保财政补助标准", "财政补助标准"),
        unit="元/人/年",
        role="rule",
        scope=None,
        points=points or (point("2022", 610), point("2023", 640)),
        contradictions=(),
        jumps=(),
    )
    return replace(series, **fields)


def plots(page: str) -> list[ET.Element]:
    return [
        ET.fromstring(svg)  # noqa: S314 - our own page
        for svg in re.findall(r"<svg[^>]*role=\"img\".*?</svg>", page, re.DOTALL)
    ]


def marks(page: str) -> dict[str, list[str]]:
    """What is drawn for each point of the first plot, by what its tooltip says."""
    return {
        mark.findtext("title", ""): [
            part.get("href", part.get("class", "")) for part in mark if part.tag != "title"
        ]
        for mark in plots(page)[0].iter("g")
        if "data-row" in mark.attrib
    }


def rows(page: str) -> list[list[str]]:
    return [
        [unescape(re.sub("<[^>]+>", "", cell)) for cell in re.findall("<td>(.*?)</td>", row, re.DOTALL)]
        for row in re.findall("<tr>(<td>.*?)</tr>", page, re.DOTALL)
    ]


def test_a_series_has_its_newest_value_its_values_by_date_and_their_sentences() -> None:
    twice = (figure(), figure(document="reply-002"))
    page = render_figures(
        [subsidy(point("2022", 610, "eq", figure("610元")), point("2023", 640, "eq", *twice))]
    )
    assert "1 个指标、2 个数值，摘自 2 份文件；数值不一致 0 处，突变 0 处" in page
    assert '<span class="latest">2023年 <b>每人每年640元</b>' in page
    assert "政策标准 · 单位：元/人/年" in page
    assert "又作：财政补助标准" in page
    assert rows(page) == [
        ["2022年", "每人每年610元", "reply-001　2023年，居民医保财政补助标准为每人每年610元。"],
        ["2023年", "每人每年640元", "reply-001、reply-002　2023年，居民医保财政补助标准为每人每年640元。"],
    ]
    assert page.count("<mark>640元</mark>") == 1


@pytest.mark.parametrize(
    ("sentence", "text", "marked"),
    [
        ("补助6亿元和38.66亿元。", "6亿元", "补助<mark>6亿元</mark>和38.66亿元。"),
        ("补助38.66亿元。", "6亿元", "补助38.66亿元。"),
        ("甲5种，乙5种。", "5种", "甲5种，乙5种。"),
        ("共3一5万元<b>。", "3一5万元", "共<mark>3一5万元</mark>&lt;b&gt;。"),
    ],
)
def test_the_words_are_marked_where_only_they_can_be_meant(sentence: str, text: str, marked: str) -> None:
    said = figure(text, sentence=sentence)
    assert f"　{marked}</p>" in render_figures([subsidy(point("2023", 6, "eq", said))])


def test_each_point_is_drawn_as_exact_as_it_is() -> None:
    ops: list[Op] = ["eq", "approx", "gt", "ge", "lt", "le"]
    points = [point(f"{2011 + number}", 100 + number, op) for number, op in enumerate(ops)]
    page = render_figures([subsidy(*points, point("2020", (90, 120), "range"))])
    assert marks(page) == {
        "2011年 每人每年100元": ["#exact"],
        "2012年 每人每年约101元": ["#about"],
        "2013年 每人每年超过102元": ["#above"],
        "2014年 每人每年不低于103元": ["#above"],
        "2015年 每人每年低于104元": ["#below"],
        "2016年 每人每年不超过105元": ["#below"],
        "2020年 每人每年90元至120元": ["span"],
    }
    shapes = set(re.findall('id="(exact|about|above|below|range|contradicted|leap)"', page))
    assert shapes == set(re.findall('href="#([a-z]+)"', page))  # the key explains them all


def test_contradictions_and_jumps_are_marked_and_said() -> None:
    one, other, leap = point("2022", 610), point("2022-12", 620, "approx"), point("2023", 6400)
    contradiction = Contradiction(one, other)
    page = render_figures(
        [
            subsidy(one, other, leap, contradictions=(contradiction,), jumps=((other, leap),)),
            subsidy(name="报销比例", names=("报销比例",)),
        ]
    )
    assert "数值不一致 1 处，突变 1 处" in page
    assert '<mark class="wrong">不一致 1 处</mark> <mark class="leaping">突变 1 处</mark>' in page
    assert "不一致</mark> 2022年 每人每年610元，2022年12月 每人每年约620元（相差 1.6%）" in page
    assert "突变</mark> 2022年12月 每人每年约620元 → 2023年 每人每年6,400元" in page
    drawn = marks(page)
    assert drawn["2022年 每人每年610元"] == ["#contradicted", "#exact"]
    assert drawn["2022年12月 每人每年约620元"] == ["#contradicted", "#about"]
    assert drawn["2023年 每人每年6,400元"] == ["#exact"]
    first, second = plots(page)
    assert [len(svg.findall("path[@class='leap']")) for svg in (first, second)] == [1, 0]
    assert re.findall(r"<li class=\"([a-z ]+)\"><details>", page) == [
        "contradicted jumping several",
        "several",
    ]


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [(10, 1000, "（相差 100 倍）"), (-5, 5, "2%</"), (0, 5, "5%</"), ((1, 2), 3, "3%</")],
)
def test_how_far_contradicting_values_are_apart(first: Any, second: Any, said: str) -> None:
    pair = point("2022", first, "range" if isinstance(first, tuple) else "eq"), point("2022", second)
    page = render_figures([subsidy(*pair, unit="%", contradictions=(Contradiction(*pair),))])
    assert ("相差" in page.partition("</header>")[2]) == said.startswith("（")
    assert said.removesuffix("%</") in page


def test_what_counts_otherwise_is_not_joined() -> None:
    years = ("2021", "2022")
    total = [point(year, 9, since="2018", cumulative=True) for year in years]
    page = render_figures([subsidy(*(point(year, 5) for year in years), *total)])
    assert len(plots(page)[0].findall("path[@class='line']")) == 2


def test_what_cannot_be_placed_is_listed_and_not_drawn() -> None:
    points = [
        point(None, 5),
        point("--05", 6),
        point("2021", 10**400),
        point("2022", float("inf")),
        point(None, 7, since="2019"),
    ]
    page = render_figures([subsidy(*points, role="reported")])
    assert plots(page) == []
    assert [row[0] for row in rows(page)] == ["日期不明", "某年5月", "2021年", "2022年", "2019年以来"]
    assert len(plots(render_figures([subsidy(*points, role="rule")]))) == 1  # a rule holds from 2019


def test_what_is_left_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figures, "_MOST_SERIES", 2)
    said = [figure(document=f"d-{number}", sentence=f"{number}：640元") for number in range(25)]
    same = [figure(document=f"s-{number}") for number in range(12)]
    page = render_figures(
        [subsidy(point("2023", 640, "eq", *said)), subsidy(point("2023", 640, "eq", *same)), subsidy()]
    )
    assert "只列出前 2 个指标，另有 1 个未列出" in page
    assert "另有 5 句未列出" in page
    assert "s-9 等 12 份</cite>" in page
    assert "未列出" not in render_figures([subsidy()])


def test_no_series_make_a_page() -> None:
    assert "0 个指标、0 个数值" in render_figures([])
