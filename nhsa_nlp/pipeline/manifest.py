"""The manifest of a model bundle: its fields, and what each may hold."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from typing import Any, get_args, get_origin, get_type_hints

from nhsa_nlp.translation import Message, located

FORMAT = 1
"""The bundle format this version reads and writes. Raise it when an older version could not load what a
newer one writes; keep reading older formats as long as that is cheap, and say so in the changelog."""

_SHA256 = re.compile("[0-9a-f]{64}")
_COUNTED = ("texts", "characters", "sentences", "words")  # in the data of a part, beside its labels


def _is_count(value: object) -> bool:
    return type(value) is int and value >= 0


def _is_digest(value: object) -> bool:
    return isinstance(value, str) and _SHA256.fullmatch(value) is not None


def _check_seed(seed: int) -> None:
    if seed < 0:
        raise ValueError("below 0")


def _check_labels(labels: dict[str, list[str]]) -> None:
    if set(labels) != {"topic", "entities"}:
        raise ValueError("not those of topic and entities")


def _check_counts(counts: dict[str, int]) -> None:
    if not all(map(_is_count, counts.values())):
        raise ValueError("numbers below 0")


def _check_metrics(metrics: dict[str, dict[str, Any]]) -> None:
    waiting: list[Any] = [metrics]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict | list):
            waiting += value.values() if isinstance(value, dict) else value
        elif isinstance(value, float) and not math.isfinite(value):  # 1e999
            raise ValueError("a figure that is not a number")


def _check_data(data: dict[str, dict[str, Any]]) -> None:
    for part, described in data.items():
        if "files" not in described:
            raise ValueError(Message("the data of {part!r} does not name any files", part=part))
        for name, value in described.items():
            if name in _COUNTED:
                sound = _is_count(value)
            else:
                right = {"files": _is_digest, "labels": _is_count}.get(name)
                sound = right is not None and isinstance(value, dict) and all(map(right, value.values()))
            if not sound:
                raise ValueError(
                    Message("what {part!r} has as {name!r} is not of its type", part=part, name=name)
                )


def _check_files(files: dict[str, dict[str, Any]]) -> None:
    for name, entry in files.items():
        if set(entry) != {"sha256", "bytes"} or not (
            _is_digest(entry["sha256"]) and _is_count(entry["bytes"])
        ):
            raise ValueError(Message("{name!r} has no SHA-256 and number of bytes", name=name))


_ANSWERS: dict[str, Callable[[Any], bool]] = {
    "label": lambda value: isinstance(value, str | None),
    "probability": lambda value: value is None or _is_share(value),
    "entities": lambda value: isinstance(value, list) and all(map(_is_entity, value)),
}
_LATER_ANSWERS: dict[str, Callable[[Any], bool]] = {
    "reason": lambda value: isinstance(value, str | None),
    "alternatives": lambda value: isinstance(value, dict) and all(map(_is_share, value.values())),
    "evidence": lambda value: isinstance(value, dict) and all(map(_is_number, value.values())),
    "letter": lambda value: isinstance(value, str | None),
}
"""What is kept of the answer to a sample; bundles of 0.2.0 keep only the first."""


def _check_replay(replay: list[dict[str, Any]]) -> None:
    for number, answer in enumerate(replay, start=1):
        known = _ANSWERS | _LATER_ANSWERS
        if not (
            _ANSWERS.keys() <= answer.keys() <= known.keys()
            and all(known[name](value) for name, value in answer.items())
        ):
            raise ValueError(
                Message("the answer to sample {number} has no label, probability and entities", number=number)
            )


def _is_share(value: object) -> bool:
    return isinstance(value, float | int) and not isinstance(value, bool) and 0 <= value <= 1


def _is_number(value: object) -> bool:
    return isinstance(value, float | int) and not isinstance(value, bool) and math.isfinite(value)


def _is_entity(value: object) -> bool:
    if not isinstance(value, list) or len(value) != 3:
        return False
    start, end, label = value
    return _is_count(start) and _is_count(end) and start <= end and isinstance(label, str)


@dataclass(frozen=True)
class Manifest:
    """What a bundle is.

    Parameters
    ----------
    format
        The bundle format, see `FORMAT`.
    name, version
        Of the model; the version follows semantic versioning (major: labels or meaning changed, minor:
        retrained, patch: only described differently).
    seed
        The random seed it was trained with.
    made_with
        Versions of Python and of the packages that matter.
    labels
        Topic labels and entity labels.
    counts
        What it was trained on.
    metrics
        Figures by cross-validation, as ``nhsa-nlp evaluate`` gives them; may be empty.
    data
        For each part the files it was trained on with their SHA-256, and what was in them.
    warnings
        For each part what may be wrong with its data.
    replay
        What the bundle answered to `nhsa_nlp.pipeline.replay.SAMPLES`; empty if it was not asked.
    files
        SHA-256 and size in bytes of every other file, by path within the bundle.
    """

    format: int
    name: str
    version: str
    seed: int
    made_with: dict[str, str]
    labels: dict[str, list[str]]
    counts: dict[str, int]
    metrics: dict[str, dict[str, Any]] = field(default_factory=dict)
    data: dict[str, dict[str, Any]] = field(default_factory=dict)
    warnings: dict[str, list[str]] = field(default_factory=dict)
    replay: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)


_CHECKS: dict[str, Callable[[Any], None]] = {
    "seed": _check_seed,
    "labels": _check_labels,
    "counts": _check_counts,
    "metrics": _check_metrics,
    "data": _check_data,
    "files": _check_files,
    "replay": _check_replay,
}
"""What is checked beyond the types."""


def manifest_of(data: dict[str, Any]) -> Manifest:
    """Return a manifest from its JSON object.

    Raises
    ------
    ValueError
        If a field is missing, wrong or none of it; the message begins with the field.
    """
    kinds = get_type_hints(Manifest)
    required = {item.name for item in fields(Manifest) if item.default_factory is MISSING}
    for name in sorted(required - data.keys()):
        raise ValueError(Message("{name!r} is missing", name=name))
    for name, value in data.items():
        if name not in kinds:
            raise ValueError(Message("{name!r} is not a field of it", name=name))
        if not _is_of(kinds[name], value):
            raise ValueError(located(repr(name), "not of its type"))
        if name in _CHECKS:
            try:
                _CHECKS[name](value)
            except ValueError as error:
                raise ValueError(located(repr(name), error)) from None
    return Manifest(**data)


def _is_of(kind: Any, value: object) -> bool:
    """Tell whether a JSON value is of a type: ``int``, ``str``, ``Any``, lists and tables of these."""
    if get_origin(kind) is dict:
        return isinstance(value, dict) and all(_is_of(get_args(kind)[1], inner) for inner in value.values())
    if get_origin(kind) is list:
        return isinstance(value, list) and all(_is_of(get_args(kind)[0], inner) for inner in value)
    return kind is Any or type(value) is kind
