from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from nhsa_nlp.desk.decisions import Desk
from nhsa_nlp.desk.statistics import Share, Week, corrections, statistics
from nhsa_nlp.desk.store import Store
from tests.desk.desks import OTHER, PROPOSALS, TEXT, THIRD, put

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def in_china(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def desk(store: Store) -> Store:
    put(store, "a", TEXT, probability=0.95)
    put(store, "b", OTHER, probability=0.5, review=True, reason="low_confidence")
    put(store, "c", THIRD, probability=0.9)
    put(store, "d", PROPOSALS[0].read_text("utf-8"), probability=0.8)
    return store


def test_an_empty_desk(store: Store) -> None:
    found = statistics(store.reading())
    assert (found.weeks, found.by_label, found.by_office, found.by_person) == ((), (), (), ())
    assert found.total == found.sure == Share("", 0, 0)
    assert found.total.rate == 0
    assert corrections(store.reading()) == []


def test_how_often_the_model_was_overruled(desk: Store) -> None:
    one, two = Desk(desk, "甲"), Desk(desk, "乙")
    one.assign(1, 0, "规财处", None)
    one.decide(1, 1, "医保")
    one.decide(2, 0, "医药")
    two.decide(3, 0, "医保")
    found = statistics(desk.reading())
    assert found.total == Share("", 3, 2)
    assert found.sure == Share("", 2, 1)
    assert found.by_label == (Share("医保", 2, 1), Share("医药", 1, 1))
    assert found.by_office == (Share("规财处", 1, 0),)
    assert found.by_person == (Share("乙", 1, 1), Share("甲", 2, 1))
    assert found.total.rate == pytest.approx(2 / 3)
    assert [row["id"] for row in corrections(desk.reading())] == ["c", "b"]  # the surest errors first
    two.undo()
    assert statistics(desk.reading()).total == Share("", 2, 1)
    assert [row["id"] for row in corrections(desk.reading())] == ["b"]


@pytest.mark.usefixtures("in_china")
def test_weeks_begin_on_monday_in_the_office(desk: Store) -> None:
    Desk(desk, "甲").decide(1, 0, "医保")
    moments = ("2026-01-04T15:59:00.000Z", "2026-01-04T16:00:00.000Z", "2026-01-18T03:00:00.000Z")
    with desk.writing() as base:
        for doc, moment in enumerate((*moments, moments[2]), start=1):
            base.execute("UPDATE documents SET received = ? WHERE doc = ?", (moment, doc))
        base.execute("UPDATE documents SET decided = '2026-01-19T00:00:00.000Z' WHERE doc = 1")
    assert statistics(desk.reading()).weeks == (
        Week("2025-12-29", 1, 0),
        Week("2026-01-05", 1, 0),
        Week("2026-01-12", 2, 0),
        Week("2026-01-19", 0, 1),
    )


def test_the_last_twelve_weeks(desk: Store) -> None:
    with desk.writing() as base:
        base.execute("UPDATE documents SET received = '2020-01-06T00:00:00.000Z' WHERE doc = 1")
        base.execute("UPDATE documents SET received = '2026-01-07T00:00:00.000Z' WHERE doc != 1")
    weeks = statistics(desk.reading()).weeks
    assert len(weeks) == 12
    assert [week.received for week in weeks] == [0] * 11 + [3]
