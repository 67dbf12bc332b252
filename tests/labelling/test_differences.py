from __future__ import annotations

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from nhsa_nlp.labelling.differences import differences

TEXTS = st.text("甲乙丙，。\n", max_size=60)


def test_only_what_differs_is_marked() -> None:
    pieces = differences("我局开展试点工作，成效明显。", "我局开展示范工作，成效明显。下一步推广。")
    changed = [(piece.left, piece.right) for piece in pieces if not piece.same]
    assert changed == [("试点", "示范"), ("", "下一步推广。")]


def test_long_shared_runs_are_left_out() -> None:
    shared = "".join(f"第{n}条规定如下。" for n in range(60))
    skipped, last, changed = differences(shared + "甲乙。", shared + "完全不同的一句话。")
    assert skipped.skipped == len(shared) - len(last.left)
    assert (last.same, len(last.left)) == (True, 24)
    assert (changed.left, changed.right) == ("甲乙。", "完全不同的一句话。")
    assert [piece.skipped for piece in differences(shared, shared)] == [len(shared)]


@settings(max_examples=150, deadline=None)
@given(TEXTS, TEXTS)
def test_the_pieces_give_the_texts(left: str, right: str) -> None:
    pieces = differences(left, right)
    if not any(piece.skipped for piece in pieces):
        assert "".join(piece.left for piece in pieces) == left
        assert "".join(piece.right for piece in pieces) == right
    else:
        for text, side in ((left, [p.left for p in pieces]), (right, [p.right for p in pieces])):
            assert len("".join(side)) + sum(p.skipped for p in pieces) == len(text)
    assert all(piece.left == piece.right for piece in pieces if piece.same)


def test_texts_made_to_be_slow_are_not() -> None:
    # a page has at most 20,000 characters a side
    left, right = "甲，乙，" * 5000, "乙，甲，丙，" * 3300
    pieces = differences(left, right)
    assert len("".join(p.left for p in pieces)) + sum(p.skipped for p in pieces) == len(left)
    odd = differences("甲" * 20_000, "乙" * 20_000)
    assert [re.sub(r"(.)\1*", r"\1", piece.left) for piece in odd] == ["甲"]
