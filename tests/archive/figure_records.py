"""Figures for tests, with what matters to them."""

from __future__ import annotations

from typing import Any, cast

from nhsa_nlp.record import FigureRecord


def figure(indicator: str, value: Any = 100, **more: Any) -> FigureRecord:
    """Return a reported figure of ``indicator``; ``text`` is by default the value."""
    known: dict[str, Any] = {
        "document": "a",
        "start": 0,
        "end": 3,
        "text": str(value),
        "value": value,
        "unit": "人",
        "op": "eq",
        "role": "reported",
        "indicator": indicator,
        "indicator_spans": [[0, len(indicator)]],
        "as_of": None,
        "period": None,
        "anchor": None,
        "scope": None,
        "base": None,
        "policy": None,
        "confidence": 0.9,
        "sentence": f"{more.get('document', 'a')}：{indicator}{value}。",
    }
    return cast(FigureRecord, known | more)
