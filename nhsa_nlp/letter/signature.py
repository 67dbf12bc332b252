"""The end of a letter: thanks, issuer and date."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nhsa_nlp.letter.flat import FlatText
from nhsa_nlp.letter.issuer import names_before
from nhsa_nlp.text.dates import DATE, to_iso

_SEAL = re.compile(r"(?:（(?:章|印章|公章|盖章|代章|印)）|（(?:此页|本页)无正文）)$")
# A decree is signed by whoever heads the body.
_SIGNED_BY = re.compile(r"(?:[局部厅署行]长|主席|主任|总理|[省市州县区]长)[：:]?[一-龥]{2,4}$")
_SENTENCE_END = "。！？；：”》）.!"
# What follows a signature; anything else follows only on a new line.
_AFTER = re.compile(r"（|联系|抄送|附件|此件|主动公开|感谢|\d{1,3}$")
# A sentence that continues on the next line: 国家医疗保障局2021年8月10日 / 印发….
_GOES_ON = re.compile(r"[，、。；的至起前后在与将和召印发公出联会以正]")
_OPEN = re.compile(r"(?:[（(]?(?:此件|本件)?(?:主动|依申请|不予)公开[）)]?){0,2}")
_THANKS = re.compile(
    r"(?:最后|再次|衷心|诚挚|非常|十分|，)*感谢(?:您|你|贵|各位|代表|委员)[^。]{0,60}?"
    r"(?:支持|关心|关注|关怀|理解|监督|帮助|厚爱|信任)"
    r"|(?:特此|专此)(?:答复|函复|回复|复函|致复|函告)|以上(?:答复|回复|意见)[，,]?(?:如|若|您|您是否|是否|供|妥否)|此致敬礼"
)
_LONGEST_CLOSING = 600


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
    for match in DATE.finditer(text, after):
        iso = to_iso(match)
        if iso is None or not _ends_here(flat, match.end()):
            continue
        end = match.start()
        seal = _SEAL.search(text, max(0, end - 10), end)
        if seal:
            end = seal.start()
        signed = _SIGNED_BY.search(text, max(after, end - 8), end)
        if signed and _stands_apart(flat, signed.start()):
            return Signature(signed.start(), match.end(), None, iso)
        start, names = names_before(flat, end)
        if names and _stands_apart(flat, start):
            return Signature(start, match.end(), "、".join(names), iso)
        if _stands_alone(flat, after, match):
            return Signature(match.start(), match.end(), None, iso)
    return _undated(flat, after)


def find_closing(flat: FlatText, after: int, end: int) -> int | None:
    """Return where the closing words begin in ``flat.text[after:end]``: they are near its end."""
    for match in _THANKS.finditer(flat.text, max(after, end - _LONGEST_CLOSING), end):
        if _stands_apart(flat, match.start()):
            return match.start()
    return None


def _stands_apart(flat: FlatText, position: int) -> bool:
    return flat.starts_line(position) or flat.text[position - 1] in _SENTENCE_END


def _ends_here(flat: FlatText, position: int) -> bool:
    if _AFTER.match(flat.text, position):
        return True
    return flat.starts_line(position) and not _GOES_ON.match(flat.text, position)


def _stands_alone(flat: FlatText, after: int, match: re.Match[str]) -> bool:
    """Return whether a date without a name ends the letter."""
    start, end = match.span()
    if start <= after or not _stands_apart(flat, start):
        return False
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
