"""The topic classifier against ordinary methods, on the same splits, with paired tests."""

from __future__ import annotations

import importlib.util
import random
import tempfile
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from typing import Any, TypedDict

import numpy as np
from scipy import stats
from sklearn.dummy import DummyClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from nhsa_nlp.evaluation import metrics
from nhsa_nlp.evaluation.crossval import FloatArray, Split
from nhsa_nlp.extras import how_to_install
from nhsa_nlp.parallel import ProgressCallback, run_all, silent
from nhsa_nlp.splits import stratified_folds
from nhsa_nlp.text.segmenters import make_dictionary_segmenter
from nhsa_nlp.topic.labels import FACETS, OUT_OF_SCOPE, facets_to_label, label_to_facets
from nhsa_nlp.translation import tr

_EPOCHS = 10
_BATCH = 8
_FASTTEXT_LABEL = "__label__"
_FASTTEXT_GRID = {"wordNgrams": (1, 2), "epoch": (50, 150)}
_FASTTEXT_FIXED = {"lr": 1.0, "dim": 20, "bucket": 50_000, "thread": 1, "verbose": 0}

Method = Callable[[list[str], list[str], list[str], int], list[str]]
"""Takes texts and labels to train on, texts to predict and a seed; returns the labels predicted."""


class PairedTest(TypedDict):
    """How much more accurate the classifier is than a method; None where the test is not defined."""

    difference: float
    t: float | None
    p: float | None


class RepeatTest(TypedDict):
    """In how many repeats the classifier is more accurate than a method, with the signed-rank test.

    The repeats share all their documents: ``p`` says how certain the difference is on these
    documents, whatever the split, and nothing about other documents, which `PairedTest` is about.
    """

    won: int
    tied: int
    repeats: int
    p: float


class MethodScores(TypedDict):
    """Figures of a method over the repeats, and the tests of how far the classifier is ahead of it."""

    exact: metrics.Spread
    facets: metrics.Spread
    macro_f1: metrics.Spread
    test: PairedTest
    over_repeats: RepeatTest


def compare(
    texts: Sequence[str],
    labels: Sequence[str],
    splits: Sequence[Split],
    predicted: Sequence[Sequence[str]],
    seed: int = 0,
    *,
    n_jobs: int | None = None,
    on_progress: ProgressCallback = silent,
) -> dict[str, MethodScores]:
    """Cross-validate ordinary methods on the splits of the classifier.

    Majority; logistic regression, complement naive Bayes (Rennie et al. 2003) and a linear support
    vector machine over TF-IDF of rjieba words, in scikit-learn's settings, the seven labels as
    unrelated classes; spaCy's ``textcat_multilabel`` with its bag of words over the same words, a
    facet a category; fastText (Joulin et al. 2017) over the same words, n-grams and epochs chosen by
    cross-validation inside the training fold. A method whose package is not installed is left out
    (see `missing`).

    Parameters
    ----------
    splits
        The folds of each repeat.
    predicted
        The labels the classifier gave in each repeat.
    seed
        Of the methods that shuffle.
    n_jobs, on_progress
        See `nhsa_nlp.parallel.run_all`; a fold of a method is a task.

    Returns
    -------
    dict[str, MethodScores]
        By method the mean and spread over the repeats of `nhsa_nlp.evaluation.metrics.label_scores`, and
        the tests of the exact accuracy of the folds (``test``, a `PairedTest`) and of the repeats
        (``over_repeats``, a `RepeatTest`).
    """
    absent = missing()
    names = [name for name in METHODS if name not in absent]
    tasks = [
        (name, [texts[i] for i in train], [labels[i] for i in train], [texts[i] for i in test], seed)
        for name in names
        for split in splits
        for train, test in split
    ]
    found = iter(
        run_all(_answers, tasks, n_jobs=n_jobs, message=tr("ordinary methods"), on_progress=on_progress)
    )
    ours = np.concatenate([fold_accuracies(labels, p, s) for p, s in zip(predicted, splits, strict=True)])
    exact = np.array([accuracy_score(labels, p) for p in predicted])
    ratio = float(np.mean([len(test) / len(train) for split in splits for train, test in split]))
    report: dict[str, MethodScores] = {}
    for name in names:
        answers = []
        for split in splits:
            said = dict(pair for _, test in split for pair in zip(test, next(found), strict=True))
            answers.append([said[i] for i in range(len(texts))])
        theirs = np.concatenate([fold_accuracies(labels, a, s) for a, s in zip(answers, splits, strict=True)])
        scores = [metrics.label_scores(labels, a) for a in answers]
        report[name] = {
            "exact": metrics.spread([score["exact"] for score in scores]),
            "facets": metrics.spread([score["facets"] for score in scores]),
            "macro_f1": metrics.spread([score["macro_f1"] for score in scores]),
            "test": corrected_t_test(ours - theirs, ratio),
            "over_repeats": signed_rank_test(exact - [score["exact"] for score in scores]),
        }
    return report


def missing() -> dict[str, str]:
    """Return the methods that cannot be compared here, each with the way to install what it needs."""
    if importlib.util.find_spec("fasttext") is None:
        return {"fastText": how_to_install("compare")}
    return {}


def corrected_t_test(differences: FloatArray, ratio: float) -> PairedTest:
    """Test whether two methods differ, from their differences in each fold of each repeat.

    The folds share most of their training documents, so that an ordinary t-test finds differences
    that are not there; the variance is enlarged accordingly (corrected resampled t-test, Nadeau &
    Bengio 2003, for repeated cross-validation Bouckaert & Frank 2004).

    Parameters
    ----------
    differences
        Shape (folds x repeats,), at least two.
    ratio
        The number of test documents divided by the number of training documents.

    Returns
    -------
    PairedTest
        With a two-sided p; ``t`` and ``p`` are None if all differences are the same but not zero.
    """
    mean, count = float(differences.mean()), len(differences)
    deviation = float(np.sqrt((1 / count + ratio) * differences.var(ddof=1)))
    if deviation < 1e-12:  # always the same difference, up to rounding, so there is no spread to judge by
        same = abs(mean) < 1e-12
        return {"difference": mean, "t": 0.0 if same else None, "p": 1.0 if same else None}
    t = mean / deviation
    return {"difference": mean, "t": t, "p": float(2 * stats.t.sf(abs(t), count - 1))}


def signed_rank_test(differences: FloatArray) -> RepeatTest:
    """Test whether one method is ahead repeat after repeat (Wilcoxon 1945, two-sided).

    Parameters
    ----------
    differences
        Shape (repeats,): the differences in exact accuracy.

    Returns
    -------
    RepeatTest
        With n repeats all won, ``p`` is no smaller than ``2 ** (1 - n)``.
    """
    rounded = np.round(differences, 12)  # the same share of right answers, whatever the order of the sum
    moved = rounded[rounded != 0]
    return {
        "won": int(np.count_nonzero(rounded > 0)),
        "tied": len(rounded) - len(moved),
        "repeats": len(rounded),
        "p": float(stats.wilcoxon(moved).pvalue) if len(moved) else 1.0,
    }


def fold_accuracies(labels: Sequence[str], predicted: Sequence[str], split: Split) -> FloatArray:
    """Return the exact accuracy in each fold."""
    return np.array([np.mean([labels[i] == predicted[i] for i in test]) for _, test in split])


def _answers(name: str, texts: list[str], labels: list[str], asked: list[str], seed: int) -> list[str]:
    if len(set(labels)) == 1:  # nothing to tell apart, which most methods refuse to fit
        return labels[:1] * len(asked)
    return METHODS[name](texts, labels, asked, seed)


def _words(text: str) -> list[str]:
    return [word for word in make_dictionary_segmenter().cut(text) if not word.isspace()]


def _over_words(make: Callable[[int], Any]) -> Method:
    """Return a method that fits a scikit-learn classifier over TF-IDF of words."""

    def method(texts: list[str], labels: list[str], asked: list[str], seed: int) -> list[str]:
        vectorizer = TfidfVectorizer(tokenizer=_words, token_pattern=None, lowercase=False)
        return [
            str(label) for label in make_pipeline(vectorizer, make(seed)).fit(texts, labels).predict(asked)
        ]

    return method


def spacy_textcat(texts: list[str], labels: list[str], asked: list[str], seed: int) -> list[str]:
    """Learn a bag of words with a facet a category; a `Method`.

    Where some texts to learn from are ``out_of_scope``, which has no facet, that is an answer too.
    """
    import spacy
    from spacy.tokens import Doc
    from spacy.training import Example

    nlp = spacy.blank("zh")
    model = {
        "@architectures": "spacy.TextCatBOW.v3",
        "exclusive_classes": False,
        "length": 262144,
        "ngram_size": 1,
        "no_output_layer": False,
    }
    pipe: Any = nlp.add_pipe("textcat_multilabel", config={"model": model})
    facets_of = {a: () if a == OUT_OF_SCOPE else label_to_facets(a) for a in set(labels)}
    examples = [
        Example.from_dict(
            Doc(nlp.vocab, words=_words(text)),
            {"cats": {facet: float(facet in facets_of[label]) for facet in FACETS}},
        )
        for text, label in zip(texts, labels, strict=True)
    ]
    optimizer = nlp.initialize(lambda: examples)  # a bag of words starts from zero, not from chance
    shuffle = random.Random(seed)  # noqa: S311
    for _ in range(_EPOCHS):
        shuffle.shuffle(examples)
        for start in range(0, len(examples), _BATCH):
            pipe.update(examples[start : start + _BATCH], sgd=optimizer)
    found = []
    for text in asked:
        cats = pipe(Doc(nlp.vocab, words=_words(text))).cats
        likely = [facet for facet in FACETS if cats[facet] > 0.5]
        if not likely and OUT_OF_SCOPE in labels:
            found.append(OUT_OF_SCOPE)
        else:
            found.append(facets_to_label(likely or [max(FACETS, key=cats.__getitem__)]))
    return found


def _fasttext(texts: list[str], labels: list[str], asked: list[str], seed: int) -> list[str]:
    """Choose n-grams and epochs by three-fold cross-validation, then learn from all."""
    lines, queries = fasttext_lines(texts), fasttext_lines(asked)
    splits = stratified_folds(labels, 3, seed) if len(labels) >= 3 else []
    settings = [
        dict(zip(_FASTTEXT_GRID, values, strict=True)) for values in product(*_FASTTEXT_GRID.values())
    ]

    def right(setting: dict[str, int]) -> int:
        count = 0
        for train, test in splits:
            known = [lines[i] for i in train], [labels[i] for i in train]
            found = fasttext_labels(*known, [lines[i] for i in test], seed, setting)
            count += sum(label == labels[i] for label, i in zip(found, test, strict=True))
        return count

    return fasttext_labels(lines, labels, queries, seed, max(settings, key=right))


def fasttext_lines(texts: list[str]) -> list[str]:
    """Return the words of each text on its own line, without any that fastText would take for a label."""
    return [" ".join(w for w in _words(text) if not w.startswith(_FASTTEXT_LABEL)) for text in texts]


def fasttext_labels(
    lines: list[str], labels: list[str], queries: list[str], seed: int, setting: dict[str, int]
) -> list[str]:
    """Learn by fastText from what `fasttext_lines` returned and answer the queries, which it returned too.

    ``setting`` are arguments of ``fasttext.train_supervised``, ``wordNgrams`` and ``epoch``.
    """
    import fasttext

    names = sorted(set(labels))
    with tempfile.TemporaryDirectory() as folder:  # it reads from files only
        path = Path(folder) / "train.txt"
        rows = (f"{_FASTTEXT_LABEL}{names.index(a)} {line}\n" for a, line in zip(labels, lines, strict=True))
        path.write_text("".join(rows), encoding="utf-8")
        model = fasttext.train_supervised(str(path), seed=seed, **_FASTTEXT_FIXED, **setting)
    found, _ = model.predict(queries)
    return [names[int(label.removeprefix(_FASTTEXT_LABEL))] for (label,) in found]


METHODS: dict[str, Method] = {
    "majority": _over_words(lambda _: DummyClassifier(strategy="most_frequent")),
    "TF-IDF + logistic regression": _over_words(lambda _: LogisticRegression(max_iter=1000)),
    "complement naive Bayes": _over_words(lambda _: ComplementNB()),
    "linear SVM": _over_words(lambda seed: LinearSVC(random_state=seed)),
    "spaCy textcat_multilabel": spacy_textcat,
    "fastText": _fasttext,
}
"""The methods the classifier is compared with."""
