"""A visit: a request by a person, with what the pages need to answer it; and who may do what."""

from __future__ import annotations

import hmac
import re
import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from nhsa_nlp.desk.accounts import Role, Session, begin_local_session, find_session
from nhsa_nlp.desk.decisions import Desk, RefusedError
from nhsa_nlp.desk.intake import Inbox, Intake
from nhsa_nlp.desk.queue import Filters
from nhsa_nlp.desk.related import Archive
from nhsa_nlp.desk.store import Store
from nhsa_nlp.desk.web.guard import UPLOAD_BYTES
from nhsa_nlp.desk.web.rendering import render
from nhsa_nlp.errors import InputError, NhsaNlpError, OutputError

_MOST_FILES = 1_000
_MOST_FIELDS = 3_000


@dataclass(frozen=True)
class Office:
    """What all visits share.

    Attributes
    ----------
    accounts
        Whether people log in.
    secure
        Whether cookies are for connections over TLS only.
    """

    store: Store
    intake: Intake
    archive: Archive | None
    inbox: Inbox | None
    accounts: bool
    secure: bool = False

    @property
    def cookie(self) -> str:
        """The name of the cookie that holds the token of a session."""
        return f"nhsa_desk_{self.store.mark}"


@dataclass(frozen=True)
class Visit:
    """A request of a person; ``form`` is what was sent with it."""

    request: Request
    office: Office
    session: Session
    form: FormData

    @property
    def base(self) -> sqlite3.Connection:
        """The database, to read."""
        return self.office.store.reading()

    @property
    def desk(self) -> Desk:
        """The acts of this person."""
        return Desk(self.office.store, self.session.name)

    @property
    def filters(self) -> Filters:
        """The list that the person is working through."""
        return Filters.read(dict(self.request.query_params))

    def field(self, name: str) -> str:
        """Return a field of the form; an empty string if there is none, or it is a file."""
        value = self.form.get(name, "")
        return value.replace("\r\n", "\n") if isinstance(value, str) else ""

    def number(self, name: str) -> int:
        """Return a field that is a number.

        Raises
        ------
        RefusedError
            If it is not.
        """
        return whole_number(self.field(name))

    @property
    def doc(self) -> int:
        """The number of the document in the path.

        Raises
        ------
        InputError
            If it is no number.
        """
        try:
            return whole_number(self.request.path_params["doc"])
        except RefusedError:
            raise InputError("没有这一文件") from None

    def path(self, name: str, **parameters: Any) -> str:
        """Return the path of a page, below the prefix under which the desk is served."""
        return f"{self.request.scope.get('root_path', '')}{self.request.app.url_path_for(name, **parameters)}"

    def show(self, template: str, status: int = 200, notice: str = "", **values: Any) -> HTMLResponse:
        """Return a page; ``notice`` is what it says of what was just done, if its address does not."""
        notice = notice or self.request.query_params.get("notice", "")
        common = {
            "visit": self,
            "session": self.session,
            "accounts": self.office.accounts,
            "path": self.path,
            "notice": NOTICES.get(notice, ""),
            "undoable": notice in UNDOABLE,
            "trouble": self.office.intake.trouble or (self.office.inbox and self.office.inbox.trouble),
        }
        return HTMLResponse(render(template, **common, **values), status)

    def refuse(self, message: str, status: int) -> HTMLResponse:
        """Say what cannot be done, with the way back to the document and the list it was asked of."""
        doc = self.request.path_params.get("doc") if status == 409 else None
        return self.show("refusal", status, message=message, doc=doc, query=self.filters.query())

    def go(self, name: str, notice: str = "", query: str = "", **parameters: Any) -> RedirectResponse:
        """Send the browser to a page, to say something there."""
        parts = [part for part in (query, f"notice={notice}" if notice else "") if part]
        address = self.path(name, **parameters) + (f"?{'&'.join(parts)}" if parts else "")
        return RedirectResponse(address, 303)


NOTICES = {
    "decided": "已分拣。",
    "undone": "已撤销。",
    "undone_before": "最近一步之后又有变动，不能撤销；已撤销再前一步。",
    "unchanged": "没有改动。",
    "assigned": "已分派。",
    "noted": "备注已保存。",
    "postponed": "已暂缓。",
    "returned": "已退回。",
    "reopened": "已恢复待分拣。",
    "merged": "已并案。",
    "corrected": "实体已更正。",
    "some_left": "部分未能办理：已被他人更改、正由他人办理，或没有模型判定。",
    "entered": "已收文，正在读取。",
    "saved": "已保存。",
    "finished": "这一列表已办完。",
    "in_use": "已启用，未分拣的文件将重新判定。",
}
"""What a page says about what was just done."""

UNDOABLE = frozenset(
    {"decided", "assigned", "noted", "postponed", "returned", "reopened", "merged", "corrected", "finished"}
)

Page = Callable[[Visit], Response]


def whole_number(text: str) -> int:
    """Return a number that a form sent.

    Raises
    ------
    RefusedError
        If it is not one.
    """
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise RefusedError("请求有误，请刷新页面")
    return int(text)


def page(role: Role, answer: Page) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that shows something to whoever has a role."""
    return _endpoint(role, answer, acting=False)


def act(role: Role, answer: Page) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that does something for whoever has a role, and whose form this desk has made."""
    return _endpoint(role, answer, acting=True)


IN_PLACE = "x-in-place"
"""The header of a request whose sender puts the document in the answer in the place of the one it shows."""


def _endpoint(role: Role, answer: Page, *, acting: bool) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        office: Office = request.app.state.office
        token = request.cookies.get(office.cookie)
        session = await run_in_threadpool(find_session, office.store, token, accounts=office.accounts)
        new_token = None
        if session is None:
            if office.accounts:
                if acting and IN_PLACE in request.headers:  # what was written would be lost with the page
                    reason = "登录已失效，未办理；所写内容仍在本页，请先复制，再重新登录"
                    return _plain(request, office, None, reason, 401)
                return _to_login(request, acting=acting)
            if acting:
                return _plain(request, office, None, "页面已过期，请返回后重试", 403)
            try:
                new_token, session = await run_in_threadpool(begin_local_session, office.store)
            except OutputError as error:
                return _plain(request, office, None, not_kept(error), 503)
        assert session is not None  # noqa: S101 - for the type checker
        if not session.may(role):
            return _plain(request, office, session, "您没有此项权限", 403)
        form = FormData()
        if acting:
            try:
                form = _encodable(
                    await request.form(
                        max_files=_MOST_FILES, max_fields=_MOST_FIELDS, max_part_size=UPLOAD_BYTES
                    )
                )
            except ClientDisconnect:  # nobody is left to answer to
                return Response(status_code=400)
            except OSError as error:  # the disk on which uploads wait is full
                return _plain(request, office, session, not_kept(error), 503)
            if not genuine(request, form, session):
                await form.close()
                return _plain(request, office, session, "页面已过期，请返回后重试", 403)
        try:
            response = await run_in_threadpool(_answered, answer, Visit(request, office, session, form))
        finally:
            await form.close()
        if new_token is not None:
            set_cookie(response, request, office, new_token)
        return response

    return endpoint


_PLACE = re.compile(r"/(?:queue|intake|statistics|models|documents/[0-9]{1,15})(?=/|\?|$)")
"""Where somebody may be led after logging in: pages of this desk, and nothing that does something."""


def _to_login(request: Request, *, acting: bool) -> RedirectResponse:
    """Lead to where to log in, and from there back to the page at hand."""
    prefix = request.scope.get("root_path", "")
    place = _PLACE.match(request.url.path.removeprefix(prefix))
    given = {}
    if place is not None:
        given["next"] = place[0] + (f"?{request.url.query}" if request.url.query else "")
    if acting:
        given["lost"] = "1"
    address = f"{prefix}{request.app.url_path_for('login')}"
    return RedirectResponse(f"{address}?{urlencode(given)}" if given else address, 303)


def place_after_login(request: Request, wanted: str) -> str:
    """Return the path to show after logging in: the one wanted, if it is a page of this desk."""
    place = _PLACE.match(wanted)
    is_page = place is not None and wanted[place.end() :][:1] in ("", "?")
    path = wanted if is_page else request.app.url_path_for("queue")
    return f"{request.scope.get('root_path', '')}{path}"


def _answered(answer: Page, visit: Visit) -> Response:
    try:
        return answer(visit)
    except RefusedError as error:
        return visit.refuse(str(error), 409)
    except InputError as error:
        return visit.refuse(str(error), 404)
    except (NhsaNlpError, OSError) as error:  # a full disk: nothing has changed
        return visit.refuse(not_kept(error), 503)


def not_kept(error: Exception) -> str:
    """Return what to say if something cannot be written, such as on a full disk."""
    return f"磁盘已满或不能写入，操作未生效；请联系管理员（{error}）"


def _encodable(form: FormData) -> FormData:
    """Return a form without halves of surrogate pairs, which a form in a charset of its own can hold."""
    return FormData(
        [
            (name, value.encode("utf-8", "replace").decode() if isinstance(value, str) else value)
            for name, value in form.multi_items()
        ]
    )


def genuine(request: Request, form: FormData, session: Session) -> bool:
    """Return whether a form is one that this desk made in this session, sent from one of its pages."""
    if not from_here(request):
        return False
    given = form.get("csrf") or request.headers.get("x-csrf-token")
    return isinstance(given, str) and hmac.compare_digest(
        given.encode("utf-8", "replace"), session.csrf.encode()
    )


def from_here(request: Request) -> bool:
    """Return whether a form was sent from a page of this desk, as far as the browser tells."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    try:
        return origin is None or urlsplit(origin).netloc == request.headers.get("host")
    except ValueError:
        return False


def set_cookie(response: Response, request: Request, office: Office, token: str) -> None:
    """Have the browser keep the token of a session."""
    response.set_cookie(
        office.cookie,
        token,
        httponly=True,
        samesite="lax",
        secure=office.secure or request.url.scheme == "https",
        path=request.scope.get("root_path", "") or "/",
    )


def _plain(
    request: Request, office: Office, session: Session | None, message: str, status: int
) -> HTMLResponse:
    nobody = session or Session("", "reader", "")
    return Visit(request, office, nobody, FormData()).refuse(message, status)
