"""The model bundle: a saved spaCy pipeline with a manifest that lists and fingerprints its files.

A bundle is a folder that ``spacy.load`` reads. Its ``manifest.json`` names the format, what made it and
the SHA-256 of every other file. Whoever alters a file can alter the manifest, so `verify_bundle` also checks
that there is nothing in the bundle, and nothing named in its configuration, that training does not write.
Nothing in a bundle is ever unpickled, and no file outside of it is opened.
"""

from __future__ import annotations

import hashlib
import json
import math
import os
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import MISSING, asdict, dataclass, field, fields, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args, get_origin, get_type_hints

from nhsa_nlp.checks import refuse_constant
from nhsa_nlp.errors import BundleError
from nhsa_nlp.pipeline.configuration import CONFIGURATION, read_configuration
from nhsa_nlp.pipeline.segmenters import PKUSEG_FILES, WORDS_FILE

FORMAT = 1
"""The bundle format this version reads and writes. Raise it when an older version could not load what a
newer one writes; keep reading older formats as long as that is cheap, and say so in the changelog."""

MANIFEST = "manifest.json"
_META = "meta.json"  # spaCy's
SETTINGS = "config.toml"
"""The settings a bundle was trained with, all of them."""
CARD = "CARD.md"
"""What a bundle is, for people."""
_SHOWN = ("lang", "name", "version", "spacy_version", "spacy_git_version")
"""What spaCy's warnings quote of it, as it is: control characters would steer the terminal."""
_MAX_TEXT_BYTES = 4 * 1024 * 1024  # of the manifest, and of the other files that are read at once
_DEEPEST = 50  # tables within tables of the manifest

_SHA256 = re.compile("[0-9a-f]{64}")
_COUNTED = ("texts", "characters", "sentences", "words")  # in the data of a part, beside its labels

_TOKENIZER_STATE = "tokenizer/tokenizer.json"
_TEXTS = (_META, SETTINGS, CARD, _TOKENIZER_STATE)
_TOKENIZER_FILES = tuple(f"tokenizer/{name}" for name in (*PKUSEG_FILES, WORDS_FILE))
_COMPONENT_FILES = {"nhsa_topic": ("model.json", "weights.npz"), "ner": ("cfg", "model", "moves")}
"""What components keep in their folder, by their factory."""


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
            raise ValueError("a figure that is no number")


def _check_data(data: dict[str, dict[str, Any]]) -> None:
    for part, described in data.items():
        if "files" not in described:
            raise ValueError(f"the data of {part!r} names no files")
        for name, value in described.items():
            if name in _COUNTED:
                sound = _is_count(value)
            else:
                right = {"files": _is_digest, "labels": _is_count}.get(name)
                sound = right is not None and isinstance(value, dict) and all(map(right, value.values()))
            if not sound:
                raise ValueError(f"what {part!r} has as {name!r} is not of its type")


def _check_files(files: dict[str, dict[str, Any]]) -> None:
    for name, entry in files.items():
        if set(entry) != {"sha256", "bytes"} or not (
            _is_digest(entry["sha256"]) and _is_count(entry["bytes"])
        ):
            raise ValueError(f"{name!r} has no SHA-256 and number of bytes")


def _check_replay(replay: list[dict[str, Any]]) -> None:
    for number, answer in enumerate(replay, start=1):
        # Bundles of 0.2.0 have no reason.
        if set(answer) - {"reason"} != {"label", "probability", "entities"} or not (
            isinstance(answer["label"], str | None)
            and isinstance(answer.get("reason"), str | None)
            and (answer["probability"] is None or _is_share(answer["probability"]))
            and isinstance(answer["entities"], list)
            and all(map(_is_entity, answer["entities"]))
        ):
            raise ValueError(f"the answer to sample {number} has no label, probability and entities")


def _is_share(value: object) -> bool:
    return isinstance(value, float | int) and not isinstance(value, bool) and 0 <= value <= 1


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


def _manifest(data: dict[str, Any]) -> Manifest:
    """Return a manifest from its JSON object; a ValueError that begins with the field if one is wrong."""
    kinds = get_type_hints(Manifest)
    required = {item.name for item in fields(Manifest) if item.default_factory is MISSING}
    for name in sorted(required - data.keys()):
        raise ValueError(f"{name!r} is missing")
    for name, value in data.items():
        if name not in kinds:
            raise ValueError(f"{name!r} is no field of it")
        if not _is_of(kinds[name], value):
            raise ValueError(f"{name!r}: not of its type")
        if name in _CHECKS:
            try:
                _CHECKS[name](value)
            except ValueError as error:
                raise ValueError(f"{name!r}: {error}") from None
    return Manifest(**data)


def _is_of(kind: Any, value: object) -> bool:
    """Tell whether a JSON value is of a type: ``int``, ``str``, ``Any``, lists and tables of these."""
    if get_origin(kind) is dict:
        return isinstance(value, dict) and all(_is_of(get_args(kind)[1], inner) for inner in value.values())
    if get_origin(kind) is list:
        return isinstance(value, list) and all(_is_of(get_args(kind)[0], inner) for inner in value)
    return kind is Any or type(value) is kind


def default_bundle_path() -> Path:
    """Return where the bundle that is shipped lies: in the installed package or in the checkout.

    Raises
    ------
    BundleError
        If it is in neither place.
    """
    package = Path(str(files("nhsa_nlp")))
    for path in (package / "models" / "default", package.parent / "models" / "default"):
        if (path / MANIFEST).is_file():
            return path
    raise BundleError("no model is installed; give one with --bundle, or run: nhsa-nlp train all")


def write_manifest(bundle: Path, manifest: Manifest) -> Manifest:
    """Fingerprint the files of a bundle and write its manifest; return the manifest as written."""
    listed = {path: _fingerprint(bundle / path) for path in _list_files(bundle)}
    full = replace(manifest, files=listed)
    text = json.dumps(asdict(full), ensure_ascii=False, indent=2, sort_keys=True)
    (bundle / MANIFEST).write_text(text + "\n", "utf-8")
    return full


@dataclass(frozen=True)
class Bundle:
    """A bundle that has been verified: its folder, its manifest, and its configuration as it stands there."""

    path: Path
    manifest: Manifest
    configuration: dict[str, Any]


def verify_bundle(path: str | Path) -> Manifest:
    """Verify a bundle and return its manifest; the errors are those of `open_bundle`."""
    return open_bundle(path).manifest


def open_bundle(path: str | Path) -> Bundle:
    """Check that the bundle in a folder is whole, unaltered, harmless and of a format this version reads.

    Raises
    ------
    BundleError
        If the folder or a file is missing, a file was altered, added or is a link, the format is another, or
        the bundle holds or names anything that training does not write.
    """
    bundle = Path(path)
    manifest = read_manifest(bundle)
    present = set(_list_files(bundle))
    for name, expected in manifest.files.items():
        if name not in present:
            raise BundleError(
                f"{bundle}: {name} is missing; the bundle was copied only in part, copy it again"
            )
        if _fingerprint(bundle / name) != expected:
            raise BundleError(f"{bundle}: {name} was altered; get the bundle again, or train it again")
    if extra := sorted(present - set(manifest.files)):
        raise BundleError(f"{bundle}: {extra[0]} does not belong to the bundle; remove it, or train again")
    configuration = _check_contents(bundle, manifest)
    _check_identity(bundle, manifest)
    return Bundle(bundle, manifest, configuration)


def bundle_fingerprint(path: str | Path | None) -> str:
    """Verify a bundle, by default the one that is shipped, and return the SHA-256 of its manifest.

    Raises
    ------
    BundleError
        See `verify_bundle`.
    """
    bundle = default_bundle_path() if path is None else Path(path)
    verify_bundle(bundle)
    return hashlib.sha256((bundle / MANIFEST).read_bytes()).hexdigest()


def _check_contents(bundle: Path, manifest: Manifest) -> dict[str, Any]:
    """Return the configuration, unless it is foreign, files lack that it needs, or there are others.

    Texts too large to be read at once are refused, and folders that hold nothing, too.
    """
    for name in (name for name in _TEXTS if name in manifest.files):
        if (bundle / name).stat().st_size > _MAX_TEXT_BYTES:
            raise BundleError(
                f"{bundle}: {name} is larger than {_MAX_TEXT_BYTES:,} bytes; get the bundle again"
            )
    configuration = read_configuration(bundle)
    needed = {_TOKENIZER_STATE}
    for component, settings in configuration["components"].items():
        needed.update(f"{component}/{name}" for name in _COMPONENT_FILES.get(settings["factory"], ()))
    if lacking := sorted(needed - set(manifest.files)):
        raise BundleError(f"{bundle}: {lacking[0]} is missing; get the bundle again, or train it again")
    known = {CONFIGURATION, *_TEXTS, *_TOKENIZER_FILES, *needed}
    if foreign := sorted(set(manifest.files) - known):
        raise BundleError(
            f"{bundle}: {foreign[0]} is no file of a bundle, and nothing was loaded; get the bundle from "
            "someone you trust, or train it again"
        )
    for folder, _, _ in os.walk(bundle):
        within = Path(folder).relative_to(bundle)
        if not any(Path(file).is_relative_to(within) for file in manifest.files):
            raise BundleError(f"{bundle}: the folder {within} does not belong to the bundle; remove it")
    return configuration


def _check_identity(bundle: Path, manifest: Manifest) -> None:
    """Compare name and version with those of the pipeline, which records carry; its files are verified."""
    try:
        meta = json.loads((bundle / _META).read_text("utf-8"))
        known = (meta["name"], meta["version"])
    except (OSError, ValueError, RecursionError, KeyError, TypeError) as error:
        raise BundleError(f"{bundle}: {_META} cannot be read; get the bundle again") from error
    for name in _SHOWN:
        value = meta.get(name, "")
        if not isinstance(value, str) or any(unicodedata.category(char).startswith("C") for char in value):
            raise BundleError(f"{bundle}: {_META} has a damaged {name!r}; get the bundle again")
    if known != (manifest.name, manifest.version):
        raise BundleError(f"{bundle}: {MANIFEST} was altered: {_META} has another name or version")


def read_manifest(bundle: Path) -> Manifest:
    """Read the manifest of a bundle without checking the files it lists.

    Raises
    ------
    BundleError
        If there is none, it cannot be read, or its format is another.
    """
    path = bundle / MANIFEST
    if bundle.is_file():
        raise BundleError(f"{bundle}: is no model folder")
    if not bundle.is_dir():
        raise BundleError(f"{bundle}: there is no such model folder; check the path given with --bundle")
    if path.is_symlink():
        raise _link(path)
    if not path.is_file():
        raise BundleError(f"{bundle}: not a model bundle ({MANIFEST} is missing)")
    try:
        if path.stat().st_size > _MAX_TEXT_BYTES:
            raise BundleError(f"{path}: too large to be a manifest; get the bundle again")
        data = json.loads(path.read_text("utf-8"), parse_constant=refuse_constant)
    except (OSError, ValueError, RecursionError) as error:
        raise BundleError(f"{path}: cannot be read ({error}); get the bundle again") from error
    found = data.get("format") if isinstance(data, dict) else None
    if found != FORMAT:
        raise BundleError(
            f"{path}: format {found!r}, but this version of nhsa-nlp reads format {FORMAT}; "
            "install the version the bundle was made with, or train it again"
        )
    if _depth(data) > _DEEPEST:
        raise BundleError(f"{path}: not a manifest (more than {_DEEPEST} tables deep); get the bundle again")
    try:
        return _manifest(data)
    except ValueError as error:
        raise BundleError(f"{path}: not a manifest ({error}); get the bundle again") from error


def _depth(data: Mapping[str, Any]) -> int:
    """Count how deep tables and lists are nested, at most one more than is allowed."""
    level: list[Any] = [data]
    for depth in range(_DEEPEST + 1):
        inner = [list(node.values()) if isinstance(node, dict) else node for node in level]
        level = [value for values in inner for value in values if isinstance(value, dict | list)]
        if not level:
            return depth + 1
    return _DEEPEST + 1


def _link(path: Path) -> BundleError:
    return BundleError(f"{path}: a bundle must not hold links; copy the files themselves")


def _list_files(bundle: Path) -> list[str]:
    """Return the paths of a bundle's files, the manifest left out; links, pipes and the like are refused."""
    names = []
    for folder, folders, entries in os.walk(bundle):
        for entry in [*folders, *entries]:
            if Path(folder, entry).is_symlink():
                raise _link(Path(folder, entry))
        for entry in entries:
            if not Path(folder, entry).is_file():  # reading a pipe would wait for ever
                raise BundleError(f"{Path(folder, entry)}: not a regular file; get the bundle again")
        names += [Path(folder, entry).relative_to(bundle).as_posix() for entry in entries]
    return sorted(name for name in names if name != MANIFEST)


def _fingerprint(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            return {"sha256": hashlib.file_digest(stream, "sha256").hexdigest(), "bytes": stream.tell()}
    except OSError as error:
        raise BundleError(f"{path}: cannot be read ({error.strerror})") from error
