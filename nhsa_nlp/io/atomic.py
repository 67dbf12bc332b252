"""Putting a finished file in its place, whole or not at all."""

from __future__ import annotations

import glob
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from nhsa_nlp.errors import OutputError

_SUFFIX = ".part"
_RANDOM = "?" * 8  # what mkstemp puts between
_LONGEST = 60  # characters of the name that the hidden one repeats


@contextmanager
def placed(path: str | Path) -> Iterator[Path]:
    """Give a hidden file beside ``path`` to write to, and rename it to ``path`` at the end.

    Whatever goes wrong, a file that was there before stays as it was and the hidden one is
    removed. A symbolic link stays one: what it leads to is replaced.

    Parameters
    ----------
    path
        Where the file is to be.

    Yields
    ------
    Path
        The hidden file, which exists and is empty.

    Raises
    ------
    OutputError
        If it cannot be written, such as on a full disk, or ``path`` is no regular file.
    """
    try:
        target = Path(path).resolve()
        if target.exists() and not target.is_file():
            raise OutputError(f"{path}: is not a regular file; choose another --output")
        handle, name = tempfile.mkstemp(_SUFFIX, _prefix(target), target.parent)
        os.close(handle)
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: links in a circle
        raise cannot_write(path, error) from error
    hidden = Path(name)
    try:
        yield hidden
        hidden.chmod(_mode(target))
        with hidden.open("rb+") as file:
            os.fsync(file.fileno())
        hidden.replace(target)
        with suppress(OSError):  # it is in its place already
            sync_folder(target.parent)
    except OSError as error:
        raise cannot_write(path, error) from error
    finally:
        hidden.unlink(missing_ok=True)


def remove_leftovers(path: str | Path) -> None:
    """Remove what `placed` left beside ``path`` when the process was killed.

    Only for who knows that nobody else is writing ``path``. What cannot be removed stays.
    """
    target = Path(path).resolve()
    if len(target.name) > _LONGEST:
        return  # another file may begin the same
    for left in target.parent.glob(f"{glob.escape(_prefix(target))}{_RANDOM}{_SUFFIX}*"):
        if left.is_dir() and not left.is_symlink():
            shutil.rmtree(left, ignore_errors=True)
        else:
            with suppress(OSError):
                left.unlink()


def _prefix(target: Path) -> str:
    return f".{target.name[:_LONGEST]}."


def cannot_write(path: str | Path, error: Exception) -> OutputError:
    """Return the error for a file that could not be written; nothing has been put in its place."""
    reason = (getattr(error, "strerror", None) or str(error) or type(error).__name__).splitlines()[0]
    return OutputError(f"{path}: cannot be written: {reason}; make room or choose another --output")


def _mode(target: Path) -> int:
    """Return the permissions of the file that was there, or those that a new one gets."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def sync_folder(folder: Path) -> None:
    """Have the system put the names in a folder on the disk, where it can: they outlive a power failure.

    Raises
    ------
    OSError
        If the disk fails.
    """
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return  # Windows
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
