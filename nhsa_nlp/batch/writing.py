"""Writing the outputs of a run from its journal: side by side, in processes of their own."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

from nhsa_nlp.batch.journal import Journal, read_outcomes
from nhsa_nlp.batch.process import WorkerDiedError, WorkerProcess, WorkerSettings
from nhsa_nlp.errors import OutputError
from nhsa_nlp.io import HOLDING_TEXTS, writer_for
from nhsa_nlp.io.atomic import remove_leftovers
from nhsa_nlp.record import Record

_FEW = 5_000  # records for which it is not worth starting a process


def write_outputs(journal: Journal, paths: Sequence[Path], workers: int) -> None:
    """Write the records of a journal to files, in up to ``workers`` processes.

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
            write_output(journal.folder, path)
        return
    try:
        _write_side_by_side(journal.folder, [paths[number::workers] for number in range(workers)])
    except BaseException as error:
        for path in paths:
            remove_leftovers(path)  # of the processes that were killed
        if isinstance(error, WorkerDiedError):
            raise OutputError(
                f"{', '.join(map(str, paths))}: cannot be written: a process that wrote them {error.what}; "
                "is there enough memory? try fewer --workers"
            ) from error
        raise


def _write_side_by_side(folder: Path, shares: Sequence[Sequence[Path]]) -> None:
    with ExitStack() as stack:
        processes = []
        for share in shares:
            process = stack.enter_context(closing(WorkerProcess(WorkerSettings(job="write"))))
            process.send({"folder": str(folder), "outputs": list(map(str, share))})
            processes.append(process)
        for process, share in zip(processes, shares, strict=True):
            process.receive()  # it is ready
            for _ in share:
                error = process.receive()["error"]
                if error is not None:
                    raise OutputError(error)


def write_output(folder: Path, path: Path) -> None:
    """Write the records of the journal in a folder to one file.

    Raises
    ------
    OutputError
        If it cannot be written.
    """
    if path.suffix.lower() in HOLDING_TEXTS:
        texts = _Texts(folder)
        writer_for(path)(path, texts.records(), texts=texts.text, tokens=texts.tokens)
    else:
        writer_for(path)(path, (item["record"] for item in read_outcomes(folder) if "record" in item))


def outcome_texts(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield the ids and the raw texts of the records of the journal in a folder."""
    return (
        (item["record"]["id"], item.get("text", "")) for item in read_outcomes(folder) if "record" in item
    )


class _Texts:
    """The records of a journal, and for a writer what is known of the text of the one given last."""

    def __init__(self, folder: Path):
        self._folder = folder
        self._last: dict[str, Any] = {}

    def records(self) -> Iterator[Record]:
        for item in read_outcomes(self._folder):
            if "record" in item:
                self._last = item
                yield item["record"]

    def text(self, _id: str) -> str | None:
        return self._last.get("text")

    def tokens(self, _id: str) -> str | None:
        return self._last.get("tokens")
