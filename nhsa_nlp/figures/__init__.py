"""Reported figures: what each quantity of a document measures, when, where, and in what kind of statement."""

from __future__ import annotations

from nhsa_nlp.figures.reader import read_figures

__all__ = ["read_figures"]
