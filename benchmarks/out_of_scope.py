"""How many texts that are not about health the topic classifier declines, and how many replies.

    python benchmarks/out_of_scope.py [--errors] [--public DIR]

The texts of ``tests/resources/out_of_scope.tsv`` were written for this project, and the classifier does
not learn from them. It is the one fitted to all of ``training/data``; how many replies it declines that it
has not seen is what ``two_sources.py --newly-flagged`` measures. Flagged means that no label is given:
``out_of_scope``, ``near_scope``, ``not_chinese`` or ``too_short``.

With ``--public`` the share is also printed for each folder inside DIR, of its ``.txt`` and ``.md``
files (UTF-8), cut into passages of about 400 characters at the ends of lines, five of each file at
most, drawn at random with a fixed seed. benchmarks/README.md names freely available texts.
"""

from __future__ import annotations

import argparse
import random
from collections import Counter
from pathlib import Path

from nhsa_nlp.letter import parse_letter
from nhsa_nlp.topic import TopicClassifier, TopicModel
from nhsa_nlp.topic.genres import REPLY
from nhsa_nlp.training.settings import DataSettings
from nhsa_nlp.training.sources import genres_of, labelled_texts

ROOT = Path(__file__).parent.parent
PASSAGE = 400
PASSAGES = 5


def read_texts(path: Path) -> list[tuple[str, str]]:
    """Return kind and text of each line; a newline in a text is written as a backslash and an n."""
    rows = (line.split("\t") for line in path.read_text("utf-8").splitlines())
    return [(kind, text.replace("\\n", "\n")) for kind, text in rows]


def read_passages(folder: Path) -> list[str]:
    """Return some passages of each text in a folder."""
    chosen = random.Random(0)  # noqa: S311
    found: list[str] = []
    for path in sorted(p for p in folder.rglob("*") if p.suffix in (".txt", ".md") and p.is_file()):
        passages = [""]
        for line in path.read_text("utf-8", errors="replace").splitlines():
            if len(passages[-1]) >= PASSAGE:
                passages.append("")
            passages[-1] += line + "\n"
        whole = [p for p in passages if len(p) >= PASSAGE] or passages
        found += chosen.sample(whole, min(PASSAGES, len(whole)))
    return [passage for passage in found if passage.strip()]


def show(what: str, texts: list[str], model: TopicModel, *, errors: bool, wanted: bool) -> None:
    """Print the share of some texts that get no label, and the texts that were misjudged."""
    reasons: Counter[str | None] = Counter()
    for text in texts:
        record = model.analyse(text, top=0)
        flagged = record["label"] is None
        if flagged:
            reasons[record["reason"]] += 1
        if errors and flagged != wanted:
            print(f"  {record['label']} {text[:60]}")
    count = sum(reasons.values())
    print(f"{what:34} {count:3} of {len(texts):3} flagged ({count / len(texts):.1%}) {dict(reasons)}")


def main() -> None:
    """Print the shares, and on request the errors."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--errors", action="store_true", help="print the texts that are judged wrongly")
    parser.add_argument("--public", type=Path, metavar="DIR", help="folders with texts of your own")
    arguments = parser.parse_args()
    errors = arguments.errors
    known, _ = labelled_texts(ROOT / "training/data", DataSettings())
    classifier = TopicClassifier(folds=0)
    classifier.fit([d.text for d in known], [d.label for d in known], genres=genres_of(known))
    model = classifier.model_
    replies = [document for document in known if document.genre == REPLY]
    foreign = read_texts(ROOT / "tests/resources/out_of_scope.tsv")
    long = [text for _, text in foreign if len(text) > 40]
    short = [text for _, text in foreign if len(text) <= 40]
    subjects = [s for s in (parse_letter(reply.text)["subject"] for reply in replies) if s]
    show("not about health, over 40 signs", long, model, errors=errors, wanted=True)
    show("not about health, up to 40 signs", short, model, errors=errors, wanted=True)
    show("replies", [reply.text for reply in replies], model, errors=errors, wanted=False)
    show("subject lines of the replies", subjects, model, errors=errors, wanted=False)
    for folder in sorted(p for p in arguments.public.iterdir() if p.is_dir()) if arguments.public else ():
        if passages := read_passages(folder):
            show(folder.name, passages, model, errors=False, wanted=True)


if __name__ == "__main__":
    main()
