"""Whatever happens to the journal of a run between two runs, the outputs are those of an undisturbed one."""

from __future__ import annotations

import contextlib
import random
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from nhsa_nlp.batch.failures import Failure
from nhsa_nlp.batch.journal import Journal
from nhsa_nlp.batch.outputs import Outputs
from nhsa_nlp.batch.process import WorkerSettings
from nhsa_nlp.batch.wire import Result, failed, make_result
from nhsa_nlp.batch.work_items import WorkItem, WorkItems
from nhsa_nlp.io import READABLE, ReadOptions, Unreadable, find_documents, read_part

FILES = 30
ROWS = 40
MEMBERS = 8


def files(folder: Path) -> list[str]:
    """Make files, one that fails, some of equal content; return them, and one of them three times."""
    for number in range(FILES):
        (folder / f"{number:02}.txt").write_text(f"第{number // 2}件", encoding="utf-8")
    (folder / "05.txt").write_bytes(b"\0")
    return [str(folder), str(folder / "07.txt"), str(folder / "07.txt")]


def files_and_containers(folder: Path) -> list[str]:
    """Make a table and an archive, too."""
    rows = "".join("\n" if number % 9 == 5 else f"第{number}行,{number}\n" for number in range(ROWS))
    (folder / "10.csv").write_text(f"text,number\n{rows},7\n", encoding="utf-8")
    with zipfile.ZipFile(folder / "20.zip", "w") as archive:
        for number in range(MEMBERS):
            archive.writestr(f"{number}.txt", f"附件{number}")
        archive.writestr("x.exe", "")
    return files(folder)


def label(item: WorkItem) -> Result:
    """Do a work item as a worker does, with a pipeline that finds nothing."""
    assert item.part is not None
    (found,) = read_part(item.part, ReadOptions())
    if isinstance(found, Unreadable):
        return failed(Failure(item.id, found.source, "unreadable", "why"))
    record = {"id": item.id, "source": found.source, "sha256": found.text, "topic": {"label": "医保"}}
    return make_result([{"record": record}])


def work(paths: list[str], place: Path, most: int | None = None) -> int:
    """Do the work items of a run, at most so many, and write the outputs; return how many were done."""
    place.mkdir(exist_ok=True)
    skipped: Counter[str] = Counter()
    done = 0
    found = find_documents(paths, READABLE, skipped=skipped)
    with (
        contextlib.closing(Journal(place)) as journal,
        contextlib.closing(WorkItems(found, WorkerSettings(), journal, skipped)) as items,
    ):
        for item in items:
            if done == most:
                return done
            journal.append(item.key, item.number, item.name, item.result or label(item))
            done += not item.reused
        Outputs([place / "out.jsonl"]).write(journal, "0" * 64)
    assert skipped in ({}, {".exe": 1})
    return done


def outputs(place: Path) -> list[bytes]:
    return [(place / name).read_bytes() for name in ("out.jsonl", "out.jsonl.failed.jsonl")]


def somewhere(data: bytes, chosen: random.Random) -> int:
    """Return a place in a head or in a body: heads are short, and would be hit too seldom."""
    if chosen.random() < 0.5:
        starts = [0, *(at + 1 for at, byte in enumerate(data[:-1]) if byte == ord("\n"))]
        return min(chosen.choice(starts) + chosen.randrange(140), len(data) - 1)
    return chosen.randrange(len(data))


def flip(data: bytes, chosen: random.Random) -> bytes:
    at = somewhere(data, chosen)
    return data[:at] + bytes([data[at] ^ (1 << chosen.randrange(8))]) + data[at + 1 :]


def replace(data: bytes, chosen: random.Random) -> bytes:
    at = somewhere(data, chosen)
    other = chosen.choice(b'0123456789abcdefghij"{}[],:\t\n -')
    return data[:at] + bytes([other]) + data[at + 1 :]


def delete(data: bytes, chosen: random.Random) -> bytes:
    at = somewhere(data, chosen)
    return data[:at] + data[at + chosen.choice((1, 1, 2, 8, 300)) :]


def insert(data: bytes, chosen: random.Random) -> bytes:
    at = somewhere(data, chosen)
    new = chosen.choice((b"0", b"\n", b"\t", b"\0" * 4096, chosen.randbytes(20), data[at // 2 : at]))
    return data[:at] + new + data[at:]


def cut_off(data: bytes, chosen: random.Random) -> bytes:
    return data[: somewhere(data, chosen)]


def by_lines(change: Callable[[list[bytes], random.Random], None]) -> Callable[[bytes, random.Random], bytes]:
    def changed(data: bytes, chosen: random.Random) -> bytes:
        lines = data.splitlines(keepends=True)
        change(lines, chosen)
        return b"".join(lines)

    changed.__name__ = change.__name__
    return changed


@by_lines
def swap_lines(lines: list[bytes], chosen: random.Random) -> None:
    one, other = chosen.randrange(len(lines)), chosen.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]


@by_lines
def swap_neighbours(lines: list[bytes], chosen: random.Random) -> None:
    one = chosen.randrange(len(lines))
    lines[one - 1 : one + 1] = reversed(lines[one - 1 : one + 1])


@by_lines
def move_line(lines: list[bytes], chosen: random.Random) -> None:
    lines.insert(chosen.randrange(len(lines)), lines.pop(chosen.randrange(len(lines))))


@by_lines
def repeat_line(lines: list[bytes], chosen: random.Random) -> None:
    lines.insert(chosen.randrange(len(lines)), chosen.choice(lines))


@by_lines
def overwrite_line(lines: list[bytes], chosen: random.Random) -> None:
    lines[chosen.randrange(len(lines))] = chosen.choice(lines)


@by_lines
def lose_line(lines: list[bytes], chosen: random.Random) -> None:
    del lines[chosen.randrange(len(lines))]


@by_lines
def shorten_line(lines: list[bytes], chosen: random.Random) -> None:
    at = chosen.randrange(len(lines))
    lines[at] = lines[at][: chosen.randrange(len(lines[at]))] + b"\n"


@by_lines
def lose_end(lines: list[bytes], chosen: random.Random) -> None:
    del lines[chosen.randrange(len(lines)) :]


@by_lines
def shuffle_lines(lines: list[bytes], chosen: random.Random) -> None:
    chosen.shuffle(lines)


MUTATIONS = (
    *(flip, replace, delete, insert, cut_off),
    *(swap_lines, swap_neighbours, move_line, repeat_line, overwrite_line),
    *(lose_line, shorten_line, lose_end, shuffle_lines),
)


def disturb(paths: list[str], place: Path, seed: int) -> list[bytes]:
    """Do a run in three parts, alter what it keeps in between, and return its outputs."""
    chosen = random.Random(seed)  # noqa: S311
    mutation = MUTATIONS[seed % len(MUTATIONS)]
    for _ in range(2):
        work(paths, place, chosen.randrange(1, 60 + ROWS))
        for name in ("journal", "journal.old"):
            file = place / name
            if (data := file.read_bytes()) and (name == "journal" or chosen.random() < 0.5):
                file.write_bytes(mutation(data, chosen))
    work(paths, place)
    return outputs(place)


def harmed(paths: list[str], place: Path, seeds: Iterable[int]) -> list[str]:
    """Return the alterations after which the outputs are not those of an undisturbed run."""
    work(paths, place / "undisturbed")
    expected = outputs(place / "undisturbed")
    return [
        f"{MUTATIONS[seed % len(MUTATIONS)].__name__} {seed}"
        for seed in seeds
        if disturb(paths, place / str(seed), seed) != expected
    ]


def test_a_damaged_journal_of_files_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    assert harmed(files(tmp_path / "in"), tmp_path, range(10 * len(MUTATIONS))) == []


def test_a_container_that_lost_a_line_of_the_journal_is_read_again(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    assert harmed(files_and_containers(tmp_path / "in"), tmp_path, [MUTATIONS.index(lose_line)]) == []


@pytest.mark.slow
def test_a_damaged_journal_of_containers_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    assert harmed(files_and_containers(tmp_path / "in"), tmp_path, range(12 * len(MUTATIONS))) == []
