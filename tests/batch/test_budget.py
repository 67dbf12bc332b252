from __future__ import annotations

import time

import pytest

from nhsa_nlp.batch.budget import Budget
from nhsa_nlp.errors import InputError
from nhsa_nlp.io import Document, Part, Source, Unreadable


def use(seconds: float) -> None:
    """Use so much processor time."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


@pytest.mark.parametrize(
    ("part", "times"),
    [
        (Document("a", "a#row=1", "医保"), 300),
        (Document("a", "a#row=1", "医" * 300_000), 1),
        (Document("a", "a#row=1", "医", {}, {"备注": "保" * 300_000, "year": 2020}), 1),
        (Source("a", "a.zip!/a.txt", ".txt", b"a" * 300_000), 1),
        (Unreadable("a", "a#row=1", InputError("why")), 300),
    ],
    ids=["rows", "text", "column", "file", "failures"],
)
def test_what_comes_out_may_take_its_time(part: Part, times: int) -> None:
    budget = Budget(0.1)
    use(0.25)
    assert budget.is_spent
    for _ in range(times):
        budget.earn(part)
    assert not budget.is_spent
    use(0.3)
    assert budget.is_spent


def test_empty_cells_earn_nothing() -> None:
    budget = Budget(0.1)
    budget.earn(Document("a", "a#row=1", "a", {}, {f"column {number}": "" for number in range(16_384)}))
    use(0.15)
    assert budget.is_spent


def test_without_a_limit_nothing_is_spent() -> None:
    budget = Budget(None)
    use(0.05)
    assert not budget.is_spent
