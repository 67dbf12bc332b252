"""What must not reach a page, and what every answer carries."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from starlette.datastructures import FormData
from starlette.requests import Request

from nhsa_nlp.desk import events
from nhsa_nlp.desk.related import Archive
from nhsa_nlp.desk.store import Store
from nhsa_nlp.desk.web.forms import read_form
from nhsa_nlp.desk.web.guard import POLICY
from tests.desk.desks import PASSWORD, put, version
from tests.desk.web.offices import Browser, notice, served

pytestmark = pytest.mark.usefixtures("chinese")

SCRIPT = '<script>alert(1)</script>"><img src=x onerror=alert(1)>'
DECISION = {"version": "0", "label": "医药"}


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/queue", 200),
        ("/documents/1", 200),
        ("/documents/1/file", 200),
        ("/export/csv", 200),
        ("/static/desk.js", 200),
        ("/static/vendor/htmx.min.js", 200),
        ("/", 303),
        ("/documents/99", 404),
        ("/nothing", 404),
        ("/static/nothing.js", 404),
        ("/export/exe", 404),
        ("/undo", 405),
    ],
)
def test_every_answer_has_the_policy(browser: Browser, path: str, status: int) -> None:
    response = browser.get(path)
    assert response.status_code == status
    assert response.headers["content-security-policy"] == POLICY
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["referrer-policy"] == "same-origin"
    assert response.headers["cache-control"] in ("no-store", "no-cache")
    assert "'unsafe" not in POLICY
    assert POLICY.startswith("default-src 'none'")


def test_an_error_of_ours_has_the_policy_and_changes_nothing(desk: Store, browser: Browser) -> None:
    csrf = browser.csrf
    with desk.writing() as base:
        base.execute("ALTER TABLE claims RENAME TO gone")
    for response in (
        browser.get("/documents/1"),
        browser.client.post("/documents/1/decide", data={"csrf": csrf, **DECISION}),
    ):
        assert response.status_code in (500, 503)
        assert "操作未生效" in response.text
        assert response.headers["content-security-policy"] == POLICY
        assert "Traceback" not in response.text
    assert version(desk, 1) == 0


def test_pages_have_nothing_inline(browser: Browser) -> None:
    browser.post("/documents/1/decide", DECISION)
    for path in ("/queue", "/documents/1", "/documents/2", "/intake", "/statistics", "/models", "/keys"):
        page = browser.get(path).text
        assert "<style" not in page
        assert " style=" not in page
        assert all("></script>" in piece[:200] for piece in page.split("<script ")[1:])
        assert "<script>" not in page
        assert " onclick" not in page
        assert "javascript:" not in page


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "127.0.0.1@evil.example", "", "[", "::"]
)
def test_a_foreign_host_is_refused(browser: Browser, host: str) -> None:
    response = browser.get("/queue", headers={"host": host})
    assert response.status_code == 421
    assert response.headers["content-security-policy"] == POLICY


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:9"])
def test_its_own_names_are_answered(browser: Browser, host: str) -> None:
    assert browser.get("/queue", headers={"host": host}).status_code == 200


# --- forms of others ---------------------------------------------------------------------------------


def test_a_form_without_the_token_is_refused(desk: Store, browser: Browser) -> None:
    other = Browser(served(desk))
    own, foreign = browser.csrf, other.csrf
    assert own != foreign
    for csrf in ("", foreign, own[:-1], own.upper(), "\ud800".encode("utf-8", "replace").decode()):
        response = browser.client.post("/documents/1/decide", data={"csrf": csrf, **DECISION})
        assert (response.status_code, notice(response)) == (403, "页面已过期，请返回后重试。")
    assert browser.client.post("/documents/1/decide", data=DECISION).status_code == 403
    assert browser.client.post(f"/documents/1/decide?csrf={own}", data=DECISION).status_code == 403
    files = {"csrf": ("csrf", own)}
    assert browser.client.post("/documents/1/decide", data=DECISION, files=files).status_code == 403
    assert version(desk, 1) == 0
    assert browser.post("/documents/1/decide", DECISION).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9"},
        {"origin": "http://["},
        {"origin": ""},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_a_form_from_elsewhere_is_refused(desk: Store, browser: Browser, headers: dict[str, str]) -> None:
    assert browser.post("/documents/1/decide", DECISION, headers=headers).status_code == 403
    assert version(desk, 1) == 0


def test_a_form_of_ours_is_taken(desk: Store, browser: Browser) -> None:
    headers = {"origin": "http://127.0.0.1:8642", "sec-fetch-site": "same-origin"}
    assert browser.post("/documents/1/decide", DECISION, headers=headers).status_code == 303
    assert version(desk, 1) == 1


def test_somebody_elsewhere_cannot_log_a_person_in(as_user: Callable[[str], Browser]) -> None:
    as_user("officer")
    browser = as_user("reader")
    browser.client.cookies.clear()
    response = browser.client.post(
        "/login",
        data={"name": "officer一", "password": PASSWORD},
        headers={"origin": "http://evil.example"},
    )
    assert response.status_code == 403
    assert "set-cookie" not in response.headers


# --- sessions ----------------------------------------------------------------------------------------


def test_a_token_from_before_the_login_is_worth_nothing(as_user: Callable[[str], Browser]) -> None:
    browser = as_user("officer")
    browser.client.cookies.clear()
    browser.client.cookies.set(browser.cookie, "known-to-somebody")
    assert browser.get("/queue").status_code == 303
    response = browser.log_in("officer一", PASSWORD)
    cookie = response.headers["set-cookie"]
    assert "known-to-somebody" not in cookie
    assert "HttpOnly" in cookie
    assert "samesite=lax" in cookie.lower()
    browser.client.cookies.clear()
    browser.client.cookies.set(browser.cookie, "known-to-somebody")
    assert browser.get("/queue").headers["location"] == "/login?next=%2Fqueue"


def test_a_second_login_has_another_token_and_ends_the_first(as_user: Callable[[str], Browser]) -> None:
    browser = as_user("officer")
    first = browser.client.cookies[browser.cookie]
    browser.log_in("officer一", PASSWORD)
    assert browser.client.cookies[browser.cookie] != first
    browser.client.cookies.clear()
    browser.client.cookies.set(browser.cookie, first)
    assert browser.get("/queue").headers["location"] == "/login?next=%2Fqueue"


def test_logging_out_ends_the_session(as_user: Callable[[str], Browser]) -> None:
    browser = as_user("officer")
    token = browser.client.cookies[browser.cookie]
    assert browser.post("/logout").headers["location"].startswith("/login")
    assert browser.cookie not in browser.client.cookies
    browser.client.cookies.set(browser.cookie, token)
    assert browser.get("/queue").headers["location"] == "/login?next=%2Fqueue"


def test_what_was_written_when_the_session_ended_is_not_lost_with_its_page(
    as_user: Callable[[str], Browser],
) -> None:
    browser = as_user("officer")
    browser.client.cookies.clear()
    note = {"csrf": "x", "version": "1", "text": "已电话联系"}
    answer = browser.client.post("/documents/1/note", data=note, headers={"X-In-Place": "1"})
    assert (answer.status_code, "登录已失效" in answer.text) == (401, True)
    assert browser.client.post("/documents/1/note", data=note).headers["location"].startswith("/login?")


def test_two_desks_on_one_host_keep_their_sessions(desk: Store, tmp_path: Path) -> None:
    browser = Browser(served(desk))
    first = browser.csrf
    with Store(tmp_path / "other") as other:
        second = Browser(served(other))
        second.client.cookies.update(browser.client.cookies)  # a host's cookies, whichever port
        assert second.get("/intake").status_code == 200
        browser.client.cookies.update(second.client.cookies)
    assert browser.csrf == first


@pytest.mark.slow
def test_guesses_are_limited(as_user: Callable[[str], Browser]) -> None:
    browser = as_user("officer")
    said = [browser.log_in("officer一", f"guess number {number}") for number in range(6)]
    assert [response.status_code for response in said] == [403] * 6
    assert ["姓名或密码不正确" in response.text for response in said] == [True] * 5 + [False]
    assert "尝试次数过多" in browser.log_in("officer一", PASSWORD).text


# --- what is too large, too slow, or not what it says -----------------------------------------------


def test_what_is_too_large_is_refused(desk: Store) -> None:
    browser = Browser(served(desk, upload_bytes=20_000))
    content = os.urandom(30_000)
    response = browser.post("/intake/files", files={"files": ("大.txt", content)})
    assert (response.status_code, response.text) == (413, "内容过大，请分批上传")
    assert response.headers["content-security-policy"] == POLICY
    assert browser.post("/intake/text", files={"text": (None, "a" * 30_000)}).status_code == 413
    assert Browser(served(desk)).post("/documents/1/note", {"text": "a" * 2_100_000}).status_code == 413
    assert desk.reading().execute("SELECT count(*) FROM files").fetchone()[0] == 3
    assert browser.post("/intake/files", files={"files": ("小.txt", content[:9_000])}).status_code == 303


def test_a_text_that_is_pasted_may_be_as_large_as_a_file(desk: Store, browser: Browser) -> None:
    response = browser.post("/intake/text", files={"text": (None, "医" * 1_000_000)})
    assert response.headers["location"] == "/intake?notice=entered"
    (size,) = desk.reading().execute("SELECT size FROM files ORDER BY file DESC").fetchone()
    assert size == 3_000_000


@pytest.mark.parametrize("path", ["/intake/text", "/intake/files"])
def test_an_urlencoded_form_is_as_small_everywhere(desk: Store, browser: Browser, path: str) -> None:
    response = browser.post(path, {"text": "医" * 250_000})
    assert (response.status_code, response.text) == (413, "内容过大，请分批上传")
    assert browser.csrf
    messages = [piece(b"text="), *(piece(b"%e5" * 300_000) for _ in range(4))]
    assert raw(browser, path, messages, [URLENCODED])[0] == 413
    assert messages != []  # the rest was not read
    assert desk.reading().execute("SELECT count(*) FROM files").fetchone()[0] == 3


def test_others_are_answered_while_a_form_is_unquoted() -> None:
    async def read() -> tuple[FormData, bool]:
        others = asyncio.Event()
        asyncio.get_running_loop().call_soon(others.set)
        request = Request({"type": "http", "headers": [URLENCODED]}, receive=receive)
        return await read_form(request), others.is_set()

    async def receive() -> Any:
        return piece(b"text=%e5%8c%bb&note=", more=False)

    form, answered = asyncio.run(read())
    assert (dict(form), answered) == ({"text": "医", "note": ""}, True)


@pytest.mark.parametrize("length", ["x", "-1", "９", "1" * 5000, " "])
def test_a_length_that_is_none_is_refused(browser: Browser, length: str) -> None:
    headers = [(b"content-length", length.encode())]
    status, _ = raw(browser, "/undo", [], headers)
    assert status in (400, 413)


def raw(
    browser: Browser, path: str, messages: list[Any], headers: list[tuple[bytes, bytes]] | None = None
) -> tuple[int, bytes]:
    """Send a request piece by piece; after the last piece nothing more comes."""
    cookie = "; ".join(f"{name}={value}" for name, value in browser.client.cookies.items())
    scope = {
        "type": "http",
        "method": "POST",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "http_version": "1.1",
        "client": ("10.0.0.1", 1),
        "server": ("127.0.0.1", 8642),
        "headers": [(b"host", b"127.0.0.1:8642"), (b"cookie", cookie.encode()), *(headers or [])],
    }
    sent: list[Any] = []

    async def receive() -> Any:
        if messages:
            return messages.pop(0)
        return await asyncio.sleep(3600)

    async def send(message: Any) -> None:
        sent.append(message)

    asyncio.run(browser.client.app(scope, receive, send))  # type: ignore[arg-type]
    body = b"".join(message.get("body", b"") for message in sent)
    start = next((message for message in sent if message["type"] == "http.response.start"), None)
    return (0, body) if start is None else (start["status"], body)


URLENCODED = (b"content-type", b"application/x-www-form-urlencoded")
FORM = (b"content-type", b"multipart/form-data; boundary=x")
FILE = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'


def piece(body: bytes, more: bool = True) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


def test_more_than_was_announced_is_refused(desk: Store) -> None:
    browser = Browser(served(desk, upload_bytes=20_000))
    assert browser.csrf
    messages = [piece(FILE), *(piece(b"a" * 9_000) for _ in range(4))]
    assert raw(browser, "/intake/files", messages, [FORM])[0] == 413
    assert messages != []  # the rest was not read


def test_what_comes_too_slowly_is_ended(desk: Store) -> None:
    browser = Browser(served(desk, slowest_seconds=0.1))
    assert browser.csrf
    status, body = raw(browser, "/intake/files", [piece(FILE), piece(b"a")], [FORM])
    assert (status, body.decode()) == (408, "上传过慢，已中止")
    assert desk.reading().execute("SELECT count(*) FROM files").fetchone()[0] == 3


@pytest.mark.parametrize("path", ["/intake/files", "/login"])
def test_a_browser_that_goes_away_leaves_nothing(
    as_user: Callable[[str], Browser], desk: Store, path: str
) -> None:
    browser = as_user("officer")
    messages = [piece(FILE), piece(b"a"), {"type": "http.disconnect"}]
    raw(browser, path, messages, [FORM])
    assert desk.reading().execute("SELECT count(*) FROM files").fetchone()[0] == 3
    assert [path.name for path in desk.folder.glob("upload-*")] == []
    assert browser.get("/queue").status_code == 200


# --- what runs, and where it leads ------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/static/../application.py",
        "/static/..%2fapplication.py",
        "/static/%2e%2e/%2e%2e/store.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/..\\..\\store.py",
        "/static/vendor/../../templates/base.html.j2",
        "/static/\0",
        "/static/" + "a" * 5000,
        "/static/",
        "/static",
    ],
)
def test_no_path_leads_out_of_the_static_files(browser: Browser, path: str) -> None:
    status, body = raw_get(browser, path)
    assert status in (307, 404, 405)
    assert b"import" not in body
    assert b"root:" not in body


def raw_get(browser: Browser, path: str) -> tuple[int, bytes]:
    """Ask for a path as it is: a client would tidy it."""
    from urllib.parse import unquote

    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "GET",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "scheme": "http",
        "http_version": "1.1",
        "client": ("10.0.0.1", 1),
        "server": ("127.0.0.1", 8642),
        "headers": [(b"host", b"127.0.0.1:8642")],
    }
    asyncio.run(browser.client.app(scope, receive, send))  # type: ignore[arg-type]
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent)


def test_scripts_do_not_run_wherever_they_are_written(desk: Store, browser: Browser) -> None:
    doc = put(
        desk, SCRIPT.replace("/", "÷"), f"{SCRIPT}\n关于医保的建议，《{SCRIPT}》", columns={SCRIPT: SCRIPT}
    )
    browser.post(f"/documents/{doc}/note", {"version": "0", "text": SCRIPT})
    browser.post(f"/documents/{doc}/assign", {"version": "1", "office": SCRIPT, "person": SCRIPT})
    browser.post(f"/documents/{doc}/entities", {"version": "2", "words": SCRIPT, "label": "POLICY"})
    browser.post("/views", {"name": SCRIPT[:30]})
    browser.post("/intake/text", {"text": SCRIPT, "title": SCRIPT})
    browser.post("/intake/files", files={"files": (SCRIPT, b"x")})
    browser.post("/documents/1/merge", {"version": "0", "lead": str(doc)})
    with desk.writing() as base:
        base.execute("UPDATE files SET state = 'failed', error = ?", ('["<script>alert(1)</script>"]',))
    browser.post(f"/documents/{doc}/decide", {"version": "3", "label": "医药"})
    pages = [
        browser.get(path).text
        for path in (
            "/queue",
            "/queue?state=",
            f"/queue?text={SCRIPT}&office={SCRIPT}&person={SCRIPT}&since={SCRIPT}&label={SCRIPT}&notice={SCRIPT}",
            f"/documents/{doc}?office={SCRIPT}",
            f"/documents/{doc}/related",
            "/documents/1",
            "/intake",
            "/intake/state",
            "/statistics",
            f"/documents/{doc}?notice={SCRIPT}",
        )
    ]
    for page in pages:
        assert "<script>" not in page
        assert "<img" not in page
    assert sum("&lt;script&gt;" in page for page in pages) >= 7


@pytest.mark.parametrize(
    "name",
    [
        'a"; filename="evil.exe',
        "a\r\nSet-Cookie: x=1",
        "../../etc/passwd",
        "C:\\temp\\甲.txt",
        "甲;乙.txt",
        "..",
    ],
)
def test_no_file_name_leads_elsewhere(desk: Store, browser: Browser, name: str) -> None:
    with desk.writing() as base:
        base.execute("UPDATE files SET name = ? WHERE file = 1", (name,))
    response = browser.get("/documents/1/file")
    disposition = response.headers["content-disposition"]
    assert disposition.startswith("attachment; filename*=UTF-8''")
    assert not set(disposition) & set('"\r\n/\\')
    assert disposition.count(";") == 1
    assert "set-cookie" not in response.headers or "x=1" not in response.headers["set-cookie"]
    assert response.headers["content-type"] == "application/octet-stream"


def test_a_page_that_came_in_is_not_shown_as_one(desk: Store, browser: Browser) -> None:
    response = browser.get("/documents/1/file")
    assert response.headers["content-disposition"].startswith("attachment")
    assert response.headers["content-type"] == "application/octet-stream"


def test_a_name_that_is_sent_is_only_a_name(desk: Store, browser: Browser) -> None:
    for name in ("../../../tmp/甲.txt", "C:\\temp\\甲.txt", "/etc/甲.txt"):
        assert browser.post("/intake/files", files={"files": (name, b"x")}).status_code == 303
    rows = desk.reading().execute("SELECT name, stored FROM files WHERE file > 3").fetchall()
    assert [row["name"] for row in rows] == ["甲.txt"] * 3
    assert all(desk.file_path(row["stored"]).resolve().is_relative_to(desk.folder.resolve()) for row in rows)


# --- fields ------------------------------------------------------------------------------------------

NUMBERS = ["", "x", "-1", "1.5", "１", "1e3", "9" * 15, "9" * 19, "9" * 5000, "0x1", " 1", "\0"]


@pytest.mark.parametrize(
    "number", ["0", "99", "x", "-1", "1.5", "１", "9" * 15, "9" * 19, "9" * 40, "9" * 5000, "%00"]
)
@pytest.mark.parametrize("rest", ["", "/related", "/precedents", "/file"])
def test_a_document_that_is_not_there(
    desk: Store, browser: Browser, answered: Path, number: str, rest: str
) -> None:
    assert browser.get(f"/documents/{number}{rest}").status_code == 404
    assert (
        Browser(served(desk, archive=Archive(answered))).get(f"/documents/{number}{rest}").status_code == 404
    )


@pytest.mark.parametrize("number", NUMBERS)
def test_numbers_that_are_none(desk: Store, browser: Browser, number: str) -> None:
    for path, data in (
        ("/documents/1/decide", {"version": number, "label": "医药"}),
        ("/documents/1/merge", {"version": "0", "lead": number or "x"}),
        ("/documents/1/entities", {"version": "0", "start": number or "x", "end": "2", "label": "POLICY"}),
        ("/documents/1/entities", {"version": "0", "start": "0", "end": number, "label": "POLICY"}),
        ("/documents/1/entities", {"version": "0", "remove": number or "x"}),
        ("/documents/1/entities", {"version": "0", "remove": f"{number}-{number}"}),
        ("/documents/1/entities", {"version": "0", "words": "没有", "occurrence": number, "label": "POLICY"}),
        ("/queue", {"what": "accept", "selected": number}),
        ("/queue", {"what": "accept", "selected": f"{number}:{number}"}),
        ("/queue", {"what": "merge", "selected": "1:0", "lead": number or "x"}),
        ("/models", {"bundle": number}),
    ):
        known = number.isascii() and number.isdecimal() and len(number) < 16
        allowed = (400, 404, 409) if known else (400,)
        assert browser.post(path, data).status_code in allowed, (path, data)
    assert version(desk, 1) == 0


@pytest.mark.parametrize("number", NUMBERS)
def test_acts_on_what_is_not_there(browser: Browser, number: str) -> None:
    path = number.replace("\0", "%00").replace(" ", "%20") or "99"
    assert browser.post(f"/documents/{path}/decide", DECISION).status_code == 404


FIELDS = [
    ("/documents/1/decide", "label"),
    ("/documents/1/decide", "facet"),
    ("/documents/1/note", "text"),
    ("/documents/1/assign", "office"),
    ("/documents/1/assign", "person"),
    ("/documents/1/postpone", "until"),
    ("/documents/1/send-back", "reason"),
    ("/documents/1/entities", "words"),
    ("/documents/1/entities", "label"),
    ("/intake/text", "text"),
    ("/intake/text", "title"),
    ("/queue", "what"),
    ("/views", "name"),
]


@pytest.mark.parametrize("value", ["\0", "a\0b", "\\ud800", "a\\ud83d", "\x1b[2J", "\u202e倒", "\uffff"])
def test_any_text_in_a_field(desk: Store, browser: Browser, value: str) -> None:
    """A form names its own charset, and in ``unicode_escape`` there are halves of surrogate pairs."""
    for path, name in FIELDS:
        fields = {
            "csrf": browser.csrf,
            "version": str(version(desk, 1)),
            "text": "正文",
            "selected": "1:0",
            name: value,
        }
        escaped = {
            key: each.encode("unicode_escape").replace(b"\\\\u", b"\\u") for key, each in fields.items()
        }
        body = b"".join(
            b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (key.encode(), each)
            for key, each in escaped.items()
        )
        response = browser.client.post(
            path,
            content=body + b"--x--\r\n",
            headers={"content-type": "multipart/form-data; boundary=x; charset=unicode_escape"},
        )
        assert response.status_code in (303, 400, 404), (path, name)
    for page in ("/queue?state=", "/documents/1", "/intake", "/statistics"):
        shown = browser.get(page)
        assert (shown.status_code, "\0" in shown.text) == (200, False)
    kept = desk.reading().execute('SELECT group_concat("before" || "after") FROM events').fetchone()[0]
    assert "\0" not in kept
    assert "\\u0000" not in kept
    assert list(events.verify(desk.reading())) == []


@pytest.mark.parametrize("path", ["/queue", "/documents/1", "/documents/99", "/nothing"])
def test_nul_in_an_address_is_replaced(browser: Browser, path: str) -> None:
    shown = browser.get(f"{path}?text=a%00&notice=%00&label=%00")
    assert "\0" not in unquote(shown.text)


def test_nul_in_an_address_to_return_to_is_replaced(as_user: Callable[[str], Browser]) -> None:
    browser = as_user("reader")
    browser.client.cookies.clear()
    assert "\0" not in browser.get("/login?next=/queue%3Ftext%3Da%00").text


def test_nul_in_the_name_of_a_file_is_replaced(desk: Store, browser: Browser) -> None:
    body = (
        b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n%s\r\n--x\r\n'
        b'Content-Disposition: form-data; name="files"; filename="\\x00a.txt"\r\n\r\na\r\n--x--\r\n'
    )
    answer = browser.client.post(
        "/intake/files",
        content=body % browser.csrf.encode(),
        headers={"content-type": "multipart/form-data; boundary=x; charset=unicode_escape"},
    )
    assert answer.status_code == 303
    (name,) = desk.reading().execute("SELECT name FROM files WHERE file = 4").fetchone()
    assert name == "\ufffda.txt"


def test_a_form_in_bytes_of_utf_8_is_read_as_that(desk: Store, browser: Browser) -> None:
    for sent, kept in (("备注".encode(), "备注"), (b"%E5%A4%87+%e6", "备 \ufffd"), (b"\xe5", "\ufffd")):
        body = f"csrf={browser.csrf}&version={version(desk, 1)}&text=".encode() + sent
        for kind in (
            "application/x-www-form-urlencoded",
            "Application/X-WWW-Form-urlencoded ; charset=utf-8",
        ):
            browser.client.post("/documents/1/note", content=body, headers={"content-type": kind})
        assert events.history(desk.reading(), 1)[-1].after["note"] == kept


@pytest.mark.parametrize(
    "charset", ["punycode", "idna", "hex", "utf-7", "utf-16", "undefined", "mbcs", "\xff"]
)
def test_any_charset(browser: Browser, charset: str) -> None:
    body = b'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n\xff..\xfe-\r\n--x--\r\n'
    response = browser.client.post(
        "/undo",
        content=body,
        headers={b"content-type": f"multipart/form-data; boundary=x; charset={charset}".encode("latin-1")},
    )
    assert response.status_code in (400, 403)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"--x\r\n"),
        ("multipart/form-data; boundary=x", b"--y\r\n\r\n"),
        ("multipart/form-data; boundary=" + "x" * 300, b"--x\r\n"),
        ("application/x-www-form-urlencoded", b"&" * 1_000),
        ("application/x-www-form-urlencoded", b"a=1&" * 4_000),
        ("application/x-www-form-urlencoded", b"%"),
        ("application/json", b"{"),
        ("text/plain", b"csrf=1"),
    ],
)
def test_forms_that_are_none(browser: Browser, kind: str, body: bytes) -> None:
    assert browser.csrf
    response = browser.client.post("/documents/1/decide", content=body, headers={"content-type": kind})
    assert response.status_code in (400, 403)
    assert response.headers["content-security-policy"] == POLICY


def test_surrogates_in_a_login(as_user: Callable[[str], Browser]) -> None:
    browser = as_user("officer")
    body = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n\\ud800\r\n' % name
        for name in (b"name", b"password")
    )
    response = browser.client.post(
        "/login",
        content=body + b"--x--\r\n",
        headers={"content-type": "multipart/form-data; boundary=x; charset=unicode_escape"},
    )
    assert response.status_code == 403


def test_our_own_files_are_kept_until_they_change(as_user: Callable[[str], Browser]) -> None:
    browser = as_user("officer")
    addresses = re.findall(r'(?:href|src)="(/static/[^"]+)"', browser.get("/queue").text)
    assert len(addresses) == 5
    for address in addresses:
        assert "immutable" in browser.get(address).headers["cache-control"], address
        assert browser.get(f"{address}0").headers["cache-control"] == "no-cache"
