"""What differs between two bundles: data, settings, figures, answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from nhsa_nlp.pipeline.bundle import verify_bundle
from nhsa_nlp.pipeline.manifest import Manifest
from nhsa_nlp.pipeline.replay import SAMPLES, answers
from nhsa_nlp.training.settings import stored_settings

_FIGURES = ("exact", "macro_f1", "f1", "facets", "log_loss", "brier", "ece", "precision", "recall")
_LONGEST = 30  # characters of a text that are shown


def compare_bundles(first: Path, second: Path, texts: Sequence[str] | None = None) -> dict[str, Any]:
    """Compare two bundles, and their answers to texts: those of `nhsa_nlp.pipeline.replay` if not given.

    Returns
    -------
    dict[str, Any]
        JSON values. ``identical`` tells whether all files are the same; ``manifest``, ``data``,
        ``settings`` and ``figures`` hold what differs by name, as a pair of values (None where there is
        none); ``predictions`` how many texts get the same label and which do not, and the same for
        entities.

    Raises
    ------
    BundleError
        If a bundle is not sound.
    """
    manifests = [verify_bundle(path) for path in (first, second)]
    identity, data, figures = zip(*map(_described, manifests), strict=True)
    return {
        "identical": manifests[0].files == manifests[1].files,
        "manifest": _different(*identity),
        "data": _different(*data),
        "settings": _different(
            *(dict(_flat(stored_settings(path).model_dump())) for path in (first, second))
        ),
        "figures": _different(*figures),
        "files": sorted(_different(*({n: e["sha256"] for n, e in m.files.items()} for m in manifests))),
        "predictions": _predictions(first, second, texts),
    }


def _described(manifest: Manifest) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    values = asdict(manifest)
    identity = {key: values[key] for key in ("format", "name", "version", "seed", "made_with", "labels")}
    identity["labels"] = {key: ", ".join(names) for key, names in identity["labels"].items()}
    figures = {
        name: value
        for name, value in _flat(values["metrics"])
        if isinstance(value, int | float) and name.split(".")[-1] in _FIGURES
    }
    data = dict(_flat({"counts": values["counts"], **values["data"]}))
    return dict(_flat(identity)), data, figures


def _flat(values: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield what is in nested tables by its path; of a spread the mean, of an interval the value."""
    for name, value in values.items():
        if isinstance(value, Mapping) and not {"mean", "value"} & set(value):
            yield from _flat(value, f"{path}{name}.")
        elif isinstance(value, Mapping):
            yield f"{path}{name}", value.get("mean", value.get("value"))
        else:
            yield f"{path}{name}", value


def _different(first: Mapping[str, Any], second: Mapping[str, Any]) -> dict[str, list[Any]]:
    return {
        name: [first.get(name), second.get(name)]
        for name in dict.fromkeys([*first, *second])
        if first.get(name) != second.get(name)
    }


def _predictions(first: Path, second: Path, texts: Sequence[str] | None) -> dict[str, Any]:
    from nhsa_nlp.pipeline.analyser import load_analyser

    asked = SAMPLES if texts is None else texts
    pairs = list(zip(*(answers(load_analyser(path), asked) for path in (first, second)), strict=True))
    changed = [
        {"text": row, "begins": " ".join(asked[row][:_LONGEST].split()), "labels": [a["label"], b["label"]]}
        for row, (a, b) in enumerate(pairs)
        if a["label"] != b["label"]
    ]
    return {
        "texts": len(asked),
        "same_label": len(asked) - len(changed),
        "same_entities": sum(a["entities"] == b["entities"] for a, b in pairs),
        "changed": changed,
    }
