from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from nhsa_nlp.errors import OutputError
from nhsa_nlp.io.atomic import (
    cannot_write,
    check_writable,
    remove_leftovers,
    write_atomically,
    write_folder_atomically,
    write_text,
)


def test_a_text_is_written_as_it_is(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", "医保\r\n\u2028")
    assert (tmp_path / "a.txt").read_bytes() == "医保\r\n\u2028".encode()


def test_the_old_file_is_there_until_the_new_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def fail(error: type[BaseException]) -> None:
        with write_atomically(path) as file:
            file.write_text("half")
            assert path.read_text() == "old"
            raise error

    for error, raised in (
        (KeyboardInterrupt, KeyboardInterrupt),
        (OSError, OutputError),
        (KeyError, KeyError),
    ):
        with pytest.raises(raised):
            fail(error)
        assert list(tmp_path.iterdir()) == [path]
    with write_atomically(path) as file:
        file.write_text("new")
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_what_utf8_cannot_hold_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(OutputError, match="surrogates not allowed"):
        write_text(path, "\ud800")
    assert path.read_text() == "old"


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_permissions_are_those_of_the_old_file_or_of_any_new_one(tmp_path: Path) -> None:
    old, new, usual = tmp_path / "old", tmp_path / "new", tmp_path / "usual"
    old.touch()
    old.chmod(0o640)
    usual.touch()
    for path in (old, new):
        write_text(path, "x")
    assert stat.S_IMODE(old.stat().st_mode) == 0o640
    assert new.stat().st_mode == usual.stat().st_mode


def test_a_symbolic_link_stays_one(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    link = tmp_path / "link.txt"
    link.symlink_to("folder/a.txt")
    for text in ("one", "two"):
        write_text(link, text)
        assert link.is_symlink()
        assert (tmp_path / "folder" / "a.txt").read_text() == text


@pytest.mark.parametrize("name", ["no/such/folder/out.txt", ".", "a\0b", "loop/x"])
def test_an_unwritable_place_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for write in (lambda path: write_text(path, "text"), check_writable):
        with pytest.raises(OutputError, match=r"cannot be written: .*; .*choose another --output") as caught:
            write(f"{tmp_path}/{name}")
        assert "\n" not in str(caught.value)


def test_looking_whether_a_file_can_be_written_changes_nothing(tmp_path: Path) -> None:
    check_writable(tmp_path / "new.txt")
    assert not list(tmp_path.iterdir())
    write_text(tmp_path / "old.txt", "旧")
    before = (tmp_path / "old.txt").stat().st_mtime_ns
    check_writable(tmp_path / "old.txt")
    assert (tmp_path / "old.txt").read_text("utf-8") == "旧"
    assert (tmp_path / "old.txt").stat().st_mtime_ns == before


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes with names")
def test_a_pipe_is_written_into_where_that_will_do(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    check_writable(pipe)  # without waiting for a reader, which would then see its end
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    write_text(pipe, "text")
    assert os.read(reader, 100) == b"text"
    assert pipe.is_fifo()
    with pytest.raises(OutputError, match="is not a regular file"), write_atomically(pipe):
        pass
    os.close(reader)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_device_is_one_clear_line() -> None:
    with pytest.raises(OutputError, match=r"^/dev/full: cannot be written: No space left .*; make room"):
        write_text("/dev/full", "text")


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS, errno.EBADF])
def test_room_is_not_asked_for_where_it_is_not_the_matter(number: int) -> None:
    reason = os.strerror(number)
    expected = f"a.csv: cannot be written: {reason}; choose another --output"
    assert str(cannot_write("a.csv", OSError(number, reason))) == expected


@pytest.mark.parametrize("length", [60, 61])
def test_leftovers_of_a_killed_process_are_removed_if_they_are_certain(tmp_path: Path, length: int) -> None:
    path = tmp_path / ("n" * length)
    prefix = f".{path.name[:60]}."
    file, folder = tmp_path / f"{prefix}abcdefgh.part", tmp_path / f"{prefix}abcdefgh.part.scratch"
    other = tmp_path / f".{path.name}{'' if length > 60 else '.'}.abcdefgh.part"
    file.touch()
    other.touch()
    folder.mkdir()
    (folder / "a").touch()
    remove_leftovers(path)
    assert other.exists()
    assert [file.exists(), folder.exists()] == [length > 60] * 2


def test_a_folder_is_replaced_whole_or_not_at_all(tmp_path: Path) -> None:
    place = tmp_path / "folder"
    with write_folder_atomically(place) as new:
        new.mkdir()
        (new / "a").touch()
        assert not place.exists()

    def fail() -> None:
        with write_folder_atomically(place) as new:
            new.mkdir()
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert [path.name for path in tmp_path.rglob("*")] == ["folder", "a"]
    with pytest.raises(FileNotFoundError), write_folder_atomically(place):
        pass  # nothing was made: the last step fails, and the old folder is put back
    assert [path.name for path in tmp_path.rglob("*")] == ["folder", "a"]
    with write_folder_atomically(place) as new:
        new.mkdir()
        (new / "b").touch()
    assert [path.name for path in tmp_path.rglob("*")] == ["folder", "b"]
