"""Training a whole bundle, or one part of it."""

from __future__ import annotations

import platform
import shutil
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, cast

from nhsa_nlp.corpus import AnnotatedText, LabelledText, read_entities, read_replies, read_segmented
from nhsa_nlp.errors import OutputError
from nhsa_nlp.pipeline.bundle import (
    FORMAT,
    MANIFEST,
    Manifest,
    default_bundle_path,
    verify_bundle,
    write_manifest,
)
from nhsa_nlp.topic.labels import LABELS

if TYPE_CHECKING:
    from spacy.language import Language

    from nhsa_nlp.pipeline.tokenizer import Tokenizer

Part = Literal["topic", "entities", "segmenter"]

MODEL_VERSION = "0.1.0"
"""Version of the bundle that is shipped: raise the minor number whenever it is rebuilt with other results."""

GRAMMAR_LABELS = ("DOC_NO", "POLICY", "QUANTITY")
REPLIES, ENTITIES, SEGMENTED = "replies.tsv", "entities.jsonl", "segmented.txt"
_PACKAGES = ("nhsa-nlp", "numpy", "rjieba", "scikit-learn", "spacy", "spacy-pkuseg")


def train_all(data: str | Path, output: str | Path, *, seed: int = 0) -> Path:
    """Train segmenter, topic classifier and entity recogniser, and write them as one bundle.

    Parameters
    ----------
    data
        Folder with ``replies.tsv``, ``entities.jsonl`` and ``segmented.txt``.
    output
        Folder of the bundle; an older bundle there is replaced once the new one is complete.
    seed
        Of every random choice.

    Returns
    -------
    Path
        The bundle's folder.

    Raises
    ------
    InputError
        If the data cannot be used.
    OutputError
        If the bundle cannot be written.
    """
    return _train(Path(data), Path(output), ("segmenter", "topic", "entities"), seed)


def train_part(part: Part, data: str | Path, output: str | Path, *, seed: int = 0) -> Path:
    """Train one part and put it into the bundle at ``output``, whose other parts stay.

    Where there is no bundle yet, the other parts are those of the bundle that is shipped. Parameters and
    errors are those of `train_all`, and a `BundleError` if the old bundle is not sound; only the data of
    that part is read. For ``entities``, ``data`` may also be a file of
    annotations as `nhsa_nlp.annotations.read_annotations` reads them (our own format, ``.spacy``, doccano,
    Label Studio). If it has labels other than POLICY, DOC_NO and QUANTITY, the grammar is taken out of
    the bundle and the trained recogniser alone tags its documents.
    """
    return _train(Path(data), Path(output), (part,), seed)


def _train(data: Path, output: Path, parts: tuple[Part, ...], seed: int) -> Path:
    from nhsa_nlp.pipeline.language import blank, load

    _check_writable(output)
    complete = len(parts) == 3
    old, nlp = None, blank()
    if not complete:
        base = output if (output / MANIFEST).is_file() else default_bundle_path()
        old, nlp = verify_bundle(base), load(base)
    counts = dict(old.counts) if old else {}
    metrics: dict[str, Any] = dict(old.metrics) if old else {}
    # All data is read before anything is trained, so a mistake in it shows at once.
    replies = read_replies(data / REPLIES, labels=LABELS) if "topic" in parts else []
    documents = _read_annotated(data) if "entities" in parts else []
    sentences = read_segmented(data / SEGMENTED) if "segmenter" in parts else []
    if "segmenter" in parts:
        from nhsa_nlp.training.segmenter import train_segmenter

        with tempfile.TemporaryDirectory() as folder:
            train_segmenter(sentences, Path(folder), seed=seed)
            cast("Tokenizer", nlp.tokenizer).use_pkuseg_model(Path(folder))
        counts["sentences"] = len(sentences)
    if complete:
        _add_components(nlp)
    if "topic" in parts:
        metrics["topic"] = _fit_topic(nlp, replies, seed)
        counts["replies"] = len(replies)
    if "entities" in parts:
        nlp = _fit_entities(nlp, documents, seed)
        metrics["entities"] = _score_entities(nlp, documents)
        counts["annotated"] = len(documents)
        counts["entities"] = sum(len(document.entities) for document in documents)
    nlp.meta.update(
        {"name": old.name if old else "default", "version": old.version if old else MODEL_VERSION}
    )
    manifest = Manifest(
        format=FORMAT,
        name=nlp.meta["name"],
        version=nlp.meta["version"],
        seed=seed,
        made_with={"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}},
        labels={"topic": list(LABELS), "entities": _entity_labels(nlp)},
        counts=counts,
        metrics=metrics,
    )
    _write(nlp, manifest, output)
    return output


def _read_annotated(data: Path) -> list[AnnotatedText]:
    if data.is_file():
        from nhsa_nlp.annotations import read_annotations

        return read_annotations(data)
    texts = {reply.id: reply.text for reply in read_replies(data / REPLIES)}
    return read_entities(data / ENTITIES, texts)


def _entity_labels(nlp: Language) -> list[str]:
    ours = set(GRAMMAR_LABELS) if nlp.get_pipe("entities").grammar else set()  # type: ignore[attr-defined]
    trained = nlp.get_pipe("ner").labels if "ner" in nlp.component_names else ()  # type: ignore[attr-defined]
    return sorted(ours | set(trained))


def _add_components(nlp: Language) -> None:
    nlp.add_pipe("nhsa_letter", name="letter")
    nlp.add_pipe("nhsa_topic", name="topic")
    nlp.add_pipe("nhsa_entities", name="entities")


def _fit_topic(nlp: Language, replies: list[LabelledText], seed: int) -> dict[str, Any]:
    from nhsa_nlp.evaluation.topic import evaluate_topic
    from nhsa_nlp.training.topic import train_topic

    texts, labels = [reply.text for reply in replies], [reply.label for reply in replies]
    nlp.get_pipe("topic").model = train_topic(texts, labels, seed=seed).model_  # type: ignore[attr-defined]
    return evaluate_topic(texts, labels, folds=5, repeats=1, seed=seed)


def _fit_entities(nlp: Language, documents: list[AnnotatedText], seed: int) -> Language:
    from nhsa_nlp.training.entities import train_ner

    trained = train_ner(documents, seed=seed)
    if "ner" in nlp.component_names:
        nlp.remove_pipe("ner")
    nlp.add_pipe("ner", source=trained, before="entities")
    nlp.enable_pipe("ner")
    labels = {entity.label for document in documents for entity in document.entities}
    ours = labels <= set(GRAMMAR_LABELS)
    nlp.remove_pipe("entities")
    nlp.add_pipe("nhsa_entities", name="entities", config={"grammar": ours})
    if ours:
        # The grammar alone is as good on the replies, better on other documents, and much faster;
        # whoever wants the recogniser beside it loads the bundle with enable=["ner"].
        nlp.disable_pipe("ner")
    return nlp


def _score_entities(nlp: Language, documents: list[AnnotatedText]) -> dict[str, Any]:
    """Score the pipeline on the documents it was trained on, or written with in view."""
    from nhsa_nlp.evaluation.entities import score_documents

    return {"on the training documents": score_documents(nlp, documents)}


def _check_writable(output: Path) -> None:
    """Find out before hours of training whether the result can be written."""
    if output.exists() and not output.is_dir():
        raise OutputError(f"{output}: is a file; give a folder for the bundle")
    if output.is_dir() and any(output.iterdir()) and not (output / MANIFEST).is_file():
        raise OutputError(f"{output}: is not empty and no bundle; give an empty or new folder")
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=output.parent):
            pass
    except OSError as error:
        raise OutputError(f"{output}: cannot be written ({error.strerror}); give another folder") from error


def _write(nlp: Language, manifest: Manifest, output: Path) -> None:
    """Write the bundle beside its place, then put it there: what is there is old or new, never half."""
    try:
        with tempfile.TemporaryDirectory(dir=output.parent, prefix=f".{output.name}-") as folder:
            new, old = Path(folder, "new"), Path(folder, "old")
            # The vocabulary would keep every word of the training texts; nothing reads it.
            nlp.to_disk(new, exclude=["vocab"])
            write_manifest(new, manifest)
            if output.exists():
                shutil.move(output, old)
            shutil.move(new, output)
    except OSError as error:
        raise OutputError(
            f"{output}: cannot be written ({error.strerror}); the old bundle is kept"
        ) from error
