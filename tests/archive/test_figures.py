import re
import time
from collections.abc import Callable
from typing import Any

import pytest
from spacy.language import Language

from nhsa_nlp.archive.figures import Figure, figure_series, find_figures
from nhsa_nlp.errors import InputError


@pytest.fixture(scope="module")
def find(nlp: Language) -> Callable[[str], list[Figure]]:
    def find(text: str) -> list[Figure]:
        return find_figures(nlp(text)._.record, text)

    return find


def dated(figures: list[Figure]) -> list[tuple[str, str | None, str | None]]:
    return [(figure.text, figure.since, figure.date) for figure in figures]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2023年，跨省直接结算惠及1.29亿人次。", [("1.29亿人次", None, "2023")]),
        ("截至2023年6月底，统筹基金支付超900亿元。", [("900亿元", None, "2023-06")]),
        ("2021年7月1日起实行，报销比例为50%。", [("50%", "2021-07-01", None)]),
        ("2018年至2022年，追回医保资金771.3亿元。", [("771.3亿元", "2018", "2022")]),
        ("2018年至—8—2022年，追回医保资金771.3亿元。", [("771.3亿元", "2018", "2022")]),
        ("2018年以来累计追回医保基金834亿元。", [("834亿元", "2018", None)]),
        # A change: the first number is of the beginning, the second of the end.
        ("2018－2022年，补助标准从490元提高到610元。", [("490元", None, "2018"), ("610元", None, "2022")]),
        (
            "补助标准从2018年的每人每年490元提高到2022年的每人每年610元。",
            [("每人每年490元", None, "2018"), ("每人每年610元", None, "2022")],
        ),
        # What is compared with is not the date of the figure.
        (
            "2023年支出1536.74亿元，比2022年增长89.91%。",
            [("1536.74亿元", None, "2023"), ("89.91%", None, "2023")],
        ),
        # A year that belongs to a name is no date, nor is that of another sentence.
        ("2022年版药品目录收载2967种药品。", [("2967种", None, None)]),
        ("《2021年医疗保障工作要点》提出3项任务。", [("3项", None, None)]),
        ("2022年检查顺利。处罚12029家。", [("12029家", None, None)]),
    ],
)
def test_the_date_of_a_figure(
    find: Callable[[str], list[Figure]], text: str, expected: list[tuple[str, str | None, str | None]]
) -> None:
    assert dated(find(text)) == expected


def test_today_is_the_date_of_the_letter(
    find: Callable[[str], list[Figure]], letters: dict[str, str]
) -> None:
    letter = letters["npc-13-4-2020"].replace("一、", "目前已有29个省份开通，2020年只有20个。\n一、", 1)
    assert {("29个", None, "2021-07-29"), ("20个", None, "2020")} <= set(dated(find(letter)))
    assert dated(find("目前已有29个省份开通。")) == [("29个", None, None)]  # a text without a date of its own


def test_offsets_are_those_of_the_raw_text(
    find: Callable[[str], list[Figure]], letters: dict[str, str]
) -> None:
    for text in letters.values():
        figures = find(text)
        assert figures
        for figure in figures:
            assert text[figure.start : figure.end] == figure.text
            assert figure.context.count("#") >= 1


def test_phrase_and_context(find: Callable[[str], list[Figure]]) -> None:
    first, second, third = find(
        "2018－2022年，居民医保人均补助标准从490元提高到610元，中央财政下达约1.68万亿元。"
    )
    assert first.phrase == second.phrase == "居民医保人均补助标准"
    assert third.phrase == "中央财政下达"
    assert second.context == "2018-2022年，居民医保人均补助标准从490元提高到#，中央财政下达约1.68万亿元"


def test_series_joins_what_several_documents_report(
    nlp: Language, find: Callable[[str], list[Figure]]
) -> None:
    texts = {
        "a": "2022年居民医保人均筹资标准仅为960元。",
        "b": "2022年居民医保人均筹资标准为960元，2021年筹资标准为900元。",
        "c": "居民医保筹资标准为每人每年几百元。",
        "d": "2022年参保13.46亿人。",
    }
    figures = []
    for name, text in texts.items():
        record = nlp(text)._.record | {"id": name}
        figures += find_figures(record, text)
    series = figure_series(figures, "筹资标准[^，]*#", unit="元")
    assert [(point.date, point.value, point.documents) for point in series if point.date] == [
        ("2021", 900, ["b"]),
        ("2022", 960, ["a", "b"]),
    ]
    assert [point.date for point in figure_series(figures, "#", unit="人")] == ["2022"]
    assert figure_series(figures, "没有") == []


def test_a_rate_counts_for_its_unit_and_undated_come_last() -> None:
    def figure(value: Any, unit: str, date: str | None) -> Figure:
        return Figure("d", 0, 1, "x", value, unit, "eq", "标准", "标准#", date, None)

    figures = [
        figure(1, "元", None),
        figure(2, "元/人/年", "2022"),
        figure(3, "%", "2021"),
        figure(None, "元", "2020"),
        figure((3, 5), "元", "2021"),
    ]
    assert [point.value for point in figure_series(figures, "标准", unit="元")] == [(3, 5), 2, 1]


def test_mistakes_are_named(nlp: Language) -> None:
    record = nlp("支出5亿元。")._.record
    with pytest.raises(InputError, match="another text"):
        find_figures(record, "支出6亿元。")
    with pytest.raises(InputError, match=re.escape("'(' is not a regular expression")):
        figure_series([], "(")


def test_long_texts_take_linear_time(nlp: Language) -> None:
    text = "2018年至2022年，从490元提高到610元，" * 5000
    record = nlp(text)._.record
    start = time.process_time()
    assert len(find_figures(record, text)) == 10_000
    assert time.process_time() - start < 15  # quadratic: minutes
