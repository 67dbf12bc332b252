"""The role of a figure by the words around it: a linear model that hears the rules as one voice among many.

The rules of `roles` know the sentences that replies are written in; elsewhere, in notices and news, they
miss much. The model weighs what they say with the words in front and behind, the unit, the heading, and
what the text does as a whole. It is a multinomial logistic regression, learnt from annotated figures by
``python benchmarks/figures_reading.py --learn``, which writes the weights.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import files
from math import exp
from typing import get_args

from nhsa_nlp.figures.roles.amounts import is_money
from nhsa_nlp.figures.roles.judgement import CERTAIN, Judgement
from nhsa_nlp.figures.roles.measured import largest
from nhsa_nlp.figures.roles.surroundings import Surroundings
from nhsa_nlp.figures.structure.items import Item, Passage
from nhsa_nlp.figures.structure.sentences import Masks
from nhsa_nlp.figures.structure.tone import Tone
from nhsa_nlp.figures.structure.words import CUES, TIME_UNITS
from nhsa_nlp.record import FigureRole

ROLES: tuple[FigureRole, ...] = get_args(FigureRole)
FILE = "role_weights.tsv"

MARGIN = 0.3
"""How much likelier another role must be before the rules are overruled: they rarely err on replies."""

UNSIGNED: frozenset[FigureRole] = frozenset({"reported", "other"})
"""What the rules say where they find no sign of anything else; nine in ten of their other roles are right."""

Features = dict[str, float]

_SPELLED = re.compile("[一二两三四五六七八九十几]")
_DEADLINE = re.compile(r"[到至]20\d\d年|底前|(?:月|日|年)前")
_HEADING = re.compile(
    r"(?:[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．]|[一二三四五六七八九]是)\s*([^。：:，；\n]{2,14})"
)
_ARTICLE = re.compile("第[一二三四五六七八九十百]+条")
_ADDRESSED = re.compile(r"[^。]{0,120}?各[^，。]{2,40}[：:]", re.DOTALL)
_REPLY = re.compile("收悉|答复如下|代表：|委员：")
_NOTICE = re.compile(r"(?:通知|公告|公示|规定|办法)如下|印发|起(?:执行|施行|实施)|特此")
_NEWS = re.compile("通报如下|记者|据介绍|据了解|负责人|公报")
_ASKED = re.compile("问：|答：")
_CLAUSE_END = re.compile("[，。；：¶]")
_BLANKS = str.maketrans("\n\t\r", "¶  ")  # the weights are a table of lines
_CLAUSE, _BEHIND, _CLAUSE_BEFORE, _BACK = 24, 16, 14, 300  # characters that are looked at


class RoleModel:
    """Gives the figures of one document their roles.

    Parameters
    ----------
    masks
        The cleaned text.
    tone
        Whether it sets rules or reports.
    """

    def __init__(self, masks: Masks, tone: Tone):
        self._text = masks.text
        self._tone = tone
        self._document = {name: value for name, value in self._of_document() if value}

    def judge(self, passage: Passage, item: Item, around: Surroundings, said: Judgement) -> Judgement:
        """Return the role of a figure and its probability.

        Parameters
        ----------
        passage, item
            The figure and its sentence.
        around
            The words around it.
        said
            Its role by the rules, and how sure they are.
        """
        scores = [0.0] * len(ROLES)
        weights = _weights()
        for name, value in self.features(passage, item, around, said[0]).items():
            if row := weights.get(name):
                for place, weight in enumerate(row):
                    scores[place] += value * weight
        top = max(scores)
        shares = [exp(score - top) for score in scores]
        whole = sum(shares)
        likely = dict(zip(ROLES, (share / whole for share in shares), strict=True))
        role = overrule(likely, said)
        return role, likely[role]

    def features(self, passage: Passage, item: Item, around: Surroundings, ruled: FigureRole) -> Features:
        """Return what the model weighs of a figure; for those of `judge`."""
        kind = _kind(item.unit)
        found: Features = {}
        for name in self._words(item, around, kind):
            found[name] = 1.0
        genre = "in a reply" if "reply" in self._document else "elsewhere"
        for name in (f"ruled {ruled} {genre}", f"ruled {ruled} {kind}"):
            found[name] = 1.0
        if passage.dates and passage.dates[0].start < item.start:
            found["dated"] = found[f"dated {kind}"] = 1.0
        here = self._tone.balance(item.start)
        for name, value in {**self._document, "here": here}.items():
            found[name] = found[f"{name} {kind}"] = value
        return found

    def _of_document(self) -> Iterator[tuple[str, float]]:
        text = self._text
        yield "bias", 1.0
        yield "whole", self._tone.balance()
        yield "articles", float(bool(_ARTICLE.search(text)))
        yield "addressed", float(bool(_ADDRESSED.match(text)))
        yield "reply", float(bool(_REPLY.search(text, 0, _BACK)))
        yield "notice", float(bool(_NOTICE.search(text)))
        yield "news", float(bool(_NEWS.search(text)))
        yield "asked", float(bool(_ASKED.search(text)))

    def _words(self, item: Item, around: Surroundings, kind: str) -> Iterator[str]:
        front, behind = (words.translate(_BLANKS) for words in (around.front, around.behind))
        yield f"unit {item.unit}"
        yield f"op {item.quantity['op']} {kind}"
        yield f"spelled {bool(_SPELLED.match(item.quantity['text']))} {kind}"
        yield f"each {item.quantity['text'].startswith('每')}"
        yield f"size {_size(item)} {kind}"
        if item.previous is not None:
            near = "clause" if item.previous.clause == item.clause else "sentence"
            alike = "alike" if item.previous.unit == item.unit else "unlike"
            yield f"after {item.previous.role} {near}"
            yield f"after {item.previous.role} {alike}"
        for size in (1, 2, 3, 4):
            yield f"<{front[-size:]}"
            yield f"<{front[-size:]} {kind}"
            yield f">{behind[:size]}"
            yield f">{behind[:size]} {kind}"
        clauses = _CLAUSE_END.split(front)
        yield from _pairs("in", clauses[-1][-_CLAUSE:])
        if len(clauses) > 1:
            yield from _pairs("before", clauses[-2][-_CLAUSE_BEFORE:])
        end = _CLAUSE_END.search(behind)
        yield from _pairs("behind", behind[: min(_BEHIND, end.start() if end else _BEHIND)])
        if end:
            yield f"then {end[0]}"
            yield f"then {behind[end.start() : end.start() + 3]}"
        for cue in {match[0] for match in CUES.finditer(front)}:
            yield f"cue {cue}"
            yield f"cue {cue} {kind}"
        if _DEADLINE.search(front):
            yield "deadline"
            yield f"deadline {kind}"
        heading = None
        for heading in _HEADING.finditer(self._text, max(0, item.start - _BACK), item.start):  # noqa: B007
            pass
        if heading:
            yield from _pairs("under", heading[1])


def overrule(likely: Mapping[FigureRole, float], said: Judgement) -> FigureRole:
    """Return the likeliest role where it is so by `MARGIN` and the rules found no clear sign of theirs."""
    ruled, certainty = said
    best = max(likely, key=likely.__getitem__)
    signed = ruled not in UNSIGNED or certainty >= CERTAIN
    return ruled if signed or likely[best] - likely[ruled] < MARGIN else best


def _pairs(name: str, text: str) -> Iterable[str]:
    return (f"{name} {text[at : at + 2]}" for at in range(len(text) - 1))


def _size(item: Item) -> str:
    """Return how large and how precise a number is: amounts that one person gets are small and round."""
    precise = "." in item.quantity["text"]
    return f"{len(str(int(min(abs(largest(item)), 1e9))))} {'precise' if precise else 'round'}"


def _kind(unit: str) -> str:
    """Return the kind of a unit: the same words mean something else before money than before a count."""
    if is_money(unit):
        return "money"
    if "%" in unit or "百分点" in unit or unit == "倍":
        return "share" if "%" in unit else "difference"
    if unit in TIME_UNITS:
        return "time"
    if "岁" in unit:
        return "age"
    return "times" if unit.startswith(("次", "例次")) else "count"


@cache
def _weights() -> Mapping[str, tuple[float, ...]]:
    """Return the weights of each feature, one for each of `ROLES`."""
    table = files("nhsa_nlp.figures.roles").joinpath("resources", FILE).read_text("utf-8")
    rows = (line.split("\t") for line in table.rstrip("\n").split("\n")[1:])
    return {name: tuple(map(float, row)) for name, *row in rows}
