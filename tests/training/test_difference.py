from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from nhsa_nlp.errors import BundleError
from nhsa_nlp.pipeline.bundle import default_bundle_path, read_manifest, write_manifest
from nhsa_nlp.training.difference import compare_bundles, format_difference


def test_a_bundle_is_identical_with_itself() -> None:
    found = compare_bundles(default_bundle_path(), default_bundle_path(), ["医保"])
    assert found["identical"]
    assert format_difference(found) == "the bundles are identical"


def test_the_settings_of_an_older_bundle_are_compared_by_their_new_names(tmp_path: Path) -> None:
    bundle = tmp_path / "old"
    shutil.copytree(default_bundle_path(), bundle)
    (bundle / "config.toml").write_text("[topic]\ndoubt = 0.25\n", "utf-8")
    write_manifest(bundle, read_manifest(bundle))
    found = compare_bundles(default_bundle_path(), bundle, ["医保"])
    assert not found["identical"]
    assert found["settings"]["topic.label_smoothing"] == [0.4, 0.25]
    assert "topic.doubt" not in found["settings"]
    assert found["files"] == ["config.toml"]
    assert found["predictions"]["same_label"] == 1
    lines = format_difference(found).splitlines()
    assert "  topic.label_smoothing: 0.4 -> 0.25" in lines
    assert lines[-1] == "answers to 1 texts: 1 with the same label, 1 with the same entities"


def test_a_text_without_a_label_is_said_in_words() -> None:
    found = compare_bundles(default_bundle_path(), default_bundle_path(), ["医保"])
    change = {"text": 0, "begins": "医保", "labels": ["医保", None]}
    said = {**found["predictions"], "changed": [change]}
    assert "医保 -> none" in format_difference({**found, "identical": False, "predictions": said})


def test_an_altered_bundle_is_not_compared(tmp_path: Path) -> None:
    bundle = tmp_path / "old"
    shutil.copytree(default_bundle_path(), bundle)
    (bundle / "config.toml").write_text("", "utf-8")
    with pytest.raises(BundleError, match=r"config\.toml was altered"):
        compare_bundles(default_bundle_path(), bundle)
