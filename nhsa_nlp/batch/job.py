"""A job: what is to be labelled and how, what labels it, and its records as they come."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from nhsa_nlp.batch.failures import Failure
from nhsa_nlp.batch.pool import Pool
from nhsa_nlp.batch.process import LOADER, WorkerSettings
from nhsa_nlp.batch.work_items import WorkItems
from nhsa_nlp.io import READABLE, ReadOptions, Source, Unreadable, find_documents
from nhsa_nlp.io.options import TIMEOUT
from nhsa_nlp.pipeline.bundle import bundle_fingerprint
from nhsa_nlp.pipeline.segmenters import SegmenterName
from nhsa_nlp.record import Record

if TYPE_CHECKING:
    from nhsa_nlp.batch.ray_engine import RayEngine


@dataclass(frozen=True)
class Job:
    """What a run is to do.

    Attributes
    ----------
    paths
        Files, folders, or ``-`` for standard input.
    options
        How they are read.
    bundle
        The model bundle; ``None`` for the shipped one.
    workers
        How many processes label; ``None`` for one, with Ray for one per CPU of the cluster.
    timeout
        Seconds a document, or a part of a container, may take; ``None`` for no limit.
    max_memory
        Bytes of data a worker may hold; ``None`` for no limit. Linux only.
    engine
        ``local`` processes, or the actors of a ``ray`` cluster.
    ray_address
        The cluster; ``None`` for ``RAY_ADDRESS``, or else a new one on this machine.
    loader
        ``module:function`` that is given the bundle's path (or ``None``) and returns the pipeline: for
        custom components.
    segmenter
        The word segmenter, see `nhsa_nlp.load`, given to the loader; ``None`` for the bundle's.
    """

    paths: Sequence[str]
    options: ReadOptions = field(default_factory=ReadOptions)
    bundle: Path | None = None
    workers: int | None = None
    timeout: float | None = TIMEOUT
    max_memory: int | None = None
    engine: Literal["local", "ray"] = "local"
    ray_address: str | None = None
    loader: str = LOADER
    segmenter: SegmenterName | None = None


def stream_records(job: Job, skipped: Counter[str]) -> Generator[Record | Failure, None, None]:
    """Label documents lazily and in order, keeping nothing; closing the generator ends the processes.

    ``skipped`` counts, by suffix, the files in folders that no reader reads.

    Raises
    ------
    InputError, BundleError, WorkerError, KeyboardInterrupt
        See `nhsa_nlp.batch.into_files.run`.
    """
    found = find_documents(job.paths, READABLE, skipped=skipped)
    bundle_fingerprint(job.bundle)
    return _stream(job, found, skipped)


def _stream(
    job: Job, found: Iterable[Source | Unreadable], skipped: Counter[str]
) -> Generator[Record | Failure, None, None]:
    settings = worker_settings(job)
    with (
        contextlib.closing(WorkItems(found, settings, None, skipped)) as items,
        make_engine(job, settings) as engine,
    ):
        for item in engine.results(items):
            assert item.result is not None  # noqa: S101 - for the type checker
            yield from item.result.records()


def worker_settings(
    job: Job, *, texts: bool = False, tokens: bool = False, figures: bool = False
) -> WorkerSettings:
    """Return what the workers of a job are to do; see `WorkerSettings`."""
    return WorkerSettings(
        options=job.options,
        bundle=None if job.bundle is None else str(job.bundle.resolve()),
        loader=job.loader,
        segmenter=job.segmenter,
        texts=texts,
        tokens=tokens,
        figures=figures,
        timeout=job.timeout,
        max_memory=job.max_memory,
    )


def make_engine(job: Job, settings: WorkerSettings) -> Pool | RayEngine:
    """Return what labels: worker processes on this machine, or a cluster."""
    if job.engine == "ray":
        from nhsa_nlp.batch.ray_engine import RayEngine

        return RayEngine(settings, job.workers, job.ray_address)
    return Pool(settings, job.workers or 1)
