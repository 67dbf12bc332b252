"""Parsing untrusted XML event by event: no tree, no entities, bounded depth."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from xml.parsers import expat

from nhsa_nlp.checks import reason_of
from nhsa_nlp.errors import Cause, MessageError

MAX_DEPTH = 500
MAX_TAG = 16_000_000
"""Bytes of a tag or comment, which has to be whole before it can be read."""

MAX_ELEMENTS = 3_000_000
"""Of a document; a thousand pages have a tenth of that."""

MAX_NAMES = 10_000
"""Different names of elements and attributes, which the parser remembers; both standards know 3,000."""

_NAMES = 1024  # distinct names at a time that need not be taken apart again

Name = tuple[str, str]
"""The namespace of an element, and its name within it."""


class UnsafeXmlError(MessageError):
    """XML that is not well-formed or not to be trusted; the message says why, in half a line."""


class Handler:
    """What takes the events, and does nothing with those it does not override."""

    def start(self, name: Name, attributes: dict[str, str], /) -> None:
        """Take the beginning of an element; its attributes go by local name."""

    def end(self, name: Name, /) -> None:
        """Take the end of an element."""

    def data(self, text: str, /) -> None:
        """Take a piece of text."""


@dataclass(slots=True)
class Budget:
    """How many elements may still be parsed, in all parts of a document together."""

    elements: int


def parse(pieces: Iterable[bytes], handler: Handler, budget: Budget | None = None) -> Iterator[None]:
    """Parse an XML document, in time linear in its length and in memory that does not depend on it.

    A document type declaration is refused, and with it every entity, inner or outer: neither
    OOXML (ECMA-376 part 2) nor OFD (GB/T 33190) allows one.

    The document comes in pieces, cut anywhere; after each one something is yielded, for the caller to
    take what the handler has gathered.

    Raises
    ------
    UnsafeXmlError
        If it is not well-formed, declares a document type, nests deeper than `MAX_DEPTH`, has a tag
        longer than `MAX_TAG`, more names than `MAX_NAMES`, or more elements than there is a budget for.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = fed = 0
    names: set[str] = set()
    budget = budget or Budget(sys.maxsize)
    split, on_start, on_end = lru_cache(_NAMES)(_split), handler.start, handler.end

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise UnsafeXmlError(
                "nests elements more than {limit} deep", cause=Cause.TOO_LARGE, limit=MAX_DEPTH
            )
        budget.elements -= 1
        if budget.elements < 0:
            raise UnsafeXmlError(
                "has, with the parts before it, more than {limit:,} elements",
                cause=Cause.TOO_LARGE,
                limit=MAX_ELEMENTS,
            )
        names.add(name)
        names.update(attributes)
        if attributes and " " in "".join(attributes):
            attributes = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        on_start(split(name), attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        on_end(split(name))

    def refuse(*_: object) -> None:
        raise UnsafeXmlError("declares a document type, which such a file must not have", cause=Cause.DAMAGED)

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handler.data
    parser.StartDoctypeDeclHandler = refuse
    try:
        for piece in pieces:
            parser.Parse(piece, False)
            fed += len(piece)
            if fed - parser.CurrentByteIndex > MAX_TAG:
                raise UnsafeXmlError(
                    "has a tag longer than {limit:,} bytes", cause=Cause.TOO_LARGE, limit=MAX_TAG
                )
            if len(names) > MAX_NAMES:
                raise UnsafeXmlError(
                    "has more than {limit:,} different names", cause=Cause.TOO_LARGE, limit=MAX_NAMES
                )
            yield
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise UnsafeXmlError(
            "is not well-formed XML ({error})", cause=Cause.DAMAGED, error=reason_of(error)
        ) from error
    except (LookupError, ValueError) as error:  # an encoding that expat or Python does not know
        raise UnsafeXmlError(
            "is in an encoding that cannot be read ({error})", cause=Cause.ENCODING, error=reason_of(error)
        ) from error
    yield


def natural(text: str, default: int = 0) -> int:
    """Return a number of the file, or the default: a hostile one may have a million digits."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else default


def _split(name: str) -> Name:
    namespace, _, local = name.rpartition(" ")
    return namespace, local
