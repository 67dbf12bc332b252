import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import nhsa_nlp
from nhsa_nlp.errors import BundleError
from nhsa_nlp.pipeline.bundle import default_bundle_path, read_manifest, verify_bundle, write_manifest


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A copy of the bundle that is shipped."""
    copy = tmp_path / "bundle"
    shutil.copytree(default_bundle_path(), copy)
    return copy


def test_a_sound_bundle_is_verified_and_described(bundle: Path) -> None:
    manifest = verify_bundle(bundle)
    assert manifest.name == "default"
    assert manifest.counts["texts"] == 5444
    assert manifest.labels["topic"][-2:] == ["三联动", "out_of_scope"]
    assert "topic" in manifest.metrics


def _drop(bundle: Path) -> None:
    (bundle / "topic" / "model.json").unlink()


def _alter(bundle: Path) -> None:
    path = bundle / "tokenizer" / "weights.npz"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def _cut(bundle: Path) -> None:
    path = bundle / "ner" / "model"
    path.write_bytes(path.read_bytes()[:1000])


def _add_pickle(bundle: Path) -> None:
    (bundle / "tokenizer" / "features.pkl").write_bytes(b"cos\nsystem\n(S'false'\ntR.")


def _list(bundle: Path, name: str) -> None:
    """Add a file, also to the manifest."""
    (bundle / name).parent.mkdir(exist_ok=True)
    (bundle / name).write_bytes(b"cos\nsystem\n(S'false'\ntR.")
    write_manifest(bundle, read_manifest(bundle))


def _list_pickle(bundle: Path) -> None:
    _list(bundle, "tokenizer/features.pkl")


def _list_vocabulary(bundle: Path) -> None:
    _list(bundle, "vocab/lookups.bin")


def _list_module(bundle: Path) -> None:
    _list(bundle, "ner/__pycache__.py")


def _add_cache(bundle: Path) -> None:
    (bundle / "__pycache__").mkdir()
    (bundle / "__pycache__" / "evil.pyc").write_bytes(b"")


def _long_card(bundle: Path) -> None:
    with (bundle / "CARD.md").open("r+b") as card:
        card.truncate(5 * 1024 * 1024)
    write_manifest(bundle, read_manifest(bundle))


def _linked_manifest(bundle: Path) -> None:
    target = bundle.parent / "elsewhere.json"
    shutil.move(bundle / "manifest.json", target)
    (bundle / "manifest.json").symlink_to(target)


def _linked_folder(bundle: Path) -> None:
    target = bundle.parent / "elsewhere"
    shutil.move(bundle / "topic", target)
    (bundle / "topic").symlink_to(target, target_is_directory=True)


def _nested_manifest(bundle: Path) -> None:
    nested = '{"x": ' * 60 + "1" + "}" * 60
    path = bundle / "manifest.json"
    path.write_text(
        path.read_text("utf-8").replace('"metrics": {', f'"metrics": {{"x": {nested}, ', 1), "utf-8"
    )


def _steering(bundle: Path) -> None:
    path = bundle / "meta.json"
    path.write_text(
        json.dumps({**json.loads(path.read_text("utf-8")), "spacy_git_version": "\x1b[2J"}), "utf-8"
    )
    write_manifest(bundle, read_manifest(bundle))


def _pipe(bundle: Path) -> None:
    (bundle / "meta.json").unlink()
    os.mkfifo(bundle / "meta.json")


def _link(bundle: Path) -> None:
    path = bundle / "topic" / "model.json"
    target = bundle.parent / "elsewhere.json"
    shutil.move(path, target)
    path.symlink_to(target)


def _no_manifest(bundle: Path) -> None:
    (bundle / "manifest.json").unlink()


def _half_manifest(bundle: Path) -> None:
    path = bundle / "manifest.json"
    path.write_bytes(path.read_bytes()[:100])


def _deep_manifest(bundle: Path) -> None:
    (bundle / "manifest.json").write_text("[" * 100_000)


def _not_a_number(bundle: Path) -> None:
    path = bundle / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps({**manifest, "metrics": {"topic": {"ece": float("nan")}}}))


def _other_format(bundle: Path) -> None:
    path = bundle / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "format": 99}))


def _another_version(bundle: Path) -> None:
    path = bundle / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "version": "9.9.9"}))


def _wrong_types(bundle: Path) -> None:
    path = bundle / "manifest.json"
    path.write_text(json.dumps({**json.loads(path.read_text("utf-8")), "files": []}))


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        (_drop, r"topic/model\.json is missing"),
        (_alter, r"tokenizer/weights\.npz was altered"),
        (_cut, "ner/model was altered"),
        (_add_pickle, r"features\.pkl does not belong"),
        (_list_pickle, "tokenizer/features.pkl is not a file of a bundle"),
        (_list_vocabulary, "vocab/lookups.bin is not a file of a bundle"),
        (_list_module, "ner/__pycache__.py is not a file of a bundle"),
        (_add_cache, "__pycache__/evil.pyc does not belong"),
        (_steering, "meta.json has a damaged 'spacy_git_version'"),
        (_long_card, "CARD.md is larger than 4,194,304 bytes"),
        (_link, "must not hold links"),
        (_linked_manifest, "manifest.json: a bundle must not hold links"),
        (_linked_folder, "topic: a bundle must not hold links"),
        (_nested_manifest, "more than 50 tables deep"),
        (_pipe, "meta.json: not a regular file"),
        (_no_manifest, "not a model bundle"),
        (_half_manifest, "cannot be read"),
        (_deep_manifest, "cannot be read"),
        (_other_format, "format 99"),
        (_not_a_number, "NaN is not a JSON number"),
        (_wrong_types, "'files'"),
        (_another_version, r"manifest\.json was altered"),
    ],
)
def test_a_damaged_bundle_is_refused_in_one_line(
    bundle: Path, damage: Callable[[Path], None], says: str
) -> None:
    damage(bundle)
    with pytest.raises(BundleError, match=says) as caught:
        nhsa_nlp.load(bundle)
    assert "\n" not in str(caught.value)
    assert str(bundle) in str(caught.value)


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="no such model folder"):
        nhsa_nlp.load(tmp_path / "nothing")


def test_a_component_that_is_off_can_be_enabled(bundle: Path) -> None:
    assert "ner" not in nhsa_nlp.load(bundle).pipe_names
    assert "ner" in nhsa_nlp.load(bundle, enable=["ner"]).pipe_names
    with pytest.raises(BundleError, match="no component 'parser'"):
        nhsa_nlp.load(bundle, enable=["parser"])


def test_the_segmenter_can_be_chosen(bundle: Path) -> None:
    tokenizer: Any = nhsa_nlp.load(bundle, segmenter="pkuseg").tokenizer
    assert tokenizer.segmenter == "pkuseg"


@pytest.mark.parametrize("name", ["ner/model", "topic/weights.npz", "tokenizer/tokenizer.json"])
def test_a_file_that_the_configuration_needs_is_missed_at_once(bundle: Path, name: str) -> None:
    (bundle / name).unlink()
    write_manifest(bundle, read_manifest(bundle))
    for check in (verify_bundle, nhsa_nlp.load_analyser, nhsa_nlp.load):
        with pytest.raises(BundleError, match=f"{name} is missing"):
            check(bundle)


def test_an_empty_folder_does_not_belong_to_a_bundle(bundle: Path) -> None:
    (bundle / "vocab").mkdir()
    for check in (verify_bundle, nhsa_nlp.load_analyser, nhsa_nlp.load):
        with pytest.raises(BundleError, match="the folder vocab does not belong to the bundle; remove it"):
            check(bundle)
