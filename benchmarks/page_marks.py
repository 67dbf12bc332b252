"""How many page marks of the replies are found, and how many digits are wrongly dropped.

    python benchmarks/page_marks.py

The reference is ``tests/resources/page_marks.tsv``, marked by reading.
"""

from __future__ import annotations

import csv
from pathlib import Path

from nhsa_nlp.data.corpus import read_replies
from nhsa_nlp.text import clean

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Print the counts and every mark missed or wrongly found."""
    truth: set[tuple[int, int, int]] = set()
    with (ROOT / "tests/resources/page_marks.tsv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            truth.add((int(row["row"]), int(row["start"]), int(row["end"])))
    replies = read_replies(ROOT / "training/data/replies.tsv")
    found = {(n, *mark) for n, reply in enumerate(replies) for mark in clean(reply.text).page_marks}
    for name, marks in (("missed", truth - found), ("wrong", found - truth)):
        for n, start, end in sorted(marks):
            text = replies[n].text
            context = f"{text[max(0, start - 10) : start]}[{text[start:end]}]{text[end : end + 10]}"
            print(f"{name}: row {n}: {context}")
    dropped = sum(
        sum(char.isdigit() for char in replies[n].text[start:end]) for n, start, end in found - truth
    )
    print(f"{len(truth)} page marks: {len(truth & found)} found, {len(truth - found)} missed")
    print(f"{len(found - truth)} wrongly found; {dropped} digits wrongly dropped")


if __name__ == "__main__":
    main()
