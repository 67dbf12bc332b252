"""The words around a figure that its role is judged by."""

from __future__ import annotations

from dataclasses import dataclass

from nhsa_nlp.figures.structure.items import Item, Passage
from nhsa_nlp.figures.structure.sentences import Masks


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The words around a figure.

    Attributes
    ----------
    before
        Those between the figure before it, or the beginning of its clause, and the figure.
    clause
        Those of its clause in front of it, also those before other figures; 60 at most.
    front
        Those of its sentence in front of it, 160 at most.
    behind
        Those of its sentence behind it, 40 at most.
    around
        Those of its sentence on both sides, with the figure.
    quoted
        Whether it stands in quotation marks.
    prescriptive
        Whether the text sets rules there, as a notice does.
    """

    before: str
    clause: str
    front: str
    behind: str
    around: str
    quoted: bool
    prescriptive: bool


def look_around(masks: Masks, passage: Passage, item: Item) -> Surroundings:
    """Return the words around a figure."""
    text = masks.text
    start, end = passage.sentence.start, passage.sentence.end
    opened = text.rfind("“", max(0, item.start - 200), item.start)
    first = max(start, item.start - 160)
    return Surroundings(
        before=text[item.before[0] : item.start],
        clause=text[max(item.clause_range[0], item.start - 60) : item.start],
        front=text[first : item.start],
        behind=text[item.end : min(item.end + 40, end)],
        around=text[first : min(end, item.end + 60)],
        prescriptive=passage.prescriptive,
        quoted=opened >= 0 and text.find("”", opened, item.start) < 0,
    )
