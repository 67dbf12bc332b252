"""Whether the thresholds of the topic classifier keep their promise on unseen replies.

    python benchmarks/topic_sets.py [--repeats N] [--coverage C] [--target-error E]

Repeated 5-fold cross-validation on the 126 replies, plain and with near-duplicates kept on one side;
both thresholds are chosen inside each training fold. Printed are how often the prediction set holds
the true label and how many labels it has on average, then the share of the replies that need no
review and how many answers among them are wrong. It says nothing about other kinds of documents.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np

from nhsa_nlp.data.corpus import read_replies
from nhsa_nlp.splits import near_duplicate_groups, stratified_folds
from nhsa_nlp.topic import TopicClassifier
from nhsa_nlp.topic.labels import LABELS

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=10)
    parser.add_argument("--coverage", type=float, default=0.9)
    parser.add_argument("--target-error", type=float, default=0.2)
    arguments = parser.parse_args()
    rows = read_replies(ROOT / "training/data/replies.tsv", labels=LABELS)
    texts, labels = [row.text for row in rows], [row.label for row in rows]
    groups = near_duplicate_groups(texts)
    classifier = TopicClassifier(coverage=arguments.coverage, target_error=arguments.target_error)
    print(
        f"coverage {arguments.coverage}, target error {arguments.target_error}, {arguments.repeats} x 5 folds"
    )
    for name, kept in (("plain", None), ("grouped", groups)):
        figures = []
        for repeat in range(arguments.repeats):
            held, size, seen, wrong = (np.zeros(len(texts)) for _ in range(4))
            for train, test in stratified_folds(labels, 5, repeat, kept):
                model = classifier.fit([texts[i] for i in train], [labels[i] for i in train]).model_
                for row in test:
                    record = model.analyse(texts[row], top=0)
                    others = [other["label"] for other in record["alternatives"]]
                    held[row] = labels[row] in [record["label"], *others]
                    size[row] = 1 + len(others)
                    seen[row] = not record["review"]
                    wrong[row] = not record["review"] and record["label"] != labels[row]
            unseen = wrong.sum() / max(1, seen.sum())
            figures.append((held.mean(), size.mean(), (size == 1).mean(), seen.mean(), unseen))
        mean, spread = np.mean(figures, axis=0), np.std(figures, axis=0)
        print(f"\n{name} (mean over the repeats, standard deviation)")
        for what, value, deviation in zip(
            (
                "true label in the set",
                "labels in the set",
                "sets of one label",
                "not for review",
                "error of these",
            ),
            mean,
            spread,
            strict=True,
        ):
            print(f"  {what:24} {value:.3f} ± {deviation:.3f}")


if __name__ == "__main__":
    main()
