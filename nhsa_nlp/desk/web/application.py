"""The desk as an ASGI application."""

from __future__ import annotations

from collections.abc import Collection

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from nhsa_nlp.desk.web import document_pages, intake_pages, office_pages, queue_pages
from nhsa_nlp.desk.web.endpoints import act, page
from nhsa_nlp.desk.web.guard import SLOWEST_SECONDS, UPLOAD_BYTES, Guard
from nhsa_nlp.desk.web.office import Office
from nhsa_nlp.desk.web.rendering import STATIC_STATE
from nhsa_nlp.translation import tr

_GET, _POST = ["GET"], ["POST"]


class _Static(StaticFiles):
    """Our own files; a browser keeps them for good where their address says which state they are of."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        asked = scope["query_string"] == f"v={STATIC_STATE}".encode()
        response.headers["Cache-Control"] = "max-age=31536000, immutable" if asked else "no-cache"
        return response


def application(
    office: Office,
    hosts: Collection[str],
    *,
    upload_bytes: int = UPLOAD_BYTES,
    slowest_seconds: float = SLOWEST_SECONDS,
) -> Starlette:
    """Return the application.

    Parameters
    ----------
    office
        What it serves.
    hosts
        The names it may be called by.
    upload_bytes
        The most that is taken at once.
    slowest_seconds
        The longest a browser may take between two pieces of a request.
    """
    of_document = "/documents/{doc}"
    acts = (
        ("decide", document_pages.decide),
        ("claim", document_pages.claim),
        ("assign", document_pages.assign),
        ("note", document_pages.note),
        ("postpone", document_pages.postpone),
        ("send-back", document_pages.send_back),
        ("reopen", document_pages.reopen),
        ("merge", document_pages.merge),
        ("entities", document_pages.correct),
    )
    routes = [
        Route("/", page("reader", queue_pages.front), methods=_GET),
        Route("/queue", page("reader", queue_pages.queue), methods=_GET, name="queue"),
        Route("/queue", act("officer", queue_pages.act_on_selected), methods=_POST, name="act_on_selected"),
        Route("/undo", act("officer", queue_pages.undo), methods=_POST, name="undo"),
        Route("/views", act("reader", queue_pages.save_view), methods=_POST, name="save_view"),
        Route("/keys", page("reader", queue_pages.keys), methods=_GET, name="keys"),
        Route(of_document, page("reader", document_pages.document), methods=_GET, name="document"),
        Route(
            f"{of_document}/precedents",
            page("reader", document_pages.precedents),
            methods=_GET,
            name="precedents",
        ),
        Route(
            f"{of_document}/related", page("reader", document_pages.relatives), methods=_GET, name="related"
        ),
        Route(f"{of_document}/file", page("reader", document_pages.original), methods=_GET, name="original"),
        *(
            Route(f"{of_document}/{name}", act("officer", answer), methods=_POST, name=name)
            for name, answer in acts
        ),
        Route("/intake", page("reader", intake_pages.intake), methods=_GET, name="intake"),
        Route("/intake/state", page("reader", intake_pages.intake_state), methods=_GET, name="intake_state"),
        Route(
            "/intake/files", act("officer", intake_pages.receive_files), methods=_POST, name="receive_files"
        ),
        Route("/intake/text", act("officer", intake_pages.receive_text), methods=_POST, name="receive_text"),
        Route("/statistics", page("reader", office_pages.figures), methods=_GET, name="statistics"),
        Route("/models", page("reader", office_pages.models), methods=_GET, name="models"),
        Route("/models", act("admin", office_pages.use_model), methods=_POST, name="use_model"),
        Route(
            "/export/training",
            page("lead", office_pages.export_decisions),
            methods=_GET,
            name="export_training",
        ),
        Route("/export/{form}", page("officer", office_pages.export), methods=_GET, name="export"),
        Route("/language", office_pages.use_language, methods=_POST, name="use_language"),
        Route("/login", office_pages.login, methods=["GET", "POST"], name="login"),
        Route("/logout", act("reader", office_pages.logout), methods=_POST, name="logout"),
        Mount("/static", _Static(packages=[("nhsa_nlp.desk.web", "static")]), name="static"),
    ]
    guard = Middleware(
        Guard,
        hosts=hosts,
        upload_paths=("/intake/files", "/intake/text"),
        upload_bytes=upload_bytes,
        slowest_seconds=slowest_seconds,
    )
    app = Starlette(
        routes=routes, middleware=[guard], exception_handlers={400: _wrong, 404: _not_found, 405: _not_found}
    )
    app.state.office = office
    return app


async def _not_found(_: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - for the type checker
    return PlainTextResponse(tr("There is no such page."), error.status_code, error.headers)


async def _wrong(_: Request, __: Exception) -> Response:
    return PlainTextResponse(tr("The request was wrong or too large; send less at a time."), 400)
