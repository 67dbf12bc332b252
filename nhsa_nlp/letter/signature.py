"""The end of a letter: thanks, issuer and date."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nhsa_nlp.letter.flat import FlatText, Gap
from nhsa_nlp.letter.issuer import names_before
from nhsa_nlp.text.dates import find_dates, to_iso

_SEAL = re.compile(r"(?:（(?:章|印章|公章|盖章|代章|印)）|（(?:此页|本页)无正文）)$")
# A decree is signed by whoever heads the body.
_SIGNED_BY = re.compile(r"(?:[局部厅署行]长|主席|主任|总理|[省市州县区]长)[：:]?[一-龥]{2,4}$")
_SENTENCE_END = "。！？；：”》）.!"
# What follows a signature; anything else follows only on a new line.
SIGNED = re.compile("(?:领导)?签[发字批]")
"""What stands behind the date of the signature: 领导签发."""
_AFTER = re.compile(rf"（|\||【|联系|抄送|附件|此件|主动公开|感谢|{SIGNED.pattern}|承办|\d{{1,3}}$")
# A sentence that continues on the next line: 国家医疗保障局2021年8月10日 / 印发….
_GOES_ON = re.compile(r"[，、。；的至起前后在与将和召印发公出联会以正]")
_OPEN = re.compile(r"(?:[（(]?(?:此件|本件)?(?:主动|依申请|不予)公开[）)]?){0,2}")
_THANKS = re.compile(
    r"(?:最后|再次|衷心|诚挚|非常|十分|，)*感谢(?:您|你|贵|各位|代表|委员)[^。]{0,60}?"
    r"(?:支持|关心|关注|关怀|理解|监督|帮助|厚爱|信任)"
    r"|(?:特此|专此)(?:答复|函复|回复|复函|致复|函告)|以上(?:答复|回复|意见)[，,]?(?:如|若|您|您是否|是否|供|妥否)|此致敬礼"
)
_CLOSING_WORD = re.compile("感谢|特此|专此|以上|此致")  # one is in every closing: a cheap first test
_LONGEST_CLOSING = 600
# How the text of a notice ends, before its date and its annex.
_TOLD = re.compile(r"给你们[^。]{0,40}。\Z|特此(?:通知|通告|公告|通报)。?\Z")
_LONGEST_TOLD = 60


@dataclass(frozen=True, slots=True)
class Signature:
    """The signature; ``start`` and ``end`` are offsets into the flat text."""

    start: int
    end: int
    issuer: str | None
    date: str | None


def find_signature(flat: FlatText, after: int) -> Signature | None:
    """Find the signature after the head, which ends at ``after``.

    It is names of bodies right before a date, apart from any sentence. A date alone will do after the
    closing words or at the very end: the name may be a seal that was not read.
    """
    text = flat.text
    for match in find_dates(text, after, len(text)):
        iso = to_iso(match)
        if iso is None:
            continue
        end = match.start()
        if not _ends_here(flat, match.end()) and not _is_told(flat, end, match.end()):
            continue
        seal = _SEAL.search(text, max(0, end - 10), end)
        if seal:
            end = seal.start()
        signed = _SIGNED_BY.search(text, max(after, end - 8), end)
        if signed and _stands_apart(flat, signed.start()):
            return Signature(signed.start(), match.end(), None, iso)
        start, names = names_before(flat, end)
        if SIGNED.match(text, match.end()):
            return Signature(start if names else match.start(), match.end(), "、".join(names) or None, iso)
        if names and _stands_apart(flat, start):
            return Signature(start, match.end(), "、".join(names), iso)
        if _stands_alone(flat, after, match):
            return Signature(match.start(), match.end(), None, iso)
    return _undated(flat, after)


def find_closing(flat: FlatText, after: int, end: int) -> int | None:
    """Return where the closing words begin in ``flat.text[after:end]``: they are near its end."""
    after = max(after, end - _LONGEST_CLOSING)
    if not _CLOSING_WORD.search(flat.text, after, end):
        return None
    for match in _THANKS.finditer(flat.text, after, end):
        if _stands_apart(flat, match.start()):
            return match.start()
    return None


def _stands_apart(flat: FlatText, position: int) -> bool:
    before = flat.text[position - 1]
    if before.isdigit() and flat.gap(position) != Gap.NONE:
        return True  # 电话0871-1234567 安州市医疗保障局
    return flat.starts_line(position) or before in _SENTENCE_END


def _is_told(flat: FlatText, start: int, end: int) -> bool:
    """Return whether a date, with names before it or not, stands right behind what a notice asks for."""
    start, _ = names_before(flat, start)
    told = _TOLD.search(flat.text, max(0, start - _LONGEST_TOLD), start)
    return told is not None and not _GOES_ON.match(flat.text, end)


def _ends_here(flat: FlatText, position: int) -> bool:
    if _AFTER.match(flat.text, position):
        return True
    return flat.starts_line(position) and not _GOES_ON.match(flat.text, position)


def _stands_alone(flat: FlatText, after: int, match: re.Match[str]) -> bool:
    """Return whether a date without a name ends the letter."""
    start, end = match.span()
    if start <= after or not _stands_apart(flat, start):
        return False
    if _is_told(flat, start, end):
        return True
    rest = _OPEN.match(flat.text, end)
    if rest and rest.end() == len(flat.text):
        return True
    return flat.starts_line(start) and find_closing(flat, max(after, start - 80), start) is not None


def _undated(flat: FlatText, after: int) -> Signature | None:
    """Find the names that end the text after the closing words, where the date was cut off."""
    end = len(flat.text)
    start, names = names_before(flat, end)
    if names and start > after and find_closing(flat, max(after, start - 80), start) is not None:
        return Signature(start, end, "、".join(names), None)
    return None
