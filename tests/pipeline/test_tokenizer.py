import functools
from typing import Any, cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhsa_nlp.data.corpus import read_entities, read_replies
from nhsa_nlp.pipeline.language import blank
from nhsa_nlp.pipeline.tokenizer import Segmenter
from tests.paths import TRAINING_DATA

SEGMENTERS: list[Segmenter] = ["jieba", "char"]


@pytest.fixture(scope="module", params=[*SEGMENTERS, "pkuseg"])
def pipeline(request: pytest.FixtureRequest, nlp: Any) -> Any:
    """A pipeline with each segmenter, the trained one taken from the bundle that is shipped."""
    made: Any = blank(request.param)
    made.tokenizer.from_bytes(nlp.tokenizer.to_bytes())
    made.add_pipe("nhsa_entities")
    return made


def test_every_annotated_entity_aligns_with_any_segmenter(pipeline: Any) -> None:
    texts = {reply.id: reply.text for reply in read_replies(TRAINING_DATA / "replies.tsv")}
    documents = read_entities(TRAINING_DATA / "entities.jsonl", texts)
    if pipeline.tokenizer.segmenter == "pkuseg":
        documents = documents[:20]  # it is slow
    for document in documents:
        borders = {edge for e in document.entities for edge in (e.start, e.end)}
        doc = pipeline.tokenizer.tokenize(document.text, borders)
        for entity in document.entities:
            assert doc.char_span(entity.start, entity.end) is not None


def test_every_entity_of_the_grammar_is_in_the_document(pipeline: Any, letters: dict[str, str]) -> None:
    for text in letters.values():
        doc = pipeline(text)
        assert [(e["start"], e["end"]) for e in doc._.entities] == [
            (e.start_char, e.end_char) for e in doc.ents
        ]
        assert [e.text for e in doc.ents] == [e["text"] for e in doc._.entities]


@given(st.text(alphabet="医保基金1年内 \n\t　3.5亿元《》ab一2", max_size=40))
@settings(max_examples=150)
def test_tokens_put_together_are_the_text(raw: str) -> None:
    for segmenter in SEGMENTERS:
        assert blank_once(segmenter)(raw).text == raw


blank_once = functools.cache(blank)


def test_pkuseg_keeps_white_space(nlp: Any) -> None:
    made: Any = blank("pkuseg")
    made.tokenizer.from_bytes(nlp.tokenizer.to_bytes())
    raw = "国家 医保局\n\n印发  通知。\n"
    doc = made(raw)
    assert doc.text == raw
    assert [t.text for t in doc if not t.is_space] != list("国家医保局印发通知。")


def test_a_word_does_not_cross_an_entitys_border() -> None:
    assert [token.text for token in blank("jieba")("1年内")] == ["1", "年", "内"]


def test_without_a_trained_model_pkuseg_says_what_to_do() -> None:
    from nhsa_nlp.errors import BundleError

    with pytest.raises(BundleError, match="nhsa-nlp train segmenter"):
        blank("pkuseg")("医保")


def test_an_unknown_segmenter_is_refused() -> None:
    with pytest.raises(Exception, match="segmenter"):
        blank(cast("Segmenter", "word"))
