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


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("！（），：；？～", "！（），：；？～"),
        ("ＡＺａｚ０９％＋．／", "AZaz09%+./"),
        ("A：B；C", "A：B；C"),
        ("＜a＿b＞［c］", "＜a＿b＞［c］"),
        ("｟a｠", "｟a｠"),
        ("a\u00a0b\u3000c", "a b c"),
        ("2019─2021", "2019—2021"),
        ("2019–2021", "2019—2021"),
        ("2019―2021", "2019—2021"),
        ("−5‐6‑7", "-5-6-7"),
        ("医保,基金", "医保，基金"),
        ("第3条:基金", "第3条：基金"),
        ("PD-1:基金", "PD-1：基金"),
        ("基金:PD-1", "基金：PD-1"),
        ("》;A", "》；A"),
        ("A,（B", "A，（B"),
        ("1,000", "1,000"),
        ("12:30", "12:30"),
        ("a,b", "a,b"),
        ("[2021]5号", "〔2021〕5号"),
        ("﹝1999﹞第12345号", "〔1999〕第12345号"),
        ("【2021】123456号", "【2021】123456号"),
        ("【1899】5号", "【1899】5号"),
        ("【2100】5号", "【2100】5号"),
        ("【2021】", "【2021】"),
        ("⼀百⼆⼗万⼈次", "一百二十万人次"),
        ("⻓护险、⺠政、⻅效", "长护险、民政、见效"),
        ("︽社会保险法︾︵试行︶", "《社会保险法》（试行）"),
        ("﹝2021﹞5号﹐３０﹪﹗", "〔2021〕5号，30%！"),
        ("《X｣｡", "《X」。"),
        ("\uf9d1年", "六年"),
        ("3〜5天", "3～5天"),
        ("提案的答覆，函覆、覆函", "提案的答复，函复、复函"),
        ("覆盖，颠覆，批覆盖章", "覆盖，颠覆，批覆盖章"),
        ("300㎡、2℃", "300㎡、2℃"),  # stands for more than one character
    ],
)
def test_signs(raw: str, expected: str) -> None:
    assert clean(raw).text == expected


def test_a_look_alike_keeps_its_place() -> None:
    view = clean("共⼀百⼆⼗万 ⼈次")
    assert view.text == "共一百二十万人次"
    assert view.raw[slice(*view.to_raw(1, 8))] == "⼀百⼆⼗万 ⼈次"


@pytest.mark.parametrize("sign", ["\r", "\v", "\f", "\u2028", "\u2029", "\x85"])
def test_every_line_end_is_one(sign: str) -> None:
    assert clean(f"第一段。{sign}第二段。").text == "第一段。\n第二段。"
