"""Reading the figures of a document: every QUANTITY with what it measures, when and where."""

from __future__ import annotations

from collections.abc import Iterable

from nhsa_nlp.figures.bases import read_base
from nhsa_nlp.figures.dating import Dating
from nhsa_nlp.figures.indicators.reader import IndicatorReader
from nhsa_nlp.figures.indicators.sanctions import find_sanctions
from nhsa_nlp.figures.policies import policy_of
from nhsa_nlp.figures.roles.model import RoleModel
from nhsa_nlp.figures.roles.rules import decide, is_set_by_head
from nhsa_nlp.figures.roles.surroundings import look_around
from nhsa_nlp.figures.roles.targets import is_ahead
from nhsa_nlp.figures.scopes.groups import move_groups
from nhsa_nlp.figures.scopes.institutions import Institutions
from nhsa_nlp.figures.scopes.reader import set_regions, set_scopes
from nhsa_nlp.figures.structure.dates import date_of_page, find_dates
from nhsa_nlp.figures.structure.grids import find_cells
from nhsa_nlp.figures.structure.items import Item, Passage, gather
from nhsa_nlp.figures.structure.sentences import find_sentences, headings, mask
from nhsa_nlp.figures.structure.stacks import find_stacked
from nhsa_nlp.figures.structure.tone import Tone
from nhsa_nlp.record import (
    UNNAMED,
    EntityRecord,
    FigureRecord,
    LetterRecord,
    QuantityRecord,
    is_doc_no,
    is_policy,
    is_quantity,
)
from nhsa_nlp.text import CleanText, Range


def read_figures(
    view: CleanText, entities: Iterable[EntityRecord], letter: LetterRecord | None, document: str = UNNAMED
) -> list[FigureRecord]:
    """Return the figures of a document, one for each QUANTITY, in order.

    Parameters
    ----------
    view
        The cleaned text.
    entities
        Its entities; offsets into the raw text.
    letter
        The anatomy of the letter: its date, and where its sections have headings.
    document
        The id that the figures get.

    Returns
    -------
    list of FigureRecord
        Offsets are those of the raw text. The time taken is linear in the text.

    Examples
    --------
    >>> from nhsa_nlp.entities.grammar import find_entities
    >>> from nhsa_nlp.text import clean
    >>> view = clean("2022年，全国参保13.46亿人，比上年增长0.3%。")
    >>> for figure in read_figures(view, find_entities(view), None):
    ...     print(figure["role"], figure["indicator"], figure["period"], figure["base"])
    reported 参保 ['2022', '2022'] None
    change 参保增长 ['2022', '2022'] 上年
    """
    quantities: list[tuple[QuantityRecord, Range]] = []
    policies: list[tuple[Range, str]] = []
    titles: list[Range] = []
    for entity in entities:
        if is_quantity(entity):
            quantities.append((entity, _clean_range(view, entity)))
        elif is_policy(entity):
            titles.append(_clean_range(view, entity))
            policies.append((titles[-1], entity["title"]))
        elif is_doc_no(entity):
            titles.append(_clean_range(view, entity))
    if not quantities:
        return []
    masks = mask(view.text)
    sentences = find_sentences(masks, headings(view, letter))
    written = (letter["date"] if letter else None) or date_of_page(view.text)
    dates = list(find_dates(view.text, titles, written))
    dating, indicators = Dating(masks, sentences, dates), IndicatorReader(masks, sentences)
    institutions, tone = Institutions(masks), Tone(view.text)
    roles = RoleModel(masks, tone)
    places = [(entity["start"], entity["end"]) for entity, _ in quantities]
    cells = {**find_stacked(view, places), **find_cells(view, places)}
    figures: list[FigureRecord] = []
    previous: Passage | None = None
    for passage in gather(masks, sentences, quantities, dates):
        passage.prescriptive = tone.prescribes(passage.sentence.start)
        sanctions = find_sanctions(masks, passage)
        for item in passage.items:
            item.cell = cells.get(item.quantity["start"])
            around = look_around(masks, passage, item)
            said = decide(masks, passage, item, around)
            if item.source is None:
                said = roles.judge(passage, item, around, said)
            item.role, item.confidence = said
            if item.role in {"reported", "change"} and is_set_by_head(masks, passage, item):
                item.role, item.confidence = "rule", 0.7
            if is_ahead(masks, item, around):
                item.role, item.confidence = "target", 0.7
            if item.start in sanctions:
                item.role, item.confidence = "rule", 0.8
        indicators.read(passage, sanctions)
        dating.read(passage)
        set_scopes(masks, passage, previous)
        institutions.read(passage)
        move_groups(masks, passage, indicators.heads_over)
        set_regions(masks, passage, indicators.heads_over)
        previous = passage
        for item in passage.items:
            base = read_base(masks, item) if item.role == "change" else None
            policy = policy_of(masks, passage, item, policies)
            figures.append(_record(view, passage, item, document, base, policy))
    return figures


def _clean_range(view: CleanText, entity: EntityRecord) -> Range:
    first = view.to_clean(entity["start"])
    return first, max(first, view.to_clean(entity["end"] - 1) + 1)


def _record(
    view: CleanText, passage: Passage, item: Item, document: str, base: str | None, policy: str | None
) -> FigureRecord:
    quantity = item.quantity
    counts = item.role != "other"
    spans = sorted({span for span in (*item.context, *item.spans) if span[0] < span[1]}) if counts else []
    date = item.date if counts else None
    sentence = passage.sentence
    return {
        "document": document,
        "start": quantity["start"],
        "end": quantity["end"],
        "text": quantity["text"],
        "value": quantity["value"],
        "unit": quantity["unit"],
        "op": quantity["op"],
        "role": item.role,
        "indicator": "".join(view.raw_slice(start, end) for start, end in spans),
        "indicator_spans": [list(view.to_raw(start, end)) for start, end in spans],
        "as_of": date.as_of if date else None,
        "period": list(date.period) if date and date.period else None,
        "anchor": date.anchor if date and (date.as_of or date.period or date.anchor == "letter") else None,
        "scope": ("、".join(dict.fromkeys([*item.scope, *item.groups])) or None) if counts else None,
        "base": base,
        "policy": policy if counts else None,
        "confidence": _confidence(item, sentence.start),
        "sentence": _shown(view.text, sentence.start, sentence.end, item.start),
    }


def _confidence(item: Item, sentence: int) -> float:
    """Return how sure a figure is: that of its role, less where words are inherited, the more the farther."""
    if item.role == "other":
        return round(min(1.0, item.confidence + 0.1), 2)
    if not item.context and not item.spans:
        return round(item.confidence / 2, 2)
    inherited = min((start for start, _ in item.context), default=None)
    near = 1.0 if inherited is None else 0.9 if inherited >= sentence else 0.8
    return round(item.confidence * near, 2)


_LONGEST = 600  # characters of a sentence that are shown: a line without stops may have millions


def _shown(text: str, start: int, end: int, position: int) -> str:
    return text[max(start, position - _LONGEST // 2) : min(end, position + _LONGEST // 2)].strip()
