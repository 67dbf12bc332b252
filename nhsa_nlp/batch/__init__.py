"""Labelling at scale: worker processes, runs that survive, failures kept apart, Ray."""

from __future__ import annotations

from nhsa_nlp.batch.failure import Failure, InterruptedRun, WorkerError
from nhsa_nlp.batch.iterables import label_stream
from nhsa_nlp.batch.labeller import Labeller
from nhsa_nlp.batch.run import Job, Observer, Summary, run, stream
from nhsa_nlp.batch.texts import text_path

__all__ = [
    "Failure",
    "InterruptedRun",
    "Job",
    "Labeller",
    "Observer",
    "Summary",
    "WorkerError",
    "label_stream",
    "run",
    "stream",
    "text_path",
]
