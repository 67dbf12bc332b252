"""Workbooks of the formats for which there is no writer in Python, made from rows of cells."""

from __future__ import annotations

import datetime
import struct
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import Any

from tests.io.samples import compound, zipped

Sheets = Mapping[str, Iterable[Sequence[Any]]]
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_EPOCH = datetime.datetime(1899, 12, 30)  # noqa: DTZ001
_DATE = 1  # the style of dates


def record(kind: int, content: bytes) -> bytes:
    """A record of a binary workbook of 97 to 2003."""
    return struct.pack("<HH", kind, len(content)) + content


def text97(text: str, size: str = "H") -> bytes:
    """A text as such a workbook has it."""
    raw = text.encode("utf-16-le")
    return struct.pack(f"<{size}B", len(raw) // 2, 1) + raw


def serial(value: datetime.date | datetime.time) -> float:
    """The number that stands for a date."""
    if isinstance(value, datetime.time):
        return (value.hour * 3600 + value.minute * 60 + value.second) / 86_400
    moment = (
        value if isinstance(value, datetime.datetime) else datetime.datetime.combine(value, datetime.time())
    )
    return (moment - _EPOCH).total_seconds() / 86_400


def xls(sheets: Sheets, more: bytes = b"", before: bytes = b"") -> bytes:
    """A workbook of 97 to 2003; ``more`` are records of its last sheet, ``before`` of the workbook."""
    return compound({"Workbook": xls_stream(sheets, more, before)})


def xls_stream(sheets: Sheets, more: bytes = b"", before: bytes = b"") -> bytes:
    """Its stream of records."""
    texts: dict[str, int] = {}
    parts = []
    for rows in sheets.values():
        cells = b"".join(
            _cell97(row, column, value, texts)
            for row, values in enumerate(rows)
            for column, value in enumerate(values)
            if value is not None
        )
        parts.append(record(0x809, struct.pack("<HH12x", 0x600, 0x10)) + cells)
    parts[-1] += more
    table = _shared97(texts)
    styles = b"".join(record(0xE0, struct.pack("<HH16x", 0, code)) for code in (0, 22))
    names = {name: text97(name, "B") for name in sheets}
    globals_ = record(0x809, struct.pack("<HH12x", 0x600, 5)) + before + styles
    at = len(globals_) + sum(10 + len(name) for name in names.values()) + len(table) + 4
    listed = b""
    for name, part in zip(names.values(), parts, strict=True):
        listed += record(0x85, struct.pack("<IBB", at, 0, 0) + name)
        at += len(part) + 4
    return (
        globals_ + listed + table + record(0x0A, b"") + b"".join(part + record(0x0A, b"") for part in parts)
    )


def _shared97(texts: Iterable[str]) -> bytes:
    """The texts that cells share; one that goes on in a further record says there again how wide it is."""
    texts = list(texts)
    pieces = [struct.pack("<II", len(texts), len(texts))]
    for text in texts:
        raw = text97(text)
        if len(pieces[-1]) > 8000:
            pieces.append(b"")
        pieces[-1] += raw[:3]
        left = raw[3:]
        while left:
            room = (8200 - len(pieces[-1])) // 2 * 2
            pieces[-1] += left[:room]
            left = left[room:]
            if left:
                pieces.append(b"\1")
    return b"".join(record(0x3C if number else 0xFC, piece) for number, piece in enumerate(pieces))


def _cell97(row: int, column: int, value: Any, texts: dict[str, int]) -> bytes:
    place = struct.pack(
        "<HHH", row, column, _DATE if isinstance(value, (datetime.date, datetime.time)) else 0
    )
    if isinstance(value, bool):
        return record(0x205, place + bytes([value, 0]))
    if isinstance(value, str) and value.startswith("#"):
        return record(0x205, place + b"\x2a\x01")
    if isinstance(value, str):
        return record(0xFD, place + struct.pack("<I", texts.setdefault(value, len(texts))))
    if isinstance(value, int) and abs(value) < 2**29:
        return record(0x27E, place + struct.pack("<i", value << 2 | 2))
    number = serial(value) if isinstance(value, (datetime.date, datetime.time)) else value
    return record(0x203, place + struct.pack("<d", number))


def part12(*records: tuple[int, bytes]) -> bytes:
    """A part of a binary workbook of 2007 or later."""
    return b"".join(_varied(kind) + _varied(len(content)) + content for kind, content in records)


def text12(text: str) -> bytes:
    """A text as such a workbook has it."""
    raw = text.encode("utf-16-le")
    return struct.pack("<I", len(raw) // 2) + raw


def xlsb(sheets: Sheets, parts: Mapping[str, bytes] | None = None) -> bytes:
    """A binary workbook of 2007 or later; ``parts`` replace others."""
    texts: dict[str, int] = {}
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": _relations({"r0": ("officeDocument", "xl/workbook.bin")}),
    }
    links = {"styles": ("styles", "styles.bin"), "strings": ("sharedStrings", "sharedStrings.bin")}
    listed = []
    for number, (name, rows) in enumerate(sheets.items()):
        records = []
        for row, values in enumerate(rows):
            records.append((0, struct.pack("<I13x", row)))
            records += [
                _cell12(column, value, texts) for column, value in enumerate(values) if value is not None
            ]
        members[f"xl/{number}.bin"] = part12(*records)
        links[f"s{number}"] = ("worksheet", f"{number}.bin")
        listed.append((156, struct.pack("<II", 0, number) + text12(f"s{number}") + text12(name)))
    members |= {
        "xl/_rels/workbook.bin.rels": _relations(links),
        "xl/workbook.bin": part12((153, bytes(12)), *listed),
        "xl/sharedStrings.bin": part12(*((19, b"\0" + text12(text)) for text in texts)),
        "xl/styles.bin": part12(
            (617, b""), *((47, struct.pack("<HH12x", 0, code)) for code in (0, 22)), (618, b"")
        ),
    }
    return zipped(members | dict(parts or {}))


def _cell12(column: int, value: Any, texts: dict[str, int]) -> tuple[int, bytes]:
    place = struct.pack("<II", column, _DATE if isinstance(value, (datetime.date, datetime.time)) else 0)
    if isinstance(value, bool):
        return 4, place + bytes([value])
    if isinstance(value, str) and value.startswith("#"):
        return 3, place + b"\x2a"
    if isinstance(value, str):
        return 7, place + struct.pack("<I", texts.setdefault(value, len(texts)))
    if isinstance(value, int) and abs(value) < 2**29:
        return 2, place + struct.pack("<i", value << 2 | 2)
    return 5, place + struct.pack(
        "<d", serial(value) if isinstance(value, datetime.date | datetime.time) else value
    )


def _varied(number: int) -> bytes:
    data = b""
    while True:
        number, low = number >> 7, number & 0x7F
        data += bytes([low | (0x80 if number else 0)])
        if not number:
            return data


def _relations(links: Mapping[str, tuple[str, str]]) -> str:
    entries = (
        f"<Relationship Id='{link}' Type='{_OFFICE}/{kind}' Target='{target}'/>"
        for link, (kind, target) in links.items()
    )
    return f"<Relationships>{''.join(entries)}</Relationships>"


ODF = " ".join(
    f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{space}:1.0"'
    for name, space in {
        "office": "office", "table": "table", "text": "text", "style": "style", "draw": "drawing",
        "fo": "xsl-fo-compatible",
    }.items()
)  # fmt: skip


def open_document(kind: str, content: str, parts: Mapping[str, str] | None = None) -> bytes:
    """A file of OpenDocument: ``text`` or ``spreadsheet``, with its content."""
    return zipped(
        {"mimetype": f"application/vnd.oasis.opendocument.{kind}", "content.xml": content, **(parts or {})}
    )


def ods(sheets: Sheets) -> bytes:
    """An OpenDocument spreadsheet."""
    tables = "".join(
        f"<table:table table:name='{name}'><table:table-column/>"
        + "".join(f"<table:table-row>{''.join(map(_cell, row))}</table:table-row>" for row in rows)
        + "</table:table>"
        for name, rows in sheets.items()
    )
    return raw_ods(tables)


def raw_ods(tables: str) -> bytes:
    """A spreadsheet of these tables."""
    return open_document(
        "spreadsheet",
        f"<office:document-content {ODF}><office:body><office:spreadsheet>{tables}"
        "</office:spreadsheet></office:body></office:document-content>",
    )


def _cell(value: Any) -> str:
    match value:
        case None:
            return "<table:table-cell/>"
        case bool():
            more = f"boolean' office:boolean-value='{str(value).lower()}"
        case int() | float():
            more = f"float' office:value='{value}"
        case datetime.time():
            more = f"time' office:time-value='{value:PT%HH%MM%SS}"
        case datetime.date():
            more = f"date' office:date-value='{value.isoformat()}"
        case str() if value.startswith("#"):
            more = "error' office:string-value='"
        case _:
            lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in value.split("\n"))
            spaced = lines.replace("<text:p> ", "<text:p><text:s/>")
            return f"<table:table-cell office:value-type='string'>{spaced}</table:table-cell>"
    return f"<table:table-cell office:value-type='{more}'><text:p>x</text:p></table:table-cell>"
