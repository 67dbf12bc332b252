"""``nhsa-nlp train``: rebuild the parts of a model bundle from data."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from nhsa_nlp.cli import parameters
from nhsa_nlp.cli.terminal import Progress


class Part(str, Enum):
    """What can be trained."""

    TOPIC = "topic"
    ENTITIES = "entities"
    SEGMENTER = "segmenter"
    ALL = "all"


def train(
    part: Annotated[Part, typer.Argument(help="The part to train.", show_default=False)],
    data: parameters.Data = parameters.DEFAULT_DATA,
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="DIR", help="The bundle to write.", show_default=True)
    ] = Path("models/default"),
    seed: parameters.Seed = parameters.DEFAULT_SEED,
) -> None:
    """Train a model bundle from labelled data.

    All of it, or one part of an existing one. The data folder holds replies.tsv (label, tab,
    text), entities.jsonl and segmented.txt; for entities, --data may also be a file of
    annotations: our own format, .spacy, or an export of doccano or Label Studio. The same data
    and seed give the same bundle. Label with the result by "label --bundle DIR".
    """
    with Progress(f"training: {part.value}"):
        from nhsa_nlp.training.bundle import train_all, train_part

        if part is Part.ALL:
            written = train_all(data, output, seed=seed)
        else:
            written = train_part(part.value, data, output, seed=seed)
    typer.echo(f"wrote {written}")
