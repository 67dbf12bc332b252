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
from nhsa_nlp.messages import translate_message
from nhsa_nlp.translation import tr

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
            raise InputError(tr("there is no such document")) from None

    def path(self, name: str, **parameters: Any) -> str:
        """Return the path of a page, below the prefix under which the desk is served."""
        return f"{self.request.scope.get('root_path', '')}{self.request.app.url_path_for(name, **parameters)}"

    def show(self, template: str, status: int = 200, notice: str = "", **values: Any) -> HTMLResponse:
        """Return a page; ``notice`` is what it says of what was just done, if its address does not."""
        notice = notice or self.request.query_params.get("notice", "")
        trouble = self.office.intake.trouble or (self.office.inbox and self.office.inbox.trouble)
        common = {
            "visit": self,
            "session": self.session,
            "accounts": self.office.accounts,
            "path": self.path,
            "notice": notice_text(notice),
            "undoable": notice in UNDOABLE,
            "trouble": trouble and translate_message(trouble),
        }
        return HTMLResponse(render(template, **common, **values), status)

    def refuse(self, message: str, status: int) -> HTMLResponse:
        """Say what cannot be done, with the way back to the document and the list it was asked of."""
        doc = self.request.path_params.get("doc") if status == 409 else None
        shown = translate_message(message)
        return self.show("refusal", status, message=shown, doc=doc, query=self.filters.query())

    def go(self, name: str, notice: str = "", query: str = "", **parameters: Any) -> RedirectResponse:
        """Send the browser to a page, to say something there."""
        parts = [part for part in (query, f"notice={notice}" if notice else "") if part]
        address = self.path(name, **parameters) + (f"?{'&'.join(parts)}" if parts else "")
        return RedirectResponse(address, 303)


def notice_text(notice: str) -> str:
    """Return what a page says about what was just done; nothing of what it does not know."""
    return {
        "decided": tr("Sorted."),
        "undone": tr("Undone."),
        "undone_before": tr("The last step was followed by changes and stays; the one before is undone."),
        "unchanged": tr("Nothing was changed."),
        "assigned": tr("Assigned."),
        "noted": tr("The note is saved."),
        "postponed": tr("Postponed."),
        "returned": tr("Sent back."),
        "reopened": tr("Put back to be sorted."),
        "merged": tr("Merged."),
        "corrected": tr("The entities are corrected."),
        "some_left": tr(
            "With some it was not done: changed by others, others working on them, or no answer of the model."
        ),
        "entered": tr("Received; now being read."),
        "saved": tr("Saved."),
        "finished": tr("This list is done."),
        "in_use": tr("In use; documents that are not sorted yet are answered again."),
    }.get(notice, "")


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
        raise RefusedError(tr("the request was wrong; reload the page"))
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
                    reason = tr(
                        "your session has ended, and it was not done; what you wrote is still on this page: "
                        "copy it, then log in again"
                    )
                    return _plain(request, office, None, reason, 401)
                return _to_login(request, acting=acting)
            if acting:
                return _plain(request, office, None, tr("the page has expired; go back and try again"), 403)
            try:
                new_token, session = await run_in_threadpool(begin_local_session, office.store)
            except OutputError as error:
                return _plain(request, office, None, not_kept(error), 503)
        assert session is not None  # noqa: S101 - for the type checker
        if not session.may(role):
            return _plain(request, office, session, tr("you may not do this"), 403)
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
                return _plain(
                    request, office, session, tr("the page has expired; go back and try again"), 403
                )
        try:
            response = await run_in_threadpool(_answered, answer, Visit(request, office, session, form))
        finally:
            await form.close()
        if new_token is not None:
            set_cookie(response, request, office, new_token)
        return response

    return endpoint


_PLACE = re.compile(r"/(?:queue|intake|statistics|models|keys|login|documents/[0-9]{1,15})(?=/|\?|$)")
"""Where somebody may be led back to: pages of this desk, and nothing that does something."""


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


def place_to_show(request: Request, wanted: str) -> str:
    """Return the path to show after something else: the one wanted, if it is a page of this desk."""
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
    return tr(
        "the disk is full or cannot be written, and nothing was done; tell the administrator ({error})"
    ).format(error=translate_message(str(error)))


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
    keep_cookie(response, request, office, office.cookie, token)


def keep_cookie(
    response: Response, request: Request, office: Office, name: str, value: str, seconds: int | None = None
) -> None:
    """Have the browser keep something for this desk alone, until it is closed if no time is given."""
    response.set_cookie(
        name,
        value,
        max_age=seconds,
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
