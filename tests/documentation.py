"""Running what Markdown pages show.

``python`` blocks with prompts are doctests; a page shares its names. ``console`` blocks are commands behind
``$ `` with their output, run one after another in one folder that holds ``letters/`` (the examples) and
``training/data``; ``...`` stands for any text, and a comment ``<!-- exit: 1 -->`` in front of a block says
that its last command ends with that status. Other blocks are only read.
"""

import doctest
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.paths import LETTERS, ROOT, TRAINING_DATA

_BLOCK = re.compile(
    r"(?:^<!-- exit: (?P<exit>\d+) -->\n)?^```(?P<language>\w*)[^\n]*\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_BASH = shutil.which("bash") or "bash"
_OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.REPORT_NDIFF


def blocks(page: str, language: str) -> list[str]:
    return [match["body"] for match in _matches(page) if match["language"] == language]


def _matches(page: str) -> Iterator[re.Match[str]]:
    return _BLOCK.finditer((ROOT / page).read_text("utf-8"))


def workplace(folder: Path) -> Path:
    """Prepare a folder to run a page in."""
    shutil.copytree(LETTERS, folder / "letters")
    (folder / "training").mkdir()
    shutil.copytree(TRAINING_DATA, folder / "training/data")
    return folder


def python_failures(page: str) -> tuple[int, int]:
    """Run the doctests of a page and return how many failed, and of how many."""
    source = "\n".join(block for block in blocks(page, "python") if ">>>" in block)
    test = doctest.DocTestParser().get_doctest(source, {}, str(page), str(page), 0)
    results = doctest.DocTestRunner(optionflags=_OPTIONS).run(test)
    return results.failed, results.attempted


def run_console(page: str, folder: Path) -> tuple[list[str], int]:
    """Run the commands of a page in a folder; return what differs, and how many there were."""
    scripts = folder / ".bin"
    scripts.mkdir()
    script = scripts / "nhsa-nlp"
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m nhsa_nlp.cli "$@"\n')
    script.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
        "COLUMNS": "96",
    }
    complaints, count = [], 0
    for match in _matches(page):
        if match["language"] != "console":
            continue
        steps = re.split(r"^\$ ", match["body"], flags=re.MULTILINE)[1:]
        for place, step in enumerate(steps, 1):
            command, _, expected = step.partition("\n")
            done = subprocess.run(
                [_BASH, "-o", "pipefail", "-c", command],
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                encoding="utf-8",
            )
            count += 1
            status = int(match["exit"] or 0) if place == len(steps) else 0
            right = doctest.OutputChecker().check_output(expected, done.stdout, _OPTIONS)
            if done.returncode != status or not right:
                complaints.append(f"$ {command}\nexit status {done.returncode}, output:\n{done.stdout}")
    return complaints, count
