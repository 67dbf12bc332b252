from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from nhsa_nlp.archive.figure_reading import archive_figures
from nhsa_nlp.archive.matching import precedents
from nhsa_nlp.archive.policies import read_citations
from nhsa_nlp.archive.search import search
from nhsa_nlp.batch import InterruptedRun, Update, run
from nhsa_nlp.batch.folder import RunFolder
from nhsa_nlp.batch.known import Known
from nhsa_nlp.errors import InputError, OutputError
from nhsa_nlp.io.store.growing import open_ledger
from nhsa_nlp.io.store.ledger import LEDGER
from nhsa_nlp.io.store.opening import open_archive
from nhsa_nlp.pipeline.bundle import default_bundle_path
from tests.batch.grown import deleted, did, job, live, query, update
from tests.batch.plain import FAILS
from tests.batch.test_run import Watch
from tests.paths import LETTERS

FORMATS = pytest.mark.parametrize("suffix", [".sqlite", ".parquet"])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Six short documents, two of them in a folder of their own."""
    made = tmp_path / "in"
    (made / "2021").mkdir(parents=True)
    for name in ("a", "b", "c", "d", "2021/e", "2021/f"):
        write(made / f"{name}.txt", f"{name}：医保《{name}办法》")
    return made


def write(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def without_traces(archive: Path) -> bool:
    return {path.name for path in archive.parent.iterdir()} <= {"in", archive.name}


@FORMATS
def test_only_what_is_new_or_has_changed_is_labelled(folder: Path, tmp_path: Path, suffix: str) -> None:
    archive = tmp_path / f"a{suffix}"
    assert did(update(archive, folder)) == (6, 0, 0, 0)
    write(folder / "g.txt", "新的医保")
    write(folder / "a.txt", "改了的医药")
    (folder / "2021" / "e.txt").unlink()
    (folder / "b.txt").rename(folder / "z.txt")
    summary = run(job(folder), [archive], Watch(), update=Update())
    assert summary.labelled_now == 3
    assert summary.changes is not None
    assert did(summary.changes) == (2, 1, 2, 3)
    assert set(live(archive)) == {"a", "c", "d", "g", "z", "2021/f"}
    assert live(archive)["a"] == sha256("改了的医药")
    assert sorted(deleted(archive)) == ["2021/e", "b"]
    assert without_traces(archive)


@FORMATS
def test_nothing_is_written_if_nothing_has_changed(folder: Path, tmp_path: Path, suffix: str) -> None:
    archive = tmp_path / f"a{suffix}"
    update(archive, folder)
    before = archive.stat()
    assert did(update(archive, folder)) == (0, 0, 0, 6)
    after = archive.stat()  # reading moves the time of access
    assert (after.st_ino, after.st_ctime_ns) == (before.st_ino, before.st_ctime_ns)


@FORMATS
def test_an_empty_file_is_no_archive_yet(folder: Path, tmp_path: Path, suffix: str) -> None:
    archive = write(tmp_path / f"a{suffix}", "")
    assert did(update(archive, folder)) == (6, 0, 0, 0)
    assert did(update(archive, folder)) == (0, 0, 0, 6)
    assert without_traces(archive)


@FORMATS
def test_a_new_time_is_no_new_text(folder: Path, tmp_path: Path, suffix: str) -> None:
    archive = tmp_path / f"a{suffix}"
    update(archive, folder)
    for path in folder.rglob("*.txt"):
        os.utime(path, ns=(1, 1))
    watch = Watch()
    summary = run(job(folder), [archive], watch, update=Update())
    assert (len(watch.items), summary.labelled_now) == (6, 0)
    assert deleted(archive) == []
    again = Watch()
    run(job(folder), [archive], again, update=Update())
    assert again.items == []


@FORMATS
def test_a_file_that_comes_back_is_in_the_archive_again(folder: Path, tmp_path: Path, suffix: str) -> None:
    archive = tmp_path / f"a{suffix}"
    update(archive, folder)
    (folder / "a.txt").rename(tmp_path / "away.txt")
    assert did(update(archive, folder)) == (0, 0, 1, 5)
    (tmp_path / "away.txt").rename(folder / "a.txt")
    assert did(update(archive, folder)) == (1, 0, 0, 5)
    assert set(live(archive)) == {"a", "b", "c", "d", "2021/e", "2021/f"}


@FORMATS
def test_what_lies_elsewhere_stays(folder: Path, tmp_path: Path, suffix: str) -> None:
    archive = tmp_path / f"a{suffix}"
    update(archive, folder)
    other = tmp_path / "more"
    other.mkdir()
    write(other / "a.txt", "另一个医保")
    (folder / "b.txt").unlink()
    assert did(update(archive, other)) == (1, 0, 0, 6)
    assert set(live(archive)) == {"a", "a-2", "b", "c", "d", "2021/e", "2021/f"}
    assert did(update(archive, folder / "c.txt")) == (0, 0, 0, 7)
    assert did(update(archive, folder / "2021")) == (0, 0, 0, 7)
    write(folder / "2021" / "e.txt", "改了")
    assert did(update(archive, folder / "2021")) == (0, 1, 0, 6)
    assert "2021/e" in live(archive)
    assert did(update(archive, other, folder)) == (0, 0, 1, 6)
    assert deleted(archive) == ["b"]


def test_another_current_folder_makes_no_other_document(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "a.sqlite"
    monkeypatch.chdir(tmp_path)
    update(archive, "in")
    monkeypatch.chdir(folder)
    assert did(update(archive, ".")) == (0, 0, 0, 6)


@FORMATS
def test_documents_given_twice_stay_two(folder: Path, tmp_path: Path, suffix: str) -> None:
    archive = tmp_path / f"a{suffix}"
    update(archive, folder / "a.txt", folder / "a.txt")
    assert set(live(archive)) == {"a", "a-2"}
    write(folder / "a.txt", "改了")
    update(archive, folder / "a.txt", folder / "a.txt")
    assert set(live(archive)) == {"a", "a-2"}
    assert set(live(archive).values()) == {sha256("改了")}


@FORMATS
def test_rows_of_a_table(tmp_path: Path, suffix: str) -> None:
    archive, table = tmp_path / f"a{suffix}", tmp_path / "t.csv"
    write(table, "id,text,year\n甲,医保,2020\n乙,医药,2020\n丙,基金,2020\n丁,目录,2020\n")
    assert did(update(archive, table)) == (4, 0, 0, 0)
    write(table, "id,text,year\n甲,医保,2021\n丙,基金,2020\n丁,目录二,2020\n戊,监管,2020\n")
    summary = run(job(table), [archive], Watch(), update=Update())
    assert summary.changes is not None
    assert (summary.labelled_now, did(summary.changes)) == (3, (1, 2, 1, 1))
    assert set(live(archive)) == {"甲", "丙", "丁", "戊"}
    rows = query(archive, "SELECT id, columns, source FROM documents WHERE deleted IS NULL")
    found = {id_: (json.loads(columns), source.rpartition("#")[2]) for id_, columns, source in rows}
    assert found["甲"] == ({"year": "2021"}, "row=2")
    assert found["丙"] == ({"year": "2020"}, "row=3")


@FORMATS
def test_members_of_a_zip_file(tmp_path: Path, suffix: str) -> None:
    archive, package = tmp_path / f"a{suffix}", tmp_path / "p.zip"

    def pack(**members: str) -> None:
        with zipfile.ZipFile(package, "w") as file:
            for name, text in members.items():
                file.writestr(f"{name}.txt", text)

    pack(a="医保", b="医药", c="基金")
    update(archive, package)
    pack(a="医保", b="医药二", d="监管")
    summary = run(job(package), [archive], Watch(), update=Update())
    assert summary.changes is not None
    assert (summary.labelled_now, did(summary.changes)) == (2, (1, 1, 1, 1))
    assert {name.rpartition("/")[2] for name in live(archive)} == {"a", "b", "d"}
    package.write_bytes(package.read_bytes()[:60])
    assert did(update(archive, package)) == (0, 0, 0, 3)


def test_standard_input_is_one_document(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = tmp_path / "a.sqlite"

    def give(text: str) -> tuple[int, int, int, int]:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        return did(update(archive, "-"))

    assert give("医保") == (1, 0, 0, 0)
    assert give("医保") == (0, 0, 0, 1)
    assert give("医药") == (0, 1, 0, 0)
    assert live(archive) == {"stdin": sha256("医药")}
    other = write(tmp_path / "b.txt", "基金")
    assert did(update(archive, other)) == (1, 0, 0, 1)


@FORMATS
def test_what_cannot_be_labelled_now_stays_and_is_tried_again(
    folder: Path, tmp_path: Path, suffix: str
) -> None:
    archive = tmp_path / f"a{suffix}"
    update(archive, folder)
    write(folder / "a.txt", FAILS)
    write(folder / "b.txt", "")
    write(folder / "n.txt", FAILS)
    for _ in range(2):
        summary = run(job(folder), [archive], Watch(), update=Update())
        assert summary.changes is not None
        assert (summary.failed, did(summary.changes)) == (3, (0, 0, 0, 6))
    assert live(archive)["a"] == sha256("a：医保《a办法》")
    listed = archive.with_name(f"{archive.name}.failed.jsonl")
    assert [json.loads(line)["id"] for line in listed.read_text("utf-8").splitlines()] == ["a", "b", "n"]
    for name in ("a", "b", "n"):
        write(folder / f"{name}.txt", f"{name}好了")
    assert did(update(archive, folder)) == (1, 2, 0, 4)
    assert not listed.exists()


def test_a_row_that_cannot_be_read_stays(tmp_path: Path) -> None:
    archive, table = tmp_path / "a.sqlite", tmp_path / "t.csv"
    write(table, "id,text\n甲,医保\n乙,医药\n丙,基金\n")
    update(archive, table)
    write(table, f"id,text\n甲,{FAILS}\n乙,医药\n")
    assert did(update(archive, table)) == (0, 0, 1, 2)
    assert set(live(archive)) == {"甲", "乙"}
    write(table, "id,text\n甲,医保二\n乙,医药\n")
    assert did(update(archive, table)) == (0, 1, 0, 1)


def test_nothing_vanishes_with_a_folder_that_cannot_be_listed(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "a.sqlite"
    update(archive, folder)
    (folder / "a.txt").unlink()
    with open_ledger(archive) as ledger:
        assert ledger is not None
        known = Known(ledger, [str(folder)], "0", relabel=False)
        known.all_listed = False
        assert list(known.vanished()) == []
        known.all_listed = True
        assert len(list(known.vanished())) == 1


@FORMATS
def test_a_renewed_bundle_labels_what_is_new_or_all(folder: Path, tmp_path: Path, suffix: str) -> None:
    archive = tmp_path / f"a{suffix}"
    update(archive, folder)
    renewed = tmp_path / "in2" / "renewed"
    shutil.copytree(default_bundle_path(), renewed)
    with (renewed / "manifest.json").open("a", encoding="utf-8") as manifest:
        manifest.write("\n")  # of another digest
    write(folder / "a.txt", "改了")
    changes = update(archive, folder, bundle=renewed)
    assert (did(changes), changes.older) == ((0, 1, 0, 5), 5)
    changes = update(archive, folder / "2021", bundle=renewed, relabel=True)
    assert (changes.relabelled, changes.kept, changes.older) == (2, 4, 3)
    changes = update(archive, folder, bundle=renewed, relabel=True)
    assert (changes.relabelled, changes.kept, changes.older) == (3, 3, 0)
    assert did(update(archive, folder, bundle=renewed, relabel=True)) == (0, 0, 0, 6)
    bundles = query(archive, "SELECT DISTINCT bundle FROM documents WHERE deleted IS NULL")
    assert bundles == [(hashlib.sha256((renewed / "manifest.json").read_bytes()).hexdigest(),)]


@FORMATS
def test_an_interrupted_update_goes_on(folder: Path, tmp_path: Path, suffix: str) -> None:
    archive = tmp_path / f"a{suffix}"
    update(archive, folder)
    before = live(archive)
    for number in range(8):
        write(folder / f"n{number}.txt", f"医保{number}")
    (folder / "a.txt").unlink()
    with pytest.raises(InterruptedRun):
        run(job(folder), [archive], Watch(3), update=Update())
    assert live(archive) == before
    watch = Watch()
    summary = run(job(folder), [archive], watch, update=Update())
    assert (watch.resumes, summary.labelled_now) == (1, 5)
    assert set(live(archive)) == (set(before) | {f"n{number}" for number in range(8)}) - {"a"}
    assert without_traces(archive)


def test_a_grown_archive_answers_as_one_made_anew(tmp_path: Path) -> None:
    folder, grown, anew = tmp_path / "in", tmp_path / "grown.sqlite", tmp_path / "anew.sqlite"
    folder.mkdir()
    letters = {path.stem: path.read_text("utf-8") for path in LETTERS.glob("*.txt")}
    for number, (name, text) in enumerate(sorted(letters.items())):
        write(folder / f"{name}.txt", text)
        for piece in range(3):
            write(folder / f"{name}-{piece}.txt", text[200 * piece : 200 * piece + 900])
        if number % 2:
            update(grown, folder)
            write(folder / f"{name}-1.txt", text[500:1500])
            (folder / f"{name}-2.txt").unlink()
    update(grown, folder)
    update(anew, folder)
    assert live(grown) == live(anew)
    assert len(deleted(grown)) == len(letters) // 2
    for question in ("异地就医直接结算", "药品集中采购和医保支付", "看病先垫钱，外省"):
        for archive in (grown, anew):
            found = search(archive, question[:4], limit=None)
            assert found.count == len(found.hits)
        one, other = (sorted(hit.id for hit in search(path, question[:4]).hits) for path in (grown, anew))
        assert one == other
        one_, other_ = precedents(grown, question), precedents(anew, question)
        assert one_["confidence"] == other_["confidence"]
        scores = [
            sorted((found["id"], round(found["score"], 3)) for found in answer["precedents"])
            for answer in (one_, other_)
        ]
        assert scores[0] == scores[1] != []


def test_deleted_documents_are_compacted_and_their_marks_stay(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "a.sqlite"
    update(archive, folder)
    write(folder / "a.txt", "改了的医保")
    update(archive, folder)
    assert query(archive, "SELECT count(*) FROM texts") == [(7,)]
    update(archive, folder, compact=True)
    assert query(archive, "SELECT count(*) FROM texts") == [(6,)]
    assert query(archive, "SELECT count(*) FROM documents") == [(6,)]  # another has the id of the seventh
    for name in ("b", "c", "d"):
        (folder / f"{name}.txt").unlink()
    update(archive, folder)  # half of the texts
    assert query(archive, "SELECT count(*) FROM texts") == [(3,)]
    assert query(archive, "SELECT count(*) FROM policies") == [(2,)]
    assert sorted(deleted(archive)) == ["b", "c", "d"]
    assert sorted(hit.id for hit in search(archive, "医保").hits) == ["2021/e", "2021/f", "a"]
    assert {found["id"] for found in precedents(archive, "改了的医保")["precedents"]} >= {"a"}
    write(folder / "n.txt", "新的医保")
    assert did(update(archive, folder)) == (1, 0, 0, 3)
    assert precedents(archive, "新的医保")["precedents"][0]["id"] == "n"


def test_a_reader_sees_the_archive_that_it_opened(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "a.sqlite"
    update(archive, folder)
    with contextlib.closing(open_archive(archive)) as reader:
        write(folder / "n.txt", "新的医保")
        (folder / "a.txt").unlink()
        update(archive, folder)
        assert reader.execute("SELECT count(*) FROM live").fetchone() == (6,)
        assert reader.execute("SELECT id FROM live WHERE id IN ('a', 'n')").fetchall() == [("a",)]
    with contextlib.closing(open_archive(archive)) as reader:
        assert reader.execute("SELECT id FROM live WHERE id IN ('a', 'n')").fetchall() == [("n",)]


def test_policies_of_a_folder_of_parts_are_those_of_its_documents(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "a.parquet"
    update(archive, folder)
    (folder / "a.txt").unlink()
    write(folder / "b.txt", "医保《新办法》")
    update(archive, folder)
    found = {cited.id: list(cited.citations) for cited in read_citations([archive])}
    assert set(found) == {"b", "c", "d", "2021/e", "2021/f"}
    assert found["b"] == [("新办法", None)]


def test_small_parts_are_filled(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "a.parquet"
    for number in range(4):
        write(folder / f"n{number}.txt", str(number) * 9)
        update(archive, folder)
    assert len(list(archive.glob("*.parquet"))) == 1
    assert len(live(archive)) == 10


def test_one_archive_is_updated_by_one_run(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "a.sqlite"
    update(archive, folder)
    with (
        contextlib.closing(RunFolder(archive)),
        pytest.raises(OutputError, match=r"a\.sqlite: another run is writing it"),
    ):
        update(archive, folder)


def test_what_is_no_archive_is_not_updated(folder: Path, tmp_path: Path) -> None:
    def refused(name: str, message: str) -> None:
        with pytest.raises(OutputError, match=message):
            update(tmp_path / name, folder)

    refused("a.csv", r"a\.csv: cannot be updated; archives that grow have the suffix \.sqlite")
    write(tmp_path / "text.sqlite", "不是数据库" * 99)
    refused(
        "text.sqlite", "is not an archive, or damaged .*; write it anew with --overwrite instead of --update"
    )
    with contextlib.closing(sqlite3.connect(tmp_path / "other.db")) as base:
        base.execute("CREATE TABLE t (a)")
    refused("other.db", "is not an archive of this program")
    update(tmp_path / "a.sqlite", folder)
    with contextlib.closing(sqlite3.connect(tmp_path / "a.sqlite")) as base:
        base.execute("PRAGMA user_version = 1")
    refused("a.sqlite", "is of format 1, which cannot be updated to 2; write it anew with --overwrite")
    write(tmp_path / "a.sqlite-wal", "x")
    refused("a.sqlite", "is being written by another program")
    write(tmp_path / "one.parquet", "x")
    refused("one.parquet", "is one file; --update writes a folder of parts")
    (tmp_path / "mine.parquet").mkdir()
    refused("mine.parquet", "it is a folder")
    update(tmp_path / "p.parquet", folder)
    write(tmp_path / "p.parquet" / "notes.txt", "我的")
    refused("p.parquet", r"holds notes\.txt, which is not part of it; move that elsewhere")
    (tmp_path / "p.parquet" / "notes.txt").unlink()
    with pytest.raises(OutputError, match=r"p\.parquet: is an archive of parts; add --update"):
        run(job(folder), [tmp_path / "p.parquet"], Watch())


NEEDED = ("texts", "documents", "terms", "term_lengths", "text_index", "letters", "policies")


@pytest.mark.parametrize("table", NEEDED)
def test_an_archive_without_a_table_is_one_line(folder: Path, tmp_path: Path, table: str) -> None:
    archive = tmp_path / "a.sqlite"
    update(archive, folder)
    with contextlib.closing(sqlite3.connect(archive)) as base:
        base.execute(f"DROP TABLE {table}")
    with pytest.raises(OutputError, match=r"write it anew with --overwrite instead of --update$"):
        update(archive, folder)
    for ask in (search, precedents):
        with contextlib.suppress(InputError) if table in NEEDED[2:] else pytest.raises(InputError):
            ask(archive, "医保")


@pytest.mark.parametrize("table", ["figures", "figure_readings"])
@pytest.mark.parametrize("again", [False, True])
def test_half_of_the_tables_of_figures_is_one_line(
    folder: Path, tmp_path: Path, table: str, again: bool
) -> None:
    archive = tmp_path / "a.sqlite"
    run(job(folder), [archive], Watch(), figures=True)
    with contextlib.closing(sqlite3.connect(archive)) as base:
        base.execute(f"DROP TABLE {table}")
    with pytest.raises(OutputError, match=rf"is damaged \(has no doc in {table}\); write it anew with"):
        run(job(folder), [archive], Watch(), update=Update(), figures=again)


@FORMATS
def test_an_archive_of_a_newer_format_is_left_alone(folder: Path, tmp_path: Path, suffix: str) -> None:
    archive = tmp_path / f"a{suffix}"
    update(archive, folder)
    with contextlib.closing(sqlite3.connect(archive / LEDGER if archive.is_dir() else archive)) as base:
        base.execute("PRAGMA user_version = 99")
    with pytest.raises(OutputError, match="was written by a newer version of nhsa-nlp"):
        update(archive, folder)
    with pytest.raises(OutputError, match=r"was written by a newer version|is an archive of parts"):
        run(job(folder), [archive], Watch())
    if suffix == ".sqlite":
        assert run(job(folder), [archive], Watch(), overwrite=True).labelled == 6


def test_an_archive_of_the_first_format_is_searched(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "a.sqlite"
    update(archive, folder)
    with contextlib.closing(sqlite3.connect(archive)) as base:
        base.executescript(
            "DROP VIEW live; DROP VIEW postings; DROP TABLE term_additions; DROP INDEX documents_file;"
            "DROP INDEX documents_deleted; DROP TABLE files;"
            "ALTER TABLE documents DROP COLUMN bundle; ALTER TABLE documents DROP COLUMN file;"
            "ALTER TABLE documents DROP COLUMN deleted; PRAGMA user_version = 1;"
        )
    assert search(archive, "医保").count == 6
    assert precedents(archive, "c：医保《c办法》")["precedents"]


# What follows is killed, or has no room.

SCRIPT = """
import sys
from pathlib import Path
from tests.batch.grown import update
update(Path(sys.argv[1]), sys.argv[2])
"""


@pytest.fixture
def many(tmp_path: Path) -> Path:
    """Four hundred documents of some length, so that writing the archive takes a while."""
    made = tmp_path / "in"
    made.mkdir()
    for number in range(400):
        letters = "".join(chr(0x4E00 + (number * 37 + place * 11) % 9000) for place in range(1500))
        write(made / f"{number:03}.txt", letters)
    return made


def changed(folder: Path) -> None:
    for number in range(0, 400, 4):
        write(folder / f"{number:03}.txt", f"改了{number}" * 50)
        (folder / f"{number + 1:03}.txt").unlink()
        write(folder / f"n{number}.txt", f"新的{number}" * 200)


@pytest.mark.slow
@FORMATS
def test_a_kill_leaves_the_old_or_the_new_archive(many: Path, tmp_path: Path, suffix: str) -> None:
    archive = tmp_path / f"a{suffix}"
    update(archive, many)
    old = live(archive)
    changed(many)
    full = tmp_path / f"full{suffix}"
    update(full, many)
    new = live(full)
    kept = shutil.copytree(archive, tmp_path / "kept") if archive.is_dir() else tmp_path / "kept"
    if archive.is_file():
        shutil.copy(archive, kept)
    killed = 0
    for moment in range(10):
        with subprocess.Popen(
            [sys.executable, "-c", SCRIPT, str(archive), str(many)], stderr=subprocess.DEVNULL
        ) as process:
            _wait(process, archive, moment)
            process.kill()
            process.wait()
        killed += process.returncode < 0
        found = live(archive)
        assert found in (old, new)
        if archive.is_file():
            assert query(archive, "PRAGMA integrity_check") == [("ok",)]
        if found == new:  # killed after it was in its place: begin from the old one again
            shutil.rmtree(archive) if archive.is_dir() else archive.unlink()
            shutil.copytree(kept, archive) if kept.is_dir() else shutil.copy(kept, archive)
    assert killed >= 5
    update(archive, many)
    assert live(archive) == new
    left = {path.name for path in tmp_path.iterdir()} - {"in", "kept", archive.name, full.name}
    assert left == set()


def _wait(process: subprocess.Popen[bytes], archive: Path, moment: int) -> None:
    """Wait until a moment of an update: four while it labels, six while it writes."""
    journal = archive.with_name(f".{archive.name}.run") / "journal"
    while process.poll() is None:
        if moment < 4:
            if journal.exists() and journal.read_bytes().count(b"\n") > 40 * moment:
                return
            continue
        written = 0
        for place in (archive.parent, *archive.parent.glob(f".{archive.name}.*.part/new")):
            with contextlib.suppress(OSError), os.scandir(place) as entries:  # it may be in its place by now
                written += sum(entry.stat().st_size for entry in entries if ".part" in entry.path)
        if written > 150_000 * (moment - 4):
            return


@pytest.mark.slow
@FORMATS
def test_a_full_disk_leaves_the_old_archive(many: Path, tmp_path: Path, suffix: str) -> None:
    resource = pytest.importorskip("resource")
    archive = tmp_path / f"a{suffix}"
    update(archive, many)
    old = live(archive)
    changed(many)
    largest = 100_000

    def full() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, resource.RLIM_INFINITY))

    done = subprocess.run(
        [sys.executable, "-m", "nhsa_nlp", "label", str(many), "-o", str(archive), "--update"],
        capture_output=True,
        encoding="utf-8",
        preexec_fn=full,
        check=False,
    )
    assert done.returncode == 2
    assert "run the same command again" in done.stderr  # coverage, if recorded, has no room either
    assert live(archive) == old


def test_figures_of_deleted_documents_are_left_out(tmp_path: Path) -> None:
    folder, archive = tmp_path / "in", tmp_path / "a.sqlite"
    folder.mkdir()
    for name in "abcdef":  # one of so many is marked, and not compacted yet
        write(folder / f"{name}.txt", f"{name}：截至2022年底，居民医保参保9.83亿人。")
    update(archive, folder)
    assert [each.id for each in archive_figures(archive)] == list("abcdef")
    (folder / "b.txt").unlink()
    update(archive, folder)
    assert query(archive, "SELECT count(*) FROM texts") == [(6,)]
    assert [each.id for each in archive_figures(archive)] == list("acdef")


def test_a_damaged_archive_is_one_line(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "a.sqlite"
    update(archive, folder)
    with contextlib.closing(sqlite3.connect(archive)) as base, base:
        base.execute("UPDATE files SET path = CAST(X'2FFF61' AS TEXT) WHERE file = 1")
    before = archive.read_bytes()
    with pytest.raises(OutputError, match=r"a\.sqlite: is not an archive, or damaged .*; write it anew with"):
        update(archive, folder)
    assert archive.read_bytes() == before
