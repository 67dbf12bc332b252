from __future__ import annotations

import pytest
from PIL import Image

from nhsa_nlp.io.documents import ocr
from nhsa_nlp.io.documents.ocr import LONGEST, SHORT_SIDE, name_pages, read_page, scale_for


def test_a_page_is_read_at_200_dots_an_inch_and_a_long_one_at_fewer() -> None:
    assert scale_for(210, 297) * 210 == pytest.approx(SHORT_SIDE)
    assert scale_for(297, 210) == scale_for(210, 297)
    assert scale_for(100, 100 * LONGEST) * 100 == pytest.approx(SHORT_SIDE)
    assert scale_for(100, 100 * LONGEST * 2) * 100 == pytest.approx(SHORT_SIDE / 2)
    assert scale_for(0, 0) > 0


@pytest.mark.parametrize(
    ("numbers", "name"),
    [([1], "page 1"), ([1, 2], "pages 1-2"), ([1, 3], "pages 1, 3"), ([1, 2, 3, 7], "pages 1-3, 7")],
)
def test_pages_are_named_in_runs(numbers: list[int], name: str) -> None:
    assert name_pages(numbers) == name


@pytest.mark.parametrize("size", [(7, 400), (400, 7), (400, 300)])
def test_a_blank_page_and_one_too_small_for_any_character_have_no_lines(size: tuple[int, int]) -> None:
    assert read_page(Image.new("RGB", size, "white"), "a.png") == []


@pytest.mark.parametrize(("said", "threads"), [("1", 1), ("0", None), ("many", None)])
def test_threads_are_as_many_as_are_said(
    monkeypatch: pytest.MonkeyPatch, said: str, threads: int | None
) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", said)
    assert 1 <= ocr._threads() <= 4
    assert threads is None or ocr._threads() == threads
