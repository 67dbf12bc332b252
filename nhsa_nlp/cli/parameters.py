"""The options that several commands share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

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
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="The random seed.", show_default=True)]

TextColumn = Annotated[
    str | None,
    typer.Option("--text-column", metavar="NAME", help="The column of the texts, if its name is unusual."),
]
LabelColumn = Annotated[
    str | None,
    typer.Option("--label-column", metavar="NAME", help="The column of the labels, if its name is unusual."),
]
IdColumn = Annotated[
    str | None,
    typer.Option("--id-column", metavar="NAME", help="The column of the identifiers, if there is one."),
]

DEFAULT_MAX_BYTES = MAX_BYTES
DEFAULT_DATA = Path("training/data")
DEFAULT_SEED = 0
