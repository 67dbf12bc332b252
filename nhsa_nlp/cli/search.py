"""``nhsa-nlp search``: words in, the documents of an archive that contain them out."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nhsa_nlp.cli.terminal import printable

if TYPE_CHECKING:
    from nhsa_nlp.archive.search import Hit


def search(
    archive: Annotated[
        Path, typer.Argument(metavar="FILE", help='The database that "label --output FILE.sqlite" wrote.')
    ],
    query: Annotated[
        list[str],
        typer.Argument(metavar="QUERY", help="Words that must all occur in a document, or its number."),
    ],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, metavar="N", help="How many to show.")] = 20,
) -> None:
    """Search the texts of an archive.

    Finds words of any length (医保, 异地就医), phrases in quotation marks, and document numbers
    however their brackets are written. The most relevant document comes first. Prints a list to
    a terminal and JSON Lines to a pipe; says on standard error when nothing is found.
    """
    from nhsa_nlp.archive import search as archive_search
    from nhsa_nlp.io import JsonLinesWriter

    found, hits = archive_search.search(archive, " ".join(query), limit=limit)
    if not hits:
        typer.echo("nothing found: no document has all of these words", err=True)
        return
    if sys.stdout.isatty():
        _print(found, hits)
        return
    with JsonLinesWriter(sys.stdout.buffer) as writer:
        for hit in hits:
            writer.write(asdict(hit))


def _print(found: int, hits: list[Hit]) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for hit in hits:
        console.print(Text(printable(hit.id), style="bold"), Text(printable(hit.label or "–"), style="cyan"))
        before, match, after = map(printable, (hit.before, hit.match, hit.after))
        console.print(Text.assemble("  …", before, (match, "bold reverse"), after, "…"), soft_wrap=True)
    shown = f", {len(hits)} shown" if len(hits) < found else ""
    console.print(f"{found} document{'' if found == 1 else 's'}{shown}", style="dim")
