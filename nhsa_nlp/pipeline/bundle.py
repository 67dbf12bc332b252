"""The model bundle: a saved spaCy pipeline with a manifest that lists and fingerprints its files.

A bundle is a folder that ``spacy.load`` reads. Its ``manifest.json`` names the format, what made it and
the SHA-256 of every other file. Whoever alters a file can alter the manifest, so `verify_bundle` also checks
that there is nothing in the bundle, and nothing named in its configuration, that training does not write.
Nothing in a bundle is ever unpickled, and no file outside of it is opened.
"""

from __future__ import annotations

import hashlib
import json
import os
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any

from nhsa_nlp.checks import reason_of, refuse_constant
from nhsa_nlp.errors import BundleError
from nhsa_nlp.pipeline.configuration import CONFIGURATION, read_configuration
from nhsa_nlp.pipeline.manifest import FORMAT, Manifest, manifest_of
from nhsa_nlp.pipeline.segmenters import PKUSEG_FILES, WORDS_FILE

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

_TOKENIZER_STATE = "tokenizer/tokenizer.json"
_TEXTS = (_META, SETTINGS, CARD, _TOKENIZER_STATE)
_TOKENIZER_FILES = tuple(f"tokenizer/{name}" for name in (*PKUSEG_FILES, WORDS_FILE))
_COMPONENT_FILES = {"nhsa_topic": ("model.json", "weights.npz"), "ner": ("cfg", "model", "moves")}
"""What components keep in their folder, by their factory."""


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
                "{name} is missing; the bundle was copied only in part, copy it again", bundle, name=name
            )
        if _fingerprint(bundle / name) != expected:
            raise BundleError(
                "{name} was altered; get the bundle again, or train it again", bundle, name=name
            )
    if extra := sorted(present - set(manifest.files)):
        raise BundleError(
            "{name} does not belong to the bundle; remove it, or train again", bundle, name=extra[0]
        )
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
                "{name} is larger than {limit:,} bytes; get the bundle again",
                bundle,
                name=name,
                limit=_MAX_TEXT_BYTES,
            )
    configuration = read_configuration(bundle)
    needed = {_TOKENIZER_STATE}
    for component, settings in configuration["components"].items():
        needed.update(f"{component}/{name}" for name in _COMPONENT_FILES.get(settings["factory"], ()))
    if lacking := sorted(needed - set(manifest.files)):
        raise BundleError(
            "{name} is missing; get the bundle again, or train it again", bundle, name=lacking[0]
        )
    known = {CONFIGURATION, *_TEXTS, *_TOKENIZER_FILES, *needed}
    if foreign := sorted(set(manifest.files) - known):
        raise BundleError(
            "{name} is not a file of a bundle, and nothing was loaded; get the bundle from someone you "
            "trust, or train it again",
            bundle,
            name=foreign[0],
        )
    for folder, _, _ in os.walk(bundle):
        within = Path(folder).relative_to(bundle)
        if not any(Path(file).is_relative_to(within) for file in manifest.files):
            raise BundleError(
                "the folder {within} does not belong to the bundle; remove it", bundle, within=within
            )
    return configuration


def _check_identity(bundle: Path, manifest: Manifest) -> None:
    """Compare name and version with those of the pipeline, which records carry; its files are verified."""
    try:
        meta = json.loads((bundle / _META).read_text("utf-8"))
        known = (meta["name"], meta["version"])
    except (OSError, ValueError, RecursionError, KeyError, TypeError) as error:
        raise BundleError("{meta} cannot be read; get the bundle again", bundle, meta=_META) from error
    for name in _SHOWN:
        value = meta.get(name, "")
        if not isinstance(value, str) or any(unicodedata.category(char).startswith("C") for char in value):
            raise BundleError(
                "{meta} has a damaged {name!r}; get the bundle again", bundle, meta=_META, name=name
            )
    if known != (manifest.name, manifest.version):
        raise BundleError(
            "{manifest} was altered: {meta} has another name or version",
            bundle,
            manifest=MANIFEST,
            meta=_META,
        )


def read_manifest(bundle: Path) -> Manifest:
    """Read the manifest of a bundle without checking the files it lists.

    Raises
    ------
    BundleError
        If there is none, it cannot be read, or its format is another.
    """
    path = bundle / MANIFEST
    if bundle.is_file():
        raise BundleError("is not a model folder", bundle)
    if not bundle.is_dir():
        raise BundleError("there is no such model folder; check its path", bundle)
    if path.is_symlink():
        raise _link(path)
    if not path.is_file():
        raise BundleError("not a model bundle ({manifest} is missing)", bundle, manifest=MANIFEST)
    try:
        if path.stat().st_size > _MAX_TEXT_BYTES:
            raise BundleError("too large to be a manifest; get the bundle again", path)
        data = json.loads(path.read_text("utf-8"), parse_constant=refuse_constant)
    except (OSError, ValueError, RecursionError) as error:
        raise BundleError(
            "cannot be read ({error}); get the bundle again", path, error=reason_of(error)
        ) from error
    found = data.get("format") if isinstance(data, dict) else None
    if found != FORMAT:
        raise BundleError(
            "format {found!r}, but this version of nhsa-nlp reads format {format}; install the version the "
            "bundle was made with, or train it again",
            path,
            found=found,
            format=FORMAT,
        )
    if _depth(data) > _DEEPEST:
        raise BundleError(
            "not a manifest (more than {limit} tables deep); get the bundle again", path, limit=_DEEPEST
        )
    try:
        return manifest_of(data)
    except ValueError as error:
        raise BundleError(
            "not a manifest ({error}); get the bundle again", path, error=reason_of(error)
        ) from error


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
    return BundleError("a bundle must not hold links; copy the files themselves", path)


def _list_files(bundle: Path) -> list[str]:
    """Return the paths of a bundle's files, the manifest left out; links, pipes and the like are refused."""
    names = []
    for folder, folders, entries in os.walk(bundle):
        for entry in [*folders, *entries]:
            if Path(folder, entry).is_symlink():
                raise _link(Path(folder, entry))
        for entry in entries:
            if not Path(folder, entry).is_file():  # reading a pipe would wait for ever
                raise BundleError("not a regular file; get the bundle again", Path(folder, entry))
        names += [Path(folder, entry).relative_to(bundle).as_posix() for entry in entries]
    return sorted(name for name in names if name != MANIFEST)


def _fingerprint(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as stream:
            return {"sha256": hashlib.file_digest(stream, "sha256").hexdigest(), "bytes": stream.tell()}
    except OSError as error:
        raise BundleError("cannot be read ({problem})", path, problem=error.strerror) from error
