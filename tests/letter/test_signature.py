from __future__ import annotations

import pytest

from nhsa_nlp.letter import parse_letter
from tests.letter.letters import UNKNOWN, head

ENDS: dict[str, tuple[str, dict[str, object]]] = {
    "a sentence goes on behind a date at the end of a line": (
        "各项工作有序推进。国家医疗保障局2021年8月10日\n印发文件，明确有关要求。",
        {},
    ),
    "regulation": (
        "国家医疗保障局令\n第3号\n《零售药店医疗保障定点管理暂行办法》已经2020年12月24日第2次局务会议审议通过，"
        "现予以公布，自2021年2月1日起施行。\n\n局长：胡静林\n2020年12月30日\n\n零售药店医疗保障定点管理暂行办法\n"
        "第一章　总　则\n第一条　为加强和规范零售药店医疗保障定点管理，制定本办法。",
        {"number": "国家医疗保障局令第3号", "date": "2020-12-30", "issuer": "国家医疗保障局"},
    ),
}


@pytest.mark.parametrize("case", ENDS)
def test_date_and_issuer(case: str) -> None:
    raw, expected = ENDS[case]
    assert head(parse_letter(raw)) == UNKNOWN | expected
