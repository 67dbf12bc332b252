"""Whether labelling what `nhsa-nlp suggest` chooses takes fewer labels than labelling at random.

    python benchmarks/suggest.py [--runs N] [--seed S] [--strategies a,b] [--plot FILE.svg]

Simulated on the 126 replies: a third is held out (near-duplicates on one side of the split), of the
rest a dozen at random are labelled, then eight more at a time, by each strategy from the same dozen.
After every step a classifier is fitted and the facet accuracy on the third that is held out measured. A
run is one split into thirds, each held out in turn. Printed are the mean curves and, for the accuracy
that random choice has reached after so many labels, how many another strategy needs; the interval is a
bootstrap over the runs. The pool has only 84 replies of one office, and their labels are noisy, so it says
little about archives of other documents.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer

from nhsa_nlp.corpus import read_replies
from nhsa_nlp.evaluation.splits import near_duplicate_groups, stratified_folds
from nhsa_nlp.labelling import suggest
from nhsa_nlp.labelling.suggest import choose, uncertainty
from nhsa_nlp.topic import TopicClassifier, classifier, features, model
from nhsa_nlp.topic.labels import LABELS, MEMBERSHIP, indicator_matrix

ROOT = Path(__file__).parent.parent
START, BATCH, LAST = 12, 8, 60
FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class State:
    """What a strategy may look at.

    Attributes
    ----------
    p
        Shape (pool, labels): the probabilities of the documents in the pool.
    pool, labelled
        The texts that can be chosen and those that were.
    rng
        For choices at random.
    """

    p: FloatArray
    pool: list[str]
    labelled: list[str]
    rng: np.random.Generator


Strategy = Callable[[State], "list[int]"]


def similarity(texts: list[str]) -> FloatArray:
    """Return the cosine similarity of character pairs."""
    vectors = TfidfVectorizer(analyzer="char", ngram_range=(2, 2), sublinear_tf=True).fit_transform(texts)
    return np.asarray((vectors @ vectors.T).toarray())


def at_random(state: State) -> list[int]:
    """Choose whatever comes."""
    return state.rng.permutation(len(state.pool)).tolist()


def by_margin(state: State) -> list[int]:
    """Choose where the best two labels are nearest."""
    return np.argsort(-uncertainty(state.p), kind="stable").tolist()


def by_facets(state: State) -> list[int]:
    """Choose where the entropies of the three facets are largest together."""
    return np.argsort(-facet_entropy(state.p), kind="stable").tolist()


def by_density(state: State) -> list[int]:
    """Choose by facet entropy times the mean similarity to the pool (Settles and Craven 2008)."""
    return np.argsort(-facet_entropy(state.p) * similarity(state.pool).mean(axis=1), kind="stable").tolist()


def by_distance(state: State) -> list[int]:
    """Choose the farthest from all chosen before (core set), whatever the model thinks."""
    return [place for place, _ in choose(np.ones(len(state.pool)), state.pool, BATCH, state.labelled)]


def by_both(state: State) -> list[int]:
    """Choose as the command does."""
    return [place for place, _ in choose(uncertainty(state.p), state.pool, BATCH, state.labelled)]


def facet_entropy(p: FloatArray) -> FloatArray:
    """Return the sum of the entropies of the three facets: shape (documents,)."""
    q = np.clip(p @ MEMBERSHIP, 1e-9, 1 - 1e-9)
    return np.asarray(-(q * np.log(q) + (1 - q) * np.log(1 - q)).sum(axis=1))


STRATEGIES: dict[str, Strategy] = {
    "random": at_random,
    "margin": by_margin,
    "facets": by_facets,
    "density": by_density,
    "distance": by_distance,
    "suggest": by_both,
}


def curve(
    strategy: Strategy, texts: list[str], labels: list[str], train: list[int], test: list[int], seed: int
) -> list[float]:
    """Return the facet accuracy on the held-out documents after each batch."""
    start, rng = np.random.default_rng(seed), np.random.default_rng(seed + 1)
    labelled = start.permutation(train)[:START].tolist()
    truth = indicator_matrix([labels[i] for i in test])
    found = []
    while True:
        fitted = TopicClassifier(folds=0, trees=50).fit(
            [texts[i] for i in labelled], [labels[i] for i in labelled]
        )
        pool = [i for i in train if i not in set(labelled)]
        p = fitted.predict_proba([texts[i] for i in [*test, *pool]])
        found.append(float((MEMBERSHIP[p[: len(test)].argmax(axis=1)] == truth).mean()))
        if len(labelled) >= LAST:
            return found
        ranked = strategy(State(p[len(test) :], [texts[i] for i in pool], [texts[i] for i in labelled], rng))
        rest = [place for place in rng.permutation(len(pool)).tolist() if place not in set(ranked)]
        labelled += [pool[place] for place in [*ranked, *rest][:BATCH]]


def needed(curve: FloatArray, target: float) -> float:
    """Return the labels after which a curve has reached an accuracy, infinite if it never does."""
    best = np.maximum.accumulate(curve)
    sizes = START + BATCH * np.arange(len(best))
    reached = np.flatnonzero(best >= target)
    if not len(reached):
        return float("inf")
    at = int(reached[0])
    if at == 0 or best[at] == best[at - 1]:
        return float(sizes[at])
    return float(sizes[at - 1] + BATCH * (target - best[at - 1]) / (best[at] - best[at - 1]))


def main() -> None:
    """Simulate and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--seed", type=int, default=100)
    parser.add_argument("--strategies", default="random,suggest")
    parser.add_argument("--plot", type=Path)
    arguments = parser.parse_args()
    cached = lru_cache(maxsize=None)(features.read)  # the same 126 texts over and over
    for module in (classifier, model, suggest):
        vars(module)["read"] = cached
    rows = read_replies(ROOT / "training/data/replies.tsv", labels=LABELS)
    texts, labels = [row.text for row in rows], [row.label for row in rows]
    groups = near_duplicate_groups(texts)
    names = arguments.strategies.split(",")
    curves: dict[str, list[FloatArray]] = {name: [] for name in names}  # one a run, mean of its thirds
    for run in range(arguments.seed, arguments.seed + arguments.runs):
        folds = stratified_folds(labels, 3, run, groups)
        for name in names:
            thirds = [
                curve(STRATEGIES[name], texts, labels, train.tolist(), test.tolist(), 1000 * run + fold)
                for fold, (train, test) in enumerate(folds)
            ]
            curves[name].append(np.mean(thirds, axis=0))
    means = {name: np.mean(found, axis=0) for name, found in curves.items()}
    sizes = START + BATCH * np.arange(len(means[names[0]]))
    print(f"facet accuracy on held-out replies, {arguments.runs} runs, seeds from {arguments.seed}")
    print("labels    ", *(f"{size:6d}" for size in sizes), "   mean")
    for name, mean in means.items():
        print(f"{name:10}", *(f"{value:6.3f}" for value in mean), f"{mean[1:].mean():7.4f}")
    if "random" in means:
        for name in names:
            if name != "random":
                print(
                    f"\nlabels needed by {name} / by random, for the accuracy of random after so many labels"
                )
                compare(np.array(curves["random"]), np.array(curves[name]), sizes)
    if arguments.plot:
        plot(means, {name: np.array(found) for name, found in curves.items()}, sizes, arguments.plot)


def compare(base: FloatArray, other: FloatArray, sizes: NDArray[np.int64]) -> None:
    """Print the ratio of the labels needed, with a bootstrap over the runs."""
    rng = np.random.default_rng(0)

    def ratios(runs: NDArray[np.int64], without: int) -> list[float]:
        random, mean = base[runs].mean(axis=0), other[runs].mean(axis=0)
        targets = np.maximum.accumulate(random)[1:]
        # where random choice needs no further label there is nothing to save
        return [
            (needed(mean, t) - without) / more if (more := needed(random, t) - without) else 1.0
            for t in targets
        ]

    draws = [rng.integers(0, len(base), len(base)) for _ in range(2000)]
    for what, without in (("all labels", 0), (f"labels after the first {START}", START)):
        whole = ratios(np.arange(len(base)), without)
        drawn = np.array([ratios(draw, without) for draw in draws])
        low, high = np.quantile(drawn, [0.025, 0.975], axis=0, method="nearest")
        found = (
            f"{size}: {ratio:.2f} ({least:.2f} to {most:.2f})"
            for size, ratio, least, most in zip(sizes[1:], whole, low, high, strict=True)
        )
        print(f"  {what}, 95% interval: {'; '.join(found)}")
    gain = (other - base)[:, 1:].mean(axis=1)
    error = gain.std(ddof=1) / len(gain) ** 0.5
    print(f"  mean gain in accuracy {gain.mean():+.4f}, standard error {error:.4f}")


def plot(
    means: dict[str, FloatArray], curves: dict[str, FloatArray], sizes: NDArray[np.int64], path: Path
) -> None:
    """Draw the mean curves with their standard errors."""
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "suggest"
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(6, 3.6))
    for (name, mean), colour in zip(means.items(), ["#777777", "#0b6e99", "#c0562f"], strict=False):
        error = curves[name].std(axis=0, ddof=1) / np.sqrt(len(curves[name]))
        axes.plot(sizes, mean, marker="o", label=name, color=colour)
        axes.fill_between(sizes, mean - error, mean + error, alpha=0.2, color=colour, linewidth=0)
    axes.set_xlabel("labelled replies")
    axes.set_ylabel("facet accuracy, held out")
    axes.legend()
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
