"""The sheet on which people correct labels, and the way back into training data."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from nhsa_nlp.checks import show
from nhsa_nlp.data.corpus import LabelledText, labelled_rows, labelled_text
from nhsa_nlp.errors import InputError
from nhsa_nlp.io import Document
from nhsa_nlp.io.tables.rows import NoColumnError
from nhsa_nlp.io.writers.summary import heading
from nhsa_nlp.labelling.audit import Audit, Finding
from nhsa_nlp.labelling.reasons import reasons
from nhsa_nlp.labelling.workbook import Cell, write_workbook
from nhsa_nlp.topic.labels import OUR_LABELS
from nhsa_nlp.translation import LANGUAGES, Message, current_language

COLUMNS = (
    "id",
    "text",
    "label",
    "given label",
    "suggested label",
    "probability",
    "probability of given",
    "reason",
    "near-duplicate of",
    "row",
    "sha256",
)


def write_corrections(path: str | Path, audit: Audit) -> None:
    """Write an audit as a workbook: a document a row, the most doubtful first, to be corrected.

    The column ``label`` is the one to correct: it holds the given label and offers the others, of our own
    labels also ``out_of_scope`` and ``near_scope``. So whatever reads the columns ``text`` and ``label``
    reads the corrected data; ``given label`` tells what changed.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    rows = (_row(audit, finding) for finding in audit.findings)
    ours = set(audit.classes) <= set(OUR_LABELS)
    write_workbook(path, COLUMNS, rows, choose="label", labels=OUR_LABELS if ours else audit.classes)


def _row(audit: Audit, finding: Finding) -> Sequence[Cell]:
    index = finding.index
    similar = (
        audit.ids[pair.other if pair.one == index else pair.one] + (" ≠" if pair.contradictory else "")
        for pair in finding.similar
    )
    return (
        audit.ids[index],
        audit.texts[index],
        finding.given,
        finding.given,
        finding.suggested,
        round(finding.p_suggested, 3),
        round(finding.p_given, 3),
        "；".join(reasons(audit, finding)),
        " ".join(similar),
        index + 1,
        _hash(audit.texts[index]),
    )


def read_corrections(
    path: str | Path, originals: Sequence[LabelledText] | None = None
) -> Iterator[LabelledText]:
    """Read a corrected workbook.

    Parameters
    ----------
    path
        A workbook that `write_corrections` wrote and people filled in.
    originals
        The data that was audited. The texts are taken from here, in this order, and every document must
        be in the sheet; without it the texts are those of the sheet, in the order of its column ``row``.

    Raises
    ------
    InputError
        If the file is not such a workbook, an id comes twice, a label is missing, or not one of the
        seven, ``out_of_scope`` or ``near_scope`` where all given labels are, or, without ``originals``, a
        text is not whole in the sheet.
    """
    found: dict[str, LabelledText] = {}
    places: dict[str, int] = {}
    given: set[str] = set()
    for row, cells in _rows(path):
        item = labelled_text(row)
        problem = None
        if missing := [name for name in ("given label", "sha256") if name not in cells]:
            problem = Message(
                "the column {column!r} is missing; give the sheet that the audit wrote", column=missing[0]
            )
        elif item.id in found:
            problem = Message(
                "the id {id} was already in row {number}; rename one",
                id=show(item.id),
                number=found[item.id].line,
            )
        elif originals is None and _hash(item.text) != cells["sha256"]:
            problem = Message(
                "the text of {id} is not the whole original one (a cell holds 32,000 characters and "
                "one kind of line end); give the audited file with --data",
                id=show(item.id),
            )
        if problem:
            raise InputError(problem, path, item.line)
        found[item.id] = item
        given.add(str(cells["given label"]))
        place = str(cells.get("row", ""))
        places[item.id] = int(place) if place.isdecimal() else item.line
    if given <= set(OUR_LABELS):
        for item in found.values():
            if item.label not in OUR_LABELS:
                raise InputError(
                    "unknown label {label}; the labels are {listed}",
                    path,
                    item.line,
                    label=show(item.label),
                    listed=", ".join(OUR_LABELS),
                )
    if originals is None:
        yield from sorted(found.values(), key=lambda item: places[item.id])
        return
    for original in originals:
        if original.id not in found:
            raise InputError(
                "{id} is not in the sheet; give the data that was audited", path, id=show(original.id)
            )
        yield replace(original, label=found.pop(original.id).label)
    if found:
        raise InputError(
            "{id} is not in the data; give the data that was audited", path, id=show(next(iter(found)))
        )


def is_sheet(path: str | Path) -> bool:
    """Tell whether `write_corrections` wrote a workbook, in whatever language."""
    try:
        _, cells = next(_rows(path))
    except (InputError, StopIteration):
        return False
    return {"given label", "sha256"} <= cells.keys()


def _rows(path: str | Path) -> Iterator[tuple[Document, dict[str, Any]]]:
    """Yield the rows, each with its cells by their names in `COLUMNS`, in whatever language it is.

    Raises
    ------
    InputError
        If a row cannot be used.
    """
    problem: NoColumnError | None = None
    for language in sorted(LANGUAGES, key=lambda language: language != current_language()):
        names = {heading(key, language): key for key in COLUMNS}
        rows = labelled_rows(path, *(heading(key, language) for key in ("text", "label", "id")))
        try:
            for row in rows:
                if isinstance(row, InputError):
                    raise row
                yield row, {names.get(name, name): value for name, value in row.columns.items()}
        except NoColumnError as error:
            problem = problem or error
        else:
            return
    if problem is not None:
        raise problem


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
