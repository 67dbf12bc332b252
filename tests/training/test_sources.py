from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from nhsa_nlp.errors import InputError, InputProblemsError
from nhsa_nlp.pipeline.bundle import default_bundle_path
from nhsa_nlp.training.settings import TrainingSettings
from nhsa_nlp.training.sources import genres_of, groups_of, known_files, read_sources
from tests.paths import TRAINING_DATA

SETTINGS = TrainingSettings()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Letters of two labels; the texts are unlike each other."""
    rows = [
        ("检查费重复收取，要求退还多收的费用", "收费"),
        ("住院押金迟迟没有退回，医院推脱不办", "收费"),
        ("新设诊所审批流程太长，材料反复提交", "准入"),
        ("护士执业注册一年没有结果，无法上岗", "准入"),
    ]
    return written(tmp_path / "train.tsv", rows)


def written(path: Path, rows: list[tuple[str, str]]) -> Path:
    path.write_text("正文\t标签\n" + "".join(f"{text}\t{label}\n" for text, label in rows), "utf-8")
    return path


def test_a_table_is_read_and_described(table: Path) -> None:
    found = read_sources([table], ["topic"], SETTINGS)
    assert [document.label for document in found.labelled] == ["收费", "收费", "准入", "准入"]
    described = found.described["topic"]
    assert described["files"] == {"train.tsv": hashlib.sha256(table.read_bytes()).hexdigest()}
    assert (described["texts"], described["labels"]) == (4, {"准入": 2, "收费": 2})
    assert described["characters"] == sum(len(document.text) for document in found.labelled)
    assert not found.words


def test_labels_that_never_occur_are_named(table: Path) -> None:
    settings = SETTINGS.changed(data__labels=["收费", "准入", "监督"])
    assert "no text has the label 监督" in read_sources([table], ["topic"], settings).warnings["topic"]


def test_one_file_cannot_train_all_parts(table: Path) -> None:
    with pytest.raises(InputError, match=r"is one file; give the folder that holds replies\.tsv"):
        read_sources([table], ["topic", "entities"], SETTINGS)


def test_words_are_read_for_any_part(tmp_path: Path, table: Path) -> None:
    (tmp_path / "own.txt").write_text("惠民保\n双通道 5\n", "utf-8")
    settings = SETTINGS.changed(words__dictionary=str(tmp_path / "own.txt"))
    found = read_sources([table], ["topic"], settings)
    assert [word.word for word in found.words.words] == ["双通道", "惠民保"]
    assert found.described["words"]["words"] == 2
    assert list(found.described["words"]["files"]) == ["own.txt"]


def test_a_label_of_the_test_file_alone_is_refused_with_its_line(tmp_path: Path, table: Path) -> None:
    test = written(
        tmp_path / "test.tsv", [("骗取医保基金", "监督"), ("又一次骗取基金", "监督"), ("收费", "收费")]
    )
    with pytest.raises(InputProblemsError, match="the label '监督' occurs in the test file only") as caught:
        read_sources([table], ["topic"], SETTINGS, test)
    assert [(Path(str(p.path)).name, p.line) for p in caught.value.problems] == [("test.tsv", 2)]


def test_held_out_copies_are_found(tmp_path: Path, table: Path) -> None:
    copy = "新设诊所审批流程太长，材料反复提交"
    test = written(tmp_path / "test.tsv", [("门诊收费没有明细，要求公开价目表", "收费"), (copy, "准入")])
    found = read_sources([table], ["topic"], SETTINGS, test)
    assert found.leaked == [1]
    assert "1 of 2 test texts are near-duplicates of training texts (lines 3)" in found.warnings["topic"][-1]
    assert found.described["topic_test"]["texts"] == 2


def test_labels_of_few_entities_are_warned_of(tmp_path: Path) -> None:
    text = "国家医保局会同财政部印发通知。"
    line = json.dumps({"text": text, "label": [[7, 10, "AGENCY"]]})
    (tmp_path / "own.jsonl").write_text(f"{line}\n", "utf-8")
    (tmp_path / "test.jsonl").write_text(f"{line}\n", "utf-8")
    found = read_sources([tmp_path / "own.jsonl"], ["entities"], SETTINGS, tmp_path / "test.jsonl")
    assert [document.text for document in found.annotated] == [text]
    assert (
        "only 1 entities of the label AGENCY; the recogniser will hardly learn it"
        in found.warnings["entities"]
    )
    assert "1 of 1 test texts are training texts too" in found.warnings["entities"]


def test_nothing_to_learn_is_refused(tmp_path: Path) -> None:
    (tmp_path / "own.jsonl").write_text(json.dumps({"text": "医保", "label": []}) + "\n", "utf-8")
    with pytest.raises(InputError, match="no text has an entity"):
        read_sources([tmp_path / "own.jsonl"], ["entities"], SETTINGS)


def test_files_a_bundle_was_trained_on_are_known_by_content(tmp_path: Path, table: Path) -> None:
    copy = tmp_path / "renamed.tsv"
    copy.write_bytes((TRAINING_DATA / "replies.tsv").read_bytes())
    assert known_files(default_bundle_path(), "topic", [copy, table]) == ["renamed.tsv"]
    assert known_files(default_bundle_path(), "segmenter", [copy]) == []


def test_a_folder_has_its_proposals_too(tmp_path: Path) -> None:
    lines = (TRAINING_DATA / "replies.tsv").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "replies.tsv").write_text("".join(lines[:5]), "utf-8")
    lines = (TRAINING_DATA / "proposals.jsonl").read_text("utf-8").splitlines(keepends=True)
    (tmp_path / "proposals.jsonl").write_text("".join(lines[:9]), "utf-8")
    found = read_sources([tmp_path], ["topic"], SETTINGS)
    assert genres_of(found.labelled) == ["reply"] * 5 + ["proposal"] * 9
    groups = groups_of(found.labelled)
    assert groups is not None
    assert groups[:5] == [None] * 5
    assert all(groups[5:])
    assert set(found.described["topic"]["files"]) == {"replies.tsv", "proposals.jsonl"}
    (tmp_path / "proposals.jsonl").unlink()
    assert genres_of(read_sources([tmp_path], ["topic"], SETTINGS).labelled) is None


def test_sources_are_mixed_with_weights(table: Path, tmp_path: Path) -> None:
    other = written(
        tmp_path / "other.tsv", [("挂号费太高了，希望降一点下来", "收费"), ("无证行医没人管", "准入")]
    )
    found = read_sources([table, other], ["topic"], SETTINGS, weights=[2.0])
    assert found.weights == [2.0] * 4 + [1.0] * 2
    assert [document.label for document in found.labelled[4:]] == ["收费", "准入"]
    assert set(found.described["topic"]["files"]) == {"train.tsv", "other.tsv"}
    with pytest.raises(InputError, match="only the topic is trained on several sources"):
        read_sources([table, other], ["entities"], SETTINGS)


def test_texts_without_a_genre_are_proposals_beside_others(table: Path, tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text(
        json.dumps({"title": "a", "text": "b", "label": "医保", "genre": "reply"}) + "\n", "utf-8"
    )
    own = written(tmp_path / "seven.tsv", [("报销比例太低", "医保"), ("医生太少了", "医疗")])
    found = read_sources([path, own], ["topic"], SETTINGS)
    assert genres_of(found.labelled) == ["reply", "proposal", "proposal"]
