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
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the figures as JSON to FILE.")
    ] = None,
) -> None:
    """Measure the models by cross-validation.

    Near-duplicates stay on one side of a split, so the figures are those of unseen documents.
    """
    from nhsa_nlp.io import check_writable, write_text

    if output is not None:
        check_writable(output)
    with Progress(f"evaluating: {part.value}"):
        if part is Part.TOPIC:
            figures, report = _topic(data, folds, repeats, seed)
        else:
            figures, report = _entities(data, folds, repeats, seed, ablation)
    typer.echo(report)
    if output is not None:
        write_text(output, json.dumps(figures, ensure_ascii=False, indent=2, sort_keys=True) + "\n")


def _topic(data: Path, folds: int, repeats: int, seed: int) -> tuple[dict[str, Any], str]:
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
    )
    return figures, format_topic_report(figures)


def _entities(data: Path, folds: int, repeats: int, seed: int, ablation: bool) -> tuple[dict[str, Any], str]:
    from nhsa_nlp.evaluation.entities import evaluate_entities, format_report

    figures = evaluate_entities(data, folds=folds, repeats=repeats, seed=seed, ablation=ablation)
    return figures, format_report(figures)
