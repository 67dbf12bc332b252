"""Whether choosing with `nhsa-nlp suggest` takes fewer labels than choosing at random.

    python benchmarks/suggest.py [--runs N] [--seed S] [--strategies a,b] [--plain] [--plot FILE.svg]

Simulated on the 126 replies: a third is held out (near-duplicates on one side of the split), the others are
an archive without labels. Six of them are labelled at a time, as each strategy chooses; after every six a
classifier is fitted to the labels so far, the facet accuracy on the held-out third is measured, and the next
six are chosen by what this classifier predicts for the rest. The first six are chosen
without any model. A run is one split into thirds, each held out in turn. Printed are the mean curves and, for
the accuracy that random choice has reached after so many labels, how many another strategy needs; intervals
are bootstraps over the runs, so they describe other splits of these replies, not other replies.

With --plain the labels are renamed, so that the classifier knows nothing of sectors and their terms and
learns them as it would any others.

`suggest` was chosen among the strategies below on the seeds 0 to 9; the figures in docs/labelling.md are of
the seeds from 100. All are splits of the same 126 replies of one office, with noisy labels.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from nhsa_nlp.data.corpus import read_replies
from nhsa_nlp.labelling import suggest
from nhsa_nlp.labelling.suggest import choose, uncertainty
from nhsa_nlp.splits import near_duplicate_groups, stratified_folds
from nhsa_nlp.topic import TopicClassifier, classifier, features, model
from nhsa_nlp.topic.labels import LABELS, MEMBERSHIP

ROOT = Path(__file__).parent.parent
BATCH, LAST = 6, 60
TREES = 20  # of each forest instead of 200, which takes ten times as long
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class State:
    """What a strategy may use.

    Attributes
    ----------
    doubts
        Shape (pool,): how uncertain the classifier is of each document in the pool; all 1 before the first
        label.
    pool, labelled
        The texts that can be chosen and those that were.
    rng
        For choices at random.
    """

    doubts: FloatArray
    pool: list[str]
    labelled: list[str]
    rng: np.random.Generator


Strategy = Callable[[State], "list[int]"]


def similarity(texts: list[str]) -> FloatArray:
    """Return the cosine similarity of the words."""
    cut = TfidfVectorizer(analyzer=lambda text: features.extract(text).word_counts, sublinear_tf=True)
    vectors = cut.fit_transform(texts)
    return np.asarray((vectors @ vectors.T).toarray())


def at_random(state: State) -> list[int]:
    """Choose at random."""
    return list(map(int, state.rng.permutation(len(state.pool))))


def by_margin(state: State) -> list[int]:
    """Choose where the two best labels are closest (Scheffer, Decomain and Wrobel 2001)."""
    return list(map(int, np.lexsort((state.rng.random(len(state.pool)), -state.doubts))))


def by_margin_and_distance(state: State) -> list[int]:
    """Choose by margin times distance to the nearest chosen one (core sets, Sener and Savarese 2018)."""
    across = 1 - similarity([*state.pool, *state.labelled])[: len(state.pool)]
    nearest = across[:, len(state.pool) :].min(axis=1, initial=1.0)
    chosen: list[int] = []
    for _ in range(BATCH):
        score = state.doubts * nearest
        score[chosen] = -1
        chosen.append(int(score.argmax()))
        nearest = np.minimum(nearest, across[:, chosen[-1]])
    return chosen


def by_design(state: State) -> list[int]:
    """Choose as the command would if all documents were equally uncertain."""
    return [place for place, _ in choose(np.ones(len(state.pool)), state.pool, BATCH, state.labelled)]


def as_suggested(state: State) -> list[int]:
    """Choose as the command does."""
    return [place for place, _ in choose(state.doubts, state.pool, BATCH, state.labelled)]


STRATEGIES: dict[str, Strategy] = {
    "random": at_random,
    "margin": by_margin,
    "distance": by_margin_and_distance,
    "design": by_design,
    "suggest": as_suggested,
}


def curve(
    strategy: Strategy,
    texts: list[str],
    names: Sequence[str],
    labels: list[int],
    folds: tuple[list[int], list[int]],
    seed: int,
) -> list[float]:
    """Return the facet accuracy on the held-out documents after each batch.

    Parameters
    ----------
    strategy
        What chooses.
    texts
        All documents.
    names
        What the classifier is told the seven labels are called.
    labels
        The number of each document's label.
    folds
        The documents of the pool and those held out.
    seed
        For choices at random.
    """
    train, test = folds
    rng = np.random.default_rng(seed)
    truth = MEMBERSHIP[[labels[i] for i in test]]
    labelled: list[int] = []
    doubts = np.ones(len(train))
    found = []
    while len(labelled) < LAST:
        pool = [i for i in train if i not in labelled]
        ranked = strategy(State(doubts, [texts[i] for i in pool], [texts[i] for i in labelled], rng))
        rest = [place for place in rng.permutation(len(pool)).tolist() if place not in ranked]
        labelled += [pool[place] for place in [*ranked, *rest][:BATCH]]
        fitted = TopicClassifier(folds=0, trees=TREES).fit(
            [texts[i] for i in labelled], [names[labels[i]] for i in labelled]
        )
        said = fitted.predict([texts[i] for i in test]).tolist()
        found.append(float((MEMBERSHIP[[names.index(label) for label in said]] == truth).mean()))
        doubts = uncertainty(fitted.predict_proba([texts[i] for i in train if i not in labelled]))
    return found


def needed(curve: FloatArray, target: float) -> float:
    """Return the labels after which a curve has reached an accuracy, infinite if it never does."""
    best = np.maximum.accumulate(curve)
    sizes = BATCH * np.arange(1, len(best) + 1)
    reached = np.flatnonzero(best >= target)
    if not len(reached):
        return float("inf")
    at = int(reached[0])
    if at == 0:
        return float(sizes[0])
    return float(sizes[at - 1] + BATCH * (target - best[at - 1]) / (best[at] - best[at - 1]))


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=100)
    parser.add_argument("--strategies", default="random,suggest")
    parser.add_argument("--plain", action="store_true")
    parser.add_argument("--plot", type=Path)
    arguments = parser.parse_args()
    cached = lru_cache(maxsize=None)(features.extract)  # the same 126 texts over and over
    for module in (classifier, model, suggest, features):
        vars(module)["extract"] = cached
    rows = read_replies(ROOT / "training/data/replies.tsv", labels=LABELS)
    texts, labels = [row.text for row in rows], [LABELS.index(row.label) for row in rows]
    called = [f"class {number}" for number in range(len(LABELS))] if arguments.plain else LABELS
    groups = near_duplicate_groups(texts)
    names = arguments.strategies.split(",")
    curves: dict[str, list[FloatArray]] = {name: [] for name in names}  # one a run, mean of its thirds
    for run in range(arguments.seed, arguments.seed + arguments.runs):
        folds = stratified_folds([LABELS[label] for label in labels], 3, run, groups)
        for name in names:
            thirds = [
                curve(
                    STRATEGIES[name],
                    texts,
                    called,
                    labels,
                    (train.tolist(), test.tolist()),
                    1000 * run + fold,
                )
                for fold, (train, test) in enumerate(folds)
            ]
            curves[name].append(np.mean(thirds, axis=0))
    found = {name: np.array(each) for name, each in curves.items()}
    sizes = BATCH * np.arange(1, LAST // BATCH + 1)
    print(f"facet accuracy on held-out replies, {arguments.runs} runs, seeds from {arguments.seed}")
    print("labels    ", *(f"{size:6d}" for size in sizes), "   mean")
    for name, each in found.items():
        mean = each.mean(axis=0)
        print(f"{name:10}", *(f"{value:6.3f}" for value in mean), f"{mean.mean():7.4f}")
    for name in names:
        if "random" in names and name != "random":
            compare(name, found["random"], found[name], sizes)
    if arguments.plot:
        plot(found, sizes, arguments.plot)


def compare(name: str, base: FloatArray, other: FloatArray, sizes: NDArray[np.int64]) -> None:
    """Print the ratio of the labels needed, with a bootstrap over the runs."""
    rng = np.random.default_rng(0)

    def ratios(runs: NDArray[np.int64]) -> FloatArray:
        """Return the ratio at the accuracy of each size but the first, and their mean."""
        random, mean = base[runs].mean(axis=0), other[runs].mean(axis=0)
        each = [needed(mean, level) / needed(random, level) for level in np.maximum.accumulate(random)[1:]]
        return np.array([*each, np.mean(each)])

    whole = ratios(np.arange(len(base)))
    drawn = np.array([ratios(rng.integers(0, len(base), len(base))) for _ in range(2000)])
    low, high = np.quantile(drawn, [0.025, 0.975], axis=0, method="nearest")
    print(f"\nlabels needed by {name} / by random, for what random reaches after so many (95% interval)")
    for level, ratio, least, most in zip([*sizes[1:].tolist(), "mean"], whole, low, high, strict=True):
        print(f"  {level:>4}: {ratio:.2f} ({least:.2f} to {most:.2f})")
    gain = (other - base).mean(axis=1)
    error = gain.std(ddof=1) / len(gain) ** 0.5
    print(f"  mean gain in accuracy {gain.mean():+.4f}, standard error {error:.4f}")


def plot(curves: dict[str, FloatArray], sizes: NDArray[np.int64], path: Path) -> None:
    """Draw the mean curves, distinguishable without colour; bars are standard errors."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams.update({"svg.hashsalt": "suggest", "svg.fonttype": "none"})
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(6.4, 4))
    looks = iter((":", "--", "-."))
    for name, runs in curves.items():
        mean, error = runs.mean(axis=0), runs.std(axis=0, ddof=1) / len(runs) ** 0.5
        if name in ("random", "suggest"):
            colour, marker = ("black", "o") if name == "suggest" else ("0.5", "s")
            axes.errorbar(sizes, mean, error, label=name, color=colour, marker=marker, capsize=2)
        else:
            axes.plot(sizes, mean, next(looks, ":"), label=name, color="0.35", linewidth=1)
    axes.set_xlabel("labelled replies")
    axes.set_ylabel("facet accuracy, held out")
    axes.set_xticks(sizes)
    axes.grid(axis="y", linewidth=0.4)
    axes.legend(frameon=False)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
