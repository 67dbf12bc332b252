"""The pages to which somebody is led back, such as after logging in."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import RedirectResponse

_PLACE = re.compile(r"/(?:queue|intake|statistics|models|keys|login|documents/[0-9]{1,15})(?=/|\?|$)")
"""Where somebody may be led back to: pages of this desk, and nothing that does something."""


def to_login(request: Request, *, acting: bool) -> RedirectResponse:
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
