"""Bundles made to do harm: whole by their manifest, refused for what their configuration names."""

from __future__ import annotations

import pickle
import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from confection import Config
from typer.testing import CliRunner

import nhsa_nlp
from nhsa_nlp.cli.app import app
from nhsa_nlp.errors import BundleError
from nhsa_nlp.pipeline.bundle import default_bundle_path, read_manifest, verify_bundle, write_manifest
from nhsa_nlp.pipeline.configuration import read_configuration
from tests.paths import ROOT


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A copy of the bundle that is shipped."""
    return Path(shutil.copytree(default_bundle_path(), tmp_path / "bundle"))


def change(bundle: Path, old: str, new: str) -> None:
    """Change the configuration of a bundle and its manifest with it, as whoever tampers would."""
    config = (bundle / "config.cfg").read_text("utf-8")
    assert old in config
    (bundle / "config.cfg").write_text(config.replace(old, new), "utf-8")
    write_manifest(bundle, read_manifest(bundle))


class Payload:
    """Makes a file when it is unpickled."""

    def __init__(self, marker: Path) -> None:
        self.marker = marker

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.marker,)


OWN_TOKENIZER = '@tokenizers = "nhsa_tokenizer.v2"\nsegmenter = "rjieba"\nentity_borders = true\n'


def with_pickle(bundle: Path) -> Path:
    """Let spaCy's own tokenizer unpickle a file of the bundle; return the file that this makes."""
    marker = bundle.parent / "marker"
    model = bundle / "tokenizer" / "pkuseg_model"
    model.mkdir()
    (bundle / "tokenizer" / "cfg").write_text("{}")
    (model / "features.pkl").write_bytes(pickle.dumps(Payload(marker)))
    change(bundle, OWN_TOKENIZER, '@tokenizers = "spacy.zh.ChineseTokenizer"\nsegmenter = "pkuseg"\n')
    return marker


def with_source(bundle: Path) -> Path:
    """Take a component from a model outside, which has a pickle; return the file that this makes."""
    outside = Path(shutil.copytree(bundle, bundle.parent / "outside" / "bundle"))
    marker = with_pickle(outside)
    change(bundle, 'factory = "nhsa_letter"', f'source = "{outside}"')
    return marker


def with_callback(bundle: Path) -> Path:
    """Copy the tokenizer of a model outside, which has a pickle; return the file that this makes."""
    outside = Path(shutil.copytree(bundle, bundle.parent / "outside" / "bundle"))
    marker = with_pickle(outside)
    change(
        bundle,
        "[initialize]\n",
        '[nlp.after_creation]\n@callbacks = "spacy.copy_from_base_model.v1"\n'
        f'tokenizer = "{outside}"\nvocab = "{outside}"\n\n[initialize]\n',
    )
    change(bundle, "after_creation = null\n", "")
    return marker


ATTACKS = (with_pickle, with_source, with_callback)
LETTER = ROOT / "examples" / "letters" / "npc-13-5-6706.txt"
TABLE = "text,label\n关于医保门诊的建议,A\n关于新款手机的消息,B\n"


@pytest.mark.parametrize("attack", ATTACKS)
def test_a_bundle_does_not_run_code(bundle: Path, attack: Callable[[Path], Path]) -> None:
    marker = attack(bundle)
    for segmenter in (None, "char"):  # the latter replaces the tokenizer
        with pytest.raises(BundleError, match=f"^{re.escape(str(bundle))}/config.cfg: ") as caught:
            nhsa_nlp.load(bundle, segmenter=segmenter)
        assert "\n" not in str(caught.value)
    assert not marker.exists()


@pytest.mark.parametrize(
    "command",
    [
        "verify BUNDLE",
        "info --bundle BUNDLE",
        "diff DEFAULT BUNDLE",
        "diff BUNDLE DEFAULT",
        f"label {LETTER} --bundle BUNDLE",
        "evaluate topic --bundle BUNDLE --data TABLE",
        "evaluate topic --bundle DEFAULT --against BUNDLE --data TABLE",
        "evaluate entities --bundle BUNDLE --data TEXTS",
        "train topic --data TABLE --output BUNDLE",
        f"highlight {LETTER} --bundle BUNDLE",
    ],
)
def test_no_command_runs_the_code_of_a_bundle(bundle: Path, command: str) -> None:
    marker = with_pickle(bundle)
    table = bundle.parent / "table.csv"
    table.write_text(TABLE, "utf-8")
    texts = bundle.parent / "texts.jsonl"
    texts.write_text('{"id": "1", "text": "医保", "entities": []}\n', "utf-8")
    places = {"TEXTS": texts, "BUNDLE": bundle, "DEFAULT": default_bundle_path(), "TABLE": table}
    result = CliRunner().invoke(app, [str(places.get(word, word)) for word in command.split()])
    assert result.exit_code == 2
    assert result.stderr.splitlines()[-1].startswith(f"nhsa-nlp: error: {bundle}/config.cfg: nlp.tokenizer.")
    assert not marker.exists()


BROKEN_KEY = r'{"a = 1\n[nlp.before_creation]\n@callbacks = 2\n[x]\nb": 1}'


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('lang = "zh"', 'lang = "en"', "nlp.lang = 'en'"),
        (
            "before_creation = null",
            'before_creation = {"@misc": "x.v1"}',
            "config.cfg:5: cannot be read",
        ),
        ("before_init = null", 'before_init = {"@callbacks": "x.v1"}', "cannot be read"),
        ("\nvectors = null", '\nvectors = "/etc"', "paths.vectors = '/etc'"),
        ("vectors = ${paths.vectors}", "vectors = ${paths.train}", "initialize.vectors = "),
        ("lookups = null", "lookups = ${nlp.lang}", "initialize.lookups = '${nlp.lang}'"),
        ('@readers = "spacy.Corpus.v1"', '@readers = "spacy.read_labels.v1"', "corpora.train.@readers"),
        ('factory = "nhsa_letter"', 'factory = "entity_ruler"', "components.letter.factory = 'entity_ruler'"),
        (
            'factory = "nhsa_letter"',
            'factory = "nhsa_letter"\nsource = "/x"',
            "components.letter.source = '/x'",
        ),
        ('factory = "nhsa_letter"', '@misc = "x.v1"', "components.letter = an object"),
        ("[components.letter]", "[components./tmp]", "cannot be read"),
        ("[components.letter]", "[components.vocab]", "components.vocab = an object"),
        ('"letter", "topic"', '"letter", "/tmp", "topic"', "nlp.pipeline = a list"),
        ("evidence = 10", "evidence = [10]", "components.topic.evidence = a list"),
        ("sections = false", "sections = 7", "components.topic.sections = 7"),
        ("evidence = 10", "evidence = -1", "components.topic.evidence = -1"),
        ("evidence = 10", "evidence = 1.5", "components.topic.evidence = 1.5"),
        ("evidence = 10", "evidence = 10\nbeam = 3", "components.topic.beam = 3"),
        ("grammar = true", "grammar = null", "components.entities.grammar = null"),
        ("entity_borders = true", "entity_borders = 1", "nlp.tokenizer.entity_borders = 1"),
        ("batch_size = 1000", "batch_size = 1.5", "nlp.batch_size = 1.5"),
        ("batch_size = 1000", "batch_size = true", "nlp.batch_size = true"),
        ("hidden_width = 64", "hidden_width = -1", "components.ner.model.hidden_width = -1"),
        ("maxout_pieces = 2", "maxout_pieces = null", "components.ner.model.maxout_pieces = null"),
        ('disabled = ["ner"]\n', "", "nlp.disabled is missing"),
        ('"letter", "topic"', '"letter", "letter"', "nlp.pipeline = a list"),
        ("depth = 2", "depth = 1000000000", "components.ner.model.tok2vec.depth = 1000000000"),
        ("augmenter = null", f"augmenter = {BROKEN_KEY}", "cannot be read"),
        (
            "before_creation = null",
            'before_creation = "__SECTION__:nlp.tokenizer"\nx = "__SECTION__:y"',
            "nlp.before_creation = '__SECTION__:nlp.tokenizer'",
        ),
        (
            "before_creation = null",
            'before_creation = "__SECTION__:nlp"',
            "nlp.before_creation = '__SECTION__:nlp'",
        ),
        ("[system]", "[DEFAULT]", "cannot be read"),
        ("[system]", "[nlp]", "cannot be read"),
        ("[system]", "[nlp.lang]", "cannot be read"),
        ("[system]", "seed = 1\nseed = 2", "cannot be read"),
        ("[system]", "[a" + ".a" * 2000 + "]", "cannot be read"),
        ("seed = 0", "seed = 0\n  1", "cannot be read"),
        ("seed = 0", "seed: 0", "cannot be read"),
        ("seed = 0", "seed = NaN", "cannot be read"),
        ("seed = 0", "seed = zero", "cannot be read"),
        ("seed = 0", f"seed = {'[' * 3000}", "cannot be read"),
        ("seed = 0", "seed = 0 # none", "cannot be read"),
        ("seed = 0", "种子 = 0", "cannot be read"),
        ("[system]", "no configuration [system", "cannot be read"),
        ("[system]", "\n[system]\n[system]", "cannot be read"),
    ],
)
def test_what_training_does_not_write_is_refused(bundle: Path, old: str, new: str, says: str) -> None:
    change(bundle, old, new)
    found = []
    for check in (verify_bundle, nhsa_nlp.load_analyser, nhsa_nlp.load):
        with pytest.raises(BundleError, match=re.escape(says)) as caught:
            check(bundle)
        found.append(str(caught.value))
    assert len(set(found)) == 1
    assert "\n" not in str(caught.value)
    assert f"{bundle}/config.cfg:" in str(caught.value)
    assert len(str(caught.value)) < 500


def test_a_large_configuration_is_not_parsed(bundle: Path) -> None:
    change(bundle, "[nlp]", "[nlp]\n" + "# a comment\n" * 4_000_000)
    started = time.process_time()
    with pytest.raises(BundleError, match=r"config\.cfg: more than 8,192 bytes"):
        verify_bundle(bundle)
    assert time.process_time() - started < 5


def test_spacy_reads_a_configuration_in_the_same_way(bundle: Path) -> None:
    theirs = Config().from_disk(bundle / "config.cfg", interpolate=False)
    assert read_configuration(bundle) == dict(theirs)


def test_the_first_bundles_are_still_read(bundle: Path) -> None:
    change(bundle, OWN_TOKENIZER, '@tokenizers = "nhsa_tokenizer.v1"\nsegmenter = "jieba"\n')
    assert verify_bundle(bundle).name == "default"
    assert [token.text for token in nhsa_nlp.load(bundle)("医保")] == ["医保"]
