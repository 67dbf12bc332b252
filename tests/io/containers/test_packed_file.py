from __future__ import annotations

import bz2
import gzip
import lzma
from collections.abc import Callable
from pathlib import Path

import pytest

from nhsa_nlp.io import ReadOptions
from tests.io import samples
from tests.io.containers.reading import Read

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
}


@pytest.mark.parametrize("suffix", PACKERS)
def test_a_packed_file_is_the_file_in_it(tmp_path: Path, suffix: str) -> None:
    found = Read(tmp_path / f"答复.txt{suffix}", PACKERS[suffix]("现答复如下".encode()))
    assert found.texts == {"答复": "现答复如下"}
    assert found.sources == [f"答复.txt{suffix}!/答复.txt"]
    table = Read(tmp_path / f"台账.csv{suffix}", PACKERS[suffix]("正文\n甲\n乙\n".encode()))
    assert table.texts == {"台账-2": "甲", "台账-3": "乙"}
    assert table.sources[0] == f"台账.csv{suffix}!/台账.csv#row=2"


def test_what_it_holds_is_told_by_its_content(tmp_path: Path) -> None:
    docx = samples.docx(samples.paragraphs(["甲文"]))
    assert Read(tmp_path / "答复.gz", gzip.compress(docx)).texts == {"答复": "甲文"}
    assert Read(tmp_path / "答复.doc.gz", gzip.compress(docx)).texts == {"答复": "甲文"}
    assert Read(tmp_path / "a.xz", gzip.compress("甲".encode())).texts == {"a": "甲"}
    assert Read(tmp_path / "b.zip.gz", gzip.compress(samples.zipped({"c.txt": "丙"}))).texts == {"b/c": "丙"}
    assert "no documents in this archive" in Read(tmp_path / "a.css.gz", gzip.compress(b"a {}")).errors[0]


def test_several_streams_are_one_file_and_padding_is_none(tmp_path: Path) -> None:
    for suffix, pack in PACKERS.items():
        data = pack("甲".encode()) + pack("乙".encode()) + bytes(100)
        assert Read(tmp_path / f"a.txt{suffix}", data).texts == {"a": "甲乙"}


@pytest.mark.parametrize("suffix", PACKERS)
def test_what_is_bad_is_one_error(tmp_path: Path, suffix: str) -> None:
    pack, path = PACKERS[suffix], tmp_path / f"a.txt{suffix}"
    data = pack(samples.noise(10_000).encode())
    inner = f"a.txt{suffix}!/a.txt"
    assert Read(path, data[:-20]).errors == [f"{inner}: breaks off; fetch or pack it again"]
    damaged = data[:200] + bytes([data[200] ^ 0xFF]) + data[201:]
    assert Read(path, damaged).errors == [f"{inner}: is damaged; fetch or pack it again"]
    assert Read(path, b"x" * 100).errors == [
        f"{inner}: is not packed by gzip, bzip2 or xz, or damaged; fetch or pack it again"
    ]
    assert Read(path, b"").errors == [f"a.txt{suffix}: is empty; nothing to read"]
    long = Read(path, pack(b"a" * 5001), ReadOptions(max_bytes=5000))
    assert long.errors == [f"{inner}: unpacks to more than 5,000 bytes; raise --max-bytes if that is right"]
    assert Read(path, pack(b"a" * 5000), ReadOptions(max_bytes=5000)).errors == []
    bomb = Read(path, pack(bytes(50_000_000)))
    assert bomb.errors == [f"{inner}: unpacks to more than 250 times its size, as a zip bomb does"]


def test_xz_may_not_ask_for_more_memory_than_its_best_level(tmp_path: Path) -> None:
    text = "甲".encode()
    for size, good in ((1 << 26, True), (1 << 28, False)):
        filters = [{"id": lzma.FILTER_LZMA2, "dict_size": size}]
        found = Read(tmp_path / "a.txt.xz", lzma.compress(text, filters=filters))
        assert bool(found.texts) == good
        assert found.errors == [] if good else "is damaged" in found.errors[0]


def test_a_million_streams_are_refused(tmp_path: Path) -> None:
    (error,) = Read(tmp_path / "a.gz", gzip.compress(b"") * 150_000).errors
    assert "holds more than 100,000 streams" in error
