"""The model bundle: a saved spaCy pipeline with a manifest that lists and fingerprints its files.

A bundle is a folder that ``spacy.load`` reads. Its ``manifest.json`` names the format, what made it and
the SHA-256 of every other file; `verify_bundle` checks all of that before anything is loaded. Nothing in
a bundle is ever unpickled.
"""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import asdict, field, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, ValidationError
from pydantic.dataclasses import dataclass

from nhsa_nlp.checks import refuse_constant
from nhsa_nlp.errors import BundleError

FORMAT = 1
"""The bundle format this version reads and writes. Raise it when an older version could not load what a
newer one writes; keep reading older formats as long as that is cheap, and say so in the changelog."""

MANIFEST = "manifest.json"
_META = "meta.json"  # spaCy's
SETTINGS = "config.toml"
"""The settings a bundle was trained with, all of them."""
CARD = "CARD.md"
"""What a bundle is, for people."""
_MAX_MANIFEST_BYTES = 4 * 1024 * 1024


@dataclass(frozen=True, config=ConfigDict(strict=True, extra="forbid"))
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
    metrics: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    warnings: dict[str, list[str]] = field(default_factory=dict)
    replay: list[dict[str, Any]] = field(default_factory=list)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)


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


def verify_bundle(path: str | Path) -> Manifest:
    """Check that the bundle in a folder is whole, unaltered and of a format this version reads.

    Raises
    ------
    BundleError
        If the folder or a file is missing, a file was altered, added or is a link, or the format is another.
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
    _check_identity(bundle, manifest)
    return manifest


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


def _check_identity(bundle: Path, manifest: Manifest) -> None:
    """Compare name and version with those of the pipeline, which records carry; its files are verified."""
    try:
        meta = json.loads((bundle / _META).read_text("utf-8"))
        known = (meta["name"], meta["version"])
    except (OSError, ValueError, RecursionError, KeyError, TypeError) as error:
        raise BundleError(f"{bundle}: {_META} cannot be read; get the bundle again") from error
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
    if not bundle.is_dir():
        raise BundleError(f"{bundle}: there is no such model folder; check the path given with --bundle")
    if not path.is_file():
        raise BundleError(f"{bundle}: not a model bundle ({MANIFEST} is missing)")
    try:
        if path.stat().st_size > _MAX_MANIFEST_BYTES:
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
    try:
        return Manifest(**data)
    except ValidationError as error:
        wrong = error.errors()[0]
        raise BundleError(
            f"{path}: not a manifest ({wrong['loc'][0]!r}: {wrong['msg']}); get the bundle again"
        ) from error


def _list_files(bundle: Path) -> list[str]:
    """Return the paths of a bundle's files, the manifest left out; links, pipes and the like are refused."""
    names = []
    for folder, folders, entries in os.walk(bundle):
        for entry in [*folders, *entries]:
            if Path(folder, entry).is_symlink():
                raise BundleError(
                    f"{Path(folder, entry)}: a bundle must not hold links; copy the files themselves"
                )
        for entry in entries:
            if not Path(folder, entry).is_file():  # reading a pipe would wait for ever
                raise BundleError(f"{Path(folder, entry)}: not a regular file; get the bundle again")
        folders[:] = [entry for entry in folders if entry != "__pycache__"]
        names += [Path(folder, entry).relative_to(bundle).as_posix() for entry in entries]
    return sorted(name for name in names if name != MANIFEST)


def _fingerprint(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            return {"sha256": hashlib.file_digest(stream, "sha256").hexdigest(), "bytes": stream.tell()}
    except OSError as error:
        raise BundleError(f"{path}: cannot be read ({error.strerror})") from error
