"""``nhsa-nlp evaluate``: measure a part of the pipeline on labelled data."""

from __future__ import annotations

import json
from enum import Enum
from pathlib import Path
from typing import Annotated

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
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write the figures as JSON to FILE.")
    ] = None,
) -> None:
    """Measure the models by cross-validation.

    Near-duplicates stay on one side of a split, so the figures are those of unseen documents.
    """
    with Progress(f"evaluating: {part.value}"):
        if part is Part.TOPIC:
            from nhsa_nlp.evaluation.topic import evaluate_topic, format_report

            figures = evaluate_topic(data, folds=folds, repeats=repeats, seed=seed)
        else:
            from nhsa_nlp.evaluation.entities import evaluate_entities, format_report

            figures = evaluate_entities(data, folds=folds, repeats=repeats, seed=seed)
    typer.echo(format_report(figures))
    if output is not None:
        from nhsa_nlp.io import write_text

        write_text(output, json.dumps(figures, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
