from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import Source, describe_skipped, find_documents

SUFFIXES = {".txt", ".md"}


def touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("正文", encoding="utf-8")


def test_a_folder_gives_its_readable_files_sorted_and_named_relative_to_it(tmp_path: Path) -> None:
    touch(*(tmp_path / "in" / name for name in ("b.txt", "a.TXT", "2020/c.md", "2020/c.txt", "z.pdf")))
    skipped: Counter[str] = Counter()
    found = list(find_documents([tmp_path / "in"], SUFFIXES, skipped=skipped))
    assert [file.id for file in found] == ["2020/c", "2020/c", "a", "b"]
    assert [file.source for file in found] == [
        (tmp_path / "in" / name).as_posix() for name in ("2020/c.md", "2020/c.txt", "a.TXT", "b.txt")
    ]
    assert skipped == {".pdf": 1}
    assert describe_skipped(skipped) == "1 file of other formats (.pdf 1)"


def test_one_path_by_itself_is_that_path(tmp_path: Path) -> None:
    touch(tmp_path / "a.txt")
    for path in (tmp_path, str(tmp_path), tmp_path / "a.txt", str(tmp_path / "a.txt")):
        assert [file.id for file in find_documents(path, SUFFIXES)] == ["a"]
    with pytest.raises(InputError, match="no documents given"):
        find_documents([], SUFFIXES)


@pytest.mark.parametrize("paths", [b"a.txt", [b"a.txt"]])
def test_bytes_are_no_path(paths: Any) -> None:
    with pytest.raises(TypeError, match="a path must be a string or a Path, not bytes"):
        find_documents(paths, {".txt"})


def test_hidden_files_and_folders_are_passed_over_unless_named(tmp_path: Path) -> None:
    touch(tmp_path / "a.txt", tmp_path / ".b.txt", tmp_path / ".git" / "c.txt")
    assert [file.id for file in find_documents([tmp_path], SUFFIXES)] == ["a"]
    assert [file.id for file in find_documents([tmp_path / ".git"], SUFFIXES)] == ["c"]
    (named,) = find_documents([tmp_path / ".b.txt"], SUFFIXES)
    assert isinstance(named, Source)
    assert named.origin == tmp_path / ".b.txt"


def test_symbolic_links_are_followed_and_loops_end(tmp_path: Path) -> None:
    touch(tmp_path / "in" / "a.txt", tmp_path / "elsewhere" / "b.txt")
    (tmp_path / "in" / "loop").symlink_to(tmp_path / "in", target_is_directory=True)
    (tmp_path / "in" / "out").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    (tmp_path / "elsewhere" / "back").symlink_to(tmp_path, target_is_directory=True)
    found = [file.id for file in find_documents([tmp_path / "in"], SUFFIXES)]
    assert found == ["a", "out/b"]


@pytest.fixture
def deep_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """Nest folders in ``tmp_path``, and take them away again: pytest's own removal is recursive."""
    depth = sys.getrecursionlimit() + 50
    monkeypatch.chdir(tmp_path)
    for _ in range(depth):
        Path("d").mkdir()
        os.chdir("d")
    Path("a.txt").write_text("正文", encoding="utf-8")
    bottom = Path.cwd()
    yield depth
    os.chdir(bottom)
    Path("a.txt").unlink()
    for _ in range(depth):
        os.chdir("..")
        Path("d").rmdir()


def test_folders_may_nest_deeper_than_the_recursion_limit(tmp_path: Path, deep_folder: int) -> None:
    (found,) = find_documents([tmp_path], SUFFIXES)
    assert found.id == "d/" * deep_folder + "a"


def test_a_relative_folder_keeps_relative_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path / "letters" / "a.txt")
    monkeypatch.chdir(tmp_path)
    for given in ("letters", "letters/", "./letters"):
        assert [(file.id, file.source) for file in find_documents([given], SUFFIXES)] == [
            ("a", "letters/a.txt")
        ]
    assert [(file.id, file.source) for file in find_documents(["."], SUFFIXES)] == [
        ("letters/a", "letters/a.txt")
    ]


@pytest.mark.parametrize("name", ["no/such", "a\0b", "x" * 300])
def test_a_missing_path_is_refused_before_anything_is_read(tmp_path: Path, name: str) -> None:
    touch(tmp_path / "a.txt")
    with pytest.raises(InputError, match="no such file or folder"):
        find_documents([tmp_path / "a.txt", tmp_path / name], SUFFIXES)


def test_an_empty_path_is_not_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    touch(tmp_path / "a.txt")
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="the path is empty"):
        find_documents([""], SUFFIXES)
    assert [file.id for file in find_documents(["."], SUFFIXES)] == ["a"]


def test_a_dangling_link_is_called_one(tmp_path: Path) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / "gone.txt")
    with pytest.raises(InputError, match="broken symbolic link"):
        find_documents([tmp_path / "a.txt"], SUFFIXES)


def test_a_folder_without_documents_is_refused_and_says_what_it_holds(tmp_path: Path) -> None:
    touch(tmp_path / "sub" / "a.pdf", tmp_path / "b.pdf", tmp_path / "c.css")
    with pytest.raises(
        InputError, match=r"no documents .* 3 files of other formats \(\.css 1, \.pdf 2\).* \.md \.txt"
    ):
        find_documents([tmp_path], SUFFIXES)


def test_no_paths_and_standard_input_twice_are_refused() -> None:
    with pytest.raises(InputError, match="no documents given"):
        find_documents([], SUFFIXES)
    with pytest.raises(InputError, match="only once"):
        find_documents(["-", "-"], SUFFIXES)


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux takes any bytes as a name")
def test_names_that_are_not_unicode_come_out_as_valid_text(tmp_path: Path) -> None:
    touch(tmp_path / os.fsdecode("医保".encode("gb18030") + b".txt"))
    (found,) = find_documents([tmp_path], SUFFIXES)
    assert isinstance(found, Source)
    assert isinstance(found.origin, Path)
    assert found.origin.read_text(encoding="utf-8") == "正文"
    found.source.encode("utf-8")
    assert "\ufffd" in found.id


def test_links_in_a_circle_hide_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("医保", "utf-8")
    (tmp_path / "b.txt").symlink_to("c.txt")
    (tmp_path / "c.txt").symlink_to("b.txt")
    found = list(find_documents([tmp_path], {".txt"}))
    assert [file.id for file in found] == ["a", "b", "c"]
