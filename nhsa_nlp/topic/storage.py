"""Saving and loading a topic model: one JSON file, one file of arrays, nothing executable."""

from __future__ import annotations

import io
import json
import math
import zipfile
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, get_args

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.checks import reason_of
from nhsa_nlp.errors import BundleError, InputError, OutputError
from nhsa_nlp.text.segmenters import DictionaryName, UserDictionary, parse_user_dictionary
from nhsa_nlp.topic.encoder import EncodedModel, Encoder
from nhsa_nlp.topic.facets import FacetModel
from nhsa_nlp.topic.features import ThemeFeatures
from nhsa_nlp.topic.forest import Forest
from nhsa_nlp.topic.genres import GenreModel
from nhsa_nlp.topic.labels import FACETS, LABELS, SCOPED_LABELS
from nhsa_nlp.topic.lexicon import TopicLexicon
from nhsa_nlp.topic.linear import Familiarity, LinearModel
from nhsa_nlp.topic.scoped import ScopedModel
from nhsa_nlp.topic.terms import LinearTerms, TermSpace
from nhsa_nlp.translation import Message

_FORMAT = 4
"""The format written where there is no encoder. Raise it when an older version could not read, or would
misread, what is written; keep reading the last one, and test that by writing what it had:

3   without ``kinds`` and ``familiarity``, and of the kinds ``facets`` and ``plain`` only
"""
_WITH_ENCODER = 5
"""The format written where there is one, which format 4 had not."""
_READABLE = (3, _FORMAT, _WITH_ENCODER)
_MODEL = "model.json"
_WEIGHTS = "weights.npz"
_TIMESTAMP = (1980, 1, 1, 0, 0, 0)  # the earliest a zip can hold: the same model gives the same bytes
_MOST = 1_000_000_000  # of a weight; those of training are below a thousand
_LARGEST = 1 << 30  # bytes; no topic model comes near, a zip bomb would

Arrays = dict[str, NDArray[Any]]
Inner = FacetModel | ScopedModel | GenreModel | LinearModel


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What decides on the probabilities of a kind of text.

    Parameters
    ----------
    review_below
        Answers less probable than this are marked for review.
    set_above
        Labels at least so probable are in the prediction set; 0 keeps every label.
    """

    review_below: float
    set_above: float


@dataclass(frozen=True)
class State:
    """All that makes a `nhsa_nlp.topic.model.TopicModel`, where it is described."""

    classes: tuple[str, ...]
    inner: Inner
    review_below: float
    set_above: float
    segmenter: DictionaryName = "rjieba"
    user_words: UserDictionary = field(default_factory=UserDictionary)
    kinds: Mapping[str, Thresholds] = field(default_factory=dict)
    encoded: EncodedModel | None = None


@dataclass
class _Stored:
    """The parts of a model as they are written: JSON values, linear models over terms, arrays."""

    kind: str
    values: dict[str, Any] = field(default_factory=dict)
    terms: dict[str, LinearTerms] = field(default_factory=dict)
    halves: frozenset[str] = frozenset()
    """The linear models that were fitted to half precision (`nhsa_nlp.topic.linear_fitting`)."""
    arrays: Arrays = field(default_factory=dict)


def save(directory: Path, state: State) -> None:
    """Write a model into a directory, which is made if need be.

    Raises
    ------
    OutputError
        If they cannot be written.
    """
    stored = _stored(state.inner)
    for name, linear in stored.terms.items():
        stored.arrays[f"{name}_idf"] = linear.space.idf
        kept = np.float16 if name in stored.halves else np.float64
        stored.arrays[f"{name}_weights"] = linear.weights.astype(kept)
    description = {
        "format": _FORMAT,
        "kind": stored.kind,
        "classes": list(state.classes),
        "review_below": state.review_below,
        "set_above": state.set_above,
        "kinds": {kind: asdict(thresholds) for kind, thresholds in state.kinds.items()},
        "segmenter": state.segmenter,
        "user_words": state.user_words.text,
        "vocabulary": {name: list(linear.space.vocabulary) for name, linear in stored.terms.items()},
        **stored.values,
    }
    if (encoded := state.encoded) is not None:
        encoder = encoded.encoder
        description["format"] = _WITH_ENCODER
        description["encoder"] = {
            "name": encoder.name,
            "sha256": encoder.sha256,
            "tokenizer": encoder.tokenizer,
            "share": encoded.share,
        }
        stored.arrays["encoder_embeddings"] = encoder.embeddings
        stored.arrays["encoder_weights"] = encoded.weights
        stored.arrays["encoder_bias"] = encoded.bias
    try:
        directory.mkdir(parents=True, exist_ok=True)
        content = json.dumps(description, ensure_ascii=False, sort_keys=True, indent=0)
        (directory / _MODEL).write_text(content + "\n", encoding="utf-8", newline="\n")
        (directory / _WEIGHTS).write_bytes(_zipped(stored.arrays))
    except OSError as error:
        raise OutputError(
            "cannot write the topic model: {problem}", directory, problem=error.strerror or error
        ) from error


def load(directory: Path) -> State:
    """Read what `save` wrote, and check that everything fits together.

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
            "no topic model here ({name} is missing); train or copy one",
            directory,
            name=Path(error.filename).name,
        ) from None
    except (
        OSError,
        ValueError,
        EOFError,
        LookupError,
        RuntimeError,
        MemoryError,  # an array that says it is larger than the machine
        OverflowError,
        zipfile.BadZipFile,
    ) as error:
        raise BundleError(
            "the topic model cannot be read ({error}); restore it", directory, error=reason_of(error)
        ) from None
    found = description.get("format") if isinstance(description, dict) else None
    if found not in _READABLE:
        raise BundleError(
            "topic model of format {found!r}, this version reads {format}; train it again",
            directory,
            found=found,
            format=_FORMAT,
        )
    try:
        return _build(description, arrays)
    except (KeyError, TypeError, ValueError, OverflowError, InputError) as error:
        raise BundleError(
            "the topic model is damaged ({error}); restore it", directory, error=reason_of(error)
        ) from None


def _stored(inner: Inner) -> _Stored:
    if isinstance(inner, FacetModel):
        return _Stored(
            "facets",
            {"lexicon": inner.features.lexicon.to_json()},
            {"words": inner.words},
            arrays={
                "word_bias": inner.word_bias,
                "share_weights": inner.share_weights,
                "share_bias": inner.share_bias,
                "mix": inner.mix,
                **{f"forest_{part.name}": getattr(inner.forest, part.name) for part in fields(Forest)},
            },
        )
    if isinstance(inner, ScopedModel):
        terms = {"terms": inner.terms, "requests": inner.requests, "kinds": inner.kinds}
        values = {"names": inner.vocabulary.to_json(), "lexicon": inner.lexicon.to_json()}
        return _Stored("scoped", values, terms, frozenset(terms), {"scoped_bias": inner.bias})
    if isinstance(inner, GenreModel):
        replies, others = _stored(inner.replies), _stored(inner.others)
        return _Stored(
            "genres",
            replies.values | others.values,
            replies.terms | others.terms | {"genre": inner.words},
            others.halves,
            replies.arrays | others.arrays | {"genre_bias": inner.bias},
        )
    terms = {"words": inner.words, "characters": inner.characters}
    familiar = inner.familiarity
    stored = familiar and {**asdict(familiar), "common": sorted(familiar.common)}
    return _Stored("plain", {"familiarity": stored}, terms, frozenset(terms), {"bias": inner.bias})


def _build(description: Mapping[str, Any], arrays: Arrays) -> State:
    classes = _strings(description["classes"], "classes")
    general = _thresholds(description)
    found = description.get("kinds", {})  # format 3 had none
    if not isinstance(found, dict):
        raise ValueError("kinds is not an object")
    kinds = {kind: _thresholds(values) for kind, values in found.items()}
    inner: Inner
    if (kind := description["kind"]) in _CLASSES and classes != _CLASSES[kind]:
        raise ValueError(Message("classes are not {classes}", classes=", ".join(_CLASSES[kind])))
    if kind == "facets":
        inner = _facets(description, arrays)
    elif kind == "scoped":
        inner = _scoped(description, arrays)
    elif kind == "genres":
        words = _terms(description, arrays, "genre", 1)
        bias = _floats(arrays, "genre_bias", (1,))
        inner = GenreModel(_facets(description, arrays), _scoped(description, arrays), words, bias)
    elif kind == "plain":
        outputs = len(classes)
        inner = LinearModel(
            words=_terms(description, arrays, "words", outputs, np.float16),
            characters=_terms(description, arrays, "characters", outputs, np.float16),
            bias=_floats(arrays, "bias", (outputs,)),
            familiarity=_familiarity(description.get("familiarity")),  # format 3 had none
        )
    else:
        raise ValueError(Message("unknown kind {kind!r}", kind=kind))
    segmenter, own = description["segmenter"], description["user_words"]
    if segmenter not in get_args(DictionaryName):
        raise ValueError(Message("unknown segmenter {segmenter!r}", segmenter=segmenter))
    if not isinstance(own, str):
        raise ValueError("user_words is not a string")
    user_words = parse_user_dictionary(own)
    return State(
        classes,
        inner,
        review_below=general.review_below,
        set_above=general.set_above,
        segmenter=segmenter,
        user_words=user_words,
        kinds=kinds,
        encoded=_encoded(description, arrays, len(classes)),
    )


_CLASSES = {"facets": LABELS, "scoped": SCOPED_LABELS, "genres": SCOPED_LABELS}


def _encoded(description: Mapping[str, Any], arrays: Arrays, classes: int) -> EncodedModel | None:
    values, format_ = description.get("encoder"), description["format"]
    if values is None and format_ != _WITH_ENCODER:
        return None
    if values is None or "encoder_embeddings" not in arrays:
        raise ValueError("its encoder is missing")
    embeddings = arrays["encoder_embeddings"]
    if embeddings.dtype != np.float16 or embeddings.ndim != 2 or not np.isfinite(embeddings).all():
        raise ValueError("its encoder has no table of vectors")
    name, tokenizer = _strings([values["name"], values["tokenizer"]], "the encoder")
    encoder = Encoder(name, tokenizer, embeddings)
    if encoder.sha256 != values["sha256"]:
        raise ValueError("its encoder is another than it was trained with")
    share = float(values["share"])
    if not 0 <= share <= 1:
        raise ValueError("the share of the encoder is not between 0 and 1")
    weights = _floats(arrays, "encoder_weights", (embeddings.shape[1], classes))
    return EncodedModel(encoder, weights, _floats(arrays, "encoder_bias", (classes,)), share)


def _thresholds(values: Mapping[str, Any]) -> Thresholds:
    review_below, set_above = float(values["review_below"]), float(values["set_above"])
    if not math.isfinite(review_below):
        raise ValueError("review_below is not a number")
    if not 0 <= set_above <= 1:
        raise ValueError("set_above is not a probability")
    return Thresholds(review_below, set_above)


def _familiarity(values: Mapping[str, Any] | None) -> Familiarity | None:
    if values is None:
        return None
    usual, least = float(values["usual"]), float(values["least"])
    if not (0 <= usual <= 1 and 0 <= least <= 1):
        raise ValueError("familiarity has shares that are not between 0 and 1")
    return Familiarity(frozenset(_strings(values["common"], "common")), usual, least)


def _facets(description: Mapping[str, Any], arrays: Arrays) -> FacetModel:
    facets = len(FACETS)
    features = ThemeFeatures(TopicLexicon.from_json(description["lexicon"]))
    columns = len(features.names)
    return FacetModel(
        features=features,
        words=_terms(description, arrays, "words", facets),
        word_bias=_floats(arrays, "word_bias", (facets,)),
        share_weights=_floats(arrays, "share_weights", (columns, facets)),
        share_bias=_floats(arrays, "share_bias", (facets,)),
        forest=_forest(arrays, facets, columns),
        mix=_floats(arrays, "mix", (3, facets)),
    )


def _scoped(description: Mapping[str, Any], arrays: Arrays) -> ScopedModel:
    outputs = len(FACETS) + 1
    return ScopedModel(
        _terms(description, arrays, "terms", outputs, np.float16),
        _terms(description, arrays, "requests", outputs, np.float16),
        _terms(description, arrays, "kinds", outputs, np.float16),
        _floats(arrays, "scoped_bias", (outputs,)),
        TopicLexicon.from_json(description["names"]),
        TopicLexicon.from_json(description["lexicon"]),
    )


def _terms(
    description: Mapping[str, Any], arrays: Arrays, name: str, outputs: int, kind: type = np.float64
) -> LinearTerms:
    vocabulary = _strings(description["vocabulary"][name], f"vocabulary of {name}")
    idf = _floats(arrays, f"{name}_idf", (len(vocabulary),))
    if not (idf >= 1).all():  # as for a term that all documents have
        raise ValueError(Message("{name}_idf has weights below 1", name=name))
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
        raise ValueError(Message("forest_{name} has another type or shape", name=name))
    if array.size and not (low <= array.min() and array.max() < high):
        raise ValueError(Message("forest_{name} points outside", name=name))
    return array


def _strings(value: Any, what: str) -> tuple[str, ...]:
    if not isinstance(value, list) or not set(map(type, value)) <= {str}:
        raise ValueError(Message("{what} is not a list of strings", what=what))
    return tuple(value)


def _floats(
    arrays: Arrays, name: str, shape: tuple[int, ...], kind: type = np.float64
) -> NDArray[np.float64]:
    array = arrays[name]
    if array.dtype != kind or array.shape != shape:
        raise ValueError(
            Message(
                "{name} is {type} of shape {shape}, expected {type2} of shape {shape2}",
                name=name,
                type=array.dtype,
                shape=array.shape,
                type2=np.dtype(kind),
                shape2=shape,
            )
        )
    if not np.isfinite(array).all():
        raise ValueError(Message("{name} has values that are not numbers", name=name))
    numbers = array.astype(np.float64, copy=False)
    if (np.abs(numbers) > _MOST).any():  # products of them would overflow
        raise ValueError(Message("{name} has values beyond {limit:,}", name=name, limit=_MOST))
    return numbers


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
            raise ValueError(Message("{name} is too large", name=path.name))
    with np.load(path, allow_pickle=False) as archive:
        return {name: archive[name] for name in archive.files}
