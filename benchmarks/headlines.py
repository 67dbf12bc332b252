"""Accuracy, time and memory of training on headlines with custom labels.

    python benchmarks/headlines.py --train FILE --test FILE [--compare]

Both files are tables with a text and a label in each row, as ``nhsa-nlp train topic`` accepts them. The
command is run on the first, with everything it does (checks, cross-validation, calibration), and then
``nhsa-nlp evaluate topic`` on the second. With ``--compare`` three ordinary methods learn from the same
rows, words being those of rjieba: fastText with word bigrams (extra ``compare``), a linear support
vector machine over TF-IDF of words, and one over words and characters.

The figures in `benchmarks/README.md` are from the titles of THUCNews (Tsinghua University) in the
selection that is common for Chinese text classification: ``dev.txt`` and ``test.txt``, 10,000 titles each
of 19 characters on average, a thousand in each of ten classes, the label written as a word (``finance``),
not as its number. They say nothing about long documents, nor about few.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import rjieba
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline, make_union
from sklearn.svm import LinearSVC

from nhsa_nlp.data.corpus import LabelledText, read_labelled_table

COMMAND = [sys.executable, "-m", "nhsa_nlp"]


def measure_ours(train: Path, test: Path, folder: Path) -> None:
    """Run both commands and print their figures."""
    bundle, figures = folder / "bundle", folder / "figures.json"
    for name, arguments in (
        ("train topic", ["train", "topic", "--data", str(train), "--bundle", str(bundle)]),
        (
            "evaluate topic",
            ["evaluate", "topic", "--bundle", str(bundle), "--data", str(test), "--output", str(figures)],
        ),
    ):
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run([*COMMAND, *arguments], check=True, capture_output=True)
        seconds, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
        processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        # The peak is that of the largest process so far; training is the larger of the two.
        print(
            f"{name:30} {seconds:6.1f} s, processor {processor:6.1f} s, peak {after.ru_maxrss / 1024:.0f} MB"
        )
    scores = json.loads(figures.read_text(encoding="utf-8"))["topic"]
    print(f"{'this classifier':30} {scores['exact']['value']:.4f}", flush=True)


def measure_others(train: Sequence[LabelledText], test: Sequence[LabelledText], folder: Path) -> None:
    """Print the accuracy of the ordinary methods."""
    texts, labels = [row.text for row in train], [row.label for row in train]
    asked, truth = [row.text for row in test], np.array([row.label for row in test])
    words = TfidfVectorizer(tokenizer=rjieba.cut, token_pattern=None)
    characters = TfidfVectorizer(analyzer="char", ngram_range=(1, 2))
    answers = {}
    if importlib.util.find_spec("fasttext") is not None:
        answers["fastText, word bigrams"] = _fasttext(texts, labels, asked, folder)
    for name, features in (
        ("linear SVM, words", words),
        ("linear SVM, words + characters", make_union(words, characters)),
    ):
        answers[name] = make_pipeline(features, LinearSVC(random_state=0)).fit(texts, labels).predict(asked)
    for name, found in answers.items():
        print(f"{name:30} {np.mean(np.array(found) == truth):.4f}", flush=True)


def _fasttext(texts: list[str], labels: list[str], asked: list[str], folder: Path) -> list[str]:
    import fasttext

    names = sorted(set(labels))
    lines, queries = ([" ".join(rjieba.cut(" ".join(t.split()))) for t in part] for part in (texts, asked))
    path = folder / "fasttext.txt"
    rows = (f"__label__{names.index(a)} {line}\n" for a, line in zip(labels, lines, strict=True))
    path.write_text("".join(rows), encoding="utf-8")
    model = fasttext.train_supervised(
        str(path), wordNgrams=2, epoch=25, lr=0.5, bucket=200_000, thread=1, seed=0, verbose=0
    )
    found, _ = model.predict(queries)
    return [names[int(label.removeprefix("__label__"))] for (label,) in found]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--train", type=Path, required=True)
    parser.add_argument("--test", type=Path, required=True)
    parser.add_argument("--compare", action="store_true")
    arguments = parser.parse_args()
    train, test = read_labelled_table(arguments.train), read_labelled_table(arguments.test)
    print(
        f"{len(train):,} texts to learn from, {len(test):,} to answer, {len({r.label for r in train})} labels"
    )
    with tempfile.TemporaryDirectory() as folder:
        measure_ours(arguments.train, arguments.test, Path(folder))
        if arguments.compare:
            measure_others(train, test, Path(folder))


if __name__ == "__main__":
    main()
