"""From a request to its answer: who asks, whether they may, and what becomes of an error."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, Response

from nhsa_nlp.desk.accounts import Role, Session, begin_local_session, find_session
from nhsa_nlp.desk.decisions import RefusedError
from nhsa_nlp.desk.store import NotFoundError
from nhsa_nlp.desk.web.forms import read_form
from nhsa_nlp.desk.web.office import Office
from nhsa_nlp.desk.web.places import to_login
from nhsa_nlp.desk.web.sessions import genuine, set_cookie
from nhsa_nlp.desk.web.visits import Visit
from nhsa_nlp.errors import BundleError, InputError, OutputError
from nhsa_nlp.translation import tr, translated

Page = Callable[[Visit], Response]


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
                return to_login(request, acting=acting)
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
                form = await read_form(request)
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


def _answered(answer: Page, visit: Visit) -> Response:
    try:
        visit.check_document()  # first: whatever else is wrong, it is not there
        return answer(visit)
    except (RefusedError, BundleError) as error:  # a bundle that was altered since it was added
        return visit.refuse(str(error), 409)
    except NotFoundError as error:
        return visit.refuse(str(error), 404)
    except InputError as error:
        return visit.refuse(str(error), 400)
    except (OutputError, OSError) as error:  # a full disk: nothing has changed
        return visit.refuse(not_kept(error), 503)


def not_kept(error: Exception) -> str:
    """Return what to say if something cannot be written, such as on a full disk."""
    return tr(
        "the disk is full or cannot be written, and nothing was done; tell the administrator ({error})"
    ).format(error=translated(error))


def _plain(
    request: Request, office: Office, session: Session | None, message: str, status: int
) -> HTMLResponse:
    nobody = session or Session("", "reader", "")
    return Visit(request, office, nobody, FormData()).refuse(message, status)
