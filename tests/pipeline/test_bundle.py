import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import nhsa_nlp
from nhsa_nlp.errors import BundleError
from nhsa_nlp.pipeline.bundle import default_bundle_path, verify_bundle


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """A copy of the bundle that is shipped."""
    copy = tmp_path / "bundle"
    shutil.copytree(default_bundle_path(), copy)
    return copy


def test_a_sound_bundle_is_verified_and_described(bundle: Path) -> None:
    manifest = verify_bundle(bundle)
    assert manifest.name == "default"
    assert manifest.counts["replies"] == 126
    assert manifest.labels["topic"][-1] == "三联动"
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
        (_link, "must not hold links"),
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
