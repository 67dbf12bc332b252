"""Word documents of 97 to 2003: files that LibreOffice wrote, and what can be wrong with them."""

from __future__ import annotations

import random
import struct
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import olefile
import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import read_documents
from nhsa_nlp.io.documents import word_binary
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.source import Source
from tests.io import samples
from tests.paths import LETTERS, RESOURCES

WORD = RESOURCES / "word"
PIECES, PLACES, MAIN = 33, 154, 76  # of the file information block: an entry, where they begin, a length


def text_of(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    (document,) = read_documents([path])
    return document.text


def streams(name: str = "kinds") -> tuple[bytearray, bytearray]:
    """The text and the tables of a file."""
    with olefile.OleFileIO(WORD / f"{name}.doc") as file:
        document, table = (file.openstream(stream).read() for stream in ("WordDocument", "1Table"))
    return bytearray(document), bytearray(table)


def assembled(document: bytes | bytearray, table: bytes | bytearray) -> bytes:
    return samples.compound({"WordDocument": bytes(document), "1Table": bytes(table)})


def entry(document: bytes | bytearray, number: int) -> tuple[int, int]:
    """Where a table is, and its length."""
    place, size = struct.unpack_from("<II", document, PLACES + 8 * number)
    return place, size


def with_pieces(*pieces: tuple[bytes, int], language: int = 0x0804) -> bytes:
    """A document of these pieces: their bytes, and how many of these are a character."""
    document, table = streams()
    struct.pack_into("<H", document, 6, language)
    positions, details = [0], b""
    for raw, width in pieces:
        at = len(document)
        document += raw
        positions.append(positions[-1] + len(raw) // width)
        details += struct.pack("<HIH", 0, at if width == 2 else at * 2 | 1 << 30, 0)
    struct.pack_into("<8I", document, MAIN, positions[-1], *[0] * 7)
    plex = struct.pack(f"<{len(positions)}I", *positions) + details
    clx = b"\x02" + struct.pack("<I", len(plex)) + plex
    struct.pack_into("<II", document, PLACES + 8 * PIECES, len(table), len(clx))
    return assembled(document, table + clx)


def wide(text: str) -> tuple[bytes, int]:
    return text.encode("utf-16-le"), 2


@pytest.mark.parametrize("name", ["npc-13-4-2020", "notice-2019-04-12"])
@pytest.mark.parametrize("suffix", [".doc", ".wps", ".dot", ".wpt", ".docx", ".txt", ""])
def test_a_letter_reads_as_its_docx(tmp_path: Path, name: str, suffix: str) -> None:
    lines = (LETTERS / f"{name}.txt").read_text("utf-8").splitlines()
    expected = text_of(tmp_path / "expected.docx", samples.docx(samples.paragraphs(lines)))
    assert text_of(tmp_path / f"a{suffix}", (WORD / f"{name}.doc").read_bytes()) == expected


def test_everything_that_a_docx_shows_is_shown_in_its_place(tmp_path: Path) -> None:
    assert text_of(tmp_path / "a.doc", (WORD / "kinds.doc").read_bytes()).splitlines() == [
        "关于异地就医的答复",
        "医保函〔2021〕85号",
        "软换行之后\t制表",
        "险种\t金额",
        "职工医保",  # a cell with a table in it
        "内一\t内二",
        "表后\t1.3万元",
        "第二行",
        "1. 第一项",
        "圆点",
        "2. 第二项",
        "甲新尾",  # without what was deleted, and what is hidden
        "前半后半",  # the end of the paragraph between them was deleted
        "见链接外",
        "不换-行空\xa0格 𠀀字☑同意",
        "框前框后",
        "框一",
        "框二",
        "分",
        "页",
        "节末",
        "Plain latin § 5 × 3 “quoted”",
        "末段",
    ]


def test_numbers_of_lists_and_notes_at_the_end(tmp_path: Path) -> None:
    assert text_of(tmp_path / "a.doc", (WORD / "notes.doc").read_bytes()).splitlines() == [
        "正文甲，续",
        "正文乙",
        "一、总则",
        "（一）范围",
        "（二）对象",
        "1.细目",
        "二、附则",
        "（一）施行",
        "病种\t支付标准",
        "甲类\t100%",
        "表后一段",
        "末段",
        "脚注甲",
        "脚注乙",
        "尾注一",
    ]


def test_pieces_of_either_width_are_one_text(tmp_path: Path) -> None:
    data = with_pieces(wide("医保"), (b"No. 85 \x93a\x94 \xa7", 1), wide("号𠀀\r完"))
    assert text_of(tmp_path / "a.doc", data) == "医保No. 85 “a” §号𠀀\n完"


@pytest.mark.parametrize(
    ("language", "encoding", "text"),
    [
        (0x0804, "gb18030", "国家医疗保障局：答复A类（2021）"),
        (0x0404, "cp950", "國家醫療保障局：答復A類"),
        (0x0409, "cp1252", "café – “naïve”"),
        (0x0804, "cp1252", "café “b” ×"),
    ],
)
def test_text_in_bytes_is_of_the_language_of_the_file(
    tmp_path: Path, language: int, encoding: str, text: str
) -> None:
    data = with_pieces(((text + "\r").encode(encoding), 1), wide("后段\r"), language=language)
    assert text_of(tmp_path / "a.doc", data) == f"{text}\n后段"


def test_fields_show_their_results_also_one_in_another_and_one_without_end(tmp_path: Path) -> None:
    nested = "甲\x13码\x13内\x14果\x15码\x14外\x13码\x14果\x15\x15乙\r"
    assert text_of(tmp_path / "a.doc", with_pieces(wide(nested))) == "甲外果乙"
    assert text_of(tmp_path / "a.doc", with_pieces(wide("甲\x13码\r不丢失\x14\x15\r"))) == "甲\n不丢失"


def test_marks_within_a_line(tmp_path: Path) -> None:
    data = with_pieces(wide("一\x0b二\x0c三\x0e四\x1e五\x1f六\x01\x02\x05\x08七\r"))
    assert text_of(tmp_path / "a.doc", data) == "一\n二\n三\n四-五六七"


def test_half_a_pair_of_surrogates_is_a_character_that_says_so(tmp_path: Path) -> None:
    assert text_of(tmp_path / "a.doc", with_pieces((b"\x00\xd8\x2e\x4e", 2))) == "\ufffd丮"


def patched(offset: int, value: int, form: str = "<I", *, of_table: int | None = None) -> Callable[[], bytes]:
    """A file with a number altered, in its head or in one of its tables."""

    def make() -> bytes:
        document, table = streams()
        where = document if of_table is None else table
        at = offset if of_table is None else entry(document, of_table)[0] + offset
        struct.pack_into(form, where, at, value)
        return assembled(document, table)

    return make


def backwards() -> bytes:
    data = with_pieces(wide("医保"), wide("基"), wide("金"))
    return data.replace(struct.pack("<4I", 0, 2, 3, 4), struct.pack("<4I", 0, 3, 2, 4))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (patched(10, 0x0300, "<H"), "is encrypted; save it without a password"),
        (patched(2, 104, "<H"), "is a document of Word 6 or 95, which is not read; convert it: soffice"),
        (
            patched(0, 0xA5DC, "<H"),
            "is a document of Word 6 or 95, which is not read; convert it: soffice",
        ),
        (
            patched(0, 0x1234, "<H"),
            "is damaged: it does not begin as a Word document; open and save it again",
        ),
        (patched(10, 0, "<H"), "is damaged: its sectors or its directory are broken"),  # no such table
        (patched(MAIN, 0x7FFFFFFF), "has more than 10,000,000 characters; split it"),
        (patched(32, 0xFFFF, "<H"), "is damaged: its piece table is missing"),
        (patched(0, 9, "<B", of_table=PIECES), "is damaged: its piece table is missing"),
        (patched(1, 0, of_table=PIECES), "is damaged: its piece table is empty"),
        (patched(5, 1, of_table=PIECES), "is damaged: its pieces overlap or run backwards"),
        (backwards, "is damaged: its pieces overlap or run backwards"),
        (patched(5 + 8 + 2, 1 << 29, of_table=PIECES), "is damaged: text lies beyond its end"),
        (lambda: with_pieces(wide("\r\x07 \x01")), "holds no text, perhaps only pictures"),
        (
            lambda: assembled(struct.pack("<HH6xH", 0xA5EC, 0xC1, 0x200), b""),
            "is damaged: its piece table is missing",
        ),
        (
            lambda: samples.compound({"Workbook": b"x"}),
            "is damaged: its records are broken",
        ),
        (lambda: (WORD / "kinds.doc").read_bytes()[:4000], "is damaged: its sectors or its directory"),
    ],
)
def test_what_cannot_be_read_says_why(tmp_path: Path, make: Callable[[], bytes], message: str) -> None:
    (tmp_path / "a.doc").write_bytes(make())
    with pytest.raises(InputError) as raised:
        list(read_documents([tmp_path / "a.doc"]))
    assert str(raised.value).removeprefix(f"{(tmp_path / 'a.doc').as_posix()}: ").startswith(message)


@pytest.mark.parametrize("name", ["kinds", "notes"])
def test_a_damaged_file_gives_its_text_or_one_line(name: str) -> None:
    chance = random.Random(18)  # noqa: S311
    whole = (WORD / f"{name}.doc").read_bytes()
    file = Source("a", "a.doc", ".doc", b"")
    read = 0
    for _ in range(200):
        data = bytearray(whole)
        for _ in range(chance.choice((1, 3, 30, 300))):
            data[chance.randrange(len(data))] = chance.choice((0, 0x7F, 0xFF, chance.randrange(256)))
        try:
            (document,) = word_binary.read(BytesIO(data), file, ReadOptions())
            assert document.text.encode()
            read += 1
        except InputError as error:
            assert str(error).startswith("a.doc: ") and "\n" not in str(error)  # noqa: PT017, PT018
    assert 50 < read < 200
