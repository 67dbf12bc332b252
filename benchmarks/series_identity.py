"""How well mentions of the same indicator are recognised, on pairs judged by reading.

The pairs are in ``tests/resources/indicator_pairs.tsv`` (see ``docs/figures.md``)::

    python benchmarks/series_identity.py

A pair is taken as the same if its key and unit are (see ``nhsa_nlp.archive.indicators``); role, place, date
and base do not count here. The pairs whose note begins with ``later``, ``third`` or ``fourth`` were judged
before the program was run on them; docs/figures.md has what they came to then. It has since learnt from them.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

from nhsa_nlp.archive.indicators import same_indicator
from nhsa_nlp.evaluation.metrics import Prf, prf

PAIRS = Path(__file__).resolve().parent.parent / "tests/resources/indicator_pairs.tsv"
TURNS: dict[str, str | tuple[str, ...]] = {
    "from replies": "replies:",
    "from documents of other bodies, and after bulletins": "later:",
    "written": ("third:", "fourth:"),
}


def read_pairs() -> list[dict[str, str]]:
    """Return the judged pairs."""
    with PAIRS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def is_same(pair: dict[str, str]) -> bool:
    """Return whether the program takes a pair as the same indicator."""
    return same_indicator(*(pair[f"{name}_{side}"] for side in "ab" for name in ("indicator", "unit")))


def measure(judged: list[tuple[dict[str, str], bool]]) -> Prf:
    """Return precision, recall and F1 of sameness."""
    counts = Counter((pair["same"] == "1", said) for pair, said in judged)
    return prf(counts[True, True], counts[False, True], counts[True, False])


def report(name: str, judged: list[tuple[dict[str, str], bool]]) -> None:
    """Print precision, recall and F1 of sameness."""
    print(
        f"{name}: {len(judged)} pairs, {sum(pair['same'] == '1' for pair, _ in judged)} the same; "
        + ", ".join(
            f"{key} {value:.3f}" for key, value in measure(judged).items() if isinstance(value, float)
        )
    )


def main() -> None:
    """Measure, and list what is wrong."""
    judged = [(pair, is_same(pair)) for pair in read_pairs()]
    report("all", judged)
    for name, notes in TURNS.items():
        report(name, [each for each in judged if each[0]["note"].startswith(notes)])
    for pair, said in judged:
        if said != (pair["same"] == "1"):
            sides = " | ".join(f"{pair[f'indicator_{side}']} {pair[f'unit_{side}']}" for side in "ab")
            print(f"{'wrongly joined' if said else 'missed'}: {sides} ({pair['note']})")


if __name__ == "__main__":
    main()
