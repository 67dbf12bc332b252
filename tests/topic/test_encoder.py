"""An encoder beside the words: a tiny static-embedding model, made here."""

from __future__ import annotations

import json
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors.numpy import save_file

from nhsa_nlp.errors import BundleError, InputError
from nhsa_nlp.topic import TopicClassifier, TopicModel
from nhsa_nlp.topic.encoder import EMBEDDINGS, TOKENIZER, read_encoder
from tests.encoders import make_encoder

# Words for one thing that have no character in common, and are near to each other for the encoder alone.
KINDS = ("球赛队冠射门泳跑", "钱税股债银汇币贷")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_encoder(tmp_path_factory.mktemp("encoder") / "tiny", KINDS)


def rows(labels: tuple[str, str]) -> tuple[list[str], list[str]]:
    """Texts of the first half of the characters of each kind; the second half is never learnt."""
    kinds = zip(labels, KINDS, strict=True)
    found = [
        (f"{a}{b}第{n}号", label) for label, kind in kinds for n, (a, b) in enumerate(pairwise(kind[:4]))
    ]
    return [text for text, _ in found] * 2, [label for _, label in found] * 2


def test_a_text_is_the_mean_of_its_known_tokens(folder: Path) -> None:
    encoder = read_encoder(folder)
    found = encoder.encode(["球钱", "球球不知", "不知", ""])
    np.testing.assert_allclose(found, [[0.5**0.5, 0.5**0.5, 0], [1, 0, 0], [0, 0, 0], [0, 0, 0]])
    assert encoder.name == "tiny"


def test_a_module_of_sentence_transformers_is_read(folder: Path, tmp_path: Path) -> None:
    make_encoder(tmp_path / "st" / "0_StaticEmbedding", KINDS, "embedding.weight")
    assert read_encoder(tmp_path / "st").sha256 == read_encoder(folder).sha256


@pytest.mark.parametrize("labels", [("体育", "财经"), ("医保", "医药"), ("医疗", "out_of_scope")])
def test_it_knows_words_that_were_not_learnt(folder: Path, labels: tuple[str, str], tmp_path: Path) -> None:
    texts, answers = rows(labels)
    asked = ["射门泳跑", "银汇币贷"]
    alone, both = (
        TopicClassifier(folds=2, trees=3, encoder=place, encoder_share=0.7).fit(texts, answers)
        for place in (None, folder)
    )
    assert list(both.predict(asked)) == list(labels)
    column = [both.classes_.tolist().index(label) for label in labels]
    picked = np.arange(2), column
    assert (both.predict_proba(asked)[picked] > alone.predict_proba(asked)[picked] + 0.1).all()
    np.testing.assert_allclose(both.predict_proba(asked).sum(axis=1), 1)
    both.model_.to_disk(tmp_path)
    loaded = TopicModel.from_disk(tmp_path)
    np.testing.assert_array_equal(loaded.predict_proba(asked), both.predict_proba(asked))
    record = loaded.analyse("球赛队冠")
    assert record == both.model_.analyse("球赛队冠")


def _without(name: str) -> Callable[[Path], None]:
    def change(saved: Path) -> None:
        with np.load(saved / "weights.npz") as archive:
            arrays = {key: value for key, value in archive.items() if key != name}
        np.savez(saved / "weights.npz", **arrays)

    return change


def _other(saved: Path) -> None:
    with np.load(saved / "weights.npz") as archive:
        arrays = dict(archive)
    arrays["encoder_embeddings"][1, 2] = 1
    np.savez(saved / "weights.npz", **arrays)


def _described(**changes: Any) -> Callable[[Path], None]:
    def change(saved: Path) -> None:
        path = saved / "model.json"
        description = json.loads(path.read_text("utf-8"))
        description["encoder"] = {**description["encoder"], **changes} if changes else None
        path.write_text(json.dumps(description), "utf-8")

    return change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (_without("encoder_embeddings"), "its encoder is missing"),
        (_described(), "its encoder is missing"),
        (_other, "its encoder is another than it was trained with"),
        (_described(share=2), "the share of the encoder is not between 0 and 1"),
        (_described(tokenizer="{}"), "the tokenizer of the encoder cannot be read"),
        (_described(tokenizer=5), "the encoder is not a list of strings"),
    ],
)
def test_a_model_whose_encoder_is_missing_or_another_is_refused(
    folder: Path, tmp_path: Path, change: Callable[[Path], None], message: str
) -> None:
    texts, answers = rows(("体育", "财经"))
    TopicClassifier(folds=0, encoder=folder).fit(texts, answers).model_.to_disk(tmp_path)
    change(tmp_path)
    with pytest.raises(BundleError, match=message):
        TopicModel.from_disk(tmp_path)


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda place: (place / EMBEDDINGS).unlink(), "no encoder here; .* has tokenizer.json and"),
        (lambda place: (place / EMBEDDINGS).write_bytes(b"\x80\x04."), "the encoder cannot be read"),
        (lambda place: (place / TOKENIZER).write_text("{}"), "tokenizer.json: the tokenizer of the encoder"),
        (lambda place: (place / TOKENIZER).write_bytes(b"\xff"), "the encoder cannot be read"),
        (lambda place: make_encoder(place, KINDS, "weight"), "has weight and not just embeddings or"),
        (
            lambda place: make_encoder(place, KINDS, mapping=np.zeros(3)),
            "has embeddings, mapping and not",
        ),
        (lambda place: save_file({"embeddings": np.full((2, 2), np.inf)}, place / EMBEDDINGS), "no table of"),
    ],
)
def test_what_is_no_encoder_is_refused(tmp_path: Path, damage: Callable[[Path], Any], message: str) -> None:
    place = make_encoder(tmp_path / "tiny", KINDS)
    damage(place)
    with pytest.raises(InputError, match=message):
        read_encoder(place)


def test_the_share_is_a_share(folder: Path) -> None:
    with pytest.raises(InputError, match="no such folder"):
        read_encoder(folder / "elsewhere")
    with pytest.raises(InputError, match=r"encoder_share 1\.5 is not from 0 to 1"):
        TopicClassifier(encoder=folder, encoder_share=1.5).fit(*rows(("体育", "财经")))
