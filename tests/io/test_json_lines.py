from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from nhsa_nlp.errors import OutputError
from nhsa_nlp.io import JsonLinesWriter, check_writable, write_text


def test_lines_are_utf8_and_readable(tmp_path: Path) -> None:
    items: list[dict[str, Any]] = [{"id": "医保\n\u2028", "value": 0.5}, {"id": 'a"b', "value": None}]
    with JsonLinesWriter(tmp_path / "out.jsonl") as writer:
        for item in items:
            writer.write(item)
    data = (tmp_path / "out.jsonl").read_bytes()
    assert "医保".encode() in data
    assert b"\r" not in data
    assert [json.loads(line) for line in data.decode("utf-8").split("\n")[:-1]] == items


def test_each_line_is_on_disk_when_written(tmp_path: Path) -> None:
    with JsonLinesWriter(tmp_path / "out.jsonl") as writer:
        writer.write({"id": "a"})
        assert (tmp_path / "out.jsonl").read_bytes() == b'{"id": "a"}\n'


def test_an_old_file_is_kept_until_there_is_something_to_replace_it(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_text("old\n")
    with pytest.raises(KeyError), JsonLinesWriter(path):
        raise KeyError
    assert path.read_text() == "old\n"
    with JsonLinesWriter(path) as writer:
        writer.write({"id": "a"})
        writer.write({"id": "b"})
    assert path.read_text() == '{"id": "a"}\n{"id": "b"}\n'
    with JsonLinesWriter(path):
        pass
    assert path.read_text() == ""


def test_a_run_that_fails_at_its_start_leaves_no_new_file(tmp_path: Path) -> None:
    with pytest.raises(KeyError), JsonLinesWriter(tmp_path / "out.jsonl"):
        raise KeyError
    assert not list(tmp_path.iterdir())


def test_what_was_written_stays_when_the_run_fails_later(tmp_path: Path) -> None:
    def work() -> None:
        with JsonLinesWriter(tmp_path / "out.jsonl") as writer:
            writer.write({"id": "a"})
            raise KeyError

    with pytest.raises(KeyError):
        work()
    assert (tmp_path / "out.jsonl").read_text() == '{"id": "a"}\n'


@pytest.mark.parametrize("name", ["no/such/folder/out.jsonl", ".", "a\0b"])
def test_an_unwritable_place_is_refused_at_once(tmp_path: Path, name: str) -> None:
    with pytest.raises(OutputError, match="cannot be written"):
        JsonLinesWriter(f"{tmp_path}/{name}")
    with pytest.raises(OutputError, match="cannot be written"):
        write_text(f"{tmp_path}/{name}", "text")
    with pytest.raises(OutputError, match="cannot be written"):
        check_writable(f"{tmp_path}/{name}")


def test_looking_whether_a_file_can_be_written_changes_nothing(tmp_path: Path) -> None:
    check_writable(tmp_path / "new.txt")
    assert not list(tmp_path.iterdir())
    write_text(tmp_path / "old.txt", "旧\r\n")
    check_writable(tmp_path / "old.txt")
    assert (tmp_path / "old.txt").read_bytes() == "旧\r\n".encode()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_one_clear_line() -> None:
    with (
        JsonLinesWriter("/dev/full") as writer,
        pytest.raises(OutputError, match=r"No space left.*; 0 compl"),
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
