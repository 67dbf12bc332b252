"""Measuring bundles on held-out files, alone or against each other."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NotRequired, TypedDict

import nhsa_nlp
from nhsa_nlp.data.corpus import LabelledText
from nhsa_nlp.data.entities import AnnotatedText
from nhsa_nlp.evaluation.bootstrap import Interval
from nhsa_nlp.evaluation.entities import count_entities
from nhsa_nlp.evaluation.held_out import Decisions, EntityScores, LabelScores, score_entities, score_model
from nhsa_nlp.evaluation.significance import (
    EntityComparison,
    LabelComparison,
    compare_entities,
    compare_labels,
)
from nhsa_nlp.evaluation.wording import about_scores
from nhsa_nlp.pipeline.bundle import read_manifest, verify_bundle
from nhsa_nlp.splits import near_duplicate_groups
from nhsa_nlp.topic.model import TopicModel


class PartScores(TypedDict):
    """Figures of the texts of one genre or origin."""

    documents: int
    exact: Interval
    decisions: Decisions
    facets: NotRequired[float]


class TopicBundleReport(TypedDict):
    """What `evaluate_topic_bundle` measured."""

    bundles: list[str]
    topic: LabelScores
    about: list[str]
    by_genre: NotRequired[dict[str, PartScores]]
    by_origin: NotRequired[dict[str, PartScores]]
    against: NotRequired[LabelScores]
    comparison: NotRequired[LabelComparison]


class EntitiesBundleReport(TypedDict):
    """What `evaluate_entities_bundle` measured."""

    bundles: list[str]
    entities: EntityScores
    about: list[str]
    against: NotRequired[EntityScores]
    comparison: NotRequired[EntityComparison]


def evaluate_topic_bundle(
    bundle: Path, documents: Sequence[LabelledText], against: Path | None = None
) -> TopicBundleReport:
    """Score the topic labels of a bundle on held-out texts.

    Parameters
    ----------
    against
        Another bundle to compare it with; the figures of the comparison are this one less ``bundle``.

    Returns
    -------
    TopicBundleReport
        JSON values: ``about``, ``bundles``, ``topic``, what of it is about each genre and origin that the
        documents say under ``by_genre`` and ``by_origin`` and, with another bundle, its figures under
        ``against`` and the tests under ``comparison``; see `nhsa_nlp.evaluation.held_out` and
        `.significance`.

    Raises
    ------
    BundleError
        If a bundle is damaged.
    """
    texts, labels = [d.text for d in documents], [d.label for d in documents]
    models = [_topic_model(path) for path in (bundle, against) if path is not None]
    scores = [score_model(model, texts, labels) for model in models]
    bundles = _named(bundle, against)
    about = about_scores(bundles, scores[0], "en")
    report: TopicBundleReport = {"bundles": bundles, "topic": scores[0], "about": [about]}
    if by_genre := _by(models[0], documents, [document.genre for document in documents]):
        report["by_genre"] = by_genre
    if by_origin := _by(models[0], documents, [document.origin for document in documents]):
        report["by_origin"] = by_origin
    if against is not None:
        report["against"] = scores[1]
        first, second = (model.predict(texts) for model in models)
        report["comparison"] = compare_labels(labels, first, second, near_duplicate_groups(texts))
    return report


def evaluate_entities_bundle(
    bundle: Path, documents: Sequence[AnnotatedText], against: Path | None = None
) -> EntitiesBundleReport:
    """Score the entities of a bundle on held-out texts; see `evaluate_topic_bundle`."""
    pipelines = [nhsa_nlp.load(path) for path in (bundle, against) if path is not None]
    counted = [count_entities(nlp, documents) for nlp in pipelines]
    scores = [score_entities(counts, documents) for counts in counted]
    bundles = _named(bundle, against)
    about = about_scores(bundles, scores[0], "en")
    report: EntitiesBundleReport = {"bundles": bundles, "entities": scores[0], "about": [about]}
    if against is not None:
        report["against"] = scores[1]
        groups = near_duplicate_groups([document.text for document in documents])
        report["comparison"] = compare_entities(counted[0], counted[1], groups)
    return report


def _by(model: TopicModel, documents: Sequence[LabelledText], values: Sequence[str]) -> dict[str, PartScores]:
    """Return the figures of the documents of each value, but for those that have none."""
    found: dict[str, PartScores] = {}
    for value in sorted(set(values) - {""}):
        own = [document for document, its in zip(documents, values, strict=True) if its == value]
        scores = score_model(model, [document.text for document in own], [document.label for document in own])
        part = PartScores(documents=scores["documents"], exact=scores["exact"], decisions=scores["decisions"])
        if "facets" in scores:
            part["facets"] = scores["facets"]
        found[value] = part
    return found


def _topic_model(bundle: Path) -> TopicModel:
    verify_bundle(bundle)
    return TopicModel.from_disk(bundle / "topic")


def _named(bundle: Path, against: Path | None) -> list[str]:
    paths = [path for path in (bundle, against) if path is not None]
    manifests = [read_manifest(path) for path in paths]
    return [f"{path} ({made.name} {made.version})" for path, made in zip(paths, manifests, strict=True)]
