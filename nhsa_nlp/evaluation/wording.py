"""What the figures of a report are said to be of."""

from __future__ import annotations

from collections.abc import Sequence

from nhsa_nlp.evaluation.held_out import EntityScores, LabelScores
from nhsa_nlp.translation import Language, tr


def compared_note() -> str:
    """Return what the tests of the comparison are about."""
    return tr(
        "p: corrected resampled t-test over the folds (of documents like these); "
        "p*: signed-rank test over the repeats (of other splits of these documents)"
    )


def about_scores(
    bundles: Sequence[str], scores: LabelScores | EntityScores, language: Language | None = None
) -> str:
    """Return what was scored on what."""
    what = tr(
        "{bundles}, {documents} held-out texts in {groups} groups of near-duplicates; 95% bootstrap "
        "intervals over the groups",
        language,
    )
    named = tr(" against ", language).join(bundles)
    return what.format(bundles=named, documents=scores["documents"], groups=scores["groups"])
