"""What it costs to bring an archive up to date, against labelling it all: processor time and size.

Documents are made as in ``batch.py``, in folders of a thousand. The archive is labelled as a whole; then
updates of 1% (new documents only; a half new, a quarter changed, a quarter gone) and one in which nothing
has changed::

    python benchmarks/update.py                    # 10,000 documents, .sqlite and .parquet
    python benchmarks/update.py --count 100000

Processor time is that of all processes of a command, user and system, start and loading the model included:
it is fairer than the clock on a machine that does other work as well.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import tempfile
from pathlib import Path

from batch import COMMAND, FOLDER, make_texts


def processor_time(command: list[str]) -> tuple[float, str]:
    """Run a command; return the seconds of all its processes, and the last line but one that it said."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        raise SystemExit(f"{command}: exit status {done.returncode}: {done.stderr}")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    seconds = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    said = [line for line in done.stderr.splitlines() if "archive:" in line]
    return seconds, said[-1].partition("archive: ")[2] if said else ""


def size(path: Path) -> float:
    """Return the megabytes of a file or of a folder."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6


def write(folder: Path, number: int, text: str) -> None:
    """Write a document into its folder."""
    place = folder / f"{number // FOLDER:03}"
    place.mkdir(parents=True, exist_ok=True)
    (place / f"{number:06}.txt").write_text(text, encoding="utf-8")


def measure(suffix: str, folder: Path, texts: list[str], count: int) -> None:
    """Measure an archive of one format; ``texts`` are the documents and those that are added."""
    for number in range(count):
        write(folder, number, texts[number])
    archive = folder.with_name(f"archive{suffix}")
    command = [*COMMAND, str(folder), "-o", str(archive), "--update"]
    full, _ = processor_time(command)
    print(f"| {suffix}, {count:,} documents, all | {full:.1f} s | | {size(archive):.0f} MB | |", flush=True)
    part = max(count // 100, 4)
    following = iter(range(count, len(texts)))

    def report(what: str) -> None:
        seconds, said = processor_time(command)
        cost = f"{seconds:.2f} s | {seconds / full:.1%} | {size(archive):.0f} MB"
        print(f"| {suffix}, {what} | {cost} | {said} |", flush=True)

    for number, _ in zip(following, range(part), strict=False):
        write(folder, number, texts[number])
    report("1% new")
    for number, _ in zip(following, range(part // 2), strict=False):
        write(folder, number, texts[number])
    for number in range(part // 4):
        write(folder, number * 40, texts[number * 40] + "已修改。")
        (folder / f"{number * 40 // FOLDER:03}" / f"{number * 40 + 1:06}.txt").unlink()
    report("1% new, changed and gone")
    report("nothing changed")
    shutil.rmtree(folder)


def main() -> None:
    """Measure and print a Markdown table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument(
        "--suffix", nargs="+", choices=(".sqlite", ".parquet"), default=(".sqlite", ".parquet")
    )
    options = parser.parse_args()
    root = Path(__file__).resolve().parent.parent
    os.environ["PYTHONPATH"] = os.pathsep.join([str(root), os.environ.get("PYTHONPATH", "")])
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)  # compiled once, as where the program is installed
    texts = list(make_texts(options.count + options.count // 50 + 8))
    print("| | processor time | of a full run | size | |\n| --- | --- | --- | --- | --- |", flush=True)
    for suffix in options.suffix:
        with tempfile.TemporaryDirectory() as name:
            measure(suffix, Path(name) / "in", texts, options.count)


if __name__ == "__main__":
    main()
