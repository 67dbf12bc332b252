from __future__ import annotations

import io
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import numpy as np
import pytest
import rapidocr
from PIL import Image, ImageOps
from spacy.language import Language

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import Document, ReadOptions, Source
from nhsa_nlp.io.documents import ocr, scan
from tests.io.documents.paper import image_of, wrap

LINES = ["医保函〔2021〕85号", "聂鹏举代表：", "基金支付1275.90亿元"]


def read(data: bytes) -> Document:
    (document,) = scan.read(io.BytesIO(data), Source("a", "a.png", ".png"), ReadOptions())
    return document


def saved(image: Image.Image, form: str = "PNG", **options: object) -> bytes:
    file = io.BytesIO()
    image.save(file, form, **options)
    return file.getvalue()


@pytest.mark.slow
def test_a_scan_says_what_the_text_says(nlp: Language) -> None:
    text = (
        "国家医保局高度重视，按照《中共中央国务院关于深化医疗保障制度改革的意见》《医疗保障基金使用监督管理条例》"
        "（国令第735号）要求，2021年5月底住院费用跨省直接结算累计894.81万人次，医疗费用2171.62亿元。\n"
        "一是普通门诊费用跨省直接结算已在29个省份开展，基金支付7.91亿元，较上年增长16%。"
    )
    image = image_of(wrap(text)).rotate(1.5, resample=Image.Resampling.BICUBIC, fillcolor=255)
    noise = np.random.default_rng(0).normal(0, 15, (image.height, image.width))
    image = Image.fromarray(np.clip(np.asarray(image) + noise, 0, 255).astype(np.uint8))
    document = read(saved(image, "JPEG", quality=60))
    assert document.text.count("\n") == 1
    assert (document.meta, document.columns) == ({"pages": "1", "ocr": "page 1"}, {"ocr": "page 1"})
    kept = ("label", "title", "doc_no", "normalized", "value", "unit", "op")
    expected, found = (
        [[entity.get(key) for key in kept] for entity in nlp(one)._.record["entities"]]
        for one in (text, document.text)
    )
    assert len(expected) == 8
    assert found == expected


@pytest.mark.slow
@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_set_upright(turn: int) -> None:
    assert read(saved(image_of(LINES).rotate(turn, expand=True))).text.split("\n") == LINES


def as_sixteen_bits(image: Image.Image) -> Image.Image:
    return Image.fromarray(np.asarray(image).astype(np.uint16) * 40)


def on_nothing(image: Image.Image) -> Image.Image:
    """Return the ink alone, black on transparent black."""
    layer = Image.new("RGBA", image.size, (0, 0, 0, 0))
    layer.putalpha(image.point(lambda level: 255 - level))
    return layer


def mirrored_by_exif(image: Image.Image) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 2  # to be mirrored: turned pages are set upright in any case
    return saved(ImageOps.mirror(image), "JPEG", exif=exif)


@pytest.mark.parametrize(
    "data",
    [
        saved(as_sixteen_bits(image_of(LINES))),
        saved(on_nothing(image_of(LINES)), "WEBP", lossless=True),
        saved(image_of(LINES).convert("CMYK"), "TIFF"),
        saved(image_of(LINES).convert("1"), "BMP"),
        mirrored_by_exif(image_of(LINES)),
    ],
    ids=["16 bits", "transparent", "cmyk", "black and white", "mirrored by exif"],
)
def test_every_kind_of_image_is_read(data: bytes) -> None:
    assert read(data).text.split("\n") == LINES


def test_the_pages_of_a_tiff_are_one_text() -> None:
    pages = [image_of([line]) for line in ("第一页讲医保目录", "第二页讲医疗救助")]
    document = read(saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    assert document.text.split("\n") == ["第一页讲医保目录", "第二页讲医疗救助"]
    assert document.meta == {"pages": "2", "ocr": "pages 1-2"}


def test_ocr_needs_no_network_and_writes_nothing(tmp_path: Path) -> None:
    package = Path(rapidocr.__file__).parent
    before = {path: path.stat().st_mtime_ns for path in package.rglob("*") if path.suffix != ".pyc"}
    (tmp_path / "a.png").write_bytes(saved(image_of(LINES[:1])))
    code = (
        "import socket\n"
        "def refuse(*args): raise AssertionError('the network was asked')\n"
        "socket.socket.connect = socket.getaddrinfo = refuse\n"
        "from nhsa_nlp.io import read_documents\n"
        "print(next(read_documents(['a.png'])).text)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={
            **os.environ,
            "HOME": str(tmp_path),
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONUTF8": "1",
        },
        capture_output=True,
        text=True,
        check=True,
        encoding="utf-8",
    )
    assert done.stdout.strip() == LINES[0]
    assert not done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
    assert before == {path: path.stat().st_mtime_ns for path in package.rglob("*") if path.suffix != ".pyc"}


@pytest.mark.slow
def test_reading_twice_gives_the_same() -> None:
    data = saved(image_of(LINES))
    assert read(data) == read(data)


def png_of(width: int, height: int) -> bytes:
    """Return the beginning of a PNG that claims a size."""
    header = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = b"IDAT" + zlib.compress(bytes(1000))
    chunks = [struct.pack(">I", len(c) - 4) + c + struct.pack(">I", zlib.crc32(c)) for c in (header, data)]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


GOOD = saved(image_of(LINES))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is not an image"),
        (b"%PDF-1.7\n", "is not an image"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "is not an image|damaged image"),
        (GOOD[: len(GOOD) // 2], "damaged image"),
        (saved(image_of(LINES), "JPEG")[:2000], "damaged image"),
        (saved(image_of(LINES), "TIFF", compression="tiff_lzw")[:3000], "is not an image|damaged image"),
        (png_of(100_000, 100_000), "pixels.*lower resolution"),
        (png_of(10_000, 9_000), "10,000 x 9,000 pixels, at most 89,000,000"),
        (saved(Image.new("L", (800, 600), 255)), "shows no text"),
        (saved(Image.new("L", (1, 1))), "shows no text"),
        (saved(Image.new("L", (30_000, 2), 255)), "shows no text"),
    ],
    ids=["empty", "pdf", "head", "half", "jpeg", "tiff", "bomb", "large", "blank", "dot", "thread"],
)
def test_bad_files_are_refused_in_one_line(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=rf"^a\.png: .*({message})") as caught:
        read(data)
    assert "\n" not in str(caught.value)


def test_a_tiff_of_too_many_pages_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "MAX_PAGES", 2)
    dots = [Image.new("1", (8, 8), 1) for _ in range(3)]
    with pytest.raises(InputError, match=r"^a\.png: has more than 2 pages"):
        read(saved(dots[0], "TIFF", save_all=True, append_images=dots[1:]))


def test_without_ocr_an_image_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(InputError, match=r'^a\.png: .*pip install .*"nhsa-nlp\[ocr\]"$'):
        read(GOOD)


def test_pages_are_named_in_runs() -> None:
    assert ocr.name_pages([3]) == "page 3"
    assert ocr.name_pages([1, 3, 4, 5]) == "pages 1, 3-5"
