"""Writing the outputs of a run from its journal: side by side, in processes of their own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from nhsa_nlp.batch.changes import Changes, apply_journal
from nhsa_nlp.batch.journal import (
    Journal,
    read_encoded_records,
    read_failures,
    read_journal,
    read_outcomes,
)
from nhsa_nlp.batch.process import WorkerDiedError, WorkerProcess, WorkerSettings
from nhsa_nlp.errors import OutputError
from nhsa_nlp.io import HOLDING_TEXTS, writer_for
from nhsa_nlp.io.atomic import remove_leftovers
from nhsa_nlp.io.store.growing import GrowingArchive, open_growing
from nhsa_nlp.io.store.ledger import Ledger
from nhsa_nlp.io.writers import ENCODED_WRITERS
from nhsa_nlp.translation import message_from_json

_FEW = 5_000  # records for which it is not worth starting a process


def write_outputs(journal: Journal, paths: Sequence[Path], workers: int, bundle: str) -> None:
    """Write the records of a journal to files, in up to ``workers`` processes.

    ``bundle`` is the SHA-256 of the manifest of the bundle that labelled, which archives remember.

    Raises
    ------
    OutputError
        If one cannot be written; others may be in their places already.
    """
    for path in paths:
        remove_leftovers(path)
    workers = min(workers, len(paths))
    if workers == 1 or journal.labels.total() <= _FEW:
        for path in paths:
            write_output(journal.folder, path, bundle)
        return
    try:
        _write_side_by_side(journal.folder, [paths[number::workers] for number in range(workers)], bundle)
    except BaseException as error:
        for path in paths:
            remove_leftovers(path)  # of the processes that were killed
        if isinstance(error, WorkerDiedError):
            raise OutputError(
                "cannot be written: a process that wrote them {what}; is there enough memory? try fewer "
                "--workers",
                ", ".join(map(str, paths)),
                what=error.what,
            ) from error
        raise


def _write_side_by_side(folder: Path, shares: Sequence[Sequence[Path]], bundle: str) -> None:
    with ExitStack() as stack:
        processes = []
        for share in shares:
            process = stack.enter_context(closing(WorkerProcess(WorkerSettings(job="write"))))
            process.send({"folder": str(folder), "outputs": list(map(str, share)), "bundle": bundle})
            processes.append(process)
        for process, share in zip(processes, shares, strict=True):
            process.receive()  # it is ready
            for _ in share:
                error = process.receive()["error"]
                if error is not None:
                    raise OutputError(message_from_json(error))


def write_output(folder: Path, path: Path, bundle: str) -> None:
    """Write the records of the journal in a folder to one file, see `write_outputs`.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    if path.suffix.lower() in HOLDING_TEXTS:
        with open_growing(path, new=True) as archive:
            apply_journal(read_journal(folder), archive, bundle, now())
        return
    encoded = read_encoded_records(folder)
    if (write := ENCODED_WRITERS.get(path.suffix.lower())) is not None:
        write(path, encoded)
    else:
        writer_for(path)(path, map(json.loads, encoded), failures=read_failures(folder))


def is_up_to_date(folder: Path, ledger: Ledger, *, figures: bool) -> bool:
    """Tell whether the journal in a folder changes nothing in an archive, nor has it figures to be read."""
    if any(set(item) != {"failure"} for item in read_outcomes(folder)):
        return False
    return not (figures and ledger.without_figures(version("nhsa-nlp")))


def update_archive(
    folder: Path,
    path: Path,
    bundle: str,
    vanished: Sequence[int],
    *,
    new: bool,
    compact: bool,
    figures: bool = False,
) -> Changes:
    """Bring an archive up to date from the journal in a folder; make it if it is ``new``.

    If ``figures`` are stored in it, those that it lacks are read.

    Raises
    ------
    OutputError
        If it cannot be written; it is as it was.
    """
    with open_growing(path, new=new, compact=compact) as archive:
        done = apply_journal(read_journal(folder), archive, bundle, now(), vanished)
        if figures:
            done.figures = _read_missing_figures(archive)
        return done


def _read_missing_figures(archive: GrowingArchive) -> int:
    # What reads figures takes half a second to load.
    from nhsa_nlp.archive.figure_reading import stored_document_figures
    from nhsa_nlp.io.store.archive_file import ArchiveFile

    return archive.read_missing_figures(stored_document_figures) if isinstance(archive, ArchiveFile) else 0


def now() -> str:
    """Return the time in UTC, in ISO form to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def outcome_texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the ids and the raw texts of the records of the journal in a folder."""
    return (
        (item["record"]["id"], item.get("text", "")) for item in read_outcomes(folder) if "record" in item
    )
