from __future__ import annotations

import contextlib
from collections.abc import Callable
from pathlib import Path

import pytest

from nhsa_nlp.batch.failures import Failure
from nhsa_nlp.batch.journal import END, Journal
from nhsa_nlp.batch.wire import Result, failed, make_result
from nhsa_nlp.errors import OutputError


def write(folder: Path, numbers: range) -> None:
    with contextlib.closing(Journal(folder)) as journal:
        while journal.expected is not None:
            journal.confirm()
        for number in numbers:
            journal.append((f"{number}.txt", 1, 2, 3, 4), 0, str(number), result(number))


def result(number: int) -> Result:
    return make_result([{"record": {"id": str(number), "topic": {"label": "医保"}}, "text": "甲\n\t乙"}])


def kept(folder: Path) -> list[str]:
    found = []
    with contextlib.closing(Journal(folder)) as journal:
        while journal.expected is not None:
            found.append(journal.expected.name)
            assert journal.expected.result.outcomes() == result(int(found[-1])).outcomes()
            journal.confirm()
        assert journal.labels == ({"医保": len(found)} if found else {})
    return found


@pytest.mark.parametrize(
    ("damage", "left"),
    [
        (lambda data: data, 5),
        (lambda data: data[:-1], 4),
        (lambda data: data[:-30], 4),
        (lambda data: data + data[:50], 5),
        (lambda data: data + b"\0" * 4096 + b"\n", 5),
        (lambda data: data + b'{"crc": 0}\t\n' + b"[]\t[]\n", 5),
        (lambda data: data.replace(b'"id": "2"', b'"id": "3"'), 2),
        (lambda data: data.replace(b'"name": "2"', b'"name": "3"'), 2),
        (lambda data: data.replace(b'"line": 2', b'"line": 5'), 2),
        (lambda data: data + data, 5),
        (lambda data: data[:0], 0),
    ],
    ids=[
        "whole",
        "no line feed",
        "torn",
        "half a line",
        "zeros",
        "other lines",
        "altered",
        "name",
        "line",
        "twice",
        "empty",
    ],
)
def test_what_is_damaged_is_left_out_and_work_goes_on_after_it(
    tmp_path: Path, damage: Callable[[bytes], bytes], left: int
) -> None:
    write(tmp_path, range(5))
    journal = tmp_path / "journal"
    journal.write_bytes(damage(journal.read_bytes()))
    assert kept(tmp_path) == [str(number) for number in range(left)]
    write(tmp_path, range(left, 8))
    assert kept(tmp_path) == [str(number) for number in range(8)]


def test_lines_put_away_are_found_again(tmp_path: Path) -> None:
    write(tmp_path, range(5))
    for _ in range(2):  # the second time what was put away before is still there
        with contextlib.closing(Journal(tmp_path)) as journal:
            journal.confirm()
            journal.cut()
            found = journal.earlier(("3.txt", 1, 2, 3, 4), 0)
            assert found is not None
            assert found.result.outcomes() == result(3).outcomes()
            assert journal.earlier(("3.txt", 1, 2, 3, 5), 0) is None
            assert journal.earlier(("0.txt", 1, 2, 3, 4), 0) is None
            journal.append(("3.txt", 1, 2, 3, 4), 0, "3", found.result)
            assert [item["record"]["id"] for item in journal.outcomes()] == ["0", "3"]


def test_what_is_put_away_may_be_longer_than_a_piece_of_copying(tmp_path: Path) -> None:
    long = make_result([{"failure": {"kind": "error", "reason": "长" * 700_000}}])
    with contextlib.closing(Journal(tmp_path)) as journal:
        for part in (0, 1, END):
            journal.append(("a.zip", 9, 9, 9, 9), part, f"a.zip/{part}", long)
        assert journal.failures == {"error": 3}
    with contextlib.closing(Journal(tmp_path)) as journal:
        assert not journal.failures
        journal.confirm()
        journal.cut()
        assert journal.expected is None
        assert journal.earlier(("a.zip", 9, 9, 9, 9), 0) is None
        for part in (1, END):
            line = journal.earlier(("a.zip", 9, 9, 9, 9), part)
            assert line is not None
            assert (line.part, line.name, line.result) == (part, f"a.zip/{part}", long)
        assert len(list(journal.outcomes())) == 1
    assert len((tmp_path / "journal").read_bytes()) < 2_200_000


def test_a_line_that_was_damaged_among_those_put_away_is_done_again(tmp_path: Path) -> None:
    write(tmp_path, range(3))
    with contextlib.closing(Journal(tmp_path)) as journal:
        journal.cut()
    old = tmp_path / "journal.old"
    old.write_bytes(old.read_bytes().replace(b'"id": "1"', b'"id": "7"'))
    with contextlib.closing(Journal(tmp_path)) as journal:
        found = [journal.earlier((f"{number}.txt", 1, 2, 3, 4), 0) for number in range(3)]
    assert [line.name if line else None for line in found] == ["0", None, "2"]


def test_what_failed_is_tried_again_if_asked_for(tmp_path: Path) -> None:
    failure = failed(Failure("1", "1.txt", "timeout", "why"))
    with contextlib.closing(Journal(tmp_path)) as journal:
        for number, done in enumerate([result(0), failure, result(2), failure]):
            journal.append((f"{number}.txt", 1, 2, 3, 4), 0, str(number), done)
    with contextlib.closing(Journal(tmp_path, retry=True)) as journal:
        assert journal.resumed
        journal.confirm()
        assert journal.expected is None
        found = [journal.earlier((f"{number}.txt", 1, 2, 3, 4), 0) for number in range(4)]
        assert [line is not None for line in found] == [False, False, True, False]
        journal.append(("1.txt", 1, 2, 3, 4), 0, "1", result(1))
    with contextlib.closing(Journal(tmp_path)) as journal:  # interrupted, and continued without
        assert journal.earlier(("3.txt", 1, 2, 3, 4), 0) is not None


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        OutputError, match=r"gone: cannot be written: .*; 0 records are kept there: make room"
    ):
        Journal(tmp_path / "gone")
