"""How well citations of the same policy are recognised, on pairs of titles judged by reading.

The pairs are in ``tests/resources/policy_pairs.tsv`` (see ``docs/policies.md``)::

    python benchmarks/policy_identity.py               # precision, recall, F1, and what is wrong
    python benchmarks/policy_identity.py --damage      # also: one damaged character a title, at random
    python benchmarks/policy_identity.py --scale 1000000   # also: time and memory for this many citations

Each pair is given to ``identify`` alone, so nothing else in the archive helps. ``--damage`` misreads, loses
or doubles one Chinese character at a random place of every title with ten characters or more; the misread
one becomes any other character of the titles, which often makes another word, so it is harder than OCR.
``--scale`` draws citations from the titles, one in twenty damaged, three in ten with a random number.
"""

from __future__ import annotations

import argparse
import csv
import random
import sys
import time
from collections import Counter
from pathlib import Path

from nhsa_nlp.archive.policies.identity import Citation, canonical_key, identify
from nhsa_nlp.evaluation.metrics import prf

PAIRS = Path(__file__).resolve().parent.parent / "tests/resources/policy_pairs.tsv"
FROM_REPLIES, LATER = "replies:", "later:"


def read_pairs() -> list[dict[str, str]]:
    """Return the judged pairs."""
    with PAIRS.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def is_same(pair: dict[str, str]) -> bool:
    """Return whether the program takes a pair as the same policy."""
    sides = [Citation(pair[f"title_{side}"], pair[f"number_{side}"] or None) for side in "ab"]
    return len(identify(sides)) == 1


def report(name: str, judged: list[tuple[dict[str, str], bool]]) -> None:
    """Print precision, recall and F1 of sameness."""
    counts = Counter((pair["same"] == "1", said) for pair, said in judged)
    figures = prf(counts[True, True], counts[False, True], counts[True, False])
    print(
        f"{name}: {len(judged)} pairs, {sum(pair['same'] == '1' for pair, _ in judged)} the same; "
        + ", ".join(f"{key} {value:.3f}" for key, value in figures.items() if isinstance(value, float))
    )


def damaged(title: str, kind: str, characters: str, rng: random.Random) -> str:
    """Return a title with one Chinese character misread, lost or doubled."""
    at = rng.choice([i for i, char in enumerate(title) if "一" <= char <= "龥"])
    middle = {"misread": rng.choice(characters), "lost": "", "doubled": title[at] * 2}[kind]
    return title[:at] + middle + title[at + 1 :]


def measure_damage(titles: list[str], characters: str) -> None:
    """Print the share of damaged titles that are recognised."""
    rng = random.Random(0)  # noqa: S311 - no secret
    for kind in ("misread", "lost", "doubled"):
        pairs = [
            (title, damaged(title, kind, characters, rng))
            for title in titles
            if len(canonical_key(title)) >= 10
        ]
        found = sum(len(identify([Citation(one), Citation(other)])) == 1 for one, other in pairs)
        print(f"one character {kind}: {found} of {len(pairs)} titles recognised ({found / len(pairs):.1%})")


def measure_scale(titles: list[str], characters: str, count: int) -> None:
    """Print the time and memory that ``count`` citations take."""
    rng = random.Random(0)  # noqa: S311 - no secret
    citations = []
    for _ in range(count):
        title = rng.choice(titles)
        if rng.random() < 0.05:
            title = damaged(title, "misread", characters, rng)
        number = (
            f"国办发〔{rng.randrange(1990, 2024)}〕{rng.randrange(1, 400)}号" if rng.random() < 0.3 else None
        )
        citations.append(Citation(title, number))
    start = time.perf_counter()
    policies = identify(citations)
    seconds = time.perf_counter() - start
    print(
        f"{count:,} citations, {len({c.title for c in citations}):,} titles: "
        f"{len(policies):,} policies, {seconds:.1f} s"
    )
    if sys.platform != "win32":
        import resource

        print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:,.0f} MB")


def main() -> None:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--damage", action="store_true")
    parser.add_argument("--scale", type=int, metavar="N")
    options = parser.parse_args()
    pairs = read_pairs()
    judged = [(pair, is_same(pair)) for pair in pairs]
    report("all", judged)
    report(
        "both titles as the replies have them", [j for j in judged if j[0]["note"].startswith(FROM_REPLIES)]
    )
    report("judged after the program was finished", [j for j in judged if j[0]["note"].startswith(LATER)])
    for pair, said in judged:
        if said != (pair["same"] == "1"):
            sides = " | ".join(f"{pair[f'title_{s}']} {pair[f'number_{s}']}".strip() for s in "ab")
            print(f"{'wrongly joined' if said else 'missed'}: {sides} ({pair['note']})")
    titles = sorted({pair["title_a"] for pair in pairs})
    characters = "".join(sorted({char for title in titles for char in title if "一" <= char <= "龥"}))
    if options.damage:
        measure_damage(titles, characters)
    if options.scale:
        measure_scale(titles, characters, options.scale)


if __name__ == "__main__":
    main()
