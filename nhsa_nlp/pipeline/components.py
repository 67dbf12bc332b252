"""The spaCy components: thin adapters of the letter parser, the topic model and the grammar.

They are registered through entry points, so every spaCy process in an environment with nhsa-nlp imports
this module: it must stay light, and the work's modules are imported when a component is made.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from spacy.language import Language
from spacy.tokens import Doc, Span

from nhsa_nlp.pipeline.extensions import (
    ENTITIES_KEY,
    FIGURES_KEY,
    ID_KEY,
    LETTER_KEY,
    SECTIONS_KEY,
    TOPIC_KEY,
    register,
)
from nhsa_nlp.record import UNNAMED

if TYPE_CHECKING:
    from nhsa_nlp.record import EntityRecord, OtherRecord
    from nhsa_nlp.topic.model import TopicModel


@Language.factory("nhsa_letter", assigns=["doc._.letter"])
def make_letter(nlp: Language, name: str) -> LetterComponent:
    """Make the component that parses the anatomy of a letter."""
    del nlp, name
    return LetterComponent()


class LetterComponent:
    """Sets ``doc._.letter``."""

    def __init__(self) -> None:
        from nhsa_nlp.pipeline.analysis import analysis_of

        register()
        self._analysis_of = analysis_of

    def __call__(self, doc: Doc) -> Doc:
        """Parse one document."""
        doc.user_data[LETTER_KEY] = self._analysis_of(doc).letter.record
        return doc


@Language.factory(
    "nhsa_topic",
    assigns=["doc.cats", "doc._.topic", "doc._.topic_sections"],
    default_config={"evidence": 10, "sections": False},
)
def make_topic(nlp: Language, name: str, evidence: int, sections: bool) -> TopicComponent:
    """Make the topic component; see `TopicComponent` for its settings."""
    del nlp, name
    return TopicComponent(evidence, sections=sections)


class TopicComponent:
    """Sets ``doc.cats`` (one score for each facet), ``doc._.topic`` and ``doc._.topic_sections``.

    Parameters
    ----------
    evidence
        How many pieces of evidence to give, at most.
    model
        The fitted model; without one, it must be read by `from_disk` or `from_bytes` before use.
    sections
        Whether to read each numbered section by itself as well, which takes about as long again.
    """

    def __init__(
        self, evidence: int = 10, model: TopicModel | None = None, *, sections: bool = False
    ) -> None:
        from nhsa_nlp.pipeline.analysis import analysis_of

        register()
        self._analysis_of = analysis_of
        self.evidence = evidence
        self.sections = sections
        self.model = model

    def __call__(self, doc: Doc) -> Doc:
        """Classify one document; a `BundleError` without a model."""
        if self.model is None:
            from nhsa_nlp.errors import BundleError

            raise BundleError("the topic component has no model; load a bundle, or run: nhsa-nlp train topic")
        document = self._analysis_of(doc).features(self.model)
        topic = self.model.analyse(document, top=self.evidence)
        doc.user_data[TOPIC_KEY] = topic
        if self.sections:
            doc.user_data[SECTIONS_KEY] = self.model.sections(document) if self.model.has_facets else []
        doc.cats = dict(topic["facets"])
        return doc

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the model to a folder."""
        del exclude
        if self.model is not None:
            self.model.to_disk(path)

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> TopicComponent:
        """Read the model from a folder."""
        from nhsa_nlp.topic.model import TopicModel

        del exclude
        self.model = TopicModel.from_disk(path)
        return self

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Return the model as bytes."""
        import tempfile

        import srsly

        del exclude
        with tempfile.TemporaryDirectory() as folder:
            self.to_disk(folder)
            files = {path.name: path.read_bytes() for path in sorted(Path(folder).iterdir())}
        return bytes(srsly.msgpack_dumps(files))

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> TopicComponent:
        """Take the model that `to_bytes` returned."""
        import tempfile

        import srsly

        del exclude
        with tempfile.TemporaryDirectory() as folder:
            for name, content in srsly.msgpack_loads(data).items():
                (Path(folder) / Path(name).name).write_bytes(content)
            return self.from_disk(folder)


@Language.factory("nhsa_entities", assigns=["doc.ents", "doc._.entities"], default_config={"grammar": True})
def make_entities(nlp: Language, name: str, grammar: bool) -> EntityComponent:
    """Make the component that tags entities; ``grammar`` says whether the grammar is used."""
    del nlp, name
    return EntityComponent(grammar)


class EntityComponent:
    """Sets ``doc.ents`` and their records.

    The grammar decides. An entity that an earlier component (spaCy's ``ner``) has set is kept where the
    grammar found nothing: one of POLICY, DOC_NO and QUANTITY if it can be normalised, another label always.
    Without the grammar only these are recorded, as for a recogniser trained on other labels.
    """

    def __init__(self, grammar: bool = True) -> None:
        from nhsa_nlp.entities.grammar import read_entity
        from nhsa_nlp.pipeline.analysis import analysis_of

        register()
        self.grammar = grammar
        self._analysis_of = analysis_of
        self._read = read_entity

    def __call__(self, doc: Doc) -> Doc:
        """Tag one document."""
        found = self._analysis_of(doc).entities if self.grammar else []
        spans = _spans(doc, found)
        kept = self._kept(doc, found) if doc.ents else []
        doc.ents = [*spans, *(span for span, _ in kept)]
        records = [*found, *(entity for _, entity in kept)]
        doc.user_data[ENTITIES_KEY] = sorted(records, key=lambda entity: entity["start"])
        return doc

    def _kept(self, doc: Doc, found: list[EntityRecord]) -> list[tuple[Span, EntityRecord]]:
        """Return the earlier entities that touch none of the grammar's, with their records."""
        taken = bytearray(len(doc.text))
        for entity in found:
            taken[entity["start"] : entity["end"]] = b"\1" * (entity["end"] - entity["start"])
        kept: list[tuple[Span, EntityRecord]] = []
        for span in doc.ents:
            if any(taken[span.start_char : span.end_char]):
                continue
            if span.label_ not in _OWN_LABELS:
                other: OtherRecord = {
                    "start": span.start_char,
                    "end": span.end_char,
                    "label": span.label_,
                    "text": span.text,
                }
                kept.append((span, other))
            elif read := self._read(doc.text, span.start_char, span.end_char, span.label_):
                kept.append((span, read))
        return kept


@Language.factory("nhsa_figures", requires=["doc._.entities"], assigns=["doc._.figures"])
def make_figures(nlp: Language, name: str) -> FigureComponent:
    """Make the component that reads the figures of a document."""
    del nlp, name
    return FigureComponent()


class FigureComponent:
    """Sets ``doc._.figures``: what each QUANTITY that was tagged before measures, when and where."""

    def __init__(self) -> None:
        from nhsa_nlp.figures import read_figures
        from nhsa_nlp.pipeline.analysis import analysis_of

        register()
        self._analysis_of = analysis_of
        self._read = read_figures

    def __call__(self, doc: Doc) -> Doc:
        """Read the figures of one document; one without ``doc._.entities`` has none."""
        analysis = self._analysis_of(doc)
        letter = doc.user_data.get(LETTER_KEY) or analysis.letter.record
        entities = doc.user_data.get(ENTITIES_KEY) or []
        doc.user_data[FIGURES_KEY] = self._read(
            analysis.cleaned, entities, letter, doc.user_data.get(ID_KEY, UNNAMED)
        )
        return doc


_OWN_LABELS = ("POLICY", "DOC_NO", "QUANTITY")


def _spans(doc: Doc, found: list[EntityRecord]) -> list[Span]:
    """Return the spans of entities, the tokens cut where another tokenizer has joined over a border."""
    for again in (True, False):
        spans = [doc.char_span(entity["start"], entity["end"], label=entity["label"]) for entity in found]
        whole = [span for span in spans if span is not None]
        if len(whole) == len(found):
            return whole
        if again:
            _cut_tokens(doc, {offset for entity in found for offset in (entity["start"], entity["end"])})
    raise RuntimeError("an entity does not align with the tokens, which were cut at its borders")


def _cut_tokens(doc: Doc, borders: set[int]) -> None:
    """Split the tokens of another tokenizer that an entity's border falls into."""
    missing = sorted(borders - {edge for token in doc for edge in (token.idx, token.idx + len(token))})
    if not missing:
        return
    with doc.retokenize() as retokenizer:
        at = 0
        for token in doc:
            end = token.idx + len(token)
            edges = [token.idx]
            while at < len(missing) and missing[at] < end:
                edges.append(missing[at])
                at += 1
            if len(edges) > 1:
                text = token.text
                pieces = [text[a - token.idx : b - token.idx] for a, b in pairwise([*edges, end])]
                retokenizer.split(token, pieces, heads=[(token, 0)] * len(pieces))
