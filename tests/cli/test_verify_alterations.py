"""Bundles whose weights are others, whole by their manifest: ``verify`` tells by what they answer."""

from __future__ import annotations

import io
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from typer.testing import CliRunner

from nhsa_nlp.cli.app import app
from nhsa_nlp.pipeline.bundle import default_bundle_path, read_manifest, write_manifest
from nhsa_nlp.training.bundle import renew_answers

pytestmark = pytest.mark.slow

Array = NDArray[Any]
MODEL, WEIGHTS = Path("topic", "model.json"), Path("topic", "weights.npz")
SMALL = 12  # numbers; of arrays up to this size each is altered by itself, of others each column


def stored() -> dict[str, Array]:
    with np.load(default_bundle_path() / WEIGHTS, allow_pickle=False) as archive:
        return dict(archive)


ARRAYS = stored()
INNER = ARRAYS["forest_feature"] >= 0  # the nodes that ask, the others are leaves

CHANGES: dict[str, Callable[[Array], Array]] = {
    "doubled": lambda array: array * 2,
    "halved": lambda array: array / 2,
    "negated": lambda array: -array,
    "zeroed": lambda array: array * 0,
    "permuted": lambda array: np.random.default_rng(0).permutation(array),
}


def of_weights(name: str) -> Iterator[tuple[str, Array]]:
    """Yield the alterations of an array of weights: of all of it, of a column, of a number."""
    array = ARRAYS[name]
    places: list[Any] = [()]
    if array.size <= SMALL:
        places += list(np.ndindex(array.shape)) if array.size > 1 else []
    elif array.ndim == 2:
        places += [(slice(None), column) for column in range(array.shape[1])] if array.shape[1] > 1 else []
    for place in places:
        for change, altered in CHANGES.items():
            if change == "permuted" and (place or array.size == 1):
                continue
            new = array.copy()
            new[place] = altered(array[place]).astype(array.dtype)
            shown = "".join("," if isinstance(at, slice) else f" {at}" for at in place)
            yield f"{name}{shown} {change}", new


def of_forest(name: str) -> Iterator[tuple[str, Array]]:
    """Yield the alterations of the trees that can be loaded: others have nodes out of order."""
    array = ARRAYS[name]
    other = {"forest_left": "forest_right", "forest_right": "forest_left"}
    if name in other:
        yield f"{name} as the other", ARRAYS[other[name]]
    elif name == "forest_roots":
        yield f"{name} of other outputs", array[::-1]
        yield f"{name} of the first tree", np.broadcast_to(array[:, :1], array.shape)
    else:
        for nodes in (INNER, ~INNER) if name == "forest_value" else (INNER,):
            for change, altered in CHANGES.items():
                if array.dtype.kind == "i" and change not in ("zeroed", "permuted"):
                    continue
                new = array.copy()
                new[nodes] = altered(array[nodes])
                yield f"{name} {'inner' if nodes is INNER else 'leaf'} {change}", new


ANY_LENGTH = "the terms of a document are scaled to unit length, whatever they weigh together"
NO_SHARE = "the words have no share in the score of the first sector: mix 0 0 is 0"
NOTHING: dict[str, str] = {
    **{f"{name}_idf doubled": ANY_LENGTH for name in ("genre", "kinds", "requests", "terms", "words")},
    "genre_idf halved": ANY_LENGTH,  # of the others some would be below 1, which is refused
    **{
        f"{place} {change}": NO_SHARE
        for place in ("words_weights, 0", "word_bias 0", "mix 0 0")
        for change in ("doubled", "halved", "negated", "zeroed")
    },
    **{
        f"{name} {change}": "each kind of text has thresholds of its own"
        for name in ("review_below", "set_above")
        for change in ("0", "1", "halved", "doubled")
    },
}
"""The alterations that change no record, and why."""
UNREAD = {
    "ner/model": "the recogniser is off",
    "ner/moves": "the recogniser is off",
    "ner/cfg": "the recogniser is off",
    "tokenizer/weights.npz": "only a pipeline with the segmenter pkuseg uses it",
    "tokenizer/features.msgpack": "only a pipeline with the segmenter pkuseg uses it",
    "tokenizer/tokenizer.json": "says which words a pipeline of spaCy has",
}
"""The files that no record of ``label`` depends on, and why."""


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the bundle that is shipped."""
    copy = shutil.copytree(default_bundle_path(), tmp_path_factory.mktemp("altered") / "bundle")
    renew_answers(copy)
    return Path(copy)


def objection(bundle: Path, file: Path, content: bytes) -> str:
    """Say what ``verify`` has against a bundle with other content of a file; nothing if it is sound."""
    old = (bundle / file).read_bytes()
    manifest = (bundle / "manifest.json").read_bytes()
    (bundle / file).write_bytes(content)
    write_manifest(bundle, read_manifest(bundle))
    result = CliRunner().invoke(app, ["verify", str(bundle)])
    (bundle / file).write_bytes(old)
    (bundle / "manifest.json").write_bytes(manifest)
    assert result.exit_code in (0, 2), result.exception
    assert len(result.stderr.splitlines()) == (result.exit_code == 2)
    return result.stderr


def packed(arrays: dict[str, Array]) -> bytes:
    content = io.BytesIO()
    np.savez(content, allow_pickle=False, **arrays)
    return content.getvalue()


@pytest.mark.parametrize("name", sorted(ARRAYS))
def test_an_array_that_is_another_is_noticed(bundle: Path, name: str) -> None:
    of_trees = name.startswith("forest_")
    for altered, array in (of_forest if of_trees else of_weights)(name):
        said = objection(bundle, WEIGHTS, packed({**ARRAYS, name: array}))
        assert bool(said) == (altered not in NOTHING), (altered, said)


THRESHOLDS: dict[str, Callable[[float], float]] = {
    "0": lambda _: 0.0,
    "1": lambda _: 1.0,
    "halved": lambda value: value / 2,
    "doubled": lambda value: min(1.0, value * 2),
}


def thresholds() -> Iterator[tuple[str, tuple[str, ...]]]:
    for name in ("review_below", "set_above"):
        yield name, (name,)
        for kind in ("reply", "title", "text"):
            yield f"{kind}.{name}", ("kinds", kind, name)


@pytest.mark.parametrize(("name", "place"), list(thresholds()))
def test_a_threshold_that_is_another_is_noticed(bundle: Path, name: str, place: tuple[str, ...]) -> None:
    for change, altered in THRESHOLDS.items():
        description = json.loads((bundle / MODEL).read_text("utf-8"))
        table = description
        for key in place[:-1]:
            table = table[key]
        table[place[-1]] = altered(table[place[-1]])
        said = objection(bundle, MODEL, json.dumps(description).encode())
        assert bool(said) == (f"{name} {change}" not in NOTHING), (name, change, said)


def description() -> Any:
    return json.loads((default_bundle_path() / MODEL).read_text("utf-8"))


@pytest.mark.parametrize("name", sorted(description()["vocabulary"]))
def test_terms_in_another_order_are_noticed(bundle: Path, name: str) -> None:
    altered = description()
    altered["vocabulary"][name].reverse()
    assert "sample " in objection(bundle, MODEL, json.dumps(altered).encode())


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("evidence = 10", "evidence = 3"),
        ("grammar = true", "grammar = false"),
        ('disabled = ["ner"]', 'disabled = ["ner", "letter"]'),
        ('disabled = ["ner"]', 'disabled = ["ner", "topic"]'),
        ('disabled = ["ner"]', 'disabled = ["ner", "entities"]'),
    ],
)
def test_a_setting_that_is_another_is_noticed(bundle: Path, old: str, new: str) -> None:
    config = (bundle / "config.cfg").read_text("utf-8")
    assert old in config
    assert "sample " in objection(bundle, Path("config.cfg"), config.replace(old, new).encode())


def test_every_file_with_numbers_is_altered_or_named() -> None:
    files = set(read_manifest(default_bundle_path()).files)
    described = {"CARD.md", "config.cfg", "config.toml", "meta.json"}
    assert files - described - set(UNREAD) == {MODEL.as_posix(), WEIGHTS.as_posix()}
    numbers = {name for name, value in description().items() if isinstance(value, int | float)}
    assert numbers == {"format", "review_below", "set_above"}
    with zipfile.ZipFile(default_bundle_path() / WEIGHTS) as archive:
        assert {Path(name).stem for name in archive.namelist()} == set(ARRAYS)
