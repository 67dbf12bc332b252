"""Reading web pages that are called tables, as systems export their registers: a row is a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

from nhsa_nlp.errors import Cause, InputError, TooLongError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.documents import html, mhtml
from nhsa_nlp.io.documents.html_lines import lines_of
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.xml import natural
from nhsa_nlp.io.sniff import sniff
from nhsa_nlp.io.source import Source, Unreadable
from nhsa_nlp.io.tables.cells import Row, RowBuilder
from nhsa_nlp.io.tables.workbook import documents

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_MERGED = 10_000_000
"""Cells that others reach into, from above."""

_WIDEST, _HIGHEST = 1_000, 65_534  # of a merged cell, as in a browser


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document | Unreadable]:
    """Read the rows of the tables of a page or web archive, see `nhsa_nlp.io.tables.workbook`.

    Each table is a sheet, called by its number; of those in one another the innermost. A page without
    tables is a document. ``max_bytes`` bounds the file, too.
    """
    if stream.seek(0, 2) > options.max_bytes:
        raise TooLongError(
            "is a web page longer than {limit:,} bytes; save it as .xlsx, which may have any length, or "
            "raise --max-bytes",
            file.source,
            cause=Cause.CONVERT,
            limit=options.max_bytes,
        )
    archive = sniff(stream) == ".mhtml"
    stream.seek(0)
    data = stream.read()
    pages = (
        list(mhtml.pages(data, file.source, options.encoding))
        if archive
        else [html.decode_page(data, file.source, options.encoding)]
    )
    tables = [table for page, _ in pages for table in _tables(page, file.source)]
    if tables:
        sheets = ((str(number), _rows(table, file, options)) for number, table in enumerate(tables, 1))
        yield from documents(sheets, file, options, several=len(tables) > 1)
    elif options.labelled:
        raise InputError("is a web page without a table; give a table", file.source)
    else:
        text, encoding = pages[0]
        yield Document(file.id, file.source, html.article(text, file.source), {"encoding": encoding})


def _tables(page: str, source: str) -> list[HtmlElement]:
    tree = html.visible_tree(page, source)
    return [table for table in tree.iter("table") if table.find(".//table") is None]


def _rows(table: HtmlElement, file: Source, options: ReadOptions) -> Iterator[Row]:
    rows = RowBuilder(file.source, options.max_bytes)
    reached: dict[int, int] = {}  # the last row that a merged cell above reaches into, by column
    left = MAX_MERGED
    for number, row in enumerate(table.iter("tr"), 1):
        yield from rows.begin(number)
        column = 1
        for cell in row.iterchildren("td", "th"):
            while reached.get(column, 0) >= number:
                column += 1
                left -= 1
            rows.put(column, "\n".join(line.text for line in lines_of(cell)) or None)
            width = min(max(natural(cell.get("colspan", "").strip(), 1), 1), _WIDEST)
            height = min(natural(cell.get("rowspan", "").strip(), 1), _HIGHEST)
            if height > 1:
                reached.update(dict.fromkeys(range(column, column + width), number + height - 1))
                left -= width
            if left < 0:
                raise InputError(
                    "merges more than {limit:,} cells; save it as .xlsx without merged ones",
                    file.source,
                    cause=Cause.CONVERT,
                    limit=MAX_MERGED,
                )
            column += width
    yield from rows.end()
