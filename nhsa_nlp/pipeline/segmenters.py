"""What makes the tokenizer's words, by name: a dictionary, the bundle's trained model, or characters."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, get_args

from nhsa_nlp.checks import reason_of
from nhsa_nlp.errors import BundleError, InputError
from nhsa_nlp.text.segmenters import Segmenter, UserDictionary, make_dictionary_segmenter, without_surrogates

SegmenterName = Literal["rjieba", "jieba", "pkuseg", "char"]

PKUSEG_FILES = ("features.msgpack", "weights.npz")
"""What ``spacy_pkuseg.train`` leaves."""
WORDS_FILE = "words.txt"
"""The user's words, within the tokenizer's folder like the files of the trained model."""

# The model reads the features of a whole piece before it decides, so pieces are kept short.
_PIECE = re.compile(r"[^\n。！？；]{0,400}[\n。！？；]?")
_SPACE = re.compile(r"(\s+)")


def check_segmenter(segmenter: str | None) -> None:
    """Refuse a segmenter that does not exist.

    Raises
    ------
    InputError
        If it does not.
    """
    if segmenter not in (None, *get_args(SegmenterName)):
        raise InputError(
            "no segmenter {segmenter!r}; choose one of {names}",
            segmenter=segmenter,
            names=", ".join(get_args(SegmenterName)),
        )


def make_segmenter(name: SegmenterName, words: UserDictionary, pkuseg: Mapping[str, bytes]) -> Segmenter:
    """Return a segmenter; the user's words are without effect on ``char``.

    Raises
    ------
    BundleError
        For ``pkuseg``, whose files are given by name, if there are none or they cannot be read.
    """
    if name == "char":
        return _Characters()
    if name == "pkuseg":
        return _TrainedSegmenter(pkuseg, words)
    return make_dictionary_segmenter(name, words)


class _Characters:
    def cut(self, text: str) -> list[str]:
        return list(text)


class _TrainedSegmenter:
    """The trained model; a user's word is one wherever it stands, the longest of several."""

    def __init__(self, files: Mapping[str, bytes], words: UserDictionary) -> None:
        self._cut = _load(files).cut
        self._words = {entry.word for entry in words.words}
        self._lengths: dict[str, list[int]] = {}
        for length, first in sorted({(len(word), word[0]) for word in self._words}, reverse=True):
            self._lengths.setdefault(first, []).append(length)

    def cut(self, text: str) -> list[str]:
        return [word for piece in _PIECE.findall(without_surrogates(text)) for word in self._piece(piece)]

    def _piece(self, piece: str) -> Iterator[str]:
        start = at = 0
        while at < len(piece):
            lengths = self._lengths.get(piece[at], ())
            length = next((n for n in lengths if piece[at : at + n] in self._words), 0)
            if length:
                yield from self._rest(piece[start:at])
                yield piece[at : at + length]
                start = at + length
            at += length or 1
        yield from self._rest(piece[start:])

    def _rest(self, text: str) -> Iterator[str]:
        """Yield the model's words and the white space between them, which it drops."""
        for number, part in enumerate(_SPACE.split(text)):
            if number % 2:
                yield part
            else:
                yield from self._cut(part)


def _load(files: Mapping[str, bytes]) -> Any:
    if not files:
        raise BundleError("this bundle has no trained segmenter; run: nhsa-nlp train segmenter")
    import spacy_pkuseg

    # It reads a folder, and falls back to unpickling where its own file is missing, so it gets a fresh
    # folder with just the two files. A dictionary given to it would be joined by one it unpickles.
    with tempfile.TemporaryDirectory(prefix="nhsa-nlp-", ignore_cleanup_errors=True) as folder:
        try:
            for name in PKUSEG_FILES:
                Path(folder, name).write_bytes(files[name])
            return spacy_pkuseg.pkuseg(folder, user_dict=None)
        except Exception as error:
            raise BundleError(
                "the trained segmenter cannot be read ({error}); get the bundle again, or run: nhsa-nlp "
                "train segmenter",
                error=reason_of(error),
            ) from error
