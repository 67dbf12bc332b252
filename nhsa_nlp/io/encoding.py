"""Detecting the encoding of a text among those Chinese offices use: UTF-8, UTF-16, GB18030, Big5."""

from __future__ import annotations

import codecs
import unicodedata

from nhsa_nlp.errors import InputError

# UTF-32 first: its little-endian mark begins with that of UTF-16.
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (codecs.BOM_UTF8, "utf-8-sig"),
)
_LEGACY = ["gb18030", "big5", "cp950", "big5hkscs"]
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
                raise InputError("is marked as UTF-16 but is UTF-8; save it again as UTF-8", source)
            return name
    if b"\0" in data:
        raise InputError(
            "is a binary file, not text (for UTF-16 without byte-order mark say --encoding utf-16-le)", source
        )
    # One bad byte in UTF-8 would otherwise turn the whole document into GB18030 gibberish.
    text = data.decode("utf-8", "replace")
    if text.count("\ufffd") <= _MAX_DAMAGED * sum(char > "\x7f" for char in text):
        return "utf-8"
    return _legacy(data, source)


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
    raise InputError(
        "is binary or in an unknown encoding; convert it to UTF-8 or name its --encoding", source
    )


def _undecodable(data: bytes, source: str, encoding: str, error: UnicodeError, *, given: bool) -> InputError:
    start = error.start if isinstance(error, UnicodeDecodeError) else None
    if given:
        at = "" if start is None else f" at byte {start}"
        return InputError(f"is not {encoding}{at}; name another --encoding or leave it out", source)
    if encoding == "utf-8" and start is not None:
        return InputError(
            f"is UTF-8 with broken characters, the first at byte {start}; repair or convert it",
            source,
            data.count(b"\n", 0, start) + 1,
        )
    if encoding in _LEGACY:
        return InputError(
            f"looks like {encoding} but is broken at byte {start}; repair it or name its --encoding", source
        )
    return InputError(f"begins as {encoding} but breaks off at byte {start}; repair or convert it", source)


def _check(text: str, source: str) -> None:
    controls = sum(unicodedata.category(char) == "Cc" and char not in "\t\n\v\f\r\x85" for char in text)
    if "\0" in text or controls > _MAX_CONTROL * len(text):
        raise InputError("is a binary file, not text; convert it to plain text first", source)
    if not any(char.isprintable() and not char.isspace() for char in text):
        raise InputError("is empty; nothing to read", source)
