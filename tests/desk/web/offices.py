"""The desk in a browser's place: its application, called by a client that keeps cookies."""

from __future__ import annotations

import html
import re
from typing import Any

from httpx2 import Response
from starlette.applications import Starlette
from starlette.testclient import TestClient

from nhsa_nlp.desk.intake import Intake
from nhsa_nlp.desk.related import Archive
from nhsa_nlp.desk.store import Store
from nhsa_nlp.desk.web.application import application
from nhsa_nlp.desk.web.office import Office

HOST = "127.0.0.1:8642"
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


def served(
    store: Store, *, accounts: bool = False, archive: Archive | None = None, **limits: Any
) -> Starlette:
    """Return the application over a store; nothing is read beside it."""
    return application(Office(store, Intake(store), archive, None, accounts), {"127.0.0.1"}, **limits)


class Browser:
    """A browser: it keeps cookies, and sends what a form of this desk sends."""

    def __init__(self, app: Starlette, address: str = "10.0.0.1"):
        self.client = TestClient(
            app,
            base_url=f"http://{HOST}",
            follow_redirects=False,
            raise_server_exceptions=False,
            client=(address, 50_000),
        )
        self.cookie: str = app.state.office.cookie
        self._known: tuple[dict[str, str], str] = {}, ""

    def get(self, path: str, **more: Any) -> Response:
        """Open a page."""
        return self.client.get(path, **more)

    @property
    def csrf(self) -> str:
        """The token in the forms of this session."""
        cookies = dict(self.client.cookies)
        if not cookies or cookies != self._known[0]:
            found = _CSRF.search(self.get("/queue").text)
            self._known = dict(self.client.cookies), "" if found is None else found[1]
        return self._known[1]

    def post(self, path: str, data: dict[str, Any] | None = None, **more: Any) -> Response:
        """Send a form with the token of this session."""
        return self.client.post(path, data={"csrf": self.csrf, **(data or {})}, **more)

    def log_in(self, name: str, password: str) -> Response:
        """Log in."""
        return self.client.post("/login", data={"name": name, "password": password})


def notice(response: Response) -> str:
    """Return what a page that refuses something says."""
    found = re.search(r'<p role="alert"[^>]*>(.*?)</p>', response.text, re.DOTALL)
    return html.unescape(found[1]) if found else ""
