"""What the pages call things, in the language of whoever reads them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from nhsa_nlp.desk.accounts import LOCAL_USER
from nhsa_nlp.desk.bundles import SYSTEM
from nhsa_nlp.desk.decisions import CHOICES
from nhsa_nlp.desk.intake import INBOX
from nhsa_nlp.messages import translate_message
from nhsa_nlp.pages.highlight import kind_name
from nhsa_nlp.record import EntityRecord
from nhsa_nlp.topic.labels import OUT_OF_SCOPE
from nhsa_nlp.translation import tr, tr_in

LABELS = {label: label.replace("x", "×") for label in CHOICES if label != OUT_OF_SCOPE}

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
    return tr("none of the three sectors") if label == OUT_OF_SCOPE else LABELS.get(label, label)


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


def not_read(kind: str, reason: str) -> str:
    """Return why a file was not read; the readers' reason itself stands with one that is not known."""
    for pattern, said in _reasons_not_read():
        if match := re.search(pattern, reason):
            return said.format(*match.groups())
    failure = {
        "unreadable": tr_in("failed", "cannot be read"),
        "too long": tr_in("failed", "it is too long; split it and send the parts"),
        "timeout": tr_in("failed", "reading it took too long; split it and send the parts"),
        "memory": tr_in("failed", "it needs too much memory; split it and send the parts"),
        "crash": tr_in("failed", "the program broke off while reading it; tell the administrator"),
        "error": tr_in("failed", "the program failed while reading it; tell the administrator"),
    }[kind]
    return tr("{failure} ({reason})").format(failure=failure, reason=translate_message(reason))


def _reasons_not_read() -> tuple[tuple[str, str], ...]:
    """Return what to say of the readers' reasons, the first that fits; ``{}`` is what is in brackets."""
    return (
        (
            r"encrypted|password",
            tr("it is encrypted or has a password; remove the password, save it anew and send that"),
        ),
        (r"holds no web page", tr("the web page was not saved properly; save it again as .html")),
        (
            r"perhaps only pictures",
            tr("it has no text, perhaps only pictures; print it as PDF and send that"),
        ),
        (
            r"perhaps only scanned",
            tr("it has no text, perhaps only scanned pages; make a PDF of it and send that"),
        ),
        (
            r"needs OCR|no text that can be read as it is",
            tr("it is a scan, and no text recognition is installed here; ask the administrator"),
        ),
        (r"is empty|holds no (?:text|records)", tr("it is empty")),
        (
            r"zip bomb|share their data|is too much: the archive",
            tr("unpacked it would be too large, perhaps a harmful file; it was not read"),
        ),
        (
            r"archives or mails deep",
            tr("archives or mails are nested too deep; unpack the outer one and send what it holds"),
        ),
        (r"packed by method", tr("its compression is not supported; pack it as a plain .zip and send that")),
        (
            r"not a zip file|cannot be unpacked|fetch or pack it again",
            tr("the archive is damaged; pack or fetch it again"),
        ),
        (r"rename it to (\.\w+)", tr("its suffix does not fit what it holds; rename it to {} and send that")),
        (r"--convert-to (\w+)", tr("this format cannot be read as it is; save it as .{} and send that")),
        (r"save it as (\.\w+)", tr("this format cannot be read as it is; save it as {} and send that")),
        (
            r"damaged PDF|not a PDF",
            tr("the PDF is damaged or none; open it and save it anew, or print it as PDF again"),
        ),
        (r"(?:damaged|not an?) image", tr("the picture is damaged or none; scan it again or save it anew")),
        (
            r"is a binary file|neither its name nor its beginning",
            tr("its format cannot be told; give it the right suffix"),
        ),
        (r"cannot read (\.\S+);", tr("{} cannot be read")),
        (
            r"has no column|could hold the text",
            tr("a register must have just one column called 正文 or 内容; change its headings"),
        ),
        (r"could hold the label", tr("several columns look like labels; keep one only")),
        (
            r"quotation mark|the row has more than",
            tr("quotation marks or separators are wrong here; correct them"),
        ),
        (
            r"NUL character|encoding|(?:not|begins as|marked as) (?:utf|UTF|gb)",
            tr("its encoding is wrong; save it as UTF-8"),
        ),
        (
            r"empty rows in one place|lacks more than",
            tr("too many empty rows or columns; delete them and send it again"),
        ),
        (r"JSON|nested", tr("it is no proper JSON; export it again")),
        (r"Parquet", tr("the Parquet file is damaged; export it again")),
        (
            r"damaged|as a web page|not an? (?:Excel|Word|OFD)",
            tr("the file is damaged or not of this format; open it and save it anew"),
        ),
        (r"more memory", tr("it needs too much memory; split it and send the parts")),
        (r"--timeout", tr("reading it took too long; split it and send the parts")),
        (r"process that ", tr("the program broke off while reading it; tell the administrator")),
        (
            r"more than|longer than|at most|too deep",
            tr("it is too large or oddly built; split it or save it anew, and send that"),
        ),
        (r"cannot be read: ", tr("it cannot be opened; upload it again")),
    )


def local_time(moment: str | None) -> str:
    """Return a time of the database as a clock on the wall shows it."""
    if moment is None:
        return ""
    return datetime.fromisoformat(moment).astimezone().strftime("%Y-%m-%d %H:%M")


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
