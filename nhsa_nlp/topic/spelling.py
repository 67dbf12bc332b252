"""Labels as people write them: which of the known ones was meant."""

from __future__ import annotations

import difflib
import unicodedata
from collections import Counter
from collections.abc import Sequence

from nhsa_nlp.topic.labels import FACETS, OUR_LABELS, facets_to_label

_MOSTLY = 0.8  # if this share of the rows have one of our labels, the others are treated as mistakes
_ALIKE = 0.4  # difflib's ratio from which a label may be the one that was meant
_JOINERS = str.maketrans(dict.fromkeys("×✕✖χх*+&、,，/;；|和及", "x"))


def suggestion(label: str, labels: Sequence[str], alike: float = _ALIKE) -> str | None:
    """Return the label that was probably meant, None if there is none like it or it is not clear which.

    It is written like the other in so large a share, from 0 to 1, or the same but for width, case, spaces and
    the order and signs of what it joins.
    """
    names = {folded(known): known for known in labels}
    if folded(label) in names:
        return names[folded(label)]
    if (combined := _as_sectors(label)) in labels:
        return combined
    scores = sorted(
        (
            (difflib.SequenceMatcher(None, folded(label)[:40], name).ratio(), known)
            for name, known in names.items()
        ),
        reverse=True,
    )
    best = [known for score, known in scores if score == scores[0][0] and score >= alike]
    return best[0] if len(best) == 1 else None


def are_ours(counts: Counter[str]) -> bool:
    """Tell whether most texts have a label that means one of `nhsa_nlp.topic.labels.OUR_LABELS`."""
    meant = sum(n for label, n in counts.items() if folded(label) in OUR_LABELS or _as_sectors(label))
    return meant >= _MOSTLY * counts.total()


def folded(label: str) -> str:
    """Return a label without what typists mix up: width, case, spaces."""
    return "".join(unicodedata.normalize("NFKC", label).casefold().split())


def _as_sectors(label: str) -> str | None:
    """Return the label of the sectors that a label joins, in whatever order and with whatever sign."""
    parts = frozenset(folded(label).translate(_JOINERS).split("x"))
    return facets_to_label(parts) if parts <= set(FACETS) else None
