"""Finding the documents that the paths of a command line name: files, folders, standard input."""

from __future__ import annotations

import os
import stat
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PurePath

from nhsa_nlp.errors import InputError
from nhsa_nlp.io.documents import unsupported
from nhsa_nlp.io.formats import format_of, stem_of, suffix_of
from nhsa_nlp.io.source import STANDARD_INPUT, Source, Unreadable
from nhsa_nlp.translation import Message

PASSED_OVER = (".", "~$")
"""How the names of hidden files, and of the lock files of Office, begin."""

TEXTS_MARK = ".nhsa-nlp-texts"
"""The hidden file in a folder of raw texts that a run has kept."""

_OUTPUT = "output"  # what such are counted as


def find_documents(
    paths: str | Path | Iterable[str | Path],
    suffixes: Collection[str],
    *,
    skipped: Counter[str] | None = None,
    left_out: Collection[Path] = (),
) -> Iterator[Source | Unreadable]:
    """Find the files in ``paths``, in the order given; folders recursively, sorted, and as it goes.

    A file named by itself is yielded whatever its suffix, so that its reader can say what is wrong
    with it. A file without suffix is what its first bytes say, text included. Within folders hidden
    files and folders and the lock files of Office (``~$…``) are passed over, and so are the outputs of
    earlier runs, and files with the suffix of another format, unless their first bytes say better. A
    folder reached twice through symbolic links is entered once; a nested one that cannot be listed is
    unreadable.

    Parameters
    ----------
    paths
        Files, folders, or ``-`` for standard input; or one of these by itself.
    suffixes
        The suffixes that can be read, in lower case with their dot.
    skipped
        Counts, by suffix, the files in folders that cannot be read, and the outputs of earlier runs.
    left_out
        Files and folders within folders that are not documents, such as what a run writes.

    Raises
    ------
    InputError
        At once, before anything is read: no path at all, an empty or missing one, a folder without
        documents, standard input named twice.
    TypeError
        For what is neither a string nor a path.
    """
    listed = [paths] if isinstance(paths, (str, bytes, os.PathLike)) else list(paths)
    for path in listed:
        if not isinstance(path, (str, os.PathLike)):
            raise TypeError(f"a path must be a string or a Path, not {type(path).__name__}")
    given = [str(path) for path in listed]
    if not given:
        raise InputError("no documents given; name files or folders, or - for standard input")
    if given.count(STANDARD_INPUT) > 1:
        raise InputError("standard input (-) can be read only once")
    for name in given:
        if not name:
            # What an unset variable of a shell leaves; as a path it would be the current folder.
            raise InputError("the path is empty; name files or folders, . for the current folder")
        if name != STANDARD_INPUT:
            _check(Path(name), suffixes)
    counter = skipped if skipped is not None else Counter()
    return _found(given, _Walk(suffixes, counter, frozenset(map(_real, left_out))))


def _check(path: Path, suffixes: Collection[str]) -> None:
    try:
        path.stat()
    except (OSError, ValueError) as error:
        what = Message("no such file or folder")
        if isinstance(error, PermissionError):
            what = Message("permission denied")
        elif isinstance(error, FileNotFoundError) and path.is_symlink():
            what = Message("is a broken symbolic link")
        raise InputError("{what}; check the path", path, what=what) from error
    if _is_folder(path):
        others: Counter[str] = Counter()
        unlisted: InputError | None = None
        for found in _Walk(suffixes, others).files(path):
            if isinstance(found, Source):
                return
            unlisted = unlisted or found.error
        holds = Message("it holds only {skipped}; ", skipped=describe_skipped(others)) if others else ""
        readable = " ".join(sorted(set(suffixes).difference(unsupported.SUFFIXES)))
        raise unlisted or InputError(
            "no documents in this folder; {holds}formats read: {formats}", path, holds=holds, formats=readable
        )


def _is_folder(path: Path) -> bool:
    try:
        return stat.S_ISDIR(path.stat().st_mode)
    except OSError:
        return False  # reading it as a file will say what is wrong


def _found(given: list[str], walk: _Walk) -> Iterator[Source | Unreadable]:
    for name in given:
        path = Path(name)
        if name == STANDARD_INPUT:
            yield Source("stdin", STANDARD_INPUT, ".txt")
        elif _is_folder(path):
            yield from walk.files(path)
        else:
            form = _format(path, walk.suffixes) or suffix_of(path)
            yield Source(_valid(stem_of(Path(path.name))), _valid(path), form, path)


def _format(file: Path, suffixes: Collection[str], *, is_file: bool = False) -> str | None:
    """Tell how a file is to be read, see `format_of`; of one that cannot be opened, by its name."""
    with suppress(OSError):  # reading it will say what is wrong
        if is_file or file.is_file():  # opening a pipe would wait for its writer
            return format_of(file, suffixes, lambda: file.open("rb"))
    return format_of(file, suffixes, BytesIO)


@dataclass(frozen=True, slots=True)
class _Walk:
    """How folders are walked, see `find_documents`; ``left_out`` is resolved."""

    suffixes: Collection[str]
    skipped: Counter[str]
    left_out: frozenset[Path] = frozenset()

    def files(self, top: Path) -> Iterator[Source | Unreadable]:
        """Yield the files to read under ``top``: depth first, each folder sorted by name."""
        from nhsa_nlp.io.writers.ownership import is_output  # needs all writers, and files alone do not

        entered: set[tuple[int, int]] = set()
        # A stack: folders may nest deeper than Python's recursion limit. With each path, what it is called
        # from the top, and whether listing its folder has told that it is a file.
        pending = [(top, "", False)]
        doubtful = {path.name for path in self.left_out}
        while pending:
            path, name, is_file = pending.pop()
            if is_file or not _is_folder(path):
                form = _format(path, self.suffixes, is_file=is_file)
                if name and is_output(path):
                    self.skipped[_OUTPUT] += 1
                elif form is None:
                    self.skipped[suffix_of(path)] += 1
                else:
                    stem = name[: len(name) - len(suffix_of(path))]
                    yield Source(_valid(stem), _valid(path), form, path)
                continue
            try:
                status = path.stat()
                if (status.st_dev, status.st_ino) in entered:
                    continue
                entered.add((status.st_dev, status.st_ino))
                if name and (path / TEXTS_MARK).exists():
                    self.skipped[_OUTPUT] += 1
                    continue
                with os.scandir(path) as entries:
                    inside = [
                        (path / entry.name, f"{name}/{entry.name}".lstrip("/"), _is_file(entry))
                        for entry in entries
                        if not entry.name.startswith(PASSED_OVER)
                        # Resolving asks the file system, so the names are compared first.
                        and (entry.name not in doubtful or _real(path / entry.name) not in self.left_out)
                    ]
            except OSError as error:
                folder = _valid(path)
                problem = InputError(
                    "this folder cannot be listed: {problem}", folder, problem=error.strerror
                )
                yield Unreadable(folder, folder, problem)
                continue
            pending.extend(sorted(inside, key=lambda found: found[0].name, reverse=True))


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:
        return False  # links in a circle: reading it will say so


def _real(path: Path) -> Path:
    """Return what symbolic links lead to; links in a circle lead to one of them."""
    return Path(os.path.realpath(path))


def describe_skipped(skipped: Counter[str]) -> str:
    """Return a phrase such as ``3 files of other formats (.docx 2, .pdf 1) and 1 output of earlier runs``."""
    outputs, total = skipped[_OUTPUT], skipped.total() - skipped[_OUTPUT]
    kinds = ", ".join(f"{suffix} {count:,}" for suffix, count in sorted(skipped.items()) if suffix != _OUTPUT)
    others = Message("{total:,} file of other formats ({kinds})", total=total, kinds=kinds)
    if total > 1:
        others = Message("{total:,} files of other formats ({kinds})", total=total, kinds=kinds)
    own = (
        Message("{count:,} output of earlier runs", count=outputs)
        if outputs == 1
        else Message("{count:,} outputs of earlier runs", count=outputs)
    )
    if not (total and outputs):
        return others if total else own
    return Message("{others} and {own}", others=others, own=own)


def _valid(path: PurePath | str) -> str:
    """Return a path in valid Unicode, with forward slashes: bytes that are not become U+FFFD."""
    text = path if isinstance(path, str) else path.as_posix()
    return text if text.isascii() else os.fsencode(text).decode("utf-8", "replace")
