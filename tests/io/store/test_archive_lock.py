from __future__ import annotations

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from nhsa_nlp.errors import OutputError
from nhsa_nlp.io import WRITERS
from nhsa_nlp.io.store.archive_file import open_archive_file
from nhsa_nlp.io.store.growing import lock_archive
from tests.io.writers.records import BARE

_WRITE = """
import sqlite3, sys
base = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=0)
try:
    base.execute("BEGIN IMMEDIATE")
    print("free")
except sqlite3.OperationalError as error:
    print(error)
"""


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "a.sqlite"
    WRITERS[".sqlite"](path, [BARE], texts=lambda _: "医保")
    return path


def another_program(archive: Path) -> str:
    """Return what a program is told that begins to write."""
    done = subprocess.run(
        [sys.executable, "-c", _WRITE, str(archive)], capture_output=True, encoding="utf-8", check=True
    )
    return done.stdout.strip()


@pytest.mark.skipif(sys.platform == "win32", reason="there the lock ends before the file is replaced")
def test_nobody_writes_an_archive_while_it_is_copied_and_replaced(archive: Path) -> None:
    assert another_program(archive) == "free"
    with lock_archive(archive):
        with open_archive_file(archive) as copy:
            assert another_program(archive) == "database is locked"
            copy.add(BARE, text="医药")
            with closing(sqlite3.connect(archive)) as reader:
                assert reader.execute("SELECT text FROM texts").fetchall() == [("医保",)]
        assert another_program(archive) == "free"  # this is the new one
    with closing(sqlite3.connect(archive)) as reader:
        assert reader.execute("SELECT text FROM texts").fetchall() == [("医保",), ("医药",)]


def test_one_that_is_being_written_is_not_locked(archive: Path) -> None:
    with closing(sqlite3.connect(archive, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with (
            pytest.raises(OutputError, match=r"a.sqlite: is being written by another program"),
            lock_archive(archive),
        ):
            pass
    with lock_archive(archive), lock_archive(archive.with_name("none.sqlite")):
        assert another_program(archive) == "database is locked"
    assert not archive.with_name("none.sqlite").exists()


def test_a_folder_of_parts_needs_no_lock(tmp_path: Path) -> None:
    (tmp_path / "a.parquet").mkdir()
    with lock_archive(tmp_path / "a.parquet"):
        pass
