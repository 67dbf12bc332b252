"""Loaders of labelled data: topic labels, annotated entities, segmented sentences.

Training and evaluation read their data here and nowhere else. A file is either taken whole or
refused with its name, the line and what to do; nothing is skipped or repaired silently, because
a row lost at loading shifts every identifier after it.
"""

from __future__ import annotations

import codecs
import difflib
import json
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, TypeVar, cast, get_args

from nhsa_nlp.errors import InputError
from nhsa_nlp.record import Op, Scalar

EntityLabel = Literal["POLICY", "DOC_NO", "QUANTITY"]
"""The three kinds of entity that are annotated."""

_T = TypeVar("_T")
_SHOWN = 40  # characters of a value that a message shows


@dataclass(frozen=True, slots=True)
class LabelledText:
    """A text and its topic label.

    Attributes
    ----------
    id
        ``reply-NNN``, NNN being the row counted from 0, in three digits or more.
    label
        The topic label as the file has it.
    text
        The raw text: all that follows the first tab of the line.
    line
        The line of the file, counted from 1.
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
        ``POLICY``, ``DOC_NO`` or ``QUANTITY``.
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
    label: EntityLabel
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
    for number, line, _ in _lines(path):
        label, tab, text = line.partition("\t")
        if not line.strip():
            raise InputError("the line is empty; delete it", path, number)
        if not tab:
            raise InputError(
                f"no tab in {_show(line)}; a line is a label, one tab and the text", path, number
            )
        if not label.strip():
            raise InputError("no label before the tab; a line is a label, one tab and the text", path, number)
        if labels is not None and label not in labels:
            raise InputError(_unknown_label(label, labels, first=number == 1), path, number)
        if not text.strip():
            raise InputError(
                f"no text after the label {_show(label)}; add it or delete the line", path, number
            )
        replies.append(LabelledText(reply_id(len(replies)), label, text, number))
    return replies


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
    for number, line, ended in _lines(path):
        record = _json_object(line, ended, path, number)
        try:
            identifier = _field(record, "id", str, "a string")
            if identifier not in texts:
                raise _RefusedError(
                    f"no text has the id {_show(identifier)}; annotations and texts must belong together"
                )
            if identifier in seen:
                raise _RefusedError(
                    f"the id {_show(identifier)} was already on line {seen[identifier]}; merge the two"
                )
            seen[identifier] = number
            text = texts[identifier]
            entities = [
                _entity(entity, position, text)
                for position, entity in enumerate(_field(record, "entities", list, "a list"), start=1)
            ]
            annotated.append(AnnotatedText(identifier, text, _in_order(entities)))
        except _RefusedError as error:
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
    sentences = [words for _, line, _ in _lines(path) if (words := line.split())]
    if not sentences:
        raise InputError("the file holds no words; a line is a sentence, its words separated by spaces", path)
    return sentences


class _RefusedError(Exception):
    """What is wrong with an object; the caller adds the file and the line."""


def _lines(path: str | Path) -> Iterator[tuple[int, str, bool]]:
    r"""Yield each line's number, its text and whether a line feed ends it; refuse an empty file.

    Bytes are read, not text: text mode would also break lines at a lone ``\r`` and could not name
    the line of a byte that is not UTF-8.
    """
    found = False
    try:
        with Path(path).open("rb") as file:
            for number, raw in enumerate(file, start=1):
                data = raw.removeprefix(codecs.BOM_UTF8) if number == 1 else raw
                if not data:
                    continue  # a byte order mark and nothing else
                try:
                    line = data.decode("utf-8")
                except UnicodeDecodeError as error:
                    raise InputError(_not_utf8(data, error), path, number) from None
                found = True
                yield number, line.removesuffix("\n").removesuffix("\r"), line.endswith("\n")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise InputError(_unreadable(path, error), path) from None
    if not found:
        raise InputError("the file is empty", path)


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> str:
    if error.end == len(data) and error.reason == "unexpected end of data":
        return "the file ends within a character, so it was cut off; copy or export it again"
    return (
        f"byte 0x{data[error.start]:02x} at position {error.start + 1} of the line is not UTF-8; "
        "save the file as UTF-8 (files from older Chinese software are often GB18030)"
    )


def _unreadable(path: str | Path, error: OSError | ValueError) -> str:
    if isinstance(error, ValueError):
        return f"not a valid file name ({error})"
    if Path(path).is_dir():
        return "this is a folder; give the file in it"
    if isinstance(error, FileNotFoundError):
        return "there is no such file; check the name and the folder"
    if isinstance(error, PermissionError):
        return "no permission to read the file; ask its owner or change its mode"
    return f"the file cannot be read ({error.strerror or error})"


def _unknown_label(label: str, labels: Collection[str], *, first: bool) -> str:
    message = f"unknown label {_show(label)}"
    if near := difflib.get_close_matches(label[:_SHOWN], labels, n=1, cutoff=0.3):
        message += f"; did you mean {near[0]!r}?"
    message += f" The labels are {', '.join(labels)}"
    return message + ("; the file has no header line" if first else "")


def _json_object(line: str, ended: bool, path: str | Path, number: int) -> dict[str, Any]:
    """Parse one line; an object broken off on a last line without a line feed means a cut-off file."""
    try:
        parsed = json.loads(line, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        reason = f"{error.msg} at column {error.colno}" if isinstance(error, json.JSONDecodeError) else error
        if not line.strip():
            message = "the line is empty; delete it"
        elif not ended and line.startswith("{"):
            message = f"the last line is cut off ({reason}); copy or export the file again"
        else:
            message = f"not JSON ({reason}); a line is one JSON object"
        raise InputError(message, path, number) from None
    if not isinstance(parsed, dict):
        raise InputError(
            f'not a JSON object but {_show(parsed)}; a line is {{"id": …, "entities": […]}}', path, number
        )
    return parsed


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is not a JSON number")


def _field(record: dict[str, Any], name: str, kind: type[_T], wanted: str) -> _T:
    if name not in record:
        raise _RefusedError(f"the field {name!r} is missing; it must be {wanted}")
    value = record[name]
    # bool is a subclass of int, and true is no offset
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise _RefusedError(f"the field {name!r} must be {wanted}, not {_show(value)}")
    return value


def _entity(entity: object, position: int, text: str) -> EntityAnnotation:
    """Check one entity of a text; ``position`` counts from 1 and is for the message."""
    try:
        if not isinstance(entity, dict):
            raise _RefusedError(f"must be a JSON object, not {_show(entity)}")
        label = _field(entity, "label", str, "a string")
        if label not in get_args(EntityLabel):
            raise _RefusedError(
                f"unknown label {_show(label)}; the labels are {', '.join(get_args(EntityLabel))}"
            )
        start, end, surface = _span(entity, text)
        alias = ref = value = unit = op = None
        if label == "POLICY":
            alias, ref = _title(entity)
        elif label == "QUANTITY":
            value, unit, op = _quantity(entity)
    except _RefusedError as error:
        raise _RefusedError(f"entity {position}: {error}") from None
    return EntityAnnotation(start, end, cast(EntityLabel, label), surface, alias, ref, value, unit, op)


def _span(entity: dict[str, Any], text: str) -> tuple[int, int, str]:
    start = _field(entity, "start", int, "an integer")
    end = _field(entity, "end", int, "an integer")
    surface = _field(entity, "text", str, "a string")
    if not 0 <= start < end <= len(text):
        raise _RefusedError(
            f"the offsets {_show(start)} to {_show(end)} must be in order and lie within 0 to {len(text)}"
        )
    # The lengths first, so that many long spans over a long text cost no more than the file's size.
    if end - start != len(surface) or text[start:end] != surface:
        raise _RefusedError(
            f"the text is {_show(surface)} but {_show(text[start : min(end, start + _SHOWN + 1)])} stands at "
            f"{start} to {end}; offsets count code points of the raw text"
        )
    return start, end, surface


def _title(entity: dict[str, Any]) -> tuple[bool, str | None]:
    alias = _field(entity, "alias", bool, "true or false")
    if alias:
        return True, _field(entity, "ref", str, 'the full title, or "" if the text never gives it')
    if entity.get("ref"):
        raise _RefusedError(
            f"the full title (alias false) has a ref, {_show(entity['ref'])}; only a short title has"
        )
    return False, None


def _quantity(entity: dict[str, Any]) -> tuple[Scalar | tuple[Scalar, Scalar] | None, str, Op]:
    unit = _field(entity, "unit", str, "a string")
    op = _field(entity, "op", str, "a string")
    if op not in get_args(Op):
        raise _RefusedError(f"unknown op {_show(op)}; it is one of {', '.join(get_args(Op))}")
    if "value" not in entity:
        raise _RefusedError("the field 'value' is missing; it must be a number, a pair of numbers or null")
    value = entity["value"]
    if isinstance(value, list) and len(value) == 2 and all(map(_is_number, value)):
        return (value[0], value[1]), unit, cast(Op, op)
    if value is not None and not _is_number(value):
        raise _RefusedError(
            f"the field 'value' must be a number, a pair of numbers or null, not {_show(value)}"
        )
    if op == "range":
        raise _RefusedError(f"op 'range' needs a pair of numbers as value, not {_show(value)}")
    return value, unit, cast(Op, op)


def _is_number(value: object) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (
        isinstance(value, float) and math.isfinite(value)
    )


def _in_order(entities: list[EntityAnnotation]) -> tuple[EntityAnnotation, ...]:
    ordered = sorted(entities, key=lambda entity: (entity.start, entity.end))
    for left, right in pairwise(ordered):
        if right.start < left.end:
            raise _RefusedError(
                f"{_show(left.text)} at {left.start} to {left.end} overlaps {_show(right.text)} "
                f"at {right.start} to {right.end}; keep the outer one"
            )
    return tuple(ordered)


def _show(value: object) -> str:
    """Return a value for a message: one line, short, nothing unprintable."""
    if isinstance(value, str):
        return repr(value if len(value) <= _SHOWN else value[:_SHOWN] + "…")
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    return json.dumps(value)[:_SHOWN]
