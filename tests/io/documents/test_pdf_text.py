from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from nhsa_nlp.io.documents.pdf_text import Chars, lines_of


def chars_of(pieces: Iterable[tuple[str, float, float, float, float]]) -> Chars:
    """Characters with their boxes; spaces follow the one before them."""
    texts: list[str] = []
    spaces: list[int] = []
    boxes: list[tuple[float, ...]] = []
    for text, *box in pieces:
        if text == " ":
            spaces[-1] += 1
            continue
        texts.append(text)
        spaces.append(0)
        boxes.append(tuple(box))
    return Chars(texts, np.array(spaces), np.array(boxes).T, np.zeros(len(texts)))


def test_a_sign_that_comes_out_of_order_goes_where_it_stands() -> None:
    # As PDFium gives lines of LibreOffice, whose quotation marks are of another font, narrower than the rest.
    def row(*pieces: tuple[str, float, float]) -> str:
        (line,) = lines_of(chars_of((char, x, 0.0, x + width, 10.0) for char, x, width in pieces))
        return line.text

    after = row(("要", 0, 11), ("求", 11, 11), (" ", 0, 0), ("加", 27.5, 11), ("“", 22, 5.5))
    assert after == "要求“加"
    before = row(
        ("”", 44, 5.5),
        ("跑", 0, 11),
        ("冒", 11, 11),
        ("滴", 22, 11),
        ("漏", 33, 11),
        (" ", 0, 0),
        ("。", 49.5, 11),
    )
    assert before == "跑冒滴漏”。"
    assert row(("”", 44, 5.5), ("跑", 50, 11)) == "”跑"
