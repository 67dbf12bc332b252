"""Cleaning: all steps in turn, with the alignment of the whole."""

from __future__ import annotations

from functools import lru_cache

from nhsa_nlp.text.alignment import CleanText, Range, align, merge, raw_range, without
from nhsa_nlp.text.page_marks import find_page_marks
from nhsa_nlp.text.spaces import find_spaces
from nhsa_nlp.text.traditional import simplify
from nhsa_nlp.text.width import unify, unify_in_context

_MAX_PASSES = 16


@lru_cache(maxsize=1)  # the document in hand, of which the index of an archive wants it once more
def clean(raw: str) -> CleanText:
    """Clean a raw text and keep the way back.

    Width is unified (letters, digits and ``%`` half, brackets and punctuation full), look-alike
    characters become what they stand for and traditional script simplified, page marks, spaces
    between Chinese characters and line breaks inside sentences are deleted, and the brackets of
    document numbers become ``〔2021〕``. A paragraph break stays as one newline.
    Cleaning is idempotent and takes time linear in the text.
    """
    text = simplify(unify(raw))
    deleted: list[Range] = []
    marks: list[Range] = []
    # What is deleted can bring a new page mark or space together, so go on until nothing changes;
    # the bound only matters to texts made for it.
    for _ in range(_MAX_PASSES):
        found_marks = find_page_marks(text)
        found = merge(found_marks + find_spaces(text, found_marks))
        if not found:
            break
        if deleted:
            back = align(deleted)
            marks += [raw_range(back, start, end) for start, end in found_marks]
            deleted = merge(deleted + [raw_range(back, start, end) for start, end in found])
        else:
            marks, deleted = found_marks, found
        text = unify_in_context(without(text, found))
    return CleanText(raw, text, tuple(deleted), tuple(merge(marks)), *align(deleted))
