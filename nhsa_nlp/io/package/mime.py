"""Messages of parts (MIME, RFC 2045 to 2047, 2231 and 5322): what .eml and .mht share, read with limits.

The package email makes an object of every line of a file and a copy of every attachment, and its newer
policy takes time quadratic in some headers. Here a part is two places in the bytes of the file, and its
content is decoded when it is asked for.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import unquote_to_bytes

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.encoding import is_utf8

MAX_PARTS = 100_000
MAX_DEPTH = 10
"""How deep parts may lie in parts; browsers write two levels, mail programs four."""
MAX_HEADER = 10_000_000
"""Bytes of the header of a part."""
MAX_VALUE = 100_000
"""Bytes of one line of a header; what goes beyond is not read."""

_HEADER_END = re.compile(rb"\n\r?\n")
_FOLD = re.compile(rb"\r?\n[ \t]+")
_ENCODED = re.compile(r"=\?([^?\s*]+)(?:\*[^?\s]*)?\?([bBqQ])\?([^?]*)\?=")
_PARAMETER = re.compile(r""";\s*([^\s=;"]+)\s*=\s*("(?:[^"\\]|\\.)*+"|[^;]*+)""", re.DOTALL)
_CONTINUED = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*?)")
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)

# What mail programs call encodings. gb2312 and its like are said of what only their supersets hold; the
# rest of Python's encodings are not for text, or take quadratic time.
_CHINESE = {
    "gb2312",
    "gb_2312-80",
    "gbk",
    "x-gbk",
    "cp936",
    "windows-936",
    "gb18030",
    "hz-gb-2312",
    "chinese",
}
_SUPERSETS = {
    **dict.fromkeys(_CHINESE, "gb18030"),
    "hz-gb-2312": "hz",
    "big5": "big5hkscs",
    "big-5": "big5hkscs",
}
_CHARSET = re.compile(
    r"utf-?8|utf-?16(?:le|be|-le|-be)?|gb18030|hz|big5hkscs|euc-(?:jp|kr|tw)|iso-2022-(?:jp|kr)|shift_jis|"
    r"ks_c_5601-1987|koi8-r|windows-125[0-8]|iso-8859-(?:[2-9]|1[0-6])"
)


@dataclass(slots=True)
class Part:
    """A part of a message, or the message itself.

    Attributes
    ----------
    data
        The file.
    begin, end
        Where in it the part is.
    source
        Its name, for errors.
    depth
        How many parts it lies in.

    Raises
    ------
    InputError
        If it has a header that no program writes, or lies too deep.
    """

    data: bytes = field(repr=False)
    begin: int
    end: int
    source: str
    depth: int = 0
    _body: int = field(init=False)
    _head: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        if self.depth > MAX_DEPTH:
            raise InputError(
                "nests its parts too deep to be a real message; not read", self.source, cause=Cause.TOO_LARGE
            )
        blank = _HEADER_END.search(self.data, self.begin, self.end)
        header_end, self._body = (blank.start(), blank.end()) if blank else (self.end, self.end)
        if header_end - self.begin > MAX_HEADER:
            raise InputError(
                "has a header of more than {limit:,} bytes; not read",
                self.source,
                cause=Cause.TOO_LARGE,
                limit=MAX_HEADER,
            )
        self._head = b"\n" + self.data[self.begin : header_end]

    def header(self, name: str) -> str | None:
        """Return a header, decoded; None if it is not there."""
        raw = self._raw(name)
        return None if raw is None else decode_header(raw)

    @property
    def kind(self) -> str:
        """The type of its content, such as ``text/plain``."""
        raw = (self._raw("Content-Type") or b"").partition(b";")[0]
        kind = raw.decode("ascii", "replace").strip().lower()
        return kind if kind.count("/") == 1 else "text/plain"

    @property
    def disposition(self) -> str:
        """How it is to be shown: ``attachment``, ``inline``, or nothing."""
        raw = (self._raw("Content-Disposition") or b"").partition(b";")[0]
        return raw.decode("ascii", "replace").strip().lower()

    @property
    def is_flowed(self) -> bool:
        """Whether lines that end in a space go on in the next (RFC 3676)."""
        return (self._parameter("Content-Type", "format") or "").lower() == "flowed"

    @property
    def file_name(self) -> str | None:
        """What it is called as a file."""
        return self._parameter("Content-Disposition", "filename") or self._parameter("Content-Type", "name")

    @property
    def charset(self) -> str | None:
        """The encoding of its text as Python calls it, if the part says a known one."""
        return known_charset(self._parameter("Content-Type", "charset") or "")

    def content(self, size: int | None = None) -> bytes:
        """Return its content, its transfer encoding undone as far as it is valid; of so many bytes of it."""
        end = self.end if size is None else min(self.end, self._body + size)
        raw = self.data[self._body : end]
        way = (self._raw("Content-Transfer-Encoding") or b"").strip().lower()
        if way == b"base64":
            return _from_base64(raw)
        return binascii.a2b_qp(raw) if way == b"quoted-printable" else raw

    def parts(self) -> Iterator[Part]:
        """Yield its parts, or the message it holds; nothing of anything else."""
        if self.kind == "message/rfc822":
            yield Part(self.data, self._body, self.end, self.source, self.depth + 1)
            return
        boundary = self._parameter("Content-Type", "boundary")
        if not self.kind.startswith("multipart/") or not boundary:
            return
        mark = re.escape(boundary.encode("utf-8", "surrogateescape"))
        delimiter = re.compile(rb"\r?\n--" + mark + rb"(--)?[ \t]*(?=\r?\n|\Z)")
        last: int | None = None  # where the part before began
        for found in delimiter.finditer(self.data, self._body - 1, self.end):
            if last is not None:
                yield Part(self.data, last, found.start(), self.source, self.depth + 1)
            last = found.end()
            if found[1]:
                return
        if last is not None:  # it breaks off
            yield Part(self.data, last, self.end, self.source, self.depth + 1)

    def _raw(self, name: str) -> bytes | None:
        found = re.search(
            rb"\n" + name.encode("ascii") + rb"[ \t]*:([^\n]*+(?:\n[ \t][^\n]*+)*+)",
            self._head,
            re.IGNORECASE,
        )
        return None if found is None else _FOLD.sub(b" ", found[1][:MAX_VALUE]).strip()

    def _parameter(self, header: str, name: str) -> str | None:
        raw = self._raw(header)
        return None if raw is None else _parameters(raw).get(name)


def message(data: bytes, source: str) -> Part:
    """Return the message that a file holds.

    Raises
    ------
    InputError
        If it has more parts than any real one.
    """
    if data.count(b"\n--") > MAX_PARTS:
        raise InputError(
            "has more than {limit:,} parts, more than any real message; not read",
            source,
            cause=Cause.TOO_LARGE,
            limit=MAX_PARTS,
        )
    begin = len(data) - len(data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n"))
    return Part(data, begin, len(data), source)


def known_charset(name: str) -> str | None:
    """Return how Python calls an encoding of text; None if it is not one, or says nothing."""
    name = name.strip().strip("\"'").lower()
    name = _SUPERSETS.get(name, name)
    return name if _CHARSET.fullmatch(name) else None


def decode_text(raw: bytes, charset: str | None) -> str | None:
    """Decode a text by the encoding that is said of it, unless that is plainly another; None if it is not."""
    for name in _candidates(raw, charset):
        try:
            return raw.decode(name)
        except UnicodeError:
            continue
    return None


def _candidates(raw: bytes, charset: str | None) -> list[str]:
    # Hardly a Chinese text in another encoding is UTF-8 with characters of three bytes.
    is_utf8_after_all = not raw.isascii() and is_utf8(raw) and max(raw.decode("utf-8")) > "\u07ff"
    if is_utf8_after_all or charset is None:
        return ["utf-8"]
    return [charset]


def decode_header(raw: bytes) -> str:
    """Return a header: encoded words decoded, bytes beyond ASCII taken for UTF-8 or GB18030.

    A program may cut a character in two, the halves in two encoded words; so the bytes of neighbouring words
    of one encoding are put together first.
    """
    text = _decode_word(raw, None)
    pieces: list[str] = []
    charset, waiting, at = "", b"", 0
    for word in _ENCODED.finditer(text):
        between = text[at : word.start()]
        if between.strip() or word[1].lower() != charset:
            pieces.append(_decode_word(waiting, known_charset(charset)))
            waiting = b""
        if between.strip() or not at:
            pieces.append(between)
        charset, at = word[1].lower(), word.end()
        content = word[3].encode("ascii", "ignore")
        if word[2] in "bB":
            waiting += _from_base64(content)
        else:
            waiting += binascii.a2b_qp(content.replace(b" ", b"_"), header=True)
    pieces += [_decode_word(waiting, known_charset(charset)), text[at:]]
    return _squeezed("".join(pieces))


def _decode_word(raw: bytes, charset: str | None) -> str:
    text = decode_text(raw, charset)
    if text is None:
        text = decode_text(raw, "gb18030")
    return raw.decode(charset or "gb18030", "replace") if text is None else text


def _squeezed(text: str) -> str:
    return " ".join(text.split())


def _parameters(raw: bytes) -> dict[str, str]:
    """Return the parameters of a header, continued and encoded ones too (RFC 2231)."""
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[bytes, bool]]] = {}
    for found in _PARAMETER.finditer(raw.decode("latin-1")):
        value = found[2].strip()
        if value.startswith('"'):
            value = _ESCAPED.sub(r"\1", value.strip('"'))
        name = _CONTINUED.fullmatch(found[1].lower())
        if name is None or not (name[2] or name[3]):
            plain.setdefault(found[1].lower(), decode_header(value.encode("latin-1")))
        else:
            encoded = bool(name[3])
            content = value.encode("latin-1")
            pieces.setdefault(name[1], {})[int(name[2] or 0)] = content, encoded
    return {**plain, **{name: _joined(given) for name, given in pieces.items()}}


def _joined(given: dict[int, tuple[bytes, bool]]) -> str:
    ordered = [given[number] for number in sorted(given)]
    first, is_encoded = ordered[0]
    charset = ""
    if is_encoded and first.count(b"'") >= 2:
        label, _, first = first.split(b"'", 2)
        charset = label.decode("latin-1")
    if not any(encoded for _, encoded in ordered):
        return decode_header(b"".join(content for content, _ in ordered))
    ordered[0] = first, is_encoded
    # Joined first: a program may cut an escape in two.
    raw = b"".join(content if encoded else content.replace(b"%", b"%25") for content, encoded in ordered)
    return _squeezed(_decode_word(unquote_to_bytes(raw), known_charset(charset)))


def _from_base64(raw: bytes) -> bytes:
    """Decode base64 as far as it goes: mails that break off end within a group of four."""
    for missing in (b"", b"=", b"=="):
        try:
            return binascii.a2b_base64(raw + missing)
        except binascii.Error:
            continue
    return binascii.a2b_base64(raw + b"A==")[:-1]
