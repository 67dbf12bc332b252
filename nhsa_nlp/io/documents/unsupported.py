"""Documents in formats that are not read: each is refused with the way to convert it.

They are documents all the same. Passing over them in a folder, like pictures or programs, would
lose them without a word, so they are found, and fail.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from nhsa_nlp.errors import InputError
from nhsa_nlp.io.sniff import sniff

if TYPE_CHECKING:
    from nhsa_nlp.io.document import Document
    from nhsa_nlp.io.options import ReadOptions
    from nhsa_nlp.io.source import Source

_OFFICE = {
    ".doc": ("an old Word document", "docx"),
    ".dot": ("an old Word template", "docx"),
    ".wps": ("a WPS document", "docx"),
    ".wpt": ("a WPS template", "docx"),
    ".rtf": ("an RTF document", "docx"),
    ".odt": ("an OpenDocument text", "docx"),
    ".uot": ("a UOF text", "docx"),
    ".uof": ("a UOF document", "docx"),
    ".xls": ("an old Excel workbook", "xlsx"),
    ".et": ("a WPS spreadsheet", "xlsx"),
    ".ods": ("an OpenDocument spreadsheet", "xlsx"),
    ".ppt": ("a PowerPoint presentation", "pdf"),
    ".pptx": ("a PowerPoint presentation", "pdf"),
    ".dps": ("a WPS presentation", "pdf"),
}
_OTHER = {
    ".ceb": "a Founder Apabi page file; print it to PDF from its viewer",
    ".sep": "a Sursen page file; print it to PDF from its viewer",
    ".gd": "a Sursen page file; print it to PDF from its viewer",
    ".caj": "a CNKI page file; print it to PDF from its viewer",
    ".rar": "a RAR archive; unpack it, or pack it as .zip",
    ".7z": "a 7-Zip archive; unpack it, or pack it as .zip",
    ".tar": "a tar archive; unpack it, or pack it as .zip",
    ".tgz": "a tar archive; unpack it, or pack it as .zip",
    ".gz": "packed by gzip; unpack it",
    ".bz2": "packed by bzip2; unpack it",
    ".xz": "packed by xz; unpack it",
    ".eml": "an e-mail; save what it brings, and its text as .txt",
    ".msg": "an e-mail of Outlook; save what it brings, and its text as .txt",
    ".heic": "a HEIC photograph; save it as .jpg",
    ".heif": "a HEIF photograph; save it as .jpg",
    ".djvu": "a DjVu document; print it to PDF from its viewer",
}

SUFFIXES = (*_OFFICE, *_OTHER)


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document]:  # noqa: ARG001
    """Refuse a file; the error says what it is, whatever its name says, and how to convert it."""
    if file.suffix in _OTHER:
        raise InputError(f"is {_OTHER[file.suffix]}", file.source)
    kind, target = _OFFICE[file.suffix]
    if target == "xlsx" and sniff(stream) in (".html", ".mhtml"):
        raise InputError(
            f"is a web page called {file.suffix}, as websites export tables; open it and save it as .xlsx",
            file.source,
        )
    raise InputError(
        f"is {kind}, which is not read; convert it: soffice --headless --convert-to {target} FILE, "
        f"or save it as .{target} in Word or WPS",
        file.source,
    )
