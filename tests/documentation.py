"""Running what Markdown pages show, block by block in the order in which it is read.

``python`` blocks with prompts are doctests; the blocks of a page share their names. ``console`` blocks are
commands behind ``$ `` with their output. All of a page runs in one folder that holds ``letters/`` (the
examples) and ``training/data``, with the ``nhsa-nlp`` that is installed beside this Python. ``...`` stands
for any text, and a comment ``<!-- exit: 1 -->`` in front of a block says that its last command ends with
that status. Other blocks are only read.

``python -m tests.documentation PAGE...`` runs pages without pytest, in the environment of any installation.
"""

import contextlib
import doctest
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.paths import LETTERS, ROOT, TRAINING_DATA

_BLOCK = re.compile(
    r"(?:^<!-- exit: (?P<exit>\d+) -->\n)?^```(?P<language>\w*)[^\n]*\n(?P<body>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)
_BASH = shutil.which("bash") or "bash"
_OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE | doctest.REPORT_NDIFF


def blocks(page: str, language: str) -> list[str]:
    return [match["body"] for match in _matches(page) if match["language"] == language]


def languages(page: str) -> set[str]:
    """Of which kinds the blocks of a page are."""
    return {match["language"] for match in _matches(page)}


def is_run(page: str) -> bool:
    """Whether a page has a block that is executed."""
    return bool(blocks(page, "console")) or any(">>>" in block for block in blocks(page, "python"))


def _matches(page: str) -> Iterator[re.Match[str]]:
    return _BLOCK.finditer((ROOT / page).read_text("utf-8"))


def workplace(folder: Path) -> Path:
    """Prepare a folder to run a page in."""
    shutil.copytree(LETTERS, folder / "letters")
    (folder / "training").mkdir()
    shutil.copytree(TRAINING_DATA, folder / "training/data")
    return folder


def run_page(page: str, folder: Path) -> tuple[list[str], int]:
    """Run a page in a folder; return what differs, and how many commands and examples there were."""
    names: dict[str, Any] = {}
    complaints, count = [], 0
    with contextlib.chdir(folder):
        for number, match in enumerate(_matches(page), 1):
            if match["language"] == "console":
                found, ran = _commands(match["body"], folder, int(match["exit"] or 0))
            elif match["language"] == "python" and ">>>" in match["body"]:
                found, ran = _examples(match["body"], names, f"{page}, block {number}")
            else:
                continue
            complaints += found
            count += ran
    return complaints, count


def _examples(source: str, names: dict[str, Any], place: str) -> tuple[list[str], int]:
    test = doctest.DocTestParser().get_doctest(source, {}, place, place, 0)
    test.globs = names
    said: list[str] = []
    results = doctest.DocTestRunner(optionflags=_OPTIONS).run(test, out=said.append, clear_globs=False)
    return said, results.attempted


def _commands(body: str, folder: Path, last_status: int) -> tuple[list[str], int]:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONIOENCODING": "utf-8",
        "COLUMNS": "96",
    }
    complaints = []
    steps = re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]
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
        status = last_status if place == len(steps) else 0
        right = doctest.OutputChecker().check_output(expected, done.stdout, _OPTIONS)
        if done.returncode != status or not right:
            complaints.append(f"$ {command}\nexit status {done.returncode}, output:\n{done.stdout}")
    return complaints, len(steps)


def main(pages: list[str]) -> int:
    """Run pages, each in a folder of its own, and say what differs."""
    failed = False
    for page in pages:
        with TemporaryDirectory() as folder:
            complaints, count = run_page(page, workplace(Path(folder)))
        said = [f"{page}: {count} commands and examples, {len(complaints)} differences", *complaints]
        sys.stdout.write("\n".join(said) + "\n")
        failed = failed or bool(complaints) or not count
    return int(failed)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
