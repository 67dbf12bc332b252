"""Texts compared with each other: the passages that two share, and documents grouped by what they ask for."""

from __future__ import annotations

from nhsa_nlp.comparison.alignment import Comparison, SharedPassage, compare
from nhsa_nlp.comparison.groups import Group, Member, group_documents

__all__ = ["Comparison", "Group", "Member", "SharedPassage", "compare", "group_documents"]
