"""Loaders of labelled data: topic labels, annotated entities, segmented sentences.

Training and evaluation read their data here and nowhere else. A file is either taken whole or
refused with its name, the line and what to do; nothing is skipped or repaired silently, because
a row lost at loading shifts every identifier after it.
"""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, cast, get_args

from nhsa_nlp.checks import SHOWN, InvalidItemError, field, is_number, lines, parse_object, show
from nhsa_nlp.data.tables import Row, read_table
from nhsa_nlp.errors import InputError, InputProblemsError
from nhsa_nlp.record import Op, Scalar
from nhsa_nlp.topic.labels import LABELS

EntityLabel = Literal["POLICY", "DOC_NO", "QUANTITY"]
"""The three kinds of entity that our own data annotates."""


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text and its topic label.

    Attributes
    ----------
    id
        What the file calls it; else ``reply-NNN`` or ``text-NNN``, NNN being the row counted from 0, in
        three digits or more.
    label
        The topic label as the file has it.
    text
        The raw text.
    line
        The line of the file (or row of the sheet) it begins on, counted from 1.
    """

    id: str
    label: str
    text: str
    line: int


@dataclass(frozen=True, slots=True)
class EntityAnnotation:
    """One annotated entity.

    Attributes
    ----------
    start, end
        Half-open code-point offsets into the raw text.
    label
        An `EntityLabel` in our own data; any other where `nhsa_nlp.data.annotations` reads it.
    text
        The raw characters at the offsets.
    alias
        POLICY: whether it is a short title; else None.
    ref
        Short title: the full title it stands for, empty if the document never gives it; else None.
    value
        QUANTITY: the number in the base unit, a pair for a range or ratio, None if it is not
        definite (``几个``). None for the other labels.
    unit, op
        QUANTITY: unit (may be empty) and comparison; else None.
    """

    start: int
    end: int
    label: str
    text: str
    alias: bool | None = None
    ref: str | None = None
    value: Scalar | tuple[Scalar, Scalar] | None = None
    unit: str | None = None
    op: Op | None = None


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
            raise InputError(_unknown_label(label, labels, first=number == 1), path, number)
        if not text.strip():
            raise InputError(
                f"no text after the label {show(label)}; add it or delete the line", path, number
            )
        replies.append(LabelledText(reply_id(len(replies)), label, text, number))
    return replies


TEXT_NAMES = (
    *("text", "content", "body", "正文", "内容", "文本", "全文", "答复内容", "答复正文", "答复"),
    *("document", "sentence", "review", "句子", "标题", "title", "headline"),
)
"""Names that columns of texts have, the likelier first; upper and lower case are the same."""
LABEL_NAMES = (
    *("label", "labels", "category", "class", "topic", "标签", "类别", "分类", "主题"),
    *("target", "tag", "type", "类型", "label_name"),
)
"""Names that columns of labels have."""
ID_NAMES = ("id", "编号", "文号", "doc_id", "序号")
"""Names that columns of identifiers have."""

_LONGEST_LABEL = 40  # characters; longer ones in a file without a header are taken for texts


def read_labelled(
    path: str | Path,
    text_column: str | None = None,
    label_column: str | None = None,
    id_column: str | None = None,
    problems: list[InputError] | None = None,
) -> list[LabelledText]:
    """Read labelled texts from a table: .csv, .tsv, .txt (with tabs), .xlsx, .jsonl or .json.

    Parameters
    ----------
    path
        The file. Its columns are found by the names in its first row (or of its JSON fields). Without a
        header a table of two columns is taken where it is certain which one has the labels.
    text_column, label_column
        The columns' names, if they are not among `TEXT_NAMES` and `LABEL_NAMES`; in a file without a
        header their numbers, counted from 1.
    id_column
        The column of the identifiers; without one the texts are numbered.
    problems
        If given, what is wrong with rows is added here instead of raised.

    Returns
    -------
    list of LabelledText
        In the order of the file; labels without the spaces around them. A list of several labels in JSON
        is one label, joined by ``x``.

    Raises
    ------
    InputError
        If the file cannot be read or it is not clear which columns are meant.
    InputProblemsError
        If rows lack a text or a label, have cells too many, or an identifier comes twice; all are named.
    """
    table = read_table(path)
    names, rows = table.names, table.rows
    if names is None:
        names, rows = _named(rows, [text_column, label_column, id_column])
    places = _places(names, rows, text_column, label_column, id_column, path)
    if not rows:
        raise InputError("the file holds a header and no rows", path)
    found: list[LabelledText] = []
    refused: list[InputError] = []
    seen: dict[str, int] = {}
    for number, row in enumerate(rows):
        cells = [
            row.cells[place] if place is not None and place < len(row.cells) else None for place in places
        ]
        text, label, identifier = cells
        if len(row.cells) > len(names) and any(row.cells[len(names) :]):
            what = (
                f"{len(row.cells)} cells but {len(names)} columns; a cell with the separator must be quoted"
            )
        elif text is None or not text.strip():
            what = f"no text in the column {show(names[places[0]])}; add it or delete the row"
        elif label is None or not label.strip():
            what = f"no label in the column {show(names[places[1]])}; add it or delete the row"
        elif identifier is not None and identifier in seen:
            what = f"the id {show(identifier)} was already on line {seen[identifier]}; rename one"
        else:
            name = identifier or f"text-{number:03d}"
            seen[name] = row.line
            found.append(LabelledText(name, label.strip(), text, row.line))
            continue
        refused.append(InputError(what, path, row.line))
    if refused and problems is None:
        raise InputProblemsError(refused)
    if problems is not None:
        problems += refused
    return found


def _named(rows: list[Row], asked: list[str | None]) -> tuple[tuple[str, ...], list[Row]]:
    """Return the columns' names and the rows below them; numbers where the first row has no names."""
    first = tuple((cell or "").strip() for cell in rows[0].cells)
    while first and not first[-1]:  # Excel keeps empty columns at the right
        first = first[:-1]
    known = {*TEXT_NAMES, *LABEL_NAMES, *ID_NAMES}
    if any(name and name in first for name in asked) or any(name.lower() in known for name in first):
        return first, rows[1:]
    return tuple(str(number) for number in range(1, max(len(row.cells) for row in rows) + 1)), rows


def _places(
    names: tuple[str, ...],
    rows: list[Row],
    text_column: str | None,
    label_column: str | None,
    id_column: str | None,
    path: str | Path,
) -> tuple[int, int, int | None]:
    """Return the positions of text, label and identifier."""
    lower = [name.lower() for name in names]

    def place(asked: str | None, option: str, likely: tuple[str, ...]) -> int | None:
        if asked is None:
            return next((lower.index(name) for name in likely if name in lower), None)
        if asked not in names:
            listed = ", ".join(map(show, names[:20]))
            raise InputError(f"no column {show(asked)} ({option}); the columns are {listed}", path)
        return names.index(asked)

    text = place(text_column, "--text-column", TEXT_NAMES)
    label = place(label_column, "--label-column", LABEL_NAMES)
    identifier = place(id_column, "--id-column", ID_NAMES)
    if id_column is None and identifier is not None:
        values = [row.cells[identifier] if identifier < len(row.cells) else None for row in rows]
        if len(set(values)) < len(values) or None in values:
            identifier = None  # a column that does not identify, such as a class number named id
    if len(names) == 2 and (text is None) != (label is None):
        text, label = (1 - label, label) if label is not None else (text, 1 - (text or 0))
    elif len(names) == 2 and text is None:
        text, label = _told_apart(rows, path)
    if text is None or label is None:
        missing = " and ".join(
            option for option, p in (("--text-column", text), ("--label-column", label)) if p is None
        )
        if {"data", "annotations"} <= set(names):
            raise InputError(
                "an export of Label Studio; make a table of it: nhsa-nlp convert FILE --output TABLE.csv",
                path,
            )
        listed = ", ".join(map(show, names[:20]))
        where = " of the first sheet, which alone is read," if Path(path).suffix.lower() == ".xlsx" else ""
        raise InputError(f"which column is it? Name it with {missing}; the columns{where} are {listed}", path)
    if text == label:
        raise InputError(f"the column {show(names[text])} cannot be both text and label", path)
    return text, label, identifier


def _told_apart(rows: list[Row], path: str | Path) -> tuple[int, int]:
    """Return which of two columns without names has the texts and which the labels, if that is certain."""
    columns = [[(row.cells[i] or "").strip() if i < len(row.cells) else "" for row in rows] for i in (0, 1)]

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
            "which column is the text? The file has no header that is known; name both with "
            "--text-column and --label-column (numbers from 1 if there is no header)",
            path,
        )
    label = as_labels.index(True)
    counts = Counter(columns[label])
    lengths = [len(text) for text in columns[1 - label]]
    if (
        counts[columns[label][0]] == 1
        and len(rows) > 2
        and (min(list(counts.values())[1:]) > 1 or lengths[0] < min(lengths[1:]))
    ):
        raise InputError(
            f"is this a header? {show(columns[label][0])} occurs nowhere else; name the columns with "
            "--text-column and --label-column",
            path,
            rows[0].line,
        )
    return 1 - label, label


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
        The file, UTF-8. Blank lines are taken as separators and skipped.

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


def _unknown_label(label: str, labels: Collection[str], *, first: bool) -> str:
    message = f"unknown label {show(label)}"
    if near := difflib.get_close_matches(label[:SHOWN], labels, n=1, cutoff=0.3):
        message += f"; did you mean {near[0]!r}?"
    message += f" The labels are {', '.join(labels)}"
    return message + ("; the file has no header line" if first else "")


def check_entity(entity: object, position: int, text: str, *, any_label: bool = False) -> EntityAnnotation:
    """Check one entity of a text.

    Parameters
    ----------
    entity
        The JSON value as read.
    position
        Which of the text's entities it is, counted from 1, for the message.
    text
        The raw text.
    any_label
        Take any label, and ask for the fields beside start, end and label only as far as they are there.

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
            alias, ref = _title(entity)
            return replace(found, alias=alias, ref=ref)
        if label == "QUANTITY" and (not any_label or "op" in entity):
            value, unit, op = _quantity(entity)
            return replace(found, value=value, unit=unit, op=op)
    except InvalidItemError as error:
        raise InvalidItemError(f"entity {position}: {error}") from None
    return found


def check_span(start: int, end: int, label: str, text: str, surface: str | None = None) -> EntityAnnotation:
    """Check the offsets and the label of an entity, and that ``surface`` (if given) stands there.

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


def _title(entity: dict[str, Any]) -> tuple[bool, str | None]:
    alias = field(entity, "alias", bool, "true or false")
    if alias:
        return True, field(entity, "ref", str, 'the full title, or "" if the text never gives it')
    if entity.get("ref"):
        raise InvalidItemError(
            f"the full title (alias false) has a ref, {show(entity['ref'])}; only a short title has"
        )
    return False, None


def _quantity(entity: dict[str, Any]) -> tuple[Scalar | tuple[Scalar, Scalar] | None, str, Op]:
    unit = field(entity, "unit", str, "a string")
    op = field(entity, "op", str, "a string")
    if op not in get_args(Op):
        raise InvalidItemError(f"unknown op {show(op)}; it is one of {', '.join(get_args(Op))}")
    if "value" not in entity:
        raise InvalidItemError("the field 'value' is missing; it must be a number, a pair of numbers or null")
    value = entity["value"]
    if isinstance(value, list) and len(value) == 2 and all(map(is_number, value)):
        return (value[0], value[1]), unit, cast(Op, op)
    if value is not None and not is_number(value):
        raise InvalidItemError(
            f"the field 'value' must be a number, a pair of numbers or null, not {show(value)}"
        )
    if op == "range":
        raise InvalidItemError(f"op 'range' needs a pair of numbers as value, not {show(value)}")
    return value, unit, cast(Op, op)


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
