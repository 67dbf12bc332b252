"""A run: documents in, whole outputs at the end, whatever happens in between."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, TypedDict

from nhsa_nlp.batch.changes import Changes
from nhsa_nlp.batch.failures import Failure, InterruptedRun
from nhsa_nlp.batch.folder import RunFolder
from nhsa_nlp.batch.job import Job, make_engine, worker_settings
from nhsa_nlp.batch.journal import Journal
from nhsa_nlp.batch.known import Known
from nhsa_nlp.batch.outputs import Outputs
from nhsa_nlp.batch.pool import Pool
from nhsa_nlp.batch.signals import Interruptions
from nhsa_nlp.batch.work_items import WorkItem, WorkItems
from nhsa_nlp.errors import DamagedArchiveError, OutputError
from nhsa_nlp.io import READABLE, find_documents
from nhsa_nlp.io.store.growing import lock_archive, open_ledger, reading_ledger
from nhsa_nlp.io.store.ledger import Ledger
from nhsa_nlp.pipeline.bundle import bundle_fingerprint

if TYPE_CHECKING:
    from nhsa_nlp.batch.ray_engine import RayEngine


@dataclass(frozen=True)
class Update:
    """How an archive is brought up to date.

    Attributes
    ----------
    relabel
        Whether what another bundle has labelled is labelled again.
    compact
        Whether to remove what is left of deleted documents but their marks.
    """

    relabel: bool = False
    compact: bool = False


class RunOptions(TypedDict, total=False):
    """The keywords of `run`, which says what each does, for whoever passes them on."""

    keep_text: bool
    restart: bool
    retry_failed: bool
    overwrite: bool
    update: Update | None
    figures: bool


class Observer(Protocol):
    """What is notified of the progress of a run."""

    def resumed(self) -> None:
        """Note that an earlier run is being continued."""

    def outdated(self) -> None:
        """Note that what an earlier run kept has a format that is no longer read, and is done again."""

    def advanced(self, item: WorkItem) -> None:
        """Note a work item that is done."""

    def failed(self, failure: Failure) -> None:
        """Note a document that has no record."""

    def writing(self) -> None:
        """Note that everything is labelled, and the outputs are being written."""


@dataclass
class RunSummary:
    """The result of a run.

    Attributes
    ----------
    labels
        Records by topic label.
    failures
        Failures by kind.
    seconds
        How long it took, without what an earlier run had done.
    labelled_now
        How many records were made, without those of an earlier run.
    skipped
        Files in folders that no reader reads, by suffix.
    failed_list
        The list of failures, if there are any.
    changes
        What was done to an archive that was updated.
    """

    labels: Counter[str | None] = field(default_factory=Counter)
    failures: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    labelled_now: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    failed_list: Path | None = None
    changes: Changes | None = None

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
    retry_failed: bool = False,
    overwrite: bool = False,
    update: Update | None = None,
    figures: bool = False,
) -> RunSummary:
    """Label documents into files, and continue where an earlier run was interrupted.

    What is done is kept in a hidden folder beside the first output, line by line. The outputs are
    written when everything is done, each whole or not at all; then the folder is removed, unless some
    documents failed. The same call after a crash, a kill or an interruption continues, and gives the
    outputs of an undisturbed run over the inputs as they are now: what has the same path, size and time
    is not done again.

    Parameters
    ----------
    job
        What to do.
    outputs
        The files to write; the suffix determines the format.
    observer
        What is notified.
    keep_text
        Whether to write the raw texts into a folder beside the first output; of an update, into the parts
        of an archive in ``.parquet``, with an index for precedents.
    restart
        Whether to discard what an earlier run has kept.
    retry_failed
        Whether to continue an earlier run, finished or not, and try again what failed in it.
    overwrite
        Whether to replace outputs that this program has not written, or that somebody has changed.
    update
        Bring the only output, an archive in ``.sqlite`` or a folder of parts in ``.parquet``, up to date:
        label what is new or has changed, and mark what is gone. One that does not exist is made.
    figures
        Whether to store the figures of the documents in outputs in ``.sqlite``; an update of one that has
        them goes on anyway.

    Raises
    ------
    InputError
        For a path that does not exist.
    BundleError
        For a model that cannot be loaded.
    OutputError
        For an output that cannot be written, or is being written by another run; if the run to be
        continued had other options, or there is none to be tried again; if the disk is full.
    WorkerError
        If no worker can be started.
    InterruptedRun
        After Ctrl-C or SIGTERM.
    """
    targets = Outputs(outputs, keep_text=keep_text, update=update is not None, figures=figures)
    summary = RunSummary()
    found = find_documents(job.paths, READABLE, skipped=summary.skipped, left_out=targets.own)
    fingerprint = bundle_fingerprint(job.bundle)
    targets.check(job.paths)
    with contextlib.ExitStack() as stack:
        # No other run may write any of the files; the first folder is the one of this run.
        folder, *_ = [stack.enter_context(contextlib.closing(RunFolder(path))) for path in targets.own]
        targets.check_writable(overwrite=overwrite)
        state = _state(job, fingerprint)
        known: Known | None = None
        ledger: Ledger | None = None
        looking = stack.enter_context(contextlib.ExitStack())
        if update is not None:
            state |= {"--update": True, "--relabel": update.relabel}
            ledger = looking.enter_context(open_ledger(targets.paths[0]))
            if ledger is not None:
                stack.enter_context(reading_ledger(targets.paths[0]))
                looking.enter_context(lock_archive(targets.paths[0]))
                targets.keep_on(ledger)
                known = Known(ledger, job.paths, fingerprint, relabel=update.relabel)
            state |= {"--keep-text": True} if targets.texts_in_parts else {}
        state |= {"--figures": True} if targets.figures else {}
        texts = folder.resume(state, texts=targets.need_texts, restart=restart, retry=retry_failed)
        interruptions = stack.enter_context(Interruptions())
        journal = stack.enter_context(contextlib.closing(Journal(folder.path, retry=retry_failed)))
        began = time.monotonic()
        try:
            if folder.outdated:
                observer.outdated()
            if journal.resumed:
                observer.resumed()
            settings = worker_settings(job, texts=texts, tokens=targets.need_tokens, figures=targets.figures)
            items = WorkItems(found, settings, journal, summary.skipped, known)
            with contextlib.closing(items), make_engine(job, settings) as engine:
                summary.labelled_now = _label(engine, items, journal, observer, interruptions)
            summary.seconds = time.monotonic() - began
            observer.writing()
            try:
                if update is None:
                    targets.write(journal, fingerprint, job.workers or 1)
                else:
                    vanished = [] if known is None else list(known.vanished())
                    summary.changes = targets.update(
                        journal, fingerprint, vanished, ledger, compact=update.compact, close=looking.close
                    )
            except DamagedArchiveError as error:  # what is labelled fits no other
                raise OutputError("{error} (add --restart)", error=error) from error
            except OutputError as error:
                raise OutputError(
                    "{error}; everything is labelled, run the same command again to write it", error=error
                ) from error
        except KeyboardInterrupt:
            raise InterruptedRun(journal.labels.total(), folder.path) from None
        # An update tries again by itself what failed.
        folder.finish(keep=bool(journal.failures) and update is None)
    summary.labels, summary.failures = journal.labels, journal.failures
    summary.failed_list = targets.failed if summary.failures else None
    return summary


def _label(
    engine: Pool | RayEngine,
    items: WorkItems,
    journal: Journal,
    observer: Observer,
    interruptions: Interruptions,
) -> int:
    """Do what the journal lacks; return the number of records made."""
    made = 0
    for item in engine.results(items):
        assert item.result is not None  # noqa: S101 - for the type checker
        with interruptions.held():
            journal.append(item.key, item.number, item.name, item.result)
        made += 0 if item.reused else len(item.result.labels)
        observer.advanced(item)
        if item.result.failures:
            for found in item.result.records():
                if isinstance(found, Failure):
                    observer.failed(found)
    return made


def _state(job: Job, fingerprint: str) -> dict[str, Any]:
    """Return what the results depend on, under names that users know."""
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
