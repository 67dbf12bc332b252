"""What a command checks about a file it is to write, before any work."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nhsa_nlp.errors import OutputError

if TYPE_CHECKING:
    from nhsa_nlp.io.writers.foreign import TableShape


def check_output(
    output: Path,
    inputs: Iterable[str | Path] = (),
    suffixes: Sequence[str] = (),
    *,
    shape: TableShape | None = None,
    overwrite: bool = False,
) -> None:
    """Find out whether ``output`` can be written; nothing there is changed.

    Parameters
    ----------
    shape
        What the command writes there: something else is not replaced, unless ``overwrite`` is given.

    Raises
    ------
    OutputError
        If it cannot, is one of the inputs, has none of the suffixes, if there are any, or should not be
        replaced.
    """
    from nhsa_nlp.io import check_writable
    from nhsa_nlp.io.atomic import real_path
    from nhsa_nlp.io.writers.foreign import foreign_table

    if str(output) == "-":
        raise OutputError("-: this command writes a file, not standard output; name one")
    if suffixes and output.suffix.lower() not in suffixes:
        allowed = f"one of {', '.join(suffixes)}" if len(suffixes) > 1 else suffixes[0]
        raise OutputError(f"{output}: the suffix must be {allowed}; choose another --output")
    place = real_path(output)
    if any(os.path.realpath(name) == str(place) for name in inputs):
        raise OutputError(f"{output}: is one of the files to read; choose another name to write")
    check_writable(output)
    if shape is not None and not overwrite and (reason := foreign_table(output, shape)) is not None:
        raise OutputError(f"{output}: {reason}; --overwrite replaces it, or choose another --output")
