"""The queue: documents to be sorted, and what is done with several of them at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from starlette.responses import Response

from nhsa_nlp.desk.decisions import CHOICES, STATES, ConflictError
from nhsa_nlp.desk.queue import PAGE, REASONS, SORTS, counts, due, listing
from nhsa_nlp.desk.twins import closest_twins
from nhsa_nlp.desk.web.visits import Visit, whole_number
from nhsa_nlp.errors import InputError
from nhsa_nlp.translation import tr, translated

_LONGEST_NAME = 30


def front(visit: Visit) -> Response:
    """Lead to the queue."""
    return visit.go("queue")


def queue(visit: Visit) -> Response:
    """Show a page of the queue."""
    filters = visit.filters
    by_state, by_label = counts(visit.base)
    found = listing(visit.base, filters)
    if filters.page > found.pages:
        filters = replace(filters, page=found.pages)
        found = listing(visit.base, filters)
    (waiting,) = visit.base.execute("SELECT count(*) FROM files WHERE state = 'waiting'").fetchone()
    views = visit.base.execute(
        "SELECT * FROM views WHERE actor = ? ORDER BY name", (visit.session.name,)
    ).fetchall()
    return visit.show(
        "queue",
        filters=filters,
        problems=_problems(visit),
        found=found,
        twins=closest_twins(visit.base, [row["doc"] for row in found.rows]),
        first=PAGE * (filters.page - 1) + 1,
        states=STATES,
        by_state=by_state,
        labels=CHOICES,
        by_label=by_label[filters.state] if filters.state else sum(by_label.values(), type(by_state)()),
        reasons=REASONS,
        sorts=SORTS,
        offices=_names(visit, "office"),
        persons=_names(visit, "person"),
        waiting=waiting,
        due=due(visit.base, str(date.today())),  # noqa: DTZ011 - where the office is
        views=views,
    )


def act_on_selected(visit: Visit) -> Response:
    """Accept, assign or merge the documents that were selected among those visible."""
    selected = [_selected(str(value)) for value in visit.form.getlist("selected")]
    query = visit.filters.query()
    if not selected:
        raise InputError("select documents first")
    what = visit.field("what")
    if what == "accept":
        batch, left = visit.desk.accept_all(selected)
        if batch is None:
            raise ConflictError(
                "nothing was done with any of those selected: changed by others, others working on them, "
                "or no answer of the model"
            )
        return visit.go("queue", "some_left" if left else "decided", query)
    if what == "assign":
        return _assign(visit, selected, query)
    if what == "merge":
        lead, *_ = selected
        chosen = whole_number(visit.field("lead")) if visit.field("lead") else lead[0]
        batch = visit.desk.merge(chosen, [each for each in selected if each[0] != chosen])
        return visit.go("queue", "merged" if batch else "unchanged", query)
    raise InputError("choose what to do")


def undo(visit: Visit) -> Response:
    """Undo this person's last act, and show what it was about."""
    documents, passed_over = visit.desk.undo()
    query = visit.filters.query()
    notice = "undone" if passed_over is None else "undone_before"
    if len(documents) == 1:
        return visit.go("document", notice, query, doc=documents[0])
    return visit.go("queue", notice, query)


def save_view(visit: Visit) -> Response:
    """Save the list on the page under a name, or remove such a name."""
    name = visit.field("name").strip()
    query = visit.filters.query(page=1)
    if not name or len(name) > _LONGEST_NAME:
        raise InputError("give a name of 1 to {count} characters", count=_LONGEST_NAME)
    with visit.office.store.writing() as base:
        base.execute("DELETE FROM views WHERE actor = ? AND name = ?", (visit.session.name, name))
        if not visit.field("remove"):
            base.execute(
                "INSERT INTO views (actor, name, query) VALUES (?, ?, ?)", (visit.session.name, name, query)
            )
    return visit.go("queue", "saved", query)


def keys(visit: Visit) -> Response:
    """Show what each key does."""
    return visit.show("keys")


def _problems(visit: Visit) -> list[str]:
    """Return what is to be said of filters that make no sense."""
    return [
        translated(problem)
        if name == "text"
        else tr("{problem}; this is the list without that").format(problem=translated(problem))
        for name, problem in visit.filter_problems.items()
    ]


def _assign(visit: Visit, selected: list[tuple[int, int]], query: str) -> Response:
    office, person = visit.field("office"), visit.field("person")
    if not office.strip() and not person.strip():
        raise InputError("give an office or a person")
    batch, left = visit.desk.assign_all(selected, office, person)
    if batch is None and left:
        raise ConflictError(
            "none of those selected was assigned: changed by others, or others working on them"
        )
    return visit.go("queue", "some_left" if left else "assigned" if batch else "unchanged", query)


def _selected(value: str) -> tuple[int, int]:
    doc, _, version = value.partition(":")
    return whole_number(doc), whole_number(version)


def _names(visit: Visit, column: str) -> list[str]:
    rows = visit.base.execute(
        f"SELECT DISTINCT {column} FROM documents WHERE {column} IS NOT NULL ORDER BY 1 LIMIT 200"  # noqa: S608
    )
    return [row[0] for row in rows]
