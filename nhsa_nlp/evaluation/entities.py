"""Evaluation of the entity pipeline: exact spans, normalised values, short titles."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, Required, TypedDict, get_args

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.data.corpus import read_replies
from nhsa_nlp.data.entities import AnnotatedText, EntityAnnotation, EntityLabel, read_entities
from nhsa_nlp.evaluation.metrics import Prf, Spread, prf, spread
from nhsa_nlp.parallel import ProgressCallback, run_all, silent
from nhsa_nlp.record import EntityRecord, is_policy, is_quantity
from nhsa_nlp.splits import near_duplicate_groups, stratified_folds
from nhsa_nlp.translation import tr_in

if TYPE_CHECKING:
    from spacy.language import Language

VARIANTS = ("grammar", "ner", "both")
"""The grammar alone (the pipeline as shipped), spaCy's ``ner`` alone, and what they find together."""


EntityCounts = Counter[tuple[str, str]]
"""How often each label had each outcome: right (tp), spurious (fp), missed (fn). Beside the labels stand
``values`` and ``short_titles`` with how many were ``matched`` and how many of these ``right``."""

SHARES: tuple[Literal["values"], Literal["short_titles"]] = ("values", "short_titles")
"""The names of `Shares`."""

_LABELS: tuple[EntityLabel, ...] = get_args(EntityLabel)
_OUTCOMES = ("tp", "fp", "fn")


class Share(TypedDict):
    """How many there were, and which share of them was right."""

    of: int
    right: float


class Shares(TypedDict, total=False):
    """Which values of quantities and which short titles were right, as far as there were any."""

    values: Share
    short_titles: Share


class Summary(NamedTuple):
    """The figures of the entities of documents: those of each label, and what else of them was right."""

    labels: dict[str, Prf]
    shares: Shares


class VariantFigures(Shares, total=False):
    """The figures of one of `VARIANTS`; those of a label that did not occur are left out."""

    POLICY: Prf
    DOC_NO: Prf
    QUANTITY: Prf
    f1_over_folds: Required[dict[EntityLabel, Spread]]
    characters_per_second: Required[float]
    training_seconds: Required[float]


class EntitiesReport(TypedDict):
    """What `evaluate_entities` measured."""

    documents: int
    entities: int
    folds: int
    repeats: int
    seed: int
    split: str
    variants: dict[str, VariantFigures]


def score_documents(nlp: Language, documents: Iterable[AnnotatedText]) -> dict[str, Any]:
    """Score a pipeline on annotated documents.

    Parameters
    ----------
    nlp
        A pipeline that sets ``doc.ents``, and ``doc._.entities`` where values are to be scored.

    Returns
    -------
    dict
        For each label ``precision``, ``recall``, ``f1`` and counts on exact spans; under ``values`` the
        share of the matched quantities whose value, unit and op are all right, and under ``short_titles``
        the share of the gold short titles that are found, recognised as short and resolved.
    """
    labels, shares = summarise(count_entities(nlp, documents))
    return {**labels, **shares}


def count_entities(nlp: Language, documents: Iterable[AnnotatedText]) -> list[EntityCounts]:
    """Return what became of the entities of each document."""
    found = []
    for document in documents:
        counts: EntityCounts = Counter()
        doc = nlp(document.text)
        said = {(ent.start_char, ent.end_char, ent.label_) for ent in doc.ents}
        gold = {(entity.start, entity.end, entity.label): entity for entity in document.entities}
        for key in said | set(gold):
            outcome = "tp" if key in said and key in gold else "fp" if key in said else "fn"
            counts[key[2], outcome] += 1
        if doc.has_extension("entities") and doc._.entities is not None:
            records = {(e["start"], e["end"], e["label"]): e for e in doc._.entities}
            for key, annotation in gold.items():
                _count_values(counts, annotation, records.get(key))
        found.append(counts)
    return found


def counts_matrix(counts: Sequence[EntityCounts], label: str | None = None) -> NDArray[np.int64]:
    """Return right, spurious and missed entities of a label, or of all: shape (documents, 3)."""
    rows = [
        [sum(n for (key, said), n in c.items() if said == out and label in (key, None)) for out in _OUTCOMES]
        for c in counts
    ]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def _count_values(counts: EntityCounts, gold: EntityAnnotation, found: EntityRecord | None) -> None:
    if gold.label == "QUANTITY" and found is not None and is_quantity(found):
        value = list(gold.value) if isinstance(gold.value, tuple) else gold.value
        counts["values", "matched"] += 1
        right = value, gold.unit, gold.op
        counts["values", "right"] += right == (found["value"], found["unit"], found["op"])
    if gold.label == "POLICY" and gold.alias:
        counts["short_titles", "matched"] += 1
        counts["short_titles", "right"] += (
            found is not None
            and is_policy(found)
            and found["alias"]
            and (found["ref"] or None) == (gold.ref or None)
        )


def summarise(documents: Iterable[EntityCounts]) -> Summary:
    """Return the figures of `score_documents` from the counts of the documents."""
    counts = sum(documents, Counter[tuple[str, str]]())
    labels = sorted({label for label, outcome in counts if outcome in _OUTCOMES})
    shares: Shares = {}
    for key in SHARES:
        if of := counts[key, "matched"]:
            shares[key] = {"of": of, "right": counts[key, "right"] / of}
    return Summary({label: prf(*(counts[label, out] for out in _OUTCOMES)) for label in labels}, shares)


def evaluate_entities(
    data: str | Path,
    *,
    folds: int = 5,
    repeats: int = 1,
    seed: int = 0,
    ablation: bool = False,
    n_jobs: int | None = None,
    on_progress: ProgressCallback = silent,
) -> EntitiesReport:
    """Cross-validate the entity pipeline, near-duplicates on one side of each split.

    The order of the annotated documents does not matter.

    Parameters
    ----------
    data
        Folder with ``replies.tsv`` and ``entities.jsonl``.
    folds, repeats
        The number of folds, and how often it is all repeated with other folds.
    seed
        Of the first split and of the training; repeat ``r`` takes ``seed + r``.
    ablation
        Whether to train ``ner`` in every fold and score it alone and beside the grammar, too.
    n_jobs, on_progress
        See `nhsa_nlp.parallel.run_all`; a fold is a task.

    Returns
    -------
    EntitiesReport
        JSON values: for each of `VARIANTS` (the first without ``ablation``) the pooled figures of
        `score_documents`, and for each label mean and spread of F1 over the folds; seconds of training
        per fold and characters a second.

    Raises
    ------
    InputError
        If the data cannot be used.
    """
    folder = Path(data)
    texts = {reply.id: reply.text for reply in read_replies(folder / "replies.tsv")}
    documents = sorted(read_entities(folder / "entities.jsonl", texts), key=lambda document: document.id)
    variants = VARIANTS if ablation else VARIANTS[:1]
    groups = near_duplicate_groups([document.text for document in documents])
    tasks = [
        ([documents[i] for i in train], [documents[i] for i in test], seed + repeat, variants)
        for repeat in range(repeats)
        # There is one kind of document, so the folds are stratified by nothing but the groups.
        for train, test in stratified_folds(["document"] * len(documents), folds, seed + repeat, groups)
    ]
    results = run_all(
        _fold, tasks, n_jobs=n_jobs, message=tr_in("word", "cross-validation"), on_progress=on_progress
    )
    report: EntitiesReport = {
        "documents": len(documents),
        "entities": sum(len(document.entities) for document in documents),
        "folds": folds,
        "repeats": repeats,
        "seed": seed,
        "split": "grouped by near-duplicates",
        "variants": {},
    }
    for variant in variants:
        counted = [result["counts"][variant] for result in results]
        folded = [summarise(counts) for counts in counted]
        labels, shares = summarise(chain.from_iterable(counted))
        figures: VariantFigures = {
            "f1_over_folds": {
                label: spread(values)
                for label in _LABELS
                if (values := [f1 for fold in folded if (f1 := _f1(fold.labels.get(label))) is not None])
            },
            "characters_per_second": sum(r["characters"] for r in results)
            / sum(r["seconds"][variant] for r in results),
            "training_seconds": 0.0
            if variant == "grammar"
            else sum(r["training_seconds"] for r in results) / len(results),
        }
        for label in _LABELS:
            if label in labels:
                figures[label] = labels[label]
        for share in SHARES:
            if share in shares:
                figures[share] = shares[share]
        report["variants"][variant] = figures
    return report


def _f1(figures: Prf | None) -> float | None:
    return None if figures is None else figures["f1"]


def _fold(
    known: Sequence[AnnotatedText], held_out: Sequence[AnnotatedText], seed: int, variants: Sequence[str]
) -> dict[str, Any]:
    from nhsa_nlp.pipeline.language import blank

    pipelines = {"grammar": blank()}
    pipelines["grammar"].add_pipe("nhsa_entities")
    began = time.perf_counter()
    if "ner" in variants:
        from nhsa_nlp.pipeline.ner import train_ner

        pipelines["ner"] = train_ner(known, seed=seed)
        pipelines["both"] = blank()
        pipelines["both"].add_pipe("ner", source=pipelines["ner"])
        pipelines["both"].add_pipe("nhsa_entities")
    trained = time.perf_counter() - began
    counts, seconds = {}, {}
    for variant in variants:
        began = time.perf_counter()
        counts[variant] = count_entities(pipelines[variant], held_out)
        seconds[variant] = time.perf_counter() - began
    return {
        "counts": counts,
        "seconds": seconds,
        "training_seconds": trained,
        "characters": sum(len(document.text) for document in held_out),
    }
