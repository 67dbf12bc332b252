"""The queue: which documents are listed, in which order, and which comes next."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from nhsa_nlp.archive.search import match_expression
from nhsa_nlp.desk.decisions import CHOICES, STATES
from nhsa_nlp.desk.store import now, written
from nhsa_nlp.errors import InputError
from nhsa_nlp.topic.labels import OUT_OF_SCOPE
from nhsa_nlp.translation import Message, code_of

PAGE: Final = 50
"""Documents on a page of the queue."""

SORTS: Final = ("doubt", "newest", "oldest", "unsure")

REASONS: Final = (
    "contradiction",
    "low_confidence",
    "near_scope",
    "out_of_scope",
    "too_short",
    "not_chinese",
    "group",
)
"""Why a person has to look, the most urgent first; a document without a reason is sorted."""

_ORDERS: Mapping[str, tuple[tuple[str, ...], bool]] = {
    "doubt": (("d.rank", "d.doc"), False),
    "newest": (("d.doc",), True),
    "oldest": (("d.doc",), False),
    "unsure": (("coalesce(d.probability, 0)", "d.doc"), False),
}
"""What each list is sorted by, and whether downwards."""
_ALLOWED: Mapping[str, tuple[str, ...]] = {
    "state": ("", *STATES),
    "label": ("", *CHOICES),
    "reason": ("", "doubtful", "sure", *REASONS),
    "sort": SORTS,
}
_NAMES = {
    "state": Message("state"),
    "label": Message("label"),
    "reason": Message("reason"),
    "sort": Message("order"),
}
_NAMED = frozenset(["state", "label"])
_LISTED = (
    "d.*, (SELECT c.actor FROM claims c WHERE c.doc = d.doc AND c.until > ?) AS claimed, "
    "(SELECT count(*) FROM documents m WHERE m.lead = d.doc) AS members"
)
_YEARS = range(1970, 2100)
_LONGEST = 200  # characters of a value, such as the name of an office
_SHOWN = 20  # characters of a value in a message
_FIGURES = 9  # of the number of a page


def rank(reason: str | None) -> int:
    """Return the place of a reason in the queue."""
    return REASONS.index(reason) if reason in REASONS else len(REASONS) if reason is None else 1


@dataclass(frozen=True, slots=True)
class Filters:
    """What the documents of a list have in common, and their order; an empty string is no condition.

    Attributes
    ----------
    state, label, reason, office, person
        As documents have them; ``label`` is that given, or else the model's. ``doubtful`` and ``sure`` as a
        reason are any and none.
    since, until
        Days of arrival where the server is, in ISO form, both included.
    text
        Words that the document has, see `nhsa_nlp.archive.search.match_expression`.
    sort
        One of `SORTS`.
    page
        From 1.
    """

    state: str = "new"
    label: str = ""
    reason: str = ""
    office: str = ""
    person: str = ""
    since: str = ""
    until: str = ""
    text: str = ""
    sort: str = "doubt"
    page: int = 1

    @classmethod
    def read(cls, query: Mapping[str, str]) -> tuple[Filters, dict[str, str]]:
        """Read them from the query of a URL.

        Returns
        -------
        tuple[Filters, dict[str, str]]
            The filters, and what is wrong with those that make no sense, by their names. These are no
            condition; but words in which there is nothing to search for are one that no document meets.
        """
        given = {field.name: query[field.name].strip() for field in fields(cls) if field.name in query}
        if not given.get("page"):
            given.pop("page", None)  # nothing in a field of a form
        wrong = _problems(given)
        held = {name: value for name, value in given.items() if name not in wrong or name == "text"}
        page = int(held.pop("page", "1"))
        return cls(**held, page=page), wrong

    def query(self, **changes: Any) -> str:
        """Return them as the query of a URL, with changes; what is as by default is left out."""
        plain = Filters()
        changed = asdict(replace(self, **changes))
        return urlencode({name: value for name, value in changed.items() if value != getattr(plain, name)})


def checked_filters(**given: str) -> Filters:
    """Return filters as somebody writes them; the state is any unless given, the order that of arrival.

    States and labels may be named in Chinese, as a sheet has them.

    Raises
    ------
    InputError
        If a value is none that documents can have.
    """
    for name in _NAMED & given.keys():
        given[name] = code_of("code", given[name], (*STATES, OUT_OF_SCOPE)) or given[name]
    for problem in _problems(given).values():
        raise InputError(problem)
    return Filters(**{"state": "", "sort": "oldest", **given})  # type: ignore[arg-type]


def _problems(given: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with the values of filters, by their names."""
    found: dict[str, str] = {}
    for name, value in given.items():
        shown = value if len(value) <= _SHOWN else f"{value[:_SHOWN]}…"
        if name in _ALLOWED and value not in _ALLOWED[name]:
            found[name] = Message(
                "there is no {name} {value!r}; it is one of {values}",
                name=_NAMES[name],
                value=shown,
                values=", ".join(filter(None, _ALLOWED[name])),
            )
        elif name in ("since", "until") and value and not _is_day(value):
            found[name] = Message("{day!r} is not a date; write it as 2026-01-31", day=shown)
        elif name == "page" and not _is_page(value):
            found[name] = Message("there is no page {value!r}", value=shown)
        elif name == "text" and value:
            try:
                match_expression(value)
            except InputError as error:
                found[name] = error.message
        elif len(value) > _LONGEST:
            found[name] = Message(
                "{value!r} is longer than {count} characters; shorten it", value=shown, count=_LONGEST
            )
    return found


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the queue: its rows, and of how many."""

    rows: list[sqlite3.Row]
    total: int

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // PAGE))


def listing(base: sqlite3.Connection, filters: Filters) -> Listing:
    """Return a page of documents."""
    where, values = _conditions(filters)
    (total,) = base.execute(f"SELECT count(*) FROM documents d WHERE {where}", values).fetchone()  # noqa: S608
    _, order = _keys_and_order(filters.sort)
    rows = base.execute(
        f"SELECT {_LISTED} FROM documents d WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?",  # noqa: S608
        (now(), *values, PAGE, PAGE * (filters.page - 1)),
    )
    return Listing(rows.fetchall(), total)


def matching(base: sqlite3.Connection, filters: Filters) -> list[int]:
    """Return the numbers of all documents of a list, in its order."""
    where, values = _conditions(filters)
    _, order = _keys_and_order(filters.sort)
    rows = base.execute(f"SELECT d.doc FROM documents d WHERE {where} ORDER BY {order}", values)  # noqa: S608
    return [row["doc"] for row in rows]


def following(
    base: sqlite3.Connection, filters: Filters, doc: int, actor: str, *, back: bool = False
) -> int | None:
    """Return the document after another in a list, whether or not that is still in the list.

    Documents at which somebody else is are passed over.

    Parameters
    ----------
    back
        The one before it instead.
    """
    where, values = _conditions(filters)
    keys, order = _keys_and_order(filters.sort, back=back)
    here = base.execute(f"SELECT {', '.join(keys)} FROM documents d WHERE doc = ?", (doc,)).fetchone()  # noqa: S608
    if here is None:
        return None
    row = base.execute(
        f"SELECT d.doc FROM documents d WHERE {where} "  # noqa: S608 - conditions of our own
        f"AND ({', '.join(keys)}) {'<' if 'DESC' in order else '>'} ({', '.join('?' * len(keys))}) "
        "AND NOT EXISTS (SELECT 1 FROM claims c WHERE c.doc = d.doc AND c.actor != ? AND c.until > ?) "
        f"ORDER BY {order} LIMIT 1",
        (*values, *tuple(here), actor, now()),
    ).fetchone()
    return None if row is None else int(row["doc"])


def counts(base: sqlite3.Connection) -> tuple[Counter[str], dict[str, Counter[str]]]:
    """Return how many documents have each state, and of each state each label (``""`` for none)."""
    by_state: Counter[str] = Counter()
    by_label: dict[str, Counter[str]] = {state: Counter() for state in STATES}
    for state, shown, count in base.execute("SELECT state, shown, count(*) FROM documents GROUP BY 1, 2"):
        by_state[state] += count
        by_label[state][shown or ""] = count
    return by_state, by_label


def due(base: sqlite3.Connection, day: str) -> int:
    """Return how many documents were put off until a day (ISO 8601) or one before it."""
    (count,) = base.execute(
        "SELECT count(*) FROM documents WHERE state = 'postponed' AND until <= ?", (day,)
    ).fetchone()
    return int(count)


def _is_page(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < _FIGURES and int(text) > 0


def _is_day(text: str) -> bool:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return False
    return str(day) == text and day.year in _YEARS


def _beginning(day: str, days: int = 0) -> str:
    """Return when a day, or one so many days later, begins here, as times are written in the database."""
    return written(datetime.fromisoformat(day) + timedelta(days=days))


def _keys_and_order(sort: str, *, back: bool = False) -> tuple[tuple[str, ...], str]:
    """Return what a list is sorted by, alone and as the order that SQL wants, from its end if ``back``."""
    keys, downwards = _ORDERS[sort]
    return keys, ", ".join(f"{key} {'DESC' if downwards != back else 'ASC'}" for key in keys)


def _conditions(filters: Filters) -> tuple[str, list[Any]]:
    found, values = ["1"], []
    for column, value in (
        ("state", filters.state),
        ("shown", filters.label),
        ("office", filters.office),
        ("person", filters.person),
    ):
        if value:
            found.append(f"d.{column} = ?")
            values.append(value)
    if filters.reason in ("doubtful", "sure"):
        found.append(f"d.rank {'<' if filters.reason == 'doubtful' else '='} {len(REASONS)}")
    elif filters.reason:
        found.append("d.reason = ?")
        values.append(filters.reason)
    if filters.since:
        found.append("d.received >= ?")
        values.append(_beginning(filters.since))
    if filters.until:
        found.append("d.received < ?")
        values.append(_beginning(filters.until, days=1))
    if filters.text:
        try:
            values.append(match_expression(filters.text))
            found.append("d.doc IN (SELECT rowid FROM text_index WHERE text_index MATCH ?)")
        except InputError:
            found.append("0")
    return " AND ".join(found), values
