"""What comes of it: statistics, corrections, exports, models; and coming and going."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import ClientDisconnect, Request
from starlette.responses import FileResponse, HTMLResponse, RedirectResponse, Response

from nhsa_nlp.desk.accounts import Session, log_in, log_out
from nhsa_nlp.desk.bundles import all_bundles, bundle_in_use, use_bundle
from nhsa_nlp.desk.decisions import RefusedError
from nhsa_nlp.desk.exports import export_records, export_training
from nhsa_nlp.desk.retraining import LEAST_DECISIONS
from nhsa_nlp.desk.statistics import corrections, statistics
from nhsa_nlp.desk.store import EXPORT, NotFoundError
from nhsa_nlp.desk.web.endpoints import not_kept
from nhsa_nlp.desk.web.forms import read_form, read_query
from nhsa_nlp.desk.web.languages import LANGUAGE_COOKIE
from nhsa_nlp.desk.web.office import Office
from nhsa_nlp.desk.web.places import place_to_show
from nhsa_nlp.desk.web.sessions import from_here, keep_cookie, set_cookie
from nhsa_nlp.desk.web.visits import Visit
from nhsa_nlp.errors import InputError, OutputError
from nhsa_nlp.translation import LANGUAGES, tr, translated

_YEAR = 365 * 86_400  # seconds
_TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "jsonl": "application/x-ndjson",
}


def figures(visit: Visit) -> Response:
    """Show statistics, those of persons to whoever leads."""
    return visit.show("statistics", figures=statistics(visit.base), corrections=corrections(visit.base))


def models(visit: Visit) -> Response:
    """Show which bundles there are, and how they compare on the office's own decisions."""
    return visit.show(
        "models",
        bundles=all_bundles(visit.base),
        in_use=bundle_in_use(visit.base),
        least=LEAST_DECISIONS,
        folder=visit.office.store.folder,
    )


def use_model(visit: Visit) -> Response:
    """Have a bundle answer from now on."""
    use_bundle(visit.office.store, visit.number("bundle"), visit.session.name)
    visit.office.intake.wake()
    return visit.go("models", "in_use")


def export(visit: Visit) -> Response:
    """Send the records of a list with the decisions on them."""
    suffix = visit.request.path_params["form"]
    if suffix not in _TYPES:
        raise NotFoundError("there is no such format")
    for problem in visit.filter_problems.values():
        raise InputError(problem)
    return _sent(
        visit, f"desk-records.{suffix}", lambda path: export_records(visit.base, path, visit.filters)
    )


def export_decisions(visit: Visit) -> Response:
    """Send decisions as training data."""
    return _sent(visit, "desk-training.jsonl", lambda path: export_training(visit.base, path, "topic"))


async def login(request: Request) -> Response:
    """Show where to log in, or log in."""
    office: Office = request.app.state.office
    query = read_query(request)
    wanted = query.get("next", "")
    if not office.accounts:
        return RedirectResponse(place_to_show(request, ""), 303)
    message = (
        tr("your session has ended, and what you just did was not saved; log in and do it again")
        if "lost" in query
        else ""
    )
    if request.method == "POST":
        try:
            form = await read_form(request, files=0, fields=10)
        except ClientDisconnect:  # nobody is left to answer to
            return Response(status_code=400)
        wanted, message = str(form.get("next", "")), ""
        name, password = str(form.get("name", "")).strip(), str(form.get("password", ""))
        address = request.client.host if request.client else ""
        try:
            if not from_here(request):
                raise RefusedError("the page has expired; try again")
            # A session that was there before is not taken over but ended.
            token, _ = await run_in_threadpool(log_in, office.store, name, password, address)
            await run_in_threadpool(log_out, office.store, request.cookies.get(office.cookie, ""))
        except RefusedError as error:
            message = translated(error)
        except OutputError as error:
            message = not_kept(error)
        else:
            response = RedirectResponse(place_to_show(request, wanted), 303)
            set_cookie(response, request, office, token)
            return response
    visit = Visit(request, office, Session("", "reader", ""), FormData())
    failed = bool(message) and request.method == "POST"
    page: HTMLResponse = visit.show("login", 403 if failed else 200, message=message, wanted=wanted)
    return page


async def use_language(request: Request) -> Response:
    """Speak the language that is asked for from now on in this browser, and show the same page in it."""
    try:
        form = await read_form(request, files=0, fields=10)
    except ClientDisconnect:  # nobody is left to answer to
        return Response(status_code=400)
    prefix = request.scope.get("root_path", "")
    before = urlsplit(request.headers.get("referer", ""))
    wanted = before.path.removeprefix(prefix) + (f"?{before.query}" if before.query else "")
    response = RedirectResponse(place_to_show(request, wanted), 303)
    asked = form.get("language")
    if asked in LANGUAGES and from_here(request):
        keep_cookie(response, request, request.app.state.office, LANGUAGE_COOKIE, str(asked), _YEAR)
    return response


def logout(visit: Visit) -> Response:
    """End the session."""
    log_out(visit.office.store, visit.request.cookies.get(visit.office.cookie, ""))
    response = visit.go("login")
    response.delete_cookie(visit.office.cookie, path=visit.request.scope.get("root_path", "") or "/")
    return response


def _sent(visit: Visit, name: str, write: Callable[[Path], object]) -> Response:
    """Send a file that is written now and removed once it is sent."""
    folder = tempfile.TemporaryDirectory(dir=visit.office.store.folder, prefix=EXPORT)
    path = Path(folder.name, name)
    try:
        write(path)
    except BaseException:
        folder.cleanup()
        raise
    return FileResponse(
        path, media_type=_TYPES[path.suffix[1:]], filename=name, background=BackgroundTask(folder.cleanup)
    )
