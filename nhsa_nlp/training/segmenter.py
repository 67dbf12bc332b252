"""Training the word segmenter (spacy-pkuseg, a conditional random field)."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from nhsa_nlp.errors import NhsaNlpError

_PROGRAM = """\
import random, sys, spacy_pkuseg
random.seed(int(sys.argv[5]))
spacy_pkuseg.train(sys.argv[1], sys.argv[2], sys.argv[3], train_iter=int(sys.argv[4]))
"""


def train_segmenter(
    sentences: Sequence[Sequence[str]], output: Path, *, seed: int = 0, iterations: int = 10
) -> None:
    """Train the segmenter and write ``features.msgpack`` and ``weights.npz`` into a folder.

    It runs in a process of its own with fixed string hashes: the library numbers features in the order of
    sets, prints, and keeps its settings in a global. Agreement on held-out sentences is flat from 10
    iterations on.

    Raises
    ------
    NhsaNlpError
        If the training fails; the message holds the last line of what it printed.
    """
    with tempfile.TemporaryDirectory() as scratch:
        train, test = Path(scratch, "train.txt"), Path(scratch, "test.txt")
        train.write_text("".join(" ".join(words) + "\n" for words in sentences), "utf-8")
        # The library insists on a test file and only prints its score.
        test.write_text("".join(" ".join(words) + "\n" for words in sentences[:10]), "utf-8")
        arguments = map(str, (train, test, output, iterations, seed))
        command = [sys.executable, "-c", _PROGRAM, *arguments]
        environment = {**os.environ, "PYTHONHASHSEED": "0", "PYTHONUTF8": "1", "OMP_NUM_THREADS": "1"}
        done = subprocess.run(  # noqa: S603 - our own program and paths
            command, env=environment, capture_output=True, text=True, encoding="utf-8", errors="replace"
        )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise NhsaNlpError("the segmenter could not be trained: {last}", last=last)
