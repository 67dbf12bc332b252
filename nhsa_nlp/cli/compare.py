"""``nhsa-nlp compare``: two documents in, what they share and what is new in each out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nhsa_nlp.cli import parameters
from nhsa_nlp.cli.one_document import read_one
from nhsa_nlp.cli.output_file import PAGES, check_output
from nhsa_nlp.cli.terminal import Progress, printable, wrote
from nhsa_nlp.errors import InputError
from nhsa_nlp.translation import columns, tr, tr_in

if TYPE_CHECKING:
    from nhsa_nlp.comparison.alignment import Comparison
    from nhsa_nlp.io import Document

_SUFFIXES = (*PAGES, ".json")


def compare(
    left: Annotated[str, typer.Argument(metavar="A", help="A document, or - for standard input.")],
    right: Annotated[str, typer.Argument(metavar="B", help="Another document.")],
    output: Annotated[
        Path | None, parameters.output("Write a web page, side by side (.html), or JSON (.json).")
    ] = None,
    overwrite: parameters.Overwrite = False,
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
    from nhsa_nlp.comparison import alignment
    from nhsa_nlp.io import STANDARD_INPUT, JsonLinesWriter, ReadOptions, write_json_lines, write_text
    from nhsa_nlp.io.writers.shapes import COMPARISON

    if left == right == STANDARD_INPUT:
        raise InputError("standard input holds one document; name a file for the other")
    if output is not None:
        check_output(output, [left, right], _SUFFIXES, shape=COMPARISON, overwrite=overwrite)
    with Progress(tr_in("word", "reading")) as progress:
        options = ReadOptions(encoding, max_bytes, text_column, id_column, title_column)
        one, other = (read_one(file, options, progress) for file in (left, right))
        progress.update(tr_in("word", "comparing"))
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
        wrote(output)


def _print(found: Comparison, one: Document, other: Document) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)

    def show(heading: str, text: str, style: str = "") -> None:
        line = printable(" ".join(text.split()))
        console.print(Text(heading, style="dim"), Text(line, style=style), soft_wrap=True)

    left = tr("A {document}, {share:.0%} of it in B").format(
        document=printable(one.id), share=found.left_share
    )
    right = tr("B {document}, {share:.0%} of it in A").format(
        document=printable(other.id), share=found.right_share
    )
    console.print(Text(left, style="bold"))
    console.print(Text(right, style="bold"))
    if found.shared:
        console.print(Text(tr("= the same word for word, ≈ nearly the same"), style="dim"))
    for passage in found.shared:
        places = tr("A {start}-{end} B {start2}-{end2}").format(
            start=passage.left[0], end=passage.left[1], start2=passage.right[0], end2=passage.right[1]
        )
        sign, moved = "=" if passage.identical else "≈", f" {tr_in('word', 'moved')}" if passage.moved else ""
        show(f"{sign} {places}{moved}", one.text[slice(*passage.left)])
        if not passage.identical:
            show(f"{' ' * columns(places)} {tr_in('metavar', 'B')}", other.text[slice(*passage.right)])
    for only, document, ranges, colour in (
        (tr("only A"), one, found.left_only, "red"),
        (tr("only B"), other, found.right_only, "green"),
    ):
        for start, end in ranges:
            show(f"{only} {start}-{end}", document.text[start:end], colour)
