"""``nhsa-nlp highlight``: one document as a web page with everything found in it coloured."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from nhsa_nlp.cli import parameters
from nhsa_nlp.cli.one_document import read_one
from nhsa_nlp.cli.output_file import check_output
from nhsa_nlp.cli.terminal import Progress


def highlight(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A document, or - for standard input.")],
    output: Annotated[
        Path | None,
        parameters.output(
            "The page to write; if not given, FILE with the suffix .html in the current folder.",
            metavar="HTML",
        ),
    ] = None,
    bundle: parameters.Bundle = None,
    encoding: parameters.Encoding = None,
    max_bytes: parameters.MaxBytes = parameters.DEFAULT_MAX_BYTES,
    text_column: parameters.TextColumn = None,
    id_column: parameters.IdColumn = None,
    title_column: parameters.TitleColumn = None,
) -> None:
    """Show one document as a web page.

    At the top are the topic, the letter and what each section is about; in the raw text the
    entities are coloured. The page loads nothing from elsewhere and runs no script.
    """
    from nhsa_nlp.io import ReadOptions, write_text

    with Progress("loading the model") as progress:
        options = ReadOptions(encoding, max_bytes, text_column, id_column, title_column)
        document = read_one(file, options, progress)
        page = output or Path(f"{Path(document.id).name}.html")  # an id within an archive has folders
        check_output(page, [file])
        import nhsa_nlp
        from nhsa_nlp.cli.bundled import topic_models
        from nhsa_nlp.pages.highlight import render
        from nhsa_nlp.pipeline.records import as_analyser, label_document

        nlp = nhsa_nlp.load(bundle)
        record = label_document(as_analyser(nlp), document)
        # Only a model of the three sectors says what a section is about.
        sections = [
            section
            for model in topic_models(nlp)
            if model.has_facets
            for section in model.sections(document.text)
        ]
        write_text(page, render(record, document.text, sections))
    typer.echo(f"wrote {page}")
