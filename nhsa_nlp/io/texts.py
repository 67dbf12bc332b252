"""The texts of documents, for the outputs that hold them."""

from __future__ import annotations

from collections.abc import Callable

Texts = Callable[[str], "str | None"]
"""Gives the raw text of a document by its id, None if it has none.

A writer that holds texts asks once for each record, in the order of the records.
"""
