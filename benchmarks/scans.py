"""What is lost when a letter is printed, scanned and read back: entities, topic, characters, seconds a page.

    pip install -e ".[test]"                    # OCR, and the font the letters are printed in
    python benchmarks/scans.py                  # the four letters, and 20 of the replies
    python benchmarks/scans.py --held-out --font NotoSerifCJK-Regular.ttc

Every text is set on A4 pages as an office would, with page numbers, and printed as a PDF that contains
only an image of each page; ``nhsa_nlp.io`` reads it, and the records are compared with those of the text
itself. An entity counts as read if one with the same normalised fields is in the other record, the same
number of times. The scans: 200 dpi, grey, rotated by 1 to 2 degrees, noise, JPEG of quality 60. With
``--held-out`` 150 dpi, blurred, darker, rotated the other way, JPEG of quality 40: nothing was tuned
on these. With ``--text`` the PDF has its text layer instead, and nothing should be lost.

This does not cover creases, stamps over text, handwriting or bad originals.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
REPLIES = 20
SIZE, CHARS, LINES, PITCH = 16, 28, 22, 1.75  # points, characters a line, lines a page, ems
CANNOT_START = "，。、；：！？）》”’〕】％%"


def default_font() -> Path:
    """Return Noto Sans SC, which comes with a package of the extra ``test``."""
    spec = find_spec("zhplot")
    if spec is None or not spec.submodule_search_locations:
        sys.exit('no Chinese font; name one with --font, or pip install -e ".[test]"')
    return Path(spec.submodule_search_locations[0]) / "fonts" / "NotoSansSC-Regular.ttf"


def set_lines(text: str, width: Any) -> list[tuple[float, str]]:
    """Break a text into lines with their indents, in ems; ``width`` gives that of a string."""
    lines: list[tuple[float, str]] = []
    for number, paragraph in enumerate(line.strip() for line in text.splitlines() if line.strip()):
        heading = number < 4 and width(paragraph) < CHARS - 4
        indent = (CHARS - width(paragraph)) / 2 if heading else 2.0
        used, line = (0.0 if heading else indent), ""
        for char in paragraph:
            if used + width(char) > CHARS + 0.01 and char not in CANNOT_START:
                lines.append((indent, line))
                indent, used, line = 0.0, 0.0, ""
            line += char
            used += width(char)
        lines.append((indent, line))
    return lines


def print_pages(text: str, font: Path, dpi: int) -> Iterator[Any]:
    """Yield the printed pages as grey images."""
    from PIL import Image, ImageDraw, ImageFont

    em = round(SIZE * dpi / 72)
    face = ImageFont.truetype(str(font), em)
    lines = set_lines(text, lambda string: face.getlength(string) / em)
    paper = round(8.27 * dpi), round(11.69 * dpi)
    left, top = (paper[0] - CHARS * em) // 2, round(1.4 * dpi)
    for number, start in enumerate(range(0, len(lines), LINES), start=1):
        page = Image.new("L", paper, 255)
        draw = ImageDraw.Draw(page)
        for row, (indent, line) in enumerate(lines[start : start + LINES]):
            draw.text((left + indent * em, top + row * PITCH * em), line, font=face, fill=25)
        mark = f"— {number} —"
        draw.text((paper[0] - left - 4 * em, paper[1] - dpi), mark, font=face, fill=25)
        yield page


def scan(page: Any, rng: np.random.Generator, *, held_out: bool) -> Any:
    """Return a page as a scanner gives it: askew, noisy, and blurred if held out."""
    from PIL import Image, ImageFilter

    angle = -rng.uniform(0.3, 1.2) if held_out else rng.uniform(1, 2)
    page = page.rotate(angle, resample=Image.Resampling.BICUBIC, fillcolor=255)
    if held_out:
        page = page.filter(ImageFilter.GaussianBlur(1.0))
    levels: NDArray[np.floating[Any]] = np.asarray(page, dtype=np.float32)
    if held_out:
        levels = levels * 0.75 + 10
    levels = levels + rng.normal(0, 8 if held_out else 18, levels.shape)
    return Image.fromarray(np.clip(levels, 0, 255).astype(np.uint8))


def write_scan(path: Path, text: str, font: Path, *, held_out: bool, seed: int) -> None:
    """Write the text as a PDF of scanned pages."""
    rng = np.random.default_rng(seed)
    pages = [scan(p, rng, held_out=held_out) for p in print_pages(text, font, 150 if held_out else 200)]
    pages[0].save(
        path, save_all=True, append_images=pages[1:], quality=40 if held_out else 60, resolution=200.0
    )


def write_text(path: Path, text: str, font: Path) -> None:
    """Write the text as a PDF with a text layer."""
    from reportlab.lib.pagesizes import A4
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont
    from reportlab.pdfgen.canvas import Canvas

    pdfmetrics.registerFont(TTFont("body", str(font)))
    pdf = Canvas(str(path), pagesize=A4)
    left, top = (A4[0] - CHARS * SIZE) / 2, A4[1] - 100.0
    lines = set_lines(text, lambda string: pdfmetrics.stringWidth(string, "body", SIZE) / SIZE)
    for number, start in enumerate(range(0, len(lines), LINES), start=1):
        pdf.setFont("body", SIZE)
        for row, (indent, line) in enumerate(lines[start : start + LINES]):
            pdf.drawString(left + indent * SIZE, top - row * PITCH * SIZE, line)
        pdf.drawString(A4[0] - left - 4 * SIZE, 72, f"— {number} —")
        pdf.showPage()
    pdf.save()


def entities(record: dict[str, Any]) -> Counter[tuple[str, ...]]:
    """Return the normalised fields of the entities, counted."""
    fields = ("title", "alias", "ref", "doc_no", "normalized", "value", "unit", "op")
    return Counter(
        (entity["label"], *(str(entity.get(field)) for field in fields)) for entity in record["entities"]
    )


def distance(a: str, b: str) -> int:
    """Return the edit distance (Wagner & Fischer 1974), a row at a time."""
    codes = np.array([ord(char) for char in b], dtype=np.int64)
    places = np.arange(len(b) + 1)
    row = places.copy()
    for index, char in enumerate(a, start=1):
        step = np.minimum(row[1:] + 1, row[:-1] + (codes != ord(char)))
        # What is inserted follows from the least before it.
        row = np.minimum.accumulate(np.concatenate(([index], step)) - places) + places
    return int(row[-1])


def texts(replies: int) -> dict[str, str]:
    """Return the letters, and replies spread over the labelled ones, by name."""
    from nhsa_nlp.data.corpus import read_replies

    found = {p.stem: p.read_text("utf-8") for p in sorted((ROOT / "examples" / "letters").glob("*.txt"))}
    rows = read_replies(ROOT / "training" / "data" / "replies.tsv")
    for row in range(0, len(rows), max(1, len(rows) // max(replies, 1)))[:replies]:
        found[f"reply-{row:03}"] = rows[row].text
    return found


def main() -> int:
    """Measure and print; return the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--font", type=Path, help="a Chinese font (default: Noto Sans SC)")
    parser.add_argument("--held-out", action="store_true", help="worse scans, not looked at before")
    parser.add_argument("--text", action="store_true", help="PDF files with a text layer instead of scans")
    parser.add_argument("--replies", type=int, default=REPLIES)
    parser.add_argument("--verbose", action="store_true", help="name every entity lost or made up")
    options = parser.parse_args()

    import nhsa_nlp
    from nhsa_nlp.io import read_documents

    font = options.font or default_font()
    nlp = nhsa_nlp.load()
    totals: Counter[str] = Counter()
    print("| | entities | read | made up | same topic | same letter | characters wrong | s a page |")
    print("| --- | ---: | ---: | ---: | :---: | :---: | ---: | ---: |")
    with tempfile.TemporaryDirectory() as folder:
        for seed, (name, text) in enumerate(texts(options.replies).items()):
            path = Path(folder) / f"{name}.pdf"
            if options.text:
                write_text(path, text, font)
            else:
                write_scan(path, text, font, held_out=options.held_out, seed=seed)
            began = time.perf_counter()
            (document,) = read_documents([path])
            seconds = time.perf_counter() - began
            truth, found = nlp(text)._.record, nlp(document.text)._.record
            expected, actual = entities(truth), entities(found)
            plain, read = "".join(text.split()), "".join(document.text.split())
            row = Counter(
                documents=1,
                entities=expected.total(),
                read=(expected & actual).total(),
                invented=(actual - expected).total(),
                topic=int(truth["topic"]["label"] == found["topic"]["label"]),
                letter=int(_anatomy(truth) == _anatomy(found)),
                chars=len(plain),
                wrong=distance(plain, read),
                pages=int(document.meta["pages"]),
            )
            _print_row(name, row, seconds)
            totals.update(row)
            totals["milliseconds"] += round(seconds * 1000)
            if options.verbose:
                print(*(f"    lost {e}" for e in (expected - actual).elements()), sep="\n", file=sys.stderr)
                print(
                    *(f"    made up {e}" for e in (actual - expected).elements()), sep="\n", file=sys.stderr
                )
    _print_row("all", totals, totals["milliseconds"] / 1000)
    return 0


def _anatomy(record: dict[str, Any]) -> dict[str, Any]:
    """Return what is known of the letter, its sections by their titles."""
    letter = dict(record["letter"])
    letter["sections"] = [section["title"] for section in letter["sections"]]
    return letter


def _print_row(name: str, row: Counter[str], seconds: float) -> None:
    share = row["read"] / max(row["entities"], 1)
    print(
        f"| {name} | {row['entities']} | {row['read']} ({share:.1%}) | {row['invented']} "
        f"| {row['topic']} of {row['documents']} | {row['letter']} of {row['documents']} "
        f"| {row['wrong'] / max(row['chars'], 1):.2%} | {seconds / row['pages']:.2f} |",
        flush=True,
    )


if __name__ == "__main__":
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    sys.exit(main())
