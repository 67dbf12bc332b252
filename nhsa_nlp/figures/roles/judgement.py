"""What is judged of a figure: its role, and how sure that is."""

from __future__ import annotations

from nhsa_nlp.record import FigureRole

Judgement = tuple[FigureRole, float]
"""A role and how sure it is, from 0 to 1."""

CERTAIN = 0.95
"""How sure the rules are of what they find a clear sign of, which the model does not overrule."""
