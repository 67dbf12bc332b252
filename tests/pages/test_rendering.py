"""What holds for every page: one file, no script but ours, nothing from outside, whatever texts say."""

from __future__ import annotations

import re
import time
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import numpy as np
import pytest

from nhsa_nlp.archive.series import Contradiction, Point, Series
from nhsa_nlp.evaluation.held_out import LabelScores, score_labels
from nhsa_nlp.labelling.audit import Audit, FacetDoubt, Finding, Pair
from nhsa_nlp.labelling.confident import find_label_errors
from nhsa_nlp.pages.audit import render_audit
from nhsa_nlp.pages.evaluation import entities_html, topic_bundle_html, topic_html
from nhsa_nlp.pages.figures import render_figures
from nhsa_nlp.pages.highlight import render
from nhsa_nlp.topic.labels import FACETS
from nhsa_nlp.topic.model import SectionTopic
from tests.pages.test_figures import figure
from tests.pages.test_highlight import make

HARMLESS = "医疗保障"
HOSTILE = {
    "tags": "</style></script><script>alert(1)</script><svg onload=alert(1)><img src=x onerror=alert(1)>",
    "quotes": '"\' onmouseover=\'alert(1)\' " style="background:url(//x.example)" `',
    "templates": "{{ 7 * 7 }}{% raw %}{# #}{text}%s$x$",
    "entities": "&lt;b&gt;&#60;b&#62;&amp;",
    "comments": "<!-- --><![CDATA[ ]]><?x ?>",
    "surrogates": "甲\ud800乙\udfff",
    "bidi": "甲\u202e乙\u202d\u2067丙\u2069\u200f丁",
    "controls": "甲\x00\x1b[2J\x0c\r\n\u2028\ufeff乙",
    "long": "<医>" * 3_400_000,
}
FIELD = 5000
"""Characters of what is not the document itself: names, labels, titles."""


def highlight_page(document: str) -> str:
    text = document[:FIELD]
    record = make(document, id=text, source=text)
    record["entities"] = [
        {"start": 0, "end": 1, "label": "POLICY", "text": text[0], "title": text, "alias": True, "ref": text,
         "doc_no": text},
        {"start": 1, "end": 2, "label": text, "text": text[1]},
    ]  # fmt: skip
    topic, letter = record["topic"], record["letter"]
    assert topic
    assert letter
    topic |= {"label": text, "reason": text, "facets": {text: 0.5}}
    topic["alternatives"][0]["label"] = text
    topic["evidence"][0] |= {"text": text, "facet": text}
    letter |= {"subject": text, "consulted": [text], "sections": [{"start": 0, "end": 1, "title": text}]}
    record["model"]["name"] = text
    sections: list[SectionTopic] = [{"start": 0, "end": 1, "title": text, "facets": {text: 0.9}}]
    return render(record, document, sections)


def audit_page(document: str) -> str:
    text = document[:FIELD]
    labels = (text, text + "乙")
    pair = Pair(0, 1, 0.9, contradictory=True)
    findings = tuple(
        Finding(index, labels[index], labels[1 - index], 0.2, 0.8, True, True,
                (FacetDoubt(text, True, 0.1, (text, text)),), (pair,))
        for index in (0, 1)
    )  # fmt: skip
    probabilities = np.array([[0.2, 0.8], [0.8, 0.2]])
    errors = find_label_errors(np.array([0, 1]), probabilities)
    texts = (f"{document}。甲。{document}", f"{document}。乙。{document}")
    return render_audit(
        Audit((text, text + "2"), texts, labels, labels, probabilities, errors, (pair,), findings)
    )


_COMPARED = ("exact", "macro_f1")


def scores(text: str) -> LabelScores:
    return score_labels([text, "乙"] * 2, np.array([[0.9, 0.1], [0.2, 0.8]] * 2), [text, "乙"])


def scores_page(text: str) -> str:
    figures = {"first": 0.5, "second": 0.6, "difference": 0.1, "low": None, "high": 0.2, "p": 0.04}
    report: Any = {"about": [text], "topic": scores(text), "comparison": dict.fromkeys(_COMPARED, figures)}
    return topic_bundle_html(report)


def topic_page(text: str) -> str:
    mean = {"mean": 0.5, "std": 0.1}
    measured = dict.fromkeys(("exact", "facets", "macro_f1", "confident_half", "log_loss", "brier"), mean)
    by_facet = {facet: scores(text)["by_label"][text] for facet in (*FACETS, text)}
    method = {
        **measured,
        "test": {"difference": 0.1, "p": None},
        "over_repeats": {"won": 1, "repeats": 1, "p": 1},
    }
    report: Any = {
        **dict.fromkeys(("documents", "groups", "folds", "repeats", "seed", "majority"), 1),
        "plain": {**scores(text), **measured, "by_facet": by_facet},
        "subject_lines": {"documents": 1, "plain": measured},
        "compared": {"plain": {text: method}},
        "not_compared": {text: text},
    }
    return topic_html(report)


def entities_page(text: str) -> str:
    score = {"tp": 1, "precision": 1.0, "recall": None, "f1": 0.5}
    numbers = dict.fromkeys(("documents", "entities", "folds", "repeats", "seed"), 1)
    report: Any = {**numbers, "split": text, "variants": {text: {"POLICY": score}}}
    return entities_html(report)


def figures_page(document: str) -> str:
    text = document[:FIELD]
    said = figure(text, document=text, sentence=f"{document}。{text}。", unit=text, base=text)
    first, second = (
        Point(text, None, cumulative=True, value=value, op="eq", figures=(said,)) for value in (1, 2)
    )
    dated = Point("2022", text, cumulative=False, value=(1, 2), op="range", figures=(said,))
    contradiction = Contradiction(first, second)
    series = Series(
        text,
        (text, text + "乙"),
        text,
        "change",
        text,
        (first, second, dated),
        (contradiction,),
        ((first, second),),
    )
    return render_figures([series], title=text)


PAGES: dict[str, Callable[[str], str]] = {
    "highlight": highlight_page,
    "audit": audit_page,
    "scores": scores_page,
    "topic": topic_page,
    "entities": entities_page,
    "figures": figures_page,
}


class Markup(HTMLParser):
    """The tags of a page with the names of their attributes, and every value that could load something."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.targets: set[str] = set()
        self.text: list[str] = []
        self.policy = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags.add(" ".join([tag, *sorted(name for name, _ in attributes)]))
        values = {name: value or "" for name, value in attributes}
        self.targets |= {values[name] for name in ("src", "href", "xlink:href") if name in values}
        if values.get("http-equiv") == "Content-Security-Policy":
            self.policy = values["content"]

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def inside(page: str, tag: str) -> str:
    return page.partition(f"<{tag}>")[2].partition(f"</{tag}>")[0]


def digest(text: str) -> str:
    return "sha256-" + b64encode(sha256(text.encode()).digest()).decode()


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("name", PAGES)
def test_a_hostile_text_is_nothing_but_text(name: str, kind: str) -> None:
    text = HOSTILE[kind]
    start = time.process_time()
    page = PAGES[name](text)
    assert time.process_time() - start < 30
    page.encode("utf-8")
    assert not re.search("[\u202a-\u202e\u2066-\u2069]", page)
    if kind == "long":  # a parser in Python would take minutes
        assert page.count("<医>") == 0
        return
    found, harmless = Markup(page), Markup(PAGES[name](HARMLESS))
    assert found.tags == harmless.tags
    assert found.policy == harmless.policy
    assert all(target.startswith("#") for target in found.targets)
    if kind in ("tags", "templates", "entities", "comments"):
        assert text in "".join(found.text)  # as it stands


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_one_file_that_its_policy_holds_together(name: str) -> None:
    page = PAGES[name](HARMLESS)
    head, style, script = page.partition("<style>")[0], inside(page, "style"), inside(page, "script")
    policy = Markup(page).policy
    assert policy.startswith(f"default-src 'none'; style-src '{digest(style)}'")
    assert policy.endswith("; base-uri 'none'; form-action 'none'")
    assert "Content-Security-Policy" in head
    assert page.count("<style") == 1
    # Of all pages one has a script, which its policy allows as it stands there.
    assert page.count("<script") == policy.count("script-src") == (name == "figures")
    assert name != "figures" or f"; script-src '{digest(script)}';" in policy
    assert "@import" not in page
    assert not re.search(r"url\((?!#)", page)
    # Styles of single elements are needed, and allowed, where there are plots of an evaluation.
    assert (
        ("style-src-attr 'unsafe-inline'" in policy) == (name in ("scores", "topic")) == (" style=" in page)
    )
