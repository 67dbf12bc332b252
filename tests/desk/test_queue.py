from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from urllib.parse import parse_qsl

import pytest

from nhsa_nlp.desk.decisions import CHOICES, Desk
from nhsa_nlp.desk.queue import PAGE, SORTS, Filters, Listing, counts, due, following, listing, matching
from nhsa_nlp.desk.store import Store
from nhsa_nlp.errors import InputError
from tests.desk.desks import OTHER, TEXT, THIRD, put

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def desk(store: Store) -> Store:
    put(store, "sure", TEXT, review=False, reason=None, probability=0.99)
    put(store, "near", OTHER, review=True, reason="near_scope", probability=0.6)
    put(store, "unsure", THIRD, review=True, reason="low_confidence", probability=0.4)
    put(
        store,
        "outside",
        "关于修建农村公路的建议",
        label=None,
        review=True,
        reason="out_of_scope",
        probability=None,
    )
    return store


@pytest.fixture
def in_china(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def ids(store: Store, **conditions: object) -> list[str]:
    return [row["id"] for row in listing(store.reading(), Filters(**conditions)).rows]  # type: ignore[arg-type]


def received(store: Store, doc: int, moment: str) -> None:
    with store.writing() as base:
        base.execute("UPDATE documents SET received = ? WHERE doc = ?", (moment, doc))


def test_what_needs_a_person_comes_first(desk: Store) -> None:
    assert ids(desk) == ["unsure", "near", "outside", "sure"]
    assert ids(desk, sort="newest") == ["outside", "unsure", "near", "sure"]
    assert ids(desk, sort="oldest") == ["sure", "near", "unsure", "outside"]
    assert ids(desk, sort="unsure") == ["outside", "unsure", "near", "sure"]


def test_conditions_narrow_the_list(desk: Store) -> None:
    officer = Desk(desk, "甲")
    officer.decide(1, 0, "医药")
    officer.assign(2, 0, "规财处", "李四")
    assert ids(desk) == ["unsure", "near", "outside"]
    assert ids(desk, state="decided") == ["sure"]
    assert ids(desk, state="") == ["unsure", "near", "outside", "sure"]
    assert ids(desk, state="", label="医药") == ["unsure", "sure"]  # the label given, or else the model's
    assert ids(desk, state="", label="医保") == []
    assert ids(desk, label="out_of_scope") == ["outside"]
    assert ids(desk, reason="near_scope") == ["near"]
    assert ids(desk, state="", reason="sure") == ["sure"]
    assert ids(desk, state="", reason="doubtful") == ["unsure", "near", "outside"]
    assert ids(desk, office="规财处") == ids(desk, person="李四") == ["near"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("乡村医生", ["near"]),
        ("建议 公路", ["outside"]),
        ("儿童 公路", []),
        ("unsure", ["unsure"]),
        ('"村卫生室', ["near"]),
    ],
)
def test_words_are_searched_in_text_and_number(desk: Store, words: str, found: list[str]) -> None:
    assert ids(desk, text=words) == found


@pytest.mark.parametrize("words", ["护工队伍", "张三", "滨海市"])
def test_words_are_searched_in_title_and_columns_of_a_register(desk: Store, words: str) -> None:
    columns = {"标题": "关于壮大护工队伍的建议", "提出人": "张三", "地区": "滨海市", "页数": 3, "备注": None}
    put(desk, "row", "建议培训更多人员。", columns=columns)
    assert ids(desk, text=words) == ["row"]


@pytest.mark.parametrize("words", ["。", '"', "' OR 1=1 --", "a\0b", "*", "\ud800", "卫生院\ud800"])
def test_no_words_are_an_expression(desk: Store, words: str) -> None:
    found: list[str] = []
    with suppress(InputError):
        found = ids(desk, text=words)
    assert found == []


@pytest.mark.usefixtures("in_china")
def test_days_are_those_of_the_office(desk: Store) -> None:
    for doc, moment in enumerate(
        ("2026-01-30T15:59:59.999Z", "2026-01-30T16:00:00.000Z", "2026-01-31T15:59:59.999Z"), start=1
    ):
        received(desk, doc, moment)
    received(desk, 4, "2026-01-31T16:00:00.000Z")
    assert ids(desk, sort="oldest", since="2026-01-31") == ["near", "unsure", "outside"]
    assert ids(desk, sort="oldest", until="2026-01-31") == ["sure", "near", "unsure"]
    assert ids(desk, sort="oldest", since="2026-01-31", until="2026-01-31") == ["near", "unsure"]


def test_what_was_put_off_is_due_on_its_day(desk: Store) -> None:
    officer = Desk(desk, "甲")
    for doc, until in enumerate(("2126-01-30", "2126-01-31", None, "2126-02-01"), start=1):
        officer.postpone(doc, 0, until)
    assert [due(desk.reading(), day) for day in ("2126-01-29", "2126-01-30", "2126-01-31", "2126-03-01")] == [
        0,
        1,
        2,
        3,
    ]
    assert ids(desk) == []
    officer.reopen(1, 1)
    assert due(desk.reading(), "2126-03-01") == 2
    assert ids(desk) == ["sure"]


@pytest.mark.parametrize("sort", SORTS)
def test_one_after_the_other(desk: Store, sort: str) -> None:
    filters = Filters(sort=sort)
    order = [row["doc"] for row in listing(desk.reading(), filters).rows]
    walked = [order[0]]
    while (doc := following(desk.reading(), filters, walked[-1], "甲")) is not None:
        walked.append(doc)
    assert walked == order
    back = [order[-1]]
    while (doc := following(desk.reading(), filters, back[-1], "甲", back=True)) is not None:
        back.append(doc)
    assert back == order[::-1]


def test_the_next_is_of_the_list_and_free(desk: Store) -> None:
    filters = Filters()
    assert following(desk.reading(), filters, 3, "甲") == 2
    Desk(desk, "乙").claim(2)
    assert following(desk.reading(), filters, 3, "甲") == 4
    assert following(desk.reading(), filters, 3, "乙") == 2
    Desk(desk, "甲").decide(3, 0, "医药")
    assert following(desk.reading(), filters, 3, "甲") == 4  # from where it was
    assert following(desk.reading(), Filters(label="医保"), 3, "甲") == 1
    assert following(desk.reading(), filters, 99, "甲") is None


def test_pages(store: Store) -> None:
    for number in range(PAGE + 2):
        put(store, f"d{number}", f"第{number}件")
    first, second = (listing(store.reading(), Filters(sort="oldest", page=page)) for page in (1, 2))
    assert (first.total, first.pages, len(first.rows), len(second.rows)) == (PAGE + 2, 2, PAGE, 2)
    assert [row["doc"] for row in (*first.rows, *second.rows)] == list(range(1, PAGE + 3))
    assert listing(store.reading(), Filters(page=99_999_999)).rows == []


def test_counts(desk: Store) -> None:
    Desk(desk, "甲").decide(1, 0, "医药")
    by_state, by_label = counts(desk.reading())
    assert by_state == {"new": 3, "decided": 1}
    assert by_label["decided"] == {"医药": 1}
    assert by_label["new"] == {"医疗": 1, "医药": 1, "out_of_scope": 1}


def test_who_is_at_a_document_is_listed(desk: Store) -> None:
    Desk(desk, "乙").claim(2)
    rows = {row["doc"]: row for row in listing(desk.reading(), Filters()).rows}
    assert [rows[doc]["claimed"] for doc in (1, 2)] == [None, "乙"]


def test_filters_are_kept_in_a_query() -> None:
    for label in CHOICES:
        filters = Filters(
            "", label, "sure", "规财处&x=1", "李 四", "2026-01-01", "2026-02-01", '"门诊"', "newest", 3
        )
        assert Filters.read(dict(parse_qsl(filters.query(), keep_blank_values=True))) == (filters, {})
    assert Filters().query() == ""


@pytest.mark.parametrize(
    "query",
    [
        {"state": "gone", "label": "x", "reason": "x", "sort": "d.doc; DROP TABLE documents"},
        {"since": "yesterday", "until": "2026-13-01"},
        {"since": "２０２６-０１-０１", "until": "20260101"},
        {"since": "0001-01-01", "until": "9999-12-31"},
        {"page": "-1"},
        {"page": "9" * 30},
        {"page": "１"},
        {"page": "0"},
        {"sort": ""},
        {"office": "长" * 201, "person": "长" * 201},
    ],
)
def test_what_makes_no_sense_is_no_condition_and_told(desk: Store, query: dict[str, str]) -> None:
    filters, wrong = Filters.read(query)
    assert (filters, wrong.keys()) == (Filters(), query.keys())
    assert len(listing(desk.reading(), filters).rows) == 4


@pytest.mark.parametrize("words", ["%", '"', "？！", "\0", "长" * 1001])
def test_words_in_which_nothing_can_be_found_find_nothing(desk: Store, words: str) -> None:
    filters, wrong = Filters.read({"text": words})
    assert (filters.text, list(wrong)) == (words.strip(), ["text"])
    assert listing(desk.reading(), filters) == Listing([], 0)
    assert matching(desk.reading(), filters) == []
    assert following(desk.reading(), filters, 1, "甲") is None
