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


def test_on_a_terminal_share_and_time_left_are_shown_where_they_are_known() -> None:
    leader, terminal = pty.openpty()
    run = subprocess.Popen(
        [sys.executable, "-c", SCRIPT], stderr=terminal, env={**os.environ, "TERM": "xterm"}
    )
    assert run.wait(60) == 0
    shown = os.read(leader, 1 << 16)
    os.close(terminal)
    os.close(leader)
    lines = re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", shown.decode()).replace("\r", "\n").split("\n")
    assert any(re.search(r"folds ━+.* 25% (\d+:\d\d:\d\d|-:--:--)", line) for line in lines), lines
    assert "nhsa-nlp: a remark" in [line.strip() for line in lines]
    assert not any("%" in line for line in lines if "writing" in line)


def test_in_a_pipe_there_are_remarks_only() -> None:
    run = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert (run.stdout, run.stderr) == ("", "nhsa-nlp: a remark\n")
