"""``nhsa-nlp evaluate``: measure a part of the pipeline on labelled data."""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer

from nhsa_nlp.cli import parameters
from nhsa_nlp.cli.terminal import Progress


class Part(str, Enum):
    """What can be evaluated."""

    TOPIC = "topic"
    ENTITIES = "entities"


def evaluate(
    part: Annotated[Part, typer.Argument(help="The part to evaluate.", show_default=False)],
    data: parameters.Data = parameters.DEFAULT_DATA,
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
    report: Annotated[
        Path | None,
        typer.Option("--report", metavar="FILE", help="Topic: write a report with plots as HTML to FILE."),
    ] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the figures as JSON to FILE.")
    ] = None,
) -> None:
    """Measure the models by cross-validation.

    Near-duplicates stay on one side of a split, so the figures are those of unseen documents.
    """
    from nhsa_nlp.io import check_writable, write_text

    for file in (output, report):
        if file is not None:
            check_writable(file)
    if part is Part.ENTITIES and (compare or report is not None):
        option = "--compare" if compare else "--report"
        raise typer.BadParameter("is for the topic only", param_hint=option)
    if report is not None:
        from nhsa_nlp.evaluation.report import check_plotting

        check_plotting()
    with Progress(f"evaluating: {part.value}"):
        if part is Part.TOPIC:
            complete = output is not None or report is not None
            figures, summary = _topic(data, folds, repeats, seed, compare=compare, learning=complete)
        else:
            figures, summary = _entities(data, folds, repeats, seed, ablation)
    typer.echo(summary)
    if output is not None:
        write_text(output, json.dumps(figures, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
    if report is not None:
        from nhsa_nlp.evaluation.report import topic_html

        write_text(report, topic_html(figures))


def _topic(
    data: Path, folds: int, repeats: int, seed: int, *, compare: bool, learning: bool
) -> tuple[dict[str, Any], str]:
    from nhsa_nlp.corpus import read_replies
    from nhsa_nlp.evaluation.topic import evaluate_topic, format_topic_report
    from nhsa_nlp.topic.labels import LABELS

    replies = read_replies(data / "replies.tsv", LABELS)
    figures = evaluate_topic(
        [reply.text for reply in replies],
        [reply.label for reply in replies],
        folds=folds,
        repeats=repeats,
        seed=seed,
        compare=compare,
        learning=learning,
    )
    return figures, format_topic_report(figures)


def _entities(data: Path, folds: int, repeats: int, seed: int, ablation: bool) -> tuple[dict[str, Any], str]:
    from nhsa_nlp.evaluation.entities import evaluate_entities, format_report

    figures = evaluate_entities(data, folds=folds, repeats=repeats, seed=seed, ablation=ablation)
    return figures, format_report(figures)
