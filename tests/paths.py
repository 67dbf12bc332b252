"""Where the files of this repository lie that tests read."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
LETTERS = ROOT / "examples" / "letters"
TRAINING_DATA = ROOT / "training" / "data"
RESOURCES = ROOT / "tests" / "resources"
