"""How well figures are read: role, date, indicator, scope, on replies annotated after docs/figures-guide.md.

    python benchmarks/figures_reading.py                   # on the 24 replies of training/data/figures.jsonl
    python benchmarks/figures_reading.py FILE...           # on annotations of your own in the same format
    python benchmarks/figures_reading.py --ablate          # and without each part of the reading in turn
    python benchmarks/figures_reading.py --errors          # and each figure that is not right
    python benchmarks/figures_reading.py --speed           # and characters a second, on replies.tsv
    python benchmarks/figures_reading.py --learn           # learn the weights of the roles again

The rules were written by hand with 14 of the 24 replies in view at first, all of them in the end, so the
figures on them say how well the rules cover what they were made from, not how well they do on other texts.
Date, indicator (F1 of its characters), scope and the whole (role, date and scope right, indicator at least
0.8) count over figures that are not `other`. The interval is of a bootstrap over documents.

``--learn`` fits the model of `nhsa_nlp.figures.roles.model` to these replies and to the documents of bureaus
in training/data/figures-documents.jsonl, writes its weights into the package, and prints how many roles are
right in documents that were left out, by the rules alone and by the model, where the roles of the figures in
front are right.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold

from nhsa_nlp.data.corpus import read_replies
from nhsa_nlp.entities.grammar import find_entities
from nhsa_nlp.figures import read_figures
from nhsa_nlp.figures.roles import model as role_model
from nhsa_nlp.figures.roles.judgement import Judgement
from nhsa_nlp.figures.roles.model import ROLES, Features, RoleModel, overrule
from nhsa_nlp.letter import read_letter
from nhsa_nlp.text import clean

DATA = Path(__file__).resolve().parent.parent / "training/data"
NAMES = ("role", "date", "indicator", "scope", "whole")
SEEN, LEAST = 3, 0.02  # features that are rarer, or weigh less, are left out
C, REPLIES = 0.1, 6  # replies weigh as much as six: they are few beside the documents, and what is read most
_SIGNS = re.compile(r"[\s，、；：“”‘’\"]")

INDICATORS, READER = "nhsa_nlp.figures.indicators.reader", "nhsa_nlp.figures.reader"
PARTS: dict[str, dict[str, Callable[..., Any]]] = {
    "inherited words": {f"{INDICATORS}.inherited": lambda *_, **__: []},
    "parts of a whole (其中)": {f"{INDICATORS}.as_part": lambda *_: False},
    "figures told apart (分别)": {f"{INDICATORS}.read_respectively": lambda *_: None},
    "conditions with numbers of their own": {
        "nhsa_nlp.figures.indicators.reading.find_conditions": lambda *_: {}
    },
    "cases of rules": {f"{INDICATORS}.case_of": lambda *_: None},
    "what is paid for": {"nhsa_nlp.figures.indicators.frames.Frames._expense": lambda *_: None},
    "shares and changes of the figure before": {f"{INDICATORS}.goes_with_previous": lambda *_: False},
    "dates of the sentence before": {"nhsa_nlp.figures.dating.Dating._carried": lambda *_: None},
    "dates of the ends of changes": {"nhsa_nlp.figures.dating._end_of_change": lambda *parts: parts[2]},
    "the model of roles": {f"{READER}.RoleModel.judge": lambda *heard: heard[-1]},
    "roles of counts": {"nhsa_nlp.figures.roles.rules.role_of_count": lambda *_: None},
    "scopes from outside the clause": {f"{READER}.set_scopes": lambda *_: None},
    "heads over a figure": {f"{INDICATORS}.add_heads": lambda *_: None},
    "institutions as scopes": {"nhsa_nlp.figures.scopes.institutions.Institutions.read": lambda *_: None},
    "regions as scopes": {f"{READER}.set_regions": lambda *_: None},
    "sanctions": {f"{READER}.find_sanctions": lambda *_: {}},
    "groups as scopes": {f"{READER}.move_groups": lambda *_: None},
}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("files", nargs="*", type=Path, default=[DATA / "figures.jsonl"])
    parser.add_argument("--ablate", action="store_true")
    parser.add_argument("--errors", action="store_true")
    parser.add_argument("--speed", action="store_true")
    parser.add_argument("--learn", action="store_true")
    options = parser.parse_args()
    if options.learn:
        learn()
        return
    documents = [json.loads(line) for path in options.files for line in path.open(encoding="utf-8")]
    show("all of it", documents, interval=True, errors=options.errors)
    if options.ablate:
        for name, replaced in PARTS.items():
            with ExitStack() as stack:
                for target, instead in replaced.items():
                    stack.enter_context(patch(target, instead))
                show(f"without {name}", documents)
    if options.speed:
        print(f"{speed():,.0f} characters a second")


def show(name: str, documents: list[dict[str, Any]], *, interval: bool = False, errors: bool = False) -> None:
    """Print the line of a table."""
    counted = [count(document, errors=errors) for document in documents]
    values = rates(counted)
    line = f"{name:50}" + " ".join(f"{name} {value:.3f}" for name, value in zip(NAMES, values, strict=True))
    if interval:
        draw = random.Random(0)  # noqa: S311
        drawn = [rates(draw.choices(counted, k=len(counted)))[-1] for _ in range(1000)]
        drawn.sort()
        line += f" [{drawn[25]:.3f}, {drawn[975]:.3f}]"
    print(line, flush=True)


def rates(counted: list[dict[str, float]]) -> list[float]:
    """Return the rates of several documents together."""
    total = {name: sum(one[name] for one in counted) for name in counted[0]}
    return [total["role"] / total["all"], *(total[name] / total["stated"] for name in NAMES[1:])]


def count(document: dict[str, Any], *, errors: bool = False) -> dict[str, float]:
    """Count what is right in one document."""
    found = {(figure["start"], figure["end"]): figure for figure in read(document)}
    counted = dict.fromkeys(("all", "stated", *NAMES), 0.0)
    for wanted in document["figures"]:
        figure = found.get((wanted["start"], wanted["end"]), {})
        role = figure.get("role") == wanted["role"]
        counted["all"] += 1
        counted["role"] += role
        if wanted["role"] == "other":
            continue
        counted["stated"] += 1
        right = {
            "date": same_date(wanted, figure, document.get("date")),
            "indicator": overlap(wanted["indicator_text"], figure.get("indicator") or ""),
            "scope": places(wanted["scope"]) == places(figure.get("scope")),
        }
        for name, value in right.items():
            counted[name] += value
        whole = role and right["date"] and right["scope"] and right["indicator"] >= 0.8
        counted["whole"] += whole
        if errors and not whole:
            fields = ("role", "indicator_text", "as_of", "period", "scope")
            print(document["id"], wanted["text"], *(wanted[field] for field in fields), sep=" | ")
            fields = ("role", "indicator", "as_of", "period", "scope")
            print("    read as", *(figure.get(field) for field in fields), sep=" | ")
    return counted


def read(document: dict[str, Any]) -> Iterator[Any]:
    """Read the figures of an annotated document."""
    view = clean(document["text"])
    letter = read_letter(view).record
    letter["date"] = document.get("date") or letter["date"]
    yield from read_figures(view, find_entities(view), letter, document["id"])


def same_date(wanted: dict[str, Any], figure: dict[str, Any], letter: str | None) -> bool:
    """Tell whether a date is right; one relative to the letter needs only to be known as such."""
    point, period = wanted["as_of"], wanted["period"]
    if not figure:
        return False
    if point == "letter":
        return figure["anchor"] == "letter" and figure["as_of"] in {None, letter}
    if point and point.startswith("letter-"):
        return (figure["as_of"] or "").endswith(point[6:])
    if period and str(period[0]).startswith("letter"):
        if period[0] == "letter":
            return bool(figure["anchor"] == "letter")
        ends = zip(figure["period"] or [None, None], period, strict=True)
        return all((read or "").endswith(said[6:]) for read, said in ends if said)
    return bool((figure["as_of"], figure["period"]) == (point, period) and figure["anchor"] != "letter")


def overlap(wanted: str, read: str) -> float:
    """Return the F1 of the characters of two indicators."""
    one, other = (Counter(_SIGNS.sub("", text)) for text in (wanted, read))
    size = one.total() + other.total()
    return 2 * (one & other).total() / size if size else 1.0


def places(scope: str | None) -> set[str]:
    """Return the places of a scope; the whole country is no limit."""
    return set(re.split("[、,，]", scope or "")) - {"", "全国"}


def learn() -> None:
    """Learn the weights of the roles, write them, and print how right they are where they were not learnt."""
    found: list[Features] = []
    said: list[Judgement] = []
    roles, sources, groups = [], [], []
    for source in ("figures.jsonl", "figures-documents.jsonl"):
        for line in (DATA / source).open(encoding="utf-8"):
            document = json.loads(line)
            heard = listen(document)
            for figure in document["figures"]:
                if (figure["start"], figure["end"]) in heard:
                    features, judgement = heard[figure["start"], figure["end"]]
                    found.append(features)
                    roles.append(figure["role"])
                    said.append(judgement)
                    sources.append(source)
                    groups.append(document["id"])
    counted = Counter(name for features in found for name in features)
    vectorizer = DictVectorizer()
    rows = vectorizer.fit_transform(
        {name: value for name, value in features.items() if counted[name] >= SEEN} for features in found
    )
    wanted, origin = np.array(roles), np.array(sources)
    ruled = np.array([role for role, _ in said])
    weights = np.where(origin == "figures.jsonl", REPLIES, 1)
    held_out = np.empty_like(wanted)
    for learnt, left_out in GroupKFold(5, shuffle=True, random_state=0).split(rows, wanted, groups):
        model = LogisticRegression(C=C, max_iter=300, fit_intercept=False)
        model.fit(rows[learnt], wanted[learnt], sample_weight=weights[learnt])
        held_out[left_out] = [
            overrule(dict(zip(model.classes_, row, strict=True)), said[place])
            for row, place in zip(model.predict_proba(rows[left_out]), left_out, strict=True)
        ]
    for source in sorted({*sources}):
        here = origin == source
        shares = ((predicted == wanted)[here].mean() for predicted in (ruled, held_out))
        print(f"{source}, {here.sum()} figures: role {', '.join(f'{share:.3f}' for share in shares)}")
    model = LogisticRegression(C=C, max_iter=300, fit_intercept=False).fit(
        rows, wanted, sample_weight=weights
    )
    write_weights(vectorizer.get_feature_names_out(), model)


def listen(document: dict[str, Any]) -> dict[tuple[int, int], tuple[Features, Judgement]]:
    """Return what the model hears of each figure of a document, and what the rules say.

    Of the figures in front it hears the right roles, as they are annotated.
    """
    right = {(figure["start"], figure["end"]): figure["role"] for figure in document["figures"]}
    heard: dict[tuple[int, int], tuple[Features, Judgement]] = {}

    def judge(model: RoleModel, passage: Any, item: Any, around: Any, said: Judgement) -> tuple[Any, float]:
        place = item.quantity["start"], item.quantity["end"]
        heard[place] = model.features(passage, item, around, said[0]), said
        return right.get(place, said[0]), 0.5

    with patch.object(RoleModel, "judge", judge):
        list(read(document))
    return heard


def write_weights(names: Iterable[str], model: LogisticRegression) -> None:
    """Write the weights of a model as the table that `nhsa_nlp.figures.roles.model` reads."""
    columns = [list(model.classes_).index(role) for role in ROLES]
    with (Path(role_model.__file__).parent / "resources" / role_model.FILE).open(
        "w", encoding="utf-8"
    ) as file:
        print("feature", *ROLES, sep="\t", file=file)
        for name, row in zip(names, model.coef_[columns].T, strict=True):
            if np.abs(row).max() >= LEAST:
                print(name, *(f"{weight:.2f}" for weight in row), sep="\t", file=file)


def speed() -> float:
    """Return the characters a second that reading figures alone takes, in processor time."""
    texts = [clean(reply.text) for reply in read_replies(DATA / "replies.tsv")]
    parts = [(view, find_entities(view), read_letter(view).record) for view in texts]
    best = float("inf")
    for _ in range(3):
        start = time.process_time()
        for view, entities, letter in parts:
            read_figures(view, entities, letter)
        best = min(best, time.process_time() - start)
    return sum(len(view.raw) for view in texts) / best


if __name__ == "__main__":
    main()
