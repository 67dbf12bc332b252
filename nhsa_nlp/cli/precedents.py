"""``nhsa-nlp precedents``: proposals in, what was answered to their matters before out."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nhsa_nlp.cli import exit_status, parameters
from nhsa_nlp.cli.output_file import check_output
from nhsa_nlp.cli.terminal import Progress, printable

if TYPE_CHECKING:
    from nhsa_nlp.archive.matching import Precedents

_STANDARD = "-"
_SUFFIXES = (".jsonl", ".ndjson", ".xlsx")
_SHOWN = 120  # characters of a passage on a terminal


def precedents(
    archive: Annotated[
        Path, typer.Argument(metavar="ARCHIVE", help='The database that "label --output FILE.sqlite" wrote.')
    ],
    paths: parameters.Paths,
    output: Annotated[
        Path | None, parameters.output("Write FILE as .jsonl or .xlsx; - prints JSON Lines.")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", "-n", min=1, max=1000, metavar="N", help="How many for each document.")
    ] = 10,
    encoding: parameters.Encoding = None,
    max_bytes: parameters.MaxBytes = parameters.DEFAULT_MAX_BYTES,
    text_column: parameters.TextColumn = None,
    id_column: parameters.IdColumn = None,
    title_column: parameters.TitleColumn = None,
) -> None:
    """Find what was answered before to the matters of proposals.

    For each document, lists the earlier documents of the archive that answer the same, best first,
    with the passages that do, in whatever words it is written (看病垫钱 finds 跨省异地就医直接结算),
    and a confidence between 0 and 1 that anything there answers it at all. Prints a list to a
    terminal and JSON Lines, one object per document, to a pipe. The rows of a table are documents;
    a column called title or 标题 is their title.

    Exit status: 0 all done, 1 some documents could not be read, 2 wrong usage.
    """
    from nhsa_nlp.archive.matching import PrecedentIndex
    from nhsa_nlp.io import ReadOptions, describe_skipped, read_documents

    if output is not None and str(output) != _STANDARD:
        check_output(output, [archive, *paths], _SUFFIXES)
    options = ReadOptions(encoding, max_bytes, text_column, id_column, title_column, titled=True)
    skipped: Counter[str] = Counter()
    with (
        PrecedentIndex(archive) as index,
        _writer(output) as write,
        Progress("opening the archive") as progress,
    ):
        documents = read_documents(paths, options, on_error=progress.complain, skipped=skipped)
        for number, document in enumerate(documents, start=1):
            write(document.id, index.find(document.text, document.meta.get("title"), limit))
            progress.update(f"{number} done: {document.id}")
        if skipped:
            progress.notice(f"passed over {describe_skipped(skipped)}")
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
        target = sys.stdout.buffer if output is None or str(output) == _STANDARD else output
        with JsonLinesWriter(target) as writer:
            yield lambda name, found: writer.write({"id": name, **found})


def _print(name: str, found: Precedents) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    title = Text(printable(name), style="bold")
    console.print(title, Text(f"confidence {found['confidence']:.0%}", style="cyan"))
    for rank, earlier in enumerate(found["precedents"], start=1):
        about = [earlier[key] for key in ("label", "number", "date", "subject")]
        head = "  ".join(printable(part) for part in [earlier["id"], *about] if part)
        console.print(Text(f"{rank:3}. {head}"), soft_wrap=True)
        if earlier["passages"]:
            passage = printable(" ".join(earlier["passages"][0]["text"].split()))
            shown = passage[:_SHOWN] + ("…" if len(passage) > _SHOWN else "")
            console.print(Text(f"     {shown}", style="dim"), soft_wrap=True)
    if not found["precedents"]:
        console.print("     nothing found", style="dim")
