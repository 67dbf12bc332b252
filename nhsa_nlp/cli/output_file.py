"""What a command checks about a file it is to write, before any work."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from nhsa_nlp.errors import OutputError

if TYPE_CHECKING:
    from nhsa_nlp.io.writers.shapes import TableShape


PAGES = (".html", ".htm")
"""The suffixes of a web page."""


def check_output(
    output: Path,
    inputs: Iterable[str | Path] = (),
    suffixes: Sequence[str] = (),
    *,
    option: str = "output",
    shape: TableShape | None = None,
    overwrite: bool = False,
) -> None:
    """Find out whether ``output`` can be written; nothing there is changed.

    Parameters
    ----------
    option
        The option that it was given with.
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
    place = real_path(output)
    if any(os.path.realpath(name) == str(place) for name in inputs):
        raise OutputError(f"{output}: is one of the files to read; choose another name to write")
    if suffixes and output.suffix.lower() not in suffixes:
        if len(suffixes) == 1:
            raise OutputError(f"{output}: the suffix must be {suffixes[0]}; choose another --{option}")
        allowed = ", ".join(suffixes)
        raise OutputError(f"{output}: the suffix must be one of {allowed}; choose another --{option}")
    check_writable(output)
    if shape is not None and not overwrite and (reason := foreign_table(output, shape)) is not None:
        raise OutputError(f"{output}: {reason}; --overwrite replaces it, or choose another --output")
