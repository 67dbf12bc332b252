"""The words that the heads of a table and the line over it say of a number."""

from __future__ import annotations

import re

from nhsa_nlp.figures.structure.grids import Cell
from nhsa_nlp.figures.structure.phrases import trim
from nhsa_nlp.figures.structure.sentences import Masks
from nhsa_nlp.figures.structure.slots import Token, ranges, read_slots
from nhsa_nlp.figures.structure.words import LOCAL, PLACE_ONLY, slot_words
from nhsa_nlp.text import Range

_IS_LOCAL = re.compile(f"{LOCAL}|[^\\W\\d_]{{1,6}}[市县区州盟旗]")
# 建档立卡户报销政策: whom a column is for.
_OF_WHOM = re.compile(
    f"[一-鿿、]{{0,16}}?(?:{slot_words('people')}|户)(?=(?:报销|待遇|补偿|救助|缴费|政策|标准)+$)"
)
_DIGIT = re.compile(r"\d")
_IS_YEAR = re.compile(r"(?:19|20)\d\d年(?:度|底|末)?")


def of_cell(masks: Masks, cell: Cell) -> tuple[list[Range], list[Range], list[str], bool]:
    """Return the words over a table, those of its heads, its place, and whether a rule sets a number."""
    over = cell.column
    if cell.own is not None:  # its own words say what is measured, and the head of a column at most of whom
        over = [whom.span() for span in over if (whom := _OF_WHOM.match(masks.text, *span))]
    heads = [trim(masks.text, *span) for span in (*cell.row, *over)]
    places = [
        masks.text[a:b]
        for a, b in heads
        if PLACE_ONLY.fullmatch(masks.text, a, b) or _IS_LOCAL.fullmatch(masks.text, a, b)
    ]
    heads = [
        span
        for span in heads
        if masks.text[slice(*span)] not in places and not _IS_YEAR.fullmatch(masks.text, *span)
    ]
    found: list[Token] = []
    if cell.title:
        found = read_slots(masks.text, *cell.title).tokens
    # An amount band names no measure: 起付线至1万元. A name may be broken into two cells: 起付, 标准.
    words = "".join(masks.text[a:b] for a, b in heads if not _DIGIT.search(masks.text, a, b))
    said = {token.slot for token in read_slots(words, 0, len(words)).tokens}
    wanted = {"insured", "service"} | ({"measure", "lead"} if "measure" not in said else set())
    title = ranges(token for token in found if token.slot in wanted and token.slot not in said)
    fixed = any(token.slot == "measure" for token in found) or "measure" in said
    return title, heads, places, fixed
