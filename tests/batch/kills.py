"""Runs that are killed at random moments and then continued: ``python -m tests.batch.kills 200``."""

from __future__ import annotations

import contextlib
import csv
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from pathlib import Path

FILES, ROWS, MEMBERS = 1500, 300, 200
DOCUMENTS = FILES + ROWS + MEMBERS
KILLS_PER_RUN = 8
WORKER_KILLS = 2  # of one process: a document on which three workers die is given up
SCRIPT = """
import sys
from pathlib import Path
from nhsa_nlp.batch import Job, run
from tests.batch.test_run import Watch
run(Job([sys.argv[1]], workers=2, loader="tests.batch.faults:load"), [Path(sys.argv[2])], Watch())
"""


def write_documents(folder: Path) -> None:
    """Write 2,000 documents: files, rows of a table, members of an archive."""
    folder.mkdir()
    for number in range(FILES):
        (folder / f"{number:04}.txt").write_text(f"第{number}件" + "医保" * (number % 97), encoding="utf-8")
    with (folder / "0500.csv").open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["text"])
        rows.writerows([f"第{number}行"] for number in range(ROWS))
    with zipfile.ZipFile(folder / "1000.zip", "w") as archive:
        for number in range(MEMBERS):
            archive.writestr(f"{number}.txt", f"附件{number}")


def start(folder: Path, output: Path) -> subprocess.Popen[bytes]:
    """Start a run, or continue it."""
    return subprocess.Popen([sys.executable, "-c", SCRIPT, str(folder), str(output)], start_new_session=True)


def undisturbed(folder: Path, output: Path) -> bytes:
    """Return the output of a run that nothing disturbs."""
    assert start(folder, output).wait() == 0
    return output.read_bytes()


def disturb(folder: Path, output: Path, chosen: random.Random) -> Counter[str]:
    """Do a run with some kills; return how many there were of each kind."""
    kills: Counter[str] = Counter()
    process, of_workers = start(folder, output), 0
    while _wait(process, output, chosen) and kills.total() < KILLS_PER_RUN:
        victim = chosen.choice(["run", "run with its workers", "worker"])
        if victim == "worker":
            workers = _children(process.pid)
            if not workers or of_workers == WORKER_KILLS:
                continue
            with contextlib.suppress(ProcessLookupError):
                os.kill(chosen.choice(workers), signal.SIGKILL)
            of_workers += 1
        else:
            if victim == "run":
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            process, of_workers = start(folder, output), 0
        kills[victim] += 1
    assert process.wait() == 0
    return kills


def _wait(process: subprocess.Popen[bytes], output: Path, chosen: random.Random) -> bool:
    """Wait until a random moment; tell whether the run is still going on."""
    journal = output.with_name(f".{output.name}.run") / "journal"
    end = time.monotonic() + chosen.uniform(0, 2)
    lines = chosen.randrange(DOCUMENTS) if chosen.random() < 0.7 else DOCUMENTS * 10
    while process.poll() is None and (lines <= DOCUMENTS or time.monotonic() < end):
        if lines <= DOCUMENTS and journal.exists() and _lines(journal) >= lines:
            break
        time.sleep(0.002)
    return process.poll() is None


def _lines(journal: Path) -> int:
    try:
        return journal.read_bytes().count(b"\n")
    except FileNotFoundError:  # it has finished
        return 0


def _children(pid: int) -> list[int]:
    children: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children += map(int, path.read_text().split())
        except OSError:
            continue
    return children


def main(most: int) -> None:
    """Kill so often; print how often, what, and how many outputs differ."""
    with tempfile.TemporaryDirectory() as name:
        place = Path(name)
        write_documents(place / "in")
        expected = undisturbed(place / "in", place / "undisturbed.jsonl")
        kills: Counter[str] = Counter()
        runs = wrong = 0
        while kills.total() < most:
            output = place / f"{runs}.jsonl"
            kills += disturb(place / "in", output, random.Random(runs))  # noqa: S311
            same = output.read_bytes() == expected
            wrong += not same
            runs += 1
    counts = ", ".join(f"{count} of a {victim}" for victim, count in kills.items())
    print(f"{runs} runs, {kills.total()} kills ({counts}), {wrong} differ")  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]))
