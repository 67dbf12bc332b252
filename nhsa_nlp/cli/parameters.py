"""The options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nhsa_nlp.annotations.tools import Tool
from nhsa_nlp.io.options import MAX_BYTES

Bundle = Annotated[
    Path | None,
    typer.Option("--bundle", metavar="DIR", help="The model bundle; without it the one that is shipped."),
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
Data = Annotated[
    Path, typer.Option("--data", metavar="PATH", help="The folder of the training data.", show_default=True)
]
ForTool = Annotated[Tool | None, typer.Option("--for", help="Write a project of this annotation tool.")]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="The random seed.", show_default=True)]

DEFAULT_MAX_BYTES = MAX_BYTES
DEFAULT_DATA = Path("training/data")
DEFAULT_SEED = 0
