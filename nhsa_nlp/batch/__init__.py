"""Labelling at scale: worker processes, runs that can be continued, isolated failures, Ray."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsa_nlp.lazy_names import lazy_names

if TYPE_CHECKING:
    from nhsa_nlp.batch.changes import Changes
    from nhsa_nlp.batch.failures import Failure, InterruptedRun
    from nhsa_nlp.batch.into_files import Observer, RunOptions, RunSummary, Update, run
    from nhsa_nlp.batch.job import Job, stream_records
    from nhsa_nlp.batch.labeller import Labeller
    from nhsa_nlp.batch.stream import label_stream
    from nhsa_nlp.batch.texts import text_path
    from nhsa_nlp.errors import WorkerError

__all__ = [
    "Changes",
    "Failure",
    "InterruptedRun",
    "Job",
    "Labeller",
    "Observer",
    "RunOptions",
    "RunSummary",
    "Update",
    "WorkerError",
    "label_stream",
    "run",
    "stream_records",
    "text_path",
]

# A worker needs nothing of a run, and records that are printed need nothing of outputs.
__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "changes": ("Changes",),
        "failures": ("Failure", "InterruptedRun"),
        "into_files": ("Observer", "RunOptions", "RunSummary", "Update", "run"),
        "job": ("Job", "stream_records"),
        "labeller": ("Labeller",),
        "stream": ("label_stream",),
        "texts": ("text_path",),
        ".errors": ("WorkerError",),
    },
)
