"""Labelling any stream of texts from Python, in worker processes."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Mapping
from pathlib import Path
from typing import Any

from nhsa_nlp.batch.failures import Failure, refusal
from nhsa_nlp.batch.given import check_given_text, valid_unicode
from nhsa_nlp.batch.pool import Pool
from nhsa_nlp.batch.process import LOADER, WorkerSettings
from nhsa_nlp.batch.wire import Task, failed
from nhsa_nlp.errors import InputError
from nhsa_nlp.io import Document, Unreadable
from nhsa_nlp.pipeline.bundle import bundle_fingerprint
from nhsa_nlp.record import Record


def label_stream(
    documents: Iterable[Document | str | tuple[str, str] | Mapping[str, Any]],
    *,
    bundle: str | Path | None = None,
    workers: int = 1,
    timeout: float | None = None,
    max_memory: int | None = None,
    loader: str = LOADER,
) -> Generator[Record | Failure, None, None]:
    """Label a stream of texts, lazily and in order.

    Parameters
    ----------
    documents
        Each a `Document`, a text, an id and a text, or a mapping (such as a row) with ``text`` and
        perhaps ``id`` and ``source``; its other fields become the record's columns. What has no id is
        numbered from 1. Only some are taken ahead, so a generator may be endless.
    bundle, timeout, max_memory, loader
        As in `Job`; by default there is no time limit.
    workers
        How many processes label; each loads the model once, when there is work for it.

    Returns
    -------
    Generator[Record | Failure]
        One per document, in order: its record, or why it has none. Closing the generator ends the
        processes.

    Raises
    ------
    BundleError
        At once, for a bundle that is missing or damaged.
    WorkerError
        During iteration, if no worker can be started.

    Examples
    --------
    >>> from nhsa_nlp.batch import label_stream
    >>> for record in label_stream([("a", "2021年追回医保基金188.4亿元。"), ""]):
    ...     print(record["id"] if isinstance(record, dict) else record.reason)
    a
    is empty; nothing to read
    """
    path = None if bundle is None else Path(bundle)
    bundle_fingerprint(path)
    settings = WorkerSettings(
        bundle=None if path is None else str(path.resolve()),
        loader=loader,
        timeout=timeout,
        max_memory=max_memory,
    )
    return _label(documents, settings, workers)


def _label(
    documents: Iterable[Any], settings: WorkerSettings, workers: int
) -> Generator[Record | Failure, None, None]:
    tasks = (_task(item, number) for number, item in enumerate(documents, start=1))
    with Pool(settings, workers) as pool:
        for task in pool.results(tasks):
            assert task.result is not None  # noqa: S101 - for the type checker
            yield from task.result.records()


def _task(item: Any, number: int) -> Task:
    """Return the task for what the caller gave; what is not a text becomes a failure."""
    given = _fields(item)
    id_ = valid_unicode(str(number if given.get("id") is None else given["id"]))
    source = valid_unicode(str(given.get("source") or ""))
    try:
        text = check_given_text(given.get("text"))
    except InputError as error:
        return Task(id_, None, failed(refusal(Unreadable(id_, source, error))))
    columns = {str(name): value for name, value in given.items() if name not in _OURS}
    return Task(id_, Document(id_, source, text, given.get("meta", {}), given.get("columns", columns)))


_OURS = {"id", "source", "text", "meta", "columns"}
_PAIR = 2


def _fields(item: Any) -> Mapping[Any, Any]:
    if isinstance(item, Document):
        return {name: getattr(item, name) for name in _OURS}
    if isinstance(item, Mapping):
        return item
    if isinstance(item, tuple) and hasattr(item, "_asdict"):  # a row of DataFrame.itertuples
        row: Mapping[Any, Any] = item._asdict()
        return row
    if isinstance(item, tuple) and len(item) == _PAIR:
        return {"id": item[0], "text": item[1]}
    return {"text": item}
