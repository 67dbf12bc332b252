"""``nhsa-nlp groups``: incoming documents in, groups that could be answered together out."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nhsa_nlp.cli import exit_status, parameters
from nhsa_nlp.cli.output_file import check_output
from nhsa_nlp.cli.terminal import Progress, passed_over, printable, wrote
from nhsa_nlp.errors import OutputError
from nhsa_nlp.translation import columns, ntr, tr, tr_in

if TYPE_CHECKING:
    from nhsa_nlp.comparison.groups import Group
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
    from nhsa_nlp.comparison.groups import SAME_MATTER, group_documents, to_object
    from nhsa_nlp.io import JsonLinesWriter, ReadOptions, read_documents
    from nhsa_nlp.io.writers.shapes import GROUPS

    if output is not None:
        _check_place(output, paths)
        check_output(output, paths, _SUFFIXES, shape=GROUPS, overwrite=overwrite)
    options = ReadOptions(encoding, max_bytes, text_column, id_column, title_column)
    skipped: Counter[str] = Counter()
    documents: list[Document] = []
    with Progress(tr_in("word", "reading")) as progress:
        for document in read_documents(paths, options, on_error=progress.complain, skipped=skipped):
            documents.append(document)
            if len(documents) % 1000 == 0:
                progress.update(
                    tr("{count:,} documents read, {failed:,} failed").format(
                        count=len(documents), failed=progress.failures
                    )
                )
        if skipped:
            progress.notice(passed_over(skipped))
        progress.update(tr_in("word", "comparing"))
        texts = [document.text for document in documents]
        found = group_documents(texts, same_matter=None if near_duplicates_only else SAME_MATTER)
    if output is not None:
        from nhsa_nlp.comparison.group_tables import write_groups

        write_groups(output, found, documents)
        wrote(output, _summary(found, documents))
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
        raise OutputError("lies in a folder that is read; choose another --output", output)


def _summary(found: list[Group], documents: list[Document]) -> str:
    if not found:
        return tr("no documents to be answered together ({count:,} looked at)").format(count=len(documents))
    inside = sum(1 + len(group.members) for group in found)
    return ntr(
        "{groups} group of {inside} documents, {alone} alone",
        "{groups} groups of {inside} documents, {alone} alone",
        len(found),
    ).format(groups=len(found), inside=inside, alone=len(documents) - inside)


def _print(found: list[Group], documents: list[Document]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from nhsa_nlp.comparison.group_tables import role_name, rows

    console = Console(highlight=False)
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 0), show_edge=False)
    table.add_column(tr_in("word", "Group"), justify="right", no_wrap=True)
    table.add_column(tr_in("groups", "Role"), no_wrap=True, min_width=len("near duplicate"))
    document, terms = tr_in("word", "Document"), tr_in("word", "Terms")
    table.add_column(document, ratio=2, overflow="fold", min_width=columns(document))
    table.add_column(tr_in("word", "Score"), justify="right", no_wrap=True)
    table.add_column(terms, ratio=2, overflow="fold", min_width=columns(terms))
    # A column that does not wrap takes all it wants from those that do.
    widest = max(console.width * 3 // 10, columns(beginning := tr_in("word", "Beginning")))
    table.add_column(beginning, no_wrap=True, overflow="ellipsis", max_width=widest)
    for number, role, name, score, terms, beginning, _, _ in rows(found, documents):
        shown = "" if score is None else f"{score:.2f}"
        cells = (str(number), role_name(role).replace("_", " "), name, shown, terms, beginning)
        table.add_row(*(Text(printable(cell)) for cell in cells), style="bold" if role == "lead" else None)
    if found:
        console.print(table)
    console.print(_summary(found, documents), style="dim")
