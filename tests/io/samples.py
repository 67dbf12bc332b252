"""Sample files of every format that office programs write, made from lines of text."""

from __future__ import annotations

import lzma
import random
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from html import escape
from io import BytesIO
from typing import Any

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def zipped(members: Mapping[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip file."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def tarred(members: Mapping[str, str | bytes], packing: str = "", form: int = tarfile.PAX_FORMAT) -> bytes:
    """A tar archive, packed by ``gz``, ``bz2`` or ``xz`` or not."""
    stream = BytesIO()
    mode: Any = f"w:{packing}"
    with tarfile.open(fileobj=stream, mode=mode, format=form, encoding="utf-8") as archive:
        for name, data in members.items():
            content = data.encode() if isinstance(data, str) else data
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, BytesIO(content))
    return stream.getvalue()


_7Z_LZMA2 = b"\x01\x21\x21\x01\x10"  # one method, with its property


def seven_zipped(
    members: Mapping[str, str | bytes], method: bytes = _7Z_LZMA2, *, packed_list: bool = False
) -> bytes:
    """A 7z archive, all packed together."""
    contents = [data.encode() if isinstance(data, str) else data for data in members.values()]
    whole = b"".join(contents)
    content = _lzma2(whole) if method == _7Z_LZMA2 else whole
    sizes = b"".join(_number(len(data)) for data in contents[:-1])
    sums = b"".join(struct.pack("<I", zlib.crc32(data)) for data in contents)
    within = b"\x08\x0d" + _number(len(contents)) + b"\x09" + sizes + b"\x0a\x01" + sums + b"\0"
    names = b"\0" + "".join(f"{name}\0" for name in members).encode("utf-16-le")
    files = b"\x05" + _number(len(members)) + b"\x11" + _number(len(names)) + names + b"\0"
    listed = b"\x01\x04" + _streams(0, len(content), len(whole), method, within) + files + b"\0"
    if packed_list:
        packed = _lzma2(listed)
        listed = b"\x17" + _streams(len(content), len(packed), len(listed), _7Z_LZMA2, b"")
        content += packed
    return seven_zip(content, listed)


def seven_zip(content: bytes, listed: bytes) -> bytes:
    """A 7z archive of what is packed, and what it says of that."""
    start = struct.pack("<QQI", len(content), len(listed), zlib.crc32(listed))
    return b"7z\xbc\xaf\x27\x1c\0\4" + struct.pack("<I", zlib.crc32(start)) + start + content + listed


def _streams(place: int, packed: int, size: int, method: bytes, within: bytes) -> bytes:
    where = b"\x06" + _number(place) + b"\x01\x09" + _number(packed) + b"\0"
    return where + b"\x07\x0b\x01\0" + method + b"\x0c" + _number(size) + b"\0" + within + b"\0"


def _number(value: int) -> bytes:
    return b"\xff" + struct.pack("<Q", value)


def _lzma2(data: bytes) -> bytes:
    return lzma.compress(data, lzma.FORMAT_RAW, filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 1 << 20}])


def paragraphs(lines: Iterable[str]) -> str:
    """Paragraphs of WordprocessingML."""
    return "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape(line)}</w:t></w:r></w:p>' for line in lines)


def docx(body: str, parts: Mapping[str, str] | None = None) -> bytes:
    """A Word document with this body; ``parts`` such as ``numbering`` by their names."""
    parts = parts or {}
    namespaces = (
        f'xmlns:w="{WORD}" xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
        'xmlns:v="urn:schemas-microsoft-com:vml"'
    )
    relations = "".join(
        f'<Relationship Id="r{name}" Type="{_OFFICE}/{name}" Target="{name}.xml"/>' for name in parts
    )
    members = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="r1" '
        f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<?xml version="1.0" encoding="UTF-8"?><w:document {namespaces}>'
        f"<w:body>{body}<w:sectPr/></w:body></w:document>",
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_RELATIONS}">{relations}</Relationships>',
    }
    for name, content in parts.items():
        members[f"word/{name}.xml"] = f"<w:{name} {namespaces}>{content}</w:{name}>"
    return zipped(members)


OFD = 'xmlns:ofd="http://www.ofdspec.org/2016"'
_TYPE_SIZE = 5.6
_LEADING = 10.0


def text_object(text: str, x: float, y: float, size: float = _TYPE_SIZE, more: str = "") -> str:
    """A text object of OFD, its upper left corner at ``x`` and ``y``."""
    steps = " ".join(str(size if char > "\u2e80" else size / 2) for char in text[:-1])
    return (
        f'<ofd:TextObject ID="1" Boundary="{x} {y} 160 {size}" Font="2" Size="{size}" {more}>'
        f'<ofd:TextCode X="0" Y="{size * 0.85}" DeltaX="{steps}">{escape(text)}</ofd:TextCode>'
        "</ofd:TextObject>"
    )


def ofd(pages: Iterable[str], template: str | None = None) -> bytes:
    """An OFD whose pages hold these objects."""
    pages = list(pages)
    uses = '<ofd:Template TemplateID="9"/>' if template is not None else ""
    members = {
        "OFD.xml": f'<ofd:OFD {OFD} Version="1.0" DocType="OFD"><ofd:DocBody><ofd:DocInfo/>'
        "<ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody></ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document {OFD}><ofd:CommonData>"
        '<ofd:TemplatePage ID="9" BaseLoc="Tpls/Tpl_0/Content.xml"/></ofd:CommonData><ofd:Pages>'
        + "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
        + "</ofd:Pages></ofd:Document>",
    }
    layers = {f"Doc_0/Pages/Page_{n}/Content.xml": uses + _layer(page) for n, page in enumerate(pages)}
    if template is not None:
        layers["Doc_0/Tpls/Tpl_0/Content.xml"] = _layer(template)
    for name, layer in layers.items():
        members[name] = f"<ofd:Page {OFD}>{layer}</ofd:Page>"
    return zipped(members)


def _layer(objects: str) -> str:
    return f'<ofd:Content><ofd:Layer ID="3">{objects}</ofd:Layer></ofd:Content>'


def printed(text: str, per_line: int = 28, per_page: int = 22) -> bytes:
    """A text as an OFD printer sets it: lines of 28 characters, 22 on a page."""
    lines = []
    for paragraph in filter(None, map(str.strip, text.splitlines())):
        set_in = "　　" + paragraph
        lines += [set_in[at : at + per_line] for at in range(0, len(set_in), per_line)]
    pages = [lines[at : at + per_page] for at in range(0, len(lines), per_page)]
    return ofd(
        "".join(text_object(line, 28, 35 + _LEADING * at) for at, line in enumerate(page)) for page in pages
    )


def web_page(text: str) -> str:
    """A text as a site of the government shows it, with all that is around it."""
    title, *rest = filter(None, map(str.strip, text.splitlines()))
    menu = "".join(f'<li><a href="/{n}">{n}</a></li>' for n in ("首页", "机构概况", "政策法规", "互动交流"))
    related = "".join(f'<li><a href="/x{n}">对第{n}号建议的答复</a></li>' for n in range(100, 106))
    body = "".join(f'<p style="text-indent: 2em">{escape(line)}</p>' for line in rest)
    return (
        f"<!DOCTYPE html><html><head><title>{title}_政策法规</title>"
        "<script>var 脚本 = 1;</script></head><body>"
        f'<div class="header"><ul class="nav">{menu}</ul></div><div class="main">'
        f'<div class="location">当前位置：<a href="/">首页</a> &gt; <a href="/b">建议提案</a></div>'
        f'<h1 class="title">{title}</h1><div class="info">日期：2023-01-01 访问量：<span id="n"></span></div>'
        f'<div id="zoom"><div class="view TRS_UEDITOR trs_paper_default">{body}</div></div>'
        f'<div class="related"><h3>相关文章</h3><ul>{related}</ul></div></div>'
        '<div class="footer"><p>主办单位：某局　京ICP备00000000号</p></div></body></html>'
    )


def raw_pdf(*objects: bytes) -> bytes:
    """Return a PDF of objects numbered from 1, the first its catalogue."""
    data, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    return data + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer <</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (count, table, count, len(data))
    )


_SECTOR, _SHORT = 512, 64
_FREE, _END, _FAT, _DIFAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD, 0xFFFFFFFC


def compound(streams: Mapping[str, bytes], *, exact: bool = False) -> bytes:
    """A compound file (OLE) with these streams, in storages where their names say so (``storage/stream``).

    Each has sectors of its own and is as long as these; with ``exact`` it has its own length, and short ones
    share sectors, as programs write them.
    """
    tree: dict[str, Any] = {}
    for name, data in streams.items():
        *storages, last = name.split("/")
        place = tree
        for storage in storages:
            place = place.setdefault(storage, {})
        place[last] = data
    contents = _Contents(exact)
    entries = [b""]
    child = _entered(tree, entries, contents)
    root, head = contents.finish()
    entries[0] = _entry("Root Entry", 5, *root, child=child)
    directory = b"".join(entries)
    directory = directory.ljust(-(-len(directory) // _SECTOR) * _SECTOR, b"\0")
    first = contents.add_sectors(directory)
    whole = bytearray(_assembled(b"".join(contents.sectors), contents.table, first))
    struct.pack_into("<II", whole, 0x3C, *head)
    return bytes(whole)


class _Contents:
    """The sectors of streams, and the table that says which follow each other; short ones apart."""

    def __init__(self, exact: bool) -> None:
        self.exact = exact
        self.sectors: list[bytes] = []
        self.table: list[int] = []
        self._short = b""
        self._short_table: list[int] = []

    def add(self, data: bytes) -> tuple[int, int]:
        """Put in a stream; return where it is, and its length."""
        if not self.exact:
            data = data.ljust(4096, b"\0")  # shorter ones would go elsewhere
        if len(data) >= 4096:
            return self.add_sectors(data), len(data)
        if not data:
            return _END, 0
        first, count = len(self._short_table), -(-len(data) // _SHORT)
        self._short_table += [*range(first + 1, first + count), _END]
        self._short += data.ljust(count * _SHORT, b"\0")
        return first, len(data)

    def add_sectors(self, data: bytes) -> int:
        first, count = len(self.table), -(-len(data) // _SECTOR)
        self.table += [*range(first + 1, first + count), _END]
        self.sectors.append(data.ljust(count * _SECTOR, b"\0"))
        return first

    def finish(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """Put in what the short ones are in; return where that is, and where its table is."""
        if not self._short:
            return (_END, 0), (_END, 0)
        table = struct.pack(f"<{len(self._short_table)}I", *self._short_table)
        table = table.ljust(-(-len(table) // _SECTOR) * _SECTOR, b"\xff")
        place = self.add_sectors(self._short), len(self._short)
        return place, (self.add_sectors(table), len(table) // _SECTOR)


def _entered(tree: dict[str, Any], entries: list[bytes], contents: _Contents) -> int:
    """Enter what is in a storage, each entry the right neighbour of the one before; return the first."""
    first = following = _FREE
    for name, content in reversed(tree.items()):
        if isinstance(content, bytes):
            made = _entry(name, 2, *contents.add(content), right=following)
        else:
            made = _entry(name, 1, 0, 0, right=following, child=_entered(content, entries, contents))
        first = following = len(entries)
        entries.append(made)
    return first


def _assembled(content: bytes, table: list[int], directory: int) -> bytes:
    """Put a header before the sectors, and behind them their table and what lists its sectors."""
    fats, lists = 0, 0
    while True:
        needed = -(-(len(table) + fats + lists) // 128)
        listed = -(-max(needed - 109, 0) // 127)
        if (needed, listed) == (fats, lists):
            break
        fats, lists = needed, listed
    places = list(range(len(table), len(table) + fats))
    more = places[109:]
    after = len(table) + fats
    difat = b"".join(
        struct.pack(
            "<128I",
            *more[127 * n : 127 * (n + 1)],
            *[_FREE] * (127 - len(more[127 * n : 127 * (n + 1)])),
            after + n + 1 if n + 1 < lists else _END,
        )
        for n in range(lists)
    )
    table = [*table, *[_FAT] * fats, *[_DIFAT] * lists]
    table += [_FREE] * (128 * fats - len(table))
    head = struct.pack(
        "<8s16xHHHHH6xIII4xIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        *(0x3E, 3, 0xFFFE, 9, 6),
        *(0, fats, directory, 4096, _END, 0, after if lists else _END, lists),
    )
    listing = [*places[:109], *[_FREE] * (109 - len(places[:109]))]
    return head + struct.pack("<109I", *listing) + content + struct.pack(f"<{len(table)}I", *table) + difat


def _entry(name: str, kind: int, start: int, size: int, right: int = _FREE, child: int = _FREE) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0"
    return struct.pack("<64sHBBIII36xIQ", written, len(written), kind, 1, _FREE, right, child, start, size)


_FIRST_PAGE = 4  # of a .doc: where its head ends, in pages of 512 bytes
_PIECES = 33  # which entry of the head says where the table of pieces is


def doc(text: str, tables: Mapping[int, bytes] | None = None, pages: bytes = b"") -> bytes:
    """A document of Word 97 of one piece.

    ``tables`` are others by the number of their entry in the head, ``pages`` stand from page 4 on.
    """
    raw = text.encode("utf-16-le")
    head = bytearray(_FIRST_PAGE * _SECTOR)
    struct.pack_into("<HHxxH2xH", head, 0, 0xA5EC, 0xC1, 0x0804, 0x0200)
    struct.pack_into("<H", head, 32, 14)
    struct.pack_into("<H", head, 62, 22)
    struct.pack_into("<I", head, 76, len(raw) // 2)
    struct.pack_into("<H", head, 152, 93)
    piece = struct.pack("<BIIIHIH", 2, 16, 0, len(raw) // 2, 0, len(head) + len(pages), 0)
    table = b""
    for number, content in {_PIECES: piece, **(tables or {})}.items():
        struct.pack_into("<II", head, 154 + 8 * number, len(table), len(content))
        table += content
    return compound({"WordDocument": bytes(head) + pages + raw, "1Table": table})


def noise(length: int) -> str:
    """Characters that cannot be packed much."""
    return random.Random(0).randbytes(length // 2).hex()  # noqa: S311
