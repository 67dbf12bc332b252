"""``nhsa-nlp evaluate``: measure a part of the pipeline on labelled data."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple, TypedDict

import typer

from nhsa_nlp.cli import parameters
from nhsa_nlp.cli.output_file import check_output
from nhsa_nlp.cli.terminal import Progress
from nhsa_nlp.translation import Message, tr

if TYPE_CHECKING:
    from nhsa_nlp.parallel import ProgressCallback
    from nhsa_nlp.training.settings import DataSettings


EvaluatedPart = Literal["topic", "entities"]


class _Measured(NamedTuple):
    """What was measured: as JSON, as lines for the terminal, and as a page, which is made when asked for."""

    figures: Mapping[str, object]
    lines: str
    page: Callable[[], str]


def evaluate(
    part: Annotated[EvaluatedPart, typer.Argument(metavar="PART", help="The part to evaluate.")],
    data: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="PATH",
            help="A folder of data, or a file; topic: also several.  [default: training/data]",
        ),
    ] = None,
    bundle: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Score this bundle on --data instead of cross-validating."),
    ] = None,
    against: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Test whether this bundle differs from --bundle.")
    ] = None,
    text_column: parameters.TextColumn = None,
    label_column: parameters.LabelColumn = None,
    id_column: parameters.IdColumn = None,
    folds: parameters.Folds = 5,
    repeats: Annotated[
        int, typer.Option(min=1, metavar="N", help="How often to repeat it with other folds.")
    ] = 1,
    seed: parameters.Seed = parameters.DEFAULT_SEED,
    ablation: Annotated[
        bool, typer.Option("--ablation", help="Entities: train ner in each fold and score all variants.")
    ] = False,
    compare: Annotated[
        bool, typer.Option("--compare", help="Topic: measure common methods on the same splits.")
    ] = False,
    jobs: parameters.Jobs = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a report as HTML to FILE.")
    ] = None,
    output: Annotated[Path | None, parameters.output("Write the figures as JSON to FILE.")] = None,
    overwrite: parameters.Overwrite = False,
) -> None:
    """Measure models on labelled data.

    Without --bundle, cross-validates on --data; near-duplicates stay on the same side of a split,
    so the figures hold for unseen documents. With --bundle, scores the bundle as it is on a file of
    texts it was not trained on, read as "train" reads its data; with --against as well, scores both
    bundles on the same texts, with a paired test of the difference.
    """
    from nhsa_nlp.io import write_text
    from nhsa_nlp.io.writers.shapes import EVALUATION, PAGE

    _check_options(part, data, bundle, against, compare=compare, ablation=ablation)
    if output is not None:
        check_output(output, shape=EVALUATION, overwrite=overwrite)
    if report is not None:
        check_output(report, option="report", shape=PAGE, overwrite=overwrite)
    if report is not None and part == "topic":
        from nhsa_nlp.pages.plots import check_plotting

        check_plotting()
    places = parameters.data_or_default(data)
    with Progress(tr("evaluating: {part}").format(part=part)) as progress:
        from nhsa_nlp.training.settings import DataSettings

        columns = DataSettings(
            text_column=text_column or "", label_column=label_column or "", id_column=id_column or ""
        )
        if bundle is not None:
            measured = _held_out(part, places, bundle, against, columns, progress)
        else:
            splits = _Splits(
                folds=folds, repeats=repeats, seed=seed, n_jobs=jobs or -1, on_progress=progress.update
            )
            if part == "topic":
                learning = output is not None or report is not None
                measured = _topic(places, columns, compare, learning, progress, splits)
            else:
                from nhsa_nlp.cli.reports.entities import format_entities_report
                from nhsa_nlp.evaluation.entities import evaluate_entities
                from nhsa_nlp.pages.evaluation import entities_html

                figures = evaluate_entities(places[0], ablation=ablation, **splits)
                measured = _Measured(
                    figures, format_entities_report(figures), partial(entities_html, figures)
                )
    typer.echo(measured.lines)
    if output is not None:
        write_text(output, json.dumps(measured.figures, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
    if report is not None:
        write_text(report, measured.page())


class _Splits(TypedDict):
    """How to cross-validate."""

    folds: int
    repeats: int
    seed: int
    n_jobs: int
    on_progress: ProgressCallback


def _check_options(
    part: EvaluatedPart,
    data: list[Path] | None,
    bundle: Path | None,
    against: Path | None,
    *,
    compare: bool,
    ablation: bool,
) -> None:
    one_file = data is not None and data[0].is_file()
    several = data is not None and len(data) > 1
    for unfit, option, problem in (
        (part == "entities" and several, "--data", "only the topic takes several"),
        (part == "entities" and compare, "--compare", "is for the topic only"),
        (part == "topic" and ablation, "--ablation", Message("is for entities only")),
        (bundle and compare, "--compare", Message("is for cross-validation; leave --bundle out")),
        (bundle and ablation, "--ablation", Message("is for cross-validation; leave --bundle out")),
        (
            against and not bundle,
            "--against",
            Message("compares with another bundle; name that with --bundle"),
        ),
        (bundle and not data, "--data", Message("name a file of texts that the bundle was not trained on")),
        (
            part == "entities" and not bundle and one_file,
            "--data",
            Message("is one file; name the bundle to score on it, or a folder to cross-validate on"),
        ),
    ):
        if unfit:
            raise typer.BadParameter(problem, param_hint=option)


def _held_out(
    part: EvaluatedPart,
    data: list[Path],
    bundle: Path,
    against: Path | None,
    columns: DataSettings,
    progress: Progress,
) -> _Measured:
    from nhsa_nlp.cli.reports.scores import format_entities_bundle, format_topic_bundle
    from nhsa_nlp.evaluation.bundles import evaluate_entities_bundle, evaluate_topic_bundle
    from nhsa_nlp.pages.evaluation import entities_bundle_html, topic_bundle_html
    from nhsa_nlp.training.sources import annotated_texts, known_files, labelled_texts

    if part == "topic":
        read = [labelled_texts(path, columns) for path in data]
        labelled, files = ([item for part in parts for item in part] for parts in zip(*read, strict=True))
        topic = evaluate_topic_bundle(bundle, labelled, against)
        measured = _Measured(topic, format_topic_bundle(topic), partial(topic_bundle_html, topic))
    else:
        annotated, left_out, files = annotated_texts(data[0])
        if left_out:
            progress.warn(Message("{count} texts without an annotation are left out", count=left_out))
        entities = evaluate_entities_bundle(bundle, annotated, against)
        measured = _Measured(
            entities, format_entities_bundle(entities), partial(entities_bundle_html, entities)
        )
    for path in filter(None, (bundle, against)):
        if known := known_files(path, part, files):
            progress.warn(
                Message(
                    "{file} was trained on {known}, so its figures say little about new texts",
                    file=path,
                    known=known[0],
                )
            )
    return measured


def _topic(
    data: list[Path],
    columns: DataSettings,
    compare: bool,
    learning: bool,
    progress: Progress,
    splits: _Splits,
) -> _Measured:
    from nhsa_nlp.cli.reports.scores import format_own_labels
    from nhsa_nlp.cli.reports.topic import format_topic_report
    from nhsa_nlp.data.quality import check_labelled
    from nhsa_nlp.evaluation.multiclass import cross_validate
    from nhsa_nlp.evaluation.topic import evaluate_topic
    from nhsa_nlp.pages.evaluation import own_labels_html, topic_html
    from nhsa_nlp.topic.labels import LABELS, OUR_LABELS
    from nhsa_nlp.training.sources import genres_of, groups_of, labelled_texts

    documents = []
    for path in data:
        found, files = labelled_texts(path, columns)
        if path.is_file():
            for warning in check_labelled(found, files[0]):
                progress.warn(warning)
        documents += found
    texts, labels = [document.text for document in documents], [document.label for document in documents]
    if set(labels) <= set(OUR_LABELS):
        figures = evaluate_topic(
            texts,
            labels,
            genres=genres_of(documents),
            matters=groups_of(documents),
            origins=[document.origin for document in documents],
            compare=compare,
            learning=learning,
            **splits,
        )
        return _Measured(figures, format_topic_report(figures), partial(topic_html, figures))
    if compare:
        raise typer.BadParameter(
            Message("is for the labels {labels} only", labels=", ".join(LABELS)), param_hint="--compare"
        )
    own = cross_validate(texts, labels, **splits)
    return _Measured(own, format_own_labels(own), partial(own_labels_html, own))
