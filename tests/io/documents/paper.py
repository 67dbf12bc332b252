"""Pages to read in the tests: PDF files and images, made with a font that comes with a test dependency."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

_SPEC = find_spec("zhplot")
assert _SPEC is not None
assert _SPEC.submodule_search_locations is not None
FONT = str(Path(_SPEC.submodule_search_locations[0]) / "fonts" / "NotoSansSC-Regular.ttf")
pdfmetrics.registerFont(TTFont("body", FONT))
WIDTH, HEIGHT, SIZE = 595, 842, 16
CHARS = 26


def pdf_of(*pages: Callable[[Canvas], None], compress: bool = True, encrypt: str | None = None) -> bytes:
    """Return a PDF; each function draws a page."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT), pageCompression=int(compress), encrypt=encrypt)
    for draw in pages:
        canvas.setFont("body", SIZE)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return file.getvalue()


def draw_lines(lines: Sequence[str], *, left: float = 80, top: float = 90) -> Callable[[Canvas], None]:
    """Return what draws lines below one another."""

    def draw(canvas: Canvas) -> None:
        for row, line in enumerate(lines):
            canvas.drawString(left, HEIGHT - top - 28 * row, line)

    return draw


def wrap(text: str, chars: int = CHARS) -> list[str]:
    """Break paragraphs into lines of so many characters, each indented by two."""
    lines = []
    for paragraph in text.split("\n"):
        line = "　　" + paragraph
        lines += [line[start : start + chars] for start in range(0, len(line), chars)]
    return lines


def image_of(lines: Sequence[str], *, size: int = 36) -> Image.Image:
    """Return lines as a grey image."""
    face = ImageFont.truetype(FONT, size)
    width = round(max(face.getlength(line) for line in lines)) + 4 * size
    image = Image.new("L", (width, round(size * (1.8 * len(lines) + 3))), 255)
    draw = ImageDraw.Draw(image)
    for row, line in enumerate(lines):
        draw.text((2 * size, size * (1.5 + 1.8 * row)), line, font=face, fill=20)
    return image
