"""What both page marks and line breaks are judged by."""

from __future__ import annotations

import re

HEADING = re.compile(
    r"[一二三四五六七八九十]{1,3}、|（[一二三四五六七八九十]{1,3}）|\d{1,2}[.、．]|第[一二三四五六七八九十百\d]{1,5}[章节条]|附件?[:：\d]"
)
"""The number of a section, as it begins a heading."""


def is_ascii_word(char: str) -> bool:
    """Tell whether a character is an ASCII letter or digit."""
    return char.isascii() and char.isalnum()
