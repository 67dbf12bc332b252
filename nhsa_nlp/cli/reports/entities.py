"""Figures of entities, as lines for a terminal."""

from __future__ import annotations

from typing import get_args

from nhsa_nlp.data.entities import EntityLabel
from nhsa_nlp.evaluation.bootstrap import format_interval
from nhsa_nlp.evaluation.entities import SHARES, EntitiesReport, Shares
from nhsa_nlp.evaluation.held_out import EntityScores
from nhsa_nlp.evaluation.metrics import PRF_FIGURES, format_spread
from nhsa_nlp.translation import padded, tr, tr_in

_LABELS: tuple[EntityLabel, ...] = get_args(EntityLabel)


def format_entities_report(report: EntitiesReport) -> str:
    """Return the figures of `evaluate_entities` as a table."""
    lines = [
        tr(
            "{documents} documents, {entities} entities; {folds}-fold cross-validation, grouped by "
            "near-duplicates, repeated {repeats} time(s), seed {seed}"
        ).format(**report),
        "",
        f"{'':10}{padded(tr_in('word', 'label'), 10)}{padded(tr_in('measure', 'precision'), 10, right=True)}"
        f"{padded(tr_in('measure', 'recall'), 10, right=True)}{'F1':>10}"
        f"{padded(tr('F1 over folds'), 20, right=True)}",
    ]
    for variant, figures in report["variants"].items():
        for label in _LABELS:
            if label not in figures:
                continue
            score, folds = figures[label], figures["f1_over_folds"].get(label)
            cells = "".join(f"{format_interval(score[key]):>10}" for key in PRF_FIGURES)
            over_folds = f"{format_spread(folds):>21}" if folds else ""
            lines.append(f"{padded(tr_in('variant', variant), 10)}{label:10}{cells}{over_folds}")
        lines += [f"{'':10}{line}" for line in format_shares(figures)]
        speed = tr(
            "{characters_per_second:,.0f} characters a second, {training_seconds:.0f} s of training a fold"
        )
        lines.append(f"{'':10}{speed.format(**figures)}")
    return "\n".join(lines)


def format_shares(figures: Shares | EntityScores) -> list[str]:
    """Return ``values`` and ``short_titles`` of `score_documents` as lines, as far as they were measured."""
    names = {
        "values": tr("value, unit and op right: {right:.3f} of {of}"),
        "short_titles": tr("short titles resolved: {right:.3f} of {of}"),
    }
    return [names[key].format(**figures[key]) for key in SHARES if key in figures]
