from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from nhsa_nlp.desk.accounts import (
    LOCAL_USER,
    ROLES,
    Session,
    add_user,
    begin_local_session,
    find_session,
    log_in,
    log_out,
    remove_user,
    users,
)
from nhsa_nlp.desk.decisions import RefusedError
from nhsa_nlp.desk.store import Store
from nhsa_nlp.errors import InputError
from nhsa_nlp.translation import translated
from tests.desk.desks import PASSWORD

pytestmark = pytest.mark.usefixtures("chinese")


@pytest.fixture
def desk(store: Store) -> Store:
    add_user(store, "张三", "officer", PASSWORD)
    return store


def guess(store: Store, name: str, address: str, password: str = PASSWORD[::-1]) -> str:
    with pytest.raises(RefusedError) as refusal:
        log_in(store, name, password, address)
    return translated(refusal.value)


def test_a_session_is_found_by_its_token(desk: Store) -> None:
    token, session = log_in(desk, "张三", PASSWORD, "10.0.0.1")
    assert (session.name, session.role) == ("张三", "officer")
    assert find_session(desk, token, accounts=True) == session
    for other in (None, "", token[:-1], token.upper(), "\ud800"):
        assert find_session(desk, other, accounts=True) is None


def test_neither_password_nor_token_can_be_read_in_the_database(desk: Store) -> None:
    token, _ = log_in(desk, "张三", PASSWORD, "10.0.0.1")
    content = "\n".join(desk.reading().iterdump())
    assert "张三" in content
    assert "$argon2id$" in content
    assert token not in content
    assert PASSWORD not in content


def test_each_login_has_its_own_tokens(desk: Store) -> None:
    (one, first), (two, second) = (log_in(desk, "张三", PASSWORD, "10.0.0.1") for _ in range(2))
    assert one != two
    assert first.csrf != second.csrf
    log_out(desk, one)
    assert find_session(desk, one, accounts=True) is None
    assert find_session(desk, two, accounts=True) == second


@pytest.mark.slow
def test_a_session_ends_with_its_hours_the_account_and_a_new_password(desk: Store) -> None:
    token, _ = log_in(desk, "张三", PASSWORD, "10.0.0.1")
    with desk.writing() as base:
        long_ago = (datetime.now(UTC) - timedelta(hours=13)).isoformat()
        base.execute("UPDATE sessions SET seen = ?", (long_ago,))
    assert find_session(desk, token, accounts=True) is None
    token, _ = log_in(desk, "张三", PASSWORD, "10.0.0.1")
    add_user(desk, "张三", "reader", "another password")
    assert find_session(desk, token, accounts=True) is None
    token, session = log_in(desk, "张三", "another password", "10.0.0.1")
    assert session.role == "reader"
    remove_user(desk, "张三")
    assert find_session(desk, token, accounts=True) is None
    assert guess(desk, "张三", "10.0.0.1", "another password") == "姓名或密码不正确"
    assert users(desk.reading()) == []


def test_use_keeps_a_session(desk: Store) -> None:
    token, session = log_in(desk, "张三", PASSWORD, "10.0.0.1")
    with desk.writing() as base:
        earlier = (datetime.now(UTC) - timedelta(hours=11)).isoformat()
        base.execute("UPDATE sessions SET seen = ?", (earlier,))
    assert find_session(desk, token, accounts=True) == session
    assert desk.reading().execute("SELECT seen FROM sessions").fetchone()[0] > earlier


def test_sessions_of_one_kind_of_desk_do_not_count_on_the_other(desk: Store) -> None:
    local, _ = begin_local_session(desk)
    token, _ = log_in(desk, "张三", PASSWORD, "10.0.0.1")
    assert find_session(desk, local, accounts=True) is None
    assert find_session(desk, token, accounts=False) is None
    found = find_session(desk, local, accounts=False)
    assert found is not None
    assert (found.name, found.role) == (LOCAL_USER, "admin")


def test_an_unknown_name_is_told_the_same_as_a_wrong_password(desk: Store) -> None:
    assert guess(desk, "无此人", "10.0.0.1") == guess(desk, "张三", "10.0.0.1") == "姓名或密码不正确"


def test_guesses_at_a_name_are_limited_wherever_they_come_from(desk: Store) -> None:
    for number in range(5):
        assert guess(desk, "张三", f"10.0.0.{number}") == "姓名或密码不正确"
    assert "尝试次数过多" in guess(desk, "张三", "10.0.1.1", PASSWORD)
    with desk.writing() as base:
        base.execute("UPDATE attempts SET at = at - 301")  # five minutes later
    log_in(desk, "张三", PASSWORD, "10.0.0.1")


@pytest.mark.slow
def test_guesses_from_an_address_are_limited_whatever_the_name(desk: Store) -> None:
    for number in range(19):
        assert guess(desk, f"某{number}", "10.0.0.1") == "姓名或密码不正确"
    log_in(desk, "张三", PASSWORD, "10.0.0.1")  # gives no new guesses
    assert guess(desk, "某19", "10.0.0.1") == "姓名或密码不正确"
    assert "尝试次数过多" in guess(desk, "张三", "10.0.0.1", PASSWORD)
    log_in(desk, "张三", PASSWORD, "10.0.0.2")


@pytest.mark.slow
def test_logging_in_often_is_no_guessing(desk: Store) -> None:
    for _ in range(25):  # an office behind one address in the morning
        log_in(desk, "张三", PASSWORD, "10.0.0.1")


@pytest.mark.slow
def test_guesses_at_once_are_no_more(desk: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: guess(desk, "张三", "10.0.0.1"), range(12)))
    assert found.count("姓名或密码不正确") == 5


@pytest.mark.parametrize("text", ["\0", "\ud800", "长" * 5000, "", "' OR 1=1 --"])
def test_any_name_and_password_can_be_tried(desk: Store, text: str) -> None:
    assert guess(desk, text, "10.0.0.1") == "姓名或密码不正确"
    assert guess(desk, "张三", "10.0.0.1", text) == "姓名或密码不正确"


@pytest.mark.parametrize(
    ("name", "role", "password", "message"),
    [
        ("", "officer", PASSWORD, "cannot be used"),
        ("长" * 41, "officer", PASSWORD, "cannot be used"),
        ("a\nb", "officer", PASSWORD, "cannot be used"),
        ("\udcff", "officer", PASSWORD, "cannot be used"),
        (LOCAL_USER, "officer", PASSWORD, "cannot be used"),
        ("系统", "officer", PASSWORD, "cannot be used"),
        ("李四", "root", PASSWORD, "no role"),
        ("李四", "officer", "short", "fewer than 10 characters"),
        ("李四", "officer", "x" * 1001, "more than 1,000 characters"),
        ("李四", "officer", "correct \udcff battery", "cannot be used"),
    ],
)
def test_accounts_that_cannot_be(desk: Store, name: str, role: str, password: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        add_user(desk, name, role, password)
    assert [row["name"] for row in users(desk.reading())] == ["张三"]


def test_an_account_that_is_not_there_is_not_removed(desk: Store) -> None:
    with pytest.raises(InputError, match="no user '李四'"):
        remove_user(desk, "李四")


def test_each_role_may_what_those_before_it_may() -> None:
    for place, role in enumerate(ROLES):
        assert [Session("甲", role, "").may(other) for other in ROLES] == [
            other <= place for other in range(len(ROLES))
        ]


def test_the_database_knows_no_other_role(desk: Store) -> None:
    with pytest.raises(sqlite3.IntegrityError), desk.writing() as base:
        base.execute("UPDATE users SET role = 'root'")
