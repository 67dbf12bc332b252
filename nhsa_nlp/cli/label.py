"""``nhsa-nlp label``: documents in, records out."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nhsa_nlp.cli import exit_status, parameters
from nhsa_nlp.cli.limits import too_long
from nhsa_nlp.cli.terminal import Progress, complain
from nhsa_nlp.errors import OutputError

if TYPE_CHECKING:
    from spacy.language import Language

    from nhsa_nlp.cli.table import TableWriter
    from nhsa_nlp.io import Document, JsonLinesWriter


def label(
    paths: Annotated[
        list[str], typer.Argument(metavar="PATH", help="Files, folders, or - for standard input.")
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output", "-o", metavar="FILE", help="Write JSON Lines to FILE; - for standard output."
        ),
    ] = None,
    bundle: parameters.Bundle = None,
    encoding: parameters.Encoding = None,
    max_bytes: parameters.MaxBytes = parameters.DEFAULT_MAX_BYTES,
) -> None:
    """Label documents and tag what they cite.

    Gives topic, policy titles, document numbers and quantities.
    Prints a table to a terminal, and JSON Lines, one record a document, to a pipe or with
    --output. Folders are read recursively. A document that cannot be read is named on
    standard error and the rest is done.

    Exit status: 0 all done, 1 some documents could not be read, 2 wrong usage.
    """
    from nhsa_nlp.io import ReadOptions, describe_skipped, read_documents

    skipped: Counter[str] = Counter()
    labelled = 0
    try:
        # The progress ends first, so that a table is not printed into its line.
        with _writer(output, paths) as writer, Progress("loading the model") as progress:
            documents = read_documents(
                paths, ReadOptions(encoding, max_bytes), on_error=progress.complain, skipped=skipped
            )
            import nhsa_nlp
            from nhsa_nlp.pipeline import records

            nlp = nhsa_nlp.load(bundle)
            for record in records(nlp, _short_enough(documents, nlp, progress)):
                writer.write(record)
                labelled += 1
                progress.update(f"{labelled} labelled, {progress.failures} failed: {record['id']}")
            if skipped:
                progress.notice(f"passed over {describe_skipped(skipped)}")
    except KeyboardInterrupt:
        complain(f"interrupted; labelled so far: {labelled}{f', in {output}' if output else ''}")
        raise typer.Exit(exit_status.INTERRUPTED) from None
    if progress.failures:
        raise typer.Exit(exit_status.SOME_UNREAD)


def _short_enough(documents: Iterable[Document], nlp: Language, progress: Progress) -> Iterator[Document]:
    """Pass on the documents that the pipeline takes, and complain of the others."""
    for document in documents:
        if len(document.text) <= nlp.max_length:
            yield document
        else:
            progress.complain(too_long(document, nlp))


def _writer(output: Path | None, paths: list[str]) -> JsonLinesWriter | TableWriter:
    from nhsa_nlp.io import STANDARD_INPUT, JsonLinesWriter

    if output is not None and str(output) != STANDARD_INPUT:
        _check_apart(output, paths)
        return JsonLinesWriter(output)
    if output is None and sys.stdout.isatty():
        from nhsa_nlp.cli.table import TableWriter

        return TableWriter()
    return JsonLinesWriter(sys.stdout.buffer)


def _check_apart(output: Path, paths: list[str]) -> None:
    """Refuse to write over a document that is to be read."""
    from nhsa_nlp.io import READABLE

    target = output.resolve()
    for path in map(Path, paths):
        place = path.resolve()
        inside = place.is_dir() and target.suffix.lower() in READABLE and target.is_relative_to(place)
        if target == place or inside:
            raise OutputError(
                f"{output}: is or would be one of the documents to read; choose another --output"
            )
