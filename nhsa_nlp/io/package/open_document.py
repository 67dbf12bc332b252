"""Files of OpenDocument (ISO/IEC 26300): packages whose content is in one part."""

from __future__ import annotations

from typing import BinaryIO

from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.office import Package
from nhsa_nlp.io.package.xml import Handler, Name
from nhsa_nlp.io.source import Source

CONTENT, STYLES = "content.xml", "styles.xml"
_MANIFEST = "META-INF/manifest.xml"

DRAWING = "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"
DRAWN = "urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"
TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"

MAX_SPACES = 1_000
"""That one element may stand for."""

BREAKS = {"tab": "\t", "line-break": "\n"}


def opened(stream: BinaryIO, file: Source, options: ReadOptions, *, limited: bool = True) -> Package:
    """Open a file; the parameters are those of `Package`.

    Raises
    ------
    InputError
        If it is not such a file, encrypted or damaged.
    """
    package = Package(stream, file, options, limited=limited)
    if _MANIFEST in package:
        manifest = _Manifest()
        package.parse(_MANIFEST, manifest)
        if manifest.is_encrypted:
            raise InputError("is encrypted; save it without a password", file.source, cause=Cause.ENCRYPTED)
    if CONTENT not in package:
        raise InputError(
            "is a zip file but not an OpenDocument; rename it to .zip or open and save it again",
            file.source,
            cause=Cause.DAMAGED,
        )
    return package


class _Manifest(Handler):
    def __init__(self) -> None:
        self.is_encrypted = False

    def start(self, name: Name, _: dict[str, str]) -> None:
        self.is_encrypted = self.is_encrypted or name[1] == "encryption-data"
