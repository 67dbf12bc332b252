"""Names of ministries, bureaus and commissions: reading a list of them."""

from __future__ import annotations

import re

# How the name of a body ends. 委 is also the beginning of 委员会, 办 that of 办公室, 部 that of 部门.
_END = (
    r"(?:委员会|总局|局|总署|署|厅|委(?!员|会)|部(?!门|分|队|署)|办(?!公|理|法|事)|(?:人民)?政府|办事处|办公室|领导小组|管委会|法院|检察院|国务院|中央"
    r"|(?:证监|保监|银监|银保监|总工|工商联合|残疾人联合|红十字|常委|学|协)会|残联|妇联|工商联|银行|中心)"
)
_OFFICE = r"(?:办公厅|办公室|综合司|综合部)?"

# A name inside a list without separators ends as early as it can: 财政部国家税务总局.
_RUN_ON = re.compile(rf"[一-龥]{{1,24}}?{_END}{_OFFICE}")
_WHOLE = re.compile(
    rf"(?!有关|相关|各|其他|多个|上述)[一-龥（）]{{1,28}}(?:{_END}{_OFFICE}|处|司|集团|公司|学院|医院|院|会|社)"
)
_SEPARATOR = re.compile(r"[、，,；]")
_AND = re.compile(r"以及|和|及|与|并")
# What may follow the last name of a list: 经商财政部、国家税务总局同意.
_AFTER = re.compile(
    r"等|同意|会商|商得|协商|沟通|办理|研究(?!中心|院|所|室)|意见|(?:共同|联合(?!会)|认真|进一步)|反馈|提供|答复|后$|的$"
)


def ends_like_organization(text: str) -> bool:
    """Return whether ``text`` is Chinese characters that end like the name of a body."""
    return _WHOLE.fullmatch(text) is not None


def split_run_on(text: str) -> list[str]:
    """Split names written without separators (国家医疗保障局财政部); empty if there is anything else."""
    names: list[str] = []
    position = 0
    while position < len(text):
        match = _RUN_ON.match(text, position)
        if match is None:
            return []
        names.append(match.group())
        position = match.end()
    return names


def split_list(text: str) -> list[str]:
    """Return the names in a list of bodies as a sentence has it: ``国家卫生健康委、财政部等部门同意``."""
    names: list[str] = []
    for piece in _SEPARATOR.split(text):
        after = _AFTER.search(piece)
        parts = _split_and(piece[: after.start()] if after else piece)
        names.extend(name for name in parts if ends_like_organization(name))
        if after:
            break
    return names


def _split_and(piece: str) -> list[str]:
    """Split at a word for "and" that follows a complete name, so not in 工业和信息化部."""
    for match in _AND.finditer(piece):
        if ends_like_organization(piece[: match.start()]):
            return [piece[: match.start()], *_split_and(piece[match.end() :])]
    return [piece]
