import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from nhsa_nlp.errors import BundleError, OutputError
from nhsa_nlp.text.segmenters import UserDictionary, UserWord
from nhsa_nlp.topic import TopicClassifier, TopicModel
from nhsa_nlp.topic.facets import FacetModel
from nhsa_nlp.topic.labels import LABELS
from nhsa_nlp.translation import translated

FILES = ("model.json", "weights.npz")


@pytest.fixture(scope="module")
def small() -> TopicModel:
    texts = ["医保报销比例提高。医院手术。" * 2, "药品目录调整，医保谈判。" * 2, "医保参保缴费。" * 3]
    return TopicClassifier(trees=3).fit(texts, ["医疗x医保", "医保x医药", "医保"]).model_


@pytest.fixture
def saved(small: TopicModel, tmp_path: Path) -> Path:
    small.to_disk(tmp_path / "topic")
    return tmp_path / "topic"


@pytest.fixture(scope="module")
def two_genres() -> dict[str, TopicModel]:
    """Tiny models with out_of_scope among their answers."""
    texts = ["建议提高医保报销比例", "建议修一条公路", "建议医院增加护士", "建议降低药品价格"] * 2
    labels = ["医保", "out_of_scope", "医疗", "医药"] * 2
    genres = ["proposal"] * 4 + ["reply", "proposal", "reply", "reply"]
    found = {
        "scoped": TopicClassifier(folds=0).fit(texts, labels),
        "genres": TopicClassifier(trees=3, folds=0).fit(texts, labels, genres=genres),
    }
    return {kind: classifier.model_ for kind, classifier in found.items()}


@pytest.fixture
def of_two_genres(two_genres: dict[str, TopicModel], tmp_path: Path) -> Callable[[str], Path]:
    """What saves one of these models."""

    def save(kind: str) -> Path:
        two_genres[kind].to_disk(tmp_path / "topic")
        assert json.loads((tmp_path / "topic" / "model.json").read_text("utf-8"))["kind"] == kind
        return tmp_path / "topic"

    return save


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


@pytest.mark.parametrize("fixture", ["scoped_model", "genre_model"])
def test_round_trip_of_what_learnt_out_of_scope(
    fixture: str,
    request: pytest.FixtureRequest,
    replies: tuple[list[str], list[str]],
    proposals: tuple[list[str], list[str]],
    tmp_path: Path,
) -> None:
    model: TopicModel = request.getfixturevalue(fixture)
    model.to_disk(tmp_path)
    loaded = TopicModel.from_disk(tmp_path)
    assert loaded.kinds == model.kinds != {}
    texts = [*replies[0][:5], *proposals[0][::15], "药太贵了", "hello"]
    np.testing.assert_array_equal(loaded.predict_proba(texts), model.predict_proba(texts))
    for text in texts:
        assert loaded.analyse(text) == model.analyse(text)


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
@pytest.mark.parametrize(
    "content", [b"", b"\x80\x04N.", b"PK\x03\x04 no zip", b"[1]", b"\xff\xfe", b"[" * 10**5]
)
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


@pytest.mark.parametrize("number", [2, 6])
def test_another_format_says_so(saved: Path, number: int) -> None:
    change_json(saved, format=number)
    with pytest.raises(BundleError, match=rf"format {number}.*train it again"):
        TopicModel.from_disk(saved)


def test_the_last_format_is_read(saved: Path) -> None:
    content = json.loads((saved / "model.json").read_text("utf-8"))
    assert content.pop("kinds") == {}
    (saved / "model.json").write_text(json.dumps(content | {"format": 3}), "utf-8")
    assert TopicModel.from_disk(saved).kinds == {}


def test_a_users_words_are_saved(small: TopicModel, tmp_path: Path) -> None:
    words = UserDictionary((UserWord("惠民保", 100, "n"), UserWord("带量采购")))
    replace(small, segmenter="jieba", user_words=words).to_disk(tmp_path)
    model = TopicModel.from_disk(tmp_path)
    assert (model.segmenter, model.user_words) == ("jieba", words)
    assert "惠民保" in model.extract("参加惠民保的人").words


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": "other"},
        {"kind": "scoped"},
        {"kinds": []},
        {"kinds": {"reply": {"review_below": 0.5}}},
        {"kinds": {"reply": {"review_below": 0.5, "set_above": -1}}},
        {"classes": ["医保"]},
        {"classes": 7},
        {"vocabulary": {}},
        {"vocabulary": {"words": ["a"]}},
        {"lexicon": []},
        {"lexicon": [{"theme": "a"}]},
        {"review_below": "much"},
        {"review_below": float("nan")},
        {"review_below": 10**400},
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
        {"word_bias": lambda a: a * 0 + 1e308},
        {"words_idf": lambda a: a[1:]},
        {"words_idf": lambda a: a * 0},
        {"words_idf": lambda a: -a},
        {"words_weights": lambda a: a.T},
        {"words_weights": lambda a: a * 0 - 1e10},
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


OF_BOTH: list[dict[str, Any]] = [
    {"terms_weights": None},
    {"terms_weights": lambda a: a[:, :3]},
    {"terms_weights": lambda a: a.astype(np.float64)},
    {"terms_idf": lambda a: a * np.nan},
    {"requests_weights": lambda a: a[1:]},
    {"kinds_weights": lambda a: a + np.float16("inf")},
    {"kinds_idf": lambda a: a[1:]},
    {"scoped_bias": lambda a: a[:3]},
]


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        *(("scoped", changes) for changes in OF_BOTH),
        *(("genres", changes) for changes in OF_BOTH),
        ("genres", {"genre_bias": None}),
        ("genres", {"genre_weights": lambda a: a[:, :0]}),
        ("genres", {"words_idf": lambda a: a[1:]}),
        ("genres", {"forest_left": lambda a: a - 1}),
    ],
)
def test_altered_weights_of_two_genres_are_refused(
    kind: str, changes: Any, of_two_genres: Callable[[str], Path]
) -> None:
    saved = of_two_genres(kind)
    change_arrays(saved, **changes)
    with pytest.raises(BundleError, match="damaged"):
        TopicModel.from_disk(saved)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("scoped", {"classes": list(LABELS)}),
        ("scoped", {"names": []}),
        ("scoped", {"names": [{"theme": "a"}]}),
        ("scoped", {"names": None}),
        ("scoped", {"kind": "genres"}),
        ("scoped", {"vocabulary": {}}),
        ("genres", {"classes": list(LABELS)}),
        ("genres", {"kind": "facets"}),
        ("genres", {"lexicon": []}),
        ("genres", {"names": []}),
        ("genres", {"kinds": {"title": {"review_below": 0.5, "set_above": 2}}}),
        ("genres", {"kinds": {"title": 0.5}}),
    ],
)
def test_altered_descriptions_of_two_genres_are_refused(
    kind: str, changes: Any, of_two_genres: Callable[[str], Path]
) -> None:
    saved = of_two_genres(kind)
    change_json(saved, **changes)
    with pytest.raises(BundleError, match="damaged"):
        TopicModel.from_disk(saved)


def test_a_repeated_term_is_refused(saved: Path, small: TopicModel) -> None:
    assert isinstance(small.inner, FacetModel)
    words = list(small.inner.words.space.vocabulary)
    change_json(saved, vocabulary={"words": [words[0], *words[:-1]]})
    with pytest.raises(BundleError, match="repeats"):
        TopicModel.from_disk(saved)


def test_unwritable_directory(small: TopicModel, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(OutputError, match="cannot write"):
        small.to_disk(tmp_path / "file" / "topic")


@pytest.mark.parametrize("shape", ["(10000000000000,)", "(99999999999999999999999999,)", "(-5,)"])
def test_an_array_larger_than_its_file_is_refused(saved: Path, shape: str) -> None:
    header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}".encode().ljust(117) + b"\n"
    with zipfile.ZipFile(saved / "weights.npz") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    members["word_bias.npy"] = b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header
    with zipfile.ZipFile(saved / "weights.npz", "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    with pytest.raises(BundleError, match="the topic model cannot be read"):
        TopicModel.from_disk(saved)


def test_what_libraries_say_of_a_damaged_model_is_quoted(saved: Path) -> None:
    found = {}
    for content in (b"x", b"PK\x05\x06" + b"\0" * 18):
        (saved / "weights.npz").write_bytes(content)
        with pytest.raises(BundleError) as caught:
            TopicModel.from_disk(saved)
        found[content[:1]] = translated(caught.value.message, "zh")
    assert found[b"x"] == "分类模型无法读取（没有该格式应有的 zip 结构），请恢复"
    assert "原文“'" in found[b"P"]
