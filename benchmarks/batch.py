"""Runs over many documents: speed, memory, kills, Ray, and EDS-NLP for comparison.

Texts are made of paragraphs of ``training/data/replies.tsv``, drawn at random (fixed seed) until they have
1,500 characters, one file each, a thousand files per folder::

    python benchmarks/batch.py                          # all parts; half an hour
    python benchmarks/batch.py --only speed kills       # some of them
    python benchmarks/batch.py --eds /path/to/python    # a Python that has edsnlp installed

Speeds are of whole processes, the difference of two sizes of run, so that start-up is left out; it is
measured separately. One and two workers take turns for several rounds, and the median is quoted, with the
smallest and the largest value: other work on the machine, or a neighbour on its processor, can change a
single figure twofold. Memory is the sum of the peaks of all processes of a run (``VmHWM``;
shared pages count several times).
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
COMMAND = [sys.executable, "-m", "nhsa_nlp", "label"]
LENGTH = 1_500  # characters a document
FOLDER = 1_000  # documents a folder
PARTS = ("speed", "memory", "start", "kills", "ray", "eds")


def make_texts(count: int, seed: int = 0) -> Iterator[str]:
    """Yield documents of paragraphs drawn at random."""
    rows = (ROOT / "training" / "data" / "replies.tsv").read_text("utf-8").splitlines()
    paragraphs = [
        part + "。" for row in rows for part in row.partition("\t")[2].split("。") if len(part) > 20
    ]
    draw = random.Random(seed)  # noqa: S311
    for _ in range(count):
        text = ""
        while len(text) < LENGTH:
            text += draw.choice(paragraphs)
        yield text[:LENGTH]


def make_folder(place: Path, count: int) -> Path:
    """Write the given number of documents; return their folder."""
    for number, text in enumerate(make_texts(count)):
        folder = place / f"{number // FOLDER:03}"
        if number % FOLDER == 0:
            folder.mkdir(parents=True)
        (folder / f"{number:06}.txt").write_text(text, encoding="utf-8")
    return place


def tree(pid: int) -> list[int]:
    """Return a process and its descendants."""
    found = [pid]
    for process in found:
        for path in Path(f"/proc/{process}/task").glob("*/children"):
            with contextlib.suppress(OSError):  # it has ended
                found += [int(child) for child in path.read_text().split()]
    return found


def measure(command: list[str]) -> tuple[float, float, float]:
    """Run a command.

    Returns
    -------
    (float, float, float)
        Its seconds, the sum of its processes' peak memory in megabytes, and the processor time of the
        leading process alone, in seconds.
    """
    began = time.perf_counter()
    peaks: dict[int, float] = {}
    leading = 0.0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        while process.poll() is None:
            leading = max(leading, _ticks(process.pid) / os.sysconf("SC_CLK_TCK"))
            for pid in tree(process.pid):
                try:
                    found = re.search(r"VmHWM:\s*(\d+) kB", Path(f"/proc/{pid}/status").read_text())
                except OSError:
                    continue
                if found:
                    peaks[pid] = int(found[1]) / 1024
            time.sleep(0.1)
        seconds = time.perf_counter() - began
        errors = process.stderr.read().decode() if process.stderr else ""
    if process.returncode:
        raise SystemExit(f"{command}: exit status {process.returncode}: {errors}")
    return seconds, sum(peaks.values()), leading


def label(
    folder: Path, output: Path, workers: int, *options: str, prefix: Sequence[str] = ()
) -> tuple[float, float, float]:
    """Label a folder, see `measure`."""
    output.unlink(missing_ok=True)
    return measure([*prefix, *COMMAND, str(folder), "-o", str(output), "-j", str(workers), *options])


def print_speed(place: Path, small: int, large: int, rounds: int) -> None:
    """Documents a second with one and with two workers, which take turns in each round."""
    few, many = make_folder(place / "few", small), make_folder(place / "many", large)
    core = ["taskset", "-c", str(min(os.sched_getaffinity(0)))]
    contestants: dict[str, tuple[int, list[str]]] = {
        "one worker, the run confined to one core": (1, core),
        "one worker": (1, []),
        "two workers": (2, []),
    }
    speeds: dict[str, list[float]] = {name: [] for name in contestants}
    leading: dict[str, list[float]] = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, (workers, confined) in contestants.items():
            short, long = (
                label(folder, place / "o.jsonl", workers, prefix=confined) for folder in (few, many)
            )
            speeds[name].append((large - small) / (long[0] - short[0]))
            leading[name].append((long[2] - short[2]) / (large - small) * 1000)
    for name in contestants:
        print(
            f"| {name} | {_spread(speeds[name], ',.0f')} documents a second; "
            f"the leading process takes {median(leading[name]):.2f} ms a document |"
        )
    ratios = [two / one for one, two in zip(speeds["one worker"], speeds["two workers"], strict=True)]
    print(f"| two workers against one, round by round | {_spread(ratios, '.2f')} times |", flush=True)


def _spread(values: list[float], form: str) -> str:
    """Return the median of some values, with the smallest and the largest."""
    return f"{median(values):{form}} ({min(values):{form}} to {max(values):{form}})"


def print_memory(place: Path, small: int, large: int) -> None:
    """Peak memory of a small and of a large run with two workers."""
    for count in (small, large):
        folder = make_folder(place / str(count), count)
        seconds, peak, _ = label(folder, place / "o.jsonl", 2)
        print(
            f"| {count:,} documents, 2 workers | {peak:,.0f} MB in 3 processes, {seconds:,.0f} s |",
            flush=True,
        )


def print_start(place: Path) -> None:
    """Time of a run of one document, the shortest of three."""
    folder = make_folder(place / "one", 1)
    for workers in (1, 2):
        best = min(label(folder, place / "o.jsonl", workers)[0] for _ in range(3))
        print(f"| a run of one document, {workers} worker{'s' * (workers > 1)} allowed | {best:.1f} s |")


def print_kills(place: Path, count: int, kills: int) -> None:
    """Kill a run again and again, and compare its output with that of an undisturbed run."""
    folder = make_folder(place / "in", count)
    undisturbed, output = place / "undisturbed.jsonl", place / "killed.jsonl"
    label(folder, undisturbed, 2)
    draw = random.Random(1)  # noqa: S311
    journal = place / f".{output.name}.run" / "journal"
    killed = {"worker": 0, "parent": 0, "group": 0}
    process: subprocess.Popen[bytes] | None = None
    while sum(killed.values()) < kills:
        if process is None:
            process = subprocess.Popen(
                [*COMMAND, str(folder), "-o", str(output), "-j", "2"],
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
            seen = _lines(journal)
        step = draw.randrange(1, count // kills)
        while process.poll() is None and _lines(journal) < seen + step:
            time.sleep(0.001)
        if process.poll() is not None:
            break
        time.sleep(draw.random() / 100)
        seen = _lines(journal)
        what = draw.choice(list(killed))
        killed[what] += 1
        if what == "worker":
            workers = tree(process.pid)[1:]
            if workers:
                os.kill(draw.choice(workers), signal.SIGKILL)
            continue
        if what == "group":
            os.killpg(process.pid, signal.SIGKILL)
        process.kill()
        process.wait()
        process = None
    if process is not None:
        process.wait()
    else:
        measure([*COMMAND, str(folder), "-o", str(output), "-j", "2"])
    records = output.read_bytes().count(b"\n")
    same = "equal to" if output.read_bytes() == undisturbed.read_bytes() else "DIFFERENT FROM"
    how = ", ".join(f"{what} {times}" for what, times in killed.items())
    print(
        f"| kill -9 at {sum(killed.values())} moments ({how}) "
        f"| {records:,} records, {same} an undisturbed run |"
    )


def _lines(path: Path) -> int:
    try:
        return path.read_bytes().count(b"\n")
    except OSError:
        return 0


def print_ray(place: Path, count: int) -> None:
    """Compare the records made with Ray and without."""
    folder = make_folder(place / "in", count)
    here, there = place / "here.jsonl", place / "there.jsonl"
    label(folder, here, 2)
    seconds, _, leading = label(folder, there, 2, "--engine", "ray")
    same = "equal to" if here.read_bytes() == there.read_bytes() else "DIFFERENT FROM"
    print(
        f"| Ray, 2 actors, {count:,} documents | {same} the local engine's, {seconds:.0f} s, "
        f"of which the driver takes {leading:.1f} s of processor time |",
        flush=True,
    )


def print_eds(place: Path, python: str, count: int) -> None:
    """Run EDS-NLP's multiprocessing stream on the same texts, undisturbed, disturbed and killed."""
    folder = make_folder(place / "in", count)
    script = str(ROOT / "benchmarks" / "batch_edsnlp.py")
    few = make_folder(place / "few", count // 4)
    short, _, _ = measure([python, script, str(few), str(place / "e.jsonl")])
    long, peak, _ = measure([python, script, str(folder), str(place / "e.jsonl")])
    speed = (count - count // 4) / (long - short)
    print(
        f"| EDS-NLP, 2 workers | {speed:,.0f} documents a second, {peak:,.0f} MB; "
        f"{short:.0f} s for the first {count // 4:,} |"
    )
    for what in ("bad document", "kill -9 of a worker", "kill -9 of the parent"):
        print(f"| EDS-NLP, {what} | {_disturb(place, python, script, folder, what)} |", flush=True)


def _disturb(place: Path, python: str, script: str, folder: Path, what: str) -> str:
    output = place / "disturbed.jsonl"
    shutil.rmtree(output, ignore_errors=True)
    output.unlink(missing_ok=True)
    bad = folder / "000" / "000500.txt"
    good = bad.read_text("utf-8")
    if what == "bad document":
        bad.write_text("请报错" + good, encoding="utf-8")
    process = subprocess.Popen(
        [python, script, str(folder), str(output)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        if what != "bad document":
            while len(below := tree(process.pid)[1:]) < 3 and process.poll() is None:
                time.sleep(0.1)
            time.sleep(3)
            os.kill(process.pid if what.endswith("parent") else max(below, key=_ticks), signal.SIGKILL)
        try:
            _, errors = process.communicate(timeout=60)
            end = f"exit status {process.returncode}"
            last = errors.decode().strip().splitlines()[-1:] if errors else []
            end += f" ({last[0][:80]})" if last else ""
        except subprocess.TimeoutExpired:
            end = "hangs (60 s)"
    finally:
        bad.write_text(good, encoding="utf-8")
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
    written = output.read_bytes().count(b"\n") if output.is_file() else 0
    return f"{end}; {written:,} documents written"


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return int(fields[11]) + int(fields[12])


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--small", type=int, default=1_000)
    parser.add_argument("--large", type=int, default=50_000, help="documents of the large run for memory")
    parser.add_argument("--speed", type=int, default=5_000, help="documents of the run for speed")
    parser.add_argument("--rounds", type=int, default=5, help="how often the speeds are measured")
    parser.add_argument("--count", type=int, default=2_000, help="documents for kills, Ray and EDS-NLP")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument(
        "--eds", metavar="PYTHON", help="a Python with edsnlp; without it that part is left out"
    )
    options = parser.parse_args()
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")])
    print("| | |\n| --- | --- |", flush=True)
    for part in options.only:
        with tempfile.TemporaryDirectory() as name:
            place = Path(name)
            if part == "speed":
                print_speed(place, options.small, options.speed, options.rounds)
            elif part == "memory":
                print_memory(place, options.small, options.large)
            elif part == "start":
                print_start(place)
            elif part == "kills":
                print_kills(place, options.count, options.kills)
            elif part == "ray":
                print_ray(place, options.count)
            elif options.eds:
                print_eds(place, options.eds, options.count)


if __name__ == "__main__":
    main()
