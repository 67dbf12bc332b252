"""The slots that words of a rule of benefits fill: who is insured, the service, what is set, for whom."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from nhsa_nlp.figures.structure.words import slot_words
from nhsa_nlp.text import Range

Slot = Literal["insured", "service", "measure", "lead", "level", "person", "other", "expense"]
"""``lead`` is what may stand in front of a measure (年度, 统筹基金), ``other`` a group by another name,
``expense`` what a clause says is paid for (符合规定的产前检查费用，由…支付)."""

GROUPS: tuple[Slot, ...] = ("level", "person", "other")

_LEVEL = (
    f"{slot_words('levels')}(?:[、和及或]{slot_words('levels')})*(?:及以[上下]|以上|以下)?"
    f"(?:的?[（(][^（）()]{{1,12}}[）)])?(?:综合|专科|中医|公立)?{slot_words('institutions')}?(?:（含[^（）]{{1,24}}）)?"
)
_SLOTS = re.compile(
    rf"(?P<person>{slot_words('persons')})"
    rf"|(?P<level>{_LEVEL})"
    rf"|(?P<insured>(?<!当地)(?<!在职)(?<!退休)(?<!参保){slot_words('insured')}"
    r"(?!人均可支配|人均年|可支配|平均工资|人员|代表))"
    r"|(?!(?<=[\d少青成老中])[年月]|年龄)(?:"  # 少年儿童, 2024年
    rf"(?P<measure>(?:{slot_words('measure_leads')})*{slot_words('set_measures')})"
    rf"|(?P<lead>(?:{slot_words('measure_leads')})+))"
    rf"|(?P<service>{slot_words('services')})"
)
# What joins the words of slots, and what says by how much.
_JOINS = re.compile(
    r"[的为是在于对按由其和及与、，：:；\s“”|＿（）各其均另每]|每人每年|每人|人均|就医|就诊|发生|参保人员|参保人"
    r"|定点医疗机构|医疗机构|医药?费用|分别|达到?|[到至]|以上|以下|部分|待遇|政策|保障|相应"
)
RAISES = re.compile("提高|增加|降低|减少|下调|上调|上浮|下浮|增|减")
_VERBS = re.compile("(?:报销|支付|救助|补助|赔付|补偿|自付|自负|自理|分担|负担|承担|缴纳|划入)$")
_HAN = re.compile(r"[一-鿿]")


@dataclass(frozen=True, slots=True)
class Token:
    """A range of the text and the slot that it fills."""

    slot: Slot
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Slots:
    """What a range of the text fills; ``rest`` is how many characters of it say something else."""

    tokens: list[Token]
    rest: int
    raises: bool


def read_slots(shown: str, start: int, end: int) -> Slots:
    """Return the slots that a range fills, how much else it says, and whether it says by how much."""
    found: list[Token] = []
    rest, raises, at = 0, False, start
    for match in _SLOTS.finditer(shown, start, end):
        left, raised = _left(shown[at : match.start()])
        rest, raises = rest + left, raises or raised
        found.append(Token(match.lastgroup, *match.span()))  # type: ignore[arg-type]
        at = match.end()
    left, raised = _left(shown[at:end])
    if all(token.slot == "lead" for token in found):
        found = []
    return Slots(found, rest + left, raises or raised)


def _left(words: str) -> tuple[int, bool]:
    words = _JOINS.sub("", words)
    without = RAISES.sub("", words)
    return len(_HAN.findall(without)), without != words


def is_joined(shown: str, start: int, end: int) -> bool:
    """Tell whether a range only joins what stands on either side."""
    return not _HAN.search(_JOINS.sub("", shown[start:end]))


def is_verb(text: str, token: Token) -> bool:
    """Tell whether a measure is only a verb (报销) and does not name one (报销比例)."""
    return bool(_VERBS.search(text, token.start, token.end))


def ranges(
    tokens: Iterable[Token], are_one: Callable[[int, int], bool] = lambda end, start: end == start
) -> list[Range]:
    """Return the ranges of tokens; those that touch are one, or as ``are_one`` says of an end and a start."""
    found: list[Range] = []
    for token in sorted(tokens, key=lambda token: token.start):
        if found and are_one(found[-1][1], token.start):
            found[-1] = found[-1][0], token.end
        else:
            found.append((token.start, token.end))
    return found
