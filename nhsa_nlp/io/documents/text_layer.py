"""Whether the text layer of a page says what the page shows.

A font may give its characters other codes than Unicode's, and no table of what they are: a page that looks
well then reads `犐犆犛３５．０４０` or `KLM%.¾23`. No language has such words, which is how they are known.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from importlib.resources import files
from itertools import pairwise

from nhsa_nlp.io.documents.page_layout import TextLine
from nhsa_nlp.text.segmenters import make_dictionary_segmenter
from nhsa_nlp.text.traditional import simplify

# Shares of characters that make a text layer unreadable.
_MAX_UNDEFINED, _MIN_KNOWN, _MAX_SIGNS = 0.2, 0.5, 0.25
_SIGNS_OF = 50  # characters at least
_PLAIN, _PLAIN_SHARE = re.compile("[^0-9A-Za-z\u4e00-\u9fa5]+"), 0.8
_UNDEFINED = ("Co", "Cn", "Cc")
_USUAL_SIGNS = frozenset(".,-_·…—%，。、")  # leaders, figures

# Chinese: the common pairs of characters in runs longer than names, and if these are few, the words.
_RUN, _LEAST_HAN = re.compile("[\u4e00-\u9fff]{8,}"), 40
_MIN_COMMON, _MIN_WORDS = 0.06, 0.25
_MOST_CUT = 2_000  # characters that are looked at for words

# Other writing: letters with digits, capitals and signs among them, and words without vowels.
_SWITCH = re.compile(
    "[A-Za-z](?=[0-9])|[0-9](?=[A-Za-z])|[a-z](?=[A-Z])|(?<=[A-Z][A-Z])(?=[a-z])"
    "|(?<=[0-9A-Za-z])[^\\s0-9A-Za-z./&@_'’-](?=[0-9A-Za-z])"
)
_MAX_SWITCHES, _LEAST_LATIN, _MAX_HAN = 0.25, 40, 0.2
_MIN_VOWELS, _LEAST_LETTERS, _LETTER_SHARE = 0.2, 100, 0.6

# Glyphs numbered as they came: signs in the order of their codes, Chinese punctuation without Chinese.
_PRINTABLE = "".join(map(chr, range(0x21, 0x7F)))
_COUNTED_UP = tuple(
    run
    for run in (_PRINTABLE[at : at + 5] for at in range(len(_PRINTABLE) - 4))
    if sum(not char.isalnum() for char in run) >= 4
)
_HAN = re.compile("[\u4e00-\u9fff]")
_STRANGE_STOP = re.compile(r"[A-Za-z!-/:-@\[-`{-~\u00a1-\u00ff][，。、；]")
_LEAST_STOPS = 3
_LEADERS = re.compile("[….·_]{3,}")

_LETTERS = str.maketrans(
    {bytes([0xA0, 0x80 + code]).decode("gbk"): chr(code) for code in (*range(65, 91), *range(97, 123))}
)
_AMBIGUOUS = frozenset(map(ord, "犇犢狀"))  # in use: in names, and in traditional characters
_LEAST_DIFFERENT = 3


def is_meaningless(text: str) -> bool:
    """Tell whether a text layer, with its line ends, has lost the meaning of its glyphs."""
    text = _LEADERS.sub("", text)
    han = len(_HAN.findall(text))
    if han <= _MAX_HAN * (len(text) - text.count("\n")) and (_is_numbered(text, han) or _is_no_latin(text)):
        return True
    return _is_out_of_place(text) or _is_no_chinese(text)


def share_of_words(text: str) -> float | None:
    """Return which share of a Chinese text is words of two and more characters; None of too short a text.

    Of ordinary texts it is 0.6 to 0.9, of random characters under 0.25.
    """
    runs = _RUN.findall(text[:_MOST_CUT])
    length = sum(map(len, runs))
    if length < _LEAST_HAN:
        return None
    words = make_dictionary_segmenter().cut(simplify("\n".join(runs)), new_words=False)
    return sum(len(word) for word in words if len(word) > 1) / length


def with_letters(lines: Sequence[TextLine]) -> list[TextLine]:
    """Put the letters back that a font in the code page GBK calls 犃 to 犣 and 犪 to 狕, as in standards."""
    found = {ord(char) for line in lines for char in line.text}.intersection(_LETTERS)
    if len(found - _AMBIGUOUS) < _LEAST_DIFFERENT:
        return list(lines)
    return [replace(line, text=line.text.translate(_LETTERS)) for line in lines]


def _is_out_of_place(text: str) -> bool:
    """Tell whether a text has many characters that no office writes."""
    chars = "".join(text.split("\n"))
    plain = _PLAIN.sub("", chars).encode("gb2312", "ignore").decode("gb2312")
    if len(plain) >= _PLAIN_SHARE * len(chars):  # as of nearly every page: told without a look at each
        return False
    counts = Counter(chars)
    kinds = {char: unicodedata.category(char) for char in counts if not char.isspace()}

    def number(of: Iterable[str]) -> int:
        return sum(map(counts.__getitem__, of))

    visible = number(kinds)
    undefined = number(char for char, kind in kinds.items() if char == "\ufffd" or kind in _UNDEFINED)
    signs = number(char for char, kind in kinds.items() if kind[0] in "PS" and char not in _USUAL_SIGNS)
    if undefined > _MAX_UNDEFINED * visible or signs > _MAX_SIGNS * max(visible, _SIGNS_OF):
        return True
    different = "".join(kinds)
    known = max(number(different.encode(name, "ignore").decode(name)) for name in ("gb2312", "big5"))
    return known < _MIN_KNOWN * visible


def _is_no_chinese(text: str) -> bool:
    runs = simplify("\n".join(_RUN.findall(text)))
    length = len(runs) - runs.count("\n")
    if length < _LEAST_HAN:
        return False
    common = _common_pairs()
    if sum(a + b in common for a, b in pairwise(runs)) >= _MIN_COMMON * length:
        return False
    words = share_of_words(text)
    return words is not None and words < _MIN_WORDS


def _is_numbered(text: str, han: int) -> bool:
    """Tell whether the glyphs of a font have the numbers in which they came, as if these were letters."""
    if any(run in text for run in _COUNTED_UP):
        return True
    return len(_STRANGE_STOP.findall(text)) >= max(_LEAST_STOPS, han)


def _is_no_latin(text: str) -> bool:
    visible = len(text) - sum(map(str.isspace, text))
    latin = re.sub("[^0-9A-Za-z]", "", text)
    if len(latin) < _LEAST_LATIN:
        return False
    if len(_SWITCH.findall(text)) > _MAX_SWITCHES * len(latin):
        return True
    letters = re.sub("[0-9]", "", latin)
    if len(letters) < max(_LEAST_LETTERS, _LETTER_SHARE * visible):
        return False
    return len(re.findall("[aeiouAEIOU]", letters)) < _MIN_VOWELS * len(letters)


@cache
def _common_pairs() -> frozenset[str]:
    name = files("nhsa_nlp.io.documents").joinpath("resources", "common_pairs.txt")
    lines = name.read_text("utf-8").splitlines()
    return frozenset(" ".join(line for line in lines if not line.startswith("#")).split())
