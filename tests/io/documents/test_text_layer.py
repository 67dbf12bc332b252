from __future__ import annotations

import pytest

from nhsa_nlp.io.documents.page_layout import TextLine
from nhsa_nlp.io.documents.text_layer import is_meaningless, share_of_words, with_letters
from tests.io.documents.site_pages import PROSE

TEXT = "\n".join(PROSE)
NAMES = "\n".join(["张建国 李秀英 王桂兰", "刘洋\t陈静\t杨柳", "欧阳明 赵磊、黄晓明、周海燕"] * 10)
DRUGS = "\n".join(
    ["吡嗪酰胺片（糖衣）", "磺胺嘧啶银乳膏", "注射用头孢哌酮钠舒巴坦钠", "枸橼酸莫沙必利分散片"] * 9
)
ENGLISH = "Reply of the National Healthcare Security Administration (No. 2020), 29 July 2021.\n" * 3


def shuffled(text: str) -> str:
    """Give each Chinese character of a text another one of it."""
    different = sorted({char for char in text if char >= "\u4e00"})
    return text.translate(
        {ord(char): different[(37 * at) % len(different)] for at, char in enumerate(different)}
    )


@pytest.mark.parametrize(
    "text",
    [
        "".join(map(chr, range(33, 127))),  # glyphs numbered as they came
        "".join(map(chr, range(0x100, 0x180))),
        "\ue001\ue002\ue003\ufffd" * 20,
        "%&'()*\nKLM%.¾23@5-23456AB¿d、78ÀÁGH。\nKLMÂ(Ã23@5ÄÅ6Æb-Ç(。",
        "!\"#$ …………………………………………………… 1\n%#&'()* ……………………………… 2",
        "hLRdDq3zs2QwN7kpX0vBm4tYc9uEa6gJf8oTiKrZ1",
        "5HSO\\ RI WKH QDWLRQDO KHDOWKFDUH VHFXULW\\ DGPLQLVWUDWLRQ\n" * 3,  # 29 below ASCII
        "".join(chr(0x7280 + 7 * (ord(char) % 97)) for char in TEXT if char >= "\u4e00"),
        shuffled(TEXT),
    ],
)
def test_what_no_office_writes_is_nonsense(text: str) -> None:
    assert is_meaningless(text)


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        TEXT[:60],
        "附件" + "." * 80 + "12",
        "2021 546.8 620.0 16.0% -9.1% 8,816" * 5,
        ENGLISH,
        ENGLISH.upper(),
        "依據全民健康保險法之規定，保險對象應自行負擔門診費用。" * 3,
        NAMES,
        DRUGS,
        "XA10BAE007A001010101234 国药准字H20050001\n" * 20,
        "http://www.example.gov.cn/art/2021/8/3/art_37_5648.html\n" * 10,
        "A、B、C、D\n选择题答案\nA；B；C；D",
        "",
    ],
)
def test_what_an_office_writes_is_not(text: str) -> None:
    assert not is_meaningless(text)


def test_most_of_a_text_is_words() -> None:
    words, random = share_of_words(TEXT), share_of_words(shuffled(TEXT))
    assert words is not None
    assert random is not None
    assert random < 0.25 < 0.5 < words
    assert share_of_words("医疗保障") is None


def lines(*texts: str) -> list[TextLine]:
    return [TextLine(0, 0, 1, 1, text) for text in texts]


def test_letters_of_a_font_are_put_back_if_there_are_several() -> None:
    assert [line.text for line in with_letters(lines("犐犆犛３５", "犌犅／犜 狀"))] == ["ICS３５", "GB／T n"]


@pytest.mark.parametrize("text", ["李犇犇", "狀況與犢牛", "犐犆"])
def test_characters_that_are_in_use_stay(text: str) -> None:
    assert [line.text for line in with_letters(lines(text))] == [text]
