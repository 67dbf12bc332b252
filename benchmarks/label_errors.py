"""How many planted label errors `nhsa-nlp audit` finds.

    python benchmarks/label_errors.py [--runs N] [--share S]

Of the 126 replies a tenth get another label at random; the audit runs on them (one repeat). Printed for
each run: how many labels it calls likely wrong and how many planted errors are among them, and how many
are among the first 12, 24 and 36 rows of the sheet. The replies contain real errors too, so the labels
called wrong beyond the planted ones are not all false alarms. Random errors are easier to find than those
that people make.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from nhsa_nlp.data.corpus import read_replies
from nhsa_nlp.labelling.audit import audit_labels
from nhsa_nlp.topic.labels import LABELS

ROOT = Path(__file__).parent.parent
DEPTHS = (12, 24, 36)


def main() -> None:
    """Plant errors and print how many are found."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--share", type=float, default=0.1)
    arguments = parser.parse_args()
    rows = read_replies(ROOT / "training/data/replies.tsv", labels=LABELS)
    names = sorted({row.label for row in rows})
    for run in range(arguments.runs):
        rng = np.random.default_rng(run)
        labels = [row.label for row in rows]
        planted = set(rng.permutation(len(rows))[: round(arguments.share * len(rows))].tolist())
        for index in planted:
            labels[index] = str(rng.choice([name for name in names if name != labels[index]]))
        found = audit_labels(
            [row.id for row in rows], [row.text for row in rows], labels, repeats=1, seed=run
        )
        wrong = [finding.index for finding in found.findings if finding.likely_wrong]
        order = [finding.index for finding in found.findings]
        print(
            f"run {run}: {len(planted)} planted; {len(wrong)} called likely wrong, of them planted", end=" "
        )
        print(len(planted & set(wrong)), end="; ")
        tops = ", ".join(str(len(planted & set(order[:depth]))) for depth in DEPTHS)
        print(f"among the first {', '.join(map(str, DEPTHS))}: {tops}")


if __name__ == "__main__":
    main()
