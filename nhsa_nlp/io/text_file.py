"""Writing a whole text file, such as a page or a report."""

from __future__ import annotations

from pathlib import Path

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
        raise OutputError(
            f"{path}: cannot be written: {getattr(error, 'strerror', None) or error}"
        ) from error
