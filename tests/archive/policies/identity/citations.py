"""Citations, and whether they are joined."""

from __future__ import annotations

from nhsa_nlp.archive.policies.identity import Citation, Policy, identify

OPINION = "关于健全重特大疾病医疗保险和救助制度的意见"


def same(one: str | Citation, other: str | Citation) -> bool:
    sides = [Citation(side) if isinstance(side, str) else side for side in (one, other)]
    return len(identify(sides)) == 1


def only(*citations: Citation) -> Policy:
    (policy,) = identify(citations)
    return policy
