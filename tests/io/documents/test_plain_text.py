from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import ReadOptions, read_documents
from nhsa_nlp.io.encoding import decode
from tests.paths import TRAINING_DATA

SIMPLIFIED = (
    "国家医疗保障局对十三届全国人大四次会议第2020号建议的答复\r\n\r\n　　您提出的《建议》收悉，现答复如下：\n"
)
TRADITIONAL = "依據全民健康保險法之規定，保險對象應自行負擔門診或急診費用之百分之二十，住院費用亦同。\n"


def read_one(path: Path, options: ReadOptions | None = None) -> str:
    (document,) = read_documents([path], options)
    return document.text


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (SIMPLIFIED.encode("utf-8"), "utf-8"),
        (codecs.BOM_UTF8 + SIMPLIFIED.encode("utf-8"), "utf-8-sig"),
        (SIMPLIFIED.encode("utf-16"), "utf-16"),
        (codecs.BOM_UTF16_BE + SIMPLIFIED.encode("utf-16-be"), "utf-16"),
        (SIMPLIFIED.encode("utf-32"), "utf-32"),
        (SIMPLIFIED.encode("gb18030"), "gb18030"),
        (SIMPLIFIED[:12].encode("gb18030"), "gb18030"),
    ],
)
def test_encodings_are_detected_and_the_text_is_untouched(data: bytes, encoding: str) -> None:
    text, detected = decode(data, "a.txt")
    assert detected == encoding
    assert SIMPLIFIED.startswith(text)
    assert len(text) >= 12


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("医保", "gb18030"),
        ("医药", "gb18030"),  # UTF-8 of two letters of Abkhaz, too
        ("住院\n", "gb18030"),
        ("答复", "gb18030"),  # common characters of Big5, too
        ("报销", "gb18030"),
        ("关于医保", "gb18030"),
        ("医保。", "gb18030"),
        ("健保給付", "big5"),
        ("医保", "utf-8"),
        ("они", "utf-8"),
        ("é", "utf-8"),
        ("œuvre", "utf-8"),
    ],
)
def test_a_few_characters_are_enough(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "a.txt") == (text, encoding)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [SIMPLIFIED, "DRG payment\r\n", "医保\n", "“医保”，药品 2021年"])
def test_utf_16_without_its_mark_is_told_by_the_characters_of_ascii(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding), "a.txt") == (text, encoding)


@pytest.mark.parametrize(
    "data", [b"\0" * 40, bytes(range(256)) * 4, b"\0\1" * 40, b"a\0b\0" * 4 + b"\0\0" * 9]
)
def test_what_is_binary_is_not_taken_for_utf_16(data: bytes) -> None:
    with pytest.raises(InputError, match="is a binary file"):
        decode(data, "a.bin")


def test_traditional_characters_in_big5_are_not_taken_for_gb18030() -> None:
    data = TRADITIONAL.encode("big5")
    data.decode("gb18030", "replace")
    text, detected = decode(data, "a.txt")
    assert text == TRADITIONAL
    assert detected in {"big5", "cp950", "big5hkscs"}


@pytest.mark.parametrize("length", [30, 300, 3000])
def test_the_labelled_replies_survive_gb18030(length: int) -> None:
    replies = TRAINING_DATA / "replies.tsv"
    for line in replies.read_text(encoding="utf-8").splitlines():
        text = line.split("\t", 1)[1][:length]
        assert decode(text.encode("gb18030"), "a.txt")[0] == text


@pytest.mark.parametrize("shift", ["", "a", "aa"])  # whatever byte the sample ends at
def test_a_long_gb18030_file_is_detected_and_whole(tmp_path: Path, shift: str) -> None:
    path = tmp_path / "long.txt"
    text = shift + SIMPLIFIED * 20_000
    path.write_bytes(text.encode("gb18030"))
    assert read_one(path) == text


def test_the_encoding_can_be_said(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes("医保\0药品".encode("utf-16-le"))
    with pytest.raises(InputError, match=r"binary.*--encoding utf-16-le"):
        read_one(path)
    path.write_bytes(SIMPLIFIED.encode("utf-16-le"))
    assert read_one(path, ReadOptions(encoding="utf-16-le")) == SIMPLIFIED
    path.write_bytes(codecs.BOM_UTF8 + SIMPLIFIED.encode("utf-8"))
    assert read_one(path, ReadOptions(encoding="utf8")) == SIMPLIFIED
    with pytest.raises(InputError, match=r"is not ascii at byte 0"):
        read_one(path, ReadOptions(encoding="ascii"))


@pytest.mark.parametrize("name", ["no-such", "hex", "utf\0"])
def test_an_unknown_encoding_is_refused(name: str) -> None:
    with pytest.raises(InputError, match="unknown encoding"):
        ReadOptions(encoding=name)


def test_damaged_utf8_is_refused_with_its_line_not_read_as_something_else() -> None:
    data = (SIMPLIFIED * 3).encode("utf-8")
    with pytest.raises(InputError, match=r"^a\.txt:9: is UTF-8 with broken characters") as caught:
        decode(data[:-2] + b"\n" + data[-9:-2], "a.txt")
    assert caught.value.line == 9


@pytest.mark.parametrize(
    "data",
    [
        b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 4,
        b"PK\x03\x04" + bytes(200),
        b"\x89PNG\r\n\x1a\n" + b"\x01\x02\x03\x04" * 50,
        bytes(range(1, 32)) * 20,
        "Déjà vu à la crèche".encode("latin-1"),
        "コレハ ホケン ノ ブンショ デス\n".encode("euc_jp") * 5,
    ],
)
def test_what_is_not_chinese_text_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match=r"^a\.txt: is (a )?binary") as caught:
        decode(data, "a.txt")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("control", [chr(code) for code in (*range(1, 32), *range(127, 160))])
def test_control_characters_are_of_binary_files_but_for_the_ends_of_lines(control: str) -> None:
    data = f"医保{control}".encode() * 20
    if control in "\t\n\v\f\r\x85":
        assert decode(data, "a.txt")[1] == "utf-8"
    else:
        with pytest.raises(InputError, match="is a binary file"):
            decode(data, "a.txt")


@pytest.mark.parametrize("data", [b"", b" \r\n\t", "　\u200b\n".encode(), codecs.BOM_UTF16_LE])
def test_an_empty_file_is_refused(data: bytes) -> None:
    with pytest.raises(InputError, match=r"^a\.txt: is empty"):
        decode(data, "a.txt")


def test_page_breaks_and_tabs_are_text() -> None:
    text = "第一页\f\n第二页\t表\v\n"
    assert decode(text.encode(), "a.txt")[0] == text


def test_more_marks_than_one_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(("\ufeff" * 3 + "医保").encode())
    (document,) = read_documents([tmp_path / "a.txt"])
    assert document.text == "医保"


def test_utf8_marked_as_utf16_is_not_read_as_other_characters(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"\xff\xfe" + "医保".encode())
    with pytest.raises(InputError, match="is marked as UTF-16 but is UTF-8; save it again as UTF-8"):
        list(read_documents([path]))
    for text in ("医保", "医", "一二三\n", "医" * 1000):
        path.write_bytes(text.encode("utf-16"))
        assert [document.text for document in read_documents([path])] == [text]


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"Rar!\x1a\x07\0" + bytes(20), "is not text but a RAR archive; unpack it"),
        (b"PK\x03\x04" + bytes(20), "is not text but a zip file that is damaged"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "is not text but an old Office document"),
        (bytes(20), "is a binary file, not text"),
    ],
)
def test_what_is_no_text_is_named(tmp_path: Path, data: bytes, what: str) -> None:
    (tmp_path / "a.txt").write_bytes(data)
    with pytest.raises(InputError, match=f"a.txt: {what}"):
        read_one(tmp_path / "a.txt")
