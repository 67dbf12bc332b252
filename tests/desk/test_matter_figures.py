from __future__ import annotations

from pathlib import Path

import pytest

from nhsa_nlp.archive.matching import PrecedentIndex, Precedents
from nhsa_nlp.desk.matter_figures import MatterFigure, matter_figures
from nhsa_nlp.errors import InputError
from tests.desk.desks import TEXT

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def precedents(answered: Path) -> Precedents:
    with PrecedentIndex(answered) as index:
        return index.find(TEXT, None, 5)


def said(found: tuple[MatterFigure, ...]) -> dict[str, tuple[object, str | None]]:
    return {each.series.name: (each.newest.value, each.newest.date) for each in found}


def test_the_newest_of_each_indicator_is_given(answered: Path, precedents: Precedents) -> None:
    found = matter_figures(answered, TEXT, precedents)
    values = said(found)
    assert values["全国跨省异地就医直接结算惠及"] in [(129_000_000, "2023"), (135_000_000, "2023")]
    assert values["门诊慢特病跨省联网定点医疗机构"] == (58_000, "2023")
    assert "2022" not in [date for name, (_, date) in values.items() if "惠及" in name]
    assert found[0].series.name == "全国跨省异地就医直接结算惠及"


def test_two_values_of_one_year_are_disputed(answered: Path, precedents: Precedents) -> None:
    disputed = {each.series.name for each in matter_figures(answered, TEXT, precedents) if each.disputed}
    assert disputed == {"全国跨省异地就医直接结算惠及"}


def test_what_is_of_another_matter_is_left_out(answered: Path, precedents: Precedents) -> None:
    unsure: Precedents = {**precedents, "confidence": 0.2}
    assert "居民医保财政补助标准" not in said(matter_figures(answered, TEXT, unsure))
    assert matter_figures(answered, "关于修建农村公路的建议", unsure) == ()


def test_where_nothing_was_answered_there_is_no_figure(answered: Path) -> None:
    assert matter_figures(answered, TEXT, {"confidence": 0.0, "precedents": []}) == ()


def test_an_archive_that_is_gone_is_told(tmp_path: Path, precedents: Precedents) -> None:
    with pytest.raises(InputError, match="no such file"):
        matter_figures(tmp_path / "gone.sqlite", TEXT, precedents)
