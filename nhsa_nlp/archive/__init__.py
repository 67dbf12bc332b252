"""What a labelled archive answers: policies, citations, searches, precedents, figures; texts compared."""

from __future__ import annotations

from nhsa_nlp.archive.alignment import Comparison, SharedPassage, compare
from nhsa_nlp.archive.groups import Group, Member, group_documents
from nhsa_nlp.archive.matching import precedents

__all__ = ["Comparison", "Group", "Member", "SharedPassage", "compare", "group_documents", "precedents"]
