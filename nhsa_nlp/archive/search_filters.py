"""Which documents of an archive a search is limited to: by label, year, kind, issuer and cited policy."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, get_args, get_type_hints

from nhsa_nlp.errors import InputError
from nhsa_nlp.io.store.opening import checked
from nhsa_nlp.record import LetterRecord
from nhsa_nlp.topic.spelling import suggestion
from nhsa_nlp.translation import Message, code_of, in_both

_INDEXED = ("label", "title")
_SHOWN = 12  # values that an error lists
_LIKELY = 0.5  # of the characters of a name are in a title that may be the same policy's
_KINDS: tuple[str, ...] = get_args(get_type_hints(LetterRecord)["kind"])
_THE_SAME = 1.1  # no label is that much like another one
_PART = 4  # characters of a name that tell a policy, where no title is the same


@dataclass(frozen=True, slots=True)
class Filters:
    """What a document must be; of several values of one kind, any will do.

    Attributes
    ----------
    labels
        Topic labels; the sectors of one of ours may stand in any order.
    first_year, last_year
        Bounds of the year of the letter, both included; None for no bound.
    kinds
        What the letter is: reply, notice or other, or 答复, 通知, 其他.
    issuers
        Who issued the letter: a name, a short name (国家医保局) or a part of one.
    policies
        What the document cites: document numbers or titles, however they are written (see
        `nhsa_nlp.archive.policies.identity.canonical_key`), or, where no title is the same, a part of one.
    """

    labels: Sequence[str] = ()
    first_year: int | None = None
    last_year: int | None = None
    kinds: Sequence[str] = ()
    issuers: Sequence[str] = ()
    policies: Sequence[str] = ()

    def __bool__(self) -> bool:
        years = self.first_year is not None or self.last_year is not None
        return bool(self.labels or self.kinds or self.issuers or self.policies or years)


class Condition(NamedTuple):
    """A condition in SQL on the row of a document, called d, or of its letter, called l."""

    sql: str
    values: list[str]
    table: str


def conditions(base: sqlite3.Connection, filters: Filters, path: object) -> Iterator[Condition]:
    """Yield the conditions of filters on an opened archive.

    Raises
    ------
    InputError
        For a label, kind or issuer that no document of the archive has.
    """
    if filters.labels:
        known = _distinct(base, "documents", "label")
        labels = [
            label if label in known else suggestion(label, known, _THE_SAME) or label
            for label in filters.labels
        ]
        yield _among("d", "label", labels, known, path)
    if filters.kinds:
        kinds = [code_of("letter", kind, _KINDS) or kind for kind in filters.kinds]
        known = _distinct(base, "letters", "kind")
        yield _among("l", "kind", kinds, known, path, lambda kind: in_both("letter", kind))
    if filters.first_year is not None:
        yield Condition("l.date >= ?", [f"{filters.first_year:04}"], "l")
    if filters.last_year is not None:
        yield Condition("l.date < ?", [f"{filters.last_year + 1:04}"], "l")
    if filters.issuers:
        yield _any_of("l.issuer", list(_issuers(base, filters.issuers, path)), "l")
    if filters.policies:
        yield _cited(base, filters.policies)


def _any_of(column: str, values: list[str], table: str) -> Condition:
    return Condition(f"{column} IN ({_marks(values)})", values, table)


def _marks(values: Sequence[str]) -> str:
    return ",".join("?" * len(values))


def _distinct(base: sqlite3.Connection, table: str, column: str) -> list[str]:
    """Return the values of a column, from one to the next, which an index makes quick."""
    rows = base.execute(
        f"WITH RECURSIVE each(value) AS (SELECT min({column}) FROM {table} UNION ALL "  # noqa: S608 - own names
        f"SELECT (SELECT min({column}) FROM {table} WHERE {column} > value) "
        "FROM each WHERE value IS NOT NULL) SELECT value FROM each WHERE value IS NOT NULL"
        if column in _INDEXED
        else f"SELECT DISTINCT {column} FROM {table} WHERE {column} IS NOT NULL"  # noqa: S608 - own names
    )
    return [checked(row)[0] for row in rows]


def _among(
    table: str,
    column: str,
    wanted: Sequence[str],
    known: Sequence[str],
    path: object,
    called: Callable[[str], str] = str,
) -> Condition:
    for value in wanted:
        if value not in known:
            raise _unknown(column, value, list(map(called, known)), path)
    return _any_of(f"{table}.{column}", list(wanted), table)


def _unknown(column: str, value: str, known: Sequence[str], path: object) -> InputError:
    name = {"label": Message("label"), "kind": Message("kind"), "issuer": Message("issuer")}[column]
    few = ", ".join(sorted(known)[:_SHOWN]) + (", …" if len(known) > _SHOWN else "")
    has = (
        Message("it has: {known}", known=few) if known else Message("it has no {column} of any", column=name)
    )
    return InputError(
        "no document of this archive has the {column} {value!r}; {has}",
        str(path),
        column=name,
        value=value,
        has=has,
    )


def _issuers(base: sqlite3.Connection, wanted: Sequence[str], path: object) -> Iterator[str]:
    from nhsa_nlp.archive.policies.identity.issuers import full_name

    known = _distinct(base, "letters", "issuer")
    for value in wanted:
        name = full_name(value)
        found = [issuer for issuer in known if name in full_name(issuer) or value in issuer]
        if not found:
            raise _unknown("issuer", value, known, path)
        yield from found


def _cited(base: sqlite3.Connection, wanted: Sequence[str]) -> Condition:
    """Return the condition that a document cites any of some policies."""
    from nhsa_nlp.archive.policies.identity.issuers import read_number  # with NumPy, which words do not need

    parts: list[str] = []
    values: list[str] = []
    titles: list[str] | None = None
    for policy in wanted:
        if (number := read_number(policy)) is not None:
            parts += [
                "SELECT doc FROM policies WHERE doc_no = ?",
                "SELECT doc FROM doc_numbers WHERE normalized = ?",
            ]
            values += [str(number)] * 2
            continue
        if titles is None:
            titles = _distinct(base, "policies", "title")
        same = _same_titles(policy, titles)
        parts.append(f"SELECT doc FROM policies WHERE NOT alias AND title IN ({_marks(same)})")  # noqa: S608
        values += same
    # The sign keeps SQLite from asking the index of texts for each of these documents by itself.
    return Condition(f"+d.doc IN ({' UNION ALL '.join(parts)})", values, "d")


def _same_titles(policy: str, titles: Sequence[str]) -> list[str]:
    """Return the titles of a policy, with any edition if it is named without one."""
    from nhsa_nlp.archive.policies.identity import canonical_key

    key = canonical_key(policy)
    characters = set(key)
    likely = [title for title in titles if len(characters & set(title)) >= _LIKELY * len(characters)]
    keys = {title: canonical_key(title) for title in likely}
    same = [title for title in likely if keys[title] == key or keys[title].startswith(f"{key}#")]
    if not same and len(key) >= _PART:
        same = [title for title in likely if key in keys[title]]
    return same
