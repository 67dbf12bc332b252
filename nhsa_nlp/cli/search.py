"""``nhsa-nlp search``: words and filters in, the documents of an archive that pass them out."""

from __future__ import annotations

import re
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nhsa_nlp.cli import parameters
from nhsa_nlp.cli.output_file import check_output
from nhsa_nlp.cli.terminal import notice, printable, wrote
from nhsa_nlp.translation import Message, ntr, tr, tr_in

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nhsa_nlp.archive.figure_search import FoundFigure
    from nhsa_nlp.archive.search import Found

_SUFFIXES = (".jsonl", ".xlsx", ".csv", ".tsv")
_SHOWN = 20
_YEARS = re.compile(r"(\d{4})|(\d{4})?-(\d{4})?")


def search(
    archive: Annotated[
        Path, typer.Argument(metavar="FILE", help='The database that "label --output FILE.sqlite" wrote.')
    ],
    query: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="QUERY",
            help="Words that must all occur in a document, or its number; none with a filter.",
        ),
    ] = None,
    label: Annotated[
        list[str] | None, typer.Option(metavar="LABEL", help="Only documents with this topic label.")
    ] = None,
    year: Annotated[
        str | None,
        typer.Option(metavar="YEARS", help="Only letters of these years: 2021, 2019-2022, 2019- or -2022."),
    ] = None,
    kind: Annotated[
        list[str] | None,
        typer.Option(
            metavar="KIND", help="Only letters of this kind: reply (答复), notice (通知) or other (其他)."
        ),
    ] = None,
    issuer: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Only letters of this office, or part of its name."),
    ] = None,
    policy: Annotated[
        list[str] | None,
        typer.Option(metavar="POLICY", help="Only documents that cite this title or document number."),
    ] = None,
    figures: Annotated[
        str | None,
        typer.Option(
            metavar="WORDS",
            help="Instead of documents, the newest figure of each indicator with these words.",
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit", "-n", min=1, metavar="N", help="How many to show; 20 if not given, all with --output."
        ),
    ] = None,
    page: Annotated[
        int, typer.Option(min=1, metavar="N", help="Which page of so many, the first if not given.")
    ] = 1,
    counts: Annotated[
        bool, typer.Option("--counts", help="Print how many documents there are by label and year, as JSON.")
    ] = False,
    output: Annotated[
        Path | None, parameters.output("Write the documents as .jsonl, .csv, .tsv or .xlsx.")
    ] = None,
    overwrite: parameters.Overwrite = False,
) -> None:
    """Search the texts of an archive.

    Finds words of any length (医保, 异地就医), phrases in quotation marks, and document numbers
    however their brackets are written. The most relevant document comes first; without a query,
    the latest. Filters may be repeated: of several labels any will do, and all filters must hold.
    Prints a list and counts to a terminal and JSON Lines to a pipe; says on standard error when
    nothing is found.

    With --figures it gives, of each indicator (参保人数), the newest value with its date, its place
    and the documents that report it.
    """
    if figures is not None:
        if query or label or year or kind or issuer or policy or counts or page != 1 or output is not None:
            raise typer.BadParameter(
                "stands alone, with --limit at most; the command figures has filters and writes files",
                param_hint="--figures",
            )
        _show_figures(archive, figures, limit or _SHOWN)
        return
    from nhsa_nlp.archive import search as archive_search
    from nhsa_nlp.archive.search_filters import Filters
    from nhsa_nlp.archive.search_tables import counts_object, write_hits
    from nhsa_nlp.io import JsonLinesWriter
    from nhsa_nlp.io.writers.shapes import SEARCH

    if output is not None:
        check_output(output, [archive], _SUFFIXES, shape=SEARCH, overwrite=overwrite)
        if counts:
            raise typer.BadParameter("prints; it writes no --output", param_hint="--counts")
    first, last = _years(year)
    filters = Filters(label or (), first, last, kind or (), issuer or (), policy or ())
    size = limit or (None if output is not None and page == 1 else _SHOWN)
    on_terminal = output is None and sys.stdout.isatty()
    found = archive_search.search(
        archive,
        " ".join(query or ()),
        filters=filters,
        limit=0 if counts else size,
        offset=(page - 1) * (size or 0),
        counts=counts or on_terminal,
    )
    if counts:
        with JsonLinesWriter(sys.stdout.buffer) as writer:
            writer.write(counts_object(found))
    elif output is not None:
        write_hits(output, found.hits)
        said = tr("{found}, {written:,} written")
        wrote(output, said.format(found=_number(found.count), written=len(found.hits)))
    elif not found.count:
        if query and filters:
            why = tr("nothing found: no document has all of these words and passes the filters")
        elif query:
            why = tr("nothing found: no document has all of these words")
        else:
            why = tr("nothing found: no document passes these filters")
        notice(why)
    elif not found.hits:
        notice(tr("nothing on page {page}: {found}").format(page=page, found=_number(found.count)))
    elif on_terminal:
        _print(found, (page - 1) * (size or 0))
    else:
        with JsonLinesWriter(sys.stdout.buffer) as writer:
            for hit in found.hits:
                writer.write(asdict(hit))


def _show_figures(archive: Path, words: str, limit: int) -> None:
    from nhsa_nlp.archive.figure_search import find_newest
    from nhsa_nlp.io import JsonLinesWriter

    found = find_newest(archive, words, limit=limit)
    if not found:
        notice(tr("nothing found: no figure of an indicator with {words}").format(words=words))
    elif sys.stdout.isatty():
        _print_figures(found)
    else:
        with JsonLinesWriter(sys.stdout.buffer) as writer:
            for answer in found:
                writer.write(answer.to_object())


def _print_figures(found: Sequence[FoundFigure]) -> None:
    from rich.console import Console
    from rich.text import Text

    from nhsa_nlp.figure_text import office_value, shown_cumulative, shown_date

    console = Console(highlight=False)
    for answer in found:
        series, point = answer.series, answer.newest
        value = printable(office_value(point.value, series.unit, point.op))
        about = [series.scope, shown_date(point) or tr("no date"), shown_cumulative(point)]
        if count := len(series.contradictions):
            about.append(ntr("{count} contradiction", "{count} contradictions", count).format(count=count))
        rest = Text("  ".join(printable(part) for part in about if part))
        console.print(Text(printable(series.name), style="bold"), Text(value, style="cyan"), rest)
        sentence = printable(" ".join(point.figures[0]["sentence"].split()))
        names = printable("、".join(answer.sources))
        console.print(Text(f"  {names}: {sentence}", style="dim"), soft_wrap=True)


def _years(text: str | None) -> tuple[int | None, int | None]:
    """Return the first and the last year of what --year was given."""
    if text is None:
        return None, None
    match = _YEARS.fullmatch(text.strip())
    if match is None or not any(match.groups()):
        raise typer.BadParameter(
            Message("{text!r} is not a year or a range such as 2019-2022", text=text), param_hint="--year"
        )
    one, first, last = (None if part is None else int(part) for part in match.groups())
    if first is not None and last is not None and first > last:
        raise typer.BadParameter(Message("{text!r} ends before it begins", text=text), param_hint="--year")
    return (one, one) if one is not None else (first, last)


def _number(count: int) -> str:
    return ntr("{count:,} document", "{count:,} documents", count).format(count=count)


def _print(found: Found, offset: int) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    for hit in found.hits:
        about = "  ".join(printable(part) for part in (hit.number, hit.date, hit.subject) if part)
        head = Text(printable(hit.id), style="bold")
        console.print(head, Text(printable(hit.label or "–"), style="cyan"), Text(about), soft_wrap=True)
        before, match, after = map(printable, (hit.before, hit.match, hit.after))
        console.print(Text.assemble("  …", before, (match, "bold reverse"), after, "…"), soft_wrap=True)
    for none, counted in ((tr("no label"), found.labels or {}), (tr("no date"), found.years or {})):
        parts = [f"{printable(name or none)} {number:,}" for name, number in counted.items()]
        console.print(Text(tr_in("list", ", ").join(parts), style="dim"), soft_wrap=True)
    summary = _number(found.count)
    if len(found.hits) < found.count:
        summary = tr_in("report", "{found}, {first:,}–{last:,} shown").format(
            found=summary, first=offset + 1, last=offset + len(found.hits)
        )
    console.print(summary, style="dim")
