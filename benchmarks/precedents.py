"""How well, and how fast, precedents are found.

    python benchmarks/precedents.py                     ranking and confidence, with bootstrap intervals
    python benchmarks/precedents.py --drop 0.5          the same with half of the matched words forgotten
    python benchmarks/precedents.py --fit               fit the confidence, by cross-validation over proposals
    python benchmarks/precedents.py --simulate 100000   build an archive of recombined sentences, query it

The proposals are those of ``tests/resources/precedents``, the archive is the replies of ``training/data`` and
the letters of ``examples``, near-duplicates counted as they are. ``--drop`` leaves words of the thesaurus out
at random, proposal by proposal: it shows what is found for a proposal whose words are not in it.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
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


_QUERY = """
import json, sys, time
begin = time.process_time()
from nhsa_nlp.archive.matching import PrecedentIndex
spent = []
with PrecedentIndex(sys.argv[1]) as index:
    for line in sys.stdin:
        text, title = json.loads(line)
        index.find(text, title)
        spent.append(time.process_time() - begin)
        begin = time.process_time()
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([spent, int(peak.split()[1])]))
"""


def simulate(count: int, folder: Path, texts: dict[str, str]) -> None:
    """Build an archive of texts recombined from sentences of the replies, and measure it."""
    chosen = random.Random(0)  # noqa: S311
    sentences = [piece for text in texts.values() for piece in re.findall(r"[^。]+。?", text)]
    lengths = [len(text) for text in texts.values()]
    total = 0

    def text_of(_name: str) -> str:
        nonlocal total
        wanted, text = chosen.choice(lengths), ""
        while len(text) < wanted:
            text += chosen.choice(sentences)
        total += len(text.encode())
        return text

    from nhsa_nlp.io.writers import term_index

    spent = {"add": 0.0, "finish": 0.0}
    for step in spent:
        before = getattr(term_index.TermIndex, step)

        def timed(*given: Any, step: str = step, before: Any = before) -> None:
            begin = time.process_time()
            before(*given)
            spent[step] += time.process_time() - begin

        setattr(term_index.TermIndex, step, timed)
    path = folder / "simulated.sqlite"
    begin = time.process_time()
    WRITERS[".sqlite"](path, (unlabelled(f"d{number}") for number in range(count)), texts=text_of)
    whole_time, peak = time.process_time() - begin, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    index_time = sum(spent.values())
    print(f"{count:,} texts, {total / 1e6:,.0f} MB; archive {path.stat().st_size / total:.2f} times the text")
    print(f"written in {whole_time:.0f} s of processor time, at most {peak / 1000:.0f} MB")
    with closing(sqlite3.connect(path)) as base:
        (size,) = base.execute("SELECT sum(length(postings) + 12) FROM terms").fetchone()
    print(f"index of terms {size / total:.2f} times the text")
    print(f"index of terms: {index_time:.0f} s, {count / index_time:,.0f} texts a second")
    lines = "".join(
        json.dumps([whole(each)[:300], each["title"]], ensure_ascii=False) + "\n" for each in read_proposals()
    )
    done = subprocess.run(
        [sys.executable, "-c", _QUERY, str(path)],
        input=lines,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    times, memory = json.loads(done.stdout)
    print(f"first query {times[0]:.2f} s with start, then {np.mean(times[1:]) * 1000:.0f} ms on average, ")
    print(f"at most {max(times[1:]) * 1000:.0f} ms of processor time; {memory / 1000:.0f} MB")


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--drop", type=float, default=0.0, metavar="SHARE")
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="which words --drop leaves out")
    parser.add_argument("--fit", action="store_true")
    parser.add_argument("--simulate", type=int, metavar="N")
    given = parser.parse_args()
    texts = archive_texts()
    with tempfile.TemporaryDirectory() as folder:
        if given.simulate:
            simulate(given.simulate, Path(folder), texts)
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
