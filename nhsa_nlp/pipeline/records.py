"""From documents to records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, cast

from nhsa_nlp.errors import InputError
from nhsa_nlp.pipeline.raw import check_raw
from nhsa_nlp.record import Record

if TYPE_CHECKING:
    from spacy.language import Language

    from nhsa_nlp.io import Document
    from nhsa_nlp.record import ModelRecord

Analyser = Callable[[str], Record]
"""What makes the record of a raw text, without id and source: `nhsa_nlp.load_analyser` returns one."""


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
    try:
        record = analyser(document.text)
    except InputError as error:
        raise type(error)(str(error), document.source, cause=error.cause) from None
    record["id"], record["source"] = document.id, document.source
    if document.columns:
        record["columns"] = dict(document.columns)
    return record


def as_analyser(loaded: Analyser | Language) -> Analyser:
    """Return what makes records, be it given as such or as a pipeline of spaCy."""
    if not hasattr(loaded, "make_doc"):
        return loaded
    from nhsa_nlp.pipeline.extensions import MODEL_KEY, record_of
    from nhsa_nlp.pipeline.tokenizer import Tokenizer

    nlp = cast("Language", loaded)
    model: ModelRecord = {"name": nlp.meta.get("name", ""), "version": nlp.meta.get("version", "")}

    def analyse(text: str) -> Record:
        if isinstance(nlp.tokenizer, Tokenizer):
            return record_of(nlp(text))
        check_raw(text, nlp.max_length)  # what our tokenizer does, and it names the model
        doc = nlp.make_doc(text)
        doc.user_data[MODEL_KEY] = model
        return record_of(nlp(doc))

    return analyse
