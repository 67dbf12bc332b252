"""Texts made for it take the grammar no longer than others of their length."""

from __future__ import annotations

import random
import time

import pytest

from nhsa_nlp.entities.grammar import find_entities

TOKENS = [
    *"1一十百万亿两零半几多余参佰廿点元%个人月日天年次片每、，,。（）《》〔〕-—至到.:：/的第号大成折g·负±½"
]
TOKENS += ["2021", "3.5", "百分之", "分之", "不超过", "以上", "至少", "只", "不低于", "总额", "\n", " "]
SHORT, LONG = 4_000, 16_000


def pieces(count: int) -> list[str]:
    """Return each token, and pieces of two to four of them."""
    chosen = random.Random(0)  # noqa: S311
    return TOKENS + ["".join(chosen.choices(TOKENS, k=chosen.randint(2, 4))) for _ in range(count)]


def seconds(piece: str, size: int) -> float:
    """Return the processor time for a piece repeated to a size, the lesser of two."""
    text = piece * (size // len(piece))
    least = float("inf")
    for _ in range(2):
        begin = time.process_time()
        find_entities(text)
        least = min(least, time.process_time() - begin)
    return least


@pytest.mark.slow
def test_the_time_for_a_repeated_piece_grows_with_its_length() -> None:
    find_entities("五花八门，三大板块《办法》")  # what is loaded at the first use
    steep = [piece for piece in pieces(120) if seconds(piece, LONG) > 6 * seconds(piece, SHORT) + 0.02]
    # Twice in a row is no accident of a busy machine.
    assert [piece for piece in steep if seconds(piece, LONG) > 6 * seconds(piece, SHORT) + 0.02] == []
