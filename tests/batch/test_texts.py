from __future__ import annotations

import re
from pathlib import Path

import pytest

from nhsa_nlp.batch.texts import may_replace, text_path, write_texts


@pytest.mark.parametrize(
    "id_",
    ["../up", "/root", "a//b", "x\0y", "a" * 400, "深/" * 2000 + "a", "CON", "尾。. ", "\ud800", "a.txt/b"],
)
def test_texts_stay_within_their_folder(id_: str, tmp_path: Path) -> None:
    path = tmp_path / text_path(id_)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    assert path.resolve().is_relative_to(tmp_path.resolve())
    assert text_path(id_) != text_path(id_ + "_")


@pytest.mark.parametrize(
    ("id_", "is_kept"),
    [
        ("2021/年报", True),
        ("年报.v2", True),
        ("a" * 150, True),
        ("a" * 151, False),
        ("年" * 50, True),
        ("年" * 51, False),
        ("/".join(["a" * 139] * 5), True),
        ("/".join(["a" * 139] * 5) + "b", True),
        ("/".join(["a" * 139] * 5) + "bc", False),
        ("com1", False),
        ("LPT9.年报", False),
        ("comx", True),
        ("com10", True),
        ("nul/a", False),
        ("年报.", False),
        (".年报", True),
        ("a\x1fb", False),
        ("a\x7fb", False),
        ('a"b', False),
        ("a*b", False),
        ("a.txt", True),
        ("a.txt/b", False),
        ("a.txtb/b", True),
    ],
)
def test_an_id_that_can_be_a_name_is_one(id_: str, is_kept: bool) -> None:
    path = text_path(id_)
    assert (path.as_posix() == f"{id_}.txt") is is_kept
    assert path.suffix == ".txt"
    assert all(len(part.encode()) <= 163 for part in path.parts)
    assert len(path.as_posix().encode()) <= 713


def test_a_path_that_is_too_long_loses_its_folders() -> None:
    id_ = "/".join(["b" * 140] * 5 + ["年报"])
    assert text_path(id_).parent == Path()
    assert re.fullmatch(r"年报-[0-9a-f]{8}\.txt", text_path(id_).name)


def test_only_what_was_written_here_is_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    assert may_replace(folder)
    folder.mkdir()
    assert may_replace(folder)
    (folder / "mine.txt").touch()
    assert not may_replace(folder)
    assert not may_replace(folder / "mine.txt")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "gone")
    assert not may_replace(link)
    write_texts(tmp_path / "new", [("a", "甲"), ("b/c", "\r\n")])
    assert may_replace(tmp_path / "new")
    assert (tmp_path / "new" / "b" / "c.txt").read_bytes() == b"\r\n"


def test_texts_that_cannot_all_be_written_leave_the_old_ones(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    write_texts(folder, [("a", "旧")])
    with pytest.raises(UnicodeEncodeError):
        write_texts(folder, [("a", "新"), ("b", "\ud800")])
    assert (folder / "a.txt").read_text("utf-8") == "旧"
    assert [path.name for path in tmp_path.iterdir()] == ["texts"]
    write_texts(folder, [("b", "新")])
    assert [path.name for path in folder.glob("*.txt")] == ["b.txt"]
    assert [path.name for path in tmp_path.iterdir()] == ["texts"]
