"""The objects in files of annotation tools, whatever was annotated."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

from nhsa_nlp.checks import InvalidItemError, field, lines, parse_object, reason_of, refuse_constant, show
from nhsa_nlp.data.corpus import LabelledText
from nhsa_nlp.data.entities import AnnotatedText
from nhsa_nlp.errors import InputError
from nhsa_nlp.translation import Message, located

Item = tuple[int | None, str, object]
"""The line (None in a list), the place in words, and an object of a file."""

_Text = TypeVar("_Text", AnnotatedText, LabelledText)

SPAN_RESULTS = ("labels", "hypertextlabels", "paragraphlabels")
"""Kinds of Label Studio's results that are labelled spans: of plain texts, web pages and dialogues."""


def json_items(path: str | Path) -> Iterator[Item]:
    """Yield the objects of JSON Lines or of one JSON list.

    Raises
    ------
    InputError
        If the file cannot be read, is empty, or is not JSON.
    """
    content = list(lines(path))
    if not any(line.lstrip().startswith("[") for _, line, _ in content[:1]):
        for number, line, ended in content:
            yield number, Message("on line {number}", number=number), parse_object(line, ended, path, number)
        return
    try:
        items = json.loads("\n".join(line for _, line, _ in content), parse_constant=refuse_constant)
    except json.JSONDecodeError as error:
        raise InputError(
            "not JSON ({problem} at column {column}); copy or export the file again",
            path,
            error.lineno,
            problem=error.msg,
            column=error.colno,
        ) from None
    except (ValueError, RecursionError) as error:
        raise InputError(
            "not JSON ({error}); copy or export the file again", path, error=reason_of(error)
        ) from None
    if not items:
        raise InputError("the list is empty; export the annotated texts", path)
    for number, item in enumerate(items, start=1):
        yield None, Message("item {number}", number=number), item


def read_texts(
    path: str | Path, items: Iterable[Item], read: Callable[[object, int, int | None], _Text | None]
) -> tuple[list[_Text], int]:
    """Return what ``read`` makes of the objects of a file, and how many it returns None for.

    Parameters
    ----------
    path
        The file, for messages.
    items
        Its objects.
    read
        Takes an object, its row counted from 0, and its line if there is one.

    Raises
    ------
    InputError
        If ``read`` raises InvalidItemError, or an identifier comes twice.
    """
    texts: list[_Text] = []
    places: dict[str, str] = {}
    left_out = 0
    for row, (line, place, item) in enumerate(items):
        try:
            text = read(item, row, line)
            if text is None:
                left_out += 1
                continue
            if text.id in places:
                raise InvalidItemError(
                    "the id {id} was already {place}; rename one or merge the two",
                    id=show(text.id),
                    place=places[text.id],
                )
        except InvalidItemError as error:
            raise InputError(error.message if line else located(place, error), path, line) from None
        places[text.id] = place if line else Message("at {place}", place=place)
        texts.append(text)
    return texts, left_out


def with_text(item: dict[str, Any]) -> dict[str, Any]:
    """Return an object with its text in the field ``text``: exports of doccano 1.5 call it ``data``."""
    if "text" in item or not isinstance(item.get("data"), str):
        return item
    return {**{name: value for name, value in item.items() if name != "data"}, "text": item["data"]}


def identifier_of(item: dict[str, Any], name: str) -> str:
    """Return the ``id`` of an object, ``name`` if it has none.

    Raises
    ------
    InvalidItemError
        If it is neither a string nor an integer.
    """
    identifier = item.get("id")
    if identifier is None:
        return name
    if isinstance(identifier, bool) or not isinstance(identifier, str | int) or not str(identifier).strip():
        raise InvalidItemError(
            "the field 'id' must be a string or an integer, not {value}", value=show(identifier)
        )
    return str(identifier)


def label_studio_results(task: dict[str, Any]) -> list[dict[str, Any]] | None:
    """Return the results of a task's annotation, None if nobody made one that was not cancelled.

    Raises
    ------
    InvalidItemError
        If it has several annotations of which none is marked as ground truth.
    """
    annotations = [
        annotation
        for annotation in field(task, "annotations", list, "a list")
        if not (isinstance(annotation, dict) and annotation.get("was_cancelled"))
    ]
    if len(annotations) > 1:
        chosen = [a for a in annotations if isinstance(a, dict) and a.get("ground_truth")]
        if len(chosen) != 1:
            raise InvalidItemError(
                "{count} annotations of one task; mark one of them as ground truth, or keep one",
                count=len(annotations),
            )
        annotations = chosen
    if not annotations:
        return None
    if not isinstance(annotations[0], dict):
        raise InvalidItemError("an annotation must be an object, not {value}", value=show(annotations[0]))
    results = field(annotations[0], "result", list, "a list")
    for result in results:
        if not isinstance(result, dict):
            raise InvalidItemError("a result must be an object, not {value}", value=show(result))
    return results


def check_item(*texts: str) -> None:
    """Check an identifier, a text and its labels, in this order.

    Raises
    ------
    InvalidItemError
        If the text is empty, or a half of a surrogate pair is in any.
    """
    if not texts[1].strip():
        raise InvalidItemError("the text is empty; delete the item")
    try:
        "".join(texts).encode("utf-8")
    except UnicodeEncodeError as error:
        raise InvalidItemError(
            "half a character (\\u{code:04x}), so text was lost earlier; export it again",
            code=ord(error.object[error.start]),
        ) from None
