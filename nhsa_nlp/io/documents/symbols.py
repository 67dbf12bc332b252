"""The boxes and ticks of forms, which Word sets in fonts of signs."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def _symbols() -> dict[tuple[str, int], str]:
    """Return the boxes and ticks of forms, by font and code."""
    text = files("nhsa_nlp.io.documents").joinpath("resources/symbols.tsv").read_text("utf-8")
    rows = (line.split("\t") for line in text.splitlines()[1:])
    return {(font, int(code, 16)): char for font, code, char in rows}


def symbol(font: str, code: int) -> str:
    """Return the character for a code in a font, a code of its own if the font is not known; maybe empty."""
    low = code - 0xF000 if 0xF000 <= code <= 0xF0FF else code
    return _symbols().get((font, low)) or ("" if 0xD800 <= code <= 0xDFFF or not code else chr(code))
