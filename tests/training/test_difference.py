from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from nhsa_nlp.errors import BundleError
from nhsa_nlp.pipeline.bundle import default_bundle_path, read_manifest, write_manifest
from nhsa_nlp.training.difference import compare_bundles


def test_a_bundle_is_identical_with_itself() -> None:
    found = compare_bundles(default_bundle_path(), default_bundle_path(), ["医保"])
    assert found["identical"]


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


def test_an_altered_bundle_is_not_compared(tmp_path: Path) -> None:
    bundle = tmp_path / "old"
    shutil.copytree(default_bundle_path(), bundle)
    (bundle / "config.toml").write_text("", "utf-8")
    with pytest.raises(BundleError, match=r"config\.toml was altered"):
        compare_bundles(default_bundle_path(), bundle)
