import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import nhsa_nlp
from nhsa_nlp.errors import BundleError, InputError, OutputError
from nhsa_nlp.pipeline.bundle import default_bundle_path, verify_bundle
from nhsa_nlp.text.segmenters import read_user_dictionary
from nhsa_nlp.training.bundle import train_all, train_part
from nhsa_nlp.training.settings import TrainingSettings, read_settings, stored_settings
from tests.paths import TRAINING_DATA

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small corpus: the first replies, the annotations of the first ones, the first sentences."""
    folder = tmp_path_factory.mktemp("corpus")
    rows = (TRAINING_DATA / "replies.tsv").read_text("utf-8").splitlines()
    (folder / "replies.tsv").write_text("".join(f"{row}\n" for row in rows[:40]), "utf-8")
    annotated = (TRAINING_DATA / "entities.jsonl").read_text("utf-8").splitlines()
    (folder / "entities.jsonl").write_text("".join(f"{line}\n" for line in annotated[:4]), "utf-8")
    sentences = (TRAINING_DATA / "segmented.txt").read_text("utf-8").splitlines()
    (folder / "segmented.txt").write_text("".join(f"{line}\n" for line in sentences[:60]), "utf-8")
    return folder


@pytest.fixture(scope="module")
def trained(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train_all(corpus, tmp_path_factory.mktemp("models") / "small", seed=3)


def answers(bundle: Path, corpus: Path) -> list[Any]:
    """What a bundle says of every training document, its segmenter and recogniser included."""
    nlp = nhsa_nlp.load(bundle, segmenter="pkuseg", enable=["ner"])
    texts = [line.split("\t")[1] for line in (corpus / "replies.tsv").read_text("utf-8").splitlines()[:8]]
    docs = [nlp(text) for text in texts]
    return [([t.text for t in doc], doc.cats, doc._.entities, doc._.topic["probability"]) for doc in docs]


def test_a_bundle_says_what_it_was_made_from(trained: Path) -> None:
    manifest = verify_bundle(trained)
    assert manifest.seed == 3
    assert manifest.counts["replies"] == 40
    assert manifest.counts["annotated"] == 4
    assert manifest.counts["sentences"] == 60
    assert {"python", "spacy", "spacy-pkuseg", "rjieba", "jieba", "numpy"} <= set(manifest.made_with)
    assert {p.split("/")[0] for p in manifest.files} == {
        "CARD.md",
        "config.cfg",
        "config.toml",
        "meta.json",
        "ner",
        "tokenizer",
        "topic",
    }


TEXT = "推广惠民保，实行CHS-DRG付费。"
OWN_WORDS = ("惠民保", "CHS-DRG付费")


@pytest.fixture(scope="module")
def with_words(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle trained with words of one's own, named in a settings file in another folder."""
    folder = tmp_path_factory.mktemp("settings")
    (folder / "lists").mkdir()
    (folder / "lists" / "own.txt").write_text("CHS-DRG付费 20 n\n惠民保\n", "utf-8")
    (folder / "own.toml").write_text('[words]\nsegmenter = "jieba"\ndictionary = "lists/own.txt"\n', "utf-8")
    settings = read_settings(folder / "own.toml")
    bundle = train_part("segmenter", corpus, tmp_path_factory.mktemp("models") / "words", settings=settings)
    shutil.rmtree(folder)
    return bundle


def tokens(bundle: Path, segmenter: str | None = None) -> list[str]:
    """The words of `TEXT` in a new process."""
    code = (
        "import json, sys, nhsa_nlp\n"
        "doc = nhsa_nlp.load(sys.argv[1], segmenter=sys.argv[2] or None)(sys.argv[3])\n"
        "print(json.dumps([token.text for token in doc]))"
    )
    command = [sys.executable, "-c", code, str(bundle), segmenter or "", TEXT]
    found: list[str] = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    return found


def segmenter_of(bundle: Path) -> str:
    tokenizer: Any = nhsa_nlp.load(bundle).tokenizer
    return str(tokenizer.segmenter)


@pytest.mark.parametrize("segmenter", ["rjieba", "jieba", "pkuseg"])
def test_words_of_ones_own_are_in_the_bundle(with_words: Path, segmenter: str) -> None:
    assert set(OWN_WORDS) <= set(tokens(with_words, segmenter))
    assert set(OWN_WORDS).isdisjoint(tokens(default_bundle_path(), segmenter))


def test_a_bundle_keeps_segmenter_and_words(with_words: Path, corpus: Path, tmp_path: Path) -> None:
    assert segmenter_of(with_words) == "jieba"
    manifest = verify_bundle(with_words)
    assert "tokenizer/words.txt" in manifest.files
    assert (with_words / "tokenizer" / "words.txt").read_text("utf-8") == "惠民保\nCHS-DRG付费 20 n\n"
    assert manifest.data["words"]["words"] == 2
    assert list(manifest.data["words"]["files"]) == ["own.txt"]
    assert "| custom words | own.txt" in (with_words / "CARD.md").read_text("utf-8")
    stored = read_settings(with_words / "config.toml").words
    assert stored.segmenter == "jieba"
    # Its settings can train it again: they name the words where the bundle has them.
    assert read_user_dictionary(stored.dictionary).words[0].word == "惠民保"
    (with_words / "tokenizer" / "words.txt").rename(tmp_path / "words.txt")
    with pytest.raises(BundleError, match=r"words\.txt is missing"):
        verify_bundle(with_words)
    (tmp_path / "words.txt").rename(with_words / "tokenizer" / "words.txt")


def test_a_part_trained_later_keeps_segmenter_and_words(
    with_words: Path, corpus: Path, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle"
    shutil.copytree(with_words, bundle)
    train_part("entities", corpus, bundle, settings=TrainingSettings().changed(entities__epochs=1))
    assert segmenter_of(bundle) == "jieba"
    assert set(OWN_WORDS) <= set(tokens(bundle))
    assert verify_bundle(bundle).data["words"] == verify_bundle(with_words).data["words"]
    assert stored_settings(bundle).words == stored_settings(with_words).words


def test_a_mistake_in_the_words_shows_before_anything_is_trained(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_text("惠民保\n惠 民\n", "utf-8")
    settings = TrainingSettings().changed(words__dictionary=str(tmp_path / "own.txt"))
    with pytest.raises(InputError, match=r"own\.txt:2"):
        train_part("segmenter", corpus, tmp_path / "out", settings=settings)
    assert not (tmp_path / "out").exists()


def test_training_twice_gives_the_same_bundle(trained: Path, corpus: Path, tmp_path: Path) -> None:
    again = train_all(corpus, tmp_path / trained.name, seed=3)
    assert answers(again, corpus) == answers(trained, corpus)
    ours, theirs = (
        {path.relative_to(bundle): path.read_bytes() for path in bundle.rglob("*") if path.is_file()}
        for bundle in (trained, again)
    )
    assert [path for path in ours if ours[path] != theirs.get(path)] == []
    assert ours.keys() == theirs.keys()


def test_a_bundle_says_what_data_and_settings_it_was_made_from(trained: Path, corpus: Path) -> None:
    manifest = verify_bundle(trained)
    replies = (corpus / "replies.tsv").read_bytes()
    assert manifest.data["topic"]["files"] == {"replies.tsv": hashlib.sha256(replies).hexdigest()}
    assert sum(manifest.data["topic"]["labels"].values()) == manifest.data["topic"]["texts"] == 40
    assert manifest.data["entities"]["labels"].keys() == {"DOC_NO", "POLICY", "QUANTITY"}
    assert read_settings(trained / "config.toml").seed == 3
    card = (trained / "CARD.md").read_text("utf-8")
    for piece in ("replies.tsv", "医疗x医保", "grouped", "QUANTITY", "Limits"):
        assert piece in card


def test_one_part_is_retrained_and_the_others_stay(trained: Path, corpus: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    shutil.copytree(trained, bundle)
    before = verify_bundle(bundle)
    rows = (corpus / "replies.tsv").read_text("utf-8").splitlines()
    data = tmp_path / "data"
    data.mkdir()
    (data / "replies.tsv").write_text("".join(f"{row}\n" for row in rows[:30]), "utf-8")
    train_part("topic", data, bundle, seed=3)
    after = verify_bundle(bundle)
    assert after.counts == {**before.counts, "replies": 30}
    changed = {path for path, entry in after.files.items() if before.files.get(path) != entry}
    assert "topic/weights.npz" in changed
    assert not any(path.startswith(("ner", "tokenizer")) for path in changed)
    assert nhsa_nlp.load(bundle)("医保").text == "医保"


def test_mistakes_in_the_data_show_before_anything_is_trained(corpus: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(corpus, data)
    entities = (data / "entities.jsonl").read_text("utf-8").splitlines()
    broken = json.loads(entities[1])
    broken["entities"][0]["start"] += 1
    (data / "entities.jsonl").write_text(f"{entities[0]}\n{json.dumps(broken)}\n", "utf-8")
    with pytest.raises(InputError, match=r"entities\.jsonl:2"):
        train_all(data, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_missing_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"replies\.tsv"):
        train_all(tmp_path, tmp_path / "out")


def test_a_folder_with_other_files_is_not_overwritten(corpus: Path, tmp_path: Path) -> None:
    precious = tmp_path / "thesis.txt"
    precious.write_text("text")
    with pytest.raises(OutputError, match="not a bundle"):
        train_all(corpus, tmp_path)
    assert precious.read_text() == "text"


def test_a_file_is_no_place_for_a_bundle(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="is a file"):
        train_all(corpus, tmp_path / "file")


def test_a_part_alone_takes_the_others_from_the_bundle_that_is_shipped(corpus: Path, tmp_path: Path) -> None:
    train_part("topic", corpus, tmp_path / "own", seed=3)
    manifest, shipped = verify_bundle(tmp_path / "own"), verify_bundle(default_bundle_path())
    others = {name: count for name, count in shipped.counts.items() if name != "texts"}
    assert manifest.counts == {**others, "replies": 40}
    assert manifest.files["tokenizer/weights.npz"] == shipped.files["tokenizer/weights.npz"]


def test_a_damaged_bundle_is_not_built_upon(trained: Path, corpus: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "bundle"
    shutil.copytree(trained, bundle)
    (bundle / "meta.json").write_text("{}")
    with pytest.raises(BundleError, match=r"meta\.json was altered"):
        train_part("topic", corpus, bundle)


def test_a_recogniser_of_other_labels_takes_the_place_of_the_grammar(tmp_path: Path) -> None:
    data = tmp_path / "agencies.jsonl"
    names = ["财政部", "民政部", "教育部", "公安部", "水利部", "商务部", "科技部", "司法部"]
    lines = []
    for name in names:
        text = f"国家医保局会同{name}印发通知，安排3亿元。"
        start = text.index(name)
        lines.append(json.dumps({"text": text * 2, "label": [[start, start + 3, "AGENCY"]]}))
    data.write_text("\n".join(lines), "utf-8")
    bundle = train_part("entities", data, tmp_path / "own", seed=1)
    assert verify_bundle(bundle).labels["entities"] == ["AGENCY"]
    nlp = nhsa_nlp.load(bundle)
    assert "ner" in nlp.pipe_names
    doc = nlp("国家医保局会同财政部印发通知，安排5亿元。")
    assert {e.label_ for e in doc.ents} <= {"AGENCY"}
    assert doc._.entities == [
        {"start": e.start_char, "end": e.end_char, "label": e.label_, "text": e.text} for e in doc.ents
    ]
