"""What a labelled archive answers: policies, citations, searches, precedents, figures; texts compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsa_nlp.lazy_names import lazy_names

if TYPE_CHECKING:
    from nhsa_nlp.archive.matching import precedents
    from nhsa_nlp.comparison import Comparison, Group, Member, SharedPassage, compare, group_documents

__all__ = ["Comparison", "Group", "Member", "SharedPassage", "compare", "group_documents", "precedents"]

# Comparing needs SciPy, and a search or a precedent does not.
__getattr__, __dir__ = lazy_names(
    __name__,
    {
        ".comparison": ("Comparison", "Group", "Member", "SharedPassage", "compare", "group_documents"),
        "matching": ("precedents",),
    },
)
