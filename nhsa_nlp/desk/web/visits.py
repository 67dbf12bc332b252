"""A visit: a request by a person, with what the pages need to answer it."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse

from nhsa_nlp.desk.accounts import Session
from nhsa_nlp.desk.decisions import Desk
from nhsa_nlp.desk.queue import Filters
from nhsa_nlp.desk.store import NotFoundError
from nhsa_nlp.desk.web.forms import read_query
from nhsa_nlp.desk.web.notices import UNDOABLE, notice_text
from nhsa_nlp.desk.web.office import Office
from nhsa_nlp.desk.web.rendering import render
from nhsa_nlp.errors import InputError
from nhsa_nlp.translation import translated


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
        return self._given_filters[0]

    @property
    def filter_problems(self) -> dict[str, str]:
        """What is wrong with filters in the address, by their names; see `Filters.read`."""
        return self._given_filters[1]

    @property
    def _given_filters(self) -> tuple[Filters, dict[str, str]]:
        return Filters.read(read_query(self.request))

    def field(self, name: str) -> str:
        """Return a field of the form; an empty string if there is none, or it is a file."""
        value = self.form.get(name, "")
        return value.replace("\r\n", "\n") if isinstance(value, str) else ""

    def number(self, name: str) -> int:
        """Return a field that is a number.

        Raises
        ------
        InputError
            If it is not.
        """
        return whole_number(self.field(name))

    @property
    def doc(self) -> int:
        """The number of the document in the path.

        Raises
        ------
        NotFoundError
            If it is no number.
        """
        try:
            return whole_number(self.request.path_params["doc"])
        except InputError:
            raise NotFoundError("there is no such document") from None

    def path(self, name: str, **parameters: Any) -> str:
        """Return the path of a page, below the prefix under which the desk is served."""
        return f"{self.request.scope.get('root_path', '')}{self.request.app.url_path_for(name, **parameters)}"

    def show(self, template: str, status: int = 200, notice: str = "", **values: Any) -> HTMLResponse:
        """Return a page; ``notice`` is what it says of what was just done, if its address does not."""
        notice = notice or read_query(self.request).get("notice", "")
        trouble = self.office.intake.trouble or (self.office.inbox and self.office.inbox.trouble)
        common = {
            "visit": self,
            "session": self.session,
            "accounts": self.office.accounts,
            "path": self.path,
            "notice": notice_text(notice),
            "undoable": notice in UNDOABLE,
            "trouble": trouble and translated(trouble),
        }
        return HTMLResponse(render(template, **common, **values), status)

    def refuse(self, message: str, status: int) -> HTMLResponse:
        """Say what cannot be done, with the way back to the document and the list it was asked of."""
        doc = self._known_doc() if status in (400, 404, 409) else None
        shown = translated(message)
        return self.show("refusal", status, message=shown, doc=doc, query=self.filters.query())

    def check_document(self) -> None:
        """Look up the document in the path, if there is one.

        Raises
        ------
        NotFoundError
            If the desk does not have it.
        """
        if "doc" not in self.request.path_params:
            return
        doc = self.doc
        if self.base.execute("SELECT 1 FROM documents WHERE doc = ?", (doc,)).fetchone() is None:
            raise NotFoundError("there is no document {number}", number=doc)

    def _known_doc(self) -> int | None:
        """Return the number of the document in the path, if the desk has it."""
        if "doc" not in self.request.path_params:
            return None
        try:
            self.check_document()
        except NotFoundError:
            return None
        return self.doc

    def go(self, name: str, notice: str = "", query: str = "", **parameters: Any) -> RedirectResponse:
        """Send the browser to a page, to say something there."""
        parts = [part for part in (query, f"notice={notice}" if notice else "") if part]
        address = self.path(name, **parameters) + (f"?{'&'.join(parts)}" if parts else "")
        return RedirectResponse(address, 303)


def whole_number(text: str) -> int:
    """Return a number that a form sent.

    Raises
    ------
    InputError
        If it is not one.
    """
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise InputError("the request was wrong; reload the page")
    return int(text)
