"""Labelling at scale: worker processes, runs that survive, failures kept apart, Ray."""

from __future__ import annotations

from nhsa_nlp.batch.failures import Failure, InterruptedRun, WorkerError
from nhsa_nlp.batch.labeller import Labeller
from nhsa_nlp.batch.run import Job, Observer, RunSummary, run, stream_records
from nhsa_nlp.batch.stream import label_stream
from nhsa_nlp.batch.texts import text_path

__all__ = [
    "Failure",
    "InterruptedRun",
    "Job",
    "Labeller",
    "Observer",
    "RunSummary",
    "WorkerError",
    "label_stream",
    "run",
    "stream_records",
    "text_path",
]
