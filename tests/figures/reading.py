"""Reading the figures of a text of our own."""

from __future__ import annotations

from nhsa_nlp.entities.grammar import find_entities
from nhsa_nlp.figures import read_figures
from nhsa_nlp.letter import read_letter
from nhsa_nlp.record import FigureRecord
from nhsa_nlp.text import clean

RULES = "参保人员应当按规定缴费，起付标准、支付比例如下。\n"
"""A beginning by which a text is known to set rules."""


def read(text: str, date: str | None = None) -> list[FigureRecord]:
    """Return the figures of a text, as of a letter of a date."""
    view = clean(text)
    letter = read_letter(view).record
    letter["date"] = date
    return read_figures(view, find_entities(view), letter)


def parts(text: str) -> list[str]:
    """Return the indicators, the spans of each joined by +."""
    return ["+".join(text[start:end] for start, end in figure["indicator_spans"]) for figure in read(text)]


def parts_and_scopes(text: str) -> list[tuple[str, str | None]]:
    """Return the indicators as `parts` does, each with its scope."""
    return [(words, figure["scope"]) for words, figure in zip(parts(text), read(text), strict=True)]
