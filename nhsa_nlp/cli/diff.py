"""``nhsa-nlp diff``: what differs between two bundles."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from nhsa_nlp.cli import parameters
from nhsa_nlp.cli.terminal import Progress, printable
from nhsa_nlp.translation import tr_in


def diff(
    first: Annotated[Path, typer.Argument(metavar="A", help="A bundle.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Another bundle.")],
    data: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A table of texts to compare the answers on; a few built-in ones if not given.",
        ),
    ] = None,
    text_column: parameters.TextColumn = None,
    label_column: parameters.LabelColumn = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Compare two model bundles.

    Shows what differs in their data, settings, versions, figures and answers. "evaluate --bundle A
    --against B --data FILE" tests whether one is better than the other.
    """
    with Progress(tr_in("word", "comparing")):
        from nhsa_nlp.cli.reports.difference import format_difference
        from nhsa_nlp.training.difference import compare_bundles

        texts = None
        if data is not None:
            from nhsa_nlp.data.corpus import read_labelled_table

            texts = [document.text for document in read_labelled_table(data, text_column, label_column)]
        found = compare_bundles(first, second, texts)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        for line in format_difference(found).splitlines():
            typer.echo(printable(line))
