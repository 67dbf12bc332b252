from __future__ import annotations

from pathlib import Path

import pytest

from nhsa_nlp.desk.store import Store
from nhsa_nlp.errors import OutputError


def test_a_desk_is_not_made_among_files_of_somebody(tmp_path: Path) -> None:
    (tmp_path / "笔记.txt").write_text("我的笔记", "utf-8")
    mode = tmp_path.stat().st_mode
    with pytest.raises(OutputError, match="is not empty and not a desk; give an empty or new folder"):
        Store(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["笔记.txt"]
    assert tmp_path.stat().st_mode == mode


def test_a_desk_that_is_there_is_opened_whatever_lies_beside_it(tmp_path: Path) -> None:
    with Store(tmp_path):  # an empty folder
        (tmp_path / "笔记.txt").touch()
    with Store(tmp_path):
        pass


def test_a_desk_whose_making_was_interrupted_is_made(tmp_path: Path) -> None:
    (tmp_path / "files").mkdir()
    with Store(tmp_path):
        pass
