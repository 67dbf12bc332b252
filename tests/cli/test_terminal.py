"""What a person sees of the progress."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys

SCRIPT = """
import time
from nhsa_nlp.cli.terminal import Progress
with Progress("begins") as progress:
    progress.update("reading")
    progress.update("folds", 0, 4)
    progress.update("folds", 1, 4)
    time.sleep(0.5)
    progress.notice("a remark")
    progress.update("writing")
    time.sleep(0.5)
"""


RUN = """
import time
from nhsa_nlp.batch import Failure
from nhsa_nlp.batch.wire import Result
from nhsa_nlp.batch.work_items import WorkItem
from nhsa_nlp.cli.terminal import RunProgress
with RunProgress(lambda: 4) as progress:
    progress.resumed()
    progress.failed(Failure("a", "in/a.txt", "error", "why"))
    time.sleep(0.2)
    for file in (1, 2):
        progress.advanced(WorkItem(str(file), None, Result(labels=(None,)), file=file))
        time.sleep(0.3)
    progress.writing()
    time.sleep(0.3)
"""


def shown(script: str) -> list[str]:
    """Return the lines that a script prints to a terminal, one after the other."""
    leader, terminal = pty.openpty()
    run = subprocess.Popen(
        [sys.executable, "-c", script], stderr=terminal, env={**os.environ, "TERM": "xterm"}
    )
    assert run.wait(60) == 0
    output = os.read(leader, 1 << 16)
    os.close(terminal)
    os.close(leader)
    lines = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", output.decode()).replace("\r", "\n").split("\n")
    return [line.strip() for line in lines]


def test_on_a_terminal_share_and_time_left_are_shown_where_they_are_known() -> None:
    lines = shown(SCRIPT)
    assert any(re.search(r"folds ━+.* 25% (\d+:\d\d:\d\d|-:--:--)", line) for line in lines), lines
    assert "nhsa-nlp: a remark" in lines
    assert not any("%" in line for line in lines if "writing" in line)


def test_on_a_terminal_a_run_shows_its_share_once_the_files_are_counted() -> None:
    lines = shown(RUN)
    assert any(re.search(r"2 labelled, 1 failed, \S+ a second ━+.* 50% ", line) for line in lines), lines
    assert "nhsa-nlp: error: in/a.txt: why" in lines
    assert any("writing" in line and "%" not in line for line in lines)


def test_in_a_pipe_a_short_run_says_only_what_is_worth_knowing() -> None:
    run = subprocess.run([sys.executable, "-c", RUN], capture_output=True, text=True, check=True)
    assert run.stderr.splitlines() == [
        "nhsa-nlp: continues the earlier run; --restart would start over",
        "nhsa-nlp: error: in/a.txt: why",
    ]


def test_in_a_pipe_there_are_remarks_only() -> None:
    run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("", "nhsa-nlp: a remark\n")


def test_elsewhere_a_long_run_says_now_and_then_how_far_it_is() -> None:
    script = """
import time
from nhsa_nlp.cli import terminal
terminal._SECONDS_BETWEEN_LINES = 0.4
with terminal.Progress("begins") as progress:
    progress.update("reading")
    progress.update("folds", 0, 4)
    time.sleep(0.5)
    progress.update("folds", 1, 4)
    progress.update("folds", 2, 4)
"""
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert re.fullmatch(r"nhsa-nlp: folds: 1 of 4, [1-9]\d* s left\n", run.stderr), run.stderr
