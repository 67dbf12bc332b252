"""Letters and what is read off them, for the tests of the parts of the parser."""

from __future__ import annotations

from nhsa_nlp.record import LetterRecord
from tests.paths import LETTERS

UNKNOWN: dict[str, object] = {
    "kind": "other",
    "body": None,
    "number": None,
    "proposal_number": None,
    "proposal_category": None,
    "session": None,
    "addressee": None,
    "subject": None,
    "consulted": [],
    "date": None,
    "issuer": None,
}


def read(name: str) -> str:
    return (LETTERS / f"{name}.txt").read_text(encoding="utf-8")


def head(letter: LetterRecord) -> dict[str, object]:
    """Return everything but the sections."""
    return {key: value for key, value in letter.items() if key != "sections"}


def titles(letter: LetterRecord) -> list[str]:
    return [section["title"] for section in letter["sections"]]


PROVINCIAL = """广东省医疗保障局关于广东省十三届人大四次会议第1234号代表建议答复的函

粤医保函〔2021〕85号

张三、李四等3名代表：

您提出的关于进一步完善异地就医结算的建议（第1234号）收悉。经会商省财政厅、省卫生健康委，现答复如下：

一、工作情况
近年来，我局持续推进。
二、下一步打算
我局将继续推进。
专此答复，诚挚感谢您对医疗保障工作的关心支持。

广东省医疗保障局
2021年6月15日

（联系人：王五，联系电话：020-12345678）
抄送：省人大常委会代表工作委员会，省政府办公厅。
"""
