from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from nhsa_nlp.errors import DamagedArchiveError
from nhsa_nlp.io.store.ledger import LEDGER
from nhsa_nlp.io.store.parquet_folder import open_parquet_folder
from tests.io.writers.records import BARE


def test_an_error_of_the_caller_is_not_damage(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a bug"), open_parquet_folder(tmp_path / "a.parquet", new=True):
        raise ValueError("a bug")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "damage",
    [
        "UPDATE term_lengths SET lengths = x'00'",  # no numbers of four bytes
        "UPDATE term_additions SET postings = x'ff0000000000000000000000'",  # of 255 blocks
    ],
)
def test_an_index_of_terms_that_is_none_is_damage(tmp_path: Path, damage: str) -> None:
    folder = tmp_path / "a.parquet"
    for number in range(2):
        with open_parquet_folder(folder, new=not number) as parts:
            parts.add(BARE, text="医保")
    with closing(sqlite3.connect(folder / LEDGER)) as base, base:
        assert base.execute(damage).rowcount
    with (
        pytest.raises(DamagedArchiveError, match=r"a\.parquet: _documents\.sqlite is damaged"),
        open_parquet_folder(folder) as parts,
    ):
        parts.add(BARE, text="医保")
