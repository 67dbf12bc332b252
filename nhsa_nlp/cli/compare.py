"""``nhsa-nlp compare``: two documents in, what they share and what is new in each out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nhsa_nlp.cli import parameters
from nhsa_nlp.cli.one_document import read_one
from nhsa_nlp.cli.output_file import check_output
from nhsa_nlp.cli.terminal import Progress, printable
from nhsa_nlp.errors import InputError

if TYPE_CHECKING:
    from nhsa_nlp.archive.alignment import Comparison
    from nhsa_nlp.io import Document

_SUFFIXES = (".html", ".htm", ".json")


def compare(
    left: Annotated[str, typer.Argument(metavar="A", help="A document, or - for standard input.")],
    right: Annotated[str, typer.Argument(metavar="B", help="Another document.")],
    output: Annotated[
        Path | None, parameters.output("Write a web page, side by side (.html), or JSON (.json).")
    ] = None,
    encoding: parameters.Encoding = None,
    max_bytes: parameters.MaxBytes = parameters.DEFAULT_MAX_BYTES,
    text_column: parameters.TextColumn = None,
    id_column: parameters.IdColumn = None,
    title_column: parameters.TitleColumn = None,
) -> None:
    """Show which passages two documents share.

    Finds passages used again nearly word for word, also those that stand elsewhere in the other
    document, and what is new in each. Without --output, prints them to a terminal, and JSON with
    their places in both texts to a pipe.
    """
    from nhsa_nlp.archive import alignment
    from nhsa_nlp.io import STANDARD_INPUT, JsonLinesWriter, ReadOptions, write_json_lines, write_text

    if left == right == STANDARD_INPUT:
        raise InputError("standard input holds one document; name a file for the other")
    if output is not None:
        check_output(output, [left, right], _SUFFIXES)
    with Progress("reading") as progress:
        options = ReadOptions(encoding, max_bytes, text_column, id_column, title_column)
        one, other = (read_one(file, options, progress) for file in (left, right))
        progress.update("comparing")
        found = alignment.compare(one.text, other.text)
    if output is None and sys.stdout.isatty():
        _print(found, one, other)
    elif output is None:
        with JsonLinesWriter(sys.stdout.buffer) as writer:
            writer.write(alignment.to_object(found, one, other))
    else:
        if output.suffix.lower() == ".json":
            write_json_lines(output, [alignment.to_object(found, one, other)])
        else:
            from nhsa_nlp.pages.comparison import render_comparison

            write_text(output, render_comparison(found, one, other))
        typer.echo(f"wrote {output}")


def _print(found: Comparison, one: Document, other: Document) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)

    def show(heading: str, text: str, style: str = "") -> None:
        line = printable(" ".join(text.split()))
        console.print(Text(heading, style="dim"), Text(line, style=style), soft_wrap=True)

    console.print(Text(f"A {printable(one.id)}, {found.left_share:.0%} of it in B", style="bold"))
    console.print(Text(f"B {printable(other.id)}, {found.right_share:.0%} of it in A", style="bold"))
    for passage in found.shared:
        places = f"A {passage.left[0]}-{passage.left[1]} B {passage.right[0]}-{passage.right[1]}"
        sign, moved = "=" if passage.identical else "≈", " moved" if passage.moved else ""
        show(f"{sign} {places}{moved}", one.text[slice(*passage.left)])
        if not passage.identical:
            show(f"{' ' * len(places)} B", other.text[slice(*passage.right)])
    for name, document, ranges, colour in (
        ("A", one, found.left_only, "red"),
        ("B", other, found.right_only, "green"),
    ):
        for start, end in ranges:
            show(f"only {name} {start}-{end}", document.text[start:end], colour)
