"""Parsing XML that nobody vouches for, event by event: no tree, no entities, no depth to drown in."""

from __future__ import annotations

from typing import Protocol
from xml.parsers import expat

MAX_DEPTH = 500


class UnsafeXmlError(Exception):
    """XML that is not well-formed or not to be trusted; the message says why, in half a line."""


class Handler(Protocol):
    """What takes the events. A name is ``(namespace, local name)``; attributes go by local name."""

    def start(self, name: tuple[str, str], attributes: dict[str, str], /) -> None:
        """Take the beginning of an element."""
        ...

    def end(self, name: tuple[str, str], /) -> None:
        """Take the end of an element."""
        ...

    def data(self, text: str, /) -> None:
        """Take a piece of text."""
        ...


def parse(data: bytes, handler: Handler) -> None:
    """Parse a whole XML document, in time and memory linear in its length.

    A document type declaration is refused, and with it every entity, inner or outer: neither
    OOXML (ECMA-376 part 2) nor OFD (GB/T 33190) allows one.

    Parameters
    ----------
    data
        The document.
    handler
        Called with its events, in order.

    Raises
    ------
    UnsafeXmlError
        If it is not well-formed, declares a document type, or nests deeper than `MAX_DEPTH`.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > MAX_DEPTH:
            raise UnsafeXmlError(f"nests elements more than {MAX_DEPTH} deep")
        handler.start(_split(name), {_split(key)[1]: value for key, value in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(_split(name))

    def refuse(*_: object) -> None:
        raise UnsafeXmlError("declares a document type, which such a file must not have")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handler.data
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise UnsafeXmlError(f"is not well-formed XML ({error})") from error
    except (LookupError, ValueError) as error:  # an encoding that expat or Python does not know
        raise UnsafeXmlError(f"is in an encoding that cannot be read ({error})") from error


def _split(name: str) -> tuple[str, str]:
    namespace, _, local = name.rpartition(" ")
    return namespace, local
