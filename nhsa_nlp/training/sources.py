"""The data of a training: read, checked and described before anything is trained."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from nhsa_nlp.data.corpus import (
    LabelledText,
    are_proposals,
    read_labelled_table,
    read_proposals,
    read_replies,
    read_segmented,
)
from nhsa_nlp.data.entities import AnnotatedText, read_entities
from nhsa_nlp.data.quality import check_labelled, leaked, suspicious_labels
from nhsa_nlp.errors import InputError, InputProblemsError
from nhsa_nlp.pipeline.bundle import read_manifest
from nhsa_nlp.text.segmenters import UserDictionary, read_user_dictionary
from nhsa_nlp.topic.genres import REPLY
from nhsa_nlp.topic.labels import LABELS, OUR_LABELS
from nhsa_nlp.training.settings import DataSettings, TrainingSettings
from nhsa_nlp.translation import Message

Part = Literal["topic", "entities", "segmenter"]

REPLIES, ENTITIES, SEGMENTED = "replies.tsv", "entities.jsonl", "segmented.txt"
MORE_LABELLED = ("proposals.jsonl", "documents.jsonl")
"""What a folder may hold beside its replies: texts labelled by the definitions of the sectors."""

_PROPOSAL = "proposal"  # the genre of texts that do not say theirs, beside texts that do
_FEW_ENTITIES = 10


@dataclass
class Sources:
    """What a training learns from, and the held-out texts that its result is scored on."""

    labelled: list[LabelledText] = field(default_factory=list)
    weights: list[float] = field(default_factory=list)
    """How much each of ``labelled`` counts."""
    annotated: list[AnnotatedText] = field(default_factory=list)
    sentences: list[list[str]] = field(default_factory=list)
    words: UserDictionary = field(default_factory=UserDictionary)
    test_labelled: list[LabelledText] = field(default_factory=list)
    test_annotated: list[AnnotatedText] = field(default_factory=list)
    leaked: list[int] = field(default_factory=list)
    """Positions in ``test_labelled`` of near-duplicates of training texts."""
    described: dict[str, Any] = field(default_factory=dict)
    """For each part the files with their SHA-256, and what is in them; JSON values."""
    warnings: dict[str, list[str]] = field(default_factory=dict)
    """For each part what may be wrong with its data."""


def read_sources(
    data: Sequence[Path],
    parts: Sequence[Part],
    settings: TrainingSettings,
    test: Path | None = None,
    weights: Sequence[float] = (),
) -> Sources:
    """Read and check the data of the parts to train, and held-out texts where they are given.

    Each is a folder with ``replies.tsv``, ``entities.jsonl`` and ``segmented.txt``, and for the topic also
    ``proposals.jsonl`` and ``documents.jsonl`` if they are there; or a file, of labelled texts for the topic,
    of annotations for the entities, of sentences for the segmenter.

    Parameters
    ----------
    data
        One for the entities or the segmenter, any number for the topic.
    weights
        How much the texts of each of ``data`` count; 1 for those that have none.

    Raises
    ------
    InputError
        If a file cannot be used.
    InputProblemsError
        If several things are wrong with it.
    """
    first, *others = data
    if others and tuple(parts) != ("topic",):
        raise InputError("only the topic is trained on several sources; give one", others[0])
    if first.is_file() and len(parts) > 1:
        raise InputError("is one file; give the folder that holds {file} and the others", first, file=REPLIES)
    found = Sources()
    if settings.words.dictionary:
        file = Path(settings.words.dictionary)
        found.words = read_user_dictionary(file)
        found.described["words"] = {"files": _fingerprints([file]), "words": len(found.words.words)}
    if "topic" in parts:
        _read_labels(found, data, settings.data, weights)
        if test is not None:
            _read_test_labels(found, test, settings.data)
    if "entities" in parts:
        found.annotated, left_out, files = annotated_texts(first)
        counts = Counter(entity.label for document in found.annotated for entity in document.entities)
        if not counts:
            raise InputError("no text has an entity, so there is nothing to learn", files[-1])
        found.warnings["entities"] = [
            *([f"{left_out} texts without an annotation are left out"] if left_out else []),
            *suspicious_labels(counts),
            *(
                Message(
                    "only {number} entities of the label {label}; the recogniser will hardly learn it",
                    number=number,
                    label=label,
                )
                for label, number in sorted(counts.items())
                if number < _FEW_ENTITIES
            ),
        ]
        found.described["entities"] = _described(files, found.annotated, counts.elements())
        if test is not None:
            _read_test_entities(found, test, set(counts))
    if "segmenter" in parts:
        file = first if first.is_file() else first / SEGMENTED
        found.sentences = read_segmented(file)
        found.described["segmenter"] = {"files": _fingerprints([file]), "sentences": len(found.sentences)}
    return found


def labelled_texts(
    data: Path, settings: DataSettings, problems: list[InputError] | None = None
) -> tuple[list[LabelledText], list[Path]]:
    """Read labelled texts from a table, or from the files of a folder; return them and the files.

    What is wrong with rows of a table is added to ``problems``, or raised where that is not given.

    Raises
    ------
    InputError
        If a file cannot be used.
    """
    columns = (settings.text_column or None, settings.label_column or None, settings.id_column or None)
    allowed = settings.labels or LABELS
    if data.is_dir():
        replies = read_replies(data / REPLIES, labels=allowed)
        files = [path for name in MORE_LABELLED if (path := data / name).is_file()]
        if not files:
            return replies, [data / REPLIES]
        found = [replace(reply, genre=REPLY) for reply in replies]
        return found + [text for path in files for text in read_proposals(path)], [data / REPLIES, *files]
    if not any(columns) and data.is_file() and are_proposals(data):
        return read_proposals(data, settings.labels or None), [data]
    return read_labelled_table(data, *columns, problems), [data]


def genres_of(documents: Sequence[LabelledText]) -> list[str] | None:
    """Return the genre of each document for a classifier, or None where no document says its own."""
    if not any(document.genre for document in documents):
        return None
    return [document.genre or _PROPOSAL for document in documents]


def groups_of(documents: Sequence[LabelledText]) -> list[str | None] | None:
    """Return the matter of each document, or None where there are none."""
    if not any(document.group for document in documents):
        return None
    return [document.group or None for document in documents]


def annotated_texts(data: Path) -> tuple[list[AnnotatedText], int, list[Path]]:
    """Read annotated texts from a file, or from the two in a folder.

    What is returned is the texts, how many were left out as nobody has annotated them, and the files.

    Raises
    ------
    InputError
        If a file cannot be used.
    """
    if not data.is_dir():
        from nhsa_nlp.data.annotations.entities import read_annotations

        return *read_annotations(data), [data]
    texts = {reply.id: reply.text for reply in read_replies(data / REPLIES)}
    return read_entities(data / ENTITIES, texts), 0, [data / REPLIES, data / ENTITIES]


def known_files(bundle: Path, part: str, files: Sequence[Path]) -> list[str]:
    """Return which files a part of a bundle was trained on, by content; names without folders."""
    trained = read_manifest(bundle).data.get(part, {}).get("files", {})
    return [name for name, digest in _fingerprints(files).items() if digest in trained.values()]


def _read_labels(
    found: Sources, data: Sequence[Path], settings: DataSettings, weights: Sequence[float]
) -> None:
    problems: list[InputError] = []
    files: list[Path] = []
    for number, source in enumerate(data):
        texts, read = labelled_texts(source, settings, problems)
        found.labelled += texts
        found.weights += [weights[number] if number < len(weights) else 1.0] * len(texts)
        files += read
    found.warnings["topic"] = check_labelled(found.labelled, files[0], settings.labels, problems)
    if never := [label for label in settings.labels if label not in {d.label for d in found.labelled}]:
        found.warnings["topic"].append(Message("no text has the label {labels}", labels=", ".join(never)))
    found.described["topic"] = _described(files, found.labelled, (d.label for d in found.labelled))


def _read_test_labels(found: Sources, test: Path, settings: DataSettings) -> None:
    found.test_labelled, files = labelled_texts(test, settings)
    known = {document.label for document in found.labelled}
    first: dict[str, int] = {}
    for document in found.test_labelled:
        first.setdefault(document.label, document.line)
    unknown = [
        InputError(
            "the label {label!r} occurs in the test file only; correct it or add training texts",
            files[0],
            line,
            label=label,
        )
        for label, line in first.items()
        if label not in known and not (known <= set(OUR_LABELS) and label in OUR_LABELS)
    ]
    if unknown:
        raise InputProblemsError(unknown)
    found.leaked = leaked(found.labelled, found.test_labelled)
    test_texts = found.test_labelled
    if found.leaked:
        lines = ", ".join(str(test_texts[i].line) for i in found.leaked[:5])
        lines += " …" if len(found.leaked) > 5 else ""
        found.warnings["topic"].append(
            Message(
                "{count} of {total} test texts are near-duplicates of training texts (lines {lines}); the "
                "figures are also given without them",
                count=len(found.leaked),
                total=len(test_texts),
                lines=lines,
            )
        )
    found.described["topic_test"] = _described(files, test_texts, (d.label for d in test_texts))


def _read_test_entities(found: Sources, test: Path, known: set[str]) -> None:
    found.test_annotated, _, files = annotated_texts(test)
    labels = Counter(entity.label for document in found.test_annotated for entity in document.entities)
    warnings = found.warnings["entities"]
    warnings += [
        Message("the label {label} occurs in the test file only", label=label)
        for label in sorted(set(labels) - known)
    ]
    texts = {document.text.strip() for document in found.annotated}
    if same := sum(document.text.strip() in texts for document in found.test_annotated):
        warnings.append(
            Message(
                "{count} of {total} test texts are training texts too",
                count=same,
                total=len(found.test_annotated),
            )
        )
    found.described["entities_test"] = _described(files, found.test_annotated, labels.elements())


def _described(
    files: Sequence[Path], documents: Sequence[LabelledText] | Sequence[AnnotatedText], labels: Iterable[str]
) -> dict[str, Any]:
    return {
        "files": _fingerprints(files),
        "texts": len(documents),
        "characters": sum(len(document.text) for document in documents),
        "labels": dict(sorted(Counter(labels).items())),
    }


def _fingerprints(files: Sequence[Path]) -> dict[str, str]:
    """Return the SHA-256 of each file by its name; where it lies says nothing of its content."""
    return {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}
