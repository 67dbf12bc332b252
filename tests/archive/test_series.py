from __future__ import annotations

import pytest

from nhsa_nlp.archive.series import Series, build_series, newest
from tests.archive.figure_records import figure


def only(*figures: object) -> Series:
    (series,) = build_series(figures)  # type: ignore[arg-type]
    return series


def of(year: str) -> dict[str, object]:
    return {"period": [year, year]}


def test_one_indicator_in_other_words_is_one_series() -> None:
    series = only(
        figure("城乡居民医保参保", 980, as_of="2022-12", document="a"),
        figure("居民医保参保人数", 960, as_of="2023-12", document="b"),
        figure("居民医保参保", 980, as_of="2022-12", document="c"),
        figure("居民医保参保", 950, document="d"),
    )
    assert series.name == "居民医保参保"
    assert series.names == ("居民医保参保", "城乡居民医保参保", "居民医保参保人数")
    assert [(point.date, point.value) for point in series.points] == [
        ("2022-12", 980),
        ("2023-12", 960),
        (None, 950),
    ]
    assert [each["document"] for each in series.points[0].figures] == ["a", "c"]
    assert not series.contradictions
    assert not series.jumps
    latest = newest(series)
    assert latest is not None
    assert latest.date == "2023-12"


def test_what_is_apart() -> None:
    figures = [
        figure("资助参保", 1, **of("2022")),
        figure("资助参保", 1, scope="西部地区", **of("2022")),
        figure("资助参保", 1, role="target", **of("2022")),
        figure("资助参保", 1, unit="人次", **of("2022")),
        figure("资助参保", 1, role="change", base="上年", **of("2022")),
        figure("资助参保", 1, role="change", base="2019年", **of("2022")),
    ]
    assert len(build_series(figures)) == len(figures)
    assert build_series([figure("", 1), figure("参保", None), figure("参保", 1, role="other")]) == []


def test_the_year_before_is_one_base() -> None:
    bases = ("上年", "同比", "2021年", "去年同期")
    figures = [figure("支出增长", 5, role="change", base=base, **of("2022")) for base in bases]
    assert len(only(*figures).points) == 1
    assert (
        len(build_series([*figures, figure("支出增长", 5, role="change", base="2020年", **of("2022"))])) == 2
    )


def test_the_place_of_the_office_is_the_scope() -> None:
    figures = [figure("参保率", 95, unit="%", document=name, **of("2022")) for name in ("a", "b", "c")]
    scopes = {series.scope for series in build_series(figures, places={"a": "浙江", "b": "江苏"})}
    assert scopes == {"浙江", "江苏", None}


def test_the_place_of_the_office_joins_a_level_of_hospital() -> None:
    figures = [figure("起付标准", 900, unit="元", document=name, scope="三级医院") for name in ("a", "b")]
    scopes = {series.scope for series in build_series(figures, places={"a": "浙江", "b": "江苏"})}
    assert scopes == {"三级医院、浙江", "三级医院、江苏"}


def test_cumulative_values_are_told_from_yearly_ones() -> None:
    series = only(
        figure("跨省直接结算", 300, **of("2022")),
        figure("跨省直接结算累计结算", 900, period=["2018", "2022"]),
        figure("跨省直接结算", 1200, period=["2018", None]),
    )
    assert [(point.date, point.since, point.cumulative) for point in series.points] == [
        ("2022", None, False),
        ("2022", "2018", True),
        (None, "2018", True),
    ]
    assert not series.contradictions


@pytest.mark.parametrize(
    ("first", "second", "contradict"),
    [
        ((246_070_000, "24607万人", "eq"), (246_210_000, "24621万人", "eq"), True),
        ((1_346_000_000, "13.46亿人", "eq"), (1_345_920_000, "134592万人", "eq"), False),
        ((1_346_000_000, "13.46亿人", "eq"), (1_350_000_000, "13.5亿人", "eq"), False),
        ((1_346_000_000, "13.46亿人", "eq"), (1_400_000_000, "约14亿人", "approx"), False),
        ((1_346_000_000, "13.46亿人", "eq"), (1_300_000_000, "超过13亿人", "gt"), False),
        ((1_346_000_000, "13.46亿人", "eq"), (1_400_000_000, "超过14亿人", "gt"), True),
        ((95, "95%以上", "ge"), (93, "93%", "eq"), True),
        ((50, "50%", "eq"), ([40, 60], "40%至60%", "range"), False),
        (([8, 2], "8:2", "eq"), ([9, 1], "9:1", "eq"), True),
        ((25, "四分之一", "eq"), (25, "25%", "eq"), False),
    ],
)
def test_contradictions(
    first: tuple[object, str, str], second: tuple[object, str, str], contradict: bool
) -> None:
    sides = [
        figure("参保", value, text=text, op=op, document=name, **of("2022"))
        for name, (value, text, op) in zip("ab", (first, second), strict=True)
    ]
    assert bool(only(*sides).contradictions) == contradict


def test_the_end_of_a_year_is_its_date() -> None:
    sides = figure("参保", 100, **of("2022")), figure("参保", 200, as_of="2022-12", document="b")
    (found,) = only(*sides).contradictions
    assert (found.first.value, found.second.value) == (100, 200)
    assert (found.factor, found.share) == (2.0, 1.0)
    assert not only(sides[0], figure("参保", 200, as_of="2022-06", document="b")).contradictions


@pytest.mark.parametrize(
    ("first", "second", "factor", "share"),
    [(100, 150, 1.5, 0.5), (-150, -100, 1.5, 0.5), (0, 5, None, None), (-5, 5, None, None)],
)
def test_how_far_a_contradiction_goes(
    first: int, second: int, factor: float | None, share: float | None
) -> None:
    sides = [
        figure("参保", value, document=name, **of("2022")) for name, value in (("a", first), ("b", second))
    ]
    (found,) = only(*sides).contradictions
    assert (found.factor, found.share) == (factor, share)


def test_a_sentence_does_not_contradict_itself() -> None:
    sides = [figure("参保", value, sentence="甲100人，乙200人。", **of("2022")) for value in (100, 200)]
    assert not only(*sides).contradictions


def test_jumps() -> None:
    values = {"2018": 10, "2019": 25, "2020": 260, "2022": 1000}
    series = only(*(figure("结算", value, **of(year)) for year, value in values.items()))
    assert [(one.date, other.date) for one, other in series.jumps] == [("2019", "2020")]


def test_order_does_not_matter() -> None:
    figures = [
        figure("居民医保参保", 980, as_of="2022-12"),
        figure("居民医保参保", 960, as_of="2023-12", document="b"),
        figure("职工医保参保", 360, as_of="2022-12"),
    ]
    assert build_series(figures) == build_series(figures[::-1])
