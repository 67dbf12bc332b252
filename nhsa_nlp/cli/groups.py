"""``nhsa-nlp groups``: incoming documents in, groups that could be answered together out."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nhsa_nlp.cli import exit_status, parameters
from nhsa_nlp.cli.output_file import check_output
from nhsa_nlp.cli.terminal import Progress, printable
from nhsa_nlp.errors import OutputError

if TYPE_CHECKING:
    from nhsa_nlp.archive.groups import Group
    from nhsa_nlp.io import Document

_SUFFIXES = (".jsonl", ".xlsx", ".csv", ".tsv")


def groups(
    paths: parameters.Paths,
    output: Annotated[
        Path | None,
        parameters.output("Write a line a group (.jsonl) or a row a document (.xlsx, .csv, .tsv)."),
    ] = None,
    overwrite: parameters.Overwrite = False,
    near_duplicates_only: Annotated[
        bool, typer.Option("--near-duplicates-only", help="Leave out what is similar in other words.")
    ] = False,
    encoding: parameters.Encoding = None,
    max_bytes: parameters.MaxBytes = parameters.DEFAULT_MAX_BYTES,
    text_column: parameters.TextColumn = None,
    id_column: parameters.IdColumn = None,
    title_column: parameters.TitleColumn = None,
) -> None:
    """Propose which incoming documents to answer together.

    Finds near-duplicates, and similar requests in other words; names for each group a lead document
    and what is unique in each of the others. It is a proposal: read before answering together, and
    never reject a document for being in a group. Without --output, prints a table to a terminal and
    JSON Lines to a pipe. A document that cannot be read is named on standard error.

    Exit status: 0 all done, 1 some documents could not be read, 2 wrong usage.
    """
    from nhsa_nlp.archive.group_tables import SHAPE
    from nhsa_nlp.archive.groups import SAME_MATTER, group_documents, to_object
    from nhsa_nlp.io import JsonLinesWriter, ReadOptions, describe_skipped, read_documents

    if output is not None:
        _check_place(output, paths)
        check_output(output, paths, _SUFFIXES, shape=SHAPE, overwrite=overwrite)
    options = ReadOptions(encoding, max_bytes, text_column, id_column, title_column)
    skipped: Counter[str] = Counter()
    documents: list[Document] = []
    with Progress("reading") as progress:
        for document in read_documents(paths, options, on_error=progress.complain, skipped=skipped):
            documents.append(document)
            if len(documents) % 1000 == 0:
                progress.update(f"{len(documents):,} documents read, {progress.failures} failed")
        if skipped:
            progress.notice(f"passed over {describe_skipped(skipped)}")
        progress.update("comparing")
        texts = [document.text for document in documents]
        found = group_documents(texts, same_matter=None if near_duplicates_only else SAME_MATTER)
    if output is not None:
        from nhsa_nlp.archive.group_tables import write_groups

        write_groups(output, found, documents)
        typer.echo(f"wrote {output}: {_summary(found, documents)}")
    elif sys.stdout.isatty():
        _print(found, documents)
    else:
        with JsonLinesWriter(sys.stdout.buffer) as writer:
            for number, group in enumerate(found, start=1):
                writer.write(to_object(number, group, documents))
    if progress.failures:
        raise typer.Exit(exit_status.SOME_UNREAD)


def _check_place(output: Path, paths: list[str]) -> None:
    """Refuse to write where the file would be, or is, among the documents."""
    place = output.resolve()
    if any(Path(path).is_dir() and place.is_relative_to(Path(path).resolve()) for path in paths):
        raise OutputError(f"{output}: lies in a folder that is read; choose another --output")


def _summary(found: list[Group], documents: list[Document]) -> str:
    inside = sum(1 + len(group.members) for group in found)
    what = f"{len(found)} group{'' if len(found) == 1 else 's'} of {inside} documents"
    return f"{what}, {len(documents) - inside} alone"


def _print(found: list[Group], documents: list[Document]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from nhsa_nlp.archive.group_tables import rows

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 0), show_edge=False)
    table.add_column("Group", justify="right", no_wrap=True)
    table.add_column("Role", no_wrap=True, min_width=len("near duplicate"))
    table.add_column("Document", ratio=2, overflow="fold")
    table.add_column("Score", justify="right", no_wrap=True)
    table.add_column("Terms", ratio=2, overflow="fold")
    table.add_column("Beginning", ratio=4, no_wrap=True, overflow="ellipsis")
    for number, role, name, score, terms, beginning, _, _ in rows(found, documents):
        shown = "" if score is None else f"{score:.2f}"
        cells = (str(number), role.replace("_", " "), name, shown, terms, beginning)
        table.add_row(*(Text(printable(cell)) for cell in cells), style="bold" if role == "lead" else None)
    console = Console(highlight=False)
    if found:
        console.print(table)
    console.print(_summary(found, documents), style="dim")
