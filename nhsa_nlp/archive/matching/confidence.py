"""Whether anything in the archive answers a proposal: a logistic model of three signals.

``benchmarks/precedents.py --fit`` fits it.
"""

from __future__ import annotations

import math
from typing import NamedTuple


class Signals(NamedTuple):
    """What tells whether a proposal is answered.

    Attributes
    ----------
    strength
        The logarithm of the best score of a text, in relation to the size of the archive.
    own
        Which share of the proposal's own terms one of the best texts holds, by rarity.
    official
        Which share of the Administration's names for its matters one of them holds, the matters
        counted by the square of how many words name them.
    """

    strength: float
    own: float
    official: float


WEIGHTS = Signals(0.89, 20.27, 3.67)
BIAS = -6.80


def confidence(signals: Signals) -> float:
    """Return a probability between 0 and 1."""
    total = BIAS + sum(weight * value for weight, value in zip(WEIGHTS, signals, strict=True))
    return 1 / (1 + math.exp(-total))
