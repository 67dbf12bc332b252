from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from nhsa_nlp.io.documents import ocr
from nhsa_nlp.io.documents.ocr import LONGEST, SHORT_SIDE, name_pages, read_page, scale_for
from tests.io.documents import paper


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


WITH_LITTLE_MEMORY = """
import os, resource, sys
from PIL import Image
from nhsa_nlp.io.documents import ocr
data = int(open('/proc/self/statm').read().split()[5]) * os.sysconf('SC_PAGE_SIZE')
resource.setrlimit(resource.RLIMIT_DATA, (data + 150_000_000, data + 150_000_000))
try:
    ocr.read_page(Image.open(sys.argv[1]).convert('RGB'), 'a.png')
except MemoryError:
    print('no memory')
"""


@pytest.mark.slow
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux limits a process's memory")
def test_a_lack_of_memory_is_no_internal_error(tmp_path: Path) -> None:
    paper.image_of(["国家医疗保障局对建议的答复意见"] * 8).save(tmp_path / "a.png")
    command = [sys.executable, "-c", WITH_LITTLE_MEMORY, str(tmp_path / "a.png")]
    one_thread = {**os.environ, "OMP_NUM_THREADS": "1"}  # as in a worker
    done = subprocess.run(command, env=one_thread, capture_output=True, text=True, check=False)
    assert (done.stdout, done.returncode) == ("no memory\n", 0)
