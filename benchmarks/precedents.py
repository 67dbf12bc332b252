"""How well, and how fast, precedents are found.

    python benchmarks/precedents.py                     ranking and confidence, with bootstrap intervals
    python benchmarks/precedents.py --drop 0.5          the same with half of the matched words forgotten
    python benchmarks/precedents.py --letters 4         the confidence in archives of four letters
    python benchmarks/precedents.py --fit               fit the confidence, by cross-validation over proposals

The proposals are those of ``tests/resources/precedents``, the archive is the replies of ``training/data`` and
the letters of ``examples``, near-duplicates counted as they are. ``--drop`` leaves words of the thesaurus out
at random, proposal by proposal: it shows what is found for a proposal whose words are not in it.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

import nhsa_nlp
from nhsa_nlp.archive.matching import PrecedentIndex, Precedents
from nhsa_nlp.archive.matching import query as query_module
from nhsa_nlp.archive.matching.confidence import Signals
from nhsa_nlp.archive.matching.thesaurus import Matter, load_matters, mentions
from nhsa_nlp.io import WRITERS, Document
from nhsa_nlp.pipeline.records import label_document
from nhsa_nlp.record import Record

ROOT = Path(__file__).parent.parent
DATA = ROOT / "tests" / "resources" / "precedents"

Grades = dict[str, dict[str, int]]
Gold = dict[tuple[str, str], list[tuple[int, int]]]


def archive_texts() -> dict[str, str]:
    """Return the texts of the archive by their ids."""
    lines = (ROOT / "training/data/replies.tsv").read_text("utf-8").splitlines()
    texts = {f"reply-{number:03d}": line.split("\t", 1)[1] for number, line in enumerate(lines)}
    letters = sorted((ROOT / "examples/letters").glob("*.txt"))
    return texts | {path.stem: path.read_text("utf-8") for path in letters}


def build(path: Path, texts: dict[str, str]) -> None:
    """Label texts and write them as an archive."""
    analyser = nhsa_nlp.load_analyser()
    records = (label_document(analyser, Document(name, name, text)) for name, text in texts.items())
    WRITERS[".sqlite"](path, records, texts=texts.get)


def read_proposals() -> list[dict[str, Any]]:
    """Return the graded proposals."""
    return [json.loads(line) for line in (DATA / "queries.jsonl").read_text("utf-8").splitlines()]


def read_grades() -> tuple[Grades, Gold]:
    """Return the grades of documents, and the passages that answer."""
    grades: Grades = defaultdict(dict)
    gold: Gold = {}
    for line in (DATA / "qrels.tsv").read_text("utf-8").splitlines():
        proposal, document, grade, passages = line.split("\t")
        grades[proposal][document] = int(grade)
        gold[proposal, document] = [(start, end) for start, end in json.loads(passages)]
    return grades, gold


def whole(proposal: dict[str, Any]) -> str:
    """Return title and text as a reader of tables joins them."""
    return f"{proposal['title']}\n{proposal['text']}".strip()


def measures(found: Precedents, name: str, grades: dict[str, int], gold: Gold) -> tuple[float, float, float]:
    """Return nDCG@10, recall@10 and whether a best passage of the top three is one that answers."""
    ids = [str(item["id"]) for item in found["precedents"]]
    gains = [2 ** grades.get(document, 0) - 1 for document in ids[:10]]
    ideal = sorted((2**grade - 1 for grade in grades.values()), reverse=True)[:10]
    discounted = [sum(gain / math.log2(at + 2) for at, gain in enumerate(each)) for each in (gains, ideal)]
    relevant = {document for document, grade in grades.items() if grade >= 2}
    recall = len(relevant.intersection(ids[:10])) / min(10, len(relevant))
    best = [(str(item["id"]), item["passages"][0]) for item in found["precedents"][:3] if item["passages"]]
    hit = any(
        2 * (min(piece["end"], end) - max(piece["start"], start))
        >= min(piece["end"] - piece["start"], end - start)
        for document, piece in best
        for start, end in gold.get((name, document), [])
    )
    return discounted[0] / discounted[1], recall, float(hit)


def auroc(yes: list[float], no: list[float]) -> float:
    """Return how often a proposal that is answered has the higher confidence."""
    return sum((p > n) + (p == n) / 2 for p in yes for n in no) / (len(yes) * len(no))


def score(index: PrecedentIndex) -> None:
    """Print the measures with 95% intervals over proposals."""
    grades, gold = read_grades()
    rows: list[tuple[float, float, float]] = []
    yes: list[float] = []
    no: list[float] = []
    for proposal in read_proposals():
        found = index.find(whole(proposal), proposal["title"])
        name = proposal["id"]
        (yes if 3 in grades[name].values() else no).append(found["confidence"])
        if 3 in grades[name].values():
            rows.append(measures(found, name, grades[name], gold))
    draws = np.random.default_rng(0).integers(0, len(rows), (2000, len(rows)))
    table = np.array(rows)
    for column, what in enumerate(("nDCG@10", "recall@10", "passage hit@3")):
        low, high = np.quantile(table[draws, column].mean(axis=1), [0.025, 0.975])
        print(f"{what:14} {table[:, column].mean():.3f}  [{low:.3f}, {high:.3f}]")
    chosen = random.Random(0)  # noqa: S311
    samples = [auroc(chosen.choices(yes, k=len(yes)), chosen.choices(no, k=len(no))) for _ in range(2000)]
    low, high = np.quantile(samples, [0.025, 0.975])
    print(f"{'AUROC':14} {auroc(yes, no):.3f}  [{low:.3f}, {high:.3f}]  ({len(yes)} answered, {len(no)} not)")


def forget(share: float, seed: int) -> None:
    """Leave a share of the thesaurus's words out, drawn at random."""
    chosen = random.Random(seed)  # noqa: S311
    kept = tuple(
        Matter(
            matter.official,
            tuple(word for word in matter.words if chosen.random() >= share),
            tuple(pair for pair in matter.pairs if chosen.random() >= share),
        )
        for matter in load_matters()
    )
    vars(query_module)["mentions"] = lambda text: mentions(text, kept)


def examples(path: Path, texts: dict[str, str]) -> Iterator[tuple[Signals, bool, str, str]]:
    """Yield signals, whether an answer exists, the proposal and its kind.

    A proposal that is answered also counts as one that is not, in an archive without its answers.
    """
    grades, _ = read_grades()
    with PrecedentIndex(path) as index:
        for proposal in read_proposals():
            answered = 3 in grades[proposal["id"]].values()
            yield index.signals(whole(proposal), proposal["title"]), answered, proposal["id"], "graded"
        for number, line in enumerate((DATA / "answerable.tsv").read_text("utf-8").splitlines()):
            mark, title, text = line.split("\t")
            yield index.signals(f"{title}\n{text}", title), mark == "1", f"own-{number}", "own"
    for proposal in read_proposals():
        marks = grades[proposal["id"]]
        if 3 in marks.values():
            rest = {name: text for name, text in texts.items() if marks.get(name, 0) < 2}
            smaller = path.with_name(f"{proposal['id']}.sqlite")
            bare = WRITERS[".sqlite"](smaller, (unlabelled(name) for name in rest), texts=rest.get)
            assert bare == len(rest)  # noqa: S101
            with PrecedentIndex(smaller) as index:
                yield index.signals(whole(proposal), proposal["title"]), False, proposal["id"], "removed"
            smaller.unlink()


def few(count: int, folder: Path, texts: dict[str, str]) -> None:
    """Print how sure of its answers an archive of a few letters is, of the proposals written for this."""
    rows = [line.split("\t") for line in (DATA / "answerable.tsv").read_text("utf-8").splitlines()]
    found: dict[str, list[float]] = {"0": [], "1": []}
    for seed in range(5):
        kept = random.Random(seed).sample(sorted(texts), count)  # noqa: S311
        path = folder / f"few-{seed}.sqlite"
        WRITERS[".sqlite"](path, (unlabelled(name) for name in kept), texts=texts.get)
        with PrecedentIndex(path) as index:
            for mark, title, text in rows:
                found[mark].append(index.find(f"{title}\n{text}", title)["confidence"])
    for mark, what in (("1", "the whole archive answers"), ("0", "nothing answers")):
        values = np.array(found[mark])
        print(f"{what}: on average {values.mean():.2f}, from 0.5 {(values >= 0.5).mean():.2f}")


def unlabelled(name: str) -> Record:
    """Return a record that says nothing."""
    return Record(
        id=name,
        source=name,
        sha256="",
        chars=0,
        topic=None,
        entities=[],
        letter=None,
        model={"name": "none", "version": ""},
    )


def fit(path: Path, texts: dict[str, str]) -> None:
    """Print what the confidence's weights are, and how well they do on proposals they were not fitted to."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    signals, answers, names, kinds = zip(*examples(path, texts), strict=True)
    x, y, groups, kind = np.array(signals), np.array(answers), np.array(names), np.array(kinds)

    def model() -> Any:
        return make_pipeline(StandardScaler(), LogisticRegression(C=0.3, class_weight="balanced"))

    out = np.zeros(len(y))
    for name in sorted(set(names)):
        held = groups == name
        out[held] = model().fit(x[~held], y[~held]).predict_proba(x[held])[:, 1]
    for what, rows in (
        ("graded", kind == "graded"),
        ("graded, and with their answers removed", kind != "own"),
        ("written for this", kind == "own"),
        ("all", kind != ""),
    ):
        print(f"AUROC {auroc(list(out[rows & y]), list(out[rows & ~y])):.3f}  {what}")
    fitted = model().fit(x, y)
    weights = fitted[-1].coef_[0] / fitted[0].scale_
    print(f"WEIGHTS = Signals({', '.join(f'{weight:.2f}' for weight in weights)})")
    print(f"BIAS = {fitted[-1].intercept_[0] - weights @ fitted[0].mean_:.2f}")


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--drop", type=float, default=0.0, metavar="SHARE")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="which words --drop leaves out")
    parser.add_argument("--letters", type=int, metavar="N")
    parser.add_argument("--fit", action="store_true")
    given = parser.parse_args()
    texts = archive_texts()
    with tempfile.TemporaryDirectory() as folder:
        if given.letters:
            few(given.letters, Path(folder), texts)
            return
        path = Path(folder) / "archive.sqlite"
        build(path, texts)
        if given.drop:
            forget(given.drop, given.seed)
        if given.fit:
            fit(path, texts)
            return
        with PrecedentIndex(path) as index:
            score(index)


if __name__ == "__main__":
    main()
