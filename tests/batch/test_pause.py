"""A run that is stopped for a while, by Ctrl-Z, with its container or its machine, fails no document."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from tests.batch import faults

TIMEOUT, PAUSE = 3.0, 15.0  # the pause is longer than a worker waits before it ends itself
SCRIPT = f"""
from nhsa_nlp.batch import label_stream
texts = ["医保", "{faults.NAP}"]
for item in label_stream(texts, timeout={TIMEOUT}, loader="tests.batch.faults:load"):
    print(item["id"] if isinstance(item, dict) else item, flush=True)
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals of POSIX")
def test_a_pause_is_no_timeout() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT], stdout=subprocess.PIPE, encoding="utf-8", start_new_session=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "1\n"
        os.killpg(process.pid, signal.SIGSTOP)  # the worker has begun with the second document
        time.sleep(PAUSE)
        os.killpg(process.pid, signal.SIGCONT)
        assert process.stdout.read() == "2\n"
