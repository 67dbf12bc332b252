"""Accuracy, time and memory of training on many rows of many custom labels.

    python benchmarks/many_classes.py [--rows N] [--labels N] [--keep FOLDER]

The texts are made of clauses of the training data, a few in each, drawn at random with a fixed seed. Each
label has its own distribution of words, and prefers the clauses whose words are likely in it; a clause is
likely in many labels. One row in five of those to learn from is of a random label, as labels that people
give are noisy, too. Printed is what `headlines.py` prints, for 5,000 more texts with right labels. How well
the labels are told apart says nothing about labels of an office.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import tempfile
from collections import Counter
from pathlib import Path

import numpy as np
import rjieba
from headlines import measure_ours
from numpy.typing import NDArray

DATA = Path(__file__).parent.parent / "training/data"
TESTED = 5000
WRONG = 0.2  # of the labels to learn from
LIKED = 0.02  # the share of all words that a label prefers
LIKING = 3.0  # the log of how much likelier a clause is if it has one of them
CLAUSES = (3, 7)  # in a text, from and to
_CLAUSE = re.compile(r"[^，。；！？：、,;!?:\s]{6,40}")


def clauses() -> list[str]:
    """Return the clauses of the texts of other genres than replies, each once."""
    found: dict[str, None] = {}
    for name in ("proposals.jsonl", "documents.jsonl"):
        for line in (DATA / name).read_text("utf-8").splitlines():
            found.update(dict.fromkeys(_CLAUSE.findall(json.loads(line)["text"])))
    return list(found)


def preferences(pool: list[str], labels: int, rng: np.random.Generator) -> NDArray[np.float64]:
    """Return how likely each clause is in each label: shape (labels, clauses)."""
    cut = [rjieba.cut(clause) for clause in pool]
    column = {word: number for number, word in enumerate(Counter(w for words in cut for w in words))}
    liked = rng.random((labels, len(column))) < LIKED
    logs = [LIKING * liked[:, [column[word] for word in words]].any(axis=1) for words in cut]
    shares = np.exp(np.stack(logs, axis=1))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def write(
    path: Path, rows: int, pool: list[str], likely: NDArray[np.float64], wrong: float, seed: int
) -> None:
    """Write a table of texts and labels."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(len(likely), size=rows)
    lengths = rng.integers(*CLAUSES, size=rows)
    texts = [""] * rows
    for label, share in enumerate(likely):
        members = np.flatnonzero(truth == label)
        drawn = iter(rng.choice(len(pool), lengths[members].sum(), p=share).tolist())
        for row in members.tolist():
            texts[row] = "，".join(pool[next(drawn)] for _ in range(lengths[row])) + "。"
    given = np.where(rng.random(rows) < wrong, rng.integers(len(likely), size=rows), truth)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(
            [("text", "label"), *zip(texts, (f"第{n}类" for n in given), strict=True)]
        )


def main() -> None:
    """Write both tables and print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--labels", type=int, default=100)
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="only write the tables there")
    arguments = parser.parse_args()
    pool = clauses()
    likely = preferences(pool, arguments.labels, np.random.default_rng(0))
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or Path(temporary)
        train, test = folder / "train.csv", folder / "test.csv"
        write(train, arguments.rows, pool, likely, WRONG, 1)
        write(test, TESTED, pool, likely, 0.0, 2)
        if arguments.keep is None:
            measure_ours(train, test, folder)


if __name__ == "__main__":
    main()
