"""Reading web pages (.html): the article, without what the site puts around it."""

from __future__ import annotations

import copy
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from nhsa_nlp.checks import reason_of
from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io.document import Document
from nhsa_nlp.io.documents.furniture import (
    belongs_to_end,
    is_furniture,
    is_prose,
    list_headings,
    without_furniture,
    without_site_lines,
)
from nhsa_nlp.io.documents.html_lines import HtmlLine, lines_of
from nhsa_nlp.io.documents.html_title import is_title, squeezed, with_title
from nhsa_nlp.io.documents.site_parts import site_parts
from nhsa_nlp.io.encoding import decode, is_utf8
from nhsa_nlp.io.options import ReadOptions
from nhsa_nlp.io.package.mime import known_charset
from nhsa_nlp.io.package.xml import natural
from nhsa_nlp.io.sniff import file_kind, sniff
from nhsa_nlp.io.source import Source
from nhsa_nlp.translation import Message

if TYPE_CHECKING:
    from lxml.html import HtmlElement

MAX_TAGS = 1_000_000
MAX_ATTRIBUTES = 2_000_000
"""Of a page, and a two-thousandth of that of one tag: libxml2 takes time quadratic in those."""

_DECLARED_WITHIN = 4096
_DECLARED = re.compile(
    rb"""<(?:meta|\?xml)[^>]*?(?:charset|encoding)\s*=\s*["']?\s*([\w-]+)""", re.IGNORECASE
)
# Pages say GB2312 and use characters that only its supersets have (WHATWG Encoding Standard).
_ATTRIBUTE = r"""[\s/]*+[^\s/>][^\s/>=]*+(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>]*+))?+"""
_ATTRIBUTES = re.compile(_ATTRIBUTE)
# A comment or a script, in which nothing is a tag, or a tag with its attributes.
_TAG = re.compile(
    rf"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1|\Z)|<[a-z][^\s/>]*+((?:{_ATTRIBUTE})*+)",
    re.DOTALL | re.IGNORECASE,
)
# Where a page ends, or would end if it were not for what follows, unless within a comment or a script.
_PAGE_END = re.compile(
    r"(?P<kept><!--.*?(?:-->|\Z)|<(?P<raw>script|style)\b.*?(?:</(?P=raw)|\Z))|</(?:html|body)\b[^<>]*>",
    re.DOTALL | re.IGNORECASE,
)
_MAX_DAMAGED, _FEW_DAMAGED = 0.01, 3  # share of characters; at least so many in UTF-8
_MARKUP = re.compile(rb"<(script|style)\b.*?(?:</\1\s*>|\Z)|<[^<>]*>?", re.IGNORECASE | re.DOTALL)
_GUESS_BYTES = 1_000_000
_ASCII = bytes(range(0x80))
_BYTES_OF_CHINESE = 3  # in UTF-8

_UNSEEN = frozenset(
    [
        "audio", "base", "button", "canvas", "datalist", "del", "embed", "frame", "head", "iframe", "img",
        "input", "link", "map", "math", "meta", "noscript", "object", "optgroup", "option",
        "picture", "script", "select", "style", "svg", "template", "textarea", "title", "video"
    ]
)  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
# Control characters and non-characters of Unicode, written as such or by number: no tree can hold them.
_NO_CHARACTER = re.compile(
    r"[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]|"
    r"&#0*(?:[0-8]|1[1-9]|2\d|3[01]|127)(?![0-9]);?|"
    r"&#x0*(?:[0-8bef]|1[0-9a-f]|7f|d[89a-f][0-9a-f]{2}|fff[ef])(?![0-9a-f]);?",
    re.IGNORECASE,
)
_LONGEST_MARK = 100  # characters, with the spaces of the source around it
_NOTE_MARK = re.compile(r"[\[［〔(（]?\d{1,3}[\]］〕)）]?")
# A page beyond this is not an article with menus, and the extraction is not linear in it.
_MAX_ELEMENTS = 20_000
_MAX_DEPTH = 100
_MAX_CHARACTERS = 1_000_000
_MAX_MERGED = 100_000  # cells that others reach over, as the page says
_MIN_ARTICLE = 30
_MIN_EXTRACTED = 60  # trafilatura's 250 letters of English, in Chinese characters
_CONTAINER_SHARE = 0.8
_MAX_LINKS = 0.25


def read(stream: BinaryIO, file: Source, options: ReadOptions) -> Iterator[Document]:
    """Read the one document of a web page: a paragraph is a line, the cells of a row are joined by tabs.

    The encoding is in ``meta``; ``options.encoding`` overrules what the page declares.
    """
    kind = file_kind(stream)
    if kind is not None and sniff(stream) != ".html":
        raise InputError(
            "is not a {suffix} but {kind}", file.source, cause=kind.cause, suffix=file.suffix, kind=kind.text
        )
    text, encoding = decode_page(stream.read(), file.source, options.encoding)
    yield Document(file.id, file.source, article(text, file.source), {"encoding": encoding})


def decode_page(data: bytes, source: str, encoding: str | None = None) -> tuple[str, str]:
    """Decode a page; parameters, result and errors are those of `nhsa_nlp.io.encoding.decode`.

    What decodes as UTF-8 is UTF-8, whatever it says; then what it declares holds, then it is guessed as plain
    text is. A few broken characters are forgiven, as browsers do.
    """
    if encoding is not None or data.startswith((b"\xff\xfe", b"\xfe\xff")) or is_utf8(data):
        return decode(data, source, encoding)
    chinese = len(data.translate(None, _ASCII)) // _BYTES_OF_CHINESE
    # Of a page in another encoding all would be.
    most = min(max(chinese // 100, _FEW_DAMAGED), chinese // 10)
    if (text := _forgiven(data, "utf-8", most)) is not None:
        return text, "utf-8"
    declared = _DECLARED.search(data[:_DECLARED_WITHIN])
    # Other encodings of Python's are none of pages, and some take long.
    name = known_charset(declared[1].decode("ascii")) if declared else None
    if name is not None and (text := _forgiven(data, name)) is not None:
        return text, name
    # Markup would outweigh the Chinese; < and > are not part of a character in its encodings.
    _, guessed = decode(_MARKUP.sub(b" ", data[:_GUESS_BYTES]), source)
    return decode(data, source, guessed)


def _forgiven(data: bytes, encoding: str, most: int | None = None) -> str | None:
    """Decode a page; None if more than so many characters are broken, or than a hundredth of them."""
    text = data.decode(encoding, "replace")
    if text.count("\ufffd") > (_MAX_DAMAGED * len(text) if most is None else most) or "\0" in text:
        return None
    return text.lstrip("\ufeff")


def visible_tree(page: str, source: str) -> HtmlElement:
    """Return the elements of a page that a reader sees; errors are those of `article`."""
    tree = _parse(page, source)
    _prune(tree)
    return tree


def visible_text(page: str, source: str) -> str:
    """Return all the visible text of a page, such as of a mail; errors are those of `article`."""
    lines = lines_of(visible_tree(page, source))
    if not lines:
        raise InputError("holds no text; nothing to read", source, cause=Cause.EMPTY)
    return "\n".join(line.text for line in lines)


def article(page: str, source: str) -> str:
    """Return the text of the article of a page; all its visible text if it has no article.

    trafilatura (A. Barbaresi, ACL 2021) finds the article, but may lose a line of it. So the
    element of the page that holds what it found is read in full, if that brings in no menus;
    what it found before and after that element (the title, often) is kept, unless it is of the site.

    Raises
    ------
    InputError
        For a page that is nested too deeply, has more than `MAX_TAGS` tags, or no text.
    """
    tree = _parse(page, source)
    named = squeezed(tree.findtext(".//title") or "")
    _prune(tree)
    lines = lines_of(tree)
    if not lines:
        raise InputError("holds no text; nothing to read", source, cause=Cause.EMPTY)
    if not _is_ordinary(tree, lines):
        return "\n".join(line.text for line in lines)
    shown = lines
    _remove_all(site_parts(tree, lines))
    lines = lines_of(tree)
    found = _extract(copy.deepcopy(tree))
    wanted = {squeezed(line) for line in found}
    matched = [line for line in lines if squeezed(line.text) in wanted]
    length = sum(map(len, found))
    sure = sum(len(line.text) for line in matched) * 2 >= length and not _are_menus(matched)
    if length < _MIN_ARTICLE or not sure or _prose(matched) * 2 < _prose(lines):
        read = [line.text for line in _without_menus(lines)]
    else:
        read = _completed(found, wanted, tree, lines)
    links = {line.text for line in shown if line.is_link}
    headings = list_headings([line.text for line in shown], links)
    known = {squeezed(line) for line in links}  # what was extracted may have other spaces
    links = {line for line in read if squeezed(line) in known}
    begin = 1 + next((place for place, line in enumerate(read) if is_title(line, named)), -1)
    above = without_site_lines(read[:begin], links.difference(read[begin - 1 : begin]), headings)
    titles = {squeezed(line) for line in above}  # some pages show theirs twice
    rest = [line for line in read[begin:] if squeezed(line) not in titles]
    below = without_furniture(rest, links, headings)
    return "\n".join(with_title([*above, *below], named, shown))


def _prose(lines: list[HtmlLine]) -> int:
    return sum(len(line.text) for line in lines if is_prose(line.text, is_link=line.is_link))


def _parse(page: str, source: str) -> HtmlElement:
    from lxml import etree
    from lxml.html import HTMLParser

    if page.count("<") > MAX_TAGS:
        raise InputError(
            "has more than {limit:,} tags, more than any real page; not read",
            source,
            cause=Cause.TOO_LARGE,
            limit=MAX_TAGS,
        )
    _check_attributes(page, source)
    # A browser goes on after a stray end of the page (HTML, 13.2.6.4.19); libxml2 does not.
    page = _PAGE_END.sub(lambda end: end["kept"] or "", page)
    parser = HTMLParser(
        encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True, huge_tree=True
    )
    try:
        tree = etree.fromstring(_NO_CHARACTER.sub(" ", page).encode("utf-8", "replace"), parser)
    except etree.ParserError as error:
        raise InputError("holds no text; nothing to read", source, cause=Cause.EMPTY) from error
    except etree.XMLSyntaxError as error:
        raise InputError(
            "cannot be read as a web page ({error}); save it again",
            source,
            cause=Cause.DAMAGED,
            error=reason_of(error),
        ) from error
    if any(entry.type_name == "ERR_RESOURCE_LIMIT" for entry in parser.error_log):
        raise InputError(
            "nests its elements too deep to be a real web page; not read", source, cause=Cause.TOO_LARGE
        )
    if tree is None:
        raise InputError("holds no text; nothing to read", source, cause=Cause.EMPTY)
    return tree


def _check_attributes(page: str, source: str) -> None:
    count = 0
    for tag in _TAG.finditer(page):
        most = MAX_ATTRIBUTES // 2000
        own = sum(1 for _ in islice(_ATTRIBUTES.finditer(tag[2] or ""), most + 1))
        count += own
        if own > most or count > MAX_ATTRIBUTES:
            what = (
                Message("a tag of more than {limit:,}", limit=most)
                if own > most
                else Message("more than {limit:,}", limit=MAX_ATTRIBUTES)
            )
            raise InputError(
                "has {what} attributes, more than any real page; not read",
                source,
                cause=Cause.TOO_LARGE,
                what=what,
            )


def _prune(tree: HtmlElement) -> None:
    """Take out what no reader of the page sees."""
    for parent in list(tree.iter()):
        unseen = {child for child in parent if _is_unseen(child)}
        if unseen:
            _remove(unseen, parent)


def _remove_all(elements: set[HtmlElement]) -> None:
    children: dict[HtmlElement, set[HtmlElement]] = defaultdict(set)
    for element in elements:
        parent = element.getparent()
        if parent is not None:
            children[parent].add(element)
    for parent, unwanted in children.items():
        _remove(unwanted, parent)


def _is_unseen(element: HtmlElement) -> bool:
    if element.tag in ("html", "body"):
        return False
    hidden = element.tag in _UNSEEN or "hidden" in element.attrib or _is_note_mark(element)
    return hidden or bool(_HIDDEN.search(element.get("style", "")))


def _is_note_mark(element: HtmlElement) -> bool:
    """Tell whether an element is the mark of a footnote, which would be read as a number."""
    if element.tag != "a" or not element.get("href", "").startswith("#"):
        return False
    text = ""
    for piece in element.itertext():  # a link may hold the whole page, and links may nest
        text += piece
        if len(text) > _LONGEST_MARK:
            return False
    return bool(_NOTE_MARK.fullmatch(text.strip()))


def _remove(unseen: set[HtmlElement], parent: HtmlElement) -> None:
    """Remove children, but not the texts that follow them, which are put together once."""
    before: HtmlElement | None = None  # the last child that stays
    texts = [parent.text]
    for child in [*parent, None]:
        if child is not None and child in unseen:
            texts.append(child.tail)
            parent.remove(child)
            continue
        if len(texts) > 1:
            text = "".join(filter(None, texts))
            if before is None:
                parent.text = text
            else:
                before.tail = text
        before, texts = child, [None if child is None else child.tail]


def _extract(tree: HtmlElement) -> list[str]:
    """Return the lines of the article as trafilatura finds it; none if it finds none."""
    from trafilatura import bare_extraction
    from trafilatura.settings import use_config

    config = use_config()
    config["DEFAULT"]["MIN_EXTRACTED_SIZE"] = str(_MIN_EXTRACTED)
    try:
        found = bare_extraction(tree, include_comments=False, favor_recall=True, config=config)
    except (RecursionError, ValueError, TypeError, LookupError, AttributeError):
        return []  # it is made for real pages; one on which it fails is read in full
    body = getattr(found, "body", None)
    return [] if body is None else [line.text for line in lines_of(body)]


def _is_ordinary(tree: HtmlElement, lines: list[HtmlLine]) -> bool:
    """Tell whether a page is as large and deep as pages are, so that trafilatura is quick on it."""
    from lxml import etree

    if sum(len(line.text) for line in lines) > _MAX_CHARACTERS:
        return False
    elements = depth = merged = 0
    for event, element in etree.iterwalk(tree, events=("start", "end")):
        if event == "end":
            depth -= 1
            continue
        depth += 1
        elements += 1
        if "rowspan" in element.attrib:
            rows, columns = (natural(element.get(name, "").strip(), 1) for name in ("rowspan", "colspan"))
            merged += rows * columns
        if elements > _MAX_ELEMENTS or depth > _MAX_DEPTH or merged > _MAX_MERGED:
            return False
    return True


def _are_menus(lines: list[HtmlLine]) -> bool:
    return sum(line.links for line in lines) > _MAX_LINKS * sum(len(line.text) for line in lines)


def _without_menus(lines: list[HtmlLine]) -> list[HtmlLine]:
    """Leave out the lines that are mostly links, unless all are."""
    if not _are_menus(lines):
        return lines
    return [line for line in lines if not line.is_link] or lines


def _completed(found: list[str], wanted: set[str], tree: HtmlElement, lines: list[HtmlLine]) -> list[str]:
    """Read in full the element that holds what was found; see `article`."""
    weights: Counter[HtmlElement] = Counter()
    for line in lines:
        if squeezed(line.text) in wanted and not is_furniture(line.text):
            weights[line.block] += len(line.text) - line.links
    for element in reversed(list(tree.iter())):
        parent = element.getparent()
        if parent is not None:
            weights[parent] += weights[element]
    container, total = tree, weights[tree]
    least = _CONTAINER_SHARE * max(total, 1)
    while (inner := next((child for child in container if weights[child] >= least), None)) is not None:
        container = inner
    inner_lines = lines_of(container)
    extra = [line for line in inner_lines if squeezed(line.text) not in wanted]
    length = sum(len(line.text) for line in inner_lines)
    if not total or sum(line.links for line in extra) > _MAX_LINKS * length:
        return found
    inside = "".join(squeezed(line.text) for line in inner_lines)
    places = [place for place, line in enumerate(found) if squeezed(line) in inside]
    if not places:
        return found
    read = [line.text for line in inner_lines]
    return [*found[: places[0]], *read, *_end(found[places[-1] + 1 :])]


def _end(lines: list[str]) -> list[str]:
    """Return of what comes after the element that holds the article the prose, and attachments."""
    return lines[: 1 + max((place for place, line in enumerate(lines) if belongs_to_end(line)), default=-1)]
