"""Whether a text sets rules, as a notice does, or reports, as news does."""

from __future__ import annotations

import re
from bisect import bisect_left
from math import log

from nhsa_nlp.figures.structure.words import NORMS, REPORTS

_NORM = re.compile(
    rf"{NORMS}|按照?[^，。；]{{0,16}}(?:执行|缴纳|支付|报销|计算|救助|补助)|可(?:享受|按|申请|报销)"
    r"|自\d{4}年\d{1,2}月\d{1,2}日起"
    # a line that is a name and a price
    r"|(?<=\n)[^\n，。；]{3,30}\d元(?:/[一-鿿]{1,3})?[；。]?(?=\n)"
)
_REPORT = re.compile(rf"{REPORTS}|[已共](?![济同享有])")
_AROUND = 200  # characters on either side that are looked at in a text that does both


class Tone:
    """What a text does, here and as a whole.

    Parameters
    ----------
    text
        The cleaned text.
    """

    def __init__(self, text: str):
        self._norms = [match.start() for match in _NORM.finditer(text)]
        self._reports = [match.start() for match in _REPORT.finditer(text)]
        self._throughout = len(self._norms) >= 2 and len(self._norms) >= 2 * len(self._reports)
        self._mixed = len(self._norms) >= len(self._reports)

    def prescribes(self, position: int) -> bool:
        """Tell whether the text sets rules at a position: throughout, or there in a text that does both."""
        if self._throughout or not self._mixed:
            return self._throughout
        norms, reports = (_within(places, position) for places in (self._norms, self._reports))
        return norms >= 2 and norms >= 2 * reports

    def balance(self, position: int | None = None) -> float:
        """Return how much more a text sets rules than it reports, there or as a whole; 0 is even."""
        if position is None:
            norms, reports = len(self._norms), len(self._reports)
        else:
            norms, reports = _within(self._norms, position), _within(self._reports, position)
        return log((norms + 1) / (reports + 1))


def _within(places: list[int], position: int) -> int:
    return bisect_left(places, position + _AROUND) - bisect_left(places, position - _AROUND)
