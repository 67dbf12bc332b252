"""The tokenizer: words from a segmenter, cut wherever an entity begins or ends.

A segmenter joins characters across an entity's border (``1年内`` may become ``1`` ``年内``). Entities must
align with tokens to be in ``doc.ents``, so the borders that the grammar finds are token borders here,
whichever segmenter is used, unless ``entity_borders`` is off in the configuration.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, Literal

from spacy.tokens import Doc
from spacy.vocab import Vocab

from nhsa_nlp.checks import reason_of
from nhsa_nlp.errors import BundleError, InputError
from nhsa_nlp.pipeline.analysis import Analysis, attach
from nhsa_nlp.pipeline.extensions import MODEL_KEY
from nhsa_nlp.pipeline.raw import check_raw
from nhsa_nlp.pipeline.segmenters import PKUSEG_FILES, WORDS_FILE, SegmenterName, make_segmenter
from nhsa_nlp.text.segmenters import (
    Segmenter,
    UserDictionary,
    parse_user_dictionary,
    read_user_dictionary,
)

_SPACE = re.compile(r"\s+")


class Tokenizer:
    """A spaCy tokenizer for Chinese.

    Parameters
    ----------
    vocab
        The vocabulary of the pipeline.
    segmenter
        ``rjieba`` (jieba's dictionary, fast), ``jieba`` (the same in Python, with small differences),
        ``pkuseg`` (trained on segmented replies of the administration, closest to how people segment
        them, much slower) or ``char`` (one token a character).
    entity_borders
        Whether tokens end where an entity of the grammar begins or ends. Without, the component that
        sets the entities splits tokens, which takes longer.
    meta
        What the pipeline says of itself; records carry its name and version.
    """

    def __init__(
        self,
        vocab: Vocab,
        segmenter: SegmenterName = "rjieba",
        *,
        entity_borders: bool = True,
        meta: Mapping[str, Any] | None = None,
    ) -> None:
        self.vocab = vocab
        self._meta = meta or {}
        self.segmenter: SegmenterName = segmenter
        self.entity_borders = entity_borders
        self._user_words = UserDictionary()
        self._pkuseg_files: dict[str, bytes] = {}
        self._made: Segmenter | None = None

    def __call__(self, text: str) -> Doc:
        """Return the document's tokens; their concatenation is ``text``, spaces included."""
        return self.tokenize(text)

    def tokenize(self, text: str, borders: Iterable[int] = ()) -> Doc:
        """Tokenize, with more borders than those of the grammar: the gold entities' when training.

        Raises
        ------
        InputError
            If the text is too long, or has half of a surrogate pair in it, which spaCy cannot keep.
        """
        check_raw(text)
        analysis = Analysis(text)
        borders = {0, len(text), *borders}
        borders.update(accumulate(map(len, self._cut(text))))
        for entity in analysis.entities if self.entity_borders else ():
            borders.update((entity["start"], entity["end"]))
        for match in _SPACE.finditer(text):
            borders.update(match.span())
        ordered = sorted(borders)
        words = [text[a:b] for a, b in pairwise(ordered)]
        doc = Doc(self.vocab, words=words, spaces=[False] * len(words))
        doc.user_data[MODEL_KEY] = {key: self._meta.get(key, "") for key in ("name", "version")}
        attach(doc, analysis)
        return doc

    def pipe(self, texts: Iterable[str], batch_size: int = 1) -> Iterator[Doc]:
        """Tokenize a stream of texts."""
        del batch_size  # part of spaCy's protocol; one text at a time is as fast
        for text in texts:
            yield self(text)

    def use_pkuseg_model(self, directory: Path) -> None:
        """Take the model that ``spacy_pkuseg.train`` left in ``directory``.

        Raises
        ------
        BundleError
            If a file of it is missing.
        """
        try:
            files = {name: (directory / name).read_bytes() for name in PKUSEG_FILES}
        except OSError as error:
            raise BundleError("cannot be read; train the segmenter again", error.filename) from error
        self._take(self._user_words, files)

    @property
    def user_words(self) -> UserDictionary:
        """The user's own words; those of the bundle, unless others are set."""
        return self._user_words

    @user_words.setter
    def user_words(self, words: UserDictionary) -> None:
        self._take(words, self._pkuseg_files)

    def _take(self, words: UserDictionary, pkuseg_files: dict[str, bytes]) -> None:
        self._user_words, self._pkuseg_files, self._made = words, pkuseg_files, None

    def _cut(self, text: str) -> list[str]:
        if self._made is None:  # loading takes a moment
            self._made = make_segmenter(self.segmenter, self._user_words, self._pkuseg_files)
        return self._made.cut(text)

    # --- saving: spaCy's protocol ------------------------------------------------------------

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Return the state as bytes."""
        import srsly

        del exclude
        state = {"segmenter": self.segmenter, "pkuseg": self._pkuseg_files, "words": self._user_words.text}
        return bytes(srsly.msgpack_dumps(state))

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Tokenizer:
        """Take the state that `to_bytes` returned; the segmenter chosen in the configuration stays."""
        import srsly

        del exclude
        state = srsly.msgpack_loads(data)
        self._take(parse_user_dictionary(state["words"]), dict(state["pkuseg"]))
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the state to a folder."""
        del exclude
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        files = dict(self._pkuseg_files)
        if self._user_words:
            files[WORDS_FILE] = self._user_words.text.encode("utf-8")
        for name, content in files.items():
            (folder / name).write_bytes(content)
        (folder / "tokenizer.json").write_text(
            json.dumps({"segmenter": self.segmenter, "files": sorted(files)}) + "\n", "utf-8"
        )

    def from_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> Tokenizer:
        """Read the state from a folder.

        Raises
        ------
        BundleError
            If the folder is not one that `to_disk` wrote.
        """
        del exclude
        folder = Path(path)
        try:
            names = json.loads((folder / "tokenizer.json").read_text("utf-8"))["files"]
            files = {name: (folder / name).read_bytes() for name in PKUSEG_FILES if name in names}
            has_words = WORDS_FILE in names
            words = read_user_dictionary(folder / WORDS_FILE) if has_words else UserDictionary()
        except (OSError, ValueError, KeyError, TypeError, InputError) as error:
            raise BundleError(
                "the tokenizer cannot be read: {error}", folder, error=reason_of(error)
            ) from error
        self._take(words, files)
        return self


def make_tokenizer_v1(segmenter: Literal["jieba", "pkuseg", "char"] = "jieba") -> Callable[[Any], Tokenizer]:
    """Return what the configuration of bundles from before 0.2.0 calls: ``jieba`` meant rjieba."""
    return make_tokenizer("rjieba" if segmenter == "jieba" else segmenter)


def make_tokenizer(
    segmenter: SegmenterName = "rjieba", entity_borders: bool = True
) -> Callable[[Any], Tokenizer]:
    """Return what spaCy's configuration calls to build the tokenizer (``nhsa_tokenizer.v2``)."""

    def create(nlp: Any) -> Tokenizer:
        return Tokenizer(nlp.vocab, segmenter, entity_borders=entity_borders, meta=nlp.meta)

    return create
