"""Replacing look-alike characters one for one: width, dashes, brackets of document numbers."""

from __future__ import annotations

import re

_FULL_TO_HALF = {0xFF01 + i: 0x21 + i for i in range(94)}
# Chinese punctuation stays full width; only letters, digits and signs of numbers become half.
_KEEP_FULL = "！（），：；？～｜｛｝＂＇＜＞＾｀＿［］"
_HALF_TO_FULL = {"(": "（", ")": "）", "［": "［", "；": "；"}
_TABLE: dict[int, int | str] = {c: half for c, half in _FULL_TO_HALF.items() if chr(c) not in _KEEP_FULL}
_TABLE.update({ord(half): full for half, full in _HALF_TO_FULL.items()})
_TABLE.update({0x2013: "—", 0x2014: "—", 0x2015: "—", 0x2500: "—", 0x2212: "-", 0x2010: "-", 0x2011: "-"})
_TABLE.update(str.maketrans("\xa0\u3000\r\v\f\u2028\u2029\x85", "  \n\n\n\n\n\n"))

_LOOK_ALIKE = re.compile("[" + re.escape("".join(map(chr, _TABLE))) + "]+")

# A comma, colon or semicolon of a Chinese sentence: not one inside a number, a time or Latin text.
_HALF_PUNCTUATION = re.compile(
    r"[,:;](?:(?<![0-9A-Za-z].)(?![0-9A-Za-z])|(?<=[一-龥）》”].)|(?=[一-龥（《“]))"
)
_TO_FULL = {",": "，", ":": "：", ";": "；"}
_YEAR_BRACKET = re.compile(r"[\[［【〔〖(（﹝]((?:19|20)\d\d)[\]］】〕〗)）﹞](?=(?:第)?\d{1,5}号)")


def unify(text: str) -> str:
    """Replace look-alike characters, one for one."""
    text = _LOOK_ALIKE.sub(lambda m: m.group().translate(_TABLE), text)
    text = _HALF_PUNCTUATION.sub(lambda m: _TO_FULL[m.group()], text)
    return _YEAR_BRACKET.sub(r"〔\1〕", text)
