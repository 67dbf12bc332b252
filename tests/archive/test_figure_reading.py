from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

import nhsa_nlp
from nhsa_nlp.archive.figure_reading import FigureFilter, archive_figures, stored_document_figures
from nhsa_nlp.archive.figure_search import find_newest
from nhsa_nlp.errors import InputError
from nhsa_nlp.io import Document, writer_for
from nhsa_nlp.io.store.archive_file import open_archive_file
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


def keep_figures(archive: Path) -> None:
    with open_archive_file(archive) as changed:
        changed.read_missing_figures(stored_document_figures)


@pytest.mark.parametrize(
    "wanted", [None, FigureFilter("参保人数"), FigureFilter(units=["元"]), FigureFilter(since=2023)]
)
def test_stored_figures_are_those_that_are_read_and_the_texts_are_left_alone(
    archive: Path, wanted: FigureFilter | None
) -> None:
    read = list(archive_figures(archive, wanted=wanted)), find_newest(archive, "参保人数")
    keep_figures(archive)
    with closing(sqlite3.connect(archive)) as base:
        base.execute("UPDATE texts SET text = 'x'")  # reading it would fail
        base.commit()
    assert (list(archive_figures(archive, wanted=wanted)), find_newest(archive, "参保人数")) == read
    assert len(list(archive_figures(archive, ["b", "none"]))) == 1


def test_figures_that_another_version_stored_are_read_again(archive: Path) -> None:
    keep_figures(archive)
    read = list(archive_figures(archive))
    with closing(sqlite3.connect(archive)) as base:
        base.execute("UPDATE figure_readings SET version = '0' WHERE doc = 2")
        base.execute("UPDATE figures SET figure = replace(figure, '9.8', '1.1')")
        base.commit()
    texts = [figure["text"] for each in archive_figures(archive) for figure in each.figures]
    assert texts == ["1.10亿人", "9.81亿人", "1.12亿人"]
    keep_figures(archive)
    assert list(archive_figures(archive))[1] == read[1]


@pytest.mark.parametrize("value", ["{", "{}", "[]"])
def test_a_damaged_figure_is_one_line(archive: Path, value: str) -> None:
    keep_figures(archive)
    with closing(sqlite3.connect(archive)) as base:
        base.execute("UPDATE figures SET figure = ?", (value,))
        base.commit()
    with pytest.raises(InputError, match="is damaged"):
        find_newest(archive, "参保人数")


def test_an_archive_whose_texts_were_changed_is_damaged(archive: Path) -> None:
    with closing(sqlite3.connect(archive)) as base:
        base.execute("UPDATE texts SET text = substr(text, 1, 9)")
        base.commit()
    with pytest.raises(InputError, match="is damaged"):
        list(archive_figures(archive))
