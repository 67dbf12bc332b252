import functools
from pathlib import Path
from typing import Any

import pytest
import spacy
from hypothesis import given, settings
from hypothesis import strategies as st

from nhsa_nlp.data.corpus import read_replies
from nhsa_nlp.data.entities import read_entities
from nhsa_nlp.errors import BundleError, InputError
from nhsa_nlp.pipeline.language import blank
from nhsa_nlp.pipeline.segmenters import SegmenterName, make_segmenter
from nhsa_nlp.text.segmenters import UserDictionary, UserWord
from tests.paths import TRAINING_DATA

SEGMENTERS = ["rjieba", "jieba", "char"]


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
    assert [token.text for token in blank("rjieba")("1年内")] == ["1", "年", "内"]


def test_without_a_trained_model_pkuseg_says_what_to_do() -> None:
    with pytest.raises(BundleError, match="nhsa-nlp train segmenter"):
        blank("pkuseg")("医保")


def test_an_unknown_segmenter_is_refused() -> None:
    with pytest.raises(Exception, match="segmenter"):
        blank("word")  # type: ignore[arg-type]


def new_tokenizer(segmenter: SegmenterName) -> Any:
    return blank(segmenter).tokenizer


OWN = UserDictionary((UserWord("惠民保"), UserWord("CHS-DRG付费"), UserWord("惠民保障办")))


@pytest.mark.parametrize("segmenter", ["rjieba", "jieba", "pkuseg"])
def test_words_of_ones_own_are_tokens(nlp: Any, segmenter: SegmenterName, tmp_path: Path) -> None:
    made: Any = blank(segmenter)
    made.tokenizer.from_bytes(nlp.tokenizer.to_bytes())
    text = "推广惠民保，\n惠民保障力度CHS-DRG付费惠民保，惠民保障办"
    assert {"惠民保", "CHS-DRG付费"}.isdisjoint(token.text for token in made(text))
    made.tokenizer.user_words = OWN
    tokens = [token.text for token in made(text)]
    assert "".join(tokens) == text
    assert tokens.count("惠民保") == (
        3 if segmenter == "pkuseg" else 2
    )  # a dictionary weighs 保障 against it
    assert {"CHS-DRG付费", "惠民保障办"} <= set(tokens)
    made.tokenizer.to_disk(tmp_path / "tokenizer")
    for again in (
        new_tokenizer(segmenter).from_bytes(made.tokenizer.to_bytes()),
        new_tokenizer(segmenter).from_disk(tmp_path / "tokenizer"),
    ):
        assert again.user_words == OWN
        assert [token.text for token in again(text)] == tokens


def test_a_saved_dictionary_that_is_not_one_is_refused(tmp_path: Path) -> None:
    tokenizer: Any = blank().tokenizer
    tokenizer.user_words = OWN
    tokenizer.to_disk(tmp_path)
    (tmp_path / "words.txt").write_text("惠民保\n惠民保\n", "utf-8")
    with pytest.raises(BundleError, match=r"words\.txt:2: '惠民保' is in line 1 already"):
        tokenizer.from_disk(tmp_path)


def test_pkuseg_leaves_no_file_and_unpickles_nothing(
    nlp: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("unpickled")

    monkeypatch.setattr("pickle.load", refuse)
    monkeypatch.setattr("pickle.loads", refuse)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    made: Any = blank("pkuseg")
    made.tokenizer.from_bytes(nlp.tokenizer.to_bytes())
    made.tokenizer.user_words = OWN
    assert "惠民保" in [token.text for token in made("推广惠民保")]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("segmenter", ["rjieba", "jieba", "pkuseg"])
def test_halves_of_surrogate_pairs_do_not_break_a_segmenter(nlp: Any, segmenter: SegmenterName) -> None:
    made = make_segmenter(segmenter, OWN, nlp.tokenizer._pkuseg_files)
    assert "".join(made.cut("医疗\ud800保障 。")) == "医疗\ufffd保障 。"


def test_what_was_called_jieba_in_older_bundles_is_rjieba() -> None:
    config = {"nlp": {"tokenizer": {"@tokenizers": "nhsa_tokenizer.v1", "segmenter": "jieba"}}}
    assert spacy.blank("zh", config=config).tokenizer.segmenter == "rjieba"  # type: ignore[union-attr]


def test_tokens_may_cross_entity_borders_if_the_configuration_says_so() -> None:
    config = {"nlp": {"tokenizer": {"@tokenizers": "nhsa_tokenizer.v2", "entity_borders": False}}}
    nlp = spacy.blank("zh", config=config)
    text = "1年内支付"
    assert [token.text for token in nlp(text)] == ["1", "年内", "支付"]
    nlp.add_pipe("nhsa_entities")
    doc = nlp(text)
    assert [(ent.text, ent.label_) for ent in doc.ents] == [("1年", "QUANTITY")]
    assert doc.text == text


def test_half_of_a_surrogate_pair_is_refused_in_one_line() -> None:
    with pytest.raises(InputError, match="holds half a surrogate pair"):
        blank()("\ud800abc")
