from __future__ import annotations

import pytest

from nhsa_nlp.text import clean


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("国办发【2021]14号", "国办发〔2021〕14号"),
        ("国办发(2021)14号", "国办发〔2021〕14号"),
        ("（2021年）", "（2021年）"),
        ("１２％ＡＰＰ", "12%APP"),
        ("支付,结算;范围", "支付，结算；范围"),
        ("民政厅(局)", "民政厅（局）"),
        ("医 保 基 金", "医保基金"),
        ("COVID 19 vaccine", "COVID 19 vaccine"),
    ],
)
def test_width_brackets_and_spaces(raw: str, expected: str) -> None:
    assert clean(raw).text == expected
