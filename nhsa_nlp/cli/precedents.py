"""``nhsa-nlp precedents``: proposals in, what was answered to their matters before out."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from nhsa_nlp.cli import exit_status, parameters
from nhsa_nlp.cli.output_file import check_output, is_file
from nhsa_nlp.cli.terminal import Progress, passed_over, printable, wrote
from nhsa_nlp.translation import tr, tr_in

if TYPE_CHECKING:
    from nhsa_nlp.archive.matching import Precedents
    from nhsa_nlp.io import Document

_SUFFIXES = (".jsonl", ".ndjson", ".xlsx")
_SHOWN = 120  # characters of a passage on a terminal


def precedents(
    archive: Annotated[
        Path,
        typer.Argument(
            metavar="ARCHIVE",
            help='The database that "label --output FILE.sqlite" wrote, or a folder of parts in .parquet '
            "with texts.",
        ),
    ],
    paths: parameters.Paths,
    output: Annotated[
        Path | None, parameters.output("Write FILE as .jsonl or .xlsx; - prints JSON Lines.")
    ] = None,
    overwrite: parameters.Overwrite = False,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, max=1000, metavar="N", help="How many for each document.")
    ] = 10,
    encoding: parameters.Encoding = None,
    max_bytes: parameters.MaxBytes = parameters.DEFAULT_MAX_BYTES,
    text_column: parameters.TextColumn = None,
    id_column: parameters.IdColumn = None,
    title_column: parameters.TitleColumn = None,
    engine: Annotated[
        Literal["local", "ray"], typer.Option(help="Work here, or on a Ray cluster (extra ray).")
    ] = "local",
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", "-j", min=1, metavar="N", help="Actors on the Ray cluster; one per CPU if not given."
        ),
    ] = None,
    ray_address: Annotated[
        str | None,
        typer.Option(
            metavar="HOST:PORT",
            envvar="RAY_ADDRESS",
            help="The Ray cluster, whose machines all have the archive at its path.",
        ),
    ] = None,
) -> None:
    """Find what was answered before to the matters of proposals.

    For each document, lists the earlier documents of the archive that answer the same, best first,
    with the passages that do, in whatever words it is written (看病垫钱 finds 跨省异地就医直接结算),
    and a confidence between 0 and 1 that anything there answers it at all. Prints a list to a
    terminal and JSON Lines, one object per document, to a pipe. The rows of a table are documents;
    a column called title or 标题 is their title.

    On a Ray cluster a large table is done by all its machines, with the same results.

    Exit status: 0 all done, 1 some documents could not be read, 2 wrong usage.
    """
    from nhsa_nlp.archive.matching import PrecedentIndex
    from nhsa_nlp.io import ReadOptions, read_documents
    from nhsa_nlp.io.writers.shapes import PRECEDENTS

    if is_file(output):
        check_output(output, [archive, *paths], _SUFFIXES, shape=PRECEDENTS, overwrite=overwrite)
    options = ReadOptions(encoding, max_bytes, text_column, id_column, title_column, titled=True)
    skipped: Counter[str] = Counter()
    with _writer(output) as write, Progress(tr("opening the archive")) as progress, ExitStack() as opened:
        documents = read_documents(paths, options, on_error=progress.complain, skipped=skipped)
        answers: Iterator[tuple[Document, Precedents]]
        if engine == "ray":
            from nhsa_nlp.batch.ray_precedents import find_on_ray

            answers = find_on_ray(archive, documents, limit, workers=workers, address=ray_address)
            opened.enter_context(closing(answers))
        else:
            index = opened.enter_context(PrecedentIndex(archive))
            answers = ((each, index.find(each.text, each.meta.get("title"), limit)) for each in documents)
        for number, (document, found) in enumerate(answers, start=1):
            write(document.id, found)
            progress.update(
                tr_in("progress", "{count:,} done: {document}").format(count=number, document=document.id)
            )
        if skipped:
            progress.notice(passed_over(skipped))
    if is_file(output):
        wrote(output)
    if progress.failures:
        raise typer.Exit(exit_status.SOME_UNREAD)


@contextmanager
def _writer(output: Path | None) -> Iterator[Callable[[str, Precedents], None]]:
    """Give what writes the answer to a document."""
    from nhsa_nlp.io import JsonLinesWriter

    if output is None and sys.stdout.isatty():
        answers: list[tuple[str, Precedents]] = []
        yield lambda name, found: answers.append((name, found))
        for name, found in answers:  # the progress has ended
            _print(name, found)
    elif output is not None and output.suffix.lower() == ".xlsx":
        from nhsa_nlp.archive.matching.workbook import precedent_sheet

        with precedent_sheet(output) as add:
            yield add
    else:
        target = output if is_file(output) else sys.stdout.buffer
        with JsonLinesWriter(target) as writer:
            yield lambda name, found: writer.write({"id": name, **found})


def _print(name: str, found: Precedents) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    title = Text(printable(name), style="bold")
    confidence = tr("confidence {share:.0%}").format(share=found["confidence"])
    console.print(title, Text(confidence, style="cyan"))
    for rank, earlier in enumerate(found["precedents"], start=1):
        about = [earlier[key] for key in ("label", "number", "date", "subject")]
        head = "  ".join(printable(part) for part in [earlier["id"], *about] if part)
        console.print(Text(f"{rank:3}. {head}"), soft_wrap=True)
        if earlier["passages"]:
            passage = printable(" ".join(earlier["passages"][0]["text"].split()))
            shown = passage[:_SHOWN] + ("…" if len(passage) > _SHOWN else "")
            console.print(Text(f"     {shown}", style="dim"), soft_wrap=True)
    if not found["precedents"]:
        console.print(f"     {tr('nothing found')}", style="dim")
