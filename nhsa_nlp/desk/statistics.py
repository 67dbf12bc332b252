"""Figures of a desk: how many documents came and were decided, and how often the model was overruled."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass

from nhsa_nlp.desk.decisions import CHOICES

_WEEKS = 12
_CORRECTIONS = 200


@dataclass(frozen=True, slots=True)
class Week:
    """A week, by its Monday, and how many documents came and were decided in it."""

    monday: str
    received: int
    decided: int


@dataclass(frozen=True, slots=True)
class Share:
    """How many documents of a label, an office or a person were decided, and in how many the model erred."""

    name: str
    decided: int
    overruled: int

    @property
    def rate(self) -> float:
        """The share that was overruled."""
        return self.overruled / self.decided if self.decided else 0.0


@dataclass(frozen=True, slots=True)
class Statistics:
    """Figures of all documents; ``by_label`` is by the label that was decided."""

    weeks: tuple[Week, ...]
    total: Share
    sure: Share
    by_label: tuple[Share, ...]
    by_office: tuple[Share, ...]
    by_person: tuple[Share, ...]


def statistics(base: sqlite3.Connection) -> Statistics:
    """Return the figures as they are now; weeks without a document between others are listed, too."""
    overruled = "label IS NOT answer"
    decided = "FROM documents WHERE state = 'decided'"
    by_label = _shares(base, f"SELECT label, count(*), sum({overruled}) {decided} GROUP BY 1")
    order = {label: place for place, label in enumerate(CHOICES)}
    (total,) = _shares(base, f"SELECT '', count(*), coalesce(sum({overruled}), 0) {decided}")
    # Whether a person had to look was known when the document came in, whatever its twins said later.
    sure = _shares(
        base,
        f"SELECT '', count(*), coalesce(sum({overruled}), 0) {decided} AND "
        "(reason IS NULL OR reason = 'group')",
    )[0]
    return Statistics(
        _weeks(base),
        total,
        sure,
        tuple(sorted(by_label, key=lambda share: order.get(share.name, len(order)))),
        tuple(
            _shares(
                base, f"SELECT office, count(*), sum({overruled}) {decided} AND office IS NOT NULL GROUP BY 1"
            )
        ),
        tuple(_shares(base, f"SELECT decided_by, count(*), sum({overruled}) {decided} GROUP BY 1")),
    )


def corrections(base: sqlite3.Connection) -> list[sqlite3.Row]:
    """Return the documents whose label overruled the model's, those first of which it was surest."""
    return base.execute(
        "SELECT * FROM documents WHERE state = 'decided' AND label IS NOT answer "
        "ORDER BY probability IS NULL, probability DESC, doc LIMIT ?",
        (_CORRECTIONS,),
    ).fetchall()


def _shares(base: sqlite3.Connection, query: str) -> list[Share]:
    return [Share(name or "", count, wrong) for name, count, wrong in base.execute(query)]


def _weeks(base: sqlite3.Connection) -> tuple[Week, ...]:
    # SQLite's weekday 1 is Monday; six days back and on to the next Monday is the Monday of that week.
    monday = "date({}, 'localtime', '-6 days', 'weekday 1')"
    counted = [
        dict(
            base.execute(
                f"SELECT {monday.format(column)}, count(*) FROM documents "  # noqa: S608
                f"WHERE {column} IS NOT NULL GROUP BY 1"
            ).fetchall()
        )
        for column in ("received", "decided")
    ]
    known = sorted({*counted[0], *counted[1]})
    if not known:
        return ()
    rows = base.execute(
        "WITH RECURSIVE weeks (monday) AS (SELECT ? UNION ALL SELECT date(monday, '+7 days') FROM weeks "
        "WHERE monday < ?) SELECT monday FROM weeks ORDER BY monday DESC LIMIT ?",
        (known[0], known[-1], _WEEKS),
    ).fetchall()
    return tuple(
        Week(day, counted[0].get(day, 0), counted[1].get(day, 0))
        for (day,) in reversed([tuple(r) for r in rows])
    )
