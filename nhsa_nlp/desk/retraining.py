"""A new bundle from an office's own decisions, measured beside the one in use on decisions held out."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from nhsa_nlp.data.corpus import LabelledText
from nhsa_nlp.desk.bundles import add_bundle, bundle_in_use
from nhsa_nlp.desk.store import Store
from nhsa_nlp.errors import InputError
from nhsa_nlp.io.json_lines import write_json_lines
from nhsa_nlp.splits import near_duplicate_groups, stratified_folds
from nhsa_nlp.translation import tr

LEAST_DECISIONS = 50
"""Fewer decisions than this teach nothing and measure nothing."""

_FOLDS = 5  # one of them is held out
_SEED = 0


def retrain(
    store: Store,
    output: Path,
    *,
    more: tuple[Path, ...] = (),
    n_jobs: int | None = None,
    on_progress: Callable[..., None] = lambda *_: None,
) -> dict[str, Any]:
    """Train a bundle on four fifths of the decisions, and compare it with the one in use on the others.

    Near-duplicates are on one side. The new bundle is entered in the desk, where a person puts it into
    use, or does not.

    Parameters
    ----------
    output
        The bundle to write; it must not exist.
    more
        Further labelled texts to train on, as ``train topic --data`` takes them.

    Returns
    -------
    dict[str, Any]
        The comparison, JSON values: ``trained`` and ``held_out`` decisions, ``old`` and ``new`` shares of
        right labels, their ``difference`` with ``low``, ``high`` and ``p``, see
        `nhsa_nlp.evaluation.significance.compare_labels`, and the ``bundle`` number.

    Raises
    ------
    InputError
        If there are too few decisions, or all have the same label.
    OutputError
        If the bundle cannot be written.
    """
    from nhsa_nlp.evaluation.bundles import evaluate_topic_bundle
    from nhsa_nlp.pipeline.bundle import default_bundle_path
    from nhsa_nlp.training.bundle import train_part

    if output.exists():
        raise InputError("exists already; choose a new folder", output)
    base = store.reading()
    rows = base.execute(
        "SELECT d.id, d.label, t.text FROM documents d JOIN texts t USING (doc) "
        "WHERE d.state = 'decided' ORDER BY d.doc"
    ).fetchall()
    if len(rows) < LEAST_DECISIONS:
        raise InputError(
            "only {count} documents are decided; at least {limit} are needed",
            count=len(rows),
            limit=LEAST_DECISIONS,
        )
    if len(Counter(row["label"] for row in rows)) == 1:
        raise InputError("all decisions have the same label; nothing can be learnt from them")
    groups = near_duplicate_groups([row["text"] for row in rows])
    train, test = stratified_folds([row["label"] for row in rows], _FOLDS, _SEED, groups)[0]
    held_out = [LabelledText(rows[i]["id"], rows[i]["label"], rows[i]["text"], i + 1) for i in test.tolist()]
    in_use = bundle_in_use(base)
    old = default_bundle_path() if in_use is None or in_use["path"] is None else Path(in_use["path"])
    with tempfile.TemporaryDirectory(dir=store.folder, prefix="training-") as folder:
        data = Path(folder, "decisions.jsonl")
        write_json_lines(data, (dict(rows[i]) for i in train.tolist()))
        written = train_part("topic", [data, *more], output, n_jobs=n_jobs, on_progress=on_progress)
    on_progress(tr("comparing with the bundle in use"))
    report = evaluate_topic_bundle(old, held_out, against=written)
    exact = report["comparison"]["exact"]
    comparison = {
        "trained": len(train),
        "held_out": len(test),
        "old": exact["first"],
        "new": exact["second"],
        **{name: exact[name] for name in ("difference", "low", "high", "p")},
        "against": None if in_use is None else f"{in_use['name']} {in_use['version']}",
    }
    with store.writing() as base:
        number = add_bundle(base, written, comparison)
    return {**comparison, "bundle": number}
