"""Figures as self-contained HTML pages: those of the topic with plots."""

from __future__ import annotations

import importlib
import io
import warnings
from collections.abc import Iterable, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from nhsa_nlp.errors import InputError
from nhsa_nlp.evaluation.bootstrap import INTERVALS, Interval, format_interval
from nhsa_nlp.evaluation.topic import COMPARED_NOTE
from nhsa_nlp.topic.labels import FACETS

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_FIGURES = (
    ("exact", "exact label"),
    ("facets", "facets"),
    ("macro_f1", "macro-F1"),
    ("confident_half", "exact, surer half"),
    ("log_loss", "log loss"),
    ("brier", "Brier score"),
)
_DECISIONS = (
    ("in_prediction_set", "true label in answer and alternatives"),
    ("prediction_set_size", "… of so many labels"),
    ("no_review", "need no review"),
    ("no_review_error", "… of these wrong"),
)
_COLOURS = {"plain": "#0b6e99", "grouped": "#c0562f", "scores": "#0b6e99"}
# The browser draws the text of the plots, so it needs a font with Chinese characters, not matplotlib.
_FONTS = (
    '"Noto Sans", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "PingFang SC", '
    '"Microsoft YaHei", "WenQuanYi Micro Hei", "SimHei", sans-serif'
)
_STYLE = f"""
body {{ font-family: {_FONTS}; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #222; }}
svg {{ max-width: 100%; height: auto; }}
svg text {{ font-family: {_FONTS} !important; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; }}
th, td {{ border-bottom: 1px solid #ccc; padding: .25rem .7rem; text-align: right; white-space: nowrap; }}
th:first-child, td:first-child {{ text-align: left; }}
.caption {{ font-weight: bold; margin: 1.2rem 0 .3rem; }}
"""


def check_plotting() -> None:
    """Raise InputError if the plots cannot be drawn because matplotlib is not installed."""
    try:
        importlib.import_module("matplotlib")
    except ImportError as error:
        raise InputError(
            "a report with plots needs matplotlib: run pip install 'nhsa-nlp[report]', or leave --report out"
        ) from error


def topic_html(report: dict[str, Any]) -> str:
    """Return an `evaluate_topic` report as an HTML page.

    The page loads nothing and runs nothing: its content security policy forbids scripts and every
    source but inline styles, and everything that comes from the figures is escaped.

    Parameters
    ----------
    report
        What `nhsa_nlp.evaluation.topic.evaluate_topic` returned.

    Raises
    ------
    InputError
        If matplotlib is not installed.
    """
    check_plotting()
    settings = [name for name in ("plain", "grouped") if name in report]
    about = (
        f"{report['documents']} documents in {report['groups']} groups of near-duplicates; "
        f"{report['folds']} folds, {report['repeats']} repeats, seed {report['seed']}; "
        f"most frequent label {report['majority']:.1%}. "
        "plain: any split; grouped: near-duplicates stay on one side."
    )
    body = [
        "<h1>Topic: cross-validated figures</h1>",
        f"<p>{escape(about)}</p>",
        _table(
            "Figures, mean ± standard deviation over the repeats",
            ["", *settings],
            [[title, *(_spread(report[s][key]) for s in settings)] for key, title in _FIGURES]
            + [["calibration error", *(f"{report[s]['ece']:.3f}" for s in settings)]],
        ),
        *_subject_lines(report, settings),
        *(_facets(report[s]["by_facet"], s) for s in settings),
        *_compared(report, settings),
        "<h2>Plots</h2>",
        _plots(report, settings),
    ]
    return _page("Topic: cross-validated figures", body)


def scores_html(title: str, report: dict[str, Any]) -> str:
    """Return scores on held-out texts, or of labels of any set, as an HTML page.

    Parameters
    ----------
    title
        The heading.
    report
        ``about``, a list of sentences; and as far as they were measured ``topic``, the figures of
        `nhsa_nlp.evaluation.held_out.score_labels`, ``entities``, those of
        `nhsa_nlp.evaluation.held_out.score_entities`, and ``comparison``, those of
        `nhsa_nlp.evaluation.significance`.

    Raises
    ------
    InputError
        If plots are to be drawn and matplotlib is not installed.
    """
    body = [f"<h1>{escape(title)}</h1>", *(f"<p>{escape(sentence)}</p>" for sentence in report["about"])]
    if topic := report.get("topic"):
        check_plotting()
        rows = [
            ["exact label", format_interval(topic["exact"])],
            ["macro-F1", format_interval(topic["macro_f1"])],
        ]
        rows += [
            [name, f"{abs(topic[key]):.3f}"]
            for key, name in (
                ("log_loss", "log loss"),
                ("brier", "Brier score"),
                ("ece", "calibration error"),
            )
        ]
        decisions = topic.get("decisions", {})
        rows += [
            [name, "–" if decisions[key] is None else f"{decisions[key]:.3f}"]
            for key, name in _DECISIONS
            if key in decisions
        ]
        body.append(_table(f"Figures with {INTERVALS}", ["", "value"], rows))
        body.append(_by_label(topic["by_label"]))
    if entities := report.get("entities"):
        body.append(_by_label({"all labels": entities["all"], **entities["by_label"]}))
    for name, figures in report.get("comparison", {}).items():
        if isinstance(figures, dict):
            cells = [
                "–" if figures[key] is None else f"{figures[key]:.3f}"
                for key in ("first", "second", "difference", "low", "high")
            ]
            head = ["first", "second", "difference", "low", "high", "p"]
            caption = f"{name.replace('_', ' ')}: second bundle less first, 95% paired bootstrap interval"
            body.append(_table(caption, head, [[*cells, f"{figures['p']:.2g}"]]))
    if topic:
        body += ["<h2>Plots</h2>", _plots({"scores": topic}, ["scores"])]
    return _page(title, body)


def entities_html(report: dict[str, Any]) -> str:
    """Return a report of `nhsa_nlp.evaluation.entities.evaluate_entities` as an HTML page."""
    title = "Entities: cross-validated figures"
    about = (
        f"{report['documents']} documents with {report['entities']} entities; {report['folds']} folds, "
        f"{report['repeats']} repeats, seed {report['seed']}; {report['split']}."
    )
    body = [f"<h1>{title}</h1>", f"<p>{escape(about)}</p>"]
    for variant, figures in report["variants"].items():
        labels = {
            label: scores for label, scores in figures.items() if isinstance(scores, dict) and "tp" in scores
        }
        body += [f"<h2>{escape(variant)}</h2>", _by_label(labels)]
    return _page(title, body)


def _page(title: str, body: Sequence[str]) -> str:
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + "\n</body>\n</html>\n"
    )


def _by_label(labels: dict[str, Any]) -> str:
    def cell(figure: Interval | float | None) -> str:
        if figure is None or isinstance(figure, float):
            return "–" if figure is None else f"{figure:.3f}"
        return format_interval(figure)

    rows = [
        [f"{label} ({figures['support']})" if "support" in figures else label]
        + [cell(figures[key]) for key in ("precision", "recall", "f1")]
        for label, figures in labels.items()
    ]
    return _table("By label", ["", "precision", "recall", "F1"], rows)


def _table(caption: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    def row(cells: Sequence[str], tag: str) -> str:
        return "<tr>" + "".join(f"<{tag}>{escape(cell)}</{tag}>" for cell in cells) + "</tr>"

    # The caption stands above the table: as a part of it, it would be cut off or make the table wider.
    lines = [f'<p class="caption">{escape(caption)}</p>', '<div class="wide"><table>', row(head, "th")]
    return "\n".join([*lines, *(row(cells, "td") for cells in rows), "</table></div>"])


def _spread(figure: dict[str, float]) -> str:
    return f"{figure['mean']:.3f} ± {figure['std']:.3f}"


def _subject_lines(report: dict[str, Any], settings: Sequence[str]) -> list[str]:
    figures = report["subject_lines"]
    rows = [
        [setting, _spread(figures[setting]["exact"]), _spread(figures[setting]["facets"])]
        for setting in settings
        if setting in figures
    ]
    caption = f"From the subject line alone ({figures['documents']} documents have one)"
    return [_table(caption, ["", "exact label", "facets"], rows)] if rows else []


def _facets(by_facet: dict[str, Any], setting: str) -> str:
    rows = [
        [f"{facet} ({by_facet[facet]['support']})"]
        + [format_interval(by_facet[facet][key]) for key in ("precision", "recall", "f1")]
        for facet in FACETS
    ]
    return _table(
        f"Facets with {INTERVALS}, {setting}",
        ["", "precision", "recall", "F1"],
        rows,
    )


def _compared(report: dict[str, Any], settings: Sequence[str]) -> list[str]:
    tables = []
    for setting in settings if "compared" in report else ():
        methods = report["compared"][setting]
        ours = report[setting]
        rows = [
            ["this classifier", *(_spread(ours[key]) for key in ("exact", "facets", "macro_f1")), *[""] * 4]
        ]
        rows += [
            [
                name,
                *(_spread(scores[key]) for key in ("exact", "facets", "macro_f1")),
                f"{scores['test']['difference']:+.3f}",
                "undefined" if scores["test"]["p"] is None else f"{scores['test']['p']:.2g}",
                f"{scores['over_repeats']['won']} of {scores['over_repeats']['repeats']}",
                f"{scores['over_repeats']['p']:.2g}",
            ]
            for name, scores in methods.items()
        ]
        caption = f"Other methods on the same splits, {setting}"
        head = ["", "exact label", "facets", "macro-F1", "ahead by", "p", "repeats won", "p*"]
        tables.append(_table(caption, head, rows))
    if tables:
        tables.append(f"<p>{escape(COMPARED_NOTE)}</p>")
    for name, remedy in report.get("not_compared", {}).items():
        tables.append(f"<p>{escape(f'{name} is left out, as it is not installed: {remedy}')}</p>")
    return tables


def _plots(report: dict[str, Any], settings: Sequence[str]) -> str:
    import matplotlib as mpl
    from matplotlib.figure import Figure

    style: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "nhsa-nlp", "font.size": 9}
    style["text.parse_math"] = False  # a label such as $x$ is no formula
    with mpl.rc_context(style), warnings.catch_warnings():
        # matplotlib measures the text with its own font; the browser draws it with those of _FONTS.
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        figure = Figure(figsize=(10, 12.5), layout="constrained")
        axes = figure.subplots(3, 2)
        _reliability(axes[0, 0], report, settings)
        _risk_coverage(axes[0, 1], report, settings)
        for place, setting in zip(axes[1], settings, strict=False):
            if "confusion" in report[setting]:
                _confusion(place, report[setting]["confusion"], setting)
            else:  # too many labels to be legible
                place.set_axis_off()
        if len(settings) == 1:
            axes[1, 1].set_axis_off()
        if "learning_curve" in report:
            _learning(axes[2, 0], report["learning_curve"])
        else:
            axes[2, 0].set_axis_off()
        axes[2, 1].set_axis_off()
        drawn = io.StringIO()
        nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
        figure.savefig(drawn, format="svg", metadata=nothing)
    text = drawn.getvalue()
    return text[text.index("<svg") :]


def _reliability(axes: Axes, report: dict[str, Any], settings: Sequence[str]) -> None:
    axes.plot([0, 1], [0, 1], color="#999", linestyle=":")
    for setting in settings:
        bins = [b for b in report[setting]["reliability"] if b["count"]]
        axes.plot(
            [b["confidence"] for b in bins],
            [b["accuracy"] for b in bins],
            marker="o",
            color=_COLOURS[setting],
            label=setting,
        )
    axes.set(title="Reliability", xlabel="confidence", ylabel="share right", xlim=(0, 1), ylim=(0, 1))
    if len(settings) > 1:
        axes.legend()


def _risk_coverage(axes: Axes, report: dict[str, Any], settings: Sequence[str]) -> None:
    for setting in settings:
        points = report[setting]["risk_coverage"]
        axes.plot(
            [p["coverage"] for p in points],
            [p["error"] for p in points],
            marker=".",
            color=_COLOURS[setting],
            label=setting,
        )
    axes.set(
        title="Risk and coverage",
        xlabel="share of the documents, the most confident first",
        ylabel="share wrong",
        xlim=(0, 1),
    )
    axes.set_ylim(bottom=0)
    if len(settings) > 1:
        axes.legend()


def _confusion(axes: Axes, confusion: dict[str, Any], setting: str) -> None:
    names, counts = confusion["labels"], confusion["counts"]
    highest = max(max(row) for row in counts)
    title = "Labels given" if setting == "scores" else f"Labels given, all repeats, {setting}"
    axes.pcolormesh(counts, cmap="Blues", edgecolors="white", linewidth=0.5)
    for row, line in enumerate(counts):
        for column, count in enumerate(line):
            if count:
                colour = "white" if count > highest / 2 else "black"
                axes.text(column + 0.5, row + 0.5, str(count), ha="center", va="center", color=colour)
    middle = [place + 0.5 for place in range(len(names))]
    axes.set_xticks(middle, names, rotation=45, ha="right")
    axes.set_yticks(middle, names)
    axes.invert_yaxis()
    axes.set(title=title, xlabel="predicted", ylabel="right")


def _learning(axes: Axes, curve: dict[str, Any]) -> None:
    points = curve["points"]
    sizes = [p["documents"] for p in points]
    for key, title, colour in (("exact", "exact label", "#0b6e99"), ("facets", "facets", "#5a8f3c")):
        axes.errorbar(
            sizes,
            [p[key]["mean"] for p in points],
            yerr=[p[key]["std"] for p in points],
            marker="o",
            capsize=3,
            color=colour,
            label=title,
        )
    axes.set(
        title=f"Learning curve, {curve['split']}, {curve['repeats']} repeats",
        xlabel="documents to train on",
        ylabel="accuracy",
        ylim=(0, 1),
    )
    axes.legend()
