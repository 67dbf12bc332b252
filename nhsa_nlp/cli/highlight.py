"""``nhsa-nlp highlight``: one document as a web page with everything found in it coloured."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nhsa_nlp.cli import parameters
from nhsa_nlp.cli.terminal import Progress
from nhsa_nlp.errors import InputError, OutputError

if TYPE_CHECKING:
    from spacy.language import Language

    from nhsa_nlp.topic.model import SectionTopic


def highlight(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A document, or - for standard input.")],
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            metavar="HTML",
            help="The page to write; without it FILE with the suffix .html in the current folder.",
            show_default=False,
        ),
    ] = None,
    bundle: parameters.Bundle = None,
    encoding: parameters.Encoding = None,
    max_bytes: parameters.MaxBytes = parameters.DEFAULT_MAX_BYTES,
) -> None:
    """Show one document as a web page.

    Topic, letter and what each section is about on top, the entities coloured in the raw
    text. The page needs nothing from outside and runs no script.
    """
    from nhsa_nlp.io import STANDARD_INPUT, ReadOptions, check_writable, read_documents, write_text

    if file not in ("", STANDARD_INPUT) and Path(file).is_dir():
        raise InputError("is a folder; name one document", file)
    with Progress("loading the model") as progress:
        document = next(read_documents([file], ReadOptions(encoding, max_bytes)))
        page = output or Path(f"{document.id}.html")
        if file != STANDARD_INPUT and page.resolve() == Path(file).resolve():
            raise OutputError(f"{page}: is the document itself; choose another --output")
        check_writable(page)
        import nhsa_nlp
        from nhsa_nlp.batch.limits import too_long
        from nhsa_nlp.pages.highlight import render
        from nhsa_nlp.pipeline import records

        nlp = nhsa_nlp.load(bundle)
        if len(document.text) > nlp.max_length:
            raise too_long(document, nlp)
        record = next(records(nlp, [document]))
        write_text(page, render(record, document.text, _sections(nlp, document.text)))
        if "#" in document.source[len(file) :] or "!/" in document.source[len(file) :]:
            progress.notice(f"{file} may hold more documents; the page shows one: {document.source}")
    typer.echo(f"wrote {page}")


def _sections(nlp: Language, text: str) -> list[SectionTopic]:
    """Return what each section is about; none where the bundle does not know the three sectors."""
    from nhsa_nlp.pipeline.components import TopicComponent

    for _, component in nlp.pipeline:
        if isinstance(component, TopicComponent) and component.model and component.model.has_facets:
            return component.model.sections(text)
    return []
