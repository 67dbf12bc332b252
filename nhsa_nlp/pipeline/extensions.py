"""The attributes nhsa-nlp adds to spaCy's ``Doc`` and ``Span``; the only place that registers them.

What is stored is JSON primitives only, so that ``Doc.to_bytes`` and ``DocBin(store_user_data=True)`` keep it.

========================  =====================================================================
``doc._.topic``           the topic record of the document, None before the component has run
``doc._.letter``          the letter record
``doc._.entities``        the entity records, in order
``doc._.record``          all of it as one `nhsa_nlp.record.Record`
``ent._.quantity``        ``{"value", "unit", "op"}`` of a QUANTITY, else None
``ent._.policy``          ``{"title", "alias", "ref", "doc_no"}`` of a POLICY, else None
``ent._.normalized``      the standard form of a DOC_NO, else None
========================  =====================================================================
"""

from __future__ import annotations

import hashlib
from typing import Any

from spacy.tokens import Doc, Span

from nhsa_nlp.record import Record

# Where the pipeline keeps what is known of a document besides its text.
ID_KEY, SOURCE_KEY, MODEL_KEY = "nhsa_id", "nhsa_source", "nhsa_model"
UNNAMED = "document"


def register() -> None:
    """Add the attributes; calling it again changes nothing.

    Raises
    ------
    RuntimeError
        If another package has registered one of the names.
    """
    for kind, name, options in _extensions():
        if not kind.has_extension(name):
            kind.set_extension(name, **options)
        elif _differs(kind.get_extension(name), options):
            raise RuntimeError(
                f"another package has registered {kind.__name__}._.{name}; load nhsa-nlp without it"
            )


def _extensions() -> list[tuple[Any, str, dict[str, Any]]]:
    return [
        (Doc, "topic", {"default": None}),
        (Doc, "letter", {"default": None}),
        (Doc, "entities", {"default": None}),
        (Doc, "record", {"getter": make_record}),
        (Span, "quantity", {"default": None}),
        (Span, "policy", {"default": None}),
        (Span, "normalized", {"default": None}),
    ]


def _differs(registered: tuple[Any, ...], options: dict[str, Any]) -> bool:
    default, _, getter, _ = registered
    own = options.get("getter")
    return default is not None or (
        getter is not own and getattr(getter, "__name__", None) != getattr(own, "__name__", None)
    )


def make_record(doc: Doc) -> Record:
    """Return the record of a processed document; what no component has filled is None or empty."""
    text = doc.text
    model = doc.user_data.get(MODEL_KEY) or {}
    return {
        "id": doc.user_data.get(ID_KEY, UNNAMED),
        "source": doc.user_data.get(SOURCE_KEY, ""),
        "sha256": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest(),
        "chars": len(text),
        "topic": doc._.topic,
        "entities": doc._.entities or [],
        "letter": doc._.letter,
        "model": {"name": model.get("name", ""), "version": model.get("version", "")},
    }
