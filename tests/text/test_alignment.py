from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhsa_nlp.text import clean
from nhsa_nlp.text.alignment import Range, merge
from tests.text.ocr import OCR


@given(OCR)
@settings(max_examples=400)
def test_alignment_is_total_and_monotone(raw: str) -> None:
    view = clean(raw)
    positions = [view.raw_position(i) for i in range(len(view.text))]
    assert positions == sorted(set(positions))
    deleted = {i for start, end in view.deleted for i in range(start, end)}
    assert set(positions) | deleted == set(range(len(raw)))
    assert not set(positions) & deleted
    back = [view.to_clean(i) for i in range(len(raw) + 1)]
    assert back == sorted(back)
    assert back[-1] == len(view.text)
    assert [view.to_clean(p) for p in positions] == list(range(len(view.text)))


@given(OCR, st.data())
def test_ranges_round_trip(raw: str, data: st.DataObject) -> None:
    view = clean(raw)
    start = data.draw(st.integers(0, len(view.text)))
    end = data.draw(st.integers(start, len(view.text)))
    raw_start, raw_end = view.to_raw(start, end)
    if start < end:
        assert (view.to_clean(raw_start), view.to_clean(raw_end - 1) + 1) == (start, end)
        assert len(view.raw_slice(start, end)) == end - start
        for mark_start, mark_end in view.deleted:
            assert mark_start != raw_start
            assert mark_end != raw_end
    else:
        assert raw_start == raw_end


def test_a_range_outside_the_text_is_refused() -> None:
    view = clean("医保")
    with pytest.raises(ValueError, match="outside"):
        view.to_raw(1, 3)
    for start, end in ((-1, 1), (2, 1), (3, 3)):
        with pytest.raises(ValueError, match="outside"):
            view.to_raw(start, end)
    assert view.to_clean(2) == 2
    for position in (-1, 3):
        with pytest.raises(ValueError, match="outside"):
            view.to_clean(position)


@pytest.mark.parametrize(
    ("ranges", "merged"),
    [
        ([], []),
        ([(0, 1), (2, 3)], [(0, 1), (2, 3)]),
        ([(2, 3), (0, 2)], [(0, 3)]),
        ([(0, 5), (1, 2)], [(0, 5)]),
        ([(0, 1), (1, 2), (2, 3), (5, 6)], [(0, 3), (5, 6)]),
        ([(0, 1), (3, 4), (4, 6)], [(0, 1), (3, 6)]),
    ],
)
def test_ranges_that_touch_become_one(ranges: list[Range], merged: list[Range]) -> None:
    assert merge(ranges) == merged


def test_every_position_of_a_text_has_its_place_in_the_other() -> None:
    view = clean("医 保—2—基 金")
    assert view.text == "医保基金"
    assert [view.to_clean(i) for i in range(len(view.raw) + 1)] == [0, 1, 1, 2, 2, 2, 2, 3, 3, 4]
    assert [view.raw_position(i) for i in range(5)] == [0, 2, 6, 8, 9]
    assert (view.to_raw(0, 0), view.to_raw(1, 3), view.to_raw(4, 4)) == ((0, 0), (2, 7), (9, 9))
    assert view.raw_slice(1, 3) == "保基"
    assert clean("医保").to_clean(0) == 0
