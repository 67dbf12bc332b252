from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

from tests.batch.kills import DOCUMENTS, KILLS_PER_RUN, disturb, undisturbed, write_documents


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="finds the workers in /proc")
def test_kills_at_random_moments_change_nothing(tmp_path: Path) -> None:
    write_documents(tmp_path / "in")
    expected = undisturbed(tmp_path / "in", tmp_path / "undisturbed.jsonl")
    assert expected.count(b"\n") == DOCUMENTS
    kills = disturb(tmp_path / "in", tmp_path / "out.jsonl", random.Random(1))  # noqa: S311
    assert 1 <= kills.total() <= KILLS_PER_RUN
    assert (tmp_path / "out.jsonl").read_bytes() == expected
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out.jsonl", "undisturbed.jsonl"]
