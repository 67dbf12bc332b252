"""The messages between the processes of a run: frames of JSON through pipes.

Not pickles: a worker reads untrusted files, and what it sends must not be able to run code here.
"""

from __future__ import annotations

import base64
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from nhsa_nlp.batch.failures import Failure
from nhsa_nlp.io import Document, Source
from nhsa_nlp.record import Record

_LENGTH = struct.Struct(">Q")
_BESIDE_RECORD = b"\t"  # within a text JSON has it as an escape
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


@dataclass(frozen=True, slots=True)
class Result:
    """The result of one work item.

    Attributes
    ----------
    labels
        The topic labels of its records.
    failures
        The kinds of its failures.
    body
        JSON in UTF-8, on one line: a list of ``{"record": …}``, with ``"text"`` if texts are kept
        ``"tokens"`` if they are indexed and ``"figures"`` if these are stored, ``{"failure": …}``, and
        ``{"kept": {"id": …, "source": …}}`` for what an archive that is updated has as it is. A tab is
        before and after each record, and nowhere else.
    """

    labels: tuple[str | None, ...] = ()
    failures: tuple[str, ...] = ()
    body: bytes = b"[]"

    def outcomes(self) -> list[dict[str, Any]]:
        """Return the body as objects."""
        found: list[dict[str, Any]] = json.loads(self.body)
        return found

    def encoded_records(self) -> list[bytes]:
        """Return the JSON of the records as it is in the body, without parsing what goes with them."""
        return self.body.split(_BESIDE_RECORD)[1::2]

    def records(self) -> Iterator[Record | Failure]:
        """Yield the records, and the failures of what has none."""
        for outcome in self.outcomes():
            if "record" in outcome:
                yield outcome["record"]
            elif "failure" in outcome:  # otherwise it is the mark at the end of a container
                yield Failure.from_json(outcome["failure"])


def make_result(outcomes: list[dict[str, Any]]) -> Result:
    """Return the result of outcomes, see `Result.body`.

    Raises
    ------
    ValueError
        If they cannot be written as JSON or as UTF-8: JSON files may hold half a surrogate pair.
    """
    topics = [item["record"]["topic"] for item in outcomes if "record" in item]
    return Result(
        tuple(topic and topic["label"] for topic in topics),
        tuple(item["failure"]["kind"] for item in outcomes if "failure" in item),
        f"[{', '.join(map(_encode_outcome, outcomes))}]".encode(),
    )


def _encode_outcome(outcome: dict[str, Any]) -> str:
    parts = {name: _encode(value) for name, value in outcome.items()}
    if "record" in parts:
        parts["record"] = f"\t{parts['record']}\t"
    return "{" + ", ".join(f'"{name}": {part}' for name, part in parts.items()) + "}"


def kept(name: str, source: str) -> dict[str, Any]:
    """Return the outcome of a document that the archive has as it is; see `Result.body`."""
    return {"kept": {"id": name, "source": source}}


def failed(failure: Failure) -> Result:
    """Return the result of a work item that failed as a whole."""
    return make_result([{"failure": failure.to_json()}])


@dataclass(slots=True, eq=False)
class Task:
    """Something to be read and labelled, and its result once it is done.

    Attributes
    ----------
    id
        The id of its record.
    part
        What `nhsa_nlp.io.expand` gave; ``None`` where the result is known already.
    result
        ``None`` until it is done.
    attempts
        How many workers have died on it.
    known
        The fingerprint of the document in the archive that is updated: such a one is kept as it is.
    """

    id: str
    part: Source | Document | None
    result: Result | None = None
    attempts: int = field(default=0, repr=False)
    known: str | None = None

    @property
    def weight(self) -> int:
        """The memory it holds, roughly, in bytes."""
        if isinstance(self.part, Document):
            return 3 * len(self.part.text)
        held = None if self.part is None else self.part.origin
        return len(held) if isinstance(held, bytes) else 0


def encode_part(part: Source | Document) -> dict[str, Any]:
    """Return a part as a JSON object."""
    if isinstance(part, Document):
        return {
            "id": part.id,
            "source": part.source,
            "text": part.text,
            "meta": dict(part.meta),
            "columns": dict(part.columns),
        }
    encoded = {
        "id": part.id,
        "source": part.source,
        "suffix": part.suffix,
        "columns": dict(part.columns),
    }
    if isinstance(part.origin, bytes):
        return {**encoded, "data": base64.b64encode(part.origin).decode("ascii")}
    return {**encoded, "path": str(part.origin)}


def decode_part(given: dict[str, Any]) -> Source | Document:
    """Return the part that `encode_part` encoded."""
    if "text" in given:
        return Document(**given)
    origin = base64.b64decode(given["data"]) if "data" in given else Path(given["path"])
    return Source(given["id"], given["source"], given["suffix"], origin, given["columns"])


def send(stream: BinaryIO, message: dict[str, Any], body: bytes | None = None) -> None:
    """Write a message, and the bytes that belong to it, at once."""
    data = json.dumps(message, default=str).encode("ascii")
    frames = [_LENGTH.pack(len(data)), data]
    if body is not None:
        frames += [_LENGTH.pack(len(body)), body]
    stream.write(b"".join(frames))
    stream.flush()


def receive(stream: BinaryIO) -> dict[str, Any]:
    """Read a message.

    Raises
    ------
    EOFError
        If the other side has gone.
    """
    message: dict[str, Any] = json.loads(receive_bytes(stream))
    return message


def receive_bytes(stream: BinaryIO) -> bytes:
    """Read the bytes that belong to a message.

    Raises
    ------
    EOFError
        If the other side has gone.
    """
    (length,) = _LENGTH.unpack(_read(stream, _LENGTH.size))
    return _read(stream, length)


def _read(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) < size:
        raise EOFError
    return data
