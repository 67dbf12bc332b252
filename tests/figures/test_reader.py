"""The records as a whole."""

from __future__ import annotations

from nhsa_nlp.entities.grammar import find_entities
from nhsa_nlp.figures import read_figures
from nhsa_nlp.record import is_quantity
from nhsa_nlp.text import clean


def test_every_quantity_of_a_letter_is_a_figure_once(letters: dict[str, str]) -> None:
    for text in letters.values():
        view = clean(text)
        entities = find_entities(view)
        figures = read_figures(view, entities, None, "a")
        quantities = [entity for entity in entities if is_quantity(entity)]
        assert [(figure["start"], figure["end"]) for figure in figures] == [
            (quantity["start"], quantity["end"]) for quantity in quantities
        ]
        for figure in figures:
            assert figure["document"] == "a"
            assert 0 < figure["confidence"] <= 1
            assert figure["sentence"]
            assert figure["as_of"] is None or figure["period"] is None
            for start, end in figure["indicator_spans"]:
                assert 0 <= start < end <= len(text)


def test_strange_texts_are_read_without_failing() -> None:
    for text in (
        "5%",
        "分别5%、6%",
        "（3%）",
        "）3%（",
        "从5元到6元提高到7元",
        "其中5个",
        "《5个》",
        "、5个和6个",
        "占3%",
    ):
        view = clean(text)
        assert len(read_figures(view, find_entities(view), None)) == sum(
            is_quantity(entity) for entity in find_entities(view)
        )


def test_a_line_without_end_hands_on_no_more_than_it_can() -> None:
    view = clean("全市医院（占3%）、" * 400)
    figures = read_figures(view, find_entities(view), None)
    assert len(figures) == 400
    assert max(len(figure["indicator"]) for figure in figures) < 200
    assert max(len(figure["sentence"]) for figure in figures) <= 600
