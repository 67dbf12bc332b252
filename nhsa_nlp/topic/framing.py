"""What frames a matter in a document and says nothing of it: heads of pages, formulas, who is responsible.

The texts that the model of proposals learns from are mostly bare; documents are not. So copies of them with
such passages before or after are learnt from too, with the same label.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from importlib import resources

import numpy as np

_SHARE = 0.5  # of the texts have a copy
_NUMBERS = (1, 1, 2, 3)  # of passages, equally likely


@cache
def default_frames() -> tuple[str, ...]:
    """Return the passages that come with the package, which were written for it."""
    lines = resources.files("nhsa_nlp.topic").joinpath("frames.jsonl").read_text(encoding="utf-8")
    return tuple(json.loads(line)["text"] for line in lines.splitlines())


def framed_copies(texts: Sequence[str], seed: int | None) -> list[tuple[int, str]]:
    """Return copies of half of the texts with passages around them, and which text each is a copy of."""
    rng = np.random.default_rng(seed)
    frames = default_frames()
    copies = []
    for row in np.flatnonzero(rng.random(len(texts)) < _SHARE).tolist():
        parts = [texts[row]]
        for frame in rng.choice(len(frames), rng.choice(_NUMBERS), replace=False).tolist():
            parts.insert(rng.choice((0, len(parts))), frames[frame])
        copies.append((row, "\n".join(parts)))
    return copies
