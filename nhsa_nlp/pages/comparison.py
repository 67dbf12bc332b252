"""Two documents side by side: what they share and what each has alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from nhsa_nlp.comparison.alignment import Comparison
from nhsa_nlp.io.document import Document
from nhsa_nlp.labelling.differences import Piece, differences
from nhsa_nlp.pages.rendering import render_page
from nhsa_nlp.text import Range, clean
from nhsa_nlp.translation import tr


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of one document: ``pieces`` of it, and the number of the passage if it was moved."""

    pieces: Sequence[Piece]
    moved: int | None = None


def render_comparison(found: Comparison, left: Document, right: Document) -> str:
    """Render a comparison as a self-contained HTML page.

    Shared passages that are in the same order stand beside each other; each of the others is linked with
    its counterpart. Texts are shown cleaned.
    """
    return render_page(
        "comparison",
        title=tr("Comparison of texts"),
        found=found,
        left=left,
        right=right,
        rows=list(_rows(found, left, right)),
    )


def _rows(
    found: Comparison, left: Document, right: Document
) -> Iterator[tuple[list[Stretch], list[Stretch]]]:
    """Yield what stands side by side: passages, and what is between them."""
    texts = (left.text, right.text)
    pieces = {
        number: differences(
            *(_shown(text, place) for text, place in zip(texts, (each.left, each.right), strict=True)),
            shortened=False,
        )
        for number, each in enumerate(found.shared)
    }
    moved = [
        {(each.left, each.right)[side]: number for number, each in enumerate(found.shared) if each.moved}
        for side in (0, 1)
    ]
    fixed = [(number, each) for number, each in enumerate(found.shared) if not each.moved]
    ends: tuple[int, int] = (0, 0)
    for number, each in fixed:
        yield _between(texts, ends, (each.left[0], each.right[0]), moved, pieces)
        yield [Stretch(pieces[number])], [Stretch(pieces[number])]
        ends = (each.left[1], each.right[1])
    yield _between(texts, ends, (len(left.text), len(right.text)), moved, pieces)


def _between(
    texts: tuple[str, str],
    starts: tuple[int, int],
    ends: tuple[int, int],
    moved: Sequence[dict[Range, int]],
    pieces: dict[int, list[Piece]],
) -> tuple[list[Stretch], list[Stretch]]:
    one, other = (
        list(_side(text, start, end, passages, pieces))
        for text, start, end, passages in zip(texts, starts, ends, moved, strict=True)
    )
    return one, other


def _side(
    text: str, start: int, end: int, moved: dict[Range, int], pieces: dict[int, list[Piece]]
) -> Iterator[Stretch]:
    inside = sorted(place for place in moved if start <= place[0] and place[1] <= end)
    borders = [start, *(border for place in inside for border in place), end]
    for low, high in pairwise(borders):
        if (low, high) in moved:
            yield Stretch(pieces[moved[low, high]], moved[low, high] + 1)
        elif shown := _shown(text, (low, high)):
            yield Stretch([Piece(shown, shown, same=not any(map(str.isalnum, shown)))])


def _shown(text: str, place: Range) -> str:
    return clean(text[slice(*place)]).text
