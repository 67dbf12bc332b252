"""Processor time of reading PDF files, measured against PDFium alone.

python benchmarks/pdf.py [ROUNDS] [FILE.pdf ...]

The reader and PDFium alone take turns on the same files: 1, 10 and 100 pages of the replies, set in
an embedded font (extra ``test``), and those given. PDFium alone loads each page and its text; in one row it
gives the text (`FPDFText_GetText`), in the other also the box of each character, which the reader needs,
through the API of pypdfium2. The least time of all rounds counts. The shares say nothing about scans, nor
about pages with many drawings, where PDFium takes longer and the reader does not.
"""

from __future__ import annotations

import ctypes
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pypdfium2
from pypdfium2 import raw

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from nhsa_nlp.io import ReadOptions, Source  # noqa: E402
from nhsa_nlp.io.documents import pdf  # noqa: E402

LINES = 26


def letters(pages: int) -> bytes:
    """Set the text of the replies on so many pages."""
    from tests.io.documents.paper import draw_lines, pdf_of, wrap

    table = (ROOT / "training/data/replies.tsv").read_text(encoding="utf-8")
    rows = wrap("\n".join(row.partition("\t")[2] for row in table.splitlines()))
    return pdf_of(*(draw_lines(rows[start : start + LINES]) for start in range(0, LINES * pages, LINES)))


def pdfium(data: bytes, *, boxes: bool = False) -> None:
    """Let PDFium read the text of a file, and the boxes of its characters."""
    box = raw.FS_RECTF()
    pointer = ctypes.byref(box)
    with pypdfium2.PdfDocument(data) as document:
        for page in document:
            text = page.get_textpage()
            count = text.count_chars()
            raw.FPDFText_GetText(text, 0, count, (ctypes.c_ushort * (count + 1))())
            for index in range(count if boxes else 0):
                raw.FPDFText_GetLooseCharBox(text, index, pointer)
            text.close()
            page.close()


def nhsa_nlp(data: bytes) -> None:
    """Read a file as any document."""
    list(pdf.read(BytesIO(data), Source("a", "a.pdf", ".pdf"), ReadOptions()))


CONTESTANTS: dict[str, Callable[[bytes], None]] = {
    "text": pdfium,
    "text and boxes": lambda data: pdfium(data, boxes=True),
    "nhsa_nlp": nhsa_nlp,
}


def main() -> None:
    """Print the times, and how many times that of PDFium the reader takes."""
    numbers = [int(argument) for argument in sys.argv[1:] if argument.isdigit()]
    files = {name: Path(name).read_bytes() for name in sys.argv[1:] if not name.isdigit()}
    contents = {f"{pages} pages": letters(pages) for pages in (1, 10, 100)} | files
    for name, data in contents.items():
        least: dict[str, float] = {}
        for _ in range(numbers[0] if numbers else 10):
            for contestant, read in CONTESTANTS.items():
                began = time.process_time()
                read(data)
                least[contestant] = min(least.get(contestant, 1e9), time.process_time() - began)
        ours = least["nhsa_nlp"]
        times = ", ".join(f"{contestant} {1000 * took:.1f} ms" for contestant, took in least.items())
        ratios = ", ".join(f"{ours / took:.2f}" for contestant, took in least.items() if took != ours)
        print(f"{name}: {times}; {ratios} times PDFium")


if __name__ == "__main__":
    main()
