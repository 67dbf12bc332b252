"""Detecting the encoding of a text among those Chinese offices use: UTF-8, UTF-16, GB18030, Big5."""

from __future__ import annotations

import codecs
import re

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.translation import Message

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
_LEGACY = ["gb18030", "big5", "cp950", "big5hkscs"]
_SHORT = 40  # bytes; too few for statistics
# Where the common characters of an encoding stand, its punctuation and wide letters included.
_COMMON = {
    "gb18030": re.compile(rb"[\xa1-\xa3\xb0-\xd7][\xa1-\xfe]"),
    "big5": re.compile(rb"[\xa1\xa2\xa4-\xc6][\x40-\x7e\xa1-\xfe]"),
}
_TWO_BYTES = re.compile("[\u0080-\u07ff]{2,}")
_GREEK_OR_CYRILLIC = re.compile("[\u0370-\u045f]+")
# What Chinese text in UTF-16 is made of; with the bytes of each pair exchanged it is other things.
_PLAIN = re.compile(r"[\t\n\r -~\u00b7\u2010-\u203f\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_MIN_PLAIN = 0.95
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")  # but for the ends of lines and pages
_CONTROL_BYTES = re.compile(rb"[\x00-\x08\x0e-\x1f]")  # no encoding of Chinese uses them within a character
_GUESS_BYTES = 1_000_000  # a guess from the first megabyte is as good as one from all

# Shares of characters; real texts and real binaries lie far from all three.
_MAX_CONTROL = 0.05
_MIN_CHINESE = 0.5
_MAX_DAMAGED = 0.1


def decode(data: bytes, source: str, encoding: str | None = None) -> tuple[str, str]:
    """Decode a text file; return its text, without byte-order mark, and its encoding.

    Unless ``encoding`` is known: a byte-order mark decides; then UTF-8, strictly; then one of the
    legacy Chinese encodings, if it decodes strictly and gives mostly Chinese.

    Raises
    ------
    InputError
        For a binary or empty file, or one whose encoding is another or cannot be detected.
    """
    given = encoding is not None
    encoding = encoding or detect(data, source)
    try:
        text = data.decode(encoding)
    except UnicodeError as error:
        raise _undecodable(data, source, encoding, error, given=given) from error
    text = text.lstrip("\ufeff")  # programs add marks to files that have one
    _check(text, source)
    return text, encoding


def detect(data: bytes, source: str) -> str:
    """Detect the encoding of a text from its first bytes; a few broken characters do not mislead it.

    Raises
    ------
    InputError
        For what is not text, or in an encoding that cannot be detected.
    """
    for mark, name in _BYTE_ORDER_MARKS:
        if data.startswith(mark):
            rest = data.removeprefix(mark)
            # The bytes of Chinese text in UTF-16 are hardly ever characters of UTF-8 beyond ASCII.
            if name == "utf-16" and b"\0" not in rest and not rest.isascii() and is_utf8(rest):
                raise InputError(
                    "is marked as UTF-16 but is UTF-8; save it again as UTF-8", source, cause=Cause.ENCODING
                )
            return name
    if (found := utf16_without_mark(data)) is not None:
        return found
    if b"\0" in data:
        raise InputError(
            "is a binary file, not text (for UTF-16 without byte-order mark say --encoding utf-16-le)",
            source,
            cause=Cause.BINARY,
        )
    if len(data) <= _SHORT and (found := _short(data)) is not None:
        return found
    # One bad byte in UTF-8 would otherwise turn the whole document into GB18030 gibberish.
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    if not damaged or damaged <= _MAX_DAMAGED * sum(char > "\x7f" for char in text):
        return "utf-8"
    return _legacy(data, source)


def utf16_without_mark(data: bytes) -> str | None:
    """Return which UTF-16 bytes are that lack its mark, if that is plain; None otherwise.

    It is where there are line ends or other characters of ASCII, whose other byte is zero, and nearly
    all the others are those of Chinese text.
    """
    if b"\0" not in data:
        return None
    sample = data[: _GUESS_BYTES & ~1]
    for name in ("utf-16-le", "utf-16-be"):
        text = sample.decode(name, "replace")
        if len(_PLAIN.findall(text)) >= _MIN_PLAIN * len(text) and "\0" not in text:
            return name
    return None


def _short(data: bytes) -> str | None:
    """Return the encoding of a few characters; None leaves it to what holds for longer texts.

    In the encoding they are written in, characters are common ones. Those of GB18030 and Big5 overlap, and
    an office of the mainland writes GB18030. A few are UTF-8 as well, of letters that no office uses.
    """
    if is_utf8(data):
        text = "".join(data.decode("utf-8").split())
        if not _TWO_BYTES.fullmatch(text) or _GREEK_OR_CYRILLIC.fullmatch(text):
            return None
    best = max(_COMMON, key=lambda name: _common(data, name))
    return best if _common(data, best) == 1 else None


def _common(data: bytes, encoding: str) -> float:
    """Return the share of the characters beyond ASCII that are common ones."""
    try:
        found = [char.encode(encoding) for char in data.decode(encoding) if char > "\x7f"]
    except UnicodeError:
        return 0
    return sum(bool(_COMMON[encoding].fullmatch(char)) for char in found) / max(len(found), 1)


def is_utf8(data: bytes) -> bool:
    """Tell whether bytes are UTF-8, strictly."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _legacy(data: bytes, source: str) -> str:
    from charset_normalizer import from_bytes

    # Cut after a line break, so that no character is halved.
    sample = data if len(data) <= _GUESS_BYTES else data[: data.rfind(b"\n", 0, _GUESS_BYTES) + 1]
    guess = from_bytes(sample or data, cp_isolation=_LEGACY).best()
    if guess is not None:
        letters = [char for char in data.decode(guess.encoding, "replace") if char.isalpha()]
        if sum("一" <= char <= "鿿" for char in letters) >= _MIN_CHINESE * max(len(letters), 1):
            return guess.encoding
    if len(_CONTROL_BYTES.findall(data)) > _MAX_CONTROL * len(data):
        raise InputError(
            "is a binary file, not text; convert it to plain text first", source, cause=Cause.BINARY
        )
    raise InputError(
        "is binary or in an unknown encoding; convert it to UTF-8 or name its --encoding",
        source,
        cause=Cause.ENCODING,
    )


def _undecodable(data: bytes, source: str, encoding: str, error: UnicodeError, *, given: bool) -> InputError:
    start = error.start if isinstance(error, UnicodeDecodeError) else None
    if given:
        at = (
            encoding
            if start is None
            else Message("{encoding} at byte {start}", encoding=encoding, start=start)
        )
        return InputError(
            "is not {encoding}; name another --encoding or leave it out",
            source,
            cause=Cause.ENCODING,
            encoding=at,
        )
    if encoding == "utf-8" and start is not None:
        return InputError(
            "is UTF-8 with broken characters, the first at byte {start}; repair or convert it",
            source,
            data.count(b"\n", 0, start) + 1,
            cause=Cause.ENCODING,
            start=start,
        )
    if encoding in _LEGACY:
        return InputError(
            "looks like {encoding} but is broken at byte {start}; repair it or name its --encoding",
            source,
            cause=Cause.ENCODING,
            encoding=encoding,
            start=start,
        )
    return InputError(
        "begins as {encoding} but breaks off at byte {start}; repair or convert it",
        source,
        cause=Cause.ENCODING,
        encoding=encoding,
        start=start,
    )


def _check(text: str, source: str) -> None:
    if "\0" in text or len(_CONTROL.findall(text)) > _MAX_CONTROL * len(text):
        raise InputError(
            "is a binary file, not text; convert it to plain text first", source, cause=Cause.BINARY
        )
    if not any(char.isprintable() and not char.isspace() for char in text):
        raise InputError("is empty; nothing to read", source, cause=Cause.EMPTY)
