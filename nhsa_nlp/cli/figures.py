"""``nhsa-nlp figures``: documents or an archive in, their figures out, and a page of their series."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast, get_args

import typer

from nhsa_nlp.cli import exit_status, parameters
from nhsa_nlp.cli.output_file import PAGES, check_output, is_file
from nhsa_nlp.cli.terminal import Progress, passed_over, printable, wrote
from nhsa_nlp.record import FigureRole
from nhsa_nlp.translation import Message, code_of, in_both, ntr, tr, tr_in

if TYPE_CHECKING:
    from nhsa_nlp.archive.figure_reading import DocumentFigures
    from nhsa_nlp.io import ReadOptions
    from nhsa_nlp.record import FigureRecord

_ROLES: tuple[FigureRole, ...] = get_args(FigureRole)
_SUFFIXES = (".jsonl", ".ndjson", ".csv", ".tsv", ".xlsx", ".parquet")


def _known_roles(given: list[str] | None) -> list[FigureRole]:
    meant = {name: code_of("figure", name, _ROLES) for name in given or ()}
    if unknown := [name for name, role in meant.items() if role is None]:
        roles = ", ".join(in_both("figure", role) for role in _ROLES)
        raise typer.BadParameter(Message("{role!r} is not one of {roles}", role=unknown[0], roles=roles))
    return [role for role in _ROLES if role in meant.values()]


def figures(
    paths: Annotated[
        list[str],
        typer.Argument(
            metavar="PATH",
            help='Files, folders, - for standard input, or a database that "label --output" wrote.',
        ),
    ],
    output: Annotated[
        Path | None,
        parameters.output("Write FILE as .xlsx (with series), .csv, .tsv, .jsonl or .parquet; - prints."),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(metavar="HTML", help="Write the series as a web page to search in, with plots."),
    ] = None,
    overwrite: parameters.Overwrite = False,
    indicator: Annotated[
        str, typer.Option(metavar="WORDS", help="Only indicators with these words, or such as mean the same.")
    ] = "",
    role: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ROLE",
            callback=_known_roles,
            help="Only figures of this role, may be repeated: reported (实际数据), rule (政策标准), target "
            "(目标), change (增减), other (其他).",
        ),
    ] = None,
    unit: Annotated[
        list[str] | None, typer.Option(metavar="UNIT", help="Only figures with this unit, such as 元 or %.")
    ] = None,
    since: Annotated[
        int | None,
        typer.Option(min=1949, max=2999, metavar="YEAR", help="Only figures of this year or later."),
    ] = None,
    encoding: parameters.Encoding = None,
    max_bytes: parameters.MaxBytes = parameters.DEFAULT_MAX_BYTES,
    text_column: parameters.TextColumn = None,
    id_column: parameters.IdColumn = None,
    title_column: parameters.TitleColumn = None,
) -> None:
    """List what documents report: figures, series, contradictions.

    Each quantity has its indicator, date or period, scope and role: reported, rule, target, change,
    or other for what is not a statistic. Prints a table to a terminal and JSON Lines, one object a
    quantity, to a pipe. A workbook also has the series of each indicator by year, in whatever words
    its documents name it, and the values that contradict each other; --report shows these as a web page
    and prints no figures. A document that cannot be read is named on standard error, and
    the rest is done.

    Exit status: 0 all done, 1 some documents could not be read, 2 wrong usage.
    """
    from nhsa_nlp.archive.figure_reading import FigureFilter
    from nhsa_nlp.io import ReadOptions
    from nhsa_nlp.io.writers.shapes import FIGURES

    if is_file(output):
        check_output(output, paths, _SUFFIXES, shape=FIGURES, overwrite=overwrite)
    if report is not None:
        if output is not None and output.resolve() == report.resolve():
            raise typer.BadParameter("is the file of --output; choose another name", param_hint="--report")
        check_output(report, paths, PAGES, option="report", shape=FIGURES, overwrite=overwrite)
    roles = cast("list[FigureRole]", role or [])  # as `_known_roles` has made them
    wanted = FigureFilter(indicator, roles, unit or (), since)
    options = ReadOptions(encoding, max_bytes, text_column, id_column, title_column)
    skipped: Counter[str] = Counter()
    with Progress(tr_in("word", "reading")) as progress:
        found: Iterable[DocumentFigures] = _selected(
            _read(paths, options, progress, skipped), wanted.passes, progress
        )
        endings = []
        if report is not None:
            found = list(found)  # a series is made of all its figures
            endings.append(_write_report(found, report))
        if report is None or output is not None:
            endings.append(_write(found, output))
        if skipped:
            progress.notice(passed_over(skipped))
    for end in endings:
        end()
    if progress.failures:
        raise typer.Exit(exit_status.SOME_UNREAD)


def _read(
    paths: list[str], options: ReadOptions, progress: Progress, skipped: Counter[str]
) -> Iterator[DocumentFigures]:
    """Yield the figures of all documents, of archives first."""
    from nhsa_nlp.archive.figure_reading import archive_figures, document_figures, part_figures
    from nhsa_nlp.io import read_documents
    from nhsa_nlp.io.formats import DATABASES
    from nhsa_nlp.io.store.growing import is_parts_folder
    from nhsa_nlp.io.store.opening import refuse_parquet

    parts = [path for path in paths if is_parts_folder(Path(path))]
    archives = [path for path in paths if path.lower().endswith(DATABASES)]
    rest = [path for path in paths if path not in (*archives, *parts)]
    for path in rest:
        refuse_parquet(path)
    for path in archives:
        yield from archive_figures(path)
    for path in parts:
        yield from part_figures(path)
    if rest:
        for document in read_documents(rest, options, on_error=progress.complain, skipped=skipped):
            yield document_figures(document)


def _selected(
    documents: Iterator[DocumentFigures], passes: Callable[[FigureRecord], bool], progress: Progress
) -> Iterator[DocumentFigures]:
    for number, document in enumerate(documents, start=1):
        progress.update(
            ntr(
                "{count:,} document read, {failed:,} failed: {document}",
                "{count:,} documents read, {failed:,} failed: {document}",
                number,
            ).format(count=number, failed=progress.failures, document=document.id)
        )
        yield replace(document, figures=tuple(filter(passes, document.figures)))


def _write_report(documents: list[DocumentFigures], report: Path) -> Callable[[], None]:
    """Write the page of the series; return what says so when the progress has ended."""
    from nhsa_nlp.archive.figure_reading import places_of
    from nhsa_nlp.archive.series import build_series
    from nhsa_nlp.io import write_text
    from nhsa_nlp.pages.figures import render_figures

    figures = (figure for document in documents for figure in document.figures)
    series = build_series(figures, places=places_of(documents))
    write_text(report, render_figures(series))
    said = tr("{count:,} series").format(count=len(series))
    return lambda: wrote(report, said)


def _write(documents: Iterable[DocumentFigures], output: Path | None) -> Callable[[], None]:
    """Write the figures; return what is to be printed when the progress has ended."""
    from nhsa_nlp.archive.figure_tables import write_figures
    from nhsa_nlp.io import JsonLinesWriter

    if is_file(output):
        written = write_figures(output, documents)
        return lambda: wrote(output, _number(written))
    if output is None and sys.stdout.isatty():
        # What is no statistic is not worth a line on a screen.
        rows = [figure for each in documents for figure in each.figures if figure["role"] != "other"]
        return lambda: _print(rows)
    with JsonLinesWriter(sys.stdout.buffer) as writer:
        for each in documents:
            for figure in each.figures:
                writer.write(figure)
    return lambda: None


def _print(found: list[FigureRecord]) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from nhsa_nlp.figure_text import BOUND_SIGNS

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 0), show_edge=False)
    table.add_column(tr_in("word", "Indicator"), ratio=5, overflow="fold")
    table.add_column(tr_in("word", "Figure"), ratio=2, overflow="fold", justify="right")
    table.add_column(tr_in("word", "Date"), overflow="fold", min_width=9)
    table.add_column(tr_in("word", "Scope"), ratio=1, overflow="fold")
    table.add_column(tr_in("word", "Role"), no_wrap=True)
    table.add_column(tr_in("word", "Document"), ratio=2, overflow="fold")
    for figure in found:
        period = figure["period"]
        date = "–".join(part or "" for part in dict.fromkeys(period)) if period else figure["as_of"] or ""
        cells = (
            figure["indicator"],
            BOUND_SIGNS[figure["op"]] + figure["text"],
            date,
            figure["scope"] or "",
            tr_in("figure", figure["role"]),
        )
        table.add_row(*(Text(printable(cell)) for cell in (*cells, figure["document"])))
    console = Console(highlight=False)
    if found:
        console.print(table)
    console.print(_number(len(found)), style="dim")


def _number(count: int) -> str:
    return ntr("{count:,} figure", "{count:,} figures", count).format(count=count)
