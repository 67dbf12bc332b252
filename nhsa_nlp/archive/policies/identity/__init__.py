"""One identity for a policy, however its documents write it.

``canonical_key`` gives the part of a title that names the policy; ``identify`` joins the citations
of an archive, with their document numbers, issuers and damaged characters, into policies.
"""

from __future__ import annotations

from nhsa_nlp.archive.policies.identity.clusters import Citation, Policy, identify
from nhsa_nlp.archive.policies.identity.names import canonical_key

__all__ = ["Citation", "Policy", "canonical_key", "identify"]
