from __future__ import annotations

import pytest

from nhsa_nlp.batch.failures import Failure, refusal
from nhsa_nlp.errors import InputError, TooLongError
from nhsa_nlp.io import Unreadable


@pytest.mark.parametrize(
    ("source", "line", "shown"),
    [
        ("in/a.csv", None, "in/a.csv: is empty"),
        ("in/a.csv", 7, "in/a.csv:7: is empty"),
        ("in/a.csv#7", 7, "in/a.csv#7: is empty"),
        ("", None, "is empty"),
        ("", 7, "is empty"),
    ],
)
def test_a_failure_says_where_it_is(source: str, line: int | None, shown: str) -> None:
    assert str(Failure("a", source, "unreadable", "is empty", line)) == shown


@pytest.mark.parametrize(
    ("error", "source", "kind", "reason", "line"),
    [
        (InputError("is empty", "a.csv", 7), "a.csv#7", "unreadable", "is empty", 7),
        (InputError("is empty", "a.csv"), "a.csv", "unreadable", "is empty", None),
        (TooLongError("is long", "a.csv"), "a.csv", "too long", "is long", None),
        (InputError("is empty", "b.csv", 7), "a.csv", "unreadable", "b.csv:7: is empty", 7),
        (InputError("is empty", "a.xlsx#row=1", 1), "a.xlsx", "unreadable", "row=1: is empty", 1),
        (InputError("is empty"), "a.csv", "unreadable", "is empty", None),
    ],
)
def test_the_reason_does_not_repeat_the_source(
    error: InputError, source: str, kind: str, reason: str, line: int | None
) -> None:
    failure = refusal(Unreadable("a", source, error))
    assert (failure.id, failure.source, failure.kind) == ("a", source, kind)
    assert (failure.reason, failure.line) == (reason, line)
