from __future__ import annotations

import io
import os
import sys
from pathlib import Path

import pytest

from nhsa_nlp.errors import InputError, TooLongError
from nhsa_nlp.io import ReadOptions, Source


@pytest.fixture(params=["path", "bytes", "standard input"])
def source(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Source:
    """Ten bytes, wherever they lie."""
    (tmp_path / "a.txt").write_bytes(b"0123456789")
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"0123456789")))
    origins: dict[str, Path | bytes] = {"path": tmp_path / "a.txt", "bytes": b"0123456789"}
    origin = origins.get(request.param)
    return Source("a", "-" if origin is None else "a.txt", ".txt", origin)


def test_it_opens_wherever_it_lies(source: Source) -> None:
    with source.opened(ReadOptions(max_bytes=10)) as stream:
        assert stream.read() == b"0123456789"
        assert stream.seek(0) == 0


def test_it_may_be_as_long_as_the_limit(source: Source) -> None:
    with (
        pytest.raises(TooLongError, match=rf"^{source.source}: is longer than 9 bytes; split it"),
        source.opened(ReadOptions(max_bytes=9)),
    ):
        pass


def test_a_table_may_be_longer_but_not_on_standard_input(source: Source) -> None:
    options = ReadOptions(max_bytes=9)
    if source.origin is None:
        with pytest.raises(TooLongError), source.opened(options, limited=False):
            pass
    else:
        with source.opened(options, limited=False) as stream:
            assert len(stream.read()) == 10


def test_what_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for origin, message in (
        (b"", "is empty; nothing to read"),
        (tmp_path, "is not a regular file; use - for standard input"),
        (tmp_path / "pipe", "is not a regular file"),
        (tmp_path / "gone", "cannot be read: No such file"),
    ):
        with (
            pytest.raises(InputError, match=f"^shown: {message}"),
            Source("a", "shown", "", origin).opened(ReadOptions()),
        ):
            pass
