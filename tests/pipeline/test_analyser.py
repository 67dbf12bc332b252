"""The quick way to a record gives what the pipeline of spaCy gives, and leaves spaCy out where it can."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import nhsa_nlp
from nhsa_nlp.data.corpus import read_proposals, read_replies
from nhsa_nlp.errors import BundleError, InputError, TooLongError
from nhsa_nlp.io import Document
from nhsa_nlp.pipeline import records
from nhsa_nlp.pipeline.analyser import PlainAnalyser
from nhsa_nlp.pipeline.bundle import read_manifest, write_manifest
from nhsa_nlp.pipeline.raw import MAX_CHARACTERS
from nhsa_nlp.pipeline.records import as_analyser
from tests.paths import ROOT
from tests.pipeline.test_configuration import bundle, change

__all__ = ["bundle"]  # a fixture

DATA = ROOT / "training" / "data"
ODD = ["", " \n", "English only", "國辦發〔2021〕14號", "药太贵了", "a\0b", "医保" * 5000, "𠮷😀医保报销50%"]


def test_records_are_those_of_the_pipeline(letters: dict[str, str]) -> None:
    analyse, pipeline = nhsa_nlp.load_analyser(), as_analyser(nhsa_nlp.load())
    replies = [reply.text for reply in read_replies(DATA / "replies.tsv")][::6]
    proposals = [text.text for text in read_proposals(DATA / "proposals-test.jsonl")][::9]
    for text in [*letters.values(), *replies, *proposals, *ODD]:
        assert json.dumps(analyse(text)) == json.dumps(pipeline(text))


def test_a_record_has_the_id_and_source_of_its_document() -> None:
    document = Document("甲", "甲.txt", "关于医保报销的建议", columns={"年": 2021})
    ((quick,), (full,)) = (records(load(), [document]) for load in (nhsa_nlp.load_analyser, nhsa_nlp.load))
    assert quick == full
    assert (quick["id"], quick["source"], quick["columns"]) == ("甲", "甲.txt", {"年": 2021})
    assert (nhsa_nlp.load_analyser()("医保")["id"], nhsa_nlp.load_analyser()("医保")["source"]) == (
        "document",
        "",
    )


def test_neither_spacy_nor_pydantic_is_imported() -> None:
    code = (
        "import sys, nhsa_nlp.batch.worker, nhsa_nlp; nhsa_nlp.load_analyser()('关于医保报销的建议');"
        "print(sorted({'spacy', 'pydantic', 'thinc', 'sklearn', 'rjieba'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('disabled = ["ner"]', "disabled = []"),
        ('disabled = ["ner"]', 'disabled = ["ner"]\nenabled = ["letter"]'),
        ('"ner", "entities"]', '"ner", "entities", "again"]'),
    ],
)
def test_what_depends_on_the_pipeline_goes_through_it(bundle: Path, old: str, new: str) -> None:
    change(bundle, old, new)
    if "again" in new:
        change(bundle, "[components.ner]", '[components.again]\nfactory = "nhsa_letter"\n\n[components.ner]')
    analyse = nhsa_nlp.load_analyser(bundle)
    assert not isinstance(analyse, PlainAnalyser)
    text = "国家医保局安排资金316.26亿元，依据医保发〔2021〕5号。"
    assert analyse(text) == as_analyser(nhsa_nlp.load(bundle))(text)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("evidence = 10", "evidence = 2"),
        ("grammar = true", "grammar = false"),
        ('"letter", "topic", "ner"', '"ner"'),
        ('disabled = ["ner"]', 'disabled = ["ner", "topic"]'),
    ],
)
def test_settings_are_those_of_the_bundle(bundle: Path, old: str, new: str) -> None:
    change(bundle, old, new)
    analyse = nhsa_nlp.load_analyser(bundle)
    assert isinstance(analyse, PlainAnalyser)
    text = (ROOT / "examples" / "letters" / "npc-13-5-6706.txt").read_text("utf-8")
    assert analyse(text) == as_analyser(nhsa_nlp.load(bundle))(text)


@pytest.mark.parametrize("load", [nhsa_nlp.load_analyser, lambda: as_analyser(nhsa_nlp.load())])
def test_a_text_that_cannot_be_analysed_is_refused(load: type) -> None:
    analyse = load()
    with pytest.raises(TooLongError, match=r"^has 10,000,001 characters, at most 10,000,000"):
        analyse("医" * (MAX_CHARACTERS + 1))
    with pytest.raises(InputError, match=r"^holds half a surrogate pair"):
        analyse("医保\ud800")


def test_the_source_of_a_text_that_is_refused_is_named() -> None:
    document = Document("甲", "甲.txt", "医保\ud800")
    with pytest.raises(InputError, match=r"^甲\.txt: holds half a surrogate pair"):
        list(records(nhsa_nlp.load_analyser(), [document]))


def test_segmenters_are_checked(bundle: Path) -> None:
    with pytest.raises(InputError, match="no segmenter 'spaces'"):
        nhsa_nlp.load_analyser(segmenter="spaces")  # type: ignore[arg-type]
    text = "关于医保报销的建议"
    assert nhsa_nlp.load_analyser(segmenter="char")(text) == nhsa_nlp.load_analyser()(text)
    for name in ("features.msgpack", "weights.npz"):
        (bundle / "tokenizer" / name).unlink()
    write_manifest(bundle, read_manifest(bundle))
    with pytest.raises(BundleError, match="no trained segmenter; run: nhsa-nlp train segmenter"):
        nhsa_nlp.load_analyser(bundle, segmenter="pkuseg")
