"""Writing a whole text file, such as a page or a report."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nhsa_nlp.errors import OutputError


def write_text(path: str | Path, text: str) -> None:
    """Write ``text`` to ``path`` in UTF-8, as it is.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    try:
        Path(path).write_bytes(text.encode("utf-8"))
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from error


def write_json_lines(path: str | Path, items: Iterable[Mapping[str, Any]]) -> None:
    """Write objects to ``path``, one a line.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    write_text(path, "".join(json.dumps(item, ensure_ascii=False) + "\n" for item in items))


def check_writable(path: str | Path) -> None:
    """Find out before long work whether ``path`` can be written; nothing there is changed.

    Raises
    ------
    OutputError
        If it cannot.
    """
    file = Path(path)
    try:
        new = not file.exists()
        file.open("ab").close()
        if new:
            file.unlink()
    except (OSError, ValueError) as error:
        raise _unwritable(path, error) from error


def _unwritable(path: str | Path, error: OSError | ValueError) -> OutputError:
    reason = getattr(error, "strerror", None) or error
    return OutputError(f"{path}: cannot be written: {reason}; choose another --output")
