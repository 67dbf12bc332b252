"""The model card of a bundle (after Mitchell et al. 2019), in Markdown."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from jinja2 import Environment, PackageLoader, StrictUndefined

from nhsa_nlp.evaluation.bootstrap import INTERVALS, format_interval
from nhsa_nlp.evaluation.names import genre_name, origin_name, stored_name
from nhsa_nlp.pipeline.manifest import Manifest
from nhsa_nlp.topic.labels import LABELS
from nhsa_nlp.training.settings import TrainingSettings
from nhsa_nlp.translation import Language, recognised, tr, tr_in, translated

_PARTS = {
    "topic": "topic, training",
    "topic_test": "topic, held out",
    "entities": "entities, training",
    "entities_test": "entities, held out",
    "segmenter": "segmenter",
    "words": "custom words",
}
_MOST_LABELS = 50


def render_card(manifest: Manifest, settings: TrainingSettings, language: Language = "en") -> str:
    """Return the card of a bundle: data, figures with intervals, limits, intended use, warnings.

    That in a bundle is in English, so that equal bundles are equal everywhere.
    """
    environment = Environment(  # noqa: S701 - Markdown, where `plain` escapes
        loader=PackageLoader("nhsa_nlp.training"),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        plain=_plain, interval=format_interval, number=_number, spread=partial(_spread, language=language)
    )
    environment.globals.update(
        tr=partial(tr, language=language),
        tr_in=partial(tr_in, language=language),
        genre_name=partial(genre_name, language=language),
        origin_name=partial(origin_name, language=language),
        stored_name=partial(stored_name, language=language),
    )
    return environment.get_template("card.md.j2").render(
        manifest=manifest,
        settings=settings,
        intended_use=translated(" ".join(settings.bundle.intended_use.split()), language),
        parts=_PARTS,
        sectors=list(LABELS),
        warnings=[
            (part, translated(recognised(text), language))
            for part, found in manifest.warnings.items()
            for text in found
        ],
        intervals=tr(INTERVALS, language),
        most_labels=_MOST_LABELS,
        versions=", ".join(f"{name} {number}" for name, number in manifest.made_with.items()),
    )


def _spread(figure: Mapping[str, float], repeats: int, language: Language) -> str:
    shown = tr("{mean:.3f} ± {std:.3f} over the repeats", language) if repeats > 1 else "{mean:.3f}"
    return shown.format(**figure)


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _plain(text: str) -> str:
    """Return text that cannot become markup: labels and file names are other people's."""
    return " ".join("".join(f"\\{c}" if c in "|<>`*_[]\\#" else c for c in text).split())
