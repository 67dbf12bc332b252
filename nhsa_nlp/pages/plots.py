"""The figures of an evaluation drawn as one SVG picture, to stand inside a page."""

from __future__ import annotations

import importlib
import io
import re
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Literal

from markupsafe import Markup

from nhsa_nlp.errors import InputError
from nhsa_nlp.extras import how_to_install
from nhsa_nlp.pages.rendering import showable
from nhsa_nlp.translation import tr, tr_in

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from nhsa_nlp.evaluation.held_out import Confusion, LabelScores
    from nhsa_nlp.evaluation.topic import LearningCurve, SplitFigures

_COLOURS = {"plain": "#0b6e99", "grouped": "#c0562f", "scores": "#0b6e99"}
_LONGEST_LABEL = 40  # characters; a longer one would leave no room for the plot
# The stylesheet of the page says the same; that of the picture is not one its policy allows.
_OWN_STYLE = re.compile(r"<defs>\s*<style[^>]*>.*?</style>\s*</defs>", re.DOTALL)


def setting_name(setting: str) -> str:
    """Return what a way to split is called: any split, or near-duplicates on one side."""
    names = {"plain": tr_in("split", "plain"), "grouped": tr_in("split", "grouped")}
    return names.get(setting, setting)


def check_plotting() -> None:
    """Raise InputError if the plots cannot be drawn because matplotlib is not installed."""
    try:
        importlib.import_module("matplotlib")
    except ImportError as error:
        raise InputError(
            "a report with plots needs matplotlib: run {command}, or leave --report out",
            command=how_to_install("report"),
        ) from error


def draw_plots(
    figures: Mapping[str, SplitFigures | LabelScores], curve: LearningCurve | None = None
) -> Markup:
    """Draw what an evaluation measured: reliability, risk and coverage, confusion, learning curve.

    Parameters
    ----------
    figures
        Those of each way to split under its name, or of a bundle under ``scores``.
    curve
        The learning curve, if it was measured.

    Raises
    ------
    InputError
        If matplotlib is not installed.
    """
    check_plotting()
    import matplotlib as mpl
    from matplotlib.figure import Figure

    plots: list[Callable[[Axes], None]] = [
        partial(_reliability, figures=figures),
        partial(_risk_coverage, figures=figures),
    ]
    plots += [
        partial(_confusion, confusion=measured["confusion"], setting=setting)
        for setting, measured in figures.items()
        if "confusion" in measured  # not where there are too many labels to be legible
    ]
    if curve is not None:
        plots.append(partial(_learning, curve=curve))
    style: dict[Any, Any] = {"svg.fonttype": "none", "svg.hashsalt": "nhsa-nlp", "font.size": 9}
    style["text.parse_math"] = False  # a label such as $x$ is not a formula
    with mpl.rc_context(style), warnings.catch_warnings():
        # matplotlib measures the text with its own font; the browser draws it with those of the page.
        warnings.filterwarnings("ignore", message="Glyph .* missing from", category=UserWarning)
        rows = -(-len(plots) // 2)
        figure = Figure(figsize=(10, 4.2 * rows), layout="constrained")
        places = figure.subplots(rows, 2, squeeze=False).ravel()
        for place, draw in zip(places, plots, strict=False):
            draw(place)
        for place in places[len(plots) :]:
            place.set_axis_off()
        drawn = io.StringIO()
        nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
        figure.savefig(drawn, format="svg", metadata=nothing)
    text = drawn.getvalue()
    return Markup(_OWN_STYLE.sub("", text[text.index("<svg") :]))  # noqa: S704 - matplotlib escapes labels


def _reliability(axes: Axes, figures: Mapping[str, SplitFigures | LabelScores]) -> None:
    axes.plot([0, 1], [0, 1], color="#999", linestyle=":")
    bins = {name: [b for b in measured["reliability"] if b["count"]] for name, measured in figures.items()}
    _curves(axes, bins, "confidence", "accuracy", "o")
    axes.set(title=tr_in("plot", "Reliability"), xlim=(0, 1), ylim=(0, 1))
    axes.set(xlabel=tr_in("plot", "confidence"), ylabel=tr("share correct"))


def _risk_coverage(axes: Axes, figures: Mapping[str, SplitFigures | LabelScores]) -> None:
    points = {name: measured["risk_coverage"] for name, measured in figures.items()}
    _curves(axes, points, "coverage", "error", ".")
    axes.set(title=tr("Risk and coverage"), xlim=(0, 1))
    axes.set(xlabel=tr("share of the documents, the most confident first"), ylabel=tr("share wrong"))
    axes.set_ylim(bottom=0)


def _curves(
    axes: Axes, points: Mapping[str, Sequence[Mapping[str, Any]]], x: str, y: str, marker: str
) -> None:
    for setting, found in points.items():
        colour = _COLOURS[setting]
        axes.plot(
            [p[x] for p in found],
            [p[y] for p in found],
            marker=marker,
            color=colour,
            label=setting_name(setting),
        )
    if len(points) > 1:
        axes.legend()


def _confusion(axes: Axes, confusion: Confusion, setting: str) -> None:
    names, counts = [_legible(name) for name in confusion["labels"]], confusion["counts"]
    highest = max(max(row) for row in counts)
    title = tr("Labels given")
    if setting != "scores":
        title = tr("Labels given, all repeats, {setting}").format(setting=setting_name(setting))
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
    axes.set(title=title, xlabel=tr_in("plot", "predicted"), ylabel=tr_in("plot", "true"))


def _legible(label: str) -> str:
    return showable(label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1] + "…")


def _learning(axes: Axes, curve: LearningCurve) -> None:
    points = curve["points"]
    sizes = [p["documents"] for p in points]
    drawn: tuple[tuple[Literal["exact", "facets"], str, str], ...] = (
        ("exact", tr_in("measure", "exact label"), "#0b6e99"),
        ("facets", tr_in("measure", "facets"), "#5a8f3c"),
    )
    for key, title, colour in drawn:
        axes.errorbar(
            sizes,
            [p[key]["mean"] for p in points],
            yerr=[p[key]["std"] for p in points],
            marker="o",
            capsize=3,
            color=colour,
            label=title,
        )
    title = tr("Learning curve, {split}, {repeats} repeats").format(
        split=setting_name(curve["split"]), repeats=curve["repeats"]
    )
    axes.set(title=title, ylim=(0, 1))
    axes.set(xlabel=tr("documents to train on"), ylabel=tr_in("plot", "accuracy"))
    axes.legend()
