"""Times of whole processes for the commands that a newcomer runs: --help, and label of one letter.

python benchmarks/startup.py [RUNS]
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent
COMMAND = [sys.executable, "-m", "nhsa_nlp"]


def seconds(arguments: list[str], runs: int) -> list[float]:
    """Run a command some times and return how long each run took."""
    times = []
    for _ in range(runs):
        began = time.perf_counter()
        subprocess.run([*COMMAND, *arguments], check=True, capture_output=True)
        times.append(time.perf_counter() - began)
    return times


def main() -> None:
    """Print minimum, median and maximum."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    letter = str(ROOT / "examples/letters/npc-13-4-2020.txt")
    for name, arguments in (("--help", ["--help"]), ("label, one letter", ["label", letter])):
        times = seconds(arguments, runs)
        print(f"{name:18} {min(times):.2f} / {statistics.median(times):.2f} / {max(times):.2f} s")


if __name__ == "__main__":
    main()
