"""The lines of a web page as a browser shows them, and how much of each is links."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_BLOCKS = frozenset(
    [
        "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "details",
        "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form",
        "h1", "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr", "html", "item",
        "legend", "li", "list", "main", "menu", "nav", "ol", "optgroup", "p", "pre", "quote", "row",
        "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul"
    ]
)  # fmt: skip
# Those of HTML, and those that trafilatura (TEI) gives instead.
_ROWS = frozenset(["tr", "row"])
_CELLS = frozenset(["td", "th", "cell"])
_LINKS = frozenset(["a", "ref"])
_ATTACHMENT = re.compile(r"\.(?:pdf|docx?|xlsx?|wps|et|ofd|zip|rar)\b", re.IGNORECASE)
_LINE_BREAKS = frozenset(["br", "lb"])
_SPACES = re.compile(r"[ \t\n\r\f]+")
_WIDE = r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]"
# A line end of the source between two Chinese characters is not a space (CSS Text, 4.1.3).
_SOURCE_LINE_END = re.compile(rf"(?<={_WIDE})[ \t\r\f]*\n\s*(?={_WIDE})")
_MAX_CELL = 2  # lines


@dataclass(slots=True)
class HtmlLine:
    """A line of a page: its text, the block it stands in, and how many characters are links."""

    text: str
    block: HtmlElement
    links: int

    @property
    def is_link(self) -> bool:
        """Whether the line is mostly links to other pages."""
        return self.links * 2 >= len(self.text)


class _Layout:
    """Breaks a tree into lines as a browser does: blocks begin lines, rows of tables are lines."""

    def __init__(self, root: HtmlElement) -> None:
        self.lines: list[HtmlLine] = []
        self._sinks = [self.lines]  # the page, then each open cell
        self._rows: list[list[list[HtmlLine]]] = []  # of each open row: the lines of its cells
        self._pieces: list[str] = []
        self._blocks: list[HtmlElement] = [root]
        self._in_links = self._links = 0

    def start(self, element: HtmlElement) -> None:
        tag = element.tag
        if tag in _BLOCKS or tag in _CELLS or tag in _LINE_BREAKS:
            self._end_line()
        if tag in _BLOCKS or tag in _CELLS:
            self._blocks.append(element)
        if tag in _ROWS:
            self._rows.append([])
        elif tag in _CELLS:
            self._sinks.append([])
        self._in_links += _leads_away(element)
        self.add(element.text, kept=tag == "pre")

    def end(self, element: HtmlElement) -> None:
        tag = element.tag
        self._in_links -= _leads_away(element)
        if tag in _BLOCKS or tag in _CELLS:
            self._end_line()
            self._blocks.pop()
        if tag in _ROWS:
            self._sinks[-1].extend(_row(self._rows.pop(), element))
        elif tag in _CELLS:
            cell = self._sinks.pop()
            if self._rows:
                self._rows[-1].append(cell)
            else:
                self._sinks[-1].extend(cell)

    def add(self, text: str | None, *, kept: bool = False) -> None:
        if text:
            if not kept:
                text = _SPACES.sub(" ", _SOURCE_LINE_END.sub("", text))
            self._pieces.append(text)
            self._links += len(text.strip()) if self._in_links else 0

    def _end_line(self) -> None:
        text = "".join(self._pieces).strip().strip("\ufeff")
        if text:
            self._sinks[-1].append(HtmlLine(text, self._blocks[-1], self._links))
        self._pieces.clear()
        self._links = 0


def _leads_away(element: HtmlElement) -> bool:
    """Tell whether an element is a link to another page, and not to an attachment."""
    return element.tag in _LINKS and not _ATTACHMENT.search(element.get("href") or element.get("target", ""))


def _row(cells: list[list[HtmlLine]], row: HtmlElement) -> list[HtmlLine]:
    """Join the cells of a row by tabs; leave them as they are if the table is only there for layout."""
    filled = [line for cell in cells for line in cell]
    if not filled or any(len(cell) > _MAX_CELL for cell in cells):
        return filled
    text = "\t".join("\n".join(line.text for line in cell) for cell in cells)
    return [HtmlLine(text.rstrip(), row, sum(line.links for line in filled))]


def lines_of(tree: HtmlElement) -> list[HtmlLine]:
    """Return the lines of a tree, in order."""
    from lxml import etree

    layout = _Layout(tree)
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "start":
            layout.start(element)
        else:
            layout.end(element)
            if element is not tree:
                layout.add(element.tail)
    return layout.lines
