from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from nhsa_nlp.desk.accounts import ROLES, add_user
from nhsa_nlp.desk.bundles import prepare_bundle
from nhsa_nlp.desk.store import Store
from nhsa_nlp.io import Document, writer_for
from nhsa_nlp.pipeline.records import label_document
from tests.desk.desks import ANSWERS, OTHER, PASSWORD, TEXT, THIRD, analyser, put


@pytest.fixture(scope="session")
def empty_desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("desk")
    with Store(folder) as store:
        prepare_bundle(store, None)
    return folder


@pytest.fixture(scope="session")
def answered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of earlier answers with figures of three years."""
    path = tmp_path_factory.mktemp("answers") / "answers.sqlite"
    records = (label_document(analyser(), Document(name, name, text)) for name, text in ANSWERS.items())
    writer_for(path)(path, records, texts=ANSWERS.get)
    return path


@pytest.fixture(scope="session")
def staffed_desk(tmp_path_factory: pytest.TempPathFactory, empty_desk: Path) -> Path:
    """A desk with three documents, and an account for each role: hashing passwords takes long."""
    folder = tmp_path_factory.mktemp("staffed") / "desk"
    shutil.copytree(empty_desk, folder)
    with Store(folder) as store:
        for name, text in (("a", TEXT), ("b", OTHER), ("c", THIRD)):
            put(store, name, text)
        for role in ROLES:
            add_user(store, f"{role}一", role, PASSWORD)
    return folder


@pytest.fixture
def desk(tmp_path: Path, staffed_desk: Path) -> Iterator[Store]:
    shutil.copytree(staffed_desk, tmp_path / "desk")
    with Store(tmp_path / "desk") as opened:
        yield opened


@pytest.fixture
def store(tmp_path: Path, empty_desk: Path) -> Iterator[Store]:
    shutil.copytree(empty_desk, tmp_path / "desk")
    with Store(tmp_path / "desk") as opened:
        yield opened
