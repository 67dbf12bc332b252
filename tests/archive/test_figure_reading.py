from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import nhsa_nlp
from nhsa_nlp.archive.figure_reading import archive_figures
from nhsa_nlp.errors import InputError
from nhsa_nlp.io import Document, writer_for
from nhsa_nlp.pipeline.records import records

TEXTS = {name: f"{name}：截至2022年底，居民医保参保9.8{number}亿人。" for number, name in enumerate("abc")}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "a.sqlite"
    documents = [Document(name, name, text) for name, text in TEXTS.items()]
    writer_for(path)(path, records(nhsa_nlp.load_analyser(), documents), texts=TEXTS.get)
    return path


def test_figures_of_all_documents_or_of_some(archive: Path) -> None:
    assert [each.id for each in archive_figures(archive)] == ["a", "b", "c"]
    (found,) = archive_figures(archive, ["b", "none"])
    assert [figure["text"] for figure in found.figures] == ["9.81亿人"]
    assert list(archive_figures(archive, [])) == []


def test_an_archive_whose_texts_were_changed_is_damaged(archive: Path) -> None:
    with closing(sqlite3.connect(archive)) as base:
        base.execute("UPDATE texts SET text = substr(text, 1, 9)")
        base.commit()
    with pytest.raises(InputError, match="is damaged"):
        list(archive_figures(archive))
