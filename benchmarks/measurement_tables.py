"""The tables in docs/measurements.md and its translation, from what ``nhsa-nlp evaluate --output`` wrote.

    python benchmarks/measurement_tables.py [--figures DIR] [--check] PAGE...

A table stands between ``<!-- figures: NAME -->`` and ``<!-- end of figures -->``; NAME is ``topic``
or ``compared`` (both from topic.json) or ``entities`` (entities.json). With ``--check`` nothing is
written, and the exit status is 1 if a table disagrees with the figures. The sentences around the
tables are not touched. A page whose name ends in ``.zh.md`` gets Chinese headings.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_TABLE = re.compile(r"(<!-- figures: (?P<name>\w+) -->\n).*?(<!-- end of figures -->)", re.DOTALL)

_CHINESE = {
    "plain": "不分组",
    "grouped": "分组",
    "exact label": "标签完全正确",
    "facets (three yes/no questions)": "三个领域各自判断",
    "macro-F1 over the six labels that occur": "出现过的六种标签的宏平均 F1",
    "exact label, surer half": "最有把握的一半，标签完全正确",
    "expected calibration error": "期望校准误差",
    "method": "方法",
    "exact": "完全正确",
    "repeats won": "胜出的重复次数",
    "this classifier": "本分类器",
    "spaCy `textcat_multilabel` (bag of words)": "spaCy `textcat_multilabel`（词袋）",
    "TF-IDF + logistic regression": "TF-IDF + 逻辑回归",
    "linear SVM": "线性 SVM",
    "complement naive Bayes": "补集朴素贝叶斯",
    "most frequent label": "一律判为最常见标签",
    "5-fold cross-validation, F1": "五折交叉验证，F1",
    "value, unit, op right": "数值、单位、限定词全对",
    "training": "训练",
    "characters a second": "每秒字数",
    "grammar (as shipped)": "语法（默认）",
    "`ner` alone": "仅 `ner`",
    "grammar, and what `ner` adds": "语法加 `ner`",
    "s": "秒",
}
_METHODS = {
    "majority": "most frequent label",
    "spaCy textcat_multilabel": "spaCy `textcat_multilabel` (bag of words)",
}
_VARIANTS = {
    "grammar": "grammar (as shipped)",
    "ner": "`ner` alone",
    "both": "grammar, and what `ner` adds",
}
_TOPIC = {
    "exact": "exact label",
    "facets": "facets (three yes/no questions)",
    "macro_f1": "macro-F1 over the six labels that occur",
    "confident_half": "exact label, surer half",
}
_SPLITS = ("plain", "grouped")

Figures = dict[str, Any]
Translate = Callable[[str], str]


def main() -> int:
    """Write or check the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("pages", nargs="+", type=Path)
    parser.add_argument("--figures", type=Path, default=Path(__file__).parent / "figures")
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    stale = False
    for page in arguments.pages:
        old = page.read_text("utf-8")
        new = with_tables(old, arguments.figures, chinese=page.name.endswith(".zh.md"))
        if new == old:
            continue
        stale = True
        if arguments.check:
            print(f"{page}: the tables are not what {arguments.figures} says", file=sys.stderr)
        else:
            page.write_text(new, "utf-8")
            print(f"wrote {page}")
    return int(stale and arguments.check)


def with_tables(text: str, figures: Path, *, chinese: bool = False) -> str:
    """Return a page with its tables renewed from the files in ``figures``."""

    def say(words: str) -> str:
        return _CHINESE.get(words, words) if chinese else words

    def table(match: re.Match[str]) -> str:
        file, made = _TABLES[match["name"]]
        content = json.loads((figures / file).read_text("utf-8"))
        return f"{match[1]}{made(content, say)}\n{match[3]}"

    return _TABLE.sub(table, text)


def _topic(report: Figures, say: Translate) -> str:
    rows = [["", *(say(split) for split in _SPLITS)]]
    for key, name in _TOPIC.items():
        spreads = [report[split][key] for split in _SPLITS]
        rows.append([say(name), *(f"{s['mean']:.3f} ± {s['std']:.3f}" for s in spreads)])
    rows.append([say("expected calibration error"), *(f"{report[split]['ece']:.3f}" for split in _SPLITS)])
    return _markdown(rows)


def _compared(report: Figures, say: Translate) -> str:
    def exact(figures: Figures) -> str:
        return " / ".join(f"{figures[split]['exact']['mean']:.3f}" for split in _SPLITS)

    methods = {
        name: {split: report["compared"][split][name] for split in _SPLITS}
        for name in report["compared"][_SPLITS[0]]
    }
    head = [say("method"), say("exact"), "p", say("repeats won")]
    rows = [head, [say("this classifier"), exact(report), "", ""]]
    for name in sorted(methods, key=lambda name: -methods[name]["plain"]["exact"]["mean"]):
        tests = [_p(methods[name][split]["test"]["p"]) for split in _SPLITS]
        won = [str(methods[name][split]["over_repeats"]["won"]) for split in _SPLITS]
        rows.append([say(_METHODS.get(name, name)), exact(methods[name]), _both(tests), _both(won)])
    return _markdown(rows)


def _both(cells: list[str]) -> str:
    return cells[0] if len(set(cells)) == 1 else " / ".join(cells)


def _p(value: float | None) -> str:
    if value is None:
        return "–"
    return "< 0.001" if value < 0.001 else f"{value:.3f}" if value < 0.1 else f"{value:.2f}"


def _entities(report: Figures, say: Translate) -> str:
    kinds = ("POLICY", "DOC_NO", "QUANTITY")
    last = ("value, unit, op right", "training", "characters a second")
    rows = [[say("5-fold cross-validation, F1"), *kinds, *map(say, last)]]
    for variant, name in _VARIANTS.items():
        if variant not in report["variants"]:
            continue
        found = report["variants"][variant]
        seconds, values = found["training_seconds"], found.get("values")
        rows.append(
            [
                say(name),
                *(f"{found[kind]['f1']:.3f}" for kind in kinds),
                f"{values['right']:.3f}" if values else "–",
                f"{seconds:.0f} {say('s')}" if seconds else "–",
                f"{round(found['characters_per_second'], -3):,.0f}",
            ]
        )
    return _markdown(rows)


def _markdown(rows: list[list[str]]) -> str:
    head, *body = ["| " + " | ".join(cells) + " |" for cells in rows]
    rule = "| --- |" + " ---: |" * (len(rows[0]) - 1)
    return re.sub(r"\|  (?=\|)", "| ", "\n".join([head, rule, *body]))


_TABLES: dict[str, tuple[str, Callable[[Figures, Translate], str]]] = {
    "topic": ("topic.json", _topic),
    "compared": ("topic.json", _compared),
    "entities": ("entities.json", _entities),
}

if __name__ == "__main__":
    sys.exit(main())
