"""How much may come out of what is packed, whatever packs it."""

from __future__ import annotations

from nhsa_nlp.errors import Cause, MessageError

MAX_MEMBERS = 100_000
MAX_RATIO = 250
"""How many times its size a file may hold: a text of Chinese packs to a quarter, a table to a fiftieth."""
RATIO_FROM = 10_000_000
"""Bytes up to which it may hold more: small files pack better."""
MAX_TOTAL = 20
"""All that an archive holds may unpack to this many times the size that one document may have."""


class BadMemberError(MessageError):
    """What cannot be unpacked; the message says why, and what to do, in half a line."""


def check_unpacked(size: int, packed: int, limit: int | None = None) -> None:
    """Check how much is unpacked, or said to be.

    Parameters
    ----------
    limit
        The most it may be; ``None`` bounds only how tightly it may be packed.

    Raises
    ------
    BadMemberError
        If it is too much, or packed so tightly that it must be a zip bomb.
    """
    if limit is not None and size > limit:
        raise BadMemberError(
            "unpacks to more than {limit:,} bytes; raise --max-bytes if that is right",
            cause=Cause.TOO_LARGE,
            limit=limit,
        )
    if size > max(RATIO_FROM, packed * MAX_RATIO):
        raise BadMemberError(
            "unpacks to more than {limit} times its size, as a zip bomb does",
            cause=Cause.ZIP_BOMB,
            limit=MAX_RATIO,
        )
