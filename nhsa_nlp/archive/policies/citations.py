"""The policies that the documents of an archive cite."""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from nhsa_nlp.archive.policies.identity import Citation, Policy, identify
from nhsa_nlp.archive.policies.reading import RecordCitations


@dataclass(frozen=True, slots=True)
class CitingDocument:
    """A document of the archive."""

    id: str
    source: str
    label: str | None
    date: str | None
    issuer: str | None


@dataclass(frozen=True, slots=True)
class CitedPolicy:
    """A policy and where it is cited.

    Attributes
    ----------
    policy
        What is known of the policy itself.
    documents
        How often each document cites it: keys are indices of ``Archive.documents``, rising.
    labels
        How many of these documents have each topic label, the most frequent first.
    """

    policy: Policy
    documents: Mapping[int, int]
    labels: Mapping[str, int]


class Archive:
    """Collects the citations of documents. What it holds grows with documents and titles, not with texts.

    Attributes
    ----------
    documents
        Those added, in order.
    unresolved
        How many short titles refer to no known policy.
    repeated
        How many records were of a document added before; it counts once.
    """

    def __init__(self) -> None:
        self.documents: list[CitingDocument] = []
        self.unresolved = 0
        self.repeated = 0
        self._seen: set[bytes] = set()
        self._forms: dict[tuple[str, str | None], int] = {}
        # One place in each for every different title in a document.
        self._document, self._form, self._count = array("q"), array("q"), array("q")

    def add(self, record: RecordCitations) -> None:
        """Add the citations of one document."""
        identity = "\0".join((record.id, record.source, record.sha256))
        digest = hashlib.blake2b(identity.encode(), digest_size=16).digest()
        if digest in self._seen:
            self.repeated += 1
            return
        self._seen.add(digest)
        index = len(self.documents)
        self.documents.append(
            CitingDocument(record.id, record.source, record.label, record.date, record.issuer)
        )
        self.unresolved += record.unresolved
        for form, count in record.citations.items():
            self._document.append(index)
            self._form.append(self._forms.setdefault(form, len(self._forms)))
            self._count.append(count)

    def policies(self) -> list[CitedPolicy]:
        """Join the citations into policies (see `nhsa_nlp.archive.policies.identity.identify`).

        Returns
        -------
        list of CitedPolicy
            The most cited first.
        """
        totals = [0] * len(self._forms)
        for form, count in zip(self._form, self._count, strict=True):
            totals[form] += count
        found = identify(
            [Citation(title, number, totals[form]) for (title, number), form in self._forms.items()]
        )
        policy_of = [0] * len(self._forms)
        for place, policy in enumerate(found):
            for member in policy.members:
                policy_of[member] = place
        documents: list[Counter[int]] = [Counter() for _ in found]
        for document, form, count in zip(self._document, self._form, self._count, strict=True):
            documents[policy_of[form]][document] += count
        return [
            CitedPolicy(policy, cited, self._labels(cited))
            for policy, cited in zip(found, documents, strict=True)
        ]

    def _labels(self, documents: Mapping[int, int]) -> dict[str, int]:
        counts = Counter(label for index in documents if (label := self.documents[index].label) is not None)
        return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
