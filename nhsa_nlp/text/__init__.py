"""Cleaning OCR text as a view on it: every cleaned position maps back to the raw text.

Cleaning is two steps. Characters are replaced one for one (width, look-alikes, traditional script), which
moves nothing; then ranges are deleted (page marks, spaces, line breaks inside sentences).
The alignment is therefore just the sorted list of the deleted ranges.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from nhsa_nlp.lazy_names import lazy_names

if TYPE_CHECKING:
    from nhsa_nlp.text.alignment import CleanText, Range
    from nhsa_nlp.text.cleaning import clean
    from nhsa_nlp.text.page_marks import find_page_marks

__all__ = ["CleanText", "Range", "clean", "find_page_marks"]

# Cleaning compiles its patterns, and the names of the segmenters, which --help shows, do not need them.
__getattr__, __dir__ = lazy_names(
    __name__,
    {
        "alignment": ("CleanText", "Range"),
        "cleaning": ("clean",),
        "page_marks": ("find_page_marks",),
    },
)
