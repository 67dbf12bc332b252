"""Who may do what on a desk: accounts, roles, sessions, and how often a password may be tried."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import sqlite3
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Literal, cast

from nhsa_nlp.desk.bundles import SYSTEM
from nhsa_nlp.desk.decisions import RefusedError
from nhsa_nlp.desk.inbox import INBOX
from nhsa_nlp.desk.store import Store, now, written
from nhsa_nlp.errors import InputError, OutputError

Role = Literal["reader", "officer", "lead", "admin"]

ROLES: Final[tuple[Role, ...]] = ("reader", "officer", "lead", "admin")
"""Each may do what those before it may, and more: look; decide; see and take out what persons did; all."""

LOCAL_USER: Final = "本机"
"""The one user of a desk without accounts."""

SESSION_HOURS: Final = 12
_TRIES = 5  # that a name or an address has, and then one every so often
_WINDOW_SECONDS = 300.0
_SHORTEST_PASSWORD = 10
_LONGEST_PASSWORD = 1_000
_LONGEST_NAME = 40
_SEEN_SECONDS = 60  # the time of a session is written at most so often


@dataclass(frozen=True, slots=True)
class Session:
    """A person who is logged in; ``csrf`` is the token that the forms of the session carry."""

    name: str
    role: Role
    csrf: str

    def may(self, role: Role) -> bool:
        """Return whether this person may do what a role may."""
        return ROLES.index(self.role) >= ROLES.index(role)


def add_user(store: Store, name: str, role: str, password: str) -> None:
    """Add an account, or give one another role and password; its sessions end.

    Raises
    ------
    InputError
        If the name, role or password cannot be used.
    """
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME or not name.isprintable():
        raise InputError(
            "the name {name!r} cannot be used; give one of 1 to {limit} characters",
            name=name,
            limit=_LONGEST_NAME,
        )
    if name in (LOCAL_USER, SYSTEM, INBOX):
        raise InputError("the name {name!r} cannot be used: events have it that no person caused", name=name)
    if role not in ROLES:
        raise InputError(
            "there is no role {role!r}; the roles are {roles}", role=role, roles=", ".join(ROLES)
        )
    if len(password) < _SHORTEST_PASSWORD:
        raise InputError(
            "the password has fewer than {limit} characters; choose a longer one", limit=_SHORTEST_PASSWORD
        )
    if len(password) > _LONGEST_PASSWORD:
        raise InputError(
            "the password has more than {limit:,} characters; choose a shorter one", limit=_LONGEST_PASSWORD
        )
    if not _is_text(password):
        raise InputError("the password cannot be used: it is not valid UTF-8")
    hashed = _hash(password)
    with store.writing() as base:
        base.execute(
            "INSERT INTO users (name, role, password, added) VALUES (?, ?, ?, ?) ON CONFLICT (name) "
            "DO UPDATE SET role = excluded.role, password = excluded.password, active = 1",
            (name, role, hashed, now()),
        )
        base.execute("DELETE FROM sessions WHERE name = ?", (name,))


def remove_user(store: Store, name: str) -> None:
    """Take an account out of use; what it did stays in the events.

    Raises
    ------
    InputError
        If there is none of this name.
    """
    with store.writing() as base:
        if not base.execute("UPDATE users SET active = 0 WHERE name = ?", (name,)).rowcount:
            raise InputError("there is no user {name!r}; nhsa-nlp desk users shows them", name=name)
        base.execute("DELETE FROM sessions WHERE name = ?", (name,))


def users(base: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return the accounts in use, by name."""
    return base.execute("SELECT name, role, added FROM users WHERE active ORDER BY name").fetchall()


def log_in(store: Store, name: str, password: str, address: str) -> tuple[str, Session]:
    """Begin a session.

    Parameters
    ----------
    address
        Where the attempt comes from; after some failures a name or an address has to wait.

    Returns
    -------
    tuple[str, Session]
        The token that identifies the session, which is kept by the browser alone.

    Raises
    ------
    RefusedError
        If name and password do not fit, or there were too many attempts.
    """
    if not (_is_text(name) and _is_text(password)):
        name = password = ""
    keys = (f"name {name[:_LONGEST_NAME]}", f"address {address}")
    since = time.time() - _WINDOW_SECONDS
    with store.writing() as base:  # counted before the password is looked at, so that no race gets more tries
        base.execute("DELETE FROM attempts WHERE at < ?", (since,))
        for key in keys:
            (tries,) = base.execute("SELECT count(*) FROM attempts WHERE key = ?", (key,)).fetchone()
            if tries >= _TRIES * (1 if key == keys[0] else 4):
                raise RefusedError("too many attempts; try again in five minutes")
        rows = [
            base.execute("INSERT INTO attempts VALUES (?, ?) RETURNING rowid", (key, time.time())).fetchone()
            for key in keys
        ]
        user = base.execute("SELECT * FROM users WHERE name = ? AND active", (name,)).fetchone()
    # Of an unknown name a password is checked too, so that the time taken tells nothing.
    if not _fits(_nobody() if user is None else user["password"], password) or user is None:
        raise RefusedError("the name or the password is wrong")
    with store.writing() as base:
        # The guesses of an address stay: whoever has an account there must not get more of them.
        base.execute("DELETE FROM attempts WHERE key = ? OR rowid = ?", (keys[0], rows[1]["rowid"]))
        return _begin(base, name, cast("Role", user["role"]))


def begin_local_session(store: Store) -> tuple[str, Session]:
    """Begin a session of the one user of a desk without accounts."""
    with store.writing() as base:
        return _begin(base, LOCAL_USER, "admin")


def find_session(store: Store, token: str | None, *, accounts: bool) -> Session | None:
    """Return the session of a token, if it has not ended.

    Parameters
    ----------
    accounts
        Whether the desk has accounts; sessions of the other kind do not count.
    """
    if not token:
        return None
    row = (
        store.reading()
        .execute(
            "SELECT s.*, u.role FROM sessions s LEFT JOIN users u ON u.name = s.name AND u.active "
            "WHERE s.token = ?",
            (_digest(token),),
        )
        .fetchone()
    )
    if row is None or (row["name"] == LOCAL_USER) == accounts or (accounts and row["role"] is None):
        return None
    current = datetime.now(UTC)
    seen = datetime.fromisoformat(row["seen"])
    if current - seen > timedelta(hours=SESSION_HOURS):
        return None
    if current - seen > timedelta(seconds=_SEEN_SECONDS):
        with contextlib.suppress(OutputError), store.writing(durable=False) as base:  # a full disk ends none
            base.execute("UPDATE sessions SET seen = ? WHERE token = ?", (now(), row["token"]))
    return Session(row["name"], cast("Role", row["role"] or "admin"), row["csrf"])


def log_out(store: Store, token: str) -> None:
    """End a session."""
    with store.writing() as base:
        base.execute("DELETE FROM sessions WHERE token = ?", (_digest(token),))


def _begin(base: sqlite3.Connection, name: str, role: Role) -> tuple[str, Session]:
    token, session = secrets.token_urlsafe(32), Session(name, role, secrets.token_urlsafe(32))
    oldest = datetime.now(UTC) - timedelta(hours=SESSION_HOURS)
    base.execute("DELETE FROM sessions WHERE seen < ?", (written(oldest),))
    base.execute(
        "INSERT INTO sessions VALUES (?, ?, ?, ?, ?)", (_digest(token), name, session.csrf, now(), now())
    )
    return token, session


def _is_text(given: str) -> bool:
    """Return whether something is text: a form or a terminal can give halves of surrogate pairs."""
    return given.isascii() or given == given.encode("utf-8", "replace").decode()


def _digest(token: str) -> str:
    """Return what is kept of a token: who reads the database cannot use the sessions in it."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _hash(password: str) -> str:
    from argon2 import PasswordHasher

    return PasswordHasher().hash(password)


def _fits(hashed: str, password: str) -> bool:
    from argon2 import PasswordHasher
    from argon2.exceptions import Argon2Error, InvalidHashError

    try:
        return PasswordHasher().verify(hashed, password[:_LONGEST_PASSWORD])
    except (Argon2Error, InvalidHashError):
        return False


_NOBODY: list[str] = []


def _nobody() -> str:
    """Return the hash of a password that nobody knows."""
    if not _NOBODY:
        _NOBODY.append(_hash(secrets.token_urlsafe(32)))
    return _NOBODY[0]
