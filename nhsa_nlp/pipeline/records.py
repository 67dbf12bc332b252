"""From documents to records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from nhsa_nlp.record import Record

if TYPE_CHECKING:
    from spacy.language import Language

    from nhsa_nlp.io import Document


def records(nlp: Language, documents: Iterable[Document]) -> Iterator[Record]:
    """Label documents one by one, in order, by a pipeline from `nhsa_nlp.load`.

    They are taken one at a time, so a stream of any length needs constant memory.
    """
    from nhsa_nlp.pipeline.extensions import ID_KEY, MODEL_KEY, SOURCE_KEY, make_record

    model = {"name": nlp.meta.get("name", ""), "version": nlp.meta.get("version", "")}
    for document in documents:
        doc = nlp.make_doc(document.text)
        doc.user_data[ID_KEY] = document.id
        doc.user_data[SOURCE_KEY] = document.source
        doc.user_data[MODEL_KEY] = model
        record = make_record(nlp(doc))
        if document.columns:
            record["columns"] = dict(document.columns)
        yield record
