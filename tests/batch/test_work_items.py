from __future__ import annotations

import contextlib
import os
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from nhsa_nlp.batch.journal import END, Journal
from nhsa_nlp.batch.process import WorkerSettings
from nhsa_nlp.batch.wire import make_result
from nhsa_nlp.batch.work_items import WorkItem, WorkItems
from nhsa_nlp.io import READABLE, ReadOptions, find_documents


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files of one name, an archive, and one file more."""
    made = tmp_path / "in"
    made.mkdir()
    (made / "a.md").write_text("甲", encoding="utf-8")
    (made / "a.txt").write_text("甲二", encoding="utf-8")
    with zipfile.ZipFile(made / "b.zip", "w") as archive:
        for name in ("1.txt", "2.txt", "3.exe", "4.exe"):
            archive.writestr(name, name)
    (made / "c.txt").write_text("丙", encoding="utf-8")
    return made


def items(
    folder: Path, journal: Journal | None = None, skipped: Counter[str] | None = None
) -> list[WorkItem]:
    counts: Counter[str] = Counter() if skipped is None else skipped
    found = find_documents([str(folder)], READABLE, skipped=counts)
    with contextlib.closing(WorkItems(found, WorkerSettings(), journal, counts)) as work_items:
        return list(work_items)


@contextlib.contextmanager
def journal_of(place: Path) -> Iterator[Journal]:
    place.mkdir(exist_ok=True)
    with contextlib.closing(Journal(place)) as journal:
        yield journal


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux takes any bytes as a name")
def test_names_that_are_not_unicode_share_no_key_and_no_result(tmp_path: Path) -> None:
    made = tmp_path / "in"
    made.mkdir()
    for number, byte in enumerate((b"\xb1", b"\xff", b"\xfe")):
        path = made / os.fsdecode(byte + b".txt")  # all are shown as \ufffd.txt
        path.write_text(f"第{number}件", encoding="utf-8")
        os.utime(path, (1, 1))
    for name in ("x.exe", "y.exe"):
        (made / name).touch()
    found = items(made)
    assert len({item.id for item in found}) == len({item.key for item in found}) == 3
    assert len({item.key[0] for item in found}) == 3  # their times and sizes may be equal
    assert work(made, tmp_path / "place", 1) == [found[0].id]
    assert work(made, tmp_path / "place") == [found[1].id, found[2].id]  # the first has its own result


def work(folder: Path, place: Path, most: int | None = None) -> list[str]:
    """Do work items as a run does, ``most`` of them; return the ids of those given, ``=`` where reused."""
    skipped: Counter[str] = Counter()
    done: list[str] = []
    with journal_of(place) as journal:
        found = find_documents([str(folder)], READABLE, skipped=skipped)
        with contextlib.closing(WorkItems(found, WorkerSettings(), journal, skipped)) as work_items:
            for item in work_items:
                if len(done) == most:
                    break
                done.append(item.id + "=" * item.reused)
                result = item.result or make_result([{"record": {"id": item.id, "topic": {"label": "医保"}}}])
                journal.append(item.key, item.number, item.name, result)
            else:
                assert skipped == {".exe": 2}
    return done


def kept(place: Path) -> list[str]:
    with journal_of(place) as journal:
        return [item["record"]["id"] for item in journal.outcomes() if "record" in item]


ALL = ["a", "a-2", "b/1", "b/2", "", "c"]


def test_every_file_and_every_part_of_an_archive_is_one(folder: Path) -> None:
    skipped: Counter[str] = Counter()
    found = items(folder, skipped=skipped)
    assert [item.id for item in found] == ALL
    assert [item.name for item in found] == ["a", "a", "b/1", "b/2", "", "c"]
    assert [item.file for item in found] == [1, 2, 3, 3, 3, 4]
    assert [item.number for item in found] == [0, 0, 0, 1, END, 0]
    assert [item.last for item in found] == [True, True, False, False, True, True]
    assert skipped == {".exe": 2}
    status = (folder / "a.txt").stat()
    assert found[1].key == (
        *(str(folder / "a.txt"), status.st_size, status.st_mtime_ns),
        *(status.st_ctime_ns, status.st_ino),
    )
    assert {item.key for item in found[2:5]} == {found[2].key}
    assert found[4].result is not None
    assert list(found[4].result.records()) == []


@pytest.mark.slow
@pytest.mark.parametrize("cut", range(7))
def test_what_is_done_is_not_given_again(folder: Path, tmp_path: Path, cut: int) -> None:
    place = tmp_path / "run"
    assert work(folder, place, cut) == ALL[:cut]
    assert work(folder, place) == ALL[cut:]
    assert work(folder, place) == []
    assert kept(place) == [id_ for id_ in ALL if id_]


def test_after_a_new_file_results_are_used_again_under_their_new_names(folder: Path, tmp_path: Path) -> None:
    place = tmp_path / "run"
    work(folder, place)
    (folder / "a.htm").write_text("<p>新</p>", encoding="utf-8")
    again = work(folder, place)
    assert again == ["a", "a-2=", "a-3=", "b/1=", "b/2=", "", "c="]
    assert kept(place) == ["a", "a-2", "a-3", "b/1", "b/2", "c"]


def test_a_file_that_changed_is_done_again_and_one_that_is_gone_is_left_out(
    folder: Path, tmp_path: Path
) -> None:
    place = tmp_path / "run"
    work(folder, place)
    (folder / "a.txt").write_text("甲三", encoding="utf-8")
    status = (folder / "a.txt").stat()
    os.utime(folder / "a.txt", ns=(status.st_atime_ns, status.st_mtime_ns + 10))
    (folder / "c.txt").unlink()
    assert work(folder, place) == ["a-2", "b/1=", "b/2=", ""]
    (folder / "a.txt").unlink()
    (folder / "b.zip").unlink()
    with journal_of(place) as journal:
        assert items(folder, journal) == []
    assert kept(place) == ["a"]


@pytest.mark.skipif(sys.platform != "linux", reason="names of files that are no UTF-8")
def test_names_that_are_no_utf8_are_told_apart(tmp_path: Path) -> None:
    folder, place = tmp_path / "in", tmp_path / "run"
    folder.mkdir()
    for name in ("报告.txt", "报表.txt"):
        file = os.fsencode(folder) + b"/" + name.encode("gbk")
        Path(os.fsdecode(file)).write_text(name, encoding="utf-8")
        os.utime(file, (0, 0))
    first, second = items(folder)
    assert first.part is not None
    assert second.part is not None
    assert first.part.source == second.part.source
    assert first.key[1:3] == second.key[1:3]
    assert work(folder, place, 1) == [first.id]
    (folder / "0.txt").write_text("新", encoding="utf-8")  # now each is looked up
    with journal_of(place) as journal:
        _, one, other = items(folder, journal)
    assert [one.reused, other.reused] == [True, False]


def test_a_part_that_cannot_be_had_fails_in_its_place(folder: Path) -> None:
    with zipfile.ZipFile(folder / "b.zip", "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("5.txt", "长" * 1000)
    skipped: Counter[str] = Counter()
    found = find_documents([str(folder)], READABLE, skipped=skipped)
    settings = WorkerSettings(options=ReadOptions(max_bytes=2000))
    with contextlib.closing(WorkItems(found, settings, None, skipped)) as work_items:
        given = list(work_items)
    assert [item.id for item in given] == ["a", "a-2", "b/1", "b/2", "b/5", "", "c"]
    assert [item.id for item in given if item.result and item.result.failures] == ["b/5"]


def test_a_damaged_archive_is_one_failure(folder: Path) -> None:
    (folder / "b.zip").write_bytes((folder / "b.zip").read_bytes()[:100])
    given = items(folder)
    assert [item.id for item in given] == ["a", "a-2", "b", "", "c"]
    assert given[2].result is not None
    assert given[2].result.failures == ("unreadable",)
