"""Writing files and folders that appear whole or not at all."""

from __future__ import annotations

import ctypes
import errno
import glob
import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from nhsa_nlp.errors import OutputError
from nhsa_nlp.translation import Message

_SUFFIX = ".part"
_OLD = "old"  # what stands in for a folder that is replaced in two steps
_RANDOM = "?" * 8  # what mkstemp puts between
_CANNOT_SHARE = {errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP, errno.EPERM, errno.EBADF}
_NOT_OF_ROOM = {errno.EACCES, errno.EPERM, errno.EROFS, errno.EBADF}
_LONGEST = 60  # characters of the name that the hidden one repeats


@contextmanager
def write_atomically(path: str | Path, *, streams: bool = False) -> Iterator[Path]:
    """Give an empty hidden file beside ``path`` to write to, and rename it to ``path`` at the end.

    Whatever goes wrong, a file that was there before stays as it was and the hidden one is
    removed. A symbolic link stays one: what it leads to is replaced.

    Parameters
    ----------
    streams
        Take a pipe or a device, such as ``/dev/stdout``, as well: it is given as it is, to be opened
        and written once.

    Raises
    ------
    OutputError
        If it cannot be written, such as on a full disk, or ``path`` is not a regular file.
    """
    target = real_path(path)
    try:
        # Asked of the path: what /dev/stdout resolves to is not a name if it is a pipe.
        stream = Path(path).exists() and not target.is_file()
        if stream and (not streams or target.is_dir()):
            raise OutputError("cannot be written: is not a regular file; choose another --output", path)
        hidden = Path(path) if stream else _hidden(target)
    except OSError as error:
        raise cannot_write(path, error) from error
    try:
        yield hidden
        if not stream:
            hidden.chmod(_mode(target))
            with hidden.open("rb+") as file:
                os.fsync(file.fileno())
            hidden.replace(target)
            with suppress(OSError):  # it is in its place already
                sync_folder(target.parent)
    except OSError as error:
        if stream and isinstance(error, BrokenPipeError):
            raise  # its reader has seen enough
        raise cannot_write(path, error) from error
    finally:
        if not stream:
            hidden.unlink(missing_ok=True)


def copy_file(old: BinaryIO, target: Path) -> None:
    """Copy what an open file holds over another, without copying where the file system can share blocks.

    Raises
    ------
    OSError
        If it cannot be copied.
    """
    with target.open("wb") as new:
        left = os.fstat(old.fileno()).st_size if hasattr(os, "copy_file_range") else 0
        try:
            while left > 0 and (copied := os.copy_file_range(old.fileno(), new.fileno(), left)):
                left -= copied
        except OSError as error:
            if error.errno not in _CANNOT_SHARE:
                raise
        shutil.copyfileobj(old, new, 1 << 20)  # what is left


def write_text(path: str | Path, text: str) -> None:
    """Write ``text`` to ``path``, a file or a stream, in UTF-8, as it is.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    with write_atomically(path, streams=True) as file:
        try:
            file.write_bytes(text.encode("utf-8"))
        except UnicodeEncodeError as error:  # half a surrogate pair
            raise cannot_write(path, error) from error


def check_writable(path: str | Path, option: str = "output") -> None:
    """Find out before long work whether the file ``path`` can be written; nothing there is changed.

    Parameters
    ----------
    option
        The option that names it.

    Raises
    ------
    OutputError
        If it cannot.
    """
    target = real_path(path)
    try:
        if target.is_file() or target.is_dir():
            target.open("ab").close()
        if not Path(path).exists() or target.is_file():
            _hidden(target).unlink()
    except OSError as error:
        raise cannot_write(path, error, option) from error


def check_folder(path: str | Path, option: str = "output", *, replaced: bool = False) -> None:
    """Find out before long work whether the folder ``path`` can be made or filled; nothing there is changed.

    The folder it stands in must be there: what is misspelt would be made elsewhere.

    Parameters
    ----------
    option
        The option that names it.
    replaced
        Whether a folder that is there is to be replaced by a new one, not filled.

    Raises
    ------
    OutputError
        If it cannot.
    """
    target = real_path(path)
    try:
        with tempfile.TemporaryDirectory(dir=target if target.exists() and not replaced else target.parent):
            pass
    except OSError as error:
        raise cannot_write(path, error, option) from error


@contextmanager
def write_folder_atomically(path: Path) -> Iterator[Path]:
    """Give the name of a new folder beside ``path``, and put what is made there in its place at the end.

    A folder that was there before is removed then, and stays as it was if anything goes wrong.

    Raises
    ------
    OSError
        If the folder cannot be put in its place.
    """
    with tempfile.TemporaryDirectory(_SUFFIX, _prefix(path), path.parent) as beside:
        new, old = Path(beside, "new"), Path(beside, _OLD)
        yield new
        if path.exists() and _exchange(new, path):
            return
        if path.exists():
            path.rename(old)
        try:
            new.rename(path)
        except BaseException:
            if old.exists():
                old.rename(path)
            raise


def _exchange(one: Path, other: Path) -> bool:
    """Exchange two folders in one step, where the system can (Linux); tell whether it did."""
    try:
        rename = ctypes.CDLL(None, use_errno=True).renameat2
    except (AttributeError, OSError, TypeError):  # TypeError: Windows
        return False
    here, exchange = -100, 2  # AT_FDCWD, RENAME_EXCHANGE
    return bool(rename(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0)


def remove_leftovers(path: str | Path) -> None:
    """Remove what `write_atomically` left beside ``path`` when the process was killed.

    Where folders are replaced in two steps and only the first was done, the old one is put back.

    Only for a caller who knows that nobody else is writing ``path``. What cannot be removed stays.
    """
    target = real_path(path)
    if len(target.name) > _LONGEST:
        return  # another file may begin the same
    for left in target.parent.glob(f"{glob.escape(_prefix(target))}{_RANDOM}{_SUFFIX}*"):
        if left.is_dir() and not left.is_symlink():
            if (left / _OLD).exists() and not target.exists():
                with suppress(OSError):
                    (left / _OLD).rename(target)
            shutil.rmtree(left, ignore_errors=True)
        else:
            with suppress(OSError):
                left.unlink()


def real_path(path: str | Path) -> Path:
    """Return the file to be written, which symbolic links may lead to.

    Raises
    ------
    OutputError
        If the links lead in a circle, or it is not a path.
    """
    try:
        target = Path(os.path.realpath(path))
        if target.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    except (OSError, ValueError) as error:
        raise cannot_write(path, error) from error
    return target


def _hidden(target: Path) -> Path:
    """Make an empty hidden file beside ``target``."""
    handle, name = tempfile.mkstemp(_SUFFIX, _prefix(target), target.parent)
    os.close(handle)
    return Path(name)


def _prefix(target: Path) -> str:
    return f".{target.name[:_LONGEST]}."


def cannot_write(path: str | Path, error: Exception, option: str = "output") -> OutputError:
    """Return the error for what an option names and could not be written; nothing was put in its place."""
    folder = Path(path).parent
    if not room_may_help(error):
        return OutputError(
            "cannot be written: {reason}; choose another --{option}",
            path,
            reason=_reason(error),
            option=option,
        )
    if isinstance(error, FileNotFoundError) and not folder.exists():
        reason: str = Message("there is no folder {folder}", folder=folder)
        cure = Message("create it")
    else:
        reason, cure = _reason(error), Message("make room")
    return OutputError(
        "cannot be written: {reason}; {cure} or choose another --{option}",
        path,
        reason=reason,
        cure=cure,
        option=option,
    )


def room_may_help(error: Exception) -> bool:
    """Tell whether an error may be of a full disk, not of permissions or a stream that is closed."""
    return getattr(error, "errno", None) not in _NOT_OF_ROOM


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).splitlines()[0]


def _mode(target: Path) -> int:
    """Return the permissions of the file that was there, or those that a new one gets."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask


def sync_folder(folder: Path) -> None:
    """Flush the names in a folder to the disk, where the system can: they outlive a power failure.

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
