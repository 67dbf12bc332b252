"""From documents to records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, cast

from nhsa_nlp.errors import InputError, TooLongError
from nhsa_nlp.record import Record

if TYPE_CHECKING:
    from spacy.language import Language

    from nhsa_nlp.io import Document
    from nhsa_nlp.record import ModelRecord

Analyser = Callable[[str], Record]
"""What makes the record of a raw text, without id and source: `nhsa_nlp.load_analyser` returns one."""

MAX_CHARACTERS = 10_000_000
"""Longer documents are refused: ten million characters take two and a half gigabytes of memory."""


def check_raw(text: str, limit: int = MAX_CHARACTERS, source: str | None = None) -> None:
    """Refuse a text that cannot be analysed; ``source`` is the file that is named.

    Raises
    ------
    TooLongError
        If it has more characters than ``limit``.
    InputError
        If it is not valid Unicode.
    """
    if len(text) > limit:
        raise TooLongError(
            f"has {len(text):,} characters, at most {limit:,} can be labelled; split it", source
        )
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        raise InputError("holds half a surrogate pair, which is not text; fix the file", source) from None


def records(analyser: Analyser | Language, documents: Iterable[Document]) -> Iterator[Record]:
    """Label documents one by one, in order, by what `nhsa_nlp.load_analyser` or `nhsa_nlp.load` returned.

    They are taken one at a time, so a stream of any length needs constant memory.

    Raises
    ------
    InputError
        For a text that cannot be labelled: too long, or not valid Unicode.
    """
    analyser = as_analyser(analyser)
    for document in documents:
        yield label_document(analyser, document)


def label_document(analyser: Analyser, document: Document) -> Record:
    """Return the record of one document.

    Raises
    ------
    InputError
        For a text that cannot be labelled: too long, or not valid Unicode.
    """
    check_raw(document.text, source=document.source)
    record = analyser(document.text)
    record["id"], record["source"] = document.id, document.source
    if document.columns:
        record["columns"] = dict(document.columns)
    return record


def as_analyser(loaded: Analyser | Language) -> Analyser:
    """Return what makes records, be it given as such or as a pipeline of spaCy."""
    if not hasattr(loaded, "make_doc"):
        return loaded
    from nhsa_nlp.pipeline.extensions import MODEL_KEY, record_of

    nlp = cast("Language", loaded)
    model: ModelRecord = {"name": nlp.meta.get("name", ""), "version": nlp.meta.get("version", "")}

    def analyse(text: str) -> Record:
        check_raw(text, nlp.max_length)
        doc = nlp.make_doc(text)
        doc.user_data[MODEL_KEY] = model
        return record_of(nlp(doc))

    return analyse
