"""Reading scans and photographs of pages: image files, through OCR."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.documents import ocr
from nhsa_nlp.io.documents.page_layout import TextLine, text_of
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.source import Source
from nhsa_nlp.translation import Message, located

if TYPE_CHECKING:
    from PIL.Image import Image

MAX_PAGES = 500
MAX_PIXELS = 89_000_000  # A3 at 600 dpi; Pillow itself refuses twice as many

_FORMATS = ("PNG", "JPEG", "TIFF", "BMP", "WEBP")
_SUBFILE_TYPE = 254  # a tag of TIFF; its first bit marks a smaller copy of another page


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document]:  # noqa: ARG001
    """Read the one document of an image file, a line a paragraph; a TIFF may have several pages.

    ``meta`` has the number of ``pages``, and all of them under ``ocr``, the extra that is needed; so has the
    record, in ``columns``.
    """
    ocr.check_installed(file.source)
    image, numbers = _open(stream, file.source)
    pages = [_read_page(image, number, file.source) for number in numbers]
    text = text_of(pages)
    if not text:
        raise InputError("shows no text that can be read; scan it again, at 200 dpi or more", file.source)
    count = len(pages)
    read = {"ocr": ocr.name_pages(range(1, count + 1))}
    yield Document(file.id, file.source, text, {"pages": str(count), **read}, read)


def _open(stream: BinaryIO, source: str) -> tuple[Image, list[int]]:
    """Open an image; return the numbers of its pages, from 0, after measuring all of them."""
    with _decoding(source):
        from PIL import Image

        image = Image.open(stream, formats=_FORMATS)
    numbers: list[int] = []
    for number in range(MAX_PAGES * 2):
        with _decoding(source):
            if not _turn_to(image, number):
                return image, numbers
            if image.width * image.height > MAX_PIXELS:
                raise InputError(
                    "has {width:,} x {height:,} pixels, at most {limit:,} can be read; save it at a lower "
                    "resolution",
                    _name(source, number),
                    cause=Cause.TOO_LARGE,
                    width=image.width,
                    height=image.height,
                    limit=MAX_PIXELS,
                )
            if not _is_thumbnail(image):
                numbers.append(number)
        if len(numbers) > MAX_PAGES:
            break
    raise InputError("has more than {limit} pages; split it", source, cause=Cause.TOO_LARGE, limit=MAX_PAGES)


def _read_page(image: Image, number: int, source: str) -> list[TextLine]:
    name = _name(source, number)
    with _decoding(name):
        _turn_to(image, number)
        page = _in_rgb(image)
    return ocr.read_page(page, name)


def _name(source: str, number: int) -> str:
    """Return the name of a page, for errors."""
    return located(source, Message("page {number}", number=number + 1)) if number else source


@contextmanager
def _decoding(source: str) -> Iterator[None]:
    """Turn what the decoders of images raise on bad files into an InputError; keep them from warning."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    except UnidentifiedImageError as error:
        raise InputError(
            "is not an image, or a damaged one; give it the suffix of what it is",
            source,
            cause=Cause.DAMAGED_IMAGE,
        ) from error
    except Image.DecompressionBombError as error:
        raise InputError(
            "has more than {limit:,} pixels; save it at a lower resolution",
            source,
            cause=Cause.TOO_LARGE,
            limit=MAX_PIXELS,
        ) from error
    except (OSError, SyntaxError, ValueError, ArithmeticError, LookupError, TypeError, EOFError) as error:
        raise InputError(
            "is a damaged image ({error}); scan or save it again",
            source,
            cause=Cause.DAMAGED_IMAGE,
            error=" ".join(str(error).split()),
        ) from error
    except struct.error as error:
        raise InputError(
            "is a damaged image; scan or save it again", source, cause=Cause.DAMAGED_IMAGE
        ) from error


def _turn_to(image: Image, index: int) -> bool:
    """Turn to a page if there is one. Only a TIFF has pages: other formats have frames."""
    if index and image.format != "TIFF":
        return False
    try:
        image.seek(index)
    except EOFError:
        return False
    return True


def _is_thumbnail(image: Image) -> bool:
    tags: Any = getattr(image, "tag_v2", {})
    return bool(image.format == "TIFF" and tags.get(_SUBFILE_TYPE, 0) & 1 and image.tell())


def _in_rgb(image: Image) -> Image:
    import numpy as np
    from PIL import Image as Images
    from PIL import ImageOps

    page = ImageOps.exif_transpose(image)
    if page.mode.startswith(("I", "F")):
        # Sixteen bits and more, of any range: from the darkest to the lightest.
        levels = np.nan_to_num(np.asarray(page, dtype=np.float32))
        low, high = float(levels.min()), float(levels.max())
        levels = (levels - low) * (255 / max(high - low, 1e-6))
        return Images.fromarray(levels.astype(np.uint8)).convert("RGB")
    if page.has_transparency_data:
        layer = page.convert("RGBA")
        paper = Images.new("RGBA", layer.size, "white")
        return Images.alpha_composite(paper, layer).convert("RGB")
    return page.convert("RGB")
