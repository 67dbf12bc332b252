"""Loaders of labelled data: topic labels, annotated entities, segmented sentences.

Training and evaluation read their data here and nowhere else. A file is either taken whole or
refused with its name, the line and what to do; nothing is skipped or repaired silently, because
a row lost at loading shifts every identifier after it.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, get_args

from nhsa_nlp.checks import SHOWN, InvalidItemError, field, is_number, lines, parse_object, show
from nhsa_nlp.errors import InputError, InputProblemsError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.find import find_documents
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.readers import TABLES, expand, unique_id
from nhsa_nlp.io.source import Source
from nhsa_nlp.io.tables.rows import NoColumnError
from nhsa_nlp.record import Op, Scalar
from nhsa_nlp.topic.labels import LABELS, NEAR_SCOPE, OUT_OF_SCOPE

EntityLabel = Literal["POLICY", "DOC_NO", "QUANTITY"]
"""The three kinds of entity that our own data annotates."""


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


@dataclass(frozen=True, slots=True)
class EntityAnnotation:
    """One annotated entity."""

    start: int
    end: int
    """Half-open code-point offsets into the raw text."""
    label: str
    """An `EntityLabel` in our own data; any other where `nhsa_nlp.data.annotations` reads it."""
    text: str
    """The raw characters at the offsets."""
    alias: bool | None = None
    """POLICY: whether it is a short title; else None."""
    ref: str | None = None
    """Short title: the full title it stands for, empty if the document never gives it; else None."""
    value: Scalar | tuple[Scalar, Scalar] | None = None
    """QUANTITY: the number in the base unit, a pair for a range or ratio, None if it is not definite
    (``几个``). None for the other labels."""
    unit: str | None = None
    op: Op | None = None
    """QUANTITY: unit (may be empty) and comparison; else None."""


@dataclass(frozen=True, slots=True)
class AnnotatedText:
    """A raw text and its entities, sorted by offset and free of overlaps."""

    id: str
    text: str
    entities: tuple[EntityAnnotation, ...]


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
            raise InputError(f"no tab in {show(line)}; a line is a label, one tab and the text", path, number)
        if not label.strip():
            raise InputError("no label before the tab; a line is a label, one tab and the text", path, number)
        if labels is not None and label not in labels:
            near = difflib.get_close_matches(label[:SHOWN], labels, n=1, cutoff=0.3)
            listed = ", ".join(labels)
            if number == 1:
                listed = f"{listed}; the file has no header line"
            message = f"unknown label {show(label)}; the labels are {listed}"
            if near:
                message = f"unknown label {show(label)}; did you mean {near[0]!r}? The labels are {listed}"
            raise InputError(message, path, number)
        if not text.strip():
            raise InputError(
                f"no text after the label {show(label)}; add it or delete the line", path, number
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
            raise InvalidItemError(f"scope is {show(label)}; it is {OUT_OF_SCOPE} or {NEAR_SCOPE}")
    elif not isinstance(label, str) or not label.strip():
        raise InvalidItemError("label is no string; give a label, or null for a text of no sector")
    elif labels is not None and label not in (*labels, OUT_OF_SCOPE, NEAR_SCOPE):
        raise InvalidItemError(f"unknown label {show(label)}; the labels are {', '.join(labels)}, or null")
    known = {name: item.get(name) or "" for name in ("id", "genre", "group", "origin")}
    if wrong := [name for name, value in known.items() if not isinstance(value, str)]:
        raise InvalidItemError(f"{wrong[0]} is no string")
    identifier = known.pop("id") or f"text-{row:03d}"
    return LabelledText(identifier, label, whole, number, **known)


_LONGEST_LABEL = 40  # characters; longer ones in a file without a header must be texts


def read_labelled(
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
            what = f"the id {show(item.id)} was already on line {first[item.id]}; rename one"
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
    """Yield the rows of a table of labelled texts, see `read_labelled`, or why one cannot be used.

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
        raise InputError(f"not a table that can be read; give one of {', '.join(sorted(TABLES))}, .txt", path)
    (file,) = find_documents([path], TABLES)
    options = ReadOptions(
        text_column=text_column, id_column=id_column, label_column=label_column, labelled=True
    )
    for part in expand(Source(file.id, file.source, suffix, Path(path)), options):
        if isinstance(part, Source):
            raise InputError(f"is not a table but a {part.suffix}; give a table", path)
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
            f"is this a header? {show(labels[0])} occurs nowhere else; name the columns with "
            "--text-column and --label-column",
            path,
            1,
        )
    return as_labels[1]


def reply_id(row: int) -> str:
    """Return the identifier of a row of the replies, counted from 0: ``reply-007``."""
    return f"reply-{row:03d}"


def read_entities(path: str | Path, texts: Mapping[str, str]) -> list[AnnotatedText]:
    """Read annotated entities, one JSON object a line, and check each against its text.

    Parameters
    ----------
    path
        The file: ``{"id": …, "entities": [{"start": …, "end": …, "label": …, "text": …, …}, …]}``.
        A short title (POLICY with ``alias`` true) has ``ref``; a QUANTITY has ``value``, ``unit``
        and ``op``. Fields beyond these are ignored.
    texts
        The raw text of each identifier.

    Returns
    -------
    list of AnnotatedText
        One a line, in the order of the file.

    Raises
    ------
    InputError
        If the file cannot be read, is empty, cut off or not UTF-8, or if a line is not such an
        object: wrong JSON, a field missing or of another type, an identifier unknown or given
        twice, an offset outside the text, an entity whose text is not what stands at its offsets,
        or two entities that overlap.
    """
    annotated: list[AnnotatedText] = []
    seen: dict[str, int] = {}
    for number, line, ended in lines(path):
        record = parse_object(line, ended, path, number)
        try:
            identifier = field(record, "id", str, "a string")
            if identifier not in texts:
                raise InvalidItemError(
                    f"no text has the id {show(identifier)}; annotations and texts must belong together"
                )
            if identifier in seen:
                raise InvalidItemError(
                    f"the id {show(identifier)} was already on line {seen[identifier]}; merge the two"
                )
            seen[identifier] = number
            text = texts[identifier]
            entities = [
                check_entity(entity, position, text)
                for position, entity in enumerate(field(record, "entities", list, "a list"), start=1)
            ]
            annotated.append(AnnotatedText(identifier, text, in_order(entities)))
        except InvalidItemError as error:
            raise InputError(str(error), path, number) from None
    return annotated


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


def check_entity(entity: object, position: int, text: str, *, any_label: bool = False) -> EntityAnnotation:
    """Check one entity of a text.

    Parameters
    ----------
    entity
        The JSON value as read.
    position
        Which of the text's entities it is, counted from 1, for the message.
    any_label
        Take any label, and check the fields beside start, end and label only if they are there.

    Raises
    ------
    InvalidItemError
        If something is wrong with it.
    """
    try:
        if not isinstance(entity, dict):
            raise InvalidItemError(f"must be a JSON object, not {show(entity)}")
        label = field(entity, "label", str, "a string")
        if not any_label and label not in get_args(EntityLabel):
            raise InvalidItemError(
                f"unknown label {show(label)}; the labels are {', '.join(get_args(EntityLabel))}"
            )
        surface = None if any_label and "text" not in entity else field(entity, "text", str, "a string")
        start, end = field(entity, "start", int, "an integer"), field(entity, "end", int, "an integer")
        found = check_span(start, end, label, text, surface)
        if label == "POLICY" and (not any_label or "alias" in entity):
            return replace(found, **_title(entity))
        if label == "QUANTITY" and (not any_label or "op" in entity):
            return replace(found, **_quantity(entity))
    except InvalidItemError as error:
        raise InvalidItemError(f"entity {position}: {error}") from None
    return found


def check_span(start: int, end: int, label: str, text: str, surface: str | None = None) -> EntityAnnotation:
    """Check the offsets and the label of an entity, and that ``surface`` (if given) is found there.

    Raises
    ------
    InvalidItemError
        If something is wrong with it.
    """
    if not label.strip():
        raise InvalidItemError("the label is empty; name it")
    if not 0 <= start < end <= len(text):
        raise InvalidItemError(
            f"the offsets {show(start)} to {show(end)} must be in order and lie within 0 to {len(text)}"
        )
    # The lengths first, so that many long spans over a long text cost no more than the file's size.
    if surface is not None and (end - start != len(surface) or text[start:end] != surface):
        raise InvalidItemError(
            f"the text is {show(surface)} but {show(text[start : min(end, start + SHOWN + 1)])} stands at "
            f"{start} to {end}; offsets count code points of the raw text"
        )
    return EntityAnnotation(start, end, label, text[start:end])


def _title(entity: dict[str, Any]) -> dict[str, Any]:
    if field(entity, "alias", bool, "true or false"):
        ref = field(entity, "ref", str, 'the full title, or "" if the text never gives it')
        return {"alias": True, "ref": ref}
    if entity.get("ref"):
        raise InvalidItemError(
            f"the full title (alias false) has a ref, {show(entity['ref'])}; only a short title has one"
        )
    return {"alias": False}


def _quantity(entity: dict[str, Any]) -> dict[str, Any]:
    unit = field(entity, "unit", str, "a string")
    op = field(entity, "op", str, "a string")
    if op not in get_args(Op):
        raise InvalidItemError(f"unknown op {show(op)}; it is one of {', '.join(get_args(Op))}")
    wanted = "must be a number, a pair of numbers or null"
    if "value" not in entity:
        raise InvalidItemError(f"the field 'value' is missing; it {wanted}")
    value = entity["value"]
    if isinstance(value, list) and len(value) == 2 and all(map(is_number, value)):
        value = tuple(value)
    elif value is not None and not is_number(value):
        raise InvalidItemError(f"the field 'value' {wanted}, not {show(value)}")
    elif op == "range":
        raise InvalidItemError(f"op 'range' needs a pair of numbers as value, not {show(value)}")
    return {"value": value, "unit": unit, "op": op}


def in_order(entities: Iterable[EntityAnnotation]) -> tuple[EntityAnnotation, ...]:
    """Return the entities of one text sorted by offset.

    Raises
    ------
    InvalidItemError
        If two of them overlap.
    """
    ordered = sorted(entities, key=lambda entity: (entity.start, entity.end))
    for left, right in pairwise(ordered):
        if right.start < left.end:
            raise InvalidItemError(
                f"{show(left.text)} at {left.start} to {left.end} overlaps {show(right.text)} "
                f"at {right.start} to {right.end}; keep the outer one"
            )
    return tuple(ordered)
