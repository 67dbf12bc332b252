"""The arguments and options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from nhsa_nlp.data.annotations.tools import Tool
from nhsa_nlp.errors import InputError
from nhsa_nlp.io.options import MAX_BYTES, ReadOptions
from nhsa_nlp.pipeline.segmenters import SegmenterName

DEFAULT_MAX_BYTES = MAX_BYTES
DEFAULT_DATA = Path("training/data")
DEFAULT_SEED = 0

LABELLED = ".csv, .tsv, .xlsx, .jsonl, .json or an annotation tool's export"


def output(help_: str, *, metavar: str = "FILE") -> Any:
    """Return the option that names what to write."""
    return typer.Option("--output", "-o", metavar=metavar, help=help_)


def _checked_encoding(given: str | None) -> str | None:
    return ReadOptions(given).encoding


Paths = Annotated[list[str], typer.Argument(metavar="PATH", help="Files, folders, or - for standard input.")]
Overwrite = Annotated[
    bool,
    typer.Option(
        "--overwrite", help="Replace FILE even if another program wrote it or somebody has changed it."
    ),
]
Bundle = Annotated[
    Path | None, typer.Option(metavar="DIR", help="The model bundle; the shipped one if not given.")
]
BundleFolder = Annotated[
    Path | None, typer.Argument(metavar="DIR", help="The model bundle; the shipped one if not given.")
]
SameBundle = Annotated[Path | None, typer.Option(metavar="DIR", help="The same as the argument DIR.")]
Segmenter = Annotated[
    SegmenterName | None, typer.Option(help="The word segmenter; the bundle's if not given.")
]
Encoding = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        callback=_checked_encoding,
        help="The encoding of plain text, such as gb18030; detected if not given.",
    ),
]
MaxBytes = Annotated[int, typer.Option(min=1, metavar="N", help="Refuse longer files.")]
TextColumn = Annotated[
    str | None, typer.Option(metavar="NAME", help="The table column with the text, if its name is unusual.")
]
IdColumn = Annotated[
    str | None, typer.Option(metavar="NAME", help="The table column with the id, if its name is unusual.")
]
TitleColumn = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help='The table column that goes before the text, if its name is unusual; "" for none.',
    ),
]
LabelColumn = Annotated[
    str | None, typer.Option(metavar="NAME", help="The table column with the label, if its name is unusual.")
]
Jobs = Annotated[
    int | None,
    typer.Option("--jobs", "-j", min=1, metavar="N", help="Parallel processes; one per core if not given."),
]
Folds = Annotated[int, typer.Option(min=2, metavar="K", help="Folds of the cross-validation.")]
ForTool = Annotated[Tool | None, typer.Option("--for", help="Write a project for this annotation tool.")]
Seed = Annotated[int, typer.Option(metavar="N", help="The random seed.")]


def data_or_default(data: list[Path] | None) -> list[Path]:
    """Return the data that are named, or the folder of this project.

    Raises
    ------
    InputError
        If none are named, and the command does not run in the project.
    """
    if not data and not DEFAULT_DATA.exists():
        raise InputError("there is no such folder here; name the data with --data", DEFAULT_DATA)
    return data or [DEFAULT_DATA]
