"""Reading PDF files: the text layer in reading order, and OCR for the pages that have none.

PDFium does the parsing. It is fast and hardened by browsers, but it is native code: a file made to
crash it takes the process down, which nothing in the process can catch, so read untrusted files in
worker processes. It never runs the scripts of a document and follows none of its links; attachments
and comments are not read.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from typing import Any, BinaryIO

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.documents import ocr
from nhsa_nlp.io.documents.page_layout import TextLine, text_of
from nhsa_nlp.io.documents.pdf_text import text_lines
from nhsa_nlp.io.documents.text_layer import is_meaningless, with_letters
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.source import Source
from nhsa_nlp.translation import Message, located

MAX_PAGES = 5_000
MAX_OCR_PAGES = 500  # at seconds a page this is the better part of an hour
MAX_PIECES = 30_000  # of text on a page; PDFium takes time quadratic in those on one line
MAX_CHARS = 10_000_000  # what the pipeline takes at most

# A page that shows images over this share of it, or has this many outlines, shows something to read …
_IMAGE_SHARE, _OUTLINES = 0.03, 200
# … and one mostly under images with less text than this is a scan with a number or mark of the scanner.
_SCAN_SHARE, _SCAN_TEXT = 0.5, 50
_MOST_OBJECTS = 5_000
_PICTURE_SHARE, _ENDS = 0.8, 3  # of the page, and objects at either end that are looked at
_MEANINGLESS = Message("the fonts do not say what their characters are, so the text layer is nonsense")

_PASSWORD_ERROR, _SECURITY_ERROR = 4, 5
_TOLD = ("ocr", "text_layer_of_scan")


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document]:  # noqa: ARG001
    """Read the one document of a PDF file, a line a paragraph.

    ``meta`` has the number of ``pages``; under ``ocr`` those that were read by OCR: the pages without text,
    or with a text layer that is nonsense, which cannot be read if the extra ``ocr`` is not installed; under
    ``text_layer_of_scan`` the pages that are a picture and were read from the text layer over it. These two
    are carried along into the record, in ``columns``.
    """
    import pypdfium2

    data = stream.read()
    if b"%PDF-" not in data[:1024]:
        raise InputError(
            "is not a PDF file; give it the suffix of what it is", file.source, cause=Cause.DAMAGED_PDF
        )
    try:
        with pypdfium2.PdfDocument(data) as pdf:
            text, meta = _read_pages(pdf, file.source)
    except pypdfium2.PdfiumError as error:
        if error.err_code in (_PASSWORD_ERROR, _SECURITY_ERROR):
            raise InputError(
                "is protected by a password; save it without one", file.source, cause=Cause.ENCRYPTED
            ) from error
        raise InputError(
            "is a damaged PDF file; open it and save or print it as a new PDF",
            file.source,
            cause=Cause.DAMAGED_PDF,
        ) from error
    yield Document(file.id, file.source, text, meta, {name: meta[name] for name in _TOLD if name in meta})


def _read_pages(pdf: Any, source: str) -> tuple[str, dict[str, str]]:
    count = len(pdf)
    if count > MAX_PAGES:
        raise InputError(
            "has {count:,} pages, at most {limit:,} can be read; split it",
            source,
            cause=Cause.TOO_LARGE,
            count=count,
            limit=MAX_PAGES,
        )
    pages: list[list[TextLine]] = []
    by_ocr: list[int] = []
    meaningless: list[int] = []
    scanned: list[int] = []
    chars = 0
    for number in range(1, count + 1):
        with closing(pdf[number - 1]) as page:
            if _pieces(page) > MAX_PIECES:
                raise InputError(
                    "page {number} has more than {limit:,} pieces of text; print it to a new PDF",
                    source,
                    cause=Cause.TOO_LARGE,
                    number=number,
                    limit=MAX_PIECES,
                )
            lines = with_letters(text_lines(page))
            layer = "\n".join(line.text for line in lines)
            if is_meaningless(layer):
                meaningless.append(number)
                by_ocr.append(number)
            elif _is_scan(page, layer):
                by_ocr.append(number)
            elif _is_picture(page):
                scanned.append(number)
        if len(by_ocr) > MAX_OCR_PAGES:
            raise InputError(
                "has more than {limit} pages without text; split it",
                source,
                cause=Cause.TOO_LARGE,
                limit=MAX_OCR_PAGES,
            )
        chars += sum(len(line.text) for line in lines)
        if chars > MAX_CHARS:
            raise InputError(
                "has more than {limit:,} characters; split it", source, cause=Cause.TOO_LARGE, limit=MAX_CHARS
            )
        pages.append(lines)
    if meaningless:
        ocr.check_installed(located(source, ocr.name_pages(meaningless)), _MEANINGLESS)
    for number in by_ocr:  # which takes seconds a page, so only when all others have been read
        with closing(pdf[number - 1]) as page:
            pages[number - 1] = ocr.read_page(_render(page), located(source, ocr.name_pages([number])))
    text = text_of(pages)
    if not text:
        shown = Message("its page shows") if count == 1 else Message("its {count} pages show", count=count)
        raise InputError("is empty; {shown} nothing to read", source, cause=Cause.EMPTY, shown=shown)
    meta = {"pages": str(count)}
    if by_ocr:
        meta["ocr"] = ocr.name_pages(by_ocr)
    if scanned:
        meta["text_layer_of_scan"] = ocr.name_pages(scanned)
    return text, meta


def _pieces(page: Any) -> int:
    """Return how many pieces of text a page has, if it has that many objects at all."""
    from pypdfium2 import raw

    count = raw.FPDFPage_CountObjects(page)
    if count <= MAX_PIECES:
        return 0
    kinds = (raw.FPDFPageObj_GetType(raw.FPDFPage_GetObject(page, index)) for index in range(count))
    return sum(kind == raw.FPDF_PAGEOBJ_TEXT for kind in kinds)


# --- scans ------------------------------------------------------------------------------------


def _is_scan(page: Any, layer: str) -> bool:
    """Tell whether a page has to be read by OCR: it shows something its text layer does not say."""
    length = len(layer.replace("\n", ""))
    if length >= _SCAN_TEXT:
        return False
    images, outlines = _shown(page)
    if not length:
        return images >= _IMAGE_SHARE or outlines >= _OUTLINES
    return images >= _SCAN_SHARE


def _is_picture(page: Any) -> bool:
    """Tell whether a page with text is a picture, so that the text is what a scanner made of it.

    The picture is one of the first objects of such a page, or one of the last.
    """
    from pypdfium2 import raw

    count = raw.FPDFPage_CountObjects(page)
    width, height = page.get_size()
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    for index in {*range(min(count, _ENDS)), *range(max(count - _ENDS, 0), count)}:
        item = raw.FPDFPage_GetObject(page, index)
        if raw.FPDFPageObj_GetType(item) != raw.FPDF_PAGEOBJ_IMAGE:
            continue
        raw.FPDFPageObj_GetBounds(item, left, bottom, right, top)
        area = abs(right.value - left.value) * abs(top.value - bottom.value)
        if area >= _PICTURE_SHARE * width * height:
            return True
    return False


def _shown(page: Any) -> tuple[float, int]:
    """Return the share of the page under images, and the number of outlines."""
    from pypdfium2 import raw

    width, height = page.get_size()
    area = outlines = 0.0
    for item in islice(
        page.get_objects(filter=(raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_PATH), max_depth=4), _MOST_OBJECTS
    ):
        if item.type == raw.FPDF_PAGEOBJ_PATH:
            outlines += 1
        else:
            left, bottom, right, top = item.get_bounds()
            area += abs(right - left) * abs(top - bottom)
    return area / max(width * height, 1.0), int(outlines)


def _render(page: Any) -> Any:
    """Render a page, at the resolution OCR wants whatever the page calls its size."""
    with closing(page.render(scale=ocr.scale_for(*page.get_size()), may_draw_forms=False)) as bitmap:
        return bitmap.to_pil().convert("RGB")
