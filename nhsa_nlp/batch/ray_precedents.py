"""Precedents of many proposals on a Ray cluster: each actor has opened the archive on its machine."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import nhsa_nlp
from nhsa_nlp.archive.matching import PrecedentIndex, Precedents
from nhsa_nlp.batch.ray_cluster import RayCluster
from nhsa_nlp.errors import InputError, NhsaNlpError, WorkerError
from nhsa_nlp.io import Document
from nhsa_nlp.translation import Message, located

_CALL = 16  # proposals in a call
_QUEUED = 2  # calls that wait for an actor, so that it is never idle
_COMPARED = 1 << 20  # bytes at either end of an archive that tell it from another

_OTHER_ARCHIVE = Message(
    "a machine of the cluster has another archive of this name, or another version of nhsa-nlp"
)

Proposal = tuple[str, str | None]


class PrecedentActor:
    """An actor: the archive opened on its machine, which must be the same as the driver's."""

    def __init__(self, archive: str, fingerprint: str, limit: int):
        self._archive = archive
        self._fingerprint = fingerprint
        self._limit = limit
        self._index: PrecedentIndex | None = None

    def find(self, proposals: list[Proposal]) -> list[Precedents] | str:
        """Return the precedents of proposals, each a text and its title, or why there are none."""
        try:
            if self._index is None:
                if fingerprint(self._archive) != self._fingerprint:
                    return located(self._archive, _OTHER_ARCHIVE)
                self._index = PrecedentIndex(self._archive)
            return [self._index.find(text, title, self._limit) for text, title in proposals]
        except NhsaNlpError as error:
            return Message("on a machine of the cluster: {error}", error=error)


def find_on_ray(
    archive: str | Path,
    documents: Iterable[Document],
    limit: int,
    *,
    workers: int | None = None,
    address: str | None = None,
) -> Generator[tuple[Document, Precedents], None, None]:
    """Find the precedents of documents on a Ray cluster.

    Parameters
    ----------
    archive
        What `nhsa_nlp.archive.precedents` takes, at this path on all machines.
    documents
        The proposals; ``title`` of their ``meta`` is their title.
    limit
        How many precedents for each.
    workers, address
        As for `nhsa_nlp.batch.ray_cluster.RayCluster`.

    Yields
    ------
    tuple[Document, Precedents]
        The documents in their order, each with what `nhsa_nlp.archive.precedents` finds.

    Raises
    ------
    InputError
        If the archive cannot be used here.
    WorkerError
        If the cluster, or the archive on one of its machines, cannot be used.
    """
    with PrecedentIndex(archive):
        pass  # what is wrong with it is said before a cluster is started
    place = str(Path(archive).resolve())
    with RayCluster(address, workers) as cluster:
        actors = cluster.actors(PrecedentActor, place, fingerprint(place), limit)
        source = iter(documents)
        waiting: deque[tuple[list[Document], Any]] = deque()
        calls = 0
        while True:
            if len(waiting) < _QUEUED * len(actors) and (some := list(islice(source, _CALL))):
                proposals = [(document.text, document.meta.get("title")) for document in some]
                waiting.append((some, actors[calls % len(actors)].find.remote(proposals)))
                calls += 1
            elif waiting:
                yield from _answers(*waiting.popleft())
            else:
                return


def _answers(documents: list[Document], reference: Any) -> Iterator[tuple[Document, Precedents]]:
    import ray

    try:
        found = ray.get(reference)
    except ray.exceptions.RayError as error:
        raise WorkerError(
            "the machines that worked on it were lost ({kind})", kind=type(error).__name__
        ) from error
    if isinstance(found, str):
        raise WorkerError(found)
    yield from zip(documents, found, strict=True)


def fingerprint(archive: str) -> str:
    """Return what must be the same on all machines: the version, and the archive by its size and ends.

    Of a folder of parts these are those of its files.

    Raises
    ------
    InputError
        If a file cannot be read.
    """
    digest = hashlib.blake2b(digest_size=16)
    path, total = Path(archive), 0
    try:
        for part in sorted(path.iterdir()) if path.is_dir() else [path]:
            with part.open("rb") as file:
                digest.update(file.read(_COMPARED))
                size = file.seek(0, 2)
                file.seek(max(size - _COMPARED, 0))
                digest.update(file.read(_COMPARED))
            total += size
    except OSError as error:
        raise InputError("cannot be read ({problem})", archive, problem=error.strerror) from error
    return f"{nhsa_nlp.__version__} {total} {digest.hexdigest()}"
