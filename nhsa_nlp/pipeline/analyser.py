"""From a raw text to its record by plain functions, without spaCy."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nhsa_nlp.errors import BundleError
from nhsa_nlp.pipeline.analysis import Analysis
from nhsa_nlp.pipeline.bundle import default_bundle_path, open_bundle
from nhsa_nlp.pipeline.raw import check_raw
from nhsa_nlp.pipeline.records import Analyser, as_analyser
from nhsa_nlp.pipeline.segmenters import PKUSEG_FILES, SegmenterName, check_segmenter
from nhsa_nlp.record import ModelRecord, Record, make_record

if TYPE_CHECKING:
    from nhsa_nlp.topic.model import TopicModel

_LETTER, _TOPIC, _ENTITIES = "nhsa_letter", "nhsa_topic", "nhsa_entities"


@dataclass(frozen=True, slots=True)
class PlainAnalyser:
    """Makes the record of a text as the components of the same bundle do.

    Parameters
    ----------
    model
        The name of the bundle and its version.
    topic
        The topic model; None for none.
    evidence
        How many pieces of evidence to give, at most.
    letter, entities
        Whether the letter is parsed, and whether the grammar tags entities.
    """

    model: ModelRecord
    topic: TopicModel | None
    evidence: int
    letter: bool
    entities: bool

    def __call__(self, text: str) -> Record:
        """Return the record of a raw text.

        Raises
        ------
        InputError
            For a text that is too long or not valid Unicode.
        """
        check_raw(text)
        analysis = Analysis(text)
        return make_record(
            text,
            None
            if self.topic is None
            else self.topic.analyse(analysis.features(self.topic), top=self.evidence),
            analysis.entities if self.entities else [],
            analysis.letter.record if self.letter else None,
            {**self.model},
        )


def load_analyser(path: str | Path | None = None, *, segmenter: SegmenterName | None = None) -> Analyser:
    """Return a function from a raw text to its record, by the quickest way.

    A bundle of our own components does not need spaCy, which takes seconds to import and a fifth of the
    time of each document; any other goes through `nhsa_nlp.load`. The records are the same.

    Parameters
    ----------
    path
        The bundle's folder; without it the bundle that is shipped with the package.
    segmenter
        What makes the words that a trained recogniser sees, see `nhsa_nlp.load`.

    Returns
    -------
    Analyser
        ``analyse(text)`` gives the `nhsa_nlp.record.Record`, whose id is ``document`` and source empty.

    Raises
    ------
    BundleError
        If the bundle is missing, incomplete, altered or of another format, or has no such segmenter.
    InputError
        For a segmenter that does not exist.
    """
    bundle = default_bundle_path() if path is None else Path(path)
    opened = open_bundle(bundle)
    manifest, components = opened.manifest, _plain_components(opened.configuration)
    if components is None:
        from nhsa_nlp.pipeline.language import load

        return as_analyser(load(bundle, segmenter=segmenter))
    check_segmenter(segmenter)
    if segmenter == "pkuseg" and f"tokenizer/{PKUSEG_FILES[0]}" not in manifest.files:
        raise BundleError("this bundle has no trained segmenter; run: nhsa-nlp train segmenter")
    model, evidence = None, 0
    if _TOPIC in components:
        from nhsa_nlp.topic.model import TopicModel

        name, settings = components[_TOPIC]
        model, evidence = TopicModel.from_disk(bundle / name), settings.get("evidence", 10)
    grammar = _ENTITIES in components and components[_ENTITIES][1].get("grammar", True)
    return PlainAnalyser(
        {"name": manifest.name, "version": manifest.version}, model, evidence, _LETTER in components, grammar
    )


def _plain_components(config: dict[str, Any]) -> dict[str, tuple[str, dict[str, Any]]] | None:
    """Return name and settings of a bundle's active components by factory.

    None if what a component does depends on the pipeline: it is not ours, or is there twice.
    """
    nlp, components = config["nlp"], config["components"]
    if nlp.get("enabled"):
        return None
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    for name in nlp["pipeline"]:
        settings = components[name]
        factory = settings["factory"]
        if name in nlp["disabled"]:
            continue
        if factory not in (_LETTER, _TOPIC, _ENTITIES) or factory in found:
            return None
        found[factory] = name, settings
    return found
