"""What a browser keeps of a session, and which forms are of it."""

from __future__ import annotations

import hmac
from urllib.parse import urlsplit

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from nhsa_nlp.desk.accounts import Session
from nhsa_nlp.desk.web.office import Office


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
