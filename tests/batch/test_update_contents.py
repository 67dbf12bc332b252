"""What an archive that is updated holds besides records, if it is asked to: figures, texts in Parquet."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from nhsa_nlp.archive.figure_reading import archive_figures
from nhsa_nlp.archive.matching import PrecedentIndex, precedents
from nhsa_nlp.batch import Changes, Update, run
from nhsa_nlp.errors import InputError, OutputError
from nhsa_nlp.io.records import read_records
from nhsa_nlp.io.store.ledger import LEDGER
from tests.batch.grown import did, job, live, query, update
from tests.batch.test_run import Watch
from tests.paths import LETTERS

QUESTIONS = ("异地就医直接结算", "看病先垫钱，外省", "药品集中采购，根据《关于建立机制的意见》")


def grow(archive: Path, *paths: Path, **options: Any) -> Changes:
    found = run(job(*paths), [archive], Watch(), update=Update(), **options).changes
    assert found is not None
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "in"
    made.mkdir()
    for path in LETTERS.glob("*.txt"):
        text = path.read_text("utf-8")
        for piece in range(4):
            (made / f"{path.stem}-{piece}.txt").write_text(text[300 * piece :], "utf-8")
    return made


def change(folder: Path) -> None:
    names = sorted(folder.iterdir())
    for path in names[::5]:
        path.write_text(path.read_text("utf-8")[:700] + "异地就医直接结算。", "utf-8")
    names[1].unlink()
    (folder / "new.txt").write_text("关于药品集中采购，见《关于建立机制的意见》。" * 3, "utf-8")


def test_figures_are_stored_by_a_run_and_kept_up_by_updates(folder: Path, tmp_path: Path) -> None:
    archive, plain = tmp_path / "a.sqlite", tmp_path / "plain.sqlite"
    run(job(folder), [archive], Watch(), figures=True)
    run(job(folder), [plain], Watch())
    assert query(plain, "SELECT name FROM sqlite_master WHERE name LIKE 'figure%'") == []
    change(folder)
    for path in (archive, plain):
        assert did(grow(path, folder))[0] == 1
    stored = "SELECT count(*) FROM figure_readings JOIN documents USING (doc) WHERE deleted IS NULL"
    assert query(archive, stored) == [(16,)]
    assert list(archive_figures(archive)) == list(archive_figures(plain))
    update(archive, folder, compact=True)
    assert query(archive, "SELECT count(*) FROM figure_readings") == [(16,)]
    changes = grow(plain, folder, figures=True)  # of an archive that has none
    assert (did(changes), changes.figures) == ((0, 0, 0, 16), 16)
    assert grow(plain, folder).figures == 0
    assert list(archive_figures(archive)) == list(archive_figures(plain))
    with closing(sqlite3.connect(plain)) as base:
        base.execute("UPDATE figure_readings SET version = '0' WHERE doc > 9")
        base.commit()
    assert grow(plain, folder).figures > 0  # those of another version
    assert list(archive_figures(archive)) == list(archive_figures(plain))


def test_precedents_in_parquet_are_those_in_sqlite(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nhsa_nlp.io.store.parquet_folder._GROUP_WITH_TEXTS", 3)
    monkeypatch.setattr("nhsa_nlp.io.store.parquet_folder._TABLE", 3)
    monkeypatch.setattr("nhsa_nlp.io.store.parquet_folder._MOST", 7)
    parts, base = tmp_path / "a.parquet", tmp_path / "a.sqlite"

    def same() -> None:
        for question in QUESTIONS:
            assert precedents(parts, question) == precedents(base, question)
            assert precedents(parts, question)["precedents"]

    grow(parts, folder, keep_text=True)
    grow(base, folder)
    same()
    with PrecedentIndex(parts) as opened:
        before = opened.find(QUESTIONS[0])
        change(folder)
        for archive in (parts, base):  # what it keeps, it goes on keeping
            grow(archive, folder)
            assert query(archive, "SELECT count(*) FROM term_additions")[0][0]
        assert opened.find(QUESTIONS[0]) == before
    same()
    rows = [row for part in parts.glob("*.parquet") for row in pq.read_table(part).to_pylist()]
    texts = {row["id"]: row["text"] for row in rows}
    assert set(texts) == set(live(base))
    assert texts["new"] == (folder / "new.txt").read_text("utf-8")
    assert all("text" not in record for record in read_records(parts))
    for archive in (parts, base):
        update(archive, folder, compact=True)
        assert query(archive, "SELECT count(*) FROM term_additions") == [(0,)]
    same()


def test_a_folder_begun_without_texts_says_so(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "a.parquet"
    grow(archive, folder)
    with pytest.raises(OutputError, match=r"a\.parquet: was begun without texts; leave out --keep-text"):
        grow(archive, folder, keep_text=True)
    with pytest.raises(InputError, match=r"a\.parquet: holds no texts; .*--keep-text"):
        precedents(archive, "医保")
    with pytest.raises(OutputError, match=r"stores no figures; --figures needs one of"):
        grow(archive, folder, figures=True)


def test_policies_of_a_damaged_folder_are_one_line(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "a.parquet"
    grow(archive, folder)
    (part,) = archive.glob("*.parquet")
    table, data = pq.read_table(part), part.read_bytes()
    pq.write_table(table.slice(1), part)
    with pytest.raises(
        InputError, match=rf"part-000001\.parquet is damaged: it has {len(table) - 1} documents"
    ):
        list(read_records(archive))
    part.write_bytes(data[:4] + bytes([data[4] ^ 0xFF]) + data[5:])
    (folder / "more.txt").write_text("医保")
    with pytest.raises(
        OutputError, match=r"a\.parquet: part-000001\.parquet is damaged; move the folder away and write"
    ):
        grow(archive, folder)
    part.unlink()
    with pytest.raises(
        InputError, match=r"a\.parquet: part-000001\.parquet is missing; move the folder away"
    ):
        list(read_records(archive))


@pytest.mark.parametrize("new", [0, 1])
def test_a_damaged_part_is_found_before_anything_is_labelled(folder: Path, tmp_path: Path, new: int) -> None:
    archive = tmp_path / "a.parquet"
    grow(archive, folder)
    (part,) = archive.glob("*.parquet")
    table, data = pq.read_table(part), part.read_bytes()
    for number in range(new):
        (folder / f"more-{number}.txt").write_text("医保")
    part.write_bytes(data[: len(data) // 2])
    with pytest.raises(OutputError, match=r"part-000001\.parquet is damaged; move the folder away"):
        grow(archive, folder)
    pq.write_table(table.slice(1), part)
    with pytest.raises(
        OutputError,
        match=rf"part-000001\.parquet is damaged: it has {len(table) - 1} documents, not {len(table)}",
    ):
        grow(archive, folder)


def test_a_folder_without_its_database_says_so(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "a.parquet"
    grow(archive, folder, keep_text=True)
    (archive / LEDGER).unlink()
    missing = r"a\.parquet: _documents\.sqlite is missing; move the folder away and write it anew"
    with pytest.raises(InputError, match=missing):
        list(read_records(archive))
    with pytest.raises(InputError, match=missing):
        precedents(archive, "医保")
    with pytest.raises(OutputError, match=missing):
        grow(archive, folder)


def test_documents_of_no_part_are_one_line(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "a.parquet"
    grow(archive, folder, keep_text=True)
    with closing(sqlite3.connect(archive / LEDGER)) as base, base:
        base.execute("UPDATE documents SET part = '../../x'")
    with pytest.raises(InputError, match=r"a\.parquet: is damaged \(there is no part \.\./\.\./x\)"):
        precedents(archive, "医保")


@pytest.mark.parametrize("damage", ["part", "rows", "ledger", "format"])
def test_damaged_parts_are_one_line(folder: Path, tmp_path: Path, damage: str) -> None:
    archive = tmp_path / "a.parquet"
    grow(archive, folder, keep_text=True)
    (part,) = archive.glob("*.parquet")
    if damage == "part":
        part.write_bytes(part.read_bytes()[:-9])
    elif damage == "rows":
        pq.write_table(pq.read_table(part).slice(1), part)
    else:
        with closing(sqlite3.connect(archive / "_documents.sqlite")) as base:
            base.execute("DROP TABLE terms" if damage == "ledger" else "PRAGMA user_version = 9")
    with pytest.raises(InputError, match=r"a\.parquet: is (damaged|of format 9, of a newer version)"):
        precedents(archive, "异地就医")


@pytest.mark.parametrize("suffix", [".parquet", ".sqlite"])
def test_an_archive_found_to_be_damaged_after_labelling_has_one_instruction(
    folder: Path, tmp_path: Path, suffix: str
) -> None:
    """Rows of a table that have not changed are not labelled again, and so are missing anywhere else."""
    archive = tmp_path / f"a{suffix}"
    texts = [path.read_text("utf-8").replace("\n", " ") for path in sorted(folder.iterdir())]
    table = tmp_path / "t.tsv"
    table.write_text("id\ttext\n" + "".join(f"{n}\t{text}\n" for n, text in enumerate(texts)), "utf-8")
    grow(archive, table)
    table.write_text(table.read_text("utf-8") + "new\t医保\n", "utf-8")
    damage(archive)
    with pytest.raises(OutputError) as caught:
        grow(archive, table)
    if suffix == ".sqlite":
        assert f"{caught.value}".endswith(
            "write it anew with --overwrite instead of --update (add --restart)"
        )
        assert run(job(table), [archive], Watch(), overwrite=True, restart=True).labelled == len(texts) + 1
    else:
        assert f"{caught.value}".endswith(
            "is damaged; move the folder away and write it anew (add --restart)"
        )
        archive.rename(tmp_path / "away")
        with pytest.raises(OutputError, match=r"began; give the command again \(add --restart\)$"):
            grow(archive, table)
        assert did(grow(archive, table, restart=True)) == (len(texts) + 1, 0, 0, 0)


def test_parts_are_compared_with_their_database_once(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = tmp_path / "a.parquet"
    grow(archive, folder)
    read: list[str] = []

    def read_metadata(path: Path) -> Any:
        read.append(path.name)
        return pq.ParquetFile(path).metadata

    monkeypatch.setattr(pq, "read_metadata", read_metadata)
    assert did(grow(archive, folder)) == (0, 0, 0, 16)
    assert read == ["part-000001.parquet"]


def test_a_database_of_parts_that_is_damaged_inside_is_not_a_lack_of_room(
    folder: Path, tmp_path: Path
) -> None:
    archive = tmp_path / "a.parquet"
    grow(archive, folder, keep_text=True)
    overwrite_table(archive / LEDGER)
    change(folder)
    with pytest.raises(OutputError, match=r"_documents\.sqlite is damaged; move the folder away"):
        grow(archive, folder)


def damage(archive: Path) -> None:
    """Alter what an update reads only at its end: the columns of a part, the index of terms."""
    if archive.is_dir():
        (part,) = archive.glob("*.parquet")
        data = part.read_bytes()
        part.write_bytes(data[:4] + bytes([data[4] ^ 0xFF]) + data[5:])
    else:
        overwrite_table(archive)


def overwrite_table(database: Path) -> None:
    (page,) = query(database, "SELECT rootpage FROM sqlite_master WHERE name = 'term_additions'")[0]
    (size,) = query(database, "PRAGMA page_size")[0]
    with database.open("rb+") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
