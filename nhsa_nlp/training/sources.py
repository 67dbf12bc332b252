"""The data of a training: read, checked and described before anything is trained."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from nhsa_nlp.data.corpus import (
    AnnotatedText,
    LabelledText,
    read_entities,
    read_labelled,
    read_replies,
    read_segmented,
)
from nhsa_nlp.data.quality import check_labelled, leaked, suspicious_labels
from nhsa_nlp.errors import InputError, InputProblemsError
from nhsa_nlp.pipeline.bundle import read_manifest
from nhsa_nlp.text.segmenters import UserDictionary, read_user_dictionary
from nhsa_nlp.topic.labels import LABELS
from nhsa_nlp.training.settings import DataSettings, TrainingSettings

Part = Literal["topic", "entities", "segmenter"]

REPLIES, ENTITIES, SEGMENTED = "replies.tsv", "entities.jsonl", "segmented.txt"
_FEW_ENTITIES = 10


@dataclass
class Sources:
    """What a training learns from, and the held-out texts that its result is scored on."""

    labelled: list[LabelledText] = field(default_factory=list)
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
    data: Path, parts: Sequence[Part], settings: TrainingSettings, test: Path | None = None
) -> Sources:
    """Read and check the data of the parts to train, and held-out texts where they are given.

    Both are a folder with ``replies.tsv``, ``entities.jsonl`` and ``segmented.txt``; or a file, of labelled
    texts for the topic, of annotations for the entities, of sentences for the segmenter.

    Raises
    ------
    InputError
        If a file cannot be used.
    InputProblemsError
        If several things are wrong with it.
    """
    if data.is_file() and len(parts) > 1:
        raise InputError(f"is one file; give the folder that holds {REPLIES} and the others", data)
    found = Sources()
    if settings.words.dictionary:
        file = Path(settings.words.dictionary)
        found.words = read_user_dictionary(file)
        found.described["words"] = {"files": _fingerprints([file]), "words": len(found.words.words)}
    if "topic" in parts:
        _read_labels(found, data, settings.data)
        if test is not None:
            _read_test_labels(found, test, settings.data)
    if "entities" in parts:
        found.annotated, left_out, files = annotated_texts(data)
        counts = Counter(entity.label for document in found.annotated for entity in document.entities)
        if not counts:
            raise InputError("no text has an entity, so there is nothing to learn", files[-1])
        found.warnings["entities"] = [
            *([f"{left_out} texts without an annotation are left out"] if left_out else []),
            *suspicious_labels(counts),
            *(
                f"only {number} entities of the label {label}; the recogniser will hardly learn it"
                for label, number in sorted(counts.items())
                if number < _FEW_ENTITIES
            ),
        ]
        found.described["entities"] = _described(files, found.annotated, counts.elements())
        if test is not None:
            _read_test_entities(found, test, set(counts))
    if "segmenter" in parts:
        file = data if data.is_file() else data / SEGMENTED
        found.sentences = read_segmented(file)
        found.described["segmenter"] = {"files": _fingerprints([file]), "sentences": len(found.sentences)}
    return found


def labelled_texts(
    data: Path, settings: DataSettings, problems: list[InputError] | None = None
) -> tuple[list[LabelledText], list[Path]]:
    """Read labelled texts from a table, or from the replies in a folder; return them and the files.

    What is wrong with rows of a table is added to ``problems``, or raised where that is not given.

    Raises
    ------
    InputError
        If the file cannot be used.
    """
    if not data.is_dir():
        columns = (settings.text_column or None, settings.label_column or None, settings.id_column or None)
        return read_labelled(data, *columns, problems), [data]
    return read_replies(data / REPLIES, labels=settings.labels or LABELS), [data / REPLIES]


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


def _read_labels(found: Sources, data: Path, settings: DataSettings) -> None:
    problems: list[InputError] = []
    found.labelled, files = labelled_texts(data, settings, problems)
    found.warnings["topic"] = check_labelled(found.labelled, files[0], settings.labels, problems)
    if never := [label for label in settings.labels if label not in {d.label for d in found.labelled}]:
        found.warnings["topic"].append(f"no text has the label {', '.join(never)}")
    found.described["topic"] = _described(files, found.labelled, (d.label for d in found.labelled))


def _read_test_labels(found: Sources, test: Path, settings: DataSettings) -> None:
    found.test_labelled, files = labelled_texts(test, settings)
    known = {document.label for document in found.labelled}
    first: dict[str, int] = {}
    for document in found.test_labelled:
        first.setdefault(document.label, document.line)
    unknown = [
        InputError(
            f"the label {label!r} occurs in the test file only; correct it or add training texts",
            files[0],
            line,
        )
        for label, line in first.items()
        if label not in known and not (known <= set(LABELS) and label in LABELS)
    ]
    if unknown:
        raise InputProblemsError(unknown)
    found.leaked = leaked(found.labelled, found.test_labelled)
    test_texts = found.test_labelled
    if found.leaked:
        lines = ", ".join(str(test_texts[i].line) for i in found.leaked[:5])
        found.warnings["topic"].append(
            f"{len(found.leaked)} of {len(test_texts)} test texts are near-duplicates of training texts "
            f"(lines {lines}{' …' if len(found.leaked) > 5 else ''}); the figures are also given without them"
        )
    found.described["topic_test"] = _described(files, test_texts, (d.label for d in test_texts))


def _read_test_entities(found: Sources, test: Path, known: set[str]) -> None:
    found.test_annotated, _, files = annotated_texts(test)
    labels = Counter(entity.label for document in found.test_annotated for entity in document.entities)
    warnings = found.warnings["entities"]
    warnings += [f"the label {label} occurs in the test file only" for label in sorted(set(labels) - known)]
    texts = {document.text.strip() for document in found.annotated}
    if same := sum(document.text.strip() in texts for document in found.test_annotated):
        warnings.append(f"{same} of {len(found.test_annotated)} test texts are training texts too")
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
