"""A run: documents in, outputs whole in the end, whatever happens in between."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Generator, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal, Protocol

from nhsa_nlp.batch.failures import Failure, InterruptedRun
from nhsa_nlp.batch.folder import RunFolder
from nhsa_nlp.batch.journal import Journal
from nhsa_nlp.batch.outputs import Outputs
from nhsa_nlp.batch.pool import Engine, Pool
from nhsa_nlp.batch.process import LOADER, WorkerSettings
from nhsa_nlp.batch.signals import Interruptions
from nhsa_nlp.batch.work_items import WorkItem, WorkItems
from nhsa_nlp.errors import OutputError
from nhsa_nlp.io import READABLE, ReadOptions, Source, Unreadable, find_documents
from nhsa_nlp.pipeline.bundle import bundle_fingerprint
from nhsa_nlp.pipeline.segmenters import SegmenterName
from nhsa_nlp.record import Record

TIMEOUT = 600.0
"""Seconds a document may take, unless told otherwise."""


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
        The model bundle; ``None`` for the one that is shipped.
    workers
        How many processes label; ``None`` for one, with Ray for as many as the cluster has CPUs.
    timeout
        Seconds a document, or a part of a container, may take; ``None`` for no limit.
    max_memory
        Bytes of data a worker may hold; ``None`` for no limit. Linux only.
    engine
        ``local`` processes, or the actors of a ``ray`` cluster.
    ray_address
        The cluster; ``None`` as ``RAY_ADDRESS`` says, or a new one on this machine.
    loader
        ``module:function`` that is given the bundle's path (or ``None``) and returns the pipeline:
        for components of one's own.
    segmenter
        What makes the words, see `nhsa_nlp.load`; ``None``: as the bundle says. Given to the loader, too.
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


class Observer(Protocol):
    """Who is told how a run is going."""

    def resumed(self) -> None:
        """Hear that the run goes on where an earlier one was cut off."""

    def advanced(self, unit: WorkItem) -> None:
        """Hear of a unit that is done."""

    def failed(self, failure: Failure) -> None:
        """Hear of a document that has no record."""

    def writing(self) -> None:
        """Hear that all is labelled, and the outputs are being written."""


@dataclass
class RunSummary:
    """What a run came to.

    Attributes
    ----------
    labels
        Records by topic label.
    failures
        Failures by kind.
    seconds
        How long it took, this time.
    labelled_now
        How many records were made this time; the others had been kept.
    skipped
        Files in folders that no reader reads, by suffix.
    failed_list
        The list of failures, if there are any.
    """

    labels: Counter[str | None] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    labelled_now: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failed_list: Path | None = None

    @property
    def labelled(self) -> int:
        """How many records there are."""
        return self.labels.total()

    @property
    def failed(self) -> int:
        """How many documents failed."""
        return self.failures.total()


def run(
    job: Job,
    outputs: Sequence[Path],
    observer: Observer,
    *,
    keep_text: bool = False,
    restart: bool = False,
) -> RunSummary:
    """Label documents into files, and go on where an earlier run was cut off.

    What is done is kept in a hidden folder beside the first output, line by line. The outputs are
    written when everything is done, each whole or not at all; then the folder is removed. The same call
    after a crash, a kill or an interruption goes on, and gives the outputs of an undisturbed run over
    the inputs as they are now: what has the same source, size and time is not done again.

    Parameters
    ----------
    job
        What to do.
    outputs
        The files to write; the suffix says the format.
    observer
        Who is told.
    keep_text
        Whether to write the raw texts into a folder beside the first output.
    restart
        Whether to discard what an earlier run has kept.

    Returns
    -------
    RunSummary
        What it came to.

    Raises
    ------
    InputError
        For a path that does not exist.
    BundleError
        For a model that cannot be loaded.
    OutputError
        For an output that cannot be written, or is being written by another run; if an unfinished run
        had other options; if the disk is full.
    WorkerError
        If no worker can be started.
    InterruptedRun
        After Ctrl-C or SIGTERM.
    """
    targets = Outputs(outputs, keep_text=keep_text)
    summary = RunSummary()
    found = find_documents(job.paths, READABLE, skipped=summary.skipped, left_out=targets.own)
    fingerprint = bundle_fingerprint(job.bundle)
    targets.check(job.paths)
    with contextlib.ExitStack() as stack:
        folders = _lock(targets.paths, stack)
        targets.check_writable()
        texts = folders[0].resume(_state(job, fingerprint), texts=targets.need_texts, restart=restart)
        interruptions = stack.enter_context(Interruptions())
        journal = stack.enter_context(contextlib.closing(Journal(folders[0].path)))
        began = time.monotonic()
        try:
            if journal.expected is not None:
                observer.resumed()
            settings = _settings(job, texts=texts)
            units = WorkItems(found, settings, journal, summary.skipped)
            with contextlib.closing(units), make_engine(job, settings) as engine:
                summary.labelled_now = _label(engine, units, journal, observer, interruptions)
            summary.seconds = time.monotonic() - began
            observer.writing()
            _write(targets, journal)
        except KeyboardInterrupt:
            raise InterruptedRun(journal.tally.labels.total(), folders[0].path) from None
        folders[0].finished = True
    summary.labels, summary.failures = journal.tally.labels, journal.tally.failures
    summary.failed_list = targets.failed if summary.failures else None
    return summary


def stream_records(job: Job, skipped: Counter[str]) -> Generator[Record | Failure, None, None]:
    """Label documents one after the other, in order, keeping nothing.

    Parameters
    ----------
    job
        What to do.
    skipped
        Counts, by suffix, the files in folders that no reader reads.

    Returns
    -------
    Generator[Record | Failure]
        Works as it goes; closing it ends the processes.

    Raises
    ------
    InputError, BundleError, WorkerError, KeyboardInterrupt
        See `run`.
    """
    found = find_documents(job.paths, READABLE, skipped=skipped)
    bundle_fingerprint(job.bundle)
    return _stream(job, found, skipped)


def _stream(
    job: Job, found: Iterable[Source | Unreadable], skipped: Counter[str]
) -> Generator[Record | Failure, None, None]:
    settings = _settings(job, texts=False)
    with (
        contextlib.closing(WorkItems(found, settings, None, skipped)) as units,
        make_engine(job, settings) as engine,
    ):
        for unit in engine.results(units):
            assert unit.result is not None  # noqa: S101 - for the type checker
            yield from unit.result.records()


def make_engine(job: Job, settings: WorkerSettings) -> Engine:
    """Return what labels: worker processes here, or a cluster."""
    if job.engine == "ray":
        from nhsa_nlp.batch.ray_engine import RayEngine

        return RayEngine(settings, job.workers, job.ray_address)
    return Pool(settings, job.workers or 1)


def _label(
    engine: Engine, units: WorkItems, journal: Journal, observer: Observer, interruptions: Interruptions
) -> int:
    """Do what the journal lacks; return the number of records made."""
    made = 0
    for unit in engine.results(units):
        assert unit.result is not None  # noqa: S101 - for the type checker
        with interruptions.held():
            journal.append(unit.key, unit.number, unit.name, unit.result)
        made += 0 if unit.reused else len(unit.result.labels)
        observer.advanced(unit)
        if unit.result.failures:
            for found in unit.result.records():
                if isinstance(found, Failure):
                    observer.failed(found)
    return made


def _write(targets: Outputs, journal: Journal) -> None:
    try:
        targets.write(journal)
    except OutputError as error:
        raise OutputError(f"{error}; all is labelled, run the same command again to write it") from error


def _settings(job: Job, *, texts: bool) -> WorkerSettings:
    return WorkerSettings(
        options=job.options,
        bundle=None if job.bundle is None else str(job.bundle.resolve()),
        loader=job.loader,
        segmenter=job.segmenter,
        texts=texts,
        timeout=job.timeout,
        max_memory=job.max_memory,
    )


def _lock(paths: Sequence[Path], stack: contextlib.ExitStack) -> list[RunFolder]:
    """Lock every output, so that no other run writes it; the first folder is the one of the run."""
    return [stack.enter_context(contextlib.closing(RunFolder(path))) for path in paths]


def _state(job: Job, fingerprint: str) -> dict[str, Any]:
    """Return what the results depend on, under the names people know."""
    import nhsa_nlp

    options = {f"--{name.replace('_', '-')}": value for name, value in asdict(job.options).items()}
    return {
        "list of PATHs": list(job.paths),
        "--bundle (SHA-256 of its manifest)": fingerprint,
        "version of nhsa-nlp": nhsa_nlp.__version__,
        "loader": job.loader,
        "--segmenter": job.segmenter,
        **options,
    }
