"""``nhsa-nlp evaluate``: measure a part of the pipeline on labelled data."""

from __future__ import annotations

import json
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from nhsa_nlp.cli import parameters
from nhsa_nlp.cli.terminal import Progress


class EvaluatedPart(StrEnum):
    """What can be evaluated."""

    TOPIC = "topic"
    ENTITIES = "entities"


def evaluate(
    part: Annotated[EvaluatedPart, typer.Argument(help="The part to evaluate.", show_default=False)],
    data: Annotated[
        Path | None,
        typer.Option("--data", metavar="PATH", help="A folder of data, or a file.  [default: training/data]"),
    ] = None,
    bundle: Annotated[
        Path | None,
        typer.Option("--bundle", metavar="DIR", help="Score this bundle on --data, not by folds."),
    ] = None,
    against: Annotated[
        Path | None,
        typer.Option("--against", metavar="DIR", help="Test whether this bundle differs from --bundle."),
    ] = None,
    text_column: parameters.TextColumn = None,
    label_column: parameters.LabelColumn = None,
    id_column: parameters.IdColumn = None,
    folds: Annotated[
        int, typer.Option("--folds", min=2, metavar="K", help="Folds of the cross-validation.")
    ] = 5,
    repeats: Annotated[
        int, typer.Option("--repeats", min=1, metavar="N", help="How often to repeat it with other folds.")
    ] = 1,
    seed: parameters.Seed = parameters.DEFAULT_SEED,
    ablation: Annotated[
        bool, typer.Option("--ablation", help="Entities: train ner in every fold and score all variants.")
    ] = False,
    compare: Annotated[
        bool, typer.Option("--compare", help="Topic: measure ordinary methods on the same splits.")
    ] = False,
    jobs: parameters.Jobs = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write a report as HTML to FILE.")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the figures as JSON to FILE.")
    ] = None,
) -> None:
    """Measure models on labelled data.

    Without --bundle by cross-validation on --data: near-duplicates stay on one side of a split,
    so the figures are those of unseen documents. With --bundle the bundle as it is, on a file of
    texts it was not trained on, read as "train" reads its data; with --against as well, both
    bundles on the same texts, and a paired test of the difference.
    """
    from nhsa_nlp.io import check_writable, write_text

    _check_options(part, data, bundle, against, compare=compare, ablation=ablation)
    for file in (output, report):
        if file is not None:
            check_writable(file)
    if report is not None and part is EvaluatedPart.TOPIC:
        from nhsa_nlp.pages.plots import check_plotting

        check_plotting()
    place = data or parameters.DEFAULT_DATA
    columns = {"text_column": text_column, "label_column": label_column, "id_column": id_column}
    with Progress(f"evaluating: {part.value}") as progress:
        if bundle is not None:
            figures, summary = _held_out(part, place, bundle, against, columns, progress)
        elif part is EvaluatedPart.TOPIC:
            complete = output is not None or report is not None
            figures, summary = _topic(place, columns, folds, repeats, seed, compare, complete, jobs, progress)
        else:
            figures, summary = _entities(place, folds, repeats, seed, ablation, jobs, progress)
    typer.echo(summary)
    if output is not None:
        write_text(output, json.dumps(figures, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
    if report is not None:
        write_text(report, _html(part, figures))


def _check_options(
    part: EvaluatedPart,
    data: Path | None,
    bundle: Path | None,
    against: Path | None,
    *,
    compare: bool,
    ablation: bool,
) -> None:
    if part is EvaluatedPart.ENTITIES and compare:
        raise typer.BadParameter("is for the topic only", param_hint="--compare")
    if part is EvaluatedPart.TOPIC and ablation:
        raise typer.BadParameter("is for entities only", param_hint="--ablation")
    if bundle is not None and (compare or ablation):
        option = "--compare" if compare else "--ablation"
        raise typer.BadParameter("is for cross-validation; leave --bundle out", param_hint=option)
    if against is not None and bundle is None:
        raise typer.BadParameter(
            "compares with another bundle; name that with --bundle", param_hint="--against"
        )
    if bundle is not None and data is None:
        message = "name a file of texts that the bundle was not trained on"
        raise typer.BadParameter(message, param_hint="--data")
    if part is EvaluatedPart.ENTITIES and bundle is None and data is not None and data.is_file():
        message = "is one file; name the bundle to score on it, or a folder to cross-validate on"
        raise typer.BadParameter(message, param_hint="--data")


def _held_out(
    part: EvaluatedPart,
    data: Path,
    bundle: Path,
    against: Path | None,
    columns: dict[str, str | None],
    progress: Progress,
) -> tuple[dict[str, Any], str]:
    from nhsa_nlp.evaluation import bundles
    from nhsa_nlp.training.settings import TrainingSettings
    from nhsa_nlp.training.sources import annotated_texts, known_files, labelled_texts

    if part is EvaluatedPart.TOPIC:
        settings = TrainingSettings().changed(**{f"data__{name}": value for name, value in columns.items()})
        labelled, files = labelled_texts(data, settings.data)
        figures = bundles.evaluate_topic_bundle(bundle, labelled, against)
    else:
        annotated, left_out, files = annotated_texts(data)
        if left_out:
            progress.notice(f"warning: {left_out} texts without an annotation are left out")
        figures = bundles.evaluate_entities_bundle(bundle, annotated, against)
    for path in filter(None, (bundle, against)):
        if known := known_files(path, part.value, files):
            progress.notice(
                f"warning: {path} was trained on {known[0]}, so its figures say little of new texts"
            )
    return figures, bundles.format_scores(figures)


def _topic(
    data: Path,
    columns: dict[str, str | None],
    folds: int,
    repeats: int,
    seed: int,
    compare: bool,
    learning: bool,
    jobs: int | None,
    progress: Progress,
) -> tuple[dict[str, Any], str]:
    from nhsa_nlp.data.quality import check_labelled
    from nhsa_nlp.evaluation.bundles import format_scores
    from nhsa_nlp.evaluation.multiclass import cross_validate
    from nhsa_nlp.evaluation.topic import evaluate_topic, format_topic_report
    from nhsa_nlp.topic.labels import LABELS
    from nhsa_nlp.training.settings import TrainingSettings
    from nhsa_nlp.training.sources import labelled_texts

    settings = TrainingSettings().changed(**{f"data__{name}": value for name, value in columns.items()})
    documents, files = labelled_texts(data, settings.data)
    if data.is_file():
        for warning in check_labelled(documents, files[0]):
            progress.notice(f"warning: {warning}")
    texts, labels = [document.text for document in documents], [document.label for document in documents]
    if set(labels) <= set(LABELS):
        figures = evaluate_topic(
            texts,
            labels,
            folds=folds,
            repeats=repeats,
            seed=seed,
            compare=compare,
            learning=learning,
            n_jobs=jobs or -1,
            on_progress=progress.update,
        )
        return figures, format_topic_report(figures)
    if compare:
        raise typer.BadParameter(f"is for the labels {', '.join(LABELS)} only", param_hint="--compare")
    measured = cross_validate(
        texts,
        labels,
        folds=folds,
        repeats=repeats,
        seed=seed,
        n_jobs=jobs or -1,
        on_progress=progress.update,
    )
    about = (
        f"{measured['documents']} texts in {measured['groups']} groups of near-duplicates, which stay on one "
        f"side; {measured['folds']} folds, {repeats} repeats, seed {seed}; most frequent label "
        f"{measured['majority']:.1%}"
    )
    return measured, format_scores({"about": [about], "topic": measured["cross_validation"]})


def _entities(
    data: Path,
    folds: int,
    repeats: int,
    seed: int,
    ablation: bool,
    jobs: int | None,
    progress: Progress,
) -> tuple[dict[str, Any], str]:
    from nhsa_nlp.evaluation.entities import evaluate_entities, format_report

    figures = evaluate_entities(
        data,
        folds=folds,
        repeats=repeats,
        seed=seed,
        ablation=ablation,
        n_jobs=jobs or -1,
        on_progress=progress.update,
    )
    return figures, format_report(figures)


def _html(part: EvaluatedPart, figures: dict[str, Any]) -> str:
    from nhsa_nlp.pages.evaluation import entities_html, scores_html, topic_html

    title = f"{part.value.capitalize()}: "
    if "about" in figures:
        return scores_html(title + "held-out figures", figures)
    if "variants" in figures:
        return entities_html(figures)
    if "cross_validation" in figures:
        about = f"{figures['documents']} texts, {figures['folds']} folds, {figures['repeats']} repeats"
        shown = {"about": [about], "topic": figures["cross_validation"]}
        return scores_html(title + "cross-validated figures", shown)
    return topic_html(figures)
