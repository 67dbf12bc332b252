"""The plainest quantities, read by one pattern: a short number and one sign, with nothing about them.

Most quantities of a letter are a few digits, a unit of one character and a word or a stop. `read_plain` reads
these in a third of the time, and leaves all that might be a range, a rate, a date, a level, a code, two
units or part of a word to `quantities`, which reads them the same way.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache

from nhsa_nlp.entities import units
from nhsa_nlp.entities.expressions import SPELLED_DIGIT
from nhsa_nlp.entities.false_positives import (
    NAMED_BY_UNIT,
    OTHER_WORD,
    WORD_BEGINNINGS,
    YEAR_NAMED,
    may_join,
)
from nhsa_nlp.text.numerals import parse_number

RANGE_SIGNS = frozenset("（-—~～至到一")
"""What begins that which joins the two numbers of a range."""
REST_NUMERALS = frozenset(f"零又{SPELLED_DIGIT}十百千万亿0123456789")
REST_SIGNS = REST_NUMERALS | {"半"}
"""What begins that which a second number adds after a unit: 年半, 5元6角."""

_ALL_UNITS = units.CLASSIFIERS | units.TIME | units.MONEY | units.MEASURES | units.NOUNS | units.SPELLED_NOUNS
_SIGNS = (
    {
        unit
        for unit in units.CLASSIFIERS | units.TIME | units.MONEY | units.MEASURES
        if len(unit) == 1 and (unit == "%" or not unit.isascii())
    }
    - frozenset(NAMED_BY_UNIT)
    - WORD_BEGINNINGS
    - frozenset("分折成半比斤")
) | {"%", "年", "次"}
# What makes a longer unit, a range, 个亿, a half, a rate, a year with a name, a session, 人口 or 95%CI.
_STOPS = (
    {unit[1] for unit in _ALL_UNITS if len(unit) > 1 and unit[0] in _SIGNS}
    | (RANGE_SIGNS - {"一"})
    | YEAR_NAMED
    | frozenset("半亿/每、和及与会全常集口C")
)
_SMALLER = "(?:个月|[月角毛分美便])"
# Of a year there are three digits at most; 1年3月, 5元6角 and 3年零两个月 are read with what follows.
_NUMBER = r"[1-9][0-9]{0,2}(?:[0-9]{0,6}(?:\.[0-9]{1,4})?(?!年))?|[三四五六七八九两]|一(?=[%‰元])"
_STOP = f"[{re.escape(''.join(sorted(_STOPS)))}]"
_REST = rf"[{''.join(sorted(REST_NUMERALS))}\d,，.点廿卅卌]++{_SMALLER}"
_PLAIN = re.compile(
    rf"({_NUMBER})(?!{OTHER_WORD.pattern})([{re.escape(''.join(sorted(_SIGNS)))}])(?!{_STOP}|一\d|{_REST})"
)
# Before it: signs and words of a currency, a bound, a minus, a slogan, an indefinite 一 or a section.
_LEADS_IN = frozenset(("", "\n", *'。¥￥$€£±负下“‘"后每同某这那另单逐'))
_value = lru_cache(maxsize=4096)(parse_number)


def read_plain(text: str, start: int, min_start: int) -> tuple[Decimal, str, int] | None:
    """Return value, unit and end of a plain quantity at ``start``; None for all that is not plain.

    Parameters
    ----------
    text
        The cleaned text.
    start
        Where a number begins that is neither a date nor a fixed term.
    min_start
        The end of the quantity before it.
    """
    plain = _PLAIN.match(text, start)
    if plain is None:
        return None
    before = text[start - 1 : start]
    if before in _LEADS_IN or may_join(before) or text.find("每", max(min_start, start - 8), start) >= 0:
        return None
    number, unit = plain.groups()
    return _value(number), unit, plain.end()
