"""The raw texts of a run, kept as files, which the offsets of its records refer to."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from pathlib import Path

from nhsa_nlp.io.atomic import write_folder_atomically
from nhsa_nlp.io.find import TEXTS_MARK

_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"\\|?*\ud800-\udfff]')
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_LONGEST = 150  # bytes of a name; systems allow 255, and some add to it
_LONGEST_PATH = 700  # bytes of a path; systems allow 1,024 or more, that of the folder included
_SUFFIX = ".txt"


def text_path(id_: str) -> Path:
    """Return the path of a record's text within the folder of texts.

    The id with ``.txt``. What some systems do not accept as a name (control and reserved characters,
    ``..``, too long) is replaced, and eight digits of the id's SHA-256 are added; so is a folder that
    ends in ``.txt``, which may be the text of another id. A path that is too long loses its folders.

    >>> text_path("2021/npc-13-4-2020").as_posix()
    '2021/npc-13-4-2020.txt'
    >>> text_path("../etc/passwd").as_posix()
    '_/etc/passwd-7fef78f5.txt'
    """
    *folders, name = map(_safe, id_.split("/"))
    path = "/".join([*map(_folder, folders), name])
    if len(path.encode("utf-8")) > _LONGEST_PATH:
        path = name
    if path != id_:
        path += "-" + hashlib.sha256(id_.encode("utf-8", "surrogatepass")).hexdigest()[:8]
    return Path(path + _SUFFIX)


def may_replace(folder: Path) -> bool:
    """Tell whether a folder of texts may be put here: nothing is there, or what `write_texts` wrote."""
    if not folder.is_dir():
        return not (folder.exists() or folder.is_symlink())
    return (folder / TEXTS_MARK).exists() or not any(folder.iterdir())


def write_texts(folder: Path, texts: Iterable[tuple[str, str]]) -> None:
    """Write texts, each with the id of its record, into a folder that replaces the one there.

    A hidden file marks the folder as written here, see `may_replace`.

    Raises
    ------
    OSError
        If they cannot be written; the old folder is as it was.
    """
    with write_folder_atomically(folder) as new:
        new.mkdir()
        (new / TEXTS_MARK).touch()
        for id_, text in texts:
            file = new / text_path(id_)
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(text.encode("utf-8"))


def _folder(part: str) -> str:
    return part + "_" if part.lower().endswith(_SUFFIX) else part


def _safe(part: str) -> str:
    part = _UNSAFE.sub("_", part).rstrip(". ") or "_"
    if _RESERVED.fullmatch(part):
        part = "_" + part
    return part.encode("utf-8")[:_LONGEST].decode("utf-8", "ignore")
