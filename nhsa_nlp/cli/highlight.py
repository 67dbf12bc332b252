"""``nhsa-nlp highlight``: documents as web pages with everything found in them coloured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nhsa_nlp.cli import exit_status, parameters
from nhsa_nlp.cli.one_document import container_of, read_one
from nhsa_nlp.cli.output_file import PAGES, check_output
from nhsa_nlp.cli.terminal import Progress, notice, wrote
from nhsa_nlp.translation import ntr, tr

if TYPE_CHECKING:
    from nhsa_nlp.io import Document
    from nhsa_nlp.record import Record


def highlight(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE",
            help="A document, or one in a file (list.xlsx#row=5, 2021.zip!/85.docx), or - for standard "
            "input; with --folder several files and folders.",
        ),
    ],
    output: Annotated[
        Path | None,
        parameters.output(
            "The page to write; if not given, FILE with the suffix .html in the current folder.",
            metavar="HTML",
        ),
    ] = None,
    id_: Annotated[
        str | None, typer.Option("--id", metavar="ID", help="Show the document of this id.")
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Write a page for every document to this folder, and index.html."),
    ] = None,
    overwrite: parameters.Overwrite = False,
    bundle: parameters.Bundle = None,
    encoding: parameters.Encoding = None,
    max_bytes: parameters.MaxBytes = parameters.DEFAULT_MAX_BYTES,
    text_column: parameters.TextColumn = None,
    id_column: parameters.IdColumn = None,
    title_column: parameters.TitleColumn = None,
) -> None:
    """Show a document as a web page.

    At the top are the topic, the letter and what each section is about; in the raw text the
    entities are coloured. The page loads nothing from elsewhere and runs no script.
    """
    from nhsa_nlp.io import ReadOptions, read_documents, write_text
    from nhsa_nlp.io.atomic import check_folder
    from nhsa_nlp.io.writers.shapes import PAGE

    if folder is None and len(files) > 1:
        raise typer.BadParameter("several files; name one, or a --folder for the pages of all")
    if folder is not None and (output is not None or id_ is not None):
        raise typer.BadParameter("--folder writes a page for every document; leave out --output and --id")
    with Progress(tr("loading the model")) as progress:
        options = ReadOptions(encoding, max_bytes, text_column, id_column, title_column)
        if folder is None:
            (file,) = files
            document = read_one(file, options, progress, id_)
            page = output or Path(f"{Path(document.id).name}.html")  # an id within an archive has folders
            check_output(page, [container_of(file)], PAGES, shape=PAGE, overwrite=overwrite)
            _, html = _renderer(bundle)(document)
            write_text(page, html)
        else:
            from nhsa_nlp.pages.folder import INDEX, check_page_folder, write_pages

            page = folder / INDEX

            def check(page: Path) -> None:
                check_output(page, shape=PAGE, overwrite=overwrite)

            documents = read_documents(files, options, on_error=progress.complain)
            check_folder(folder, "folder")
            if not overwrite:
                check_page_folder(folder)
            folder.mkdir(exist_ok=True)
            check_output(page, option="folder", shape=PAGE, overwrite=overwrite)
            written = write_pages(folder, documents, _renderer(bundle), progress.complain, check)
    if folder is not None:
        pages = ntr(
            "wrote {count} page; {file} lists it", "wrote {count} pages; {file} lists them", written
        ).format(count=written, file=page)
        notice(pages if written else tr("wrote nothing"))
    else:
        wrote(page)
    if progress.failures:
        raise typer.Exit(exit_status.SOME_UNREAD)


def _renderer(bundle: Path | None) -> Callable[[Document], tuple[Record, str]]:
    """Return what makes the record and the page of a document."""
    import nhsa_nlp
    from nhsa_nlp.cli.bundled import topic_models
    from nhsa_nlp.pages.highlight import render
    from nhsa_nlp.pipeline.records import as_analyser, label_document

    nlp = nhsa_nlp.load(bundle)
    analyser = as_analyser(nlp)
    # Only a model of the three sectors says what a section is about.
    models = [model for model in topic_models(nlp) if model.has_facets]

    def page_of(document: Document) -> tuple[Record, str]:
        record = label_document(analyser, document)
        sections = [section for model in models for section in model.sections(document.text)]
        return record, render(record, document.text, sections)

    return page_of
