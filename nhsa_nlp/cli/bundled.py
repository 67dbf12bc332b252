"""What commands need of a bundle."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from nhsa_nlp.errors import BundleError

if TYPE_CHECKING:
    from spacy.language import Language

    from nhsa_nlp.topic.model import TopicModel


def chosen_bundle(folder: Path | None, bundle: Path | None) -> Path:
    """Return the bundle given as an argument or as ``--bundle``, or else the one that is shipped.

    Raises
    ------
    typer.BadParameter
        If two are given.
    BundleError
        If none is, and none is shipped.
    """
    from nhsa_nlp.pipeline.bundle import default_bundle_path

    if folder is not None and bundle is not None:
        raise typer.BadParameter("give the bundle once", param_hint="--bundle")
    return folder or bundle or default_bundle_path()


def topic_models(nlp: Language) -> Iterator[TopicModel]:
    """Yield the topic models of a pipeline: one, or none."""
    from nhsa_nlp.pipeline.components import TopicComponent

    for _, component in nlp.pipeline:
        if isinstance(component, TopicComponent) and component.model is not None:
            yield component.model


def topic_model(nlp: Language) -> TopicModel:
    """Return the topic model of a pipeline.

    Raises
    ------
    BundleError
        If it has none.
    """
    for model in topic_models(nlp):
        return model
    raise BundleError("the bundle has no topic model; run: nhsa-nlp train topic")


def model_name(nlp: Language) -> str:
    """Return the name and version of a bundle, as annotation tools show it."""
    return f"{nlp.meta['name']} {nlp.meta['version']}"
