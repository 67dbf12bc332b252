"""Cross-validated figures of topics, as lines for a terminal."""

from __future__ import annotations

from typing import Literal

from nhsa_nlp.evaluation import metrics
from nhsa_nlp.evaluation.bootstrap import format_interval
from nhsa_nlp.evaluation.names import figure_name, genre_name, origin_name
from nhsa_nlp.evaluation.topic import FIGURES, SETTINGS, TopicReport
from nhsa_nlp.evaluation.wording import compared_note
from nhsa_nlp.translation import columns, padded, tr, tr_in

_PART_FIGURES: tuple[Literal["exact", "facets", "macro_f1"], ...] = ("exact", "facets", "macro_f1")


def format_topic_report(report: TopicReport) -> str:
    """Return an `evaluate_topic` report as lines for a terminal."""
    settings = [name for name in SETTINGS if name in report]
    names, colon, comma = (
        {"precision": tr_in("measure", "precision"), "recall": tr_in("measure", "recall"), "f1": "F1"},
        tr_in("list", ": "),
        tr_in("clause", ", "),
    )
    width = max(map(columns, map(figure_name, FIGURES))) + 3
    lines = [
        tr(
            "{documents} documents in {groups} groups of near-duplicates; {folds} folds, {repeats} repeats; "
            "most frequent label {majority:.1%}"
        ).format(**report),
        " " * width + "".join(padded(tr_in("split", name), 18, right=True) for name in settings),
    ]
    for key in FIGURES:
        cells = [metrics.format_spread(report[s][key]) for s in settings]
        lines.append(padded(figure_name(key), width) + "".join(f"{cell:>18}" for cell in cells))
    cells = [f"{report[s]['ece']:>18.3f}" for s in settings]
    lines.append(padded(figure_name("ece"), width) + "".join(cells))
    for setting in settings:
        for facet, scores in report[setting]["by_facet"].items():
            cells = [f"{names[key]} {format_interval(scores[key])}" for key in metrics.PRF_FIGURES]
            lines.append(f"{tr_in('split', setting)} {facet} ({scores['support']}){colon}{comma.join(cells)}")
    for title, parts, called in (
        (tr_in("word", "genre"), report.get("by_genre", {}), genre_name),
        (tr_in("word", "origin"), report.get("by_origin", {}), origin_name),
    ):
        for value, part in parts.items():
            for setting in settings:
                cells = [f"{figure_name(n)} {metrics.format_spread(part[setting][n])}" for n in _PART_FIGURES]
                what = f"{tr_in('split', setting)} {title} {called(value)} ({part['documents']})"
                lines.append(what + colon + comma.join(cells))
    subjects = report["subject_lines"]
    for setting in settings:
        if setting in subjects:
            exact, facets = (subjects[setting][key]["mean"] for key in ("exact", "facets"))
            lines.append(
                tr(
                    "{split} subject lines alone ({documents}): exact {exact:.3f}, facets {facets:.3f}"
                ).format(
                    split=tr_in("split", setting),
                    documents=subjects["documents"],
                    exact=exact,
                    facets=facets,
                )
            )
    for setting, methods in report.get("compared", {}).items():
        heads = (
            *(
                (tr_in("word", "exact"), 8),
                (tr_in("measure", "facets"), 8),
                (tr_in("measure", "macro-F1"), 10),
                (tr("ahead by"), 10),
                ("p", 10),
            ),
            *((tr("repeats won"), 14), ("p*", 10)),
        )
        head = "".join(padded(name, width, right=True) for name, width in heads)
        title = tr_in("report", "{split}: compared with").format(split=tr_in("split", setting))
        lines.append(padded(title, 32) + head)
        for name, method in methods.items():
            test, over = method["test"], method["over_repeats"]
            p = tr_in("measure", "undefined") if test["p"] is None else f"{test['p']:.2g}"
            won = tr_in("report", "{won} of {repeats}").format(**over)
            lines.append(
                f"  {padded(tr_in('word', name), 30)}{method['exact']['mean']:>8.3f}"
                f"{method['facets']['mean']:>8.3f}{method['macro_f1']['mean']:>10.3f}{test['difference']:>+10.3f}"
                f"{padded(p, 10, right=True)}{padded(won, 14, right=True)}{over['p']:>10.2g}"
            )
    if "compared" in report:
        lines.append(compared_note())
    for name, remedy in report.get("not_compared", {}).items():
        lines.append(
            tr("{name} is left out, as it is not installed: {remedy}").format(name=name, remedy=remedy)
        )
    return "\n".join(lines)
