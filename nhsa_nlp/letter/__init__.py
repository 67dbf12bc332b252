"""The anatomy of a letter: who answers whom, on which proposal, when, and in which sections.

The parser reads what the form of official letters fixes (heading, addressee, opening sentence,
numbered sections, signature); it does not rely on line breaks, which OCR loses. What a text does
not say, or a fragment has lost, stays unknown.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from nhsa_nlp.entities.doc_numbers import DocNumber, find_doc_numbers
from nhsa_nlp.letter.flat import FlatText
from nhsa_nlp.letter.header import (
    REACH,
    Body,
    addressed_body,
    addressee_before,
    body_of_session,
    find_addressee,
    find_answer,
    find_date,
    find_named_issuer,
    find_number,
    find_punisher,
    find_quoted_proposal,
    find_session,
    read_heading,
    write_addressee,
)
from nhsa_nlp.letter.notice import find_notice_head, is_circular
from nhsa_nlp.letter.opening import Opening, find_opening
from nhsa_nlp.letter.proposal import find_proposal_title
from nhsa_nlp.letter.sections import find_sections
from nhsa_nlp.letter.signature import find_closing, find_signature
from nhsa_nlp.record import LetterRecord, SectionRecord
from nhsa_nlp.text import CleanText, Range, clean

__all__ = ["Letter", "parse_letter", "read_letter"]

_FIRST_STOP = re.compile(r"[。！？]")
_TO_YOU = re.compile(r"(?:您|你)们?(?:所?提出?的?|的|关于)[^。]{0,60}(?:建议|提案|议案)|感谢(?:您|你)们?对")


@dataclass(frozen=True, slots=True)
class Letter:
    """The anatomy of a letter, and the ranges of its subject and section titles in the cleaned text."""

    record: LetterRecord
    subject: Range | None
    titles: tuple[Range, ...]


def parse_letter(raw: str) -> LetterRecord:
    """Read the anatomy of a letter or notice.

    Parameters
    ----------
    raw
        The text of one document, as it came: complete, a fragment, or not a letter at all.

    Returns
    -------
    LetterRecord
        ``kind`` is ``reply`` for an answer to a proposal (its heading, its opening sentence, or
        words to whoever made it show that), ``notice`` for what is called a notice or is sent to
        a list of bodies, and ``other``, also for the proposal itself, whose title is the ``subject``.
        The offsets of ``sections`` are code points of ``raw``; a section runs to the next one, the
        last to the closing words. Unknown is None, or empty.

    Examples
    --------
    >>> letter = parse_letter("王某某代表：您提出的关于完善医保目录的建议收悉，经商财政部，现答复如下：")
    >>> letter["addressee"], letter["subject"], letter["consulted"]
    ('王某某代表', '关于完善医保目录的建议', ['财政部'])
    """
    return read_letter(clean(raw)).record


def read_letter(cleaned: CleanText, numbers: Sequence[DocNumber] | None = None) -> Letter:
    """Read the anatomy of a letter or notice, as `parse_letter` does.

    ``numbers`` are the document numbers in the cleaned text, where the caller has them already.
    """
    flat = FlatText(cleaned, find_doc_numbers(cleaned) if numbers is None else numbers)
    return _read_reply(flat) or _read_proposal(flat) or _read_notice(flat) or _read_other(flat)


def _read_reply(flat: FlatText) -> Letter | None:
    """Read a reply by its heading, its addressee or its opening sentence; None if it has none of them."""
    addressee = find_addressee(flat)
    opening = find_opening(flat, addressee[1] + 1 if addressee else 0)
    if opening and not addressee:
        addressee = addressee_before(flat, opening.start)
    if addressee:
        heading_end = addressee[0]
    else:
        heading_end = min(_first_stop(flat), opening.start if opening else len(flat.text))
    if not (addressee or opening or find_answer(flat, heading_end)):
        return None
    heading = read_heading(flat, heading_end)
    subject = (opening.subject if opening else None) or heading.subject
    if opening and not subject:
        subject = find_quoted_proposal(flat, opening.start, opening.end)
    name = flat.text[slice(*addressee)] if addressee else ""
    letter = _empty()
    letter["kind"] = "reply"
    letter["number"] = heading.number
    letter["proposal_number"] = heading.proposal_number or (opening.proposal_number if opening else None)
    letter["proposal_category"] = heading.proposal_category
    session = find_session(flat.text, opening.start, opening.end) if opening else None
    letter["body"] = (
        heading.body
        or addressed_body(name)
        or (body_of_session(flat.text[slice(*session)]) if session else None)
        or _named_body(opening, flat)
    )
    letter["session"] = heading.session or (flat.text[slice(*session)] if session else None)
    letter["addressee"] = write_addressee(flat, *addressee) if addressee else None
    letter["consulted"] = list(opening.consulted) if opening else []
    letter["date"] = heading.date
    letter["issuer"] = heading.issuer
    ruling = find_notice_head(flat) if opening and opening.is_ruling else None
    if ruling and ruling.title:
        subject = ruling.title
        letter["number"] = letter["number"] or find_number(flat, opening.start if opening else 0)
        letter["issuer"] = "、".join(ruling.issuers) or None
    start = opening.end if opening else addressee[1] if addressee else heading.answer_end or 0
    return _with_rest(flat, letter, subject, start)


def _read_proposal(flat: FlatText) -> Letter | None:
    """Read a proposal under its own title; None if there is none, or the text is a part of a reply."""
    title = find_proposal_title(flat, _first_stop(flat))
    if title is None or _TO_YOU.search(flat.text):
        return None
    heading = read_heading(flat, title[0])
    letter = _empty()
    letter["body"] = heading.body
    letter["proposal_number"] = heading.proposal_number
    letter["proposal_category"] = heading.proposal_category
    letter["session"] = heading.session
    return _with_rest(flat, letter, title, title[1])


def _read_notice(flat: FlatText) -> Letter | None:
    """Read a document under a title of its own; None if there is no title."""
    head = find_notice_head(flat)
    if head is None:
        return None
    letter = _empty()
    letter["kind"] = "notice" if head.is_notice else "other"
    letter["number"] = find_number(flat, head.head_end) or _number_of_line(flat, _first_stop(flat))
    letter["addressee"] = flat.raw_slice(*head.addressee) if head.addressee else None
    below = head.addressee[0] if head.addressee else _first_stop(flat)
    above, behind = head.title or (0, 0)
    letter["date"] = find_date(flat, behind, below) or find_date(flat, 0, above)
    letter["issuer"] = "、".join(head.issuers) or None
    return _with_rest(flat, letter, head.title, head.head_end)


def _read_other(flat: FlatText) -> Letter:
    """Read what has no head: a fragment of a reply, if it speaks to whoever made the proposal."""
    letter = _empty()
    if _TO_YOU.search(flat.text):
        letter["kind"] = "reply"
    elif is_circular(flat.text):
        letter["kind"] = "notice"
    letter["number"] = find_number(flat, _first_stop(flat))
    if letter["number"] and "令第" in letter["number"]:
        letter["issuer"] = letter["number"].partition("令第")[0]
    elif letter["number"]:
        letter["issuer"] = find_punisher(flat, _first_stop(flat))
        letter["date"] = find_date(flat, 0, _first_stop(flat))
    return _with_rest(flat, letter, None, 0)


def _with_rest(flat: FlatText, letter: LetterRecord, subject: Range | None, start: int) -> Letter:
    """Complete a letter by its subject, sections and signature; the text proper begins at ``start``."""
    letter["subject"] = flat.raw_slice(*subject) if subject else None
    signature = find_signature(flat, start)
    end = signature.start if signature else len(flat.text)
    if signature:
        letter["date"] = signature.date or letter["date"]
        letter["issuer"] = signature.issuer or letter["issuer"]
    if letter["kind"] != "other" and letter["issuer"] is None:
        letter["issuer"] = find_named_issuer(flat, start)
    sections = find_sections(flat, start, end)
    closing = find_closing(flat, sections[-1].title_end if sections else start, end)
    borders = [flat.raw_position(section.start) for section in sections]
    borders.append(flat.raw_position(end if closing is None else closing))
    letter["sections"] = [
        SectionRecord(start=begin, end=stop, title=flat.raw_slice(section.title_start, section.title_end))
        for section, begin, stop in zip(sections, borders, borders[1:], strict=False)
    ]
    titles = [(section.title_start, section.title_end) for section in sections]
    return Letter(
        letter,
        flat.clean_range(*subject) if subject else None,
        tuple(flat.clean_range(*title) for title in titles if title[0] < title[1]),
    )


def _first_stop(flat: FlatText) -> int:
    """Return where the first sentence ends: no head continues after it."""
    stop = _FIRST_STOP.search(flat.text, 0, REACH)
    return stop.start() if stop else min(len(flat.text), REACH)


def _number_of_line(flat: FlatText, end: int) -> str | None:
    """Return the number that begins a line above the first sentence, below a title printed twice."""
    found = (n for n in flat.numbers if n.end <= end and flat.starts_line(n.start) and "〔" in n.normalized)
    return next((number.normalized for number in found), None)


def _named_body(opening: Opening | None, flat: FlatText) -> Body | None:
    """Return whose proposal it is by its name: deputies make 建议, members of the CPPCC 提案.

    Within quotation marks only 提案 counts: a 提案 may well be titled 关于…的建议.
    """
    if opening is None:
        return None
    if opening.proposal_word:
        return "npc" if opening.proposal_word == "建议" else "cppcc"
    return "cppcc" if opening.subject and flat.text.endswith("提案", *opening.subject) else None


def _empty() -> LetterRecord:
    return LetterRecord(
        kind="other",
        body=None,
        number=None,
        proposal_number=None,
        proposal_category=None,
        session=None,
        addressee=None,
        subject=None,
        consulted=[],
        sections=[],
        date=None,
        issuer=None,
    )
