from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhsa_nlp.text import clean
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
    with pytest.raises(ValueError, match="outside"):
        view.to_clean(9)
