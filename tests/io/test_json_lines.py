from __future__ import annotations

import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from nhsa_nlp.errors import OutputError
from nhsa_nlp.io import JsonLinesWriter


def test_lines_are_utf8_and_readable(tmp_path: Path) -> None:
    items: list[dict[str, Any]] = [{"id": "医保\n\u2028", "value": 0.5}, {"id": 'a"b', "value": None}]
    with JsonLinesWriter(tmp_path / "out.jsonl") as writer:
        for item in items:
            writer.write(item)
    data = (tmp_path / "out.jsonl").read_bytes()
    assert "医保".encode() in data
    assert b"\r" not in data
    assert [json.loads(line) for line in data.decode("utf-8").split("\n")[:-1]] == items


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"

    def fail() -> None:
        with JsonLinesWriter(path) as writer:
            writer.write({"id": "a"})
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert not list(tmp_path.iterdir())
    path.write_text("old\n")
    with pytest.raises(KeyError):
        fail()
    assert path.read_text() == "old\n"
    with JsonLinesWriter(path) as writer:
        writer.write({"id": "a"})
        writer.write({"id": "b"})
        assert path.read_text() == "old\n"
    assert path.read_text() == '{"id": "a"}\n{"id": "b"}\n'
    with JsonLinesWriter(path):
        pass
    assert path.read_text() == ""
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names")
def test_each_line_is_in_a_pipe_when_written(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.jsonl"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with JsonLinesWriter(pipe) as writer:
        writer.write({"id": "a"})
        assert os.read(reader, 100) == b'{"id": "a"}\n'
    os.close(reader)


def stop_and_write(reader: int, writer: JsonLinesWriter) -> None:
    os.close(reader)
    writer.write({"id": "a"})


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names")
def test_who_stops_reading_a_pipe_is_no_error_of_the_disk(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jsonl")
    reader = os.open(tmp_path / "pipe.jsonl", os.O_RDONLY | os.O_NONBLOCK)
    with pytest.raises(BrokenPipeError), JsonLinesWriter(tmp_path / "pipe.jsonl") as writer:
        stop_and_write(reader, writer)


@pytest.mark.parametrize("name", ["no/such/folder/out.jsonl", ".", "a\0b"])
def test_an_unwritable_place_is_refused_at_once(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="cannot be written"), JsonLinesWriter(f"{tmp_path}/{name}"):
        pass


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_one_clear_line() -> None:
    with (
        JsonLinesWriter("/dev/full") as writer,
        pytest.raises(OutputError, match=r"No space left.*, after 0 lines"),
    ):
        writer.write({"id": "a"})


def test_a_stream_is_written_to_and_left_open() -> None:
    stream = io.BytesIO()
    with JsonLinesWriter(stream) as writer:
        writer.write({"id": "医"})
    assert stream.getvalue() == '{"id": "医"}\n'.encode()


def test_not_a_number_is_not_json() -> None:
    with pytest.raises(ValueError), JsonLinesWriter(io.BytesIO()) as writer:
        writer.write({"value": float("nan")})


def test_a_closed_stream_wants_no_room(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with (
        (tmp_path / "a").open("rb") as closed,
        io.FileIO(closed.fileno(), "w", closefd=False) as stream,
        JsonLinesWriter(stream) as writer,
        pytest.raises(OutputError, match=r"Bad file descriptor, after 0 lines; choose another --output$"),
    ):
        writer.write({})
