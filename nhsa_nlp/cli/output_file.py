"""What a command checks about a file it is to write, before any work."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

from nhsa_nlp.errors import OutputError

if TYPE_CHECKING:
    from nhsa_nlp.data.annotations.tools import Tool
    from nhsa_nlp.io.writers.shapes import TableShape


STANDARD_OUTPUT = Path("-")
PAGES = (".html", ".htm")
"""The suffixes of a web page."""


def is_file(output: Path | None) -> TypeGuard[Path]:
    """Tell whether a file is to be written, rather than standard output."""
    return output is not None and output != STANDARD_OUTPUT


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
        What the command writes there, if not records as ``label`` does: something else is not replaced,
        unless ``overwrite`` is given.

    Raises
    ------
    OutputError
        If it cannot, is one of the inputs, has none of the suffixes, if there are any, or should not be
        replaced.
    """
    from nhsa_nlp.io import check_writable
    from nhsa_nlp.io.atomic import real_path
    from nhsa_nlp.io.writers.ownership import judge, judge_table

    if output == STANDARD_OUTPUT:
        raise OutputError("-: this command writes a file, not standard output; name one")
    place = real_path(output)
    if any(os.path.realpath(name) == str(place) for name in inputs):
        raise OutputError("is one of the files to read; choose another name to write", output)
    if suffixes and output.suffix.lower() not in suffixes:
        if len(suffixes) == 1:
            raise OutputError(
                "the suffix must be {suffix}; choose another --{option}",
                output,
                suffix=suffixes[0],
                option=option,
            )
        allowed = ", ".join(suffixes)
        raise OutputError(
            "the suffix must be one of {suffixes}; choose another --{option}",
            output,
            suffixes=allowed,
            option=option,
        )
    check_writable(output, option)
    if overwrite:
        return
    if reason := (judge(output) if shape is None else judge_table(output, shape)).value:
        raise OutputError(
            "{reason}; --overwrite replaces it, or choose another --{option}",
            output,
            reason=reason,
            option=option,
        )


def check_project_output(
    output: Path, tool: Tool, inputs: Iterable[str | Path] = (), *, overwrite: bool = False
) -> None:
    """Find out whether the files of a project of an annotation tool can be written, see `check_output`."""
    from nhsa_nlp.data.annotations.projects import check_project, interface_of
    from nhsa_nlp.io.writers.shapes import DATA

    check_project(output, tool)
    for file in filter(None, (output, interface_of(output, tool))):
        check_output(file, inputs, shape=DATA, overwrite=overwrite)
