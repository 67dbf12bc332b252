from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import spacy
from spacy.language import Language
from spacy.tokens import Doc

import nhsa_nlp
from nhsa_nlp.errors import BundleError, InputError, TooLongError
from nhsa_nlp.pipeline.analysis import analysis_of
from nhsa_nlp.pipeline.bundle import default_bundle_path, read_manifest, write_manifest
from nhsa_nlp.pipeline.language import blank
from nhsa_nlp.pipeline.raw import MAX_CHARACTERS


def changed(folder: Path, old: str, new: str) -> Path:
    """The bundle that is shipped with one change of its configuration, as if it were made so."""
    bundle = folder / "bundle"
    shutil.copytree(default_bundle_path(), bundle)
    config = (bundle / "config.cfg").read_text("utf-8")
    assert old in config
    (bundle / "config.cfg").write_text(config.replace(old, new), "utf-8")
    write_manifest(bundle, read_manifest(bundle))
    return bundle


def test_a_blank_pipeline_has_our_tokenizer_and_limit() -> None:
    nlp = blank()
    assert (nlp.lang, nlp.pipe_names) == ("zh", [])
    with pytest.raises(TooLongError, match=r"^has 10,000,001 characters, at most 10,000,000"):
        nlp("医" * (MAX_CHARACTERS + 1))
    assert [token.text for token in nlp("医疗保障基金")] == ["医疗保障", "基金"]
    assert blank("char").tokenizer.segmenter == "char"  # type: ignore[union-attr]


def test_a_bundles_segmenter_is_the_one_it_names(tmp_path: Path) -> None:
    name = nhsa_nlp.load().config["nlp"]["tokenizer"]["segmenter"]
    bundle = changed(tmp_path, f'segmenter = "{name}"', 'segmenter = "char"')
    assert [token.text for token in nhsa_nlp.load(bundle)("医保")] == ["医", "保"]
    assert [token.text for token in nhsa_nlp.load(bundle, segmenter="rjieba")("医保")] == ["医保"]


def test_what_the_installed_packages_cannot_load_is_one_line(tmp_path: Path) -> None:
    bundle = changed(tmp_path, "hidden_width = 64", "hidden_width = 65")
    with pytest.raises(BundleError, match="cannot be loaded by the installed packages") as caught:
        nhsa_nlp.load(bundle)
    assert "\n" not in str(caught.value)
    assert "it was made with" in str(caught.value)


def test_components_are_switched_on_by_name() -> None:
    assert "ner" not in nhsa_nlp.load().pipe_names
    assert "ner" in nhsa_nlp.load(enable=["ner"]).pipe_names
    with pytest.raises(BundleError, match="has no component 'tagger', only letter, topic, ner, entities"):
        nhsa_nlp.load(enable=["tagger"])


def test_a_segmenter_that_does_not_exist_is_named() -> None:
    with pytest.raises(InputError, match="no segmenter 'hanlp'; choose one of rjieba, jieba, pkuseg, char"):
        nhsa_nlp.load(segmenter="hanlp")  # type: ignore[arg-type]


def test_a_document_read_into_another_is_analysed_again() -> None:
    nlp = nhsa_nlp.load()
    doc, other = Doc(nlp.vocab), nlp("关于印发《医疗保障条例》的通知，共有12件。")
    assert analysis_of(doc).raw == ""
    doc.from_bytes(other.to_bytes())
    assert analysis_of(doc).raw == other.text


@pytest.mark.parametrize("load", [nhsa_nlp.load, lambda: spacy.load(default_bundle_path())])
def test_a_document_of_spacy_has_the_record_of_label(load: Callable[[], Language]) -> None:
    nlp, text = load(), "关于提高门诊报销比例的建议，依据医保发〔2021〕5号。"
    assert nlp(text)._.record == nhsa_nlp.load_analyser()(text)
    assert [doc._.record["model"] for doc in nlp.pipe([text])] == [nhsa_nlp.load_analyser()(text)["model"]]


def test_a_text_that_is_too_long_is_refused_as_by_label() -> None:
    nlp = nhsa_nlp.load()
    for analyse in (nlp, nhsa_nlp.load_analyser()):
        with pytest.raises(TooLongError, match=r"^has 10,000,001 characters, at most 10,000,000"):
            analyse("医" * (MAX_CHARACTERS + 1))
