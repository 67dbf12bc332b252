"""What every request passes before a page sees it, and what every answer carries."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nhsa_nlp.desk.web.languages import language_of
from nhsa_nlp.translation import speaking, tr

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""The content security policy of every page: nothing inline, nothing from outside."""

UPLOAD_BYTES = 500_000_000
"""The most that is taken at once; the page sends files in batches."""

SLOWEST_SECONDS = 30.0
"""The longest a browser may take between two pieces of a request."""

_HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_LONGEST_SECONDS = 600.0  # that a request may take to come in
_MULTIPART = "multipart/form-data"
_FORM_BYTES = 2_000_000  # of a request that brings no files
_FIGURES = 18  # of a length


class Guard:
    """Middleware that answers itself whatever must not reach a page.

    Parameters
    ----------
    app
        What is guarded.
    hosts
        The names the server may be called by, in lower case without a port: a page of another site whose
        name leads here is refused.
    upload_paths, upload_bytes
        Where files and texts are sent to, and how large such a request may be if it is multipart; others
        are small.
    slowest_seconds
        How long the next piece of a request may take.
    """

    def __init__(
        self,
        app: ASGIApp,
        hosts: Collection[str],
        upload_paths: tuple[str, ...],
        upload_bytes: int,
        slowest_seconds: float,
    ):
        self._app = app
        self._hosts = frozenset(hosts)
        self._upload_paths = upload_paths
        self._upload_bytes = upload_bytes
        self._slowest_seconds = slowest_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or pass it on, in the language of whoever sent it."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        with speaking(language_of(headers)):
            await self._pass(scope, headers, receive, send)

    async def _pass(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        is_upload = scope["path"].endswith(self._upload_paths) and content_type(headers) == _MULTIPART
        limit = self._upload_bytes if is_upload else _FORM_BYTES
        refusal = self._refusal(headers, limit)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    given.setdefault(name, value)
                given.setdefault("Cache-Control", "no-store")
            await send(message)

        if refusal is not None:
            await refusal(scope, receive, answer)
            return
        started = False

        async def noted(message: Message) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await answer(message)

        try:
            await self._app(scope, _Bounded(receive, limit, self._slowest_seconds), noted)
        except _RefusedRequestError as error:
            if not started:
                await PlainTextResponse(error.reason, error.status)(scope, receive, answer)
        except Exception:
            if not started:  # what the framework would answer lacks the headers
                said = tr(
                    "Something went wrong, and nothing was done; try again, or else tell the administrator."
                )
                await PlainTextResponse(said, 500)(scope, receive, answer)
            raise

    def _refusal(self, headers: Headers, limit: int) -> PlainTextResponse | None:
        host = headers.get("host", "")
        name = host.rpartition(":")[0] if host.rpartition(":")[2].isdecimal() else host
        if name.strip("[]").lower() not in self._hosts:
            return PlainTextResponse(tr("This is not an address of this server."), 421)
        length = headers.get("content-length", "0")
        if not (length.isascii() and length.isdecimal() and len(length) <= _FIGURES):
            return PlainTextResponse(tr("The request was wrong."), 400)
        if int(length) > limit:
            return PlainTextResponse(tr("That is too large; send less at a time."), 413)
        return None


def content_type(headers: Headers) -> str:
    """Return of which kind the body of a request is, without its parameters."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


class _RefusedRequestError(Exception):
    def __init__(self, reason: str, status: int):
        self.reason, self.status = reason, status
        super().__init__(reason)


class _Bounded:
    """Receives a request, as long as it is neither too large nor too slow."""

    def __init__(self, receive: Receive, limit: int, slowest_seconds: float):
        self._receive = receive
        self._slowest_seconds = slowest_seconds
        self._left = limit
        self._until: float | None = None
        self._complete = False

    async def __call__(self) -> Any:
        if self._complete:
            return await self._receive()  # waits for the browser to go
        now = asyncio.get_running_loop().time()
        self._until = self._until or now + _LONGEST_SECONDS
        try:
            async with asyncio.timeout(min(self._slowest_seconds, max(self._until - now, 0.0))):
                message = await self._receive()
        except TimeoutError:
            raise _RefusedRequestError(tr("The upload was too slow and was stopped."), 408) from None
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            self._complete = not message.get("more_body", False)
            if self._left < 0:
                raise _RefusedRequestError(tr("That is too large; send less at a time."), 413)
        return message
