"""Whatever value of a manifest is of another type is refused in one line."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nhsa_nlp.errors import BundleError
from nhsa_nlp.pipeline.bundle import default_bundle_path, read_manifest

MISSING = object()
OTHERS = [None, True, -1, 1.5, "x\n", [], {}, [1], {"x": 1}]
Place = tuple[str | int, ...]
FIRST = 5


def places(value: Any, place: Place = ()) -> Iterator[Place]:
    """Yield the places in a tree of JSON values, of long tables and lists the first few."""
    yield place
    items = list(value.items()) if isinstance(value, dict) else []
    items = list(enumerate(value)) if isinstance(value, list) else items
    for key, inner in items if len(place) < 1 else items[:FIRST]:
        yield from places(inner, (*place, key))


def changed(tree: Any, place: Place, value: object) -> Any:
    if not place:
        return value
    whole = node = copy.deepcopy(tree)
    for key in place[:-1]:
        node = node[key]
    if value is MISSING:
        del node[place[-1]]
    else:
        node[place[-1]] = value
    return whole


def at(tree: Any, place: Place) -> Any:
    for key in place:
        tree = tree[key]
    return tree


def allowed(place: Place, value: object) -> bool:
    """Tell whether a value of another type may stand in a place, too."""
    if place[:1] == ("metrics",):
        return len(place) > 2
    if place[:1] == ("replay",) and place[2:3] == ("evidence",):
        return (len(place) == 4 and value == -1) or (len(place) == 3 and value == {"x": 1})
    open_values: dict[str, tuple[object, ...]] = {
        "letter": (None, "x\n"),
        "label": (None,),
        "reason": (None, "x\n"),
        "probability": (None,),
    }
    return place[:1] == ("replay",) and value in open_values.get(str(place[-1]), ())


@pytest.fixture(scope="module")
def manifest() -> Any:
    return json.loads((default_bundle_path() / "manifest.json").read_text("utf-8"))


def refusal(folder: Path, manifest: Any) -> str | None:
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    try:
        read_manifest(folder)
    except BundleError as error:
        return str(error)
    return None


def test_every_value_of_another_type_is_refused(manifest: Any, tmp_path: Path) -> None:
    tried = 0
    for place in places(manifest):
        for value in OTHERS:
            if (type(value) is type(at(manifest, place)) and value != -1) or allowed(place, value):
                continue
            said = refusal(tmp_path, changed(manifest, place, value))
            assert said is not None, (place, value)
            assert "\n" not in said
            assert len(said) < 500
            tried += 1
    assert tried > 500


@pytest.mark.parametrize(
    "place",
    [
        *[(name,) for name in ("format", "name", "version", "seed", "made_with", "labels", "counts")],
        ("labels", "topic"),
        ("files", "CARD.md", "bytes"),
        ("files", "CARD.md", "sha256"),
        ("data", "topic", "files"),
        ("replay", 0, "entities"),
    ],
)
def test_what_is_missing_is_refused(manifest: Any, tmp_path: Path, place: Place) -> None:
    assert refusal(tmp_path, changed(manifest, place, MISSING)) is not None


@pytest.mark.parametrize(
    "place",
    [
        *[(name,) for name in ("x", "self", "__dataclass_self__", "x\n\x1b[2J")],
        ("labels", "x"),
        ("files", "CARD.md", "x"),
        ("data", "topic", "x"),
        ("replay", 0, "x"),
    ],
)
def test_what_is_added_is_refused(manifest: Any, tmp_path: Path, place: Place) -> None:
    said = refusal(tmp_path, changed(manifest, place, 1))
    assert said is not None
    assert "\n" not in said


@pytest.mark.parametrize("figure", ["NaN", "1e999", "-Infinity"])
def test_a_figure_that_is_no_number_is_refused(manifest: Any, tmp_path: Path, figure: str) -> None:
    text = json.dumps(changed(manifest, ("metrics", "topic"), {"ece": "FIGURE"})).replace('"FIGURE"', figure)
    (tmp_path / "manifest.json").write_text(text, "utf-8")
    with pytest.raises(BundleError):
        read_manifest(tmp_path)
