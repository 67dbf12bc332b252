from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from nhsa_nlp.archive import precedents
from nhsa_nlp.errors import InputError
from nhsa_nlp.io import WRITERS
from nhsa_nlp.record import Record
from tests.io.writers.records import BARE, FULL

FILLING = "医保部门将会同有关部门认真研究，指导各地抓好落实。" * 12
TEXTS = {
    "away": f"{FILLING}一、关于跨省异地就医直接结算。简化异地就医备案，住院费用跨省直接结算。{FILLING}",
    "care": f"一、关于长期护理保险。2016年启动长期护理保险制度试点，保障失能人员的护理服务。{FILLING}",
    "drugs": f"一、关于药品集中带量采购。加强中选药品质量监管，开展一致性评价。{FILLING}",
    "fund": f"一、关于医疗保障基金监管。打击欺诈骗保，开展飞行检查。{FILLING}",
}


def write(path: Path, texts: dict[str, str], **more: Record) -> Path:
    records = [more.get(name, {**BARE, "id": name}) for name in texts]
    WRITERS[".sqlite"](path, records, texts=texts.get)
    return path


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("archive") / "a.sqlite", TEXTS)


def best(archive: Path, text: str) -> str | None:
    return precedents(archive, text)["precedents"][0]["id"]


@pytest.mark.parametrize(
    ("proposal", "found"),
    [
        ("到外省看病要自己先垫钱，拿着发票回老家报销", "away"),
        ("老人瘫在床上，请护工照顾一个月五千", "care"),
        ("换成便宜的国产仿制药，药效不好", "drugs"),
        ("有的医院套保，空刷卡，把救命钱骗走", "fund"),
        ("关于长期护理保险的建议", "care"),
    ],
)
def test_everyday_words_find_what_the_administration_answered(
    archive: Path, proposal: str, found: str
) -> None:
    assert best(archive, proposal) == found


def test_passages_are_those_that_answer_and_tied_to_the_raw_text(archive: Path) -> None:
    (first, *_) = precedents(archive, "外省看病先垫钱")["precedents"]
    passage = first["passages"][0]
    assert "跨省异地就医直接结算" in passage["text"]
    assert passage["text"] == TEXTS["away"][passage["start"] : passage["end"]]
    assert all(piece["end"] - piece["start"] <= 600 for piece in first["passages"])
    scores = [piece["score"] for piece in first["passages"]]
    assert scores == sorted(scores, reverse=True)


def test_the_best_come_first_and_no_more_than_asked_for(archive: Path) -> None:
    found = precedents(archive, "骗保 护工 垫钱", n=2)["precedents"]
    assert len(found) == 2
    assert found[0]["score"] >= found[1]["score"]
    assert len(precedents(archive, "医保", n=100)["precedents"]) <= len(TEXTS)


def test_the_title_counts_more_than_the_text(archive: Path) -> None:
    text = "骗保要重罚，举报有奖。老人瘫在床上。"
    assert precedents(archive, text, "骗保要重罚")["precedents"][0]["id"] == "fund"
    assert precedents(archive, text, "瘫在床上的老人请护工")["precedents"][0]["id"] == "care"


def test_what_the_archive_knows_of_a_document_is_shown(tmp_path: Path) -> None:
    path = write(tmp_path / "a.sqlite", {"a": TEXTS["away"], "b": TEXTS["care"]}, a=FULL)
    cited = "根据《关于建立机制的意见》，外省看病先垫钱。"
    found = {item["id"]: item for item in precedents(path, cited)["precedents"]}["a"]
    assert found["label"] == "医疗x医保"
    assert found["shared_policies"] == ["关于建立机制的意见"]
    assert found["number"] == FULL["letter"]["number"]
    assert found["subject"] == FULL["letter"]["subject"]
    assert precedents(path, "外省看病先垫钱")["precedents"][0]["shared_policies"] == []


def test_an_answered_proposal_has_the_higher_confidence(archive: Path) -> None:
    answered = precedents(archive, "老人瘫在床上，请护工照顾，长护险早点来")["confidence"]
    for other in ("小区门口的广场舞太吵", "猫狗绝育乱要价", "保"):
        assert 0 <= precedents(archive, other)["confidence"] < answered <= 1


@pytest.mark.parametrize("text", ["", "保", "？！", "2021", "abc xyz"])
def test_a_proposal_without_terms_of_the_archive_finds_nothing(archive: Path, text: str) -> None:
    assert precedents(archive, text) == {"confidence": 0.0, "precedents": []}


def test_two_characters_find_something_with_low_confidence(archive: Path) -> None:
    found = precedents(archive, "医保")
    assert found["precedents"]
    assert found["confidence"] < 0.5


def test_of_a_very_long_proposal_the_beginning_is_read(archive: Path) -> None:
    begin = "老人瘫在床上，请护工照顾。" * 2000
    assert precedents(archive, begin + "骗保" * 5_000_000) == precedents(archive, begin[:20_000])


def test_the_same_question_has_the_same_answer(archive: Path) -> None:
    assert precedents(archive, "外省看病先垫钱") == precedents(archive, "外省看病先垫钱")


def test_what_is_no_archive_with_texts_is_refused(tmp_path: Path, archive: Path) -> None:
    path = tmp_path / "x.sqlite"
    with pytest.raises(InputError, match="there is no such file"):
        precedents(path, "医保")
    WRITERS[".sqlite"](path, [BARE])
    with pytest.raises(InputError, match="holds no texts"):
        precedents(path, "医保")
    path.write_bytes(archive.read_bytes())
    with closing(sqlite3.connect(path)) as base:
        base.execute("DROP TABLE term_lengths")
    with pytest.raises(InputError, match=r"earlier version.*write it again"):
        precedents(path, "医保")
    with closing(sqlite3.connect(path)) as base:
        base.execute("PRAGMA user_version = 99")
    with pytest.raises(InputError, match="format 99"):
        precedents(path, "医保")


def test_a_damaged_archive_is_one_line(tmp_path: Path, archive: Path) -> None:
    path = tmp_path / "x.sqlite"
    data = archive.read_bytes()
    for cut in (0, 100, 5000, 20_000, len(data) // 2):
        path.write_bytes(data[:cut])
        with pytest.raises(InputError, match=r"damaged|is not an archive|not a database of documents"):
            precedents(path, "外省看病先垫钱")
    path.write_bytes(data)
    with closing(sqlite3.connect(path)) as base:
        base.execute("UPDATE terms SET postings = x'ff'")
        base.commit()
    with pytest.raises(InputError, match="damaged"):
        precedents(path, "外省看病先垫钱")


def test_an_archive_that_a_writer_holds_says_so(tmp_path: Path, archive: Path) -> None:
    path = tmp_path / "x.sqlite"
    path.write_bytes(archive.read_bytes())
    with closing(sqlite3.connect(path, isolation_level=None)) as base:
        base.execute("BEGIN EXCLUSIVE")
        with pytest.raises(InputError, match="being written by another program"):
            precedents(path, "医保")
