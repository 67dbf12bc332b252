"""Evaluation of the entity pipeline: exact spans, normalised values, short titles."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.data.corpus import AnnotatedText, EntityAnnotation, EntityLabel, read_entities, read_replies
from nhsa_nlp.evaluation.bootstrap import format_interval
from nhsa_nlp.evaluation.metrics import PRF_FIGURES, format_spread, prf, spread
from nhsa_nlp.parallel import ProgressCallback, run_all, silent
from nhsa_nlp.record import EntityRecord, is_policy, is_quantity
from nhsa_nlp.splits import near_duplicate_groups, stratified_folds
from nhsa_nlp.translation import padded, tr, tr_in

if TYPE_CHECKING:
    from spacy.language import Language

VARIANTS = ("grammar", "ner", "both")
"""The grammar alone (the pipeline as shipped), spaCy's ``ner`` alone, and what they find together."""


EntityCounts = Counter[tuple[str, str]]
"""How often each label had each outcome: right (tp), spurious (fp), missed (fn). Beside the labels stand
``values`` and ``short_titles`` with how many were ``matched`` and how many of these ``right``."""

_OUTCOMES = ("tp", "fp", "fn")


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
    return summarise(count_entities(nlp, documents))


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


def summarise(documents: Iterable[EntityCounts]) -> dict[str, Any]:
    """Return the figures of `score_documents` from the counts of the documents."""
    counts = sum(documents, Counter[tuple[str, str]]())
    labels = sorted({label for label, outcome in counts if outcome in _OUTCOMES})
    result: dict[str, Any] = {
        label: dict(prf(*(counts[label, outcome] for outcome in _OUTCOMES))) for label in labels
    }
    for key in ("values", "short_titles"):
        if counts[key, "matched"]:
            of = counts[key, "matched"]
            result[key] = {"of": of, "right": counts[key, "right"] / of}
    return result


def evaluate_entities(
    data: str | Path,
    *,
    folds: int = 5,
    repeats: int = 1,
    seed: int = 0,
    ablation: bool = False,
    n_jobs: int | None = None,
    on_progress: ProgressCallback = silent,
) -> dict[str, Any]:
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
    dict
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
    report: dict[str, Any] = {
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
        report["variants"][variant] = {
            **summarise(chain.from_iterable(counted)),
            "f1_over_folds": {
                label: spread(values)
                for label in get_args(EntityLabel)
                if (values := [f1 for fold in folded if (f1 := fold.get(label, {}).get("f1")) is not None])
            },
            "characters_per_second": sum(r["characters"] for r in results)
            / sum(r["seconds"][variant] for r in results),
            "training_seconds": 0.0
            if variant == "grammar"
            else sum(r["training_seconds"] for r in results) / len(results),
        }
    return report


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


def format_shares(figures: dict[str, Any]) -> list[str]:
    """Return ``values`` and ``short_titles`` of `score_documents` as lines, as far as they were measured."""
    names = {
        "values": tr("value, unit and op right: {right:.3f} of {of}"),
        "short_titles": tr("short titles resolved: {right:.3f} of {of}"),
    }
    return [name.format(**figures[key]) for key, name in names.items() if key in figures]


def format_report(report: dict[str, Any]) -> str:
    """Return the figures of `evaluate_entities` as a table."""
    lines = [
        tr(
            "{documents} documents, {entities} entities; {folds}-fold cross-validation, grouped by "
            "near-duplicates, repeated {repeats} time(s), seed {seed}"
        ).format(**report),
        "",
        f"{'':10}{padded(tr_in('word', 'label'), 10)}{padded(tr_in('measure', 'precision'), 10, right=True)}"
        f"{padded(tr_in('measure', 'recall'), 10, right=True)}{'F1':>10}"
        f"{padded(tr('F1 over folds'), 20, right=True)}",
    ]
    for variant, figures in report["variants"].items():
        for label in filter(figures.__contains__, get_args(EntityLabel)):
            score, folds = figures[label], figures["f1_over_folds"].get(label)
            cells = "".join(f"{format_interval(score[key]):>10}" for key in PRF_FIGURES)
            over_folds = f"{format_spread(folds):>21}" if folds else ""
            lines.append(f"{padded(tr_in('variant', variant), 10)}{label:10}{cells}{over_folds}")
        lines += [f"{'':10}{line}" for line in format_shares(figures)]
        speed = tr(
            "{characters_per_second:,.0f} characters a second, {training_seconds:.0f} s of training a fold"
        )
        lines.append(f"{'':10}{speed.format(**figures)}")
    return "\n".join(lines)
