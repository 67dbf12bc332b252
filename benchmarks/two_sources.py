"""The topic classifier on the genres it reads: replies of the office, proposals, documents of other bodies.

    python benchmarks/two_sources.py [--only PART ...] [--repeats N] [--jobs N] [--output FILE.json]
    python benchmarks/two_sources.py --newly-flagged | --test [FILE]

By itself it is 5-fold cross-validation on the training data, in which near-duplicates and texts on the
same matter stay on one side, whichever genre they are of; the replies are also measured with plain folds,
which separate their near-duplicates. Printed are

- what a classifier that learnt from one source makes of the other, and what it takes to learn from both:
  one model for all, or a model a genre (the released classifier);
- ordinary methods that learn from the same texts, the genre not told, with paired tests;
- the proposals of each writer, by classifiers that saw nothing by this writer or on the same matters;
- how many replies get no label.

``--newly-flagged`` measures only the last. ``--test`` fits the classifier on all training data and scores
it on proposals by other writers on other matters, which nothing was chosen by.

A text that none of the sectors is asked for in is right if it gets no label, whether its matter is next to
health or far from it. The proposals were written for this project; the figures say nothing about how those
of an office differ from them.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from nhsa_nlp.data.corpus import read_replies
from nhsa_nlp.evaluation.bootstrap import Interval, format_interval, percentile_interval, samples
from nhsa_nlp.evaluation.compare import (
    METHODS,
    Method,
    corrected_t_test,
    fasttext_labels,
    fasttext_lines,
    spacy_textcat,
)
from nhsa_nlp.evaluation.crossval import Split
from nhsa_nlp.evaluation.significance import sign_flip_test
from nhsa_nlp.io.atomic import write_text
from nhsa_nlp.parallel import run_all
from nhsa_nlp.record import TopicRecord
from nhsa_nlp.splits import joint_groups, stratified_folds
from nhsa_nlp.topic import TopicClassifier, TopicModel
from nhsa_nlp.topic.features import DocumentFeatures
from nhsa_nlp.topic.genres import REPLY, GenreModel
from nhsa_nlp.topic.labels import LABELS, NEAR_SCOPE, OUT_OF_SCOPE, SCOPED_LABELS, SCOPED_MEMBERSHIP

IndexArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

ROOT = Path(__file__).parent.parent
DATA = ROOT / "training/data"
FOLDS = 5
PROPOSAL, DOCUMENT = "proposal", "document"
GENRES = (REPLY, PROPOSAL, DOCUMENT)
SHORT = 120  # characters; a proposal with fewer is hardly more than its title
FASTTEXT = {"wordNgrams": 2, "epoch": 50}

ONLY_REPLIES, ONLY_OTHERS = "replies", "proposals and documents"
ONE_MODEL, RELEASED = "both, one model", "both, a model a genre"
TRAINED = (ONLY_REPLIES, ONLY_OTHERS, ONE_MODEL, RELEASED)

PARTS = ("sources", "methods", "writers")


@dataclass(frozen=True)
class Labelled:
    """A text with its label: one of the seven, or ``near_scope`` or ``out_of_scope``."""

    id: str
    text: str
    label: str
    genre: str
    group: str | None = None
    writer: str = ""
    origin: str = ""
    title_only: bool = False

    @property
    def answer(self) -> str:
        """The label, or ``out_of_scope`` for both kinds that have none."""
        return OUT_OF_SCOPE if self.label == NEAR_SCOPE else self.label


Learner = Callable[[Sequence[Labelled], Sequence[str]], dict[str, list[str]]]
"""Learns from some texts and labels others; returns the labels by what was trained."""


def read_source(path: Path) -> list[Labelled]:
    """Return the proposals or documents of a file of JSON Lines."""
    found = []
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        found.append(
            Labelled(
                row["id"],
                "\n".join(part for part in (row["title"], row["text"]) if part),
                row["label"] or row["scope"],
                row["genre"],
                row["group"],
                row["writer"],
                row["origin"],
                not row["text"],
            )
        )
    return found


def read_sources(folder: Path) -> list[Labelled]:
    """Return everything there is to learn from."""
    replies = read_replies(folder / "replies.tsv", labels=LABELS)
    found = [Labelled(row.id, row.text, row.label, REPLY) for row in replies]
    for name in ("proposals.jsonl", "documents.jsonl"):
        found += read_source(folder / name)
    return found


def sectors(labels: Sequence[str]) -> BoolArray:
    """Return which text is about which sector, none where it is out of scope: shape (texts, 3)."""
    return SCOPED_MEMBERSHIP[[SCOPED_LABELS.index(label) for label in labels]]


def scores(truth: Sequence[str], said: Sequence[str]) -> dict[str, float]:
    """Return the share of right labels, and that of right yes/no answers over the three sectors."""
    exact = np.mean([one == other for one, other in zip(truth, said, strict=True)])
    right = np.mean(sectors(truth) == sectors(said))
    return {"texts": len(truth), "exact": float(exact), "sectors": float(right)}


def length_of(row: Labelled) -> str:
    """Return which class of length a proposal is of."""
    if row.title_only:
        return "title"
    return f"under {SHORT} characters" if len(row.text) < SHORT else f"{SHORT} characters and more"


def splits_of(rows: Sequence[Labelled], groups: IndexArray, repeats: int) -> dict[str, list[Split]]:
    """Return the folds of each repeat, ``grouped`` and with the replies' groups taken apart (``plain``)."""
    strata = [f"{row.genre} {row.label}" for row in rows]
    replies = np.array([row.genre == REPLY for row in rows])
    apart = np.where(replies, groups.max(initial=-1) + 1 + np.arange(len(rows)), groups)
    return {
        name: [stratified_folds(strata, FOLDS, seed, kept) for seed in range(repeats)]
        for name, kept in (("grouped", groups), ("plain", apart))
    }


def answer_of(record: TopicRecord) -> str:
    """Return the label of a record, ``out_of_scope`` if it has none for whatever reason."""
    return record["label"] or OUT_OF_SCOPE


def answers_of(model: TopicModel, documents: Sequence[DocumentFeatures]) -> list[str]:
    """Return the labels of `TopicModel.analyse`, without all that it explains."""
    best = model.inner.predict(documents).argmax(axis=1)
    refused = (model.inner.refusal(document) for document in documents)
    return [OUT_OF_SCOPE if why else model.classes[i] for why, i in zip(refused, best, strict=True)]


def fit(rows: Sequence[Labelled], *, told: bool = True, folds: int = 0) -> TopicModel:
    """Fit the classifier, with or without being told which texts are replies."""
    fitted = TopicClassifier(folds=folds).fit(
        [row.text for row in rows],
        [row.label for row in rows],
        genres=[row.genre if told else PROPOSAL for row in rows],
        groups=[row.group for row in rows],
    )
    model: TopicModel = fitted.model_
    return model


def answers_by_genre(train: Sequence[Labelled], asked: Sequence[str]) -> dict[str, list[str]]:
    """Return what the released classifier says, and each of its two models by itself.

    Each of the two is what would be fitted to its genre alone, so it is not fitted again.
    """
    released = fit(train)
    inner = released.inner
    assert isinstance(inner, GenreModel)  # noqa: S101
    models = {
        RELEASED: released,
        ONLY_REPLIES: TopicModel(LABELS, inner.replies, 0, 0),
        ONLY_OTHERS: TopicModel(SCOPED_LABELS, inner.others, 0, 0),
    }
    documents = [released.extract(text) for text in asked]
    return {name: answers_of(model, documents) for name, model in models.items()}


def answers_of_one(train: Sequence[Labelled], asked: Sequence[str]) -> dict[str, list[str]]:
    """Return what one model for all genres says."""
    model = fit(train, told=False)
    return {ONE_MODEL: answers_of(model, [model.extract(text) for text in asked])}


def _linear_svm_of_characters(texts: list[str], labels: list[str], asked: list[str], seed: int) -> list[str]:
    vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 3))
    pipeline = make_pipeline(vectorizer, LinearSVC(random_state=seed)).fit(texts, labels)
    return [str(label) for label in pipeline.predict(asked)]


def _fasttext(texts: list[str], labels: list[str], asked: list[str], seed: int) -> list[str]:
    return fasttext_labels(fasttext_lines(texts), labels, fasttext_lines(asked), seed, FASTTEXT)


def ordinary_methods() -> dict[str, Method]:
    """Return the methods the classifier is compared with, those that are installed."""
    found: dict[str, Method] = {
        "linear SVM, words": METHODS["linear SVM"],
        "linear SVM, characters": _linear_svm_of_characters,
        "spaCy textcat_multilabel": spacy_textcat,
    }
    if importlib.util.find_spec("fasttext") is not None:
        found["fastText"] = _fasttext
    return found


def answers_of_method(name: str, train: Sequence[Labelled], asked: Sequence[str]) -> dict[str, list[str]]:
    """Return what an ordinary method says."""
    method = ordinary_methods()[name]
    return {name: method([row.text for row in train], [row.answer for row in train], list(asked), 0)}


def cross_validate(
    rows: Sequence[Labelled],
    splits: dict[str, list[Split]],
    learners: dict[str, list[Learner]],
    jobs: int | None,
) -> dict[str, dict[str, list[list[str]]]]:
    """Return the answers to all texts, by split, by what was trained, for each repeat.

    Only replies are asked about in the plain splits; the answers to what was not asked are empty.
    """
    todo: list[tuple[Any, ...]] = []
    for name, repeats in splits.items():
        for repeat, split in enumerate(repeats):
            for train, test in split:
                asked = [i for i in test.tolist() if name == "grouped" or rows[i].genre == REPLY]
                given = [rows[i] for i in train], [rows[i].text for i in asked]
                todo += [(name, repeat, asked, (learner, *given)) for learner in learners[name]]
    found = run_all(_answers, [task for *_, task in todo], n_jobs=jobs)
    answers: dict[str, dict[str, list[list[str]]]] = {name: {} for name in splits}
    for (name, repeat, asked, _), said in zip(todo, found, strict=True):
        for trained, labels in said.items():
            blank = [[""] * len(rows) for _ in splits[name]]
            whole = answers[name].setdefault(trained, blank)[repeat]
            for i, label in zip(asked, labels, strict=True):
                whole[i] = label
    return answers


def _answers(learner: Learner, train: Sequence[Labelled], asked: Sequence[str]) -> dict[str, list[str]]:
    return learner(train, asked)


def pooled_scores(
    truth: Sequence[str], repeats: Sequence[Sequence[str]], part: IndexArray
) -> dict[str, float]:
    """Return the scores of some texts over all repeats."""
    right = [truth[i] for _ in repeats for i in part]
    return {**scores(right, [said[i] for said in repeats for i in part]), "texts": len(part)}


def paired_tests(
    truth: Sequence[str],
    ours: Sequence[Sequence[str]],
    theirs: Sequence[Sequence[str]],
    splits: Sequence[Split],
    part: IndexArray,
    groups: IndexArray,
) -> dict[str, Any]:
    """Test whether the classifier labels some of the texts better than a method does.

    Returns
    -------
    dict[str, Any]
        The corrected resampled t-test over the folds of all repeats (``folds``), McNemar's exact test
        over the texts of the first repeat (``texts``), and the same with the groups of texts on the same
        matter as units (``groups``); in ``only_ours`` and ``only_theirs`` how many only one labels right.
    """

    def gain(one: Sequence[str], other: Sequence[str], chosen: IndexArray) -> IndexArray:
        right = ((int(one[i] == truth[i]), int(other[i] == truth[i])) for i in chosen)
        return np.array([a - b for a, b in right], dtype=np.int64)

    wanted = set(part.tolist())
    differences, ratios = [], []
    for one, other, split in zip(ours, theirs, splits, strict=True):
        for train, test in split:
            chosen = np.array([i for i in test.tolist() if i in wanted], dtype=np.int64)
            if len(chosen):
                differences.append(float(gain(one, other, chosen).mean()))
                ratios.append(len(test) / len(train))
    gained = gain(ours[0], theirs[0], part)
    by_group = np.bincount(np.unique(groups[part], return_inverse=True)[1], weights=gained)
    return {
        "folds": corrected_t_test(np.array(differences), float(np.mean(ratios))),
        "texts": sign_flip_test(gained),
        "groups": sign_flip_test(by_group.astype(np.int64)),
        "only_ours": int((gained > 0).sum()),
        "only_theirs": int((gained < 0).sum()),
    }


def leave_writers_out(rows: Sequence[Labelled], groups: IndexArray, jobs: int | None) -> dict[str, Any]:
    """Score the proposals of each writer by what others wrote on other matters."""
    proposals = [i for i, row in enumerate(rows) if row.genre == PROPOSAL]
    writers = sorted({rows[i].writer for i in proposals})
    tasks, asked = [], []
    for writer in writers:
        tested = [i for i in proposals if rows[i].writer == writer]
        matters = set(groups[tested].tolist())
        train = [row for row, group in zip(rows, groups.tolist(), strict=True) if group not in matters]
        tasks.append((train, [rows[i].text for i in tested]))
        asked.append(tested)
    found = run_all(answers_by_genre, tasks, n_jobs=jobs)
    said = dict(
        pair for own, each in zip(asked, found, strict=True) for pair in zip(own, each[RELEASED], strict=True)
    )

    def by(key: Callable[[Labelled], str]) -> dict[str, dict[str, float]]:
        parts: dict[str, list[int]] = {}
        for i in proposals:
            parts.setdefault(key(rows[i]), []).append(i)
        return {
            name: scores([rows[i].answer for i in part], [said[i] for i in part])
            for name, part in sorted(parts.items())
        }

    return {
        "all": by(lambda _: "all")["all"],
        "by_length": by(length_of),
        "by_origin": by(lambda row: row.origin),
        "by_writer": by(lambda row: row.writer),
    }


def judged(row: Labelled, record: TopicRecord) -> dict[str, float]:
    """Return what counts of an answer: each figure is a sum, or a quotient of two."""
    label, null = record["label"], row.answer == OUT_OF_SCOPE
    routed = (label is not None and not record["review"]) or (label is None and null)
    given = [answer_of(record), *(other["label"] for other in record["alternatives"])]
    near = row.label == NEAR_SCOPE
    return {
        "texts": 1,
        "exact": answer_of(record) == row.answer,
        "sectors": float(np.mean(sectors([answer_of(record)]) == sectors([row.answer]))),
        "routed": routed,
        "wrong": routed and answer_of(record) != row.answer,
        "held": row.answer in given,
        "labelled": not null,
        "labelled_held": not null and row.answer in given,
        "near": near,
        "near_routed": near and label is not None and not record["review"],
    }


FIGURES = {
    "exact": ("exact", "texts"),
    "sectors": ("sectors", "texts"),
    "routed without review": ("routed", "texts"),
    "wrong among the routed": ("wrong", "routed"),
    "answer and alternatives hold the label": ("held", "texts"),
    "the same, of texts with a label": ("labelled_held", "labelled"),
    "near scope, given a sector without review": ("near_routed", "near"),
}
"""What is printed of unseen proposals: one sum of `judged` divided by another."""


def figures_with_intervals(
    counted: Sequence[dict[str, float]], groups: Sequence[str | None]
) -> dict[str, Interval]:
    """Return each of ``FIGURES`` with its bootstrap interval over the groups."""
    names = list(counted[0])
    table = np.array([[float(row[name]) for name in names] for row in counted])
    column = {name: place for place, name in enumerate(names)}
    totals = [table.sum(axis=0), *(table[drawn].sum(axis=0) for drawn in samples(np.array(groups)))]

    def ratio(total: NDArray[np.float64], above: str, below: str) -> float | None:
        whole = total[column[below]]
        return float(total[column[above]] / whole) if whole else None

    found = {}
    for name, (above, below) in FIGURES.items():
        value, *draws = (ratio(total, above, below) for total in totals)
        found[name] = percentile_interval(value, draws)
    return found


def measure_test(rows: Sequence[Labelled], tested: Sequence[Labelled]) -> dict[str, Any]:
    """Score the classifier, fitted on all that is not about the matters tested, on unseen proposals."""
    matters = {row.group for row in tested}
    train = [row for row in rows if row.group is None or row.group not in matters]
    model = fit(train, folds=FOLDS)
    counted = [judged(row, model.analyse(row.text, top=0)) for row in tested]
    by_label = {}
    for label in (*SCOPED_LABELS, NEAR_SCOPE):
        if own := [i for i, row in enumerate(tested) if row.label == label]:
            exact = figures_with_intervals([counted[i] for i in own], [tested[i].group for i in own])["exact"]
            by_label[label] = {"texts": len(own), "exact": exact}
    return {
        "texts": len(tested),
        "trained_on": len(train),
        "left_out_of_training": len(rows) - len(train),
        "figures": figures_with_intervals(counted, [row.group for row in tested]),
        "by_label": by_label,
    }


def flagged(rows: Sequence[Labelled], answers: dict[str, dict[str, list[list[str]]]]) -> dict[str, float]:
    """Return the share of replies that the released classifier gives no label, by split."""
    replies = [i for i, row in enumerate(rows) if row.genre == REPLY]
    return {
        name: float(np.mean([said[i] == OUT_OF_SCOPE for said in found[RELEASED] for i in replies]))
        for name, found in answers.items()
    }


def measure(
    rows: Sequence[Labelled], wanted: Sequence[str], repeats: int, jobs: int | None
) -> dict[str, Any]:
    """Measure the wanted ``PARTS``, and how many replies get no label where anything is cross-validated."""
    groups = joint_groups([row.text for row in rows], [row.group for row in rows])
    report: dict[str, Any] = {
        "texts": dict(Counter(row.genre for row in rows)),
        "groups": int(groups.max()) + 1,
        "folds": FOLDS,
        "repeats": repeats,
    }
    if list(wanted) != ["writers"]:
        report |= measure_folds(rows, groups, wanted, repeats, jobs)
    if "writers" in wanted:
        report["writers"] = leave_writers_out(rows, groups, jobs)
    return report


def measure_folds(
    rows: Sequence[Labelled], groups: IndexArray, wanted: Sequence[str], repeats: int, jobs: int | None
) -> dict[str, Any]:
    """Cross-validate the classifier, and what it is compared with."""
    splits = splits_of(rows, groups, repeats)
    methods = list(ordinary_methods()) if "methods" in wanted else []
    ours: list[Learner] = [answers_by_genre, *([answers_of_one] if "sources" in wanted else [])]
    theirs: list[Learner] = [partial(answers_of_method, name) for name in methods]
    answers = cross_validate(rows, splits, {"grouped": ours + theirs, "plain": ours}, jobs)
    truth = [row.answer for row in rows]
    parts = {genre: np.array([i for i, row in enumerate(rows) if row.genre == genre]) for genre in GENRES}

    def scored(trained: str) -> dict[str, dict[str, float]]:
        found = {genre: pooled_scores(truth, answers["grouped"][trained], parts[genre]) for genre in GENRES}
        if plain := answers["plain"].get(trained):
            found[f"{REPLY}, plain folds"] = pooled_scores(truth, plain, parts[REPLY])
        return found

    report: dict[str, Any] = {"replies_without_label": flagged(rows, answers)}
    if "sources" in wanted:
        report["sources"] = {trained: scored(trained) for trained in TRAINED}
    if methods:
        said = answers["grouped"]
        report["methods"] = {name: scored(name) for name in (RELEASED, *methods)}
        report["tests"] = {
            name: {
                genre: paired_tests(truth, said[RELEASED], said[name], splits["grouped"], part, groups)
                for genre, part in parts.items()
            }
            for name in methods
        }
    return report


def table(title: str, rows: dict[str, dict[str, dict[str, float]]]) -> list[str]:
    """Return exact labels and sectors, a line for each row and a column for each set of texts."""
    columns = {name: cell["texts"] for row in rows.values() for name, cell in row.items()}
    lines = [f"{title:28}" + "".join(f"{f'{name} ({count})':>28}" for name, count in columns.items())]
    for name, row in rows.items():
        cells = (f"{row[c]['exact']:.3f} / {row[c]['sectors']:.3f}" if c in row else "–" for c in columns)
        lines.append(f"  {name:26}" + "".join(f"{cell:>28}" for cell in cells))
    return lines


def format_report(report: dict[str, Any]) -> str:
    """Return a report as lines for a terminal."""
    lines: list[str] = []
    if "folds" in report:
        lines += [f"{report['folds']} folds, {report['repeats']} repeats; exact label / sectors", ""]
    if "sources" in report:
        lines += [*table("trained on", report["sources"]), ""]
    if "methods" in report:
        lines += [*table("trained on both", report["methods"]), ""]
        lines.append(f"{'ahead of':28}{'on':12}{'by':>8}{'p folds':>10}{'p texts':>10}{'p groups':>10}")
        for method, tests in report["tests"].items():
            for genre, test in tests.items():
                p = "–" if test["folds"]["p"] is None else f"{test['folds']['p']:.2g}"
                lines.append(
                    f"  {method:26}{genre:12}{test['folds']['difference']:>+8.3f}{p:>10}"
                    f"{test['texts']:>10.2g}{test['groups']:>10.2g}"
                )
        lines.append("")
    if "writers" in report:
        lines.append("proposals by writers and on matters left out of training")
        for title, parts in report["writers"].items():
            for name, cell in ({"": parts} if title == "all" else parts).items():
                what = f"{title.removeprefix('by_')} {name}".strip()
                lines.append(f"  {what:40}{cell['texts']:>6} {cell['exact']:.3f} / {cell['sectors']:.3f}")
        lines.append("")
    for name, share in report.get("replies_without_label", {}).items():
        lines.append(f"replies without a label, {name} folds: {share:.1%}")
    if "figures" in report:
        lines.append(
            f"{report['texts']} unseen proposals; {report['trained_on']} texts to learn from, "
            f"{report['left_out_of_training']} on the same matters left out"
        )
        lines += [f"  {name:44}{format_interval(figure)}" for name, figure in report["figures"].items()]
        for label, found in report["by_label"].items():
            what = f"exact, {label} ({found['texts']})"
            lines.append(f"  {what:44}{format_interval(found['exact'])}")
    return "\n".join(lines)


def main() -> None:
    """Measure, print, and write the figures if wanted."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", type=Path, default=DATA, metavar="DIR", help="folder of the training data")
    parser.add_argument("--repeats", type=int, default=1, help="of the cross-validation")
    parser.add_argument("--jobs", type=int, default=-1, help="processes, -1 for one a core")
    parser.add_argument("--output", type=Path, metavar="FILE.json", help="write the figures there too")
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="parts of the cross-validation")
    only.add_argument("--newly-flagged", action="store_true", help="only the replies that get no label")
    only.add_argument(
        "--test",
        type=Path,
        nargs="?",
        const=DATA / "proposals-test.jsonl",
        metavar="FILE",
        help="only the unseen proposals, or those of FILE",
    )
    arguments = parser.parse_args()
    rows = read_sources(arguments.data)
    if arguments.test:
        report = measure_test(rows, read_source(arguments.test))
    else:
        wanted = [] if arguments.newly_flagged else arguments.only
        report = measure(rows, wanted, arguments.repeats, arguments.jobs)
    if arguments.output:
        write_text(arguments.output, json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    print(format_report(report))


if __name__ == "__main__":
    main()
