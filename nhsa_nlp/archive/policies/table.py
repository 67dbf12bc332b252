"""Cited policies as rows: for spreadsheets and as JSON."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from nhsa_nlp.archive.policies.citations import CitedPolicy, CitingDocument
from nhsa_nlp.io.writers.cells import cell, csv_text, listed
from nhsa_nlp.io.writers.shapes import POLICIES


def to_object(cited: CitedPolicy, documents: Sequence[CitingDocument]) -> dict[str, Any]:
    """Return a policy as a JSON object, with the ``Archive.documents`` that cite it; unknown is None."""
    policy = cited.policy
    return {
        "title": policy.title,
        "number": policy.number,
        "issuer": issuer(cited),
        "year": policy.year,
        "citations": policy.citations,
        "drafts": policy.drafts,
        "documents": [
            {"id": documents[index].id, "source": documents[index].source, "citations": count}
            for index, count in cited.documents.items()
        ],
        "labels": dict(cited.labels),
    }


def to_csv(policies: Iterable[CitedPolicy], documents: Sequence[CitingDocument]) -> str:
    """Return policies as a CSV file that spreadsheets open, one a row below `POLICIES`.

    Cells that a spreadsheet would read as formulas begin with an apostrophe; a list of documents
    too long for a cell ends in the number of those left out (JSON Lines has them all).
    """
    return csv_text(_rows(policies, documents))


def _rows(policies: Iterable[CitedPolicy], documents: Sequence[CitingDocument]) -> Iterator[Sequence[object]]:
    yield POLICIES.headings()
    for cited in policies:
        policy = cited.policy
        yield (
            cell(policy.title),
            cell(policy.number or ""),
            cell(issuer(cited) or ""),
            "" if policy.year is None else policy.year,
            policy.citations,
            policy.drafts,
            len(cited.documents),
            cell("; ".join(f"{label} {count}" for label, count in cited.labels.items())),
            cell(listed([documents[index].id for index in cited.documents])),
        )


def issuer(cited: CitedPolicy) -> str | None:
    """Return who issued a policy as one text, several bodies with 、 between; None if unknown."""
    return "、".join(cited.policy.issuers) or None
