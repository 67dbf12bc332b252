"""The options that several commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from nhsa_nlp.data.annotations.tools import Tool
from nhsa_nlp.io.options import MAX_BYTES


class SegmenterChoice(StrEnum):
    """What can make the words."""

    RJIEBA = "rjieba"
    JIEBA = "jieba"
    PKUSEG = "pkuseg"
    CHAR = "char"


Bundle = Annotated[
    Path | None,
    typer.Option("--bundle", metavar="DIR", help="The model bundle; without it the one that is shipped."),
]
Segmenter = Annotated[
    SegmenterChoice | None,
    typer.Option("--segmenter", help="What makes the words; without it, as the bundle says."),
]
Encoding = Annotated[
    str | None,
    typer.Option(
        "--encoding",
        metavar="NAME",
        help="The encoding of plain text, such as gb18030; without it, it is detected.",
    ),
]
MaxBytes = Annotated[
    int, typer.Option("--max-bytes", min=1, metavar="N", help="Refuse longer files.", show_default=True)
]
TextColumn = Annotated[
    str | None,
    typer.Option(
        "--text-column", metavar="NAME", help="The column of a table that holds the text; else by its name."
    ),
]
IdColumn = Annotated[
    str | None,
    typer.Option(
        "--id-column", metavar="NAME", help="The column of a table that holds the id; else by its name."
    ),
]
TitleColumn = Annotated[
    str | None,
    typer.Option(
        "--title-column", metavar="NAME", help="A column of a table that goes before the text, as its title."
    ),
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers",
        "-j",
        min=1,
        metavar="N",
        help="Processes that label: 1; with Ray, as many as the cluster has CPUs.",
        show_default=False,
    ),
]
Jobs = Annotated[
    int | None,
    typer.Option(
        "--jobs",
        "-j",
        min=1,
        metavar="N",
        help="Processes to work in; one a core if not given.",
        show_default=False,
    ),
]
Timeout = Annotated[
    float,
    typer.Option(
        "--timeout",
        min=0,
        metavar="SECONDS",
        help="Give up a document that takes longer; 0 for no limit.",
        show_default=True,
    ),
]
MaxMemory = Annotated[
    int | None,
    typer.Option("--max-memory", min=1, metavar="MB", help="Memory a process may use for data (Linux only)."),
]
Data = Annotated[
    Path, typer.Option("--data", metavar="PATH", help="The folder of the training data.", show_default=True)
]
ForTool = Annotated[Tool | None, typer.Option("--for", help="Write a project of this annotation tool.")]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="The random seed.", show_default=True)]

LabelColumn = Annotated[
    str | None,
    typer.Option("--label-column", metavar="NAME", help="The column of the labels, if its name is unusual."),
]

DEFAULT_MAX_BYTES = MAX_BYTES
DEFAULT_TIMEOUT = 600.0
DEFAULT_DATA = Path("training/data")
DEFAULT_SEED = 0
