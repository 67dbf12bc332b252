"""Cutting Chinese text into words with a dictionary, and a researcher's own words in it."""

from __future__ import annotations

import re
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, dataclass
from functools import cache, cached_property, lru_cache
from importlib.machinery import ExtensionFileLoader, PathFinder
from importlib.resources import files
from importlib.util import find_spec, module_from_spec
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, Protocol

from nhsa_nlp.checks import lines, show
from nhsa_nlp.errors import FallbackWarning, InputError
from nhsa_nlp.translation import Message

DictionaryName = Literal["rjieba", "jieba"]

MAX_WORD = 50
"""Characters of a user's word, at most."""
MAX_FREQUENCY = 10**9
"""Of a user's word; the frequencies of jieba's dictionary add up to 60 million."""

_SURROGATE = re.compile(r"[\ud800-\udfff]")
# The characters that both dictionary segmenters can join to words.
_WORD = re.compile(r"[\u4e00-\u9fd5a-zA-Z0-9+#&._%-]+")
_LINE = re.compile(r"(?P<word>\S*)(?: (?P<freq>[0-9]{1,20}))?(?: (?P<tag>[a-z]{1,20}))?")
_HAN = re.compile(r"([\u4e00-\u9fd5]+)")
_OTHER = re.compile(r"[a-zA-Z0-9+#\n]+|[^a-zA-Z0-9+#\n]")


def without_surrogates(text: str) -> str:
    """Return a text with U+FFFD for halves of surrogate pairs, which no encoding has."""
    return _SURROGATE.sub("\ufffd", text)


class Segmenter(Protocol):
    """What cuts a text into words."""

    def cut(self, text: str) -> list[str]:
        """Return the words of a text, one after the other and as long together as the text."""


@dataclass(frozen=True)
class UserWord:
    """A word of a user's dictionary.

    Parameters
    ----------
    word
        The word: Chinese characters, letters, digits and ``+#&._%-``.
    freq
        How common it is, in the measure of jieba's dictionary; None: so common that it is cut out.
    tag
        Its part of speech, which is kept but not used.

    Raises
    ------
    InputError
        If it cannot be a word, or its frequency is out of range.
    """

    word: str
    freq: int | None = None
    tag: str | None = None

    def __post_init__(self) -> None:
        shown = show(self.word)
        if not self.word:
            raise InputError("the word is missing; a line begins with it")
        if len(self.word) > MAX_WORD:
            raise InputError(
                "{word} has {count} characters; a word has {limit} at most",
                word=shown,
                count=len(self.word),
                limit=MAX_WORD,
            )
        if not _WORD.fullmatch(self.word):
            raise InputError(
                "{word} cannot be a word: only Chinese characters, letters, digits and + # & . _ % - can "
                "be joined to words; remove the rest",
                word=shown,
            )
        if self.freq is not None and not 1 <= self.freq <= MAX_FREQUENCY:
            raise InputError(
                "the frequency of {word} must be from 1 to {limit}, or left out",
                word=shown,
                limit=MAX_FREQUENCY,
            )


@dataclass(frozen=True)
class UserDictionary:
    """A researcher's own words, kept from short to long; equal to any other with the same words.

    Raises
    ------
    InputError
        If a word is there twice.
    """

    words: tuple[UserWord, ...] = ()

    def __post_init__(self) -> None:
        # A missing frequency is derived from the parts of a word, which must be there before it.
        ordered = sorted(self.words, key=lambda word: (len(word.word), word.word))
        for first, second in pairwise(ordered):
            if first.word == second.word:
                raise InputError("{word} is there twice; delete one of them", word=show(first.word))
        object.__setattr__(self, "words", tuple(ordered))

    @cached_property
    def text(self) -> str:
        """The dictionary in jieba's format, a word a line; the same words give the same text."""
        entries = map(astuple, self.words)
        return "".join(" ".join(str(part) for part in entry if part is not None) + "\n" for entry in entries)

    def __hash__(self) -> int:
        return hash(self.text)  # a string remembers its hash

    def __bool__(self) -> bool:
        return bool(self.words)


def read_user_dictionary(path: str | Path) -> UserDictionary:
    """Read a dictionary in jieba's format: ``word freq tag`` a line, ``freq`` and ``tag`` optional.

    Raises
    ------
    InputError
        If the file cannot be read, is empty or not UTF-8, or a line is not of this form, has a word that
        cannot be one, or one that an earlier line has.
    """
    return _parse(((number, line) for number, line, _ in lines(path)), path)


def parse_user_dictionary(text: str) -> UserDictionary:
    """Parse the text of a dictionary as `read_user_dictionary` does a file."""
    return _parse(enumerate(text.split("\n"), start=1), None)


def _parse(numbered: Iterable[tuple[int, str]], path: str | Path | None) -> UserDictionary:
    found: dict[str, tuple[UserWord, int]] = {}
    for number, raw in numbered:
        line = raw.rstrip(" \r")
        if not line:
            continue
        if line.startswith("#"):
            raise InputError("the format has no comments; delete the line", path, number)
        match = _LINE.fullmatch(line)
        if match is None:
            message = Message(
                "{text} is not “word frequency tag” with one space between; fix the line", text=show(line)
            )
            raise InputError(message, path, number)
        freq = match["freq"]
        try:
            word = UserWord(match["word"], None if freq is None else int(freq), match["tag"])
        except InputError as error:
            raise InputError(str(error), path, number) from None
        if word.word in found:
            message = Message(
                "{word} is in line {found} already; delete one of them",
                word=show(word.word),
                found=found[word.word][1],
            )
            raise InputError(message, path, number)
        found[word.word] = word, number
    return UserDictionary(tuple(word for word, _ in found.values()))


class DictionarySegmenter(Protocol):
    """A segmenter that has a dictionary; made by `make_dictionary_segmenter`.

    Halves of surrogate pairs are cut as U+FFFD and come back as that.
    """

    name: DictionaryName
    words: UserDictionary

    def __init__(self, words: UserDictionary) -> None:
        self.words = words

    def __reduce__(self) -> tuple[Callable[..., DictionarySegmenter], tuple[DictionaryName, UserDictionary]]:
        return make_dictionary_segmenter, (self.name, self.words)  # made again in another process

    def cut(self, text: str, *, new_words: bool = True) -> list[str]:
        """Return the words of a text; ``new_words`` allows some that are not in the dictionary."""

    def cut_all(self, text: str) -> list[str]:
        """Return all words of the dictionary that lie in a text, overlapping, in order of their starts.

        What belongs to no word is there as well: single characters, runs of letters and digits.
        """

    def has_word(self, word: str) -> bool:
        """Tell whether the dictionary has a word."""


class _RustSegmenter(DictionarySegmenter):
    name = "rjieba"

    def __init__(self, words: UserDictionary) -> None:
        super().__init__(words)
        # Not the instance that the package makes, to which others in the process may add words.
        self._jieba = _rjieba_class()()
        for word in words.words:
            self._jieba.add_word(word.word, word.freq, word.tag)

    def cut(self, text: str, *, new_words: bool = True) -> list[str]:
        found: list[str] = encodable(self._jieba.cut, text, new_words)
        return found

    def cut_all(self, text: str) -> list[str]:
        found: list[str] = encodable(self._jieba.cut_all, text)
        return found

    def has_word(self, word: str) -> bool:
        return bool(encodable(self._jieba.has_word, word))


def _rjieba_class() -> Any:
    """Return rjieba's class, where it can be without the instance that its package makes on import.

    That reads the dictionary once more, which takes 25 MB and as long as reading a bundle.
    """
    module = "rjieba.rjieba"
    package = None if "rjieba" in sys.modules else find_spec("rjieba")
    if package is not None and package.submodule_search_locations:
        spec = PathFinder.find_spec(module, package.submodule_search_locations)
        if spec is not None and isinstance(spec.loader, ExtensionFileLoader):
            sys.modules[module] = extension = module_from_spec(spec)  # where the package will look for it
            spec.loader.exec_module(extension)
            return extension.Jieba
    import rjieba

    return rjieba.Jieba


class _PythonSegmenter(DictionarySegmenter):
    name = "jieba"

    def __init__(self, words: UserDictionary) -> None:
        super().__init__(words)
        with warnings.catch_warnings():
            # Of pkg_resources, which jieba imports where it is there, and of escapes in its source.
            warnings.simplefilter("ignore")
            import jieba

        # Its default is to leave the dictionary in the temporary folder and to unmarshal what it finds there.
        tokenizer = jieba.Tokenizer()
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict((files("jieba") / "dict.txt").open("rb"))
        tokenizer.initialized = True
        for word in words.words:
            tokenizer.add_word(word.word, word.freq, word.tag)
        self._jieba = tokenizer

    def cut(self, text: str, *, new_words: bool = True) -> list[str]:
        found: list[str] = self._jieba.lcut(without_surrogates(text), HMM=new_words)
        return found

    def cut_all(self, text: str) -> list[str]:
        # jieba's full mode leaves out single characters where there are longer words, rjieba's does not.
        return list(self._all(without_surrogates(text)))

    def _all(self, text: str) -> Iterator[str]:
        for number, block in enumerate(_HAN.split(text)):
            if number % 2 == 0:
                yield from _OTHER.findall(block)
            else:
                ends = self._jieba.get_DAG(block)
                yield from (block[start : end + 1] for start in range(len(block)) for end in ends[start])

    def has_word(self, word: str) -> bool:
        return bool(self._jieba.FREQ.get(word))


def encodable(ask: Callable[..., Any], text: str, *more: Any) -> Any:
    """Ask something written in Rust about a text; if it has halves of surrogate pairs, without them."""
    try:
        return ask(text, *more)
    except UnicodeEncodeError:
        return ask(without_surrogates(text), *more)


def make_dictionary_segmenter(
    name: DictionaryName = "rjieba", words: UserDictionary | None = None
) -> DictionarySegmenter:
    """Return a segmenter with words added to its dictionary, the same object for the same name and words.

    ``jieba`` is the same dictionary as ``rjieba`` in Python, a tenth as fast, with small differences. Where
    rjieba cannot be imported, jieba takes its place, with one `FallbackWarning` a process.
    """
    return _made(name, words or _NO_WORDS)


_NO_WORDS = UserDictionary()


@lru_cache(maxsize=8)
def _made(name: DictionaryName, words: UserDictionary) -> DictionarySegmenter:
    if name == "rjieba":
        try:
            return _RustSegmenter(words)
        except ImportError:
            _warn()
            return _made("jieba", words)
    return _PythonSegmenter(words)


def warn_without_rjieba() -> None:
    """Warn, as `make_dictionary_segmenter` does, if rjieba is missing or broken: for processes to come."""
    try:
        _rjieba_class()
    except ImportError:
        _warn()


@cache
def _warn() -> None:
    message = Message(
        "rjieba cannot be imported, so jieba takes its place, slower and with small differences"
    )
    warnings.warn(Message("{problem}; pip install rjieba", problem=message), FallbackWarning, stacklevel=2)
