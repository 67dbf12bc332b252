"""Figures of records, and those of one indicator by date."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from spacy.language import Language

from nhsa_nlp.archive.figures import figure_series, find_figures
from nhsa_nlp.errors import InputError
from nhsa_nlp.record import FigureRecord


@pytest.fixture(scope="module")
def find(nlp: Language) -> Callable[[str], list[FigureRecord]]:
    def find(text: str) -> list[FigureRecord]:
        return find_figures(nlp(text)._.record, text)

    return find


def test_today_is_the_date_of_the_letter(
    find: Callable[[str], list[FigureRecord]], letters: dict[str, str]
) -> None:
    letter = letters["npc-13-4-2020"].replace("一、", "目前已有29个省份开通，2020年只有20个。\n一、", 1)
    now, then = [figure for figure in find(letter) if figure["sentence"].startswith("目前已有29个")]
    assert (now["as_of"], now["anchor"]) == ("2021-07-29", "letter")
    assert (then["period"], then["anchor"]) == (["2020", "2020"], "text")
    assert find("目前已有29个省份开通。")[0]["as_of"] is None  # a text without a date of its own


def test_figures_of_a_letter_keep_to_its_sections(
    find: Callable[[str], list[FigureRecord]], letters: dict[str, str]
) -> None:
    for text in letters.values():
        figures = find(text)
        assert figures
        for figure in figures:
            assert text[figure["start"] : figure["end"]] == figure["text"]
            assert figure["document"] == "document"


def test_series_joins_what_several_documents_report(nlp: Language) -> None:
    texts = {
        "a": "2022年居民医保人均筹资标准仅为960元。",
        "b": "2022年居民医保人均筹资标准为960元，2021年筹资标准为900元。",
        "c": "居民医保筹资标准为每人每年几百元。",
        "d": "2022年参保13.46亿人，比上年增长1%。",
    }
    figures = []
    for name, text in texts.items():
        record = nlp(text)._.record | {"id": name}
        figures += find_figures(record, text)
    series = figure_series(figures, "筹资标准", unit="元")
    assert [(point.date, point.value, point.documents) for point in series if point.date] == [
        ("2021", 900, ["b"]),
        ("2022", 960, ["a", "b"]),
    ]
    assert [point.value for point in figure_series(figures, "参保")] == [1346000000]
    assert figure_series(figures, "没有") == []


def test_a_rate_counts_for_its_unit_and_undated_come_last() -> None:
    def figure(value: Any, unit: str, as_of: str | None) -> FigureRecord:
        return {
            "document": "d",
            "start": 0,
            "end": 1,
            "text": "x",
            "value": value,
            "unit": unit,
            "op": "eq",
            "role": "rule",
            "indicator": "标准",
            "indicator_spans": [[0, 1]],
            "as_of": as_of,
            "period": None,
            "anchor": None,
            "scope": None,
            "base": None,
            "policy": None,
            "confidence": 1.0,
            "sentence": "x",
        }

    figures = [
        figure(1, "元", None),
        figure(2, "元/人/年", "2022"),
        figure(3, "%", "2021"),
        figure(None, "元", "2020"),
        figure([3, 5], "元", "2021"),
    ]
    assert [point.value for point in figure_series(figures, "标准", unit="元")] == [(3, 5), 2, 1]


def test_a_period_has_its_beginning(find: Callable[[str], list[FigureRecord]]) -> None:
    (point,) = figure_series(find("2018年至2022年，累计追回医保资金771.3亿元。"), "追回")
    assert (point.since, point.date) == ("2018", "2022")


def test_mistakes_are_named(nlp: Language) -> None:
    record = nlp("支出5亿元。")._.record
    with pytest.raises(InputError, match="another text"):
        find_figures(record, "支出6亿元。")
    with pytest.raises(InputError, match=re.escape("'(' is not a regular expression")):
        figure_series([], "(")
