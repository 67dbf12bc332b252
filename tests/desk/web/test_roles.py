"""Who may do what: every route, for every role and for whoever is not logged in."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from starlette.routing import Mount, Route

from nhsa_nlp.desk import events
from nhsa_nlp.desk.accounts import ROLES
from nhsa_nlp.desk.store import Store
from tests.desk.desks import PASSWORD
from tests.desk.web.offices import Browser, notice, served

pytestmark = pytest.mark.usefixtures("chinese")

# Method, path, what is sent, and the least role that may.
TABLE = [
    ("GET", "/", {}, "reader"),
    ("GET", "/queue", {}, "reader"),
    ("GET", "/keys", {}, "reader"),
    ("GET", "/documents/1", {}, "reader"),
    ("GET", "/documents/1/related", {}, "reader"),
    ("GET", "/documents/1/precedents", {}, "reader"),
    ("GET", "/documents/1/file", {}, "reader"),
    ("GET", "/intake", {}, "reader"),
    ("GET", "/intake/state", {}, "reader"),
    ("GET", "/statistics", {}, "reader"),
    ("GET", "/models", {}, "reader"),
    ("GET", "/export/jsonl", {}, "officer"),
    ("GET", "/export/csv", {}, "officer"),
    ("GET", "/export/xlsx", {}, "officer"),
    ("GET", "/export/training", {}, "lead"),
    ("POST", "/queue", {"what": "accept", "selected": "1:0"}, "officer"),
    ("POST", "/queue", {"what": "assign", "selected": "1:0", "office": "规财处"}, "officer"),
    ("POST", "/queue", {"what": "merge", "selected": "1:0", "lead": "2"}, "officer"),
    ("POST", "/undo", {}, "officer"),
    ("POST", "/views", {"name": "我的"}, "reader"),
    ("POST", "/documents/1/decide", {"version": "0", "label": "医药"}, "officer"),
    ("POST", "/documents/1/claim", {}, "officer"),
    ("POST", "/documents/1/assign", {"version": "0", "office": "规财处"}, "officer"),
    ("POST", "/documents/1/note", {"version": "0", "text": "备注"}, "officer"),
    ("POST", "/documents/1/postpone", {"version": "0"}, "officer"),
    ("POST", "/documents/1/send-back", {"version": "0", "reason": "理由"}, "officer"),
    ("POST", "/documents/1/reopen", {"version": "0"}, "officer"),
    ("POST", "/documents/1/merge", {"version": "0", "lead": "2"}, "officer"),
    ("POST", "/documents/1/entities", {"version": "0", "words": "医保", "label": "POLICY"}, "officer"),
    ("POST", "/intake/files", {}, "officer"),
    ("POST", "/intake/text", {"text": "关于医保的建议"}, "officer"),
    ("POST", "/models", {"bundle": "1"}, "admin"),
    ("POST", "/logout", {}, "reader"),
]
OPEN = {("GET", "/login"), ("POST", "/login"), ("POST", "/language")}


def test_the_table_has_every_route(desk: Store) -> None:
    known = set()
    for route in served(desk).routes:
        if isinstance(route, Mount):
            assert route.name == "static"
            continue
        assert isinstance(route, Route)
        path = route.path.format(doc=1, form="jsonl")
        known |= {(method, path) for method in route.methods or () if method != "HEAD"}
    others = {("GET", "/export/csv"), ("GET", "/export/xlsx")}
    assert known == ({(method, path) for method, path, *_ in TABLE} | OPEN) - others


def send(browser: Browser, method: str, path: str, data: dict[str, str]) -> int:
    if method == "GET":
        return browser.get(path).status_code
    files = {"files": ("甲.txt", "关于医保的建议".encode())} if path == "/intake/files" else None
    return browser.post(path, data, files=files).status_code


@pytest.mark.parametrize("role", ROLES)
def test_each_role_may_what_the_table_says(desk: Store, as_user: Callable[[str], Browser], role: str) -> None:
    browser = as_user(role)
    for method, path, data, least in TABLE:
        with desk.writing() as base:  # each act finds the documents as they came in
            base.execute("UPDATE documents SET version = 0, state = 'new', lead = NULL")
        before = events.last_hash(desk.reading())
        files = desk.reading().execute("SELECT count(*) FROM files").fetchone()[0]
        status = send(browser, method, path, data)
        if ROLES.index(role) < ROLES.index(least):
            assert status == 403, path
            assert events.last_hash(desk.reading()) == before, path
            assert desk.reading().execute("SELECT count(*) FROM files").fetchone()[0] == files, path
        elif path not in ("/documents/1/precedents", "/export/training"):  # no archive, nothing decided: 404
            assert status in (200, 204, 303), path
        else:
            assert status in (200, 404), path


def test_whoever_is_not_logged_in_is_led_to_the_login(desk: Store) -> None:
    browser = Browser(served(desk, accounts=True))
    before = events.last_hash(desk.reading())
    for method, path, data, _ in TABLE:
        response = browser.get(path) if method == "GET" else browser.client.post(path, data=data)
        assert response.status_code == 303, path
        assert urlsplit(response.headers["location"]).path == "/login", path
        assert not browser.client.cookies
    assert events.last_hash(desk.reading()) == before
    assert browser.get("/login").status_code == 200


def test_logging_in_leads_back_to_the_page(desk: Store) -> None:
    browser = Browser(served(desk, accounts=True))
    asked = browser.get("/documents/2?label=医药").headers["location"]
    assert 'name="next" value="/documents/2?label=' in browser.get(asked).text
    lost = browser.client.post("/documents/2/decide", data={"label": "医药"}).headers["location"]
    assert notice(browser.get(lost)) == "登录已过期，刚才的操作没有保存；请登录后重做。"
    for wanted, place in (
        ("/documents/2?label=医药", "/documents/2?label="),
        ("//example.org/queue", "/queue"),
        ("https://example.org", "/queue"),
        ("/documents/2/decide", "/queue"),
        ("", "/queue"),
    ):
        form = {"name": "officer一", "password": PASSWORD, "next": wanted}
        location = browser.client.post("/login", data=form).headers["location"]
        assert location.startswith(place), wanted


def test_who_loses_a_role_loses_it_at_once(desk: Store, as_user: Callable[[str], Browser]) -> None:
    browser = as_user("officer")
    with desk.writing() as base:
        base.execute("UPDATE users SET role = 'reader'")
    assert browser.post("/documents/1/decide", {"version": "0", "label": "医药"}).status_code == 403
    with desk.writing() as base:
        base.execute("UPDATE users SET active = 0")
    assert browser.get("/queue").headers["location"] == "/login?next=%2Fqueue"


def test_a_reader_claims_nothing_and_sees_no_forms(desk: Store, as_user: Callable[[str], Browser]) -> None:
    page = as_user("reader").get("/documents/1").text
    assert "确认并转下一件" not in page
    assert desk.reading().execute("SELECT count(*) FROM claims").fetchone()[0] == 0


def test_figures_of_persons_are_for_leads(desk: Store, as_user: Callable[[str], Browser]) -> None:
    officer, lead = as_user("officer"), as_user("lead")
    officer.post("/documents/1/decide", {"version": "0", "label": "医药"})
    assert "各分拣人" not in officer.get("/statistics").text
    assert "各分拣人" in lead.get("/statistics").text


def test_views_are_ones_own(desk: Store, as_user: Callable[[str], Browser]) -> None:
    one, other = as_user("officer"), as_user("reader")
    one.post("/views?label=医药", {"name": "我的医药件"})
    other.post("/views", {"name": "我的医药件", "remove": "1"})
    assert "我的医药件" in one.get("/queue").text
    assert "我的医药件" not in other.get("/queue").text
