from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from nhsa_nlp.desk import events
from nhsa_nlp.desk.bundles import bundle_in_use
from nhsa_nlp.desk.decisions import CHOICES, ConflictError, Desk, RefusedError
from nhsa_nlp.desk.documents import answer_again, find_document, record_of
from nhsa_nlp.desk.events import FIELDS
from nhsa_nlp.desk.store import NotFoundError, Store
from nhsa_nlp.errors import InputError
from tests.desk.desks import PROPOSALS, fields, put, version

pytestmark = pytest.mark.usefixtures("chinese")


def status(store: Store, doc: int) -> dict[str, object]:
    row = fields(store, doc)
    return {name: row[name] for name in FIELDS}


ACTS: dict[str, Callable[[Desk], object]] = {
    "accept": lambda officer: officer.accept_all([(1, 0)]),
    "accept several": lambda officer: officer.accept_all([(1, 0), (2, 0), (3, 0)]),
    "relabel": lambda officer: officer.decide(1, 0, CHOICES[-1]),
    "assign": lambda officer: officer.assign(1, 0, "规财处", "李四"),
    "assign several": lambda officer: officer.assign_all([(1, 0), (2, 0)], "规财处", None),
    "note": lambda officer: officer.note(1, 0, "备注"),
    "postpone": lambda officer: officer.postpone(1, 0, "2126-02-01"),
    "send back": lambda officer: officer.send_back(1, 0, "不属本局"),
    "merge": lambda officer: officer.merge(1, [(2, 0), (3, 0)]),
    "entities": lambda officer: officer.change_entities(1, 0, []),
}


@pytest.mark.parametrize("name", ACTS)
def test_every_act_is_undone(desk: Store, name: str) -> None:
    before = [status(desk, doc) for doc in (1, 2, 3)]
    officer = Desk(desk, "甲")
    ACTS[name](officer)
    after = [status(desk, doc) for doc in (1, 2, 3)]
    assert after != before
    undone = officer.undo().documents
    assert [status(desk, doc) for doc in (1, 2, 3)] == before
    assert set(undone) == {doc for doc in (1, 2, 3) if before[doc - 1] != after[doc - 1]}
    assert list(events.verify(desk.reading())) == []
    with pytest.raises(RefusedError, match="nothing to undo"):
        officer.undo()


def test_reopening_is_undone(desk: Store) -> None:
    officer = Desk(desk, "甲")
    officer.decide(1, 0, "医药")
    decided = status(desk, 1)
    officer.reopen(1, 1)
    assert status(desk, 1)["state"] == "new"
    assert status(desk, 1)["label"] is None
    officer.undo()
    assert status(desk, 1) == decided


def test_undoing_goes_back_act_by_act(desk: Store) -> None:
    officer, states = Desk(desk, "甲"), [status(desk, 1)]
    acts: tuple[Callable[[], object], ...] = (
        lambda: officer.note(1, version(desk, 1), "一"),
        lambda: officer.note(1, version(desk, 1), "二"),
        lambda: officer.decide(1, version(desk, 1), "医药"),
        lambda: officer.decide(1, version(desk, 1), "医保"),
    )
    for act in acts:
        act()
        states.append(status(desk, 1))
    for state in reversed(states[:-1]):
        officer.undo()
        assert status(desk, 1) == state
    officer.note(1, version(desk, 1), "三")  # and on from there
    officer.undo()
    assert status(desk, 1) == states[0]
    with pytest.raises(RefusedError):
        officer.undo()


def test_an_officer_undoes_what_he_did_himself(desk: Store) -> None:
    Desk(desk, "甲").decide(1, 0, "医药")
    with pytest.raises(RefusedError, match="nothing to undo"):
        Desk(desk, "乙").undo()


def test_what_another_changed_since_is_not_undone(desk: Store) -> None:
    Desk(desk, "甲").decide(1, 0, "医药")
    Desk(desk, "乙").note(1, 1, "已阅")
    with pytest.raises(ConflictError, match="was changed since"):
        Desk(desk, "甲").undo()
    assert (status(desk, 1)["label"], status(desk, 1)["note"]) == ("医药", "已阅")
    Desk(desk, "乙").undo()
    Desk(desk, "甲").undo()
    assert status(desk, 1)["state"] == "new"


def test_undoing_goes_on_to_the_act_before(desk: Store) -> None:
    officer = Desk(desk, "甲")
    officer.note(2, 0, "备注")
    officer.decide(1, 0, "医药")
    Desk(desk, "乙").note(1, 1, "已阅")
    documents, passed_over = officer.undo()
    assert (documents, passed_over) == ([2], "a was changed since; it cannot be undone")
    assert (status(desk, 1)["label"], status(desk, 2)["note"]) == ("医药", None)
    with pytest.raises(ConflictError, match="a was changed since"):
        officer.undo()
    Desk(desk, "乙").undo()
    assert officer.undo() == ([1], None)


def test_of_several_none_is_undone_if_one_cannot_be(desk: Store) -> None:
    Desk(desk, "甲").accept_all([(1, 0), (2, 0)])
    Desk(desk, "乙").note(2, 1, "已阅")
    with pytest.raises(ConflictError):
        Desk(desk, "甲").undo()
    assert [status(desk, doc)["state"] for doc in (1, 2)] == ["decided", "decided"]


def test_what_the_model_said_since_does_not_hinder_undoing(desk: Store) -> None:
    officer = Desk(desk, "甲")
    officer.note(1, 0, "备注")
    found = find_document(desk.reading(), 1)
    with desk.writing() as base:
        answer_again(base, 1, found.record, found.row["bundle"], "系统")
    officer.undo()
    assert status(desk, 1)["note"] is None


def test_undoing_puts_no_group_into_another(desk: Store) -> None:
    one, two = Desk(desk, "甲"), Desk(desk, "乙")
    one.merge(1, [(2, 0)])
    one.reopen(2, 1)
    two.merge(3, [(1, 0)])
    with pytest.raises(ConflictError):
        one.undo()
    assert status(desk, 2)["lead"] is None


def test_undoing_puts_no_lead_into_a_group(desk: Store) -> None:
    one, two = Desk(desk, "甲"), Desk(desk, "乙")
    one.merge(1, [(2, 0)])
    one.reopen(2, 1)
    two.merge(2, [(3, 0)])
    with pytest.raises(ConflictError):
        one.undo()
    assert status(desk, 2)["lead"] is None


def test_a_version_that_is_no_more_is_refused(desk: Store) -> None:
    Desk(desk, "甲").note(1, 0, "甲的备注")
    officer = Desk(desk, "乙")
    acts: tuple[Callable[[], object], ...] = (
        lambda: officer.decide(1, 0, "医药"),
        lambda: officer.note(1, 0, "乙的备注"),
        lambda: officer.assign(1, 0, "规财处", None),
        lambda: officer.postpone(1, 0, None),
        lambda: officer.send_back(1, 0, "理由"),
        lambda: officer.reopen(1, 0),
        lambda: officer.merge(2, [(1, 0)]),
        lambda: officer.change_entities(1, 0, []),
    )
    for act in acts:
        with pytest.raises(ConflictError, match="was changed by 甲"):
            act()
    assert status(desk, 1)["note"] == "甲的备注"
    assert version(desk, 1) == 1


def test_accepting_several_leaves_those_that_changed(desk: Store) -> None:
    Desk(desk, "乙").note(2, 0, "备注")
    Desk(desk, "乙").claim(3)
    batch, left = Desk(desk, "甲").accept_all([(1, 0), (1, 0), (2, 0), (3, 0), (99, 0)])
    assert batch is not None
    assert left == [1, 2, 3, 99]
    assert [status(desk, doc)["state"] for doc in (1, 2, 3)] == ["decided", "new", "new"]
    assert status(desk, 1)["label"] == fields(desk, 1)["answer"]


def test_assigning_several_leaves_those_that_changed(desk: Store) -> None:
    Desk(desk, "乙").note(2, 0, "备注")
    assert Desk(desk, "甲").assign_all([(1, 0), (2, 0), (99, 0)], "规财处", None)[1] == [2, 99]
    assert [status(desk, doc)["office"] for doc in (1, 2)] == ["规财处", None]


def test_a_claim_keeps_others_off_and_ends_by_itself(desk: Store) -> None:
    one, two = Desk(desk, "甲"), Desk(desk, "乙")
    assert one.claim(1) is None
    assert two.claim(1) == "甲"
    with pytest.raises(ConflictError, match="甲 is working on"):
        two.decide(1, 0, "医药")
    with desk.writing() as base:
        (until,) = base.execute("SELECT until FROM claims").fetchone()
        assert until > fields(desk, 1)["received"]
        base.execute(
            "UPDATE claims SET until = ?", (fields(desk, 1)["received"],)
        )  # its ten minutes are over
    assert two.claim(1) is None
    two.decide(1, 0, "医药")
    assert status(desk, 1)["decided_by"] == "乙"


def test_an_officer_is_at_one_document(desk: Store) -> None:
    Desk(desk, "甲").claim(1)
    Desk(desk, "甲").claim(2)
    assert Desk(desk, "乙").claim(1) is None
    Desk(desk, "甲").decide(2, 0, "医药")
    assert Desk(desk, "丙").claim(2) is None


def test_of_two_officers_at_once_one_decides(store: Store) -> None:
    for path in PROPOSALS:
        put(store, path.stem, path.read_text("utf-8"))
    documents = range(1, len(PROPOSALS) + 1)
    start = threading.Barrier(4)

    def work(name: str) -> Counter[str]:
        outcomes: Counter[str] = Counter()
        start.wait()
        for doc in documents:
            try:
                Desk(store, name).decide(doc, 0, "医药")
                outcomes["decided"] += 1
            except ConflictError:
                outcomes["refused"] += 1
        return outcomes

    with ThreadPoolExecutor(4) as pool:
        found = sum(pool.map(work, "甲乙丙丁"), Counter())
    assert found == {"decided": len(PROPOSALS), "refused": 3 * len(PROPOSALS)}
    for doc in documents:
        assert [event.kind for event in events.history(store.reading(), doc)][1:] == [
            "relabel" if fields(store, doc)["answer"] != "医药" else "accept"
        ]
    assert list(events.verify(store.reading())) == []


def test_of_two_officers_at_once_one_claims(desk: Store) -> None:
    start = threading.Barrier(8)

    def claim(name: str) -> str | None:
        start.wait()
        return Desk(desk, name).claim(1)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(claim, "甲乙丙丁戊己庚辛"))
    assert found.count(None) == 1
    assert len(set(found)) == 2


def test_documents_are_merged_and_separated(desk: Store) -> None:
    officer = Desk(desk, "甲")
    officer.merge(1, [(2, 0), (3, 0)])
    assert [(status(desk, doc)["state"], status(desk, doc)["lead"]) for doc in (2, 3)] == [("merged", 1)] * 2
    officer.reopen(2, 1)
    assert (status(desk, 2)["state"], status(desk, 2)["lead"]) == ("new", None)
    officer.decide(3, 1, "医药")  # decided by itself, it is in no group
    assert (status(desk, 3)["state"], status(desk, 3)["lead"]) == ("decided", None)


def test_groups_do_not_nest(desk: Store) -> None:
    officer = Desk(desk, "甲")
    with pytest.raises(RefusedError, match="leads a group itself"):
        officer.merge(1, [(1, 0)])
    with pytest.raises(NotFoundError, match="no document 99"):
        officer.merge(99, [(1, 0)])
    with pytest.raises(InputError, match="select documents"):
        officer.merge(1, [])
    officer.merge(1, [(2, 0)])
    with pytest.raises(RefusedError, match="leads a group itself"):
        officer.merge(3, [(1, 0)])
    with pytest.raises(RefusedError, match="is merged into a;"):
        officer.merge(2, [(3, 0)])
    assert status(desk, 3)["lead"] is None
    with pytest.raises(ConflictError):
        officer.merge(1, [(3, 0), (2, 0)])
    assert status(desk, 3)["lead"] is None  # all or none


@pytest.mark.parametrize(
    ("until", "kept"), [(None, None), ("", None), ("2126-02-01", "2126-02-01"), ("2126-2-1", "2126-02-01")]
)
def test_a_document_is_put_off(desk: Store, until: str | None, kept: str | None) -> None:
    Desk(desk, "甲").postpone(1, 0, until)
    assert (status(desk, 1)["state"], status(desk, 1)["until"]) == ("postponed", kept)
    Desk(desk, "甲").decide(1, 1, "医药")
    assert status(desk, 1)["until"] is None


@pytest.mark.parametrize("until", ["明天", "2126-02-30", "2126-02-01T00:00", "x" * 1000, "2026-01-31"])
def test_what_is_no_day_to_come_is_refused(desk: Store, until: str) -> None:
    with pytest.raises(InputError, match="^2026-01-31 is past; " if until < "2100" else "is not a date"):
        Desk(desk, "甲").postpone(1, 0, until)


def test_what_makes_no_sense_is_refused(desk: Store) -> None:
    officer = Desk(desk, "甲")
    acts: tuple[Callable[[], object], ...] = (
        lambda: officer.decide(1, 0, "教育"),
        lambda: officer.decide(99, 0, "医药"),
        lambda: officer.note(1, 0, "长" * 4001),
        lambda: officer.send_back(1, 0, " "),
        lambda: officer.send_back(1, 0, "长" * 4001),
        lambda: officer.assign(1, 0, "长" * 101, None),
    )
    for act in acts:
        with pytest.raises(InputError):
            act()
    assert version(desk, 1) == 0
    assert len(events.history(desk.reading(), 1)) == 1


def test_what_changes_nothing_is_no_event(desk: Store) -> None:
    officer = Desk(desk, "甲")
    acts: tuple[Callable[[], object], ...] = (
        lambda: officer.note(1, version(desk, 1), " 备注 "),
        lambda: officer.assign(1, version(desk, 1), "规财处", " "),
        lambda: officer.change_entities(1, version(desk, 1), []),
        lambda: officer.postpone(1, version(desk, 1), "2126-02-01"),
        lambda: officer.reopen(1, version(desk, 1)),
        lambda: officer.merge(2, [(1, version(desk, 1))]),
    )
    for number, act in enumerate(acts, start=1):
        assert act() is not None
        assert act() is None
        assert version(desk, 1) == number
    assert len(events.history(desk.reading(), 1)) == 1 + len(acts)
    assert officer.assign_all([(1, version(desk, 1))], "规财处", None) == (None, [])


def test_names_are_tidied(desk: Store) -> None:
    Desk(desk, "甲").assign(1, 0, "  规划\n财务处 ", "  ")
    assert (status(desk, 1)["office"], status(desk, 1)["person"]) == ("规划 财务处", None)


def test_a_decision_names_the_model_that_answered(desk: Store) -> None:
    Desk(desk, "甲").decide(1, 0, "医药")
    bundle = bundle_in_use(desk.reading())
    assert bundle is not None
    assert events.history(desk.reading(), 1)[-1].model == f"{bundle['name']} {bundle['version']}"
    assert record_of(desk.reading(), find_document(desk.reading(), 1).row)["id"] == "a"


def test_an_act_that_fails_changes_nothing(desk: Store) -> None:
    def fail() -> None:
        with desk.writing() as base:
            base.execute("UPDATE documents SET note = '半途' WHERE doc = 1")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert status(desk, 1)["note"] is None
    Desk(desk, "甲").note(1, 0, "照常")
    assert status(desk, 1)["note"] == "照常"
