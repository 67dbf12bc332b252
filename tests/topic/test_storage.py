import hashlib
import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nhsa_nlp.errors import BundleError, OutputError
from nhsa_nlp.text.segmenters import UserDictionary, UserWord
from nhsa_nlp.topic import TopicClassifier, TopicModel

FILES = ("model.json", "weights.npz")


@pytest.fixture(scope="module")
def small() -> TopicModel:
    texts = ["医保报销比例提高。医院手术。" * 2, "药品目录调整，医保谈判。" * 2, "医保参保缴费。" * 3]
    return TopicClassifier(trees=3).fit(texts, ["医疗x医保", "医保x医药", "医保"]).model_


@pytest.fixture
def saved(small: TopicModel, tmp_path: Path) -> Path:
    small.to_disk(tmp_path / "topic")
    return tmp_path / "topic"


def change_arrays(saved: Path, **changes: Any) -> None:
    with np.load(saved / "weights.npz") as archive:
        arrays = dict(archive)
    for name, change in changes.items():
        if change is None:
            del arrays[name]
        else:
            arrays[name] = change(arrays[name].copy())
    np.savez(saved / "weights.npz", **arrays)


def change_json(saved: Path, **changes: Any) -> None:
    path = saved / "model.json"
    description = json.loads(path.read_text("utf-8"))
    description.update(changes)
    path.write_text(json.dumps(description), "utf-8")


def test_round_trip(model: TopicModel, replies: tuple[list[str], list[str]], tmp_path: Path) -> None:
    model.to_disk(tmp_path)
    loaded = TopicModel.from_disk(tmp_path)
    texts = replies[0][:20]
    np.testing.assert_array_equal(loaded.predict_proba(texts), model.predict_proba(texts))
    assert loaded.analyse(texts[0]) == model.analyse(texts[0])


def test_round_trip_of_other_labels(headline_classifier: TopicClassifier, tmp_path: Path) -> None:
    headline_classifier.model_.to_disk(tmp_path)
    texts = ["球队夺冠", "银行利率", "新电影"]
    np.testing.assert_array_equal(
        TopicModel.from_disk(tmp_path).predict_proba(texts), headline_classifier.predict_proba(texts)
    )


@pytest.mark.slow
def test_training_twice_gives_the_same_bytes(replies: tuple[list[str], list[str]], tmp_path: Path) -> None:
    texts, labels = (part[:50] for part in replies)
    digests = []
    for name in ("a", "b"):
        TopicClassifier(trees=5).fit(texts, labels).model_.to_disk(tmp_path / name)
        digests.append([hashlib.sha256((tmp_path / name / file).read_bytes()).hexdigest() for file in FILES])
    assert digests[0] == digests[1]


def test_only_the_two_files_are_written(saved: Path) -> None:
    assert sorted(path.name for path in saved.iterdir()) == sorted(FILES)
    with zipfile.ZipFile(saved / "weights.npz") as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize("file", FILES)
def test_missing_file_is_named(saved: Path, file: str) -> None:
    (saved / file).unlink()
    with pytest.raises(BundleError, match=file):
        TopicModel.from_disk(saved)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("content", [b"", b"\x80\x04N.", b"PK\x03\x04 no zip", b"[1]", b"\xff\xfe"])
def test_garbage_is_refused(saved: Path, file: str, content: bytes) -> None:
    (saved / file).write_bytes(content)
    with pytest.raises(BundleError):
        TopicModel.from_disk(saved)


def test_cut_off_weights_are_refused(saved: Path) -> None:
    path = saved / "weights.npz"
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(BundleError):
        TopicModel.from_disk(saved)


def test_pickled_arrays_are_refused_and_not_run(saved: Path) -> None:
    class Trap:
        def __reduce__(self) -> Any:
            return (print, ("unpickled",))

    buffer = io.BytesIO()
    np.lib.format.write_array(buffer, np.array([Trap()], dtype=object), allow_pickle=True)
    with zipfile.ZipFile(saved / "weights.npz", "a") as archive:
        archive.writestr("trap.npy", buffer.getvalue())
    with pytest.raises(BundleError, match="pickle"):
        TopicModel.from_disk(saved)


def test_another_format_says_so(saved: Path) -> None:
    change_json(saved, format=1)
    with pytest.raises(BundleError, match=r"format 1.*train it again"):
        TopicModel.from_disk(saved)


def test_the_last_format_is_read(saved: Path) -> None:
    content = json.loads((saved / "model.json").read_text("utf-8"))
    assert content.pop("segmenter") == "rjieba"
    assert content.pop("user_words") == ""
    (saved / "model.json").write_text(json.dumps(content | {"format": 2}), "utf-8")
    model = TopicModel.from_disk(saved)
    assert (model.segmenter, model.user_words) == ("rjieba", UserDictionary())


def test_a_users_words_are_saved(small: TopicModel, tmp_path: Path) -> None:
    words = UserDictionary((UserWord("惠民保", 100, "n"), UserWord("带量采购")))
    replace(small, segmenter="jieba", user_words=words).to_disk(tmp_path)
    model = TopicModel.from_disk(tmp_path)
    assert (model.segmenter, model.user_words) == ("jieba", words)
    assert "惠民保" in model.extract("参加惠民保的人").words


def test_a_model_without_prediction_sets_keeps_every_label(saved: Path) -> None:
    content = json.loads((saved / "model.json").read_text("utf-8"))
    del content["set_above"]
    (saved / "model.json").write_text(json.dumps(content), "utf-8")
    assert TopicModel.from_disk(saved).set_above == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "other"},
        {"classes": ["医保"]},
        {"classes": 7},
        {"vocabulary": {}},
        {"vocabulary": {"words": ["a"]}},
        {"lexicon": []},
        {"lexicon": [{"theme": "a"}]},
        {"review_below": "much"},
        {"review_below": float("nan")},
        {"set_above": "much"},
        {"set_above": float("nan")},
        {"set_above": -0.1},
        {"set_above": 1.5},
        {"segmenter": "pkuseg"},
        {"user_words": "a b c d\n"},
        {"user_words": 7},
    ],
)
def test_altered_descriptions_are_refused(saved: Path, changes: Any) -> None:
    change_json(saved, **changes)
    with pytest.raises(BundleError, match="damaged"):
        TopicModel.from_disk(saved)


def endless(right: Any) -> Any:
    right[:] = 0
    return right


@pytest.mark.parametrize(
    "changes",
    [
        {"mix": None},
        {"mix": lambda a: a[:2]},
        {"mix": lambda a: a.astype(np.float32)},
        {"word_bias": lambda a: a * np.nan},
        {"share_weights": lambda a: a[1:]},
        {"words_idf": lambda a: a[1:]},
        {"words_weights": lambda a: a.T},
        {"forest_roots": lambda a: a + 10_000},
        {"forest_roots": lambda a: a.ravel()},
        {"forest_feature": lambda a: a + 500},
        {"forest_left": lambda a: a - 1},
        {"forest_right": endless},
        {"forest_value": lambda a: a[1:]},
        {"forest_threshold": lambda a: a.astype(np.float32)},
    ],
)
def test_altered_weights_are_refused(saved: Path, changes: Any) -> None:
    change_arrays(saved, **changes)
    with pytest.raises(BundleError, match="damaged"):
        TopicModel.from_disk(saved)


def test_a_repeated_term_is_refused(saved: Path, small: TopicModel) -> None:
    words = list(small.inner.words.space.vocabulary)
    change_json(saved, vocabulary={"words": [words[0], *words[:-1]]})
    with pytest.raises(BundleError, match="repeats"):
        TopicModel.from_disk(saved)


def test_unwritable_directory(small: TopicModel, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="cannot write"):
        small.to_disk(tmp_path / "file" / "topic")
