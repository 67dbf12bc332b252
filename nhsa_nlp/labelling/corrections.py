"""The sheet on which people correct labels, and the way back into training data."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from nhsa_nlp.corpus import LabelledText
from nhsa_nlp.data_file import show
from nhsa_nlp.errors import InputError
from nhsa_nlp.labelling.audit import Audit, Finding
from nhsa_nlp.labelling.wording import reasons
from nhsa_nlp.labelling.workbook import Cell, read_workbook, write_workbook

CORRECTED = "corrected label"
COLUMNS = (
    "id",
    "text",
    "label",
    CORRECTED,
    "suggested label",
    "probability",
    "probability of label",
    "reason",
    "near-duplicate of",
    "row",
    "sha256",
)


def write_corrections(path: str | Path, audit: Audit) -> None:
    """Write an audit as a workbook: a document a row, the most doubtful first, to be corrected.

    The column ``corrected label`` is empty and offers the labels; whoever finds a label wrong chooses
    the right one there.

    Raises
    ------
    OutputError
        If the file cannot be written.
    """
    rows = (_row(audit, finding) for finding in audit.findings)
    write_workbook(path, COLUMNS, rows, choose=CORRECTED, labels=audit.classes)


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
        None,
        finding.suggested,
        round(finding.p_suggested, 3),
        round(finding.p_given, 3),
        "；".join(reasons(audit, finding)),
        " ".join(similar),
        index + 1,
        _hash(audit.texts[index]),
    )


def read_corrections(
    path: str | Path, originals: Sequence[LabelledText] | None = None, labels: Collection[str] | None = None
) -> Iterator[LabelledText]:
    """Read a corrected workbook: the corrected label where there is one, else the given one.

    Parameters
    ----------
    path
        A workbook that `write_corrections` wrote and people filled in.
    originals
        The data that was audited. The texts are taken from here, in this order, and every document must
        be in the sheet; without it the texts are those of the sheet, in the order of its column ``row``.
    labels
        The labels allowed; any label is taken if None.

    Yields
    ------
    LabelledText
        Each document.

    Raises
    ------
    InputError
        If the file is no such workbook, an id comes twice or is missing, a label is none or not among
        ``labels``, or, without ``originals``, a text is not whole in the sheet.
    """
    found: dict[str, LabelledText] = {}
    places: dict[str, int] = {}
    for number, cells in read_workbook(path):
        missing = [name for name in ("id", "text", "label", CORRECTED, "sha256") if name not in cells]
        if missing:
            raise InputError(
                f"the column {missing[0]!r} is missing; give the sheet that the audit wrote", path, number
            )
        identifier, label = cells["id"], cells[CORRECTED].strip() or cells["label"].strip()
        if not label:
            raise InputError(f"{show(identifier)} has no label; choose one", path, number)
        if labels is not None and label not in labels:
            raise InputError(f"unknown label {show(label)}; the labels are {', '.join(labels)}", path, number)
        if identifier in found:
            raise InputError(
                f"the id {show(identifier)} was already in row {found[identifier].line}", path, number
            )
        if originals is None and _hash(cells["text"]) != cells["sha256"]:
            raise InputError(
                f"the text of {show(identifier)} is not the whole original one (a cell holds "
                "32,000 characters and no line ends but one kind); give the audited file with --data",
                path,
                number,
            )
        found[identifier] = LabelledText(identifier, label, cells["text"], number)
        row = cells.get("row", "")
        places[identifier] = int(row) if row.isdecimal() else number
    if originals is None:
        yield from sorted(found.values(), key=lambda item: places[item.id])
        return
    for original in originals:
        if original.id not in found:
            raise InputError(f"{show(original.id)} is not in the sheet; give the data that was audited", path)
        yield replace(original, label=found.pop(original.id).label)
    if found:
        raise InputError(
            f"{show(next(iter(found)))} is not in the data; give the data that was audited", path
        )


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
