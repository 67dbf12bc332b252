"""Loaders of labelled data: topic labels and segmented sentences; of entities see `nhsa_nlp.data.entities`.

Training and evaluation read their data here and nowhere else. A file is either taken whole or
refused with its name, the line and what to do; nothing is skipped or repaired silently, because
a row lost at loading shifts every identifier after it.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from nhsa_nlp.checks import SHOWN, InvalidItemError, field, lines, parse_object, show
from nhsa_nlp.errors import InputError, InputProblemsError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.find import find_documents
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.readers import TABLES, expand, unique_id
from nhsa_nlp.io.source import Source
from nhsa_nlp.io.tables.rows import NoColumnError
from nhsa_nlp.topic.labels import LABELS, NEAR_SCOPE, OUT_OF_SCOPE
from nhsa_nlp.translation import Message


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text and its topic label."""

    id: str
    """What the file calls it; else ``reply-NNN`` or ``text-NNN``, NNN being the row counted from 0, in three
    digits or more."""
    label: str
    """The topic label as the file has it."""
    text: str
    """The raw text."""
    line: int
    """The line of the file (or row of the sheet) it begins on, counted from 1."""
    genre: str = ""
    """``reply`` where the label is in the office's practice, another where it follows the definitions of the
    sectors; empty if the file does not say."""
    group: str = ""
    """The matter: texts on the same are not learned from and tested on at once; empty if there is none."""
    origin: str = ""
    """What kind of writer or place it comes from, for reports; empty if the file does not say."""


def read_replies(path: str | Path, labels: Collection[str] | None = None) -> list[LabelledText]:
    r"""Read labelled texts, ``label<TAB>text`` a line, UTF-8, without a header.

    Parameters
    ----------
    path
        The file. A byte order mark and Windows line ends are tolerated.
    labels
        The labels allowed; any label is taken if None.

    Returns
    -------
    list of LabelledText
        One a line, in the order of the file.

    Raises
    ------
    InputError
        If the file cannot be read, is empty or is not UTF-8, or if a line has no tab, no text, no
        label or a label not among ``labels``.
    """
    replies: list[LabelledText] = []
    for number, line, _ in lines(path):
        label, tab, text = line.partition("\t")
        if not line.strip():
            raise InputError("the line is empty; delete it", path, number)
        if not tab:
            raise InputError(
                "no tab in {text}; a line is a label, one tab and the text", path, number, text=show(line)
            )
        if not label.strip():
            raise InputError("no label before the tab; a line is a label, one tab and the text", path, number)
        if labels is not None and label not in labels:
            near = difflib.get_close_matches(label[:SHOWN], labels, n=1, cutoff=0.3)
            listed = ", ".join(labels)
            if number == 1:
                listed = Message("{listed}; the file has no header line", listed=listed)
            message = Message(
                "unknown label {label}; the labels are {listed}", label=show(label), listed=listed
            )
            if near:
                message = Message(
                    "unknown label {label}; did you mean {near!r}? The labels are {listed}",
                    label=show(label),
                    near=near[0],
                    listed=listed,
                )
            raise InputError(message, path, number)
        if not text.strip():
            raise InputError(
                "no text after the label {label}; add it or delete the line", path, number, label=show(label)
            )
        replies.append(LabelledText(reply_id(len(replies)), label, text, number))
    return replies


def are_proposals(path: str | Path) -> bool:
    """Tell whether a file is one that `read_proposals` reads: the first line has title, text, label."""
    if Path(path).suffix.lower() != ".jsonl":
        return False
    number, first, ended = next(lines(path))
    try:
        item = parse_object(first, ended, path, number)
    except InputError:
        return False
    return {"title", "text", "label"} <= item.keys()


def read_proposals(path: str | Path, labels: Collection[str] | None = LABELS) -> list[LabelledText]:
    """Read labelled proposals, an object a line: ``title``, ``text``, ``label`` and what is known beside.

    The text is the title and the text below it; one of them may be empty. A ``label`` of null is that of a
    text of no sector, whose ``scope`` (``near_scope``, else ``out_of_scope``) is taken for it. ``id``,
    ``genre``, ``group`` and ``origin`` are optional; any other field is left aside.

    Parameters
    ----------
    path
        The file, UTF-8.
    labels
        The labels allowed beside the two scopes; any label is taken if None.

    Raises
    ------
    InputError
        If the file cannot be read, or a line is not such an object.
    """
    found: list[LabelledText] = []
    for number, line, ended in lines(path):
        item = parse_object(line, ended, path, number)
        try:
            found.append(_proposal(item, number, len(found), labels))
        except InvalidItemError as error:
            raise InputError(str(error), path, number) from None
    return found


def _proposal(item: dict[str, Any], number: int, row: int, labels: Collection[str] | None) -> LabelledText:
    title, text = (field(item, name, str, "a string") for name in ("title", "text"))
    whole = "\n".join(part for part in (title, text) if part.strip())
    if not whole:
        raise InvalidItemError("both title and text are empty; add one or delete the line")
    label = item.get("label", "")
    if label is None:
        label = item.get("scope", OUT_OF_SCOPE)
        if label not in (OUT_OF_SCOPE, NEAR_SCOPE):
            raise InvalidItemError(
                "scope is {label}; it is {outside} or {near}",
                label=show(label),
                outside=OUT_OF_SCOPE,
                near=NEAR_SCOPE,
            )
    elif not isinstance(label, str) or not label.strip():
        raise InvalidItemError("label is not a string; give a label, or null for a text of no sector")
    elif labels is not None and label not in (*labels, OUT_OF_SCOPE, NEAR_SCOPE):
        raise InvalidItemError(
            "unknown label {label}; the labels are {labels}, or null",
            label=show(label),
            labels=", ".join(labels),
        )
    known = {name: item.get(name) or "" for name in ("id", "genre", "group", "origin")}
    if wrong := [name for name, value in known.items() if not isinstance(value, str)]:
        raise InvalidItemError("{name} is not a string", name=wrong[0])
    identifier = known.pop("id") or f"text-{row:03d}"
    return LabelledText(identifier, label, whole, number, **known)


_LONGEST_LABEL = 40  # characters; longer ones in a file without a header must be texts


def read_labelled_table(
    path: str | Path,
    text_column: str | None = None,
    label_column: str | None = None,
    id_column: str | None = None,
    problems: list[InputError] | None = None,
) -> list[LabelledText]:
    """Read labelled texts from a table, as ``label`` reads its rows.

    Parameters
    ----------
    path
        The file: one of `nhsa_nlp.io.readers.TABLES`, or .txt with tabs. Without a header a table of two
        columns is taken where it is certain which one has the labels.
    text_column, label_column
        The columns' names, if they are not known ones; in a file without a header their numbers, counted
        from 1.
    id_column
        The column of the identifiers.
    problems
        If given, what is wrong with rows is added here instead of raised.

    Returns
    -------
    list of LabelledText
        In the order of the file; labels without the spaces around them. A list of several labels in JSON
        is one label, joined by ``x``. The ids are those that ``label`` gives.

    Raises
    ------
    InputError
        If the file cannot be read or it is not clear which columns are meant.
    InputProblemsError
        If rows lack a text or a label, have too many cells, or an identifier that was asked for comes
        twice; all are named.
    """
    columns = (text_column, label_column, id_column)
    try:
        parts = list(labelled_rows(path, *columns))
    except NoColumnError as error:
        if any(columns):
            raise
        parts = _without_header(path, error)
    found: list[LabelledText] = []
    refused: list[InputError] = []
    taken: dict[str, int] = {}
    first: dict[str, int] = {}
    for part in parts:
        if isinstance(part, InputError):
            refused.append(part)
            continue
        item = labelled_text(part)
        if id_column is not None and item.id in first:
            what = Message(
                "the id {id} was already on line {number}; rename one",
                id=show(item.id),
                number=first[item.id],
            )
            refused.append(InputError(what, path, item.line))
            continue
        first[item.id] = item.line
        found.append(replace(item, id=unique_id(item.id, taken)))
    if refused and problems is None:
        raise InputProblemsError(refused)
    if problems is not None:
        problems += refused
    return found


def labelled_rows(
    path: str | Path,
    text_column: str | None = None,
    label_column: str | None = None,
    id_column: str | None = None,
) -> Iterator[Document | InputError]:
    """Yield the rows of a table of labelled texts, see `read_labelled_table`, or why one cannot be used.

    Raises
    ------
    InputError
        If the file cannot be read.
    NoColumnError
        If it lacks a column.
    """
    if not Path(path).exists():
        raise InputError("there is no such file; check the name and the folder", path)
    suffix = Path(path).suffix.lower()
    suffix = ".tsv" if suffix == ".txt" else suffix
    if suffix not in TABLES or Path(path).is_dir():
        raise InputError(
            "not a table that can be read; give one of {suffixes}, .txt",
            path,
            suffixes=", ".join(sorted(TABLES)),
        )
    (file,) = find_documents([path], TABLES)
    options = ReadOptions(
        text_column=text_column, id_column=id_column, label_column=label_column, labelled=True
    )
    for part in expand(Source(file.id, file.source, suffix, Path(path)), options):
        if isinstance(part, Source):
            raise InputError("is not a table but a {suffix}; give a table", path, suffix=part.suffix)
        if isinstance(part, Document):
            yield part
        else:
            if part.source == file.source:
                raise part.error
            yield part.error


def labelled_text(row: Document) -> LabelledText:
    """Return a row of `labelled_rows` as a labelled text."""
    return LabelledText(row.id, row.meta["label"], row.text, int(row.meta["line"]))


def _without_header(path: str | Path, error: NoColumnError) -> list[Document | InputError]:
    """Return the rows of a table of two columns without names; raise ``error`` if it is not one."""
    if Path(path).suffix.lower() in (".json", ".jsonl", ".ndjson"):
        if {"data", "annotations"} <= set(error.columns):
            raise InputError(
                "an export of Label Studio; make a table of it: nhsa-nlp convert FILE --output TABLE.csv",
                path,
            ) from None
        raise error
    try:
        parts = list(labelled_rows(path, "1", "2"))
    except NoColumnError:
        raise error from None
    rows = [part for part in parts if isinstance(part, Document)]
    if not rows or any(row.columns for row in rows):
        raise error
    columns = [row.text.strip() for row in rows], [row.meta["label"] for row in rows]
    return parts if _labels_are_second(columns, path) else list(labelled_rows(path, "2", "1"))


def _labels_are_second(columns: tuple[list[str], list[str]], path: str | Path) -> bool:
    """Tell which of two columns without names has the labels, if that is certain."""

    def looks_like_labels(column: list[str], other: list[str]) -> bool:
        different = set(column)
        short = max(map(len, column)) <= _LONGEST_LABEL
        return short and (
            different <= set(LABELS)
            or (2 * len(different) <= len(column) and 2 * len(different) <= len(set(other)))
        )

    as_labels = [looks_like_labels(columns[i], columns[1 - i]) for i in (0, 1)]
    if as_labels[0] == as_labels[1]:
        raise InputError(
            "which column is the text? The file has no known header; name both with "
            "--text-column and --label-column (numbers from 1 if there is no header)",
            path,
        )
    labels, texts = columns[as_labels.index(True)], columns[as_labels.index(False)]
    counts = Counter(labels)
    lengths = [len(text) for text in texts]
    if (
        counts[labels[0]] == 1
        and len(labels) > 2
        and (min(list(counts.values())[1:]) > 1 or lengths[0] < min(lengths[1:]))
    ):
        raise InputError(
            "is this a header? {label} occurs nowhere else; name the columns with --text-column and "
            "--label-column",
            path,
            1,
            label=show(labels[0]),
        )
    return as_labels[1]


def reply_id(row: int) -> str:
    """Return the identifier of a row of the replies, counted from 0: ``reply-007``."""
    return f"reply-{row:03d}"


def read_segmented(path: str | Path) -> list[list[str]]:
    """Read segmented sentences: one a line, its words separated by spaces.

    Parameters
    ----------
    path
        The file, UTF-8. Blank lines are skipped.

    Returns
    -------
    list of list of str
        The words of each sentence; no sentence and no word is empty.

    Raises
    ------
    InputError
        If the file cannot be read, holds no word or is not UTF-8.
    """
    sentences = [words for _, line, _ in lines(path) if (words := line.split())]
    if not sentences:
        raise InputError("the file holds no words; a line is a sentence, its words separated by spaces", path)
    return sentences
