"""What a labelled archive answers: policies, citations, searches, precedents, figures; texts compared."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nhsa_nlp.archive.alignment import Comparison, SharedPassage, compare
    from nhsa_nlp.archive.groups import Group, Member, group_documents
    from nhsa_nlp.archive.matching import precedents

__all__ = ["Comparison", "Group", "Member", "SharedPassage", "compare", "group_documents", "precedents"]

_MODULES = {
    **dict.fromkeys(("Comparison", "SharedPassage", "compare"), "alignment"),
    **dict.fromkeys(("Group", "Member", "group_documents"), "groups"),
    "precedents": "matching",
}


def __getattr__(name: str) -> Any:  # comparing needs SciPy, and a search or a precedent does not
    if name in _MODULES:
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
