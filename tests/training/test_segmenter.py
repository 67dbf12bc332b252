from __future__ import annotations

from pathlib import Path

import pytest

from nhsa_nlp.errors import NhsaNlpError
from nhsa_nlp.pipeline.segmenters import PKUSEG_FILES, make_segmenter
from nhsa_nlp.text.segmenters import UserDictionary
from nhsa_nlp.training.segmenter import train_segmenter

SENTENCES = [["国家", "医保局", "印发", "通知", "。"], ["推广", "惠民保", "，", "完善", "惠民保", "。"]] * 8


def trained(folder: Path, seed: int = 0) -> dict[str, bytes]:
    folder.mkdir()
    train_segmenter(SENTENCES, folder, seed=seed, iterations=3)
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_it_learns_the_words_and_the_seed_decides(tmp_path: Path) -> None:
    files = trained(tmp_path / "a")
    assert sorted(files) == sorted(PKUSEG_FILES)
    segmenter = make_segmenter("pkuseg", UserDictionary(), files)
    assert segmenter.cut("医保局推广惠民保。") == ["医保局", "推广", "惠民保", "。"]
    assert trained(tmp_path / "b") == files
    assert trained(tmp_path / "c", seed=1)["weights.npz"] != files["weights.npz"]


def test_a_training_that_fails_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(NhsaNlpError, match="the segmenter could not be trained: ") as caught:
        train_segmenter(SENTENCES, tmp_path / "file", iterations=1)
    assert "\n" not in str(caught.value)
