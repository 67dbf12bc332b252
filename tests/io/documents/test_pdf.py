from __future__ import annotations

import io
import re
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas
from spacy.language import Language

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import Document, ReadOptions, Source
from nhsa_nlp.io.documents import pdf, pdf_text
from tests.io.documents.paper import HEIGHT, WIDTH, draw_lines, image_of, pdf_of, wrap
from tests.io.documents.test_text_layer import shuffled
from tests.io.samples import raw_pdf


def read(data: bytes) -> Document:
    (document,) = pdf.read(io.BytesIO(data), Source("a", "a.pdf", ".pdf"), ReadOptions())
    return document


def pages_of(text: str, lines: int = 22) -> list[Callable[[Canvas], None]]:
    """Return what draws a text on numbered pages."""
    rows = wrap(text)

    def page(start: int) -> Callable[[Canvas], None]:
        def draw(canvas: Canvas) -> None:
            draw_lines(rows[start : start + lines])(canvas)
            canvas.drawString(450, 60, f"— {start // lines + 1} —")

        return draw

    return [page(start) for start in range(0, len(rows), lines)]


def test_a_letter_says_the_same_as_a_pdf(letters: dict[str, str], nlp: Language) -> None:
    for text in letters.values():
        paragraphs = "\n".join(line.strip() for line in text.splitlines() if line.strip())
        data = pdf_of(*pages_of(paragraphs))
        document = read(data)
        assert document.text == paragraphs
        assert int(document.meta["pages"]) > 1
        expected, record = nlp(text)._.record, nlp(document.text)._.record
        assert record["topic"]["label"] == expected["topic"]["label"]
        kept = ("label", "title", "doc_no", "ref", "normalized", "value", "unit", "op")
        assert [[entity.get(key) for key in kept] for entity in record["entities"]] == [
            [entity.get(key) for key in kept] for entity in expected["entities"]
        ]


def test_a_running_header_is_kept_once() -> None:
    bodies = ["第一页的正文说医保目录。", "第二页的正文说医疗救助。", "第三页的正文说药品集采。"]
    pages = [
        draw_lines(["国家医疗保障局文件", body, "更多的正文。", str(n)]) for n, body in enumerate(bodies, 1)
    ]
    lines = read(pdf_of(*pages)).text.split("\n")
    assert lines.count("国家医疗保障局文件") == 1
    assert [line for line in lines if line in bodies] == bodies
    assert not {"1", "2", "3"} & set(lines)


def test_numbers_that_count_nothing_stay() -> None:
    pages = [draw_lines(["支出（亿元）", number]) for number in ("546", "600", "12")]
    assert [line for line in read(pdf_of(*pages)).text.split("\n") if line.isdigit()] == ["546", "600", "12"]
    assert read(pdf_of(pages[0])).text == "支出（亿元）\n546"


@pytest.mark.parametrize(
    "mark", ["— 12 —", "-12-", "第12页", "第 12 页 共 30 页", "12/30", "－12－        －13－"]
)
def test_page_numbers_are_left_out(mark: str) -> None:
    lines = ["国家医疗保障局", "医保函〔2021〕85号", "聂鹏举代表：", "现答复如下。"]
    assert read(pdf_of(draw_lines([*lines, mark]))).text.split("\n") == lines


def test_short_lines_are_not_run_together() -> None:
    lines = ["北京市医疗保障局", "天津市医疗保障局", "河北省医疗保障局", "山西省医疗保障局"]
    assert read(pdf_of(draw_lines(lines))).text.split("\n") == lines


TEXT = (
    "党中央、国务院高度重视医疗保障工作，国家医保局会同财政部等部门印发《关于健全重特大疾病医疗保险和救助制度的意见》"
    "（国办发〔2021〕42号），2021年全国共资助参加基本医保8816万人，支出医疗救助基金620亿元，惠及困难群众。"
) * 3


def test_columns_are_read_one_after_the_other_however_they_were_written() -> None:
    rows = [TEXT[start : start + 12] for start in range(0, 12 * 24, 12)]

    def draw(canvas: Canvas) -> None:
        canvas.drawString(180, HEIGHT - 60, "医疗保障工作简报")
        for row in range(12):
            for left, line in ((70, rows[row]), (320, rows[12 + row])):
                canvas.drawString(left, HEIGHT - 100 - 28 * row, line)

    assert read(pdf_of(draw)).text == "医疗保障工作简报\n" + "".join(rows)


def test_the_cells_of_a_table_stay_beside_one_another() -> None:
    cells = [("年份", "支出", "参保"), ("2020年", "546.8亿元", "13.6亿人"), ("2021年", "600亿元", "13.5亿人")]

    def draw(canvas: Canvas) -> None:
        for column in range(3):  # written column by column
            for row, line in enumerate(cells):
                canvas.drawString(80 + 150 * column, HEIGHT - 100 - 28 * row, line[column])

    assert read(pdf_of(draw)).text == "\n".join("\t".join(line) for line in cells)


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_turned_text_is_read_upright(turn: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(WIDTH / 2, HEIGHT / 2)
        canvas.rotate(turn)
        for row, line in enumerate(["医保函〔2021〕85号", "聂鹏举代表："]):
            canvas.drawString(-100, -28 * row, line)

    assert read(pdf_of(draw)).text == "医保函〔2021〕85号\n聂鹏举代表："


def test_vertical_writing_is_read_from_the_right() -> None:
    def draw(canvas: Canvas) -> None:
        for index, char in enumerate(TEXT[:60]):
            canvas.drawString(500 - 30 * (index // 20), HEIGHT - 100 - 20 * (index % 20), char)

    assert read(pdf_of(draw)).text.replace("\n", "") == TEXT[:60]


def test_a_mark_across_the_page_is_left_out() -> None:
    def draw(canvas: Canvas) -> None:
        draw_lines(wrap(TEXT[:100]))(canvas)
        canvas.rotate(45)
        canvas.drawString(300, 100, "内部资料")

    assert read(pdf_of(draw)).text == TEXT[:100]


def test_radicals_become_the_characters_they_look_like() -> None:
    # ⼈ and ⻓ as some fonts give them, by way of a replaced table of meanings
    data = pdf_of(draw_lines(["人民长寿"]), compress=False)
    assert read(data).text == "人民长寿"
    assert pdf_text._as_character("\u2f08") == "人"
    assert pdf_text._as_character("\u2ed3") == "长"
    assert pdf_text._as_character("\uf9b4") != "\uf9b4"


def test_only_the_page_without_text_is_read_by_ocr() -> None:
    picture = ImageReader(image_of(["附件：医保函〔2021〕85号"]))
    blank = draw_lines([])
    data = pdf_of(
        draw_lines(["国家医疗保障局的复函"]),
        lambda canvas: canvas.drawImage(picture, 50, 500, 500, 100),
        blank,
    )
    document = read(data)
    assert document.text == "国家医疗保障局的复函\n附件：医保函〔2021〕85号"
    assert document.meta == {"pages": "3", "ocr": "page 2"}
    assert document.columns == {"ocr": "page 2"}


def test_glyphs_without_meaning_are_read_by_ocr() -> None:
    data = pdf_of(draw_lines(wrap(TEXT[:60])), compress=False)
    meaningless = data.replace(b"/ToUnicode", b"/ToNothing")
    assert meaningless != data
    document = read(meaningless)
    assert document.meta["ocr"] == "page 1"
    assert document.text[:20] == TEXT[:20]


def lying(data: bytes, code_of: Callable[[int, int], int]) -> bytes:
    """Let the fonts of a PDF give other codes to their Chinese: ``code_of`` gets the glyph and its code."""

    def renamed(entry: re.Match[bytes]) -> bytes:
        glyph, code = int(entry[1], 16), int(entry[2], 16)
        return b"<%02X> <%04X>" % (glyph, code_of(glyph, code) if code >= 0x4E00 else code)

    return re.sub(rb"<([0-9A-F]{2})> <([0-9A-F]{4})>", renamed, data)


LIES = pytest.mark.parametrize(
    "code_of",
    [
        lambda glyph, _: 0x21 + glyph,  # as ``KLM%.¾23``
        lambda glyph, _: 0x7280 + 7 * glyph,  # rare characters
        lambda glyph, _: ord(TEXT[:60][-glyph % 50]),  # common ones
    ],
    ids=["numbers", "rare", "common"],
)


@LIES
def test_without_ocr_fonts_that_lie_are_named_as_the_reason(
    code_of: Callable[[int, int], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = pdf_of(draw_lines(wrap(TEXT[:120])), draw_lines(wrap(TEXT[120:])), compress=False)
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    assert read(plain).meta == {"pages": "2"}
    with pytest.raises(
        InputError, match=r"^a\.pdf: pages 1-2: the fonts do not say .* nonsense; install OCR"
    ):
        read(lying(plain, code_of))


@LIES
@pytest.mark.slow
def test_fonts_that_lie_about_their_characters_are_read_by_ocr(code_of: Callable[[int, int], int]) -> None:
    document = read(lying(pdf_of(draw_lines(wrap(TEXT[:120])), compress=False), code_of))
    assert document.meta == {"pages": "1", "ocr": "page 1"}
    assert document.text[:20] == TEXT[:20]


def test_letters_of_a_code_page_are_put_back_without_ocr() -> None:
    document = read(
        pdf_of(draw_lines(["犐犆犛３５．０４０", "犌犅／犜３３１９０—２０１６", "电子文件存储与交换格式"]))
    )
    assert document.text.split("\n")[:2] == ["ICS３５．０４０", "GB／T３３１９０—２０１６"]
    assert document.meta == {"pages": "1"}


def test_the_text_layer_over_a_picture_of_the_page_is_read_and_said_so() -> None:
    scan = ImageReader(image_of(wrap(TEXT[:200])))

    def draw(canvas: Canvas) -> None:
        canvas.drawImage(scan, 0, 0, WIDTH, HEIGHT)
        draw_lines(wrap(TEXT[:200]))(canvas)

    document = read(pdf_of(draw, draw_lines(["附件：医保函〔2021〕85号"])))
    assert document.text.startswith(TEXT[:200])
    assert document.meta == {"pages": "2", "text_layer_of_scan": "page 1"}
    assert document.columns == {"text_layer_of_scan": "page 1"}  # so that the record says it


@pytest.mark.slow
def test_a_picture_with_a_nonsensical_layer_is_read_by_ocr() -> None:
    scan = ImageReader(image_of(wrap(TEXT[:200])))

    def draw(canvas: Canvas) -> None:
        draw_lines(wrap(shuffled(TEXT[:200])))(canvas)
        canvas.drawImage(scan, 0, 0, WIDTH, HEIGHT)

    document = read(pdf_of(draw))
    assert document.meta == {"pages": "1", "ocr": "page 1"}
    assert document.text[:20] == TEXT[:20]


def test_without_ocr_a_page_without_text_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    picture = ImageReader(image_of(["附件"]))
    data = pdf_of(draw_lines(["正文"]), lambda canvas: canvas.drawImage(picture, 50, 500, 500, 200))
    with pytest.raises(InputError, match=r'^a\.pdf: page 2: .*pip install .*"nhsa-nlp\[ocr\]"$'):
        read(data)
    assert read(pdf_of(draw_lines(["正文"]))).text == "正文"


def test_pages_without_text_are_counted_before_any_is_read_by_ocr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_OCR_PAGES", 1)
    monkeypatch.setitem(sys.modules, "rapidocr", None)  # so that reading the first page fails
    picture = ImageReader(image_of(["附件"]))
    data = pdf_of(*[lambda canvas: canvas.drawImage(picture, 50, 500, 500, 200)] * 2)
    with pytest.raises(InputError, match=r"^a\.pdf: has more than 1 pages without text; split it"):
        read(data)


def test_a_password_is_asked_for_only_where_one_is_needed() -> None:
    assert read(pdf_of(draw_lines(["正文"]), encrypt=StandardEncryption("", "owner"))).text == "正文"
    with pytest.raises(InputError, match=r"^a\.pdf: is protected by a password"):
        read(pdf_of(draw_lines(["正文"]), encrypt=StandardEncryption("secret", "owner")))


CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
GOOD = pdf_of(draw_lines(["国家医疗保障局"]))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is not a PDF file"),
        (b"PK\x03\x04" + bytes(100), "is not a PDF file"),
        (b"%PDF-1.7\n", "damaged PDF"),
        (b"%PDF-1.7\n" + bytes(range(256)) * 50, "damaged PDF"),
        (GOOD[: len(GOOD) // 2], "damaged PDF"),
        (raw_pdf(CATALOGUE, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"), "damaged PDF"),
        (raw_pdf(CATALOGUE, b"<</Type/Pages/Kids[]/Count 0>>"), "damaged PDF"),
        (
            raw_pdf(CATALOGUE, b"<</Type/Pages/Kids[2 0 R]/Count 1000000>>"),
            r"1,000,000 pages, at most 5,000",
        ),
        (pdf_of(draw_lines([])), "is empty; its page shows nothing"),
    ],
    ids=["empty", "zip", "head", "noise", "half", "cycle", "no pages", "pages", "blank"],
)
def test_bad_files_are_refused_in_one_line(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=rf"^a\.pdf: .*{message}") as caught:
        read(data)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("box", [b"0 0 1e30 1e30", b"0 0 0 0", b"0 0 14400 14400"])
def test_the_size_a_page_claims_does_not_matter(box: bytes) -> None:
    content = b"BT /F 20 Tf 50 700 Td (Reply No. 2020) Tj ET"
    data = raw_pdf(
        CATALOGUE,
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>" % box,
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    assert read(data).text == "Reply No. 2020"


def test_pdf_files_are_found_and_read_like_any_other(tmp_path: Path) -> None:
    from nhsa_nlp.io import read_documents

    (tmp_path / "回复.PDF").write_bytes(GOOD)
    (document,) = read_documents([tmp_path])
    assert (document.id, document.text) == ("回复", "国家医疗保障局")
