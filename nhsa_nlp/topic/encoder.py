"""A static-embedding model that reads texts beside the words: what model2vec and sentence-transformers save.

The vector of a text is the mean of those of its tokens. Nothing is downloaded, and nothing is unpickled.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.checks import reason_of, unreadable
from nhsa_nlp.errors import InputError
from nhsa_nlp.extras import how_to_install
from nhsa_nlp.topic.terms import softmax
from nhsa_nlp.translation import Message

FloatArray = NDArray[np.float64]

TOKENIZER = "tokenizer.json"
EMBEDDINGS = "model.safetensors"
_NAMES = ("embeddings", "embedding.weight")  # of model2vec, of sentence-transformers
_LARGEST = 1 << 29  # bytes of either file; what a bundle can hold of it, at half precision


@dataclass(frozen=True, eq=False)
class Encoder:
    """A vector for each token, and what cuts texts into tokens.

    Parameters
    ----------
    name
        What it is called, for people.
    tokenizer
        The content of its ``tokenizer.json``.
    embeddings
        Shape (tokens, dimensions), half precision.

    Raises
    ------
    InputError
        If the tokenizer is none, or the extra ``encoder`` is not installed.
    """

    name: str
    tokenizer: str
    embeddings: NDArray[np.float16]

    def __post_init__(self) -> None:
        _ = self._cutter

    @cached_property
    def sha256(self) -> str:
        """The SHA-256 of the tokenizer and the vectors: that of what was learnt with."""
        found = hashlib.sha256(self.tokenizer.encode())
        found.update(self.embeddings.tobytes())
        return found.hexdigest()

    def encode(self, texts: Sequence[str]) -> FloatArray:
        """Return the vectors of texts, of length 1, or 0 if no token is known: shape (texts, dimensions)."""
        found = np.zeros((len(texts), self.embeddings.shape[1]))
        for row, text in enumerate(texts):
            # One at a time, as a batch starts threads, which do not outlive a fork.
            tokens = np.array(self._cutter.encode(text, add_special_tokens=False).ids, dtype=np.int64)
            tokens = tokens[(tokens < len(self.embeddings)) & (tokens != self._unknown)]
            if len(tokens):
                found[row] = self.embeddings[tokens].astype(np.float64).mean(axis=0)
        lengths = np.linalg.norm(found, axis=1, keepdims=True)
        return np.asarray(found / np.where(lengths > 0, lengths, 1))

    @cached_property
    def _cutter(self) -> Any:
        try:
            from tokenizers import Tokenizer
        except ModuleNotFoundError:
            raise InputError(
                "an encoder needs an extra; run: {command}", command=how_to_install("encoder")
            ) from None
        try:
            cutter = Tokenizer.from_str(self.tokenizer)
        except Exception as error:  # noqa: BLE001 - the library raises no other
            raise InputError(
                "the tokenizer of the encoder cannot be read ({error})", error=reason_of(error)
            ) from None
        cutter.no_truncation()
        cutter.no_padding()
        return cutter

    @cached_property
    def _unknown(self) -> int:
        token = json.loads(self.tokenizer)["model"].get("unk_token")
        number = None if token is None else self._cutter.token_to_id(token)
        return -1 if number is None else int(number)


@dataclass(frozen=True, eq=False)
class EncodedModel:
    """A linear model over the vectors of an encoder, and how much its answer counts beside the words'.

    Parameters
    ----------
    encoder
        What makes the vectors.
    weights, bias
        Shapes (dimensions, classes) and (classes,).
    share
        Of its probabilities in the answer, from 0 to 1; the rest is the words'.
    """

    encoder: Encoder
    weights: FloatArray
    bias: FloatArray
    share: float

    def probabilities(self, vectors: FloatArray) -> FloatArray:
        """Return what it says of encoded texts alone: shape (texts, classes)."""
        return softmax(vectors @ self.weights + self.bias)

    def mixed(self, said: FloatArray, vectors: FloatArray) -> FloatArray:
        """Return the probabilities that the words give, mixed with those of this model."""
        return np.asarray((1 - self.share) * said + self.share * self.probabilities(vectors))


def read_encoder(folder: str | Path) -> Encoder:
    """Read a static-embedding model that model2vec or sentence-transformers saved in a folder.

    Raises
    ------
    InputError
        If a file is missing or not what it should be, or the extra ``encoder`` is not installed.
    """
    try:
        from safetensors import SafetensorError
        from safetensors.numpy import load_file
    except ModuleNotFoundError:
        raise InputError(
            "an encoder needs an extra; run: {command}", command=how_to_install("encoder")
        ) from None
    place = _place(Path(folder))
    for name in (TOKENIZER, EMBEDDINGS):
        if (place / name).stat().st_size > _LARGEST:
            raise InputError(
                "larger than {limit:,} bytes; take a smaller encoder", place / name, limit=_LARGEST
            )
    try:
        tokenizer = (place / TOKENIZER).read_text("utf-8")
        tensors = load_file(place / EMBEDDINGS)
    except OSError as error:
        raise InputError(unreadable(error), place) from None
    except (UnicodeDecodeError, SafetensorError, KeyError, TypeError) as error:
        raise InputError(
            "the encoder cannot be read ({error}); copy it again", place, error=reason_of(error)
        ) from None
    found = [name for name in _NAMES if name in tensors]
    if len(found) != 1 or len(tensors) > 1:
        what = Message(
            "has {tensors} and not just {names}",
            tensors=", ".join(sorted(tensors)) or "nothing",
            names=" or ".join(_NAMES),
        )
        raise InputError("{what}; give a static model, without a mapping", place / EMBEDDINGS, what=what)
    half = tensors[found[0]].astype(np.float16)
    if half.ndim != 2 or not half.size or not np.isfinite(half).all():
        raise InputError("holds no table of vectors; give a static model", place / EMBEDDINGS)
    try:
        return Encoder(Path(folder).resolve().name, tokenizer, half)
    except InputError as error:
        raise InputError(str(error), place / TOKENIZER) from None


def _place(folder: Path) -> Path:
    """Return the folder of the two files: this one, or the module of sentence-transformers within."""
    for place in _places(folder):
        if (place / TOKENIZER).is_file() and (place / EMBEDDINGS).is_file():
            return place
    what = Message("no encoder here") if folder.is_dir() else Message("no such folder")
    needed = Message(
        "the folder of a static-embedding model has {tokenizer} and {embeddings}",
        tokenizer=TOKENIZER,
        embeddings=EMBEDDINGS,
    )
    raise InputError("{what}; {needed}", folder, what=what, needed=needed)


def _places(folder: Path) -> Iterator[Path]:
    yield folder
    yield folder / "0_StaticEmbedding"
