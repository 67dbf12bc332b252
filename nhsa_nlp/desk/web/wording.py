"""What the pages call things, in the language of whoever reads them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from nhsa_nlp.batch.failures import Failure
from nhsa_nlp.desk.accounts import LOCAL_USER
from nhsa_nlp.desk.bundles import SYSTEM
from nhsa_nlp.desk.inbox import INBOX
from nhsa_nlp.errors import Cause
from nhsa_nlp.pages.highlight import kind_name
from nhsa_nlp.record import EntityRecord
from nhsa_nlp.topic.labels import OUT_OF_SCOPE
from nhsa_nlp.translation import Message, tr, tr_in, translated

_NEARLY = 0.95  # of a text


def state_name(state: str) -> str:
    """Return what the state of a document is called."""
    return {
        "new": tr_in("state", "To sort"),
        "decided": tr_in("state", "Sorted"),
        "postponed": tr_in("state", "Postponed"),
        "returned": tr_in("state", "Sent back"),
        "merged": tr_in("state", "Merged"),
    }[state]


def sort_name(sort: str) -> str:
    """Return what an order of the queue is called."""
    return {
        "doubt": tr_in("order", "those that need a person first"),
        "newest": tr_in("order", "newest first"),
        "oldest": tr_in("order", "oldest first"),
        "unsure": tr_in("order", "least sure first"),
    }[sort]


def event_name(kind: str) -> str:
    """Return what was done with a document."""
    return {
        "received": tr_in("event", "received"),
        "accept": tr_in("event", "accepted the model's answer"),
        "relabel": tr_in("event", "overruled"),
        "entities": tr_in("event", "corrected entities"),
        "assign": tr_in("event", "assigned"),
        "merge": tr_in("event", "merged"),
        "note": tr_in("event", "noted"),
        "postpone": tr_in("event", "postponed"),
        "send_back": tr_in("event", "sent back"),
        "reopen": tr_in("event", "put back to be sorted"),
        "undo": tr_in("event", "undid"),
        "answer": tr_in("event", "the model answered again"),
        "use_bundle": tr_in("event", "put a model into use"),
    }[kind]


def file_state_name(state: str) -> str:
    """Return what the state of a file that came in is called."""
    return {
        "waiting": tr_in("file", "to be read"),
        "read": tr_in("file", "read"),
        "failed": tr_in("file", "could not be read"),
    }[state]


def actor_name(name: str) -> str:
    """Return who did something; some are no persons."""
    return {
        LOCAL_USER: tr_in("actor", "this computer"),
        SYSTEM: tr_in("actor", "the system"),
        INBOX: tr_in("actor", "the inbox"),
    }.get(name, name)


def label_name(label: str | None) -> str:
    """Return what a label is called; a document may have none."""
    if label is None:
        return tr("undecided")
    return tr("none of the three sectors") if label == OUT_OF_SCOPE else label


def reason_name(reason: str) -> str:
    """Return why a person has to look."""
    return {
        "contradiction": tr_in("doubt", "differs from a similar one"),
        "low_confidence": tr_in("doubt", "not sure enough"),
        "near_scope": tr_in("doubt", "of a neighbouring field of health"),
        "out_of_scope": tr_in("doubt", "perhaps none of the three sectors"),
        "too_short": tr_in("doubt", "too little text"),
        "not_chinese": tr_in("doubt", "not Chinese"),
        "group": tr_in("doubt", "has similar ones"),
    }.get(reason, reason)


def likeness(share: float, *, is_same: bool) -> str:
    """Return how much of the shorter of two texts the longer has, in words."""
    if is_same:
        return tr("same text")
    return (
        tr("nearly the same text")
        if share >= _NEARLY
        else tr("{share} of the text the same").format(share=f"{share:.0%}")
    )


def not_read(failure: Failure) -> str:
    """Return why a file was not read; the readers' reason itself stands with one that has no wording."""
    if failure.cause is not None and failure.kind in ("unreadable", "too long"):
        filling = {name: _filling(failure.reason, name) for name in ("suffix", "known")}
        return _causes()[failure.cause].format(**filling)
    said = {
        "unreadable": tr_in("failed", "cannot be read"),
        "too long": tr_in("failed", "it is too long; split it and send the parts"),
        "timeout": tr_in("failed", "reading it took too long; split it and send the parts"),
        "memory": tr_in("failed", "it needs too much memory; split it and send the parts"),
        "crash": tr_in("failed", "the program broke off while reading it; tell the administrator"),
        "error": tr_in("failed", "the program failed while reading it; tell the administrator"),
    }[failure.kind]
    if failure.kind in ("timeout", "memory", "crash"):
        return said
    return tr("{failure} ({reason})").format(failure=said, reason=translated(failure.reason))


def part_name(failure: Failure, source: str) -> str:
    """Return what a file is called that lies within what came in (``source``); empty for anything else."""
    within = f"{source}!/"
    return failure.source.removeprefix(within) if failure.source.startswith(within) else ""


def _filling(message: str, name: str) -> str:
    """Return what fills a field of a message, or of one within it."""
    fields = message.fields if isinstance(message, Message) else {}
    return fields.get(name) or next(filter(None, (_filling(each, name) for each in fields.values())), "")


def _causes() -> dict[Cause, str]:
    """Return what to say of what is wrong with a document."""
    return {
        Cause.BINARY: tr(
            "its name says text, but its content is not; give it the suffix of what it is, or save it as text"
        ),
        Cause.COMPRESSION: tr("its compression is not supported; pack it as a plain .zip and send that"),
        Cause.CONVERT: tr(
            "this format cannot be read as it is; save it as .docx, .xlsx or .pdf and send that"
        ),
        Cause.DAMAGED: tr(
            "the file is damaged, cut off or not of this format; send it again, or open it and save it anew"
        ),
        Cause.DAMAGED_ARCHIVE: tr("the archive is damaged; pack or fetch it again"),
        Cause.DAMAGED_IMAGE: tr("the file is damaged or not a picture; scan it again or save it anew"),
        Cause.DAMAGED_PDF: tr(
            "the file is damaged or not a PDF; open it and save it anew, or print it as PDF again"
        ),
        Cause.EMPTY: tr("it is empty"),
        Cause.EMPTY_ROWS: tr("too many empty rows or columns; delete them and send it again"),
        Cause.ENCODING: tr("its encoding is wrong; save it as UTF-8"),
        Cause.ENCRYPTED: tr(
            "it is encrypted or has a password; remove the password, save it anew and send that"
        ),
        Cause.LABEL_COLUMN: tr("several columns look like labels; keep one only"),
        Cause.NEEDS_OCR: tr("it is a scan, and no text recognition is installed here; ask the administrator"),
        Cause.NESTED: tr(
            "archives or mails are nested too deeply; unpack the outer one and send what it holds"
        ),
        Cause.NO_TEXT: tr("it has no text, perhaps only pictures; print it as PDF and send that"),
        Cause.NO_WEB_PAGE: tr("the web page was not saved properly; save it again as .html"),
        Cause.NOT_JSON: tr("it is not valid JSON; export it again"),
        Cause.NOT_OPENED: tr("it cannot be opened; upload it again"),
        Cause.NOT_SUPPORTED: tr("{suffix} cannot be read"),
        Cause.QUOTATION: tr("quotation marks or separators are wrong here; correct them"),
        Cause.TEXT_COLUMN: tr(
            "a register must have just one column called 正文 or 内容; change its headings"
        ),
        Cause.TOO_LARGE: tr("it is too large or oddly built; split it or save it anew, and send that"),
        Cause.UNKNOWN_FORMAT: tr("its format cannot be told; give it the right suffix"),
        Cause.WRONG_SUFFIX: tr("its suffix does not fit what it holds; rename it to {known} and send that"),
        Cause.ZIP_BOMB: tr("unpacked it would be too large, perhaps a harmful file; it was not read"),
    }


def changes(
    before: Mapping[str, Any], after: Mapping[str, Any], answered: Sequence[EntityRecord]
) -> list[tuple[str, str]]:
    """Return what an event changed: the names of the fields, and what they were and are.

    Parameters
    ----------
    answered
        The entities that the model of the event found: those of a document that nobody has corrected.
    """
    return [
        (
            shown,
            _entity_changes(before.get(name), after.get(name), answered)
            if name == "entities"
            else f"{_value(name, before.get(name))} → {_value(name, after.get(name))}",
        )
        for name, shown in _field_names().items()
        if name in after and before.get(name) != after.get(name)
    ]


def _field_names() -> dict[str, str]:
    return {
        "state": tr_in("field", "state"),
        "label": tr_in("field", "label"),
        "office": tr_in("field", "office"),
        "person": tr_in("field", "person"),
        "lead": tr_in("field", "leading document"),
        "until": tr_in("field", "postponed until"),
        "note": tr_in("field", "note"),
        "entities": tr_in("field", "entities"),
        "answer": tr_in("field", "model's answer"),
    }


def _entity_changes(before: str | None, after: str | None, answered: Sequence[EntityRecord]) -> str:
    were, are = (
        {
            (each["start"], each["end"], each["label"]): tr("{kind} '{words}'").format(
                kind=kind_name(each["label"]), words=each["text"]
            )
            for each in (answered if value is None else json.loads(value))
        }
        for value in (before, after)
    )
    removed = [tr("less {entity}").format(entity=text) for place, text in were.items() if place not in are]
    added = [tr("plus {entity}").format(entity=text) for place, text in are.items() if place not in were]
    return tr_in("clause", ", ").join(removed + added) or tr_in("entities", "unchanged")


def _value(name: str, value: Any) -> str:
    if value is None:
        return "—"
    if name in ("label", "answer"):
        return label_name(value)
    if name == "state":
        return state_name(value)
    if name == "lead":
        return tr("No. {number}").format(number=value)
    return str(value)
