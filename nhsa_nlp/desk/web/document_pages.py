"""One document: read, decided, corrected."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Sequence
from urllib.parse import quote

from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, Response

from nhsa_nlp.desk import events
from nhsa_nlp.desk.corrections import ENTITY_LABELS, with_entity, without_entity
from nhsa_nlp.desk.decisions import CHOICES, claimed_by_other
from nhsa_nlp.desk.documents import Found, find_document
from nhsa_nlp.desk.queue import following, listing
from nhsa_nlp.desk.related import group_of, related
from nhsa_nlp.desk.store import NotFoundError
from nhsa_nlp.desk.web.endpoints import IN_PLACE
from nhsa_nlp.desk.web.marked_text import is_cut, pieces, speaks
from nhsa_nlp.desk.web.rendering import render
from nhsa_nlp.desk.web.visits import Visit, whole_number
from nhsa_nlp.errors import InputError, OutputError
from nhsa_nlp.record import EntityRecord, Evidence, Record, is_doc_no, is_policy
from nhsa_nlp.topic.labels import FACETS, OUT_OF_SCOPE, facets_to_label, label_to_facets
from nhsa_nlp.translation import translated

_CITED = 12
_WORDS = 8  # of a sector


def document(visit: Visit) -> Response:
    """Show a document, and claim it for whoever may decide on it."""
    return _page(visit, visit.doc)


def _page(visit: Visit, doc: int, notice: str = "") -> HTMLResponse:
    found = find_document(visit.base, doc)
    row = found.row
    other = claimed_by_other(visit.base, doc, visit.session.name)
    if row["state"] == "new" and visit.session.may("officer"):
        with contextlib.suppress(OutputError):  # on a full disk it can still be read
            other = visit.desk.claim(doc)
    filters = visit.filters
    history = events.history(visit.base, doc)
    topic = found.record["topic"]
    evidence = topic["evidence"] if topic is not None else []
    shown = row["shown"]
    bundle = visit.base.execute("SELECT * FROM bundles WHERE bundle = ?", (row["bundle"],)).fetchone()
    return visit.show(
        "document",
        notice=notice,
        found=found,
        row=row,
        filters=filters,
        query=filters.query(),
        other=other,
        topic=topic,
        probabilities=_probabilities(found.record),
        choices=CHOICES,
        facets=FACETS,
        chosen=label_to_facets(shown) if shown in CHOICES else frozenset(),
        outside=OUT_OF_SCOPE,
        evidence=_evidence_words(evidence),
        pieces=pieces(found.text, found.entities, evidence),
        is_cut=is_cut(found.text),
        letter=found.record["letter"],
        columns=found.record.get("columns") or {},
        cited=_cited(found),
        entity_labels=ENTITY_LABELS,
        group=group_of(visit.base, row),
        history=history,
        answered=_answered(visit.base, doc) if any("entities" in each.after for each in history) else {},
        bundle=bundle,
        file=visit.base.execute("SELECT * FROM files WHERE file = ?", (row["file"],)).fetchone(),
        previous=following(visit.base, filters, doc, visit.session.name, back=True),
        next=following(visit.base, filters, doc, visit.session.name),
        has_archive=visit.office.archive is not None,
    )


def precedents(visit: Visit) -> Response:
    """Show what was answered before to the matters of a document: a part of its page."""
    archive = visit.office.archive
    if archive is None:
        raise NotFoundError("there is no archive of replies")
    asked = find_document(visit.base, visit.doc)
    try:
        answers, trouble = archive.earlier_answers(asked), None
    except InputError as error:
        answers, trouble = None, translated(error)
    found = [answer.found for answer in answers.answers] if answers else []
    return HTMLResponse(
        render(
            "precedents",
            answers=answers,
            trouble=trouble,
            places={each["id"]: place for place, each in enumerate(found, start=1)},
            names={each["id"]: each["number"] or each["subject"] or each["id"] for each in found},
        )
    )


def relatives(visit: Visit) -> Response:
    """Show other documents on the same matter: a part of a document's page."""
    found = find_document(visit.base, visit.doc)
    return HTMLResponse(
        render(
            "related",
            related=related(visit.base, found),
            row=found.row,
            path=visit.path,
            session=visit.session,
            query=visit.filters.query(),
        )
    )


def original(visit: Visit) -> Response:
    """Send the file that a document came in; the browser does not open it in this place."""
    row = visit.base.execute(
        "SELECT f.* FROM files f JOIN documents d ON d.file = f.file WHERE d.doc = ?", (visit.doc,)
    ).fetchone()
    path = visit.office.store.file_path(row["stored"])
    if not path.is_file():
        raise NotFoundError("the original is no longer where it was kept", path)
    return FileResponse(
        path,
        media_type="application/octet-stream",
        headers={"Content-Disposition": f"attachment; filename*=UTF-8''{quote(row['name'], safe='')}"},
    )


def decide(visit: Visit) -> Response:
    """Give the document its label, and show the next of the list."""
    label = visit.field("label")
    if not label:
        facets = [str(value) for value in visit.form.getlist("facet")]
        if any(facet not in FACETS for facet in facets):
            raise InputError("the request was wrong; reload the page")
        if facets:
            label = facets_to_label(facets)
        elif visit.field("none") == OUT_OF_SCOPE:
            label = OUT_OF_SCOPE
        else:
            raise InputError("choose sectors, or 'none of the three sectors'")
    after = following(visit.base, visit.filters, visit.doc, visit.session.name)
    visit.desk.decide(visit.doc, visit.number("version"), label)
    return _onwards(visit, "decided", after)


def claim(visit: Visit) -> Response:
    """Stay at the document for another while: its page asks for that as long as somebody works on it."""
    row = find_document(visit.base, visit.doc).row
    if row["state"] == "new" and (other := visit.desk.claim(visit.doc)) is not None:
        return PlainTextResponse(other, 409)
    return Response(status_code=204)


def assign(visit: Visit) -> Response:
    """Assign the document."""
    act = visit.desk.assign(visit.doc, visit.number("version"), visit.field("office"), visit.field("person"))
    return _stay(visit, "assigned" if act else "unchanged")


def note(visit: Visit) -> Response:
    """Keep a note."""
    act = visit.desk.note(visit.doc, visit.number("version"), visit.field("text"))
    return _stay(visit, "noted" if act else "unchanged")


def postpone(visit: Visit) -> Response:
    """Put the document off, and show the next."""
    after = following(visit.base, visit.filters, visit.doc, visit.session.name)
    visit.desk.postpone(visit.doc, visit.number("version"), visit.field("until").strip())
    return _onwards(visit, "postponed", after)


def send_back(visit: Visit) -> Response:
    """Send the document back, and show the next."""
    after = following(visit.base, visit.filters, visit.doc, visit.session.name)
    visit.desk.send_back(visit.doc, visit.number("version"), visit.field("reason"))
    return _onwards(visit, "returned", after)


def reopen(visit: Visit) -> Response:
    """Put the document back into the queue."""
    act = visit.desk.reopen(visit.doc, visit.number("version"))
    return _stay(visit, "reopened" if act else "unchanged")


def merge(visit: Visit) -> Response:
    """Put the document into the group that another leads, and show the next."""
    after = following(visit.base, visit.filters, visit.doc, visit.session.name)
    visit.desk.merge(visit.number("lead"), [(visit.doc, visit.number("version"))])
    return _onwards(visit, "merged", after)


def correct(visit: Visit) -> Response:
    """Add an entity to those of the document, or remove one."""
    found = find_document(visit.base, visit.doc)
    version = visit.number("version")
    if visit.field("remove"):
        first, _, last = visit.field("remove").partition("-")
        start, end = whole_number(first), whole_number(last)
        changed = without_entity(found.entities, start, end)
    else:
        start, end = _stretch(visit, found.text)
        changed = with_entity(found.entities, found.text, start, end, visit.field("label"))
    act = visit.desk.change_entities(visit.doc, version, changed)
    return _stay(visit, "corrected" if act else "unchanged")


def _stretch(visit: Visit, text: str) -> tuple[int, int]:
    """Return the stretch of text that was selected, or else written, to be an entity."""
    if visit.field("start"):
        return visit.number("start"), visit.number("end")
    words = visit.field("words").strip()
    at = -1
    for _ in range(min(whole_number(visit.field("occurrence") or "1"), len(text)) if words else 0):
        at = text.find(words, at + 1)
        if at < 0:
            break
    if at < 0:
        raise InputError("the text does not have these words; write them as they stand there, or select them")
    return at, at + len(words)


def _stay(visit: Visit, notice: str) -> Response:
    return _lead(visit, notice, visit.doc)


def _lead(visit: Visit, notice: str, doc: int) -> Response:
    """Lead to a document; a page that can take the next one in its place is given it at once."""
    query = visit.filters.query()
    if IN_PLACE not in visit.request.headers:
        return visit.go("document", notice, query, doc=doc)
    answer = _page(visit, doc, notice)
    answer.headers["Content-Location"] = visit.path("document", doc=doc) + (f"?{query}" if query else "")
    return answer


def _onwards(visit: Visit, notice: str, after: int | None) -> Response:
    query = visit.filters.query()
    if after is None or after == visit.doc:
        # Some may be left, passed over before or open at somebody else's.
        left = listing(visit.base, visit.filters).total
        return visit.go("queue", notice if left else "finished", query)
    return _lead(visit, notice, after)


def _probabilities(record: Record) -> dict[str, float]:
    topic = record["topic"]
    if topic is None:
        return {}
    found = {other["label"]: other["probability"] for other in topic["alternatives"]}
    if topic["label"] is not None and topic["probability"] is not None:
        found[topic["label"]] = topic["probability"]
    return found


def _answered(base: sqlite3.Connection, doc: int) -> dict[str, list[EntityRecord]]:
    """Return the entities that each model found in a document."""
    rows = base.execute(
        "SELECT b.name || ' ' || b.version AS model, a.record FROM answers a JOIN bundles b USING (bundle) "
        "WHERE a.doc = ? AND a.record != 'null'",
        (doc,),
    )
    return {row["model"]: json.loads(row["record"])["entities"] for row in rows}


def _evidence_words(evidence: Sequence[Evidence]) -> dict[str, list[str]]:
    words: dict[str, dict[str, None]] = {facet: {} for facet in FACETS}
    for item in sorted(evidence, key=lambda item: -item["weight"]):
        if speaks(item):
            words[item["facet"]][item["text"]] = None
    return {facet: list(found)[:_WORDS] for facet, found in words.items()}


def _cited(found: Found) -> list[tuple[str, str | None]]:
    """Return the policies and document numbers that a document cites, each once."""
    titles: dict[str, str | None] = {}
    for entity in found.entities:
        if is_policy(entity):
            title = (entity["ref"] if entity["alias"] else entity["title"]) or entity["title"]
            titles[f"《{title}》"] = titles.get(f"《{title}》") or entity["doc_no"]
    numbers = set(titles.values())
    alone = [(entity["normalized"], None) for entity in found.entities if is_doc_no(entity)]
    return [*titles.items(), *dict.fromkeys(each for each in alone if each[0] not in numbers)][:_CITED]
