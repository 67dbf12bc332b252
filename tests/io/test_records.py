from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import records
from nhsa_nlp.io.records import numbered_records, read_records, show_name


def test_records_come_with_their_lines_and_empty_ones_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes('\ufeff{"id": "医"}\r\n\n  \n{"id": 2}'.encode())
    assert list(numbered_records(path)) == [(1, {"id": "医"}), (4, {"id": 2})]
    assert [record["id"] for record in read_records(path)] == ["医", 2]


def test_bad_lines_are_given_to_who_asks_for_them(tmp_path: Path) -> None:
    path = tmp_path / "r.jsonl"
    path.write_bytes(b'{"id": 1}\n[1]\n\xff\n{"id": NaN}\n{"id": 2}\n{"id": "cut')
    errors: list[InputError] = []
    assert [number for number, _ in numbered_records(path, errors.append)] == [1, 5]
    assert [error.line for error in errors] == [2, 3, 4, 6]
    for error, words in zip(
        errors, ("not a JSON object", "is not utf-8; records are", "NaN", "cut off"), strict=True
    ):
        assert words in str(error)
    with pytest.raises(InputError, match=r"r\.jsonl:2: not a JSON object"):
        list(numbered_records(path))


def test_a_line_may_be_so_long_and_no_longer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(records, "_LONGEST_LINE", 20)
    path = tmp_path / "r.jsonl"
    path.write_text("".join(json.dumps({"id": "x" * size}) + "\n" for size in (11, 12, 1)))
    errors: list[InputError] = []
    assert [number for number, _ in numbered_records(path, errors.append)] == [1, 3]
    assert "longer than 20 characters" in str(errors[0])


def test_standard_input_need_not_be_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: object) -> int:
            raise OSError("a pipe has no places")

    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(Pipe(b'{"id": 1}\n{')))
    with pytest.raises(InputError, match=r"<stdin>:2: .*cut off"):
        list(read_records("-"))
    assert show_name("-") == "<stdin>"


@pytest.mark.parametrize("name", ["r.csv", "r.sqlite", "r.xlsx"])
def test_an_output_without_whole_records_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="does not hold whole records"):
        list(read_records(tmp_path / name))


@pytest.mark.parametrize("name", ["missing.jsonl", "missing.parquet", "a\0b", ""])
def test_what_cannot_be_opened_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError):
        list(read_records(f"{tmp_path}/{name}"))
