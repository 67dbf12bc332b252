"""Labelling at scale: worker processes, runs that can be continued, isolated failures, Ray."""

from __future__ import annotations

from nhsa_nlp.batch.changes import Changes
from nhsa_nlp.batch.failures import Failure, InterruptedRun
from nhsa_nlp.batch.labeller import Labeller
from nhsa_nlp.batch.run import Job, Observer, RunOptions, RunSummary, Update, run, stream_records
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
