"""What a rule of benefits leaves out because it was said before.

A notice sets benefits by whom it insures, which service, what is set, and for which group or kind of
institution: 职工住院起付线：一级200元、二级500元；报销比例一级93%. Each clause says what is new and leaves
out the rest. So the words of a clause are read into these slots, and what is missing is taken from the
frame of the clauses before.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import islice

from nhsa_nlp.figures.structure.items import Item, Passage
from nhsa_nlp.figures.structure.phrases import SHORT_FORM, Phrase, trim
from nhsa_nlp.figures.structure.sentences import Masks, Sentence, clauses
from nhsa_nlp.figures.structure.slots import (
    GROUPS,
    RAISES,
    Slot,
    Token,
    is_joined,
    is_verb,
    ranges,
    read_slots,
)
from nhsa_nlp.figures.structure.words import LOCAL, PAYS, PEOPLE, PLACES, PREDICATES, TIME_UNITS
from nhsa_nlp.text import Range

_NAMES_MEASURE = re.compile(
    r"(?:（[^（）]{0,12}）|＿)*(?:规定|政策)?(?:(?:进行|作出|予以)(?:调整|提高)|(?:分别|均)?(?:[为是]|如下)?)$"
)
# 按下列比例给予报销, 其余部分个人自付: no measure of what follows.
_NO_MEASURE = re.compile("按照?(?:下列|以下|上述)|其余|剩余")
_WITHOUT = re.compile(r"不设|不再设|未设|取消|免|没有|降低|调整|完善|统一")
_ADJUSTED = re.compile("[对将把][^，。；]{4,60}(?:进行|作出|予以)(?:调整|提高)$")
# What names a measure in front of a list of groups: 预算点值：, 静脉输液率，.
_OTHER_MEASURE = re.compile(r"[一-鿿]{2,10}(?:率|占比|比重|点值|金额|标准|价格|系数|期|量|数)$")
_SAYS = re.compile("显示|指出|介绍|表示|如下|其中|包括|答复|问|答|注|例如|消息")
_TITLE_ENDS = re.compile(
    r"(?:通知|办法|规定|公告|意见|问答|通报|总结|细则|摘要|方案|函|答复)(?:（[^（）]{1,8}）)?$"
)
_PLACE = re.compile(rf"(?![全各我本不大个对将把])(?:{LOCAL}|{PLACES})(?<!内)")
_PLACE_BEFORE = re.compile(rf"(?:(?<![一-鿿])(?P<place>{_PLACE.pattern})|(?P<own>[全我本][省市县区州旗]))$")
# 符合规定的产前检查费用，; 产前检查费实行定额支付: what is paid for, and so what the figures behind are of.
_EXPENSE = re.compile(
    r"(?P<what>(?:[一-鿿“”]|(?<=[一-鿿])、){2,24}?费用?)(?:，?(?:实行|执行|由|按|采取|超过)|中?$)"
)
_ANY_EXPENSE = re.compile("(?:实际|发生|产生|支付|个人|自付|自费|自负|其他|相关|医疗|医药|总)*费用?")
_COVERED = re.compile("(?:符合|政策|规定)[^，。；的]{0,12}$")  # what is covered says nothing new
_OWN_EXPENSE = re.compile("费用?(?:$|每例|实行|由|按)")
_SPENT = re.compile("(?:总|发生)?费用?$")
_NAMED = 8  # characters of expenses that say what they are for
_WITHOUT_ANY = re.compile("不|未|以下费|以上费|超过|低于|高于|[包含]括")
_LONGEST_GROUP = 12
_LONGEST_HEADING = 30
_BETWEEN = 6  # characters between two tokens of a phrase
_WITHIN_PHRASE = re.compile("(?:(?![为是由按在对其和及与])[一-鿿])*")
_MOST_FORMS = 20  # short forms of names that a text gives
_NEAR = 3  # sentences from which something is left out


@dataclass(frozen=True, slots=True)
class Frame:
    """What was said last of each slot, in the order of the text.

    ``carried`` tells whether its groups stand before the measure, and so hold for the next one as well;
    ``open`` whether no number has followed yet.
    """

    tokens: tuple[Token, ...] = ()
    sentence: int = -1
    carried: bool = False
    open: bool = False
    unit: str = ""

    def of(self, *slots: Slot) -> list[Token]:
        """Return its tokens of some slots."""
        return [token for token in self.tokens if token.slot in slots]


@dataclass(frozen=True, slots=True)
class Filled:
    """What a figure takes from the frame: the ranges before its own words, and its group if that is all."""

    context: list[Range]
    spans: list[Range]
    scope: list[str]


class Frames:
    """Keeps the frame of the clauses read so far.

    Parameters
    ----------
    masks
        The cleaned text.
    sentences
        All its sentences.
    """

    def __init__(self, masks: Masks, sentences: list[Sentence]):
        self._masks = masks
        self._sentences = sentences
        named = islice(SHORT_FORM.finditer(masks.text), _MOST_FORMS)
        self._short_forms = [(match.start(), match.span("form")) for match in named]
        self._heading = self._frame = self._outer = Frame()
        self._measures: dict[str, list[Token]] = {}  # of the sentence in hand, by their kind of unit
        self._numbers: set[int] = set()  # the clauses of the sentence in hand that have figures
        self._passage: Passage | None = None
        self._clause = (-1, -1)  # the sentence and clause up to which clauses without figures are noted

    def read(
        self, passage: Passage, number: int, phrase: Phrase, condition: Range | None = None
    ) -> Filled | None:
        """Return what a figure takes from what was said before; None if it is no rule of benefits.

        Parameters
        ----------
        passage, number
            The figure.
        phrase
            Its words.
        condition
            The range of the condition with numbers of its own that it is in or under.
        """
        item = passage.items[number]
        spent = self._spent(item, phrase)
        if item.role == "other" or not (spent or self._reads(passage, item)):
            return None
        self._advance(passage, item)
        if item.bracketed:
            previous = passage.items[number - 1] if number else None
            if previous is None or not previous.bracketed:
                self._outer = self._frame
        elif number and passage.items[number - 1].bracketed:
            self._frame = self._outer
        if spent:
            self._frame = Frame((Token("expense", *spent),), passage.index, unit=item.unit)
            return None
        own = self._own(item, phrase) if condition is None else self._conditioned(phrase, condition)
        if own is None:
            return None
        follows = self._follows(passage, number)
        kept = _kept(self._frame, own, item, follows=follows)
        if kept is None:
            return None
        if self._frame.sentence != passage.index and _names_whom(own):
            kept = [token for token in kept if token.slot not in GROUPS]
        kept, turned = self._of_its_kind(item, kept, own)
        tokens = tuple(sorted([*kept, *own], key=lambda token: token.start))
        measures = [token for token in tokens if token.slot == "measure"]
        groups = [token for token in tokens if token.slot in GROUPS]
        if not measures and not any(token.slot == "expense" for token in tokens):
            return None
        says = [token for token in own if token.slot == "measure"]
        verb = bool(says) and is_verb(self._masks.text, says[-1])
        if not passage.prescriptive and item.role != "rule" and (verb or not own or own[0].slot == "other"):
            return None
        if not (follows and verb):
            carried = bool(groups) and bool(measures) and groups[-1].start < measures[0].start
            carried |= turned
            self._measures[_unit_kind(item.unit)] = measures
            lasting = tuple(token for token in tokens if (token.start, token.end) != condition)
            self._frame = Frame(lasting, passage.index, carried, unit=item.unit)
        if not passage.prescriptive and says:
            whole = item.role == "rule" and any(token.slot == "insured" for token in tokens)
            if not whole:
                return None
        words = "".join(self._masks.text[start:end] for start, end in phrase.before + phrase.behind)
        raised = RAISES.search(words)
        if raised and item.bracketed:  # 一级90%、二级80%（退休人员提高3%）
            kept = [token for token in kept if token.slot not in GROUPS]
        if _OWN_EXPENSE.search(words):
            kept = [token for token in kept if token.slot != "expense"]
        text = self._masks.text
        kept = [t for t in kept if not (is_verb(text, t) and words.endswith(text[t.start : t.end]))]
        context = ranges(map(self._in_short, kept), self._is_within_phrase)
        if not context:
            alone = passage.prescriptive and says and not verb and item.unit in TIME_UNITS
            return Filled([], phrase.before + phrase.behind, []) if alone else None
        scope = self._place(kept, passage.sentence.start)
        return Filled(context, phrase.before + phrase.behind, scope)

    def _is_within_phrase(self, start: int, end: int) -> bool:
        """Tell whether a gap between two tokens is of one phrase with them: 首次 in 居民医保首次住院."""
        near = 0 <= end - start <= _BETWEEN and _WITHIN_PHRASE.fullmatch(self._masks.outer, start, end)
        return bool(near) and not read_slots(self._masks.outer, start, end).tokens

    def _in_short(self, token: Token) -> Token:
        """Return an insurance by the short form that the text gives to its name."""
        name = self._masks.text[token.start : token.end]
        for begins, form in self._short_forms if token.slot == "insured" else ():
            if begins <= token.end and self._masks.text.endswith(name, 0, begins):
                return replace(token, start=form[0], end=form[1])
        return token

    def _spent(self, item: Item, phrase: Phrase) -> Range | None:
        """Return the expenses that a figure counts: 合规住院费用8亿元，报销5亿元 is what was paid of them."""
        if "元" not in item.unit or item.role == "rule" or item.bracketed or phrase.behind:
            return None
        for start, end in phrase.before[-1:]:
            if end - start >= _NAMED and _SPENT.search(self._masks.text, start, end):
                return start, end
        return None

    def _of_its_kind(self, item: Item, kept: list[Token], own: list[Token]) -> tuple[list[Token], bool]:
        """Give a bare amount the measure that amounts had, behind a rate: 甲级起付线90元，报销50%；乙级60元.

        The second value tells whether that is so: then the group has both, and holds for the rate behind it.
        """
        earlier = self._measures.get(_unit_kind(item.unit))
        if not earlier or not own or self._frame.open or any(token.slot == "measure" for token in own):
            return kept, False
        if _unit_kind(item.unit) == _unit_kind(self._frame.unit):
            return kept, False
        return sorted([*(t for t in kept if t.slot != "measure"), *earlier], key=lambda t: t.start), True

    def _place(self, kept: list[Token], sentence: int) -> list[str]:
        """Return the place that stands directly before what is inherited: 清河市职工住院起付线."""
        first = next((token for token in kept if token.slot in {"insured", "service"}), None)
        if first is None:
            return []
        place = _PLACE_BEFORE.search(self._masks.outer, max(0, first.start - 12), first.start)
        if place is None or (place["own"] and first.start < sentence and first not in self._heading.tokens):
            return []
        return [place["place"] or place["own"]]

    def _reads(self, passage: Passage, item: Item) -> bool:
        if item.role == "rule":
            return "元" in item.unit or "%" in item.unit or "百分点" in item.unit or item.unit in TIME_UNITS
        return "%" in item.unit or (passage.prescriptive and ("元" in item.unit or "百分点" in item.unit))

    def _follows(self, passage: Passage, number: int) -> bool:
        """Tell whether nothing separates a figure's words from the number before: 200元报销90%."""
        if not number:
            return False
        previous = passage.items[number - 1]
        between = self._masks.outer[previous.end : passage.items[number].start]
        return len(between) < 12 and not set(between) & set("，、；：。")

    def _own(self, item: Item, phrase: Phrase) -> list[Token] | None:
        """Return the slots that the words of a figure fill; None if they say something else."""
        shown = self._masks.inner if item.bracketed else self._masks.outer
        own: list[Token] = []
        rest, raises = 0, False
        if "元" in item.unit and len(phrase.before) == 1 and PAYS.fullmatch(shown, *phrase.before[0]):
            return [Token("measure", *phrase.before[0])]  # 个人缴费90元，医疗救助90元，政府补助200元
        for start, end in phrase.before:
            read = read_slots(shown, start, end)
            own += read.tokens
            rest += read.rest
            raises |= read.raises
        for start, end in phrase.behind:
            own += [token for token in read_slots(shown, start, end).tokens if token.slot == "measure"]
        if self._under_measure(item, own):
            own = [token for token in own if token.slot != "measure"]
        if any(token.slot == "measure" for token in own):
            return _with_people(shown, phrase.before[0][0], own) if phrase.before else own
        if not own and not raises and not rest:
            return own if self._frame.open and self._frame.of("expense") else None
        if own and own[-1].slot == "lead":
            return None
        if rest > 2:
            words = "".join(self._masks.text[start:end] for start, end in phrase.before)
            same = self._frame.open or self._frame.unit == item.unit
            if raises or not same or len(words) > _LONGEST_GROUP or PREDICATES.search(words):
                return None
            return [Token("other", phrase.before[0][0], phrase.before[-1][1])]
        return own

    def _conditioned(self, phrase: Phrase, condition: Range) -> list[Token]:
        """Return the slots that a condition and the words behind it fill: it says for whom or what."""
        own = [Token("other", *condition)]
        for start, end in phrase.before:
            if start >= condition[1]:
                own += read_slots(self._masks.outer, start, end).tokens
        return own

    def _under_measure(self, item: Item, own: list[Token]) -> bool:
        """Tell whether the verb of a figure only takes up the measure over it: 补助标准为：中央补助3元."""
        frame, text = self._frame, self._masks.text
        measures = frame.of("measure")
        verbs = [token for token in own if token.slot == "measure"]
        return (
            bool(measures and verbs)
            and (frame.open or frame.unit == item.unit)
            and not is_verb(text, measures[-1])
            and all(
                is_verb(text, verb)
                and text[verb.end - 2 : verb.end] in text[measures[-1].start : measures[-1].end]
                for verb in verbs
            )
        )

    def _advance(self, passage: Passage, item: Item) -> None:
        """Note the sentences and clauses without figures in front of a figure."""
        index, clause = self._clause
        if index != passage.index:
            self._begin(passage, max(index + 1, passage.index - _NEAR))
            self._measures = {}
            clause = -1
            self._numbers = {other.clause for other in passage.items}
        for place in range(clause + 1, item.clause):
            if place not in self._numbers:
                self._note(passage.index, *passage.clauses[place])
        self._clause = passage.index, item.clause

    def _begin(self, passage: Passage, first: int) -> None:
        """Note the sentences before one, and forget what a new paragraph or item does not go on with."""
        self._note_rest(passage.index - 1)
        self._passage = passage
        for index in range(first, passage.index + 1):
            sentence = self._sentences[index]
            if index == passage.index and not passage.prescriptive:
                self._frame = Frame()
            elif self._introduces(index - 1):
                self._heading = replace(self._frame, sentence=index - 1, open=True)
                self._frame = self._heading
            elif sentence.numbered or sentence.opens or self._frame.sentence < index - _NEAR:
                self._frame = self._heading if self._heading.sentence >= index - 4 * _NEAR else Frame()
            elif self._frame.of("expense") and self._frame.of("insured"):
                # The next sentence goes on with who pays: …费用，由大病保险支付。起付标准为….
                tokens = tuple(token for token in self._frame.tokens if token.slot != "expense")
                self._frame = replace(self._frame, tokens=tokens)
            if index == passage.index:
                return
            if sentence.end - sentence.start > 6 * _LONGEST_HEADING:
                continue
            line = self._masks.text[sentence.start : sentence.end].strip()
            if line[-1:] not in "。！？；" and len(line) <= _LONGEST_HEADING:
                found = read_slots(self._masks.outer, sentence.start, sentence.end).tokens
                if expense := self._expense(*trim(self._masks.text, sentence.start, sentence.end)):
                    found = [Token("expense", *expense)]
                if _TITLE_ENDS.search(line.rstrip("：:")):
                    found = []
                self._heading = self._frame = Frame(tuple(found), index, open=True)
            else:
                for start, end in clauses(self._masks, sentence)[0]:
                    self._note(index, start, end)
                if sentence.heading and self._frame.sentence == index:
                    self._heading = self._frame

    def _note_rest(self, index: int) -> None:
        """Note the clauses behind the last figure of a sentence that is the head of the lines under it."""
        last = self._passage
        if last is not None and last.index == index and self._ends_with_colon(index):
            for start, end in last.clauses[last.items[-1].clause + 1 :]:
                self._note(index, start, end)

    def _introduces(self, index: int) -> bool:
        """Tell whether a sentence is the head of the lines under it: 按以下标准支付：."""
        return index >= 0 and self._frame.sentence >= index and self._ends_with_colon(index)

    def _ends_with_colon(self, index: int) -> bool:
        sentence = self._sentences[index]
        return self._masks.text[sentence.start : sentence.end].rstrip()[-1:] == "："

    def _note(self, index: int, start: int, end: int) -> None:
        """Note a clause without figures: a measure that it names, or whom and what it is about."""
        shown = self._masks.outer
        if _NO_MEASURE.match(shown, start, end):
            return
        if expense := self._expense(start, end):
            self._frame = Frame((Token("expense", *expense),), index, open=True, unit=self._frame.unit)
            return
        found = read_slots(shown, start, min(end, start + 4 * _LONGEST_HEADING)).tokens
        without = _WITHOUT.search(shown, start, end) and not _ADJUSTED.search(shown, start, end)
        if not without and (not found or found[-1].slot != "measure"):
            found = _named(shown, start, end, found)
        if not without and not found and shown[end : end + 1] == "：" and not _SAYS.search(shown, start, end):
            begin, stop = trim(self._masks.text, start, end)
            if 2 <= stop - begin <= _LONGEST_GROUP and not PREDICATES.search(shown, begin, stop):
                found = [Token("measure", begin, stop)]
        if not found:
            return
        last = found[-1]
        payer = next((token for token in found if token.slot == "insured"), None)
        if self._frame.of("expense") and payer and "由" in shown[max(start, payer.start - 3) : payer.start]:
            tokens = (*self._frame.of("expense"), *self._frame.of("measure"), payer)
            self._frame = replace(self._frame, tokens=tuple(sorted(tokens, key=lambda token: token.start)))
        if self._frame.of("expense") and last.slot == "measure" and is_verb(self._masks.text, last):
            return  # 产前检查费用，由统筹基金按以下标准支付：
        if not without and last.slot == "measure" and _NAMES_MEASURE.match(shown, last.end, end):
            kept = _kept(self._frame, found, None, follows=False) or []
            tokens = tuple(sorted([*kept, *found], key=lambda token: token.start))
            self._frame = Frame(tokens, index, open=True)
            return
        about: list[Token] = []
        at = place.end() if (place := _PLACE.match(shown, start, end)) else start
        for token in found:
            if not is_joined(shown, at, token.start) or token.slot in {"measure", "lead"}:
                break
            about.append(token)
            at = token.end
        if not about and shown[end - 1 : end] == "的":  # 转院到外地住院的: another case
            others = tuple(token for token in self._frame.tokens if token.slot not in GROUPS)
            self._frame = replace(self._frame, tokens=others)
        if about and shown[end - 1 : end] == "的":
            about += [token for token in found[len(about) :] if token.slot in {"insured", "service"}]
        if about:
            old = self._frame.of("measure", "lead")
            if not any(token.slot in {"insured", "service"} for token in about):
                old += self._frame.of("insured", "service")
            tokens = tuple(sorted([*old, *about], key=lambda token: token.start))
            self._frame = Frame(tokens, index, carried=True, open=True, unit=self._frame.unit)

    def _expense(self, start: int, end: int) -> Range | None:
        """Return what a clause says is paid for, without what is said of it in front."""
        shown = self._masks.outer
        begin = max(start, end - 2 * _LONGEST_HEADING)
        of = shown.rfind("的", begin, end - 1)
        if of >= 0 and _ANY_EXPENSE.fullmatch(shown, of + 1, end) and not _COVERED.search(shown, begin, of):
            of = shown.rfind("的", begin, of)  # 儿童个人负担部分的医疗费用
        begin = max(begin, of + 1)
        expense = _EXPENSE.search(shown, begin, end)
        if (
            expense is None
            or _ANY_EXPENSE.fullmatch(expense["what"])
            or _WITHOUT_ANY.search(shown, start, end)
        ):
            return None
        begin, end = trim(self._masks.text, *expense.span("what"))
        half = (end - begin) // 2
        if shown[begin : begin + half] == shown[begin + half : end]:
            begin += half  # a heading that the text under it begins with
        return begin, end


def _names_whom(own: list[Token]) -> bool:
    """Tell whether words say of whom their measure is: 退休人员报销比例."""
    slots = {token.slot for token in own}
    return "measure" in slots and bool(slots & set(GROUPS))


def _with_people(shown: str, start: int, own: list[Token]) -> list[Token]:
    """Return tokens with the people that stand in front of a measure as one group: 稳定脱贫人口资助标准."""
    measure = next(token for token in own if token.slot == "measure")
    people = PEOPLE.match(shown, start, measure.start)
    named = own[0].slot in {"insured", "service"} and own[0].start < measure.start
    if people is None or named or not is_joined(shown, people.end(), measure.start):
        return own
    return [Token("person", *people.span()), *(token for token in own if token.start >= people.end())]


def _unit_kind(unit: str) -> str:
    return next((kind for kind in ("%", "元") if kind in unit), unit)


def _kept(old: Frame, own: list[Token], item: Item | None, *, follows: bool) -> list[Token] | None:
    """Return what is kept of a frame beside the words of a figure; None if that says no measure."""
    if old.of("expense"):
        old = replace(old, tokens=tuple(token for token in old.tokens if token.slot != "insured"))
    slots = {token.slot for token in own}
    groups = old.of(*GROUPS)
    kept: list[Token] = []
    if "measure" in slots:
        if not slots & {"insured", "service"} and old.of("expense"):
            kept = old.of("expense")
        elif not slots & {"insured", "service"}:
            kept = old.of("insured", "service")
        elif "insured" not in slots and "person" not in slots:
            kept = old.of("insured")
        if not slots & {"insured", "service"} and (old.carried or (follows and not slots & set(GROUPS))):
            kept += [token for token in groups if token.slot not in slots]
        return kept
    if not old.of("measure", "expense"):
        return None
    kept = old.of("measure", "lead", "expense")
    kept += [token for token in old.of("insured", "service") if token.slot not in slots]
    own_groups = slots & set(GROUPS)
    if not own_groups:
        return kept + (groups if not slots else [])
    first = next((place for place, token in enumerate(groups) if token.slot in own_groups), None)
    if first is not None and "other" not in own_groups:
        return kept + groups[:first]
    if item is not None and item.bracketed:
        return kept + [token for token in groups if token.slot != "person"]
    return kept


def _named(shown: str, start: int, end: int, found: list[Token]) -> list[Token]:
    """Return the slots of a clause with the measure that it names by another word: 预算点值：."""
    named = _OTHER_MEASURE.search(shown, max(start, end - 2 * _LONGEST_GROUP), end)
    if named is None or PREDICATES.search(shown, named.start(), end):
        return found
    begin = named.start()
    return [*(token for token in found if token.end <= begin), Token("measure", begin, named.end())]
