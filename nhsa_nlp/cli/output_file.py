"""What a command checks about a file it is to write, before any work."""

from __future__ import annotations

import os
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
    from nhsa_nlp.io.atomic import real_path

    if suffixes and output.suffix.lower() not in suffixes:
        allowed = f"one of {', '.join(suffixes)}" if len(suffixes) > 1 else suffixes[0]
        raise OutputError(f"{output}: the suffix must be {allowed}; choose another --output")
    place = real_path(output)
    if any(os.path.realpath(name) == str(place) for name in inputs):
        raise OutputError(f"{output}: is one of the files to read; choose another name to write")
    check_writable(output)
