"""RTF as Outlook packs it within a mail ([MS-OXRTFCP])."""

from __future__ import annotations

import struct

from nhsa_nlp.errors import Cause, InputError

# What every text begins with, in the opinion of the packer.
_BEFORE = (
    b"{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript "
    b"\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n\\par "
    b"\\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx"
)
_WINDOW = 4096
_HEADER = struct.Struct("<IIII")
_PACKED, _PLAIN = 0x75465A4C, 0x414C454D


def unpack_rtf(data: bytes, source: str, limit: int) -> bytes:
    """Unpack a text.

    Raises
    ------
    InputError
        If it is damaged, or longer than ``limit``.
    """
    if len(data) < _HEADER.size:
        raise _damaged(source)
    _, size, kind, _ = _HEADER.unpack_from(data)
    content = data[_HEADER.size :]
    if kind == _PLAIN:
        return content[:size]
    if kind != _PACKED:
        raise _damaged(source)
    if size > limit:
        raise InputError(
            "is longer than {limit:,} bytes; raise --max-bytes", source, cause=Cause.TOO_LARGE, limit=limit
        )
    return _unpacked(content, size)


def _unpacked(content: bytes, size: int) -> bytes:
    # One buffer for the window and the text: a reference to the window is one to the last of it.
    out = bytearray(_BEFORE)
    whole, at = size + len(_BEFORE), 0
    while at < len(content) and len(out) < whole:
        control = content[at]
        at += 1
        for bit in range(8):
            if at >= len(content) or len(out) >= whole:
                break
            if not control >> bit & 1:
                out.append(content[at])
                at += 1
                continue
            reference = int.from_bytes(content[at : at + 2], "big")
            at += 2
            back = (len(out) - (reference >> 4)) % _WINDOW
            if not back:
                return bytes(out[len(_BEFORE) :])  # the end
            start = len(out) - back
            for place in range(start, start + (reference & 15) + 2):
                out.append(out[place] if place >= 0 else 0)
    return bytes(out[len(_BEFORE) : whole])


def _damaged(source: str) -> InputError:
    return InputError(
        "is damaged: its text cannot be unpacked; open it in Outlook and save it again",
        source,
        cause=Cause.DAMAGED,
    )
