"""The tokenizer: words from a segmenter, cut wherever an entity begins or ends.

A segmenter joins characters across an entity's border (``1年内`` may become ``1`` ``年内``). Entities must
align with tokens to be in ``doc.ents``, so the borders that the grammar finds are token borders here,
whichever segmenter is used, unless ``entity_borders`` is off in the configuration.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any, Literal

from spacy.tokens import Doc
from spacy.vocab import Vocab

from nhsa_nlp.errors import BundleError
from nhsa_nlp.pipeline.analysis import Analysis, attach

Segmenter = Literal["jieba", "pkuseg", "char"]

# The segmenter reads the features of a whole piece before it decides, so pieces are kept short.
_PIECE = re.compile(r"[^\n。！？；]{0,400}[\n。！？；]?")
_SPACE = re.compile(r"\s+")
_PKUSEG_FILES = ("features.msgpack", "weights.npz")


class Tokenizer:
    """A spaCy tokenizer for Chinese.

    Parameters
    ----------
    vocab
        The vocabulary of the pipeline.
    segmenter
        ``jieba`` (the dictionary of jieba, fast), ``pkuseg`` (trained on segmented replies of the
        administration, closest to how people segment them, much slower) or ``char`` (one token a
        character).
    entity_borders
        Whether tokens end where an entity of the grammar begins or ends. Without, the component that
        sets the entities splits tokens, which takes longer.
    """

    def __init__(self, vocab: Vocab, segmenter: Segmenter = "jieba", *, entity_borders: bool = True) -> None:
        self.vocab = vocab
        self.segmenter: Segmenter = segmenter
        self.entity_borders = entity_borders
        self._pkuseg_files: dict[str, bytes] = {}
        self._pkuseg: Any = None

    def __call__(self, text: str) -> Doc:
        """Return the document's tokens; their concatenation is ``text``, spaces included."""
        return self.tokenize(text)

    def tokenize(self, text: str, borders: Iterable[int] = ()) -> Doc:
        """Tokenize, with more borders than those of the grammar: the gold entities' when training.

        Parameters
        ----------
        text
            The raw text.
        borders
            Offsets within it.
        """
        analysis = Analysis(text)
        borders = {0, len(text), *borders}
        borders.update(self._word_ends(text))
        for entity in analysis.entities if self.entity_borders else ():
            borders.update((entity["start"], entity["end"]))
        for match in _SPACE.finditer(text):
            borders.update(match.span())
        ordered = sorted(borders)
        words = [text[a:b] for a, b in pairwise(ordered)]
        doc = Doc(self.vocab, words=words, spaces=[False] * len(words))
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
        for name in _PKUSEG_FILES:
            path = directory / name
            if not path.is_file():
                raise BundleError(f"{path}: the segmenter's file is missing; train it again")
            self._pkuseg_files[name] = path.read_bytes()
        self._pkuseg = None

    def _word_ends(self, text: str) -> Iterable[int]:
        if self.segmenter == "char":
            return range(1, len(text))
        return accumulate(map(len, self._words(text)))

    def _words(self, text: str) -> Iterable[str]:
        if self.segmenter == "jieba":
            import rjieba

            words: list[str] = rjieba.cut(text)
            return words
        cut = self._load_pkuseg()
        return (word for piece in _PIECE.findall(text) for word in _with_spaces(piece, cut))

    def _load_pkuseg(self) -> Callable[[str], list[str]]:
        """Load the trained segmenter when it is first used."""
        if self._pkuseg is None:
            if not self._pkuseg_files:
                raise BundleError("this bundle has no trained segmenter; run: nhsa-nlp train segmenter")
            import spacy_pkuseg

            # It reads a folder, and falls back to unpickling where its own file is missing, so it gets
            # a fresh folder with just the two files.
            folder = Path(tempfile.mkdtemp(prefix="nhsa-nlp-"))
            try:
                for name, content in self._pkuseg_files.items():
                    (folder / name).write_bytes(content)
                try:
                    self._pkuseg = spacy_pkuseg.pkuseg(str(folder), user_dict=None)
                except Exception as error:
                    raise BundleError(f"the trained segmenter cannot be read: {error}") from error
            finally:
                shutil.rmtree(folder, ignore_errors=True)
        cut: Callable[[str], list[str]] = self._pkuseg.cut
        return cut

    # --- saving: spaCy's protocol ------------------------------------------------------------

    def to_bytes(self, *, exclude: Iterable[str] = ()) -> bytes:
        """Return the state as bytes."""
        import srsly

        del exclude
        state = {"segmenter": self.segmenter, "pkuseg": self._pkuseg_files}
        return bytes(srsly.msgpack_dumps(state))

    def from_bytes(self, data: bytes, *, exclude: Iterable[str] = ()) -> Tokenizer:
        """Take the state that `to_bytes` returned; the segmenter chosen in the configuration stays."""
        import srsly

        del exclude
        self._pkuseg_files = dict(srsly.msgpack_loads(data)["pkuseg"])
        self._pkuseg = None
        return self

    def to_disk(self, path: str | Path, *, exclude: Iterable[str] = ()) -> None:
        """Write the state to a folder."""
        del exclude
        folder = Path(path)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "tokenizer.json").write_text(
            json.dumps({"segmenter": self.segmenter, "files": sorted(self._pkuseg_files)}) + "\n", "utf-8"
        )
        for name, content in self._pkuseg_files.items():
            (folder / name).write_bytes(content)

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
            self._pkuseg_files = {
                name: (folder / name).read_bytes() for name in _PKUSEG_FILES if name in names
            }
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BundleError(f"{folder}: the tokenizer cannot be read: {error}") from error
        self._pkuseg = None
        return self


def _with_spaces(piece: str, cut: Callable[[str], list[str]]) -> Iterator[str]:
    """Yield the words of a piece and the white space between them, which the segmenter drops."""
    position = 0
    for match in _SPACE.finditer(piece):
        yield from cut(piece[position : match.start()])
        yield match.group()
        position = match.end()
    yield from cut(piece[position:])


def make_tokenizer(segmenter: Segmenter = "jieba", entity_borders: bool = True) -> Callable[[Any], Tokenizer]:
    """Return what spaCy's configuration calls to build the tokenizer (``nhsa_tokenizer.v1``)."""

    def create(nlp: Any) -> Tokenizer:
        return Tokenizer(nlp.vocab, segmenter, entity_borders=entity_borders)

    return create
