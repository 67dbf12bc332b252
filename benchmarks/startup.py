"""Times of whole processes for the commands that a newcomer runs: --help, and label of one letter.

python benchmarks/startup.py [RUNS] [PROGRAM ...]

The processor time is that of all processes of a command. Each further PROGRAM, the nhsa-nlp of another
environment, takes turns with this one, and the ratios of their processor times within each turn are printed
too. Where PYTHONDONTWRITEBYTECODE is set, Python compiles all sources each time.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path

LETTER = Path(__file__).parent.parent / "examples/letters/npc-13-4-2020.txt"
COMMANDS = {"--help": ["--help"], "label, one letter": ["label", str(LETTER)]}
WARM_UP = 2


def seconds(command: list[str]) -> tuple[float, float]:
    """Run a command and return how long it took, and its processor time."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    passed, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    return passed, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def shown(values: list[float]) -> str:
    """Return minimum, median and maximum."""
    return f"{min(values):.2f} / {statistics.median(values):.2f} / {max(values):.2f}"


def main() -> None:
    """Print minimum, median and maximum."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    programs = {"this one": [sys.executable, "-m", "nhsa_nlp"], **{path: [path] for path in sys.argv[2:]}}
    for name, arguments in COMMANDS.items():
        turns = [
            {program: seconds([*begun, *arguments]) for program, begun in programs.items()}
            for _ in range(WARM_UP + runs)
        ][WARM_UP:]
        for program in programs:
            passed, used = zip(*(turn[program] for turn in turns), strict=True)
            print(f"{name:18} {shown(list(passed))} s, processor {shown(list(used))} s  {program}")
            if program != "this one":
                ratios = [turn["this one"][1] / turn[program][1] for turn in turns]
                print(f"{'':18} processor time of this one: {shown(ratios)} of that")


if __name__ == "__main__":
    main()
