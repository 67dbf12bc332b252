from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from spacy.tokens import Doc

import nhsa_nlp
from nhsa_nlp.errors import BundleError, InputError
from nhsa_nlp.pipeline.analysis import analysis_of
from nhsa_nlp.pipeline.bundle import default_bundle_path, read_manifest, write_manifest
from nhsa_nlp.pipeline.language import blank
from nhsa_nlp.pipeline.records import MAX_CHARACTERS


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
    assert (nlp.lang, nlp.pipe_names, nlp.max_length) == ("zh", [], MAX_CHARACTERS)
    assert [token.text for token in nlp("医疗保障基金")] == ["医疗保障", "基金"]
    assert blank("char").tokenizer.segmenter == "char"  # type: ignore[union-attr]


def test_a_bundles_segmenter_is_the_one_it_names(tmp_path: Path) -> None:
    name = nhsa_nlp.load().config["nlp"]["tokenizer"]["segmenter"]
    bundle = changed(tmp_path, f'segmenter = "{name}"', 'segmenter = "char"')
    assert [token.text for token in nhsa_nlp.load(bundle)("医保")] == ["医", "保"]
    assert [token.text for token in nhsa_nlp.load(bundle, segmenter="rjieba")("医保")] == ["医保"]


def test_what_the_installed_packages_cannot_load_is_one_line(tmp_path: Path) -> None:
    bundle = changed(tmp_path, "sections = false", "sections = null")
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
