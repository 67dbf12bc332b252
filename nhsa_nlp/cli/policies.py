"""``nhsa-nlp policies``: records in, the policies they cite out."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nhsa_nlp.cli import exit_status, parameters
from nhsa_nlp.cli.output_file import check_output, is_file
from nhsa_nlp.cli.terminal import Progress, printable, wrote
from nhsa_nlp.translation import ntr, tr, tr_in

if TYPE_CHECKING:
    from nhsa_nlp.archive.policies import Archive, CitedPolicy

_SUFFIXES = (".csv", ".jsonl", ".graphml")


def policies(
    records: Annotated[
        list[str],
        typer.Argument(
            metavar="RECORDS",
            help='What "label" wrote as .jsonl, .parquet or .sqlite, or - for JSON Lines on standard input.',
        ),
    ],
    output: Annotated[
        Path | None,
        parameters.output(
            "Write a table (.csv, .jsonl) or a citation graph (.graphml); - prints JSON Lines."
        ),
    ] = None,
    overwrite: parameters.Overwrite = False,
) -> None:
    """List the policies that labelled documents cite.

    Different spellings of a title are joined. Shows for each policy its title, number, issuer and
    year, how often and in which documents it is cited, and their topic labels. Without --output,
    prints a table to a terminal and JSON Lines to a pipe. A line that is not a record, or a file
    that holds none, is named on standard error, and the rest is done.

    Exit status: 0 all done, 1 some lines or files were refused, 2 wrong usage.
    """
    from nhsa_nlp.archive.policies import Archive, read_citations
    from nhsa_nlp.io.writers.shapes import POLICIES

    if is_file(output):
        check_output(output, records, _SUFFIXES, shape=POLICIES, overwrite=overwrite)
    archive = Archive()
    with Progress(tr("reading records")) as progress:
        for record in read_citations(records, on_error=progress.complain):
            archive.add(record)
            if len(archive.documents) % 1000 == 0:
                progress.update(
                    tr("{count:,} records read, {failed:,} lines refused").format(
                        count=len(archive.documents), failed=progress.failures
                    )
                )
        progress.update(tr("joining citations"))
        found = archive.policies()
        if archive.repeated:
            progress.notice(tr("repeated records, counted once: {count}").format(count=archive.repeated))
        if archive.unresolved:
            progress.notice(
                tr("short titles without a full title, not counted: {count}").format(count=archive.unresolved)
            )
    _write(output, found, archive)
    if is_file(output):
        wrote(output)
    if progress.failures:
        raise typer.Exit(exit_status.SOME_UNREAD)


def _write(output: Path | None, found: list[CitedPolicy], archive: Archive) -> None:
    from nhsa_nlp.archive.policies import to_csv, to_graphml, to_object
    from nhsa_nlp.io import JsonLinesWriter, write_text

    suffix = output.suffix.lower() if output else ""
    if output and suffix == ".csv":
        write_text(output, to_csv(found, archive.documents))
    elif output and suffix == ".graphml":
        write_text(output, to_graphml(found, archive.documents))
    elif output is None and sys.stdout.isatty():
        _print_table(found, archive)
    else:
        target = output if is_file(output) else sys.stdout.buffer
        with JsonLinesWriter(target) as writer:
            for cited in found:
                writer.write(to_object(cited, archive.documents))


def _print_table(found: list[CitedPolicy], archive: Archive) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from nhsa_nlp.archive.policies.table import issuer

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 0), show_edge=False)
    table.add_column(tr_in("word", "Cited"), justify="right", no_wrap=True)
    table.add_column(tr_in("word", "Docs"), justify="right", no_wrap=True)
    table.add_column(tr_in("word", "Year"), no_wrap=True)
    table.add_column(tr_in("word", "Policy"), ratio=5, overflow="fold")
    table.add_column(tr_in("word", "Number"), ratio=2, overflow="fold")
    table.add_column(tr_in("word", "Issuer"), ratio=2, overflow="fold")
    for cited in found:
        policy = cited.policy
        cells = (
            str(policy.citations),
            str(len(cited.documents)),
            "–" if policy.year is None else str(policy.year),
            policy.title,
            policy.number or "–",
            issuer(cited) or "–",
        )
        table.add_row(*(Text(printable(cell)) for cell in cells))
    console = Console(highlight=False)
    if found:
        console.print(table)
    documents = len(archive.documents)
    cited_in = ntr("{count} document", "{count} documents", documents).format(count=documents)
    console.print(
        ntr(
            "{count} policy cited in {documents}", "{count} policies cited in {documents}", len(found)
        ).format(count=len(found), documents=cited_in),
        style="dim",
    )
