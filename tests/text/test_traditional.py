import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhsa_nlp.text.traditional import simplify


@pytest.mark.parametrize(
    ("text", "simplified"),
    [
        ("將糖尿病門診用藥納入醫保報銷", "将糖尿病门诊用药纳入医保报销"),
        ("建議降低藥價、縮短候診時間", "建议降低药价、缩短候诊时间"),
        ("醫院的CT檢查費", "医院的CT检查费"),
        ("建议把乾燥症納入门诊慢病", "建议把干燥症纳入门诊慢病"),  # one traditional character tells
    ],
)
def test_traditional_script_is_read_as_simplified(text: str, simplified: str) -> None:
    assert simplify(text) == simplified


@pytest.mark.parametrize(
    "text", ["", "李乾代表", "乾隆年间", "皇后与後羿", "药太贵了", "café ﬁ 𠮷家 \ud83d", "１２３", "診所"[1:]]
)
def test_simplified_and_other_text_stays(text: str) -> None:
    assert simplify(text) == text


@given(st.text(st.sampled_from("醫药藥乾后後医保 \n。a𠮷\ud83d"), max_size=30) | st.text())
def test_every_place_stays_where_it_is(text: str) -> None:
    simplified = simplify(text)
    assert len(simplified) == len(text)
    assert simplify(simplified) == simplified
    for place, character in enumerate(text):
        assert simplified[place] in (character, simplify(f"醫{character}")[1])
