"""``nhsa-nlp suggest``: an archive in, the documents most worth labelling out."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nhsa_nlp.cli import exit_status, parameters
from nhsa_nlp.cli.output_file import check_output, check_project_output
from nhsa_nlp.cli.terminal import Progress, passed_over, printable, wrote
from nhsa_nlp.data.annotations.tools import Task, Tool
from nhsa_nlp.translation import ntr, tr, tr_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from nhsa_nlp.io import Document
    from nhsa_nlp.labelling.suggest import Suggestions
    from nhsa_nlp.topic.model import TopicModel


def suggest(
    pool: parameters.Paths,
    count: Annotated[int, typer.Option("--count", "-n", min=1, metavar="N", help="How many to choose.")] = 50,
    labelled: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help=f"Texts that are labelled already: {parameters.LABELLED}."),
    ] = None,
    output: Annotated[
        Path | None,
        parameters.output("Write a table to fill in (.xlsx, .csv, .tsv, .jsonl), or with --for, a project."),
    ] = None,
    overwrite: parameters.Overwrite = False,
    text_column: parameters.TextColumn = None,
    id_column: parameters.IdColumn = None,
    title_column: parameters.TitleColumn = None,
    label_column: parameters.LabelColumn = None,
    tool: parameters.ForTool = None,
    bundle: parameters.Bundle = None,
    encoding: parameters.Encoding = None,
    max_bytes: parameters.MaxBytes = parameters.DEFAULT_MAX_BYTES,
    jobs: parameters.Jobs = None,
) -> None:
    """Choose the documents most worth labelling.

    These are the documents whose labels would tell most about those the model is unsure of, beyond
    what is known from labelled and chosen ones. Near-duplicates and documents out of scope are left
    out. The files hold the model's predictions. The names of columns hold for all tables.

    Exit status: 0 all done, 1 some documents could not be read, 2 wrong usage.
    """
    from nhsa_nlp.io import ReadOptions, read_documents

    _check(output, tool, pool, overwrite=overwrite)
    skipped: Counter[str] = Counter()
    with Progress(tr("loading the model")) as progress:
        from nhsa_nlp.labelling.labelled import read_labelled
        from nhsa_nlp.labelling.suggest import suggest as choose_documents

        known = read_labelled(labelled, text_column, label_column) if labelled else []
        documents = read_documents(
            pool,
            ReadOptions(encoding, max_bytes, text_column, id_column, title_column),
            on_error=progress.complain,
            skipped=skipped,
        )
        import nhsa_nlp
        from nhsa_nlp.cli.bundled import model_name, topic_model

        nlp = nhsa_nlp.load(bundle)
        model = topic_model(nlp)
        found = choose_documents(
            _counted(documents, progress), model, count, [item.text for item in known], n_jobs=jobs or -1
        )
        if skipped:
            progress.notice(passed_over(skipped))
        progress.notice(_summary(found))
        _write(found, model, model_name(nlp), output, tool)
    if output is not None:
        wrote(output)
    elif sys.stdout.isatty():
        _print_table(found)
    else:
        _print(found)
    if progress.failures:
        raise typer.Exit(exit_status.SOME_UNREAD)


def _check(output: Path | None, tool: Tool | None, pool: list[str], *, overwrite: bool) -> None:
    from nhsa_nlp.io.writers.shapes import DATA, SHEET
    from nhsa_nlp.labelling.worklist import WRITABLE

    if tool is not None and output is None:
        raise typer.BadParameter("say with --output where to write it", param_hint="--for")
    if output is None:
        return
    if tool is not None:
        check_project_output(output, tool, pool, overwrite=overwrite)
    else:
        shape = SHEET if output.suffix.lower() == ".xlsx" else DATA
        check_output(output, pool, WRITABLE, shape=shape, overwrite=overwrite)


def _counted(documents: Iterable[Document], progress: Progress) -> Iterator[Document]:
    for number, document in enumerate(documents, start=1):
        progress.update(
            tr_in("progress", "{count:,} read: {document}").format(count=number, document=document.id)
        )
        yield document


def _summary(found: Suggestions) -> str:
    left = [
        what.format(count=number)
        for number, what in (
            (found.repeated, tr_in("report", "{count} repeated")),
            (found.out_of_scope, tr_in("report", "{count} out of scope")),
        )
        if number
    ]
    read = ntr("{count} document read", "{count} documents read", found.read).format(count=found.read)
    if left:
        read = tr_in("list", "{what} ({details})").format(what=read, details=tr_in("list", ", ").join(left))
    return tr_in("report", "{read}, {chosen} chosen").format(read=read, chosen=len(found.chosen))


def _write(found: Suggestions, model: TopicModel, name: str, output: Path | None, tool: Tool | None) -> None:
    from nhsa_nlp.data.annotations.projects import write_project
    from nhsa_nlp.labelling.worklist import choices, guesses, write_worklist

    labels = choices(model.classes)
    if output is not None and tool is not None:
        write_project(output, tool, Task.TOPIC, guesses(found.chosen, labels), labels, name)
    elif output is not None:
        write_worklist(output, found.chosen, labels)


def _rows(found: Suggestions) -> Iterator[tuple[str, str, str, str]]:
    """Yield the id, the label, its probability and how unsure the model is of it."""
    for each in found.chosen:
        label, probability = each.topic["label"] or each.topic["reason"], each.topic["probability"]
        share = "–" if probability is None else f"{probability:.2f}"
        yield printable(each.document.id), str(label), share, f"{each.uncertainty:.2f}"


def _print(found: Suggestions) -> None:
    for row in _rows(found):
        typer.echo("\t".join(row))


def _print_table(found: Suggestions) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 0), show_edge=False)
    table.add_column(tr_in("word", "Document"), overflow="fold")
    table.add_column(tr_in("word", "Label"), overflow="fold")
    for heading in (tr_in("word", "Probability"), tr_in("word", "Uncertainty")):
        table.add_column(heading, justify="right", no_wrap=True)
    for row in _rows(found):
        table.add_row(*map(Text, row))
    if found.chosen:
        Console(highlight=False).print(table)
