"""The citation graph, documents to policies, as GraphML (Brandes et al. 2002): networkx and Gephi read it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from xml.sax.saxutils import escape  # only writes

from nhsa_nlp.archive.policies.citations import CitedPolicy, CitingDocument
from nhsa_nlp.archive.policies.table import issuer
from nhsa_nlp.io.writers.ownership import MADE_HERE

_NAMESPACE = "http://graphml.graphdrawing.org/xmlns"
# ``label`` is the name that Gephi shows.
_NODE_KEYS = dict.fromkeys(("label", "kind", "source", "topic", "date", "number", "issuer"), "string")
_NODE_KEYS |= dict.fromkeys(("year", "citations", "documents", "drafts"), "int")
_EDGE_KEYS = {"count": "int"}
# Characters that no XML document can hold, escaped or not.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def to_graphml(policies: Sequence[CitedPolicy], documents: Sequence[CitingDocument]) -> str:
    """Return the directed graph of ``Archive.documents`` whose edges lead to the policies they cite.

    Nodes have the attribute ``kind``, ``document`` or ``policy``, and what is known of them; edges have
    ``count``, how often the document cites the policy. Documents that cite nothing are in it.
    """
    parts = [f'<?xml version="1.0" encoding="UTF-8"?>\n<!-- {MADE_HERE.decode()} -->\n']
    parts.append(f'<graphml xmlns="{_NAMESPACE}">\n')
    for owner, keys in (("node", _NODE_KEYS), ("edge", _EDGE_KEYS)):
        parts += [
            f'<key id="{name}" for="{owner}" attr.name="{name}" attr.type="{kind}"/>\n'
            for name, kind in keys.items()
        ]
    parts.append('<graph edgedefault="directed">\n')
    for index, document in enumerate(documents):
        data = _data(
            label=document.id,
            kind="document",
            source=document.source or None,
            topic=document.label,
            date=document.date,
            issuer=document.issuer,
        )
        parts.append(f'<node id="d{index}">{data}</node>\n')
    for index, cited in enumerate(policies):
        policy = cited.policy
        data = _data(
            label=policy.title,
            kind="policy",
            number=policy.number,
            issuer=issuer(cited),
            year=policy.year,
            citations=policy.citations,
            documents=len(cited.documents),
            drafts=policy.drafts,
        )
        parts.append(f'<node id="p{index}">{data}</node>\n')
    for index, cited in enumerate(policies):
        parts += [
            f'<edge source="d{document}" target="p{index}">{_data(count=count)}</edge>\n'
            for document, count in cited.documents.items()
        ]
    parts.append("</graph>\n</graphml>\n")
    return "".join(parts)


def _data(**known: str | int | None) -> str:
    return "".join(
        f'<data key="{name}">{escape(_ILLEGAL.sub(chr(0xFFFD), str(value)))}</data>'
        for name, value in known.items()
        if value is not None
    )
