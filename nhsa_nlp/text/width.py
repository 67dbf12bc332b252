"""Replacing look-alike characters one for one: width, forms, dashes, brackets of document numbers."""

from __future__ import annotations

import re
import unicodedata
from itertools import chain

_FULL_TO_HALF = {0xFF01 + i: 0x21 + i for i in range(94)}
# Chinese punctuation stays full width; only letters, digits and signs of numbers become half.
_KEEP_FULL = "！（），：；？～｜｛｝＂＇＜＞＾｀＿［］"
_HALF_TO_FULL = {"(": "（", ")": "）", "［": "［", "；": "；"}
_TABLE: dict[int, int | str] = {c: half for c, half in _FULL_TO_HALF.items() if chr(c) not in _KEEP_FULL}
_TABLE.update({ord(half): full for half, full in _HALF_TO_FULL.items()})
_TABLE.update({0x2013: "—", 0x2014: "—", 0x2015: "—", 0x2500: "—", 0x2212: "-", 0x2010: "-", 0x2011: "-"})
# Radicals, compatibility ideographs, vertical, small and half-width forms of one other character.
_FORMS = (0x2F00, 0x2FD6), (0xF900, 0xFB00), (0xFE10, 0xFE6C), (0xFF61, 0xFF66)
_NOT_HALF = {"!": "！", "?": "？"}
for _code in chain.from_iterable(range(*block) for block in _FORMS):
    _plain = unicodedata.normalize("NFKC", chr(_code))
    if len(_plain) == 1 and _plain != chr(_code):
        _TABLE[_code] = _TABLE.get(ord(_plain), _NOT_HALF.get(_plain, _plain))
# Radicals that Unicode does not say what they are written for.
_TABLE.update(str.maketrans("⺟⺠⺩⺬⻁⻄⻅⻆⻉⻋⻓⻔⻘⻙⻚", "母民王示虎西见角贝车长门青韦页"))
_TABLE.update(str.maketrans("⻛⻜⻝⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳", "风飞食马骨鬼鱼鸟麦黄齐齿龙龟"))
_TABLE.update({0x301C: "～", 0x223C: "～"})
_TABLE.update(str.maketrans("\xa0\u3000\r\v\f\u2028\u2029\x85", "  \n\n\n\n\n\n"))

_ONE_LOOK_ALIKE = "[" + re.escape("".join(map(chr, _TABLE))) + "]"
_LOOK_ALIKE = re.compile(f"{_ONE_LOOK_ALIKE}{_ONE_LOOK_ALIKE}*")  # searched faster than with +

# A comma, colon or semicolon of a Chinese sentence: not one inside a number, a time or Latin text.
_HALF_PUNCTUATION = re.compile(
    r"[,:;](?:(?<![0-9A-Za-z].)(?![0-9A-Za-z])|(?<=[一-龥）》”].)|(?=[一-龥（《“]))"
)
_TO_FULL = {",": "，", ":": "：", ";": "；"}
_YEAR_BRACKET = re.compile(r"[\[［【〔〖(（]((?:19|20)\d\d)[\]］】〕〗)）](?=(?:第)?\d{1,5}号)")

# 答覆, 函覆, 覆函: 覆 is 复 in these words only, not in 覆盖.
_REPLY = re.compile("(?<=[答回函批])覆(?![盖蓋没沒])|覆(?=函)")


def unify(text: str) -> str:
    """Replace look-alike characters, one for one."""
    return unify_in_context(_LOOK_ALIKE.sub(lambda m: m.group().translate(_TABLE), text))


def unify_in_context(text: str) -> str:
    """Replace those whose form depends on their neighbours, which a deletion may have changed."""
    text = _HALF_PUNCTUATION.sub(lambda m: _TO_FULL[m.group()], text)
    text = _YEAR_BRACKET.sub(r"〔\1〕", text)
    return _REPLY.sub("复", text) if "覆" in text else text
