"""What a command checks about a file it is to write, before any work."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from nhsa_nlp.errors import OutputError


def check_output(output: Path, inputs: Iterable[str | Path] = (), suffixes: Sequence[str] = ()) -> None:
    """Find out whether ``output`` can be written; nothing there is changed.

    Raises
    ------
    OutputError
        If it cannot, is one of the inputs, or has none of the suffixes, if there are any.
    """
    from nhsa_nlp.io import check_writable

    if suffixes and output.suffix.lower() not in suffixes:
        allowed = f"one of {', '.join(suffixes)}" if len(suffixes) > 1 else suffixes[0]
        raise OutputError(f"{output}: the suffix must be {allowed}; choose another --output")
    if any(Path(name).resolve() == output.resolve() for name in inputs):
        raise OutputError(f"{output}: is one of the files to read; choose another name to write")
    check_writable(output)
