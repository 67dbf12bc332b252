"""Saving and loading a topic model: one JSON file, one file of arrays, nothing executable."""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.errors import BundleError, InputError, OutputError
from nhsa_nlp.text.segmenters import DictionaryName, UserDictionary, parse_user_dictionary
from nhsa_nlp.topic.facets import FacetModel
from nhsa_nlp.topic.features import ThemeFeatures
from nhsa_nlp.topic.forest import Forest
from nhsa_nlp.topic.labels import FACETS, LABELS
from nhsa_nlp.topic.lexicon import TopicLexicon
from nhsa_nlp.topic.linear import LinearModel
from nhsa_nlp.topic.terms import LinearTerms, TermSpace

_FORMAT = 3
"""The format written. Raise it when an older version could not read, or would misread, what is written;
keep reading the last one, and test that by writing what it had:

2   without ``segmenter`` and ``user_words``, which were ``rjieba`` and none
"""
_READABLE = (2, _FORMAT)
_MODEL = "model.json"
_WEIGHTS = "weights.npz"
_TIMESTAMP = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can hold: the same model gives the same bytes
_LARGEST = 1 << 30  # bytes; no topic model comes near, a zip bomb would

Arrays = dict[str, NDArray[Any]]
Parts = tuple[tuple[str, ...], FacetModel | LinearModel, float, float, DictionaryName, UserDictionary]


def save(
    directory: Path,
    classes: Sequence[str],
    inner: FacetModel | LinearModel,
    review_below: float,
    set_above: float,
    segmenter: DictionaryName,
    user_words: UserDictionary,
) -> None:
    """Write the parts of a `nhsa_nlp.topic.model.TopicModel` into a directory, which is made if need be.

    Raises
    ------
    OutputError
        If they cannot be written.
    """
    if isinstance(inner, FacetModel):
        kind, extra = "facets", {"lexicon": inner.features.lexicon.to_json()}
        terms = {"words": inner.words}
        arrays: Arrays = {
            "word_bias": inner.word_bias,
            "share_weights": inner.share_weights,
            "share_bias": inner.share_bias,
            "mix": inner.mix,
            **{f"forest_{part.name}": getattr(inner.forest, part.name) for part in fields(Forest)},
        }
    else:
        kind, extra = "plain", {}
        terms = {"words": inner.words, "characters": inner.characters}
        arrays = {"bias": inner.bias}
    for name, linear in terms.items():
        arrays[f"{name}_idf"] = linear.space.idf
        # The weights of a linear model are fitted to half precision (`nhsa_nlp.topic.linear_fitting`).
        arrays[f"{name}_weights"] = linear.weights.astype(np.float64 if kind == "facets" else np.float16)
    description = {
        "format": _FORMAT,
        "kind": kind,
        "classes": list(classes),
        "review_below": review_below,
        "set_above": set_above,
        "segmenter": segmenter,
        "user_words": user_words.text,
        "vocabulary": {name: list(linear.space.vocabulary) for name, linear in terms.items()},
        **extra,
    }
    try:
        directory.mkdir(parents=True, exist_ok=True)
        content = json.dumps(description, ensure_ascii=False, sort_keys=True, indent=0)
        (directory / _MODEL).write_text(content + "\n", encoding="utf-8", newline="\n")
        (directory / _WEIGHTS).write_bytes(_zipped(arrays))
    except OSError as error:
        raise OutputError(f"{directory}: cannot write the topic model: {error.strerror or error}") from error


def load(directory: Path) -> Parts:
    """Read what `save` wrote, the parts of a topic model, and check that everything fits together.

    Raises
    ------
    BundleError
        If a file is missing, altered or of another format.
    """
    try:
        description = json.loads((directory / _MODEL).read_text(encoding="utf-8"))
        arrays = _unzipped(directory / _WEIGHTS)
    except FileNotFoundError as error:
        raise BundleError(
            f"{directory}: no topic model here ({Path(error.filename).name} is missing); train or copy one"
        ) from None
    except (OSError, ValueError, EOFError, KeyError, zipfile.BadZipFile, NotImplementedError) as error:
        raise BundleError(f"{directory}: the topic model cannot be read ({error}); restore it") from None
    found = description.get("format") if isinstance(description, dict) else None
    if found not in _READABLE:
        raise BundleError(
            f"{directory}: topic model of format {found!r}, this version reads {_FORMAT}; train it again"
        )
    try:
        return _build(description, arrays)
    except (KeyError, TypeError, ValueError, InputError) as error:
        raise BundleError(f"{directory}: the topic model is damaged ({error}); restore it") from None


def _build(description: Mapping[str, Any], arrays: Arrays) -> Parts:
    classes = _strings(description["classes"], "classes")
    review_below = float(description["review_below"])
    if not math.isfinite(review_below):
        raise ValueError("review_below is not a number")
    set_above = float(description.get("set_above", 0.0))  # 0.1.0 had none: nothing is excluded
    if not 0 <= set_above <= 1:
        raise ValueError("set_above is not a probability")
    outputs = len(classes)
    inner: FacetModel | LinearModel
    if description["kind"] == "facets":
        if classes != LABELS:
            raise ValueError("classes are not the seven labels")
        facets = len(FACETS)
        features = ThemeFeatures(TopicLexicon.from_json(description["lexicon"]))
        columns = len(features.names)
        inner = FacetModel(
            features=features,
            words=_terms(description, arrays, "words", facets),
            word_bias=_floats(arrays, "word_bias", (facets,)),
            share_weights=_floats(arrays, "share_weights", (columns, facets)),
            share_bias=_floats(arrays, "share_bias", (facets,)),
            forest=_forest(arrays, facets, columns),
            mix=_floats(arrays, "mix", (3, facets)),
        )
    elif description["kind"] == "plain":
        inner = LinearModel(
            words=_terms(description, arrays, "words", outputs, np.float16),
            characters=_terms(description, arrays, "characters", outputs, np.float16),
            bias=_floats(arrays, "bias", (outputs,)),
        )
    else:
        raise ValueError(f"unknown kind {description['kind']!r}")
    segmenter, words = description.get("segmenter", "rjieba"), description.get("user_words", "")
    if segmenter not in get_args(DictionaryName):
        raise ValueError(f"unknown segmenter {segmenter!r}")
    if not isinstance(words, str):
        raise ValueError("user_words is not a string")
    return classes, inner, review_below, set_above, segmenter, parse_user_dictionary(words)


def _terms(
    description: Mapping[str, Any], arrays: Arrays, name: str, outputs: int, kind: type = np.float64
) -> LinearTerms:
    vocabulary = _strings(description["vocabulary"][name], f"vocabulary of {name}")
    if len(set(vocabulary)) != len(vocabulary):
        raise ValueError(f"vocabulary of {name} repeats a term")
    idf = _floats(arrays, f"{name}_idf", (len(vocabulary),))
    weights = _floats(arrays, f"{name}_weights", (len(vocabulary), outputs), kind)
    return LinearTerms(TermSpace(vocabulary, idf), weights)


def _forest(arrays: Arrays, outputs: int, columns: int) -> Forest:
    nodes = arrays["forest_feature"].size
    roots = _integers(arrays, "roots", (outputs, arrays["forest_roots"].size // outputs), 0, nodes)
    feature = _integers(arrays, "feature", (nodes,), -1, columns)
    left, right = (_integers(arrays, name, (nodes,), 0, nodes) for name in ("left", "right"))
    itself = np.arange(nodes)
    for side in (left, right):
        # Children come after their parent, so that no altered file can make a walk run forever.
        if not np.where(feature < 0, side == itself, side > itself).all():
            raise ValueError("forest nodes are not in order")
    threshold, value = (_floats(arrays, f"forest_{name}", (nodes,)) for name in ("threshold", "value"))
    return Forest(roots, feature, threshold, left, right, value)


def _integers(arrays: Arrays, name: str, shape: tuple[int, ...], low: int, high: int) -> NDArray[np.int32]:
    array = arrays[f"forest_{name}"]
    if array.dtype != np.int32 or array.shape != shape:
        raise ValueError(f"forest_{name} has another type or shape")
    if array.size and not (low <= array.min() and array.max() < high):
        raise ValueError(f"forest_{name} points outside")
    return array


def _strings(value: Any, what: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise ValueError(f"{what} is not a list of strings")
    return tuple(value)


def _floats(
    arrays: Arrays, name: str, shape: tuple[int, ...], kind: type = np.float64
) -> NDArray[np.float64]:
    array = arrays[name]
    if array.dtype != kind or array.shape != shape:
        raise ValueError(f"{name} is {array.dtype}{array.shape}, expected {np.dtype(kind)}{shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} has values that are not numbers")
    return array.astype(np.float64, copy=False)


def _zipped(arrays: Arrays) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(arrays):
            member = zipfile.ZipInfo(f"{name}.npy", _TIMESTAMP)
            member.compress_type = zipfile.ZIP_DEFLATED
            content = io.BytesIO()
            np.lib.format.write_array(content, np.ascontiguousarray(arrays[name]), allow_pickle=False)
            archive.writestr(member, content.getvalue())
    return buffer.getvalue()


def _unzipped(path: Path) -> Arrays:
    with zipfile.ZipFile(path) as archive:
        if sum(member.file_size for member in archive.infolist()) > _LARGEST:
            raise ValueError(f"{path.name} is too large")
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}
