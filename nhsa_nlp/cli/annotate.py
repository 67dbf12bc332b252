"""``nhsa-nlp annotate``: documents in, a project of an annotation tool out."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nhsa_nlp.cli import exit_status, parameters
from nhsa_nlp.cli.output_file import check_project_output
from nhsa_nlp.cli.terminal import Progress, passed_over, wrote
from nhsa_nlp.data.annotations.tools import Task, Tool
from nhsa_nlp.errors import InputError
from nhsa_nlp.translation import ntr, tr, tr_in

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spacy.language import Language

    from nhsa_nlp.io import Document
    from nhsa_nlp.record import Record


def annotate(
    paths: parameters.Paths,
    tool: Annotated[Tool, typer.Option("--for", help="The annotation tool.")],
    output: Annotated[
        Path, parameters.output("The file to import: .jsonl for doccano, .json for Label Studio.")
    ],
    task: Annotated[Task, typer.Option(help="What people will annotate.")] = Task.TOPIC,
    overwrite: parameters.Overwrite = False,
    bundle: parameters.Bundle = None,
    encoding: parameters.Encoding = None,
    max_bytes: parameters.MaxBytes = parameters.DEFAULT_MAX_BYTES,
    text_column: parameters.TextColumn = None,
    id_column: parameters.IdColumn = None,
    title_column: parameters.TitleColumn = None,
) -> None:
    """Prepare documents for doccano or Label Studio.

    They come with the model's predictions, to be corrected rather than typed. For Label Studio the
    labelling interface is written next to the file, as .xml. "convert" reads the export.

    Exit status: 0 all done, 1 some documents could not be read, 2 wrong usage.
    """
    from nhsa_nlp.io import ReadOptions, read_documents

    check_project_output(output, tool, paths, overwrite=overwrite)
    skipped: Counter[str] = Counter()
    with Progress(tr("loading the model")) as progress:
        import nhsa_nlp

        options = ReadOptions(encoding, max_bytes, text_column, id_column, title_column)
        documents = read_documents(paths, options, on_error=progress.complain, skipped=skipped)
        nlp = nhsa_nlp.load(bundle)
        found = _labelled(nlp, documents, progress)
        written = _write(nlp, found, output, tool, task)
        if skipped:
            progress.notice(passed_over(skipped))
    files = tr_in("list", " and ").join(map(str, written))
    what = ntr("{count} document", "{count} documents", len(found)).format(count=len(found))
    wrote(files, what)
    if progress.failures:
        raise typer.Exit(exit_status.SOME_UNREAD)


def _labelled(nlp: Language, documents: Iterable[Document], progress: Progress) -> list[tuple[Record, str]]:
    from nhsa_nlp.pipeline.records import as_analyser, label_document

    analyser = as_analyser(nlp)
    found = []
    for document in documents:
        try:
            found.append((label_document(analyser, document), document.text))
        except InputError as error:
            progress.complain(error)
        else:
            progress.update(
                tr_in("progress", "{count:,} read: {document}").format(count=len(found), document=document.id)
            )
    return found


def _write(
    nlp: Language, found: list[tuple[Record, str]], output: Path, tool: Tool, task: Task
) -> list[Path]:
    from nhsa_nlp.cli.bundled import model_name, topic_model
    from nhsa_nlp.data.annotations.projects import annotated, write_project
    from nhsa_nlp.data.annotations.topics import TopicGuess
    from nhsa_nlp.labelling.worklist import answer, choices

    if task is Task.ENTITIES:
        texts = [annotated(record, text) for record, text in found]
        labels = list(
            dict.fromkeys(["POLICY", "DOC_NO", "QUANTITY", *(e.label for t in texts for e in t.entities)])
        )
        return write_project(output, tool, task, texts, labels, model_name(nlp))
    choose = choices(topic_model(nlp).classes)
    guesses = [
        TopicGuess(record["id"], text, answer(topic, choose), topic and topic["probability"])
        for record, text in found
        for topic in [record["topic"]]
    ]
    return write_project(output, tool, task, guesses, choose, model_name(nlp))
