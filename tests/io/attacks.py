"""Files made to harm, each with what reading it says: a piece of its one error, or of its text."""

from __future__ import annotations

import bz2
import gzip
import lzma
import random
import struct
import tarfile
import zlib
from collections.abc import Callable
from io import BytesIO

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from tests.io import samples, workbooks
from tests.io.messages import msg
from tests.io.samples import OFD, WORD, raw_pdf, tarred, zipped

LAUGHS = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
DOCTYPE = f'<!DOCTYPE x [<!ENTITY e0 "哈">{LAUGHS}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
DEEP = 100_000
NOISE = random.Random(0).randbytes(1_500_000).hex()  # noqa: S311
TEXT = "正文"


def loose(xml: str) -> str:
    """XML with noise behind it, so that it is not packed more tightly than any text."""
    return f"{xml}<!--{NOISE[: len(xml) // 100]}-->"


def word(xml: str | bytes) -> bytes:
    return zipped({"word/document.xml": xml})


def page(xml: str) -> bytes:
    return zipped({"OFD.xml": xml})


def lying(data: bytes, real: int, said: int) -> bytes:
    return data.replace(struct.pack("<I", real), struct.pack("<I", said))


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def body(content: str, prologue: str = "") -> str:
    return loose(f'{prologue}<w:document xmlns:w="{WORD}"><w:body>{content}</w:body></w:document>')


OPEN = "<w:r><w:fldChar w:fldCharType='begin'/><w:fldChar w:fldCharType='separate'/></w:r>"
RUN = "<w:r><w:t>a</w:t></w:r>"
DELETED = f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr><w:r><w:t>{TEXT * 20}</w:t></w:r></w:p>"


def one_code(box: str, more: str) -> str:
    code = f"<ofd:TextCode {more}>{TEXT}</ofd:TextCode>"
    return f"<ofd:TextObject Boundary='0 0 9 9 {box}'>{code}</ofd:TextObject>"


STAIRS = (
    '<ofd:TextObject Boundary="0 0 9 9" Size="1"><ofd:TextCode X="0" Y="0" DeltaX="1" DeltaY="1">{}'
    "</ofd:TextCode></ofd:TextObject>"
)


# --- workbooks --------------------------------------------------------------------------------

_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def workbook(rows: str, strings: str = "", styles: str = "") -> bytes:
    """A workbook of one sheet, whose shared strings are ``text`` and these."""

    def relations(**targets: str) -> str:
        entries = (f"<Relationship Id='{k}' Type='{_TYPES}/{k}' Target='{v}'/>" for k, v in targets.items())
        return f"<Relationships>{''.join(entries)}</Relationships>"

    return zipped(
        {
            "_rels/.rels": relations(officeDocument="xl/workbook.xml"),
            "xl/_rels/workbook.xml.rels": relations(
                worksheet="s.xml", styles="styles.xml", sharedStrings="strings.xml"
            ),
            "xl/workbook.xml": f"<workbook xmlns:r='{_TYPES}'><sheets><sheet name='表' r:id='worksheet'/>"
            "</sheets></workbook>",
            "xl/styles.xml": f"<styleSheet>{styles}</styleSheet>",
            "xl/strings.xml": loose(f"<sst><si><t>text</t></si>{strings}</sst>"),
            "xl/s.xml": loose(f"<worksheet><sheetData>{rows}</sheetData></worksheet>"),
        }
    )


def shared(index: int, column: str = "") -> str:
    place = f"r='{column}1' " if column else ""
    return f"<c {place}t='s'><v>{index}</v></c>"


def row(*cells: str) -> str:
    return f"<row>{''.join(cells)}</row>"


def string(text: str) -> str:
    return f"<si><t>{text}</t></si>"


NAMED = row(shared(0))
FIRST = NAMED + row(f"<c t='str'><v>{TEXT}</v></c>")

ONE_ROW = f"<Row><Cell><Data>正文</Data></Cell></Row><Row><Cell><Data>{TEXT}</Data></Cell></Row>"


def sheet_xml(rows: str) -> bytes:
    """A workbook that is one XML file."""
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}">'
        f'<Worksheet ss:Name="表"><Table>{rows}</Table></Worksheet></Workbook>'
    ).encode()


# --- zip --------------------------------------------------------------------------------------


def quoted(count: int = 200) -> bytes:
    """An archive whose members all have the same data, the headers between hidden in extra fields."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    text = TEXT.encode() * 200_000
    kernel = packer.compress(text) + packer.flush()
    kernel = kernel + b""
    names = [b"%03d.txt" % number for number in range(count)]
    spacing = len(kernel) + 60  # so that by the directory alone the members do not overlap
    span = spacing * count
    local, central = bytearray(span), b""
    for number, name in enumerate(names):
        at = spacing * number
        extra = span - at - 30 - len(name)
        if extra > 0xFFFF:
            raise ValueError(extra)
        fields = struct.pack(
            "<HHHHIIIHH", 0, 8, 0, 33, zlib.crc32(text), len(kernel), len(text), len(name), 0
        )
        local[at : at + 30 + len(name)] = b"PK\x03\x04\x14\0" + fields[:-2] + struct.pack("<H", extra) + name
        central += b"PK\x01\x02\x14\0\x14\0" + fields + struct.pack("<HHHII", 0, 0, 0, 0, at) + name
    end = struct.pack("<4sHHHHIIH", b"PK\x05\x06", 0, 0, count, count, len(central), span + len(kernel), 0)
    return bytes(local) + kernel + central + end


# --- tar --------------------------------------------------------------------------------------


def pax(content: bytes) -> bytes:
    """A header that says more of what follows it."""
    info = tarfile.TarInfo("a")
    info.type, info.size = tarfile.XHDTYPE, len(content)
    return info.tobuf() + content.ljust(-(-len(content) // 512) * 512, b"\0")


# --- pages ------------------------------------------------------------------------------------


def _stream(content: str, more: bytes = b"") -> bytes:
    data = zlib.compress(content.encode())
    return b"<</Length %d/Filter/FlateDecode%s>>stream\n%s\nendstream" % (len(data), more, data)


def small_pdf(content: str, *objects: bytes, resources: bytes = b"") -> bytes:
    """A PDF of one page, on which ``content`` is set in Helvetica."""
    return raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R"
        b"/Resources<</Font<</F 5 0 R>>%s>>>>" % resources,
        _stream(f"BT /F 10 Tf {content} ET"),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        *objects,
    )


def parquet(text: str, rows: int) -> bytes:
    """A Parquet file of so many rows, all with one text."""
    stream = BytesIO()
    column = pa.DictionaryArray.from_arrays(np.zeros(rows, np.int32), [text])
    pq.write_table(pa.table({"text": column}), stream, store_schema=False)
    return stream.getvalue()


def tiff(pages: int) -> bytes:
    """A TIFF of so many white pages, all of the same pixels."""
    known = [(256, 40), (257, 40), (258, 1), (259, 1), (262, 1), (273, 8), (277, 1), (278, 40), (279, 200)]
    data = b"II*\0" + struct.pack("<I", 208) + b"\xff" * 200
    for number in range(1, pages + 1):
        data += struct.pack("<H", len(known))
        data += b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in known)
        data += struct.pack("<I", len(data) + 4 if number < pages else 0)
    return data


def numbered(label: str, paragraphs: int) -> bytes:
    """A Word document of a list with this label."""
    numbering = (
        f"<w:abstractNum w:abstractNumId='1'><w:lvl w:ilvl='0'><w:lvlText w:val='{label}'/></w:lvl>"
        "</w:abstractNum><w:num w:numId='1'><w:abstractNumId w:val='1'/></w:num>"
    )
    item = f"<w:p><w:pPr><w:numPr><w:numId w:val='1'/></w:numPr></w:pPr><w:r><w:t>{TEXT}</w:t></w:r></w:p>"
    return samples.docx(item * paragraphs, {"numbering": numbering})


def word97(text: str, tables: dict[int, bytes] | None = None, pages: bytes = b"") -> bytes:
    return samples.doc(f"{TEXT}\r{text}\r", tables, pages)


def altered(data: bytes, at: int, value: int, form: str = "<I") -> bytes:
    changed = bytearray(data)
    struct.pack_into(form, changed, at, value)
    return bytes(changed)


def plex(count: int, details: bytes) -> bytes:
    """Positions one apart, and the data of each."""
    return np.arange(count + 1, dtype="<u4").tobytes() + details


def looped(data: bytes) -> bytes:
    """The second sector of the directory is the first."""
    table = 512 * (1 + struct.unpack_from("<I", data, 0x4C)[0])
    (directory,) = struct.unpack_from("<I", data, 0x30)
    return altered(data, table + 4 * directory, directory)


def small_word97() -> tuple[bytes, int, int]:
    """A file, where its table of sectors is, and where its directory."""
    data = word97("")
    at = 512 * (1 + struct.unpack_from("<I", data, 0x4C)[0])
    return data, at, data.index("Root Entry".encode("utf-16-le"))


def looping() -> bytes:
    """The directory goes on with itself."""
    data, table, directory = small_word97()
    sector = directory // 512 - 1
    return altered(data, table + 4 * sector, sector)


def endless() -> bytes:
    """The text is said to be 4 GB long, and its only sector goes on with itself."""
    data, table, directory = small_word97()
    return altered(altered(data, table, 0), directory + 128 + 120, 2**32 - 1, "<Q")


def repeated() -> bytes:
    """Half a million notes are all the text, over and over."""
    marks, starts = bytes(4 * 500_001) + bytes(2 * 500_000), np.tile(np.array([0, 200_000], "<u4"), 250_000)
    whole = samples.doc(TEXT * 100_000, {2: marks, 3: starts.tobytes()})
    return altered(altered(whole, 512 + 76, 2), 512 + 80, 199_998)


def many_runs() -> bytes:
    page = bytearray(512)
    struct.pack_into("<101I", page, 0, *range(2048, 2149))
    page[-1] = 100
    count = 6_000
    return word97("", {12: plex(count, np.arange(4, 4 + count, dtype="<u4").tobytes())}, bytes(page) * count)


def rtf(text: str) -> bytes:
    return "".join(f"\\u{ord(char)} ?" for char in text).encode()


def odt(body: str, styles: str = "") -> bytes:
    return workbooks.open_document(
        "text",
        loose(
            f"<office:document-content {workbooks.ODF}><office:styles>{styles}</office:styles>"
            f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
        ),
    )


def far97(row: int, text: str = "x") -> bytes:
    """A text far below and to the right in a workbook of 97 to 2003."""
    return workbooks.record(0x204, struct.pack("<HHH", row, 255, 0) + workbooks.text97(text))


def overlapping() -> bytes:
    """Each of thousands of sheets goes on through all those behind it."""
    begin = workbooks.record(0x809, struct.pack("<HH12x", 0x600, 0x10))
    size = len(workbooks.record(0x85, bytes(8)))
    first = len(begin) + 4 + 5_000 * size
    listed = (struct.pack("<IBBBB", first + len(begin) * n, 0, 0, 0, 0) for n in range(5_000))
    stream = begin + b"".join(workbooks.record(0x85, sheet) for sheet in listed) + workbooks.record(0x0A, b"")
    return samples.compound({"Workbook": stream + begin * 5_000})


def far12(row: int, column: int) -> bytes:
    """A workbook of 2007 with a cell far below or to the right."""
    names = [(0, bytes(17)), (6, bytes(8) + workbooks.text12("正文"))]
    first = [(0, struct.pack("<I13x", 1)), (6, bytes(8) + workbooks.text12(TEXT))]
    far = [(0, struct.pack("<I13x", row)), (6, struct.pack("<II", column, 0) + workbooks.text12("x"))]
    return workbooks.xlsb({"表": []}, {"xl/0.bin": workbooks.part12(*names, *first, *far)})


def sheet(rows: str) -> str:
    return f"<table:table table:name='表'>{rows}</table:table>"


def line(text: str) -> str:
    return f"<table:table-row><table:table-cell><text:p>{text}</text:p></table:table-cell></table:table-row>"


FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb.docx": (lambda: word(b" " * 150_000_000), "unpacks to more than 100,000,000 bytes"),
    "tight.docx": (lambda: word(b" " * 50_000_000), "unpacks to more than 250 times its size"),
    "lying.docx": (
        lambda: lying(word(body("x" * 5000)), len(body("x" * 5000)), 100),
        "cannot be unpacked; fetch",
    ),
    "deep.docx": (lambda: word(body("<w:sdt>" * DEEP)), "nests elements more than 500 deep"),
    "laughs.docx": (lambda: word(body(paragraph("&e9;"), DOCTYPE)), "declares a document type"),
    "outside.docx": (lambda: word(body(paragraph("&f;"), DOCTYPE)), "declares a document type"),
    "attribute.docx": (lambda: word(body(f'<w:p w:x="{NOISE}"/>{paragraph("正文")}')), TEXT),
    "long.docx": (lambda: word(body(paragraph(TEXT + NOISE))), TEXT),
    "nul.docx": (lambda: word(body(paragraph("a\0b"))), "is not well-formed XML"),
    "encoding.docx": (lambda: word(body("", '<?xml version="1.0" encoding="gb18030"?>')), "encoding"),
    "unknown.docx": (lambda: word(body("", '<?xml version="1.0" encoding="x-y"?>')), "encoding"),
    "utf16.docx": (lambda: word(body("", '<?xml version="1.0" encoding="utf-16"?>')), "XML"),
    "truncated.docx": (lambda: word(body(paragraph("字")))[:200], "is damaged or cut off"),
    "looping.doc": (looping, "its sectors or its directory are broken"),
    "endless.doc": (endless, "its sectors or its directory are broken"),
    "sectors.doc": (
        lambda: altered(small_word97()[0], 0x2C, 2**31),
        "its sectors or its directory are broken",
    ),
    "minis.doc": (lambda: altered(small_word97()[0], 0x40, 2**31), "its sectors or its directory are broken"),
    "entries.doc": (
        lambda: samples.compound({f"{n}": b"" for n in range(10_000)}),
        "its sectors or its directory are broken",
    ),
    "characters.doc": (lambda: word97("字" * 10_000_000), "has more than 10,000,000 characters"),
    "long.doc": (lambda: word97("字𠀀" * 3_300_000), TEXT),
    "marks.doc": (lambda: word97("字\r" * 1_000_000), "has more than 1,000,000 paragraphs"),
    "paragraphs.doc": (lambda: word97("字\r" * 990_000), TEXT),
    "fields.doc": (lambda: word97("\x13" * 990_000), TEXT),
    "pieces.doc": (
        lambda: word97(
            "",
            {
                33: b"\x02\xff\xff\xff\x7f"
                + bytes(8_000_000)
                + struct.pack("<I", 4)
                + struct.pack("<HIH", 0, 2048, 0) * 2_000_000
            },
        ),
        TEXT,
    ),
    "notes.doc": (repeated, TEXT),
    "pages.doc": (
        lambda: word97("", {12: plex(9_000, bytes(36_000))}),
        "more pages of properties than it can",
    ),
    "runs.doc": (many_runs, "has more than 500,000 runs of text"),
    "lists.doc": (lambda: word97("", {73: b"\xff\x7f" + bytes(28 * 32767), 74: bytes(30_000_000)}), TEXT),
    "styles.doc": (lambda: word97("", {1: b"\x12\0\xff\xff\x0a\0" + bytes(14) + bytes(20_000_000)}), TEXT),
    "boxes.doc": (
        lambda: word97("", {56: bytes(20_000_000), 40: bytes(20_000_000), 50: bytes(9_000_000)}),
        TEXT,
    ),
    # RTF
    "deep.rtf": (lambda: b"{\\rtf1 " + b"{" * DEEP, "nests braces more than 500 deep"),
    "words.rtf": (lambda: b"{\\rtf1 " + b"\\b" * 8_100_000, "has more than 8,000,000 braces and words"),
    "braces.rtf": (lambda: b"{\\rtf1 " + rtf(TEXT) + b"{}" * 3_900_000, TEXT),
    "quoted.rtf": (
        lambda: b"{\\rtf1\\ansicpg936 " + rtf(TEXT) + b"\\'d2" * 20_000_000,
        "10,000,000 characters",
    ),
    "text.rtf": (lambda: b"{\\rtf1 " + b"a" * 99_000_000, "has more than 10,000,000 characters"),
    "picture.rtf": (lambda: b"{\\rtf1 " + rtf(TEXT) + b"{\\pict " + b"00" * 49_000_000 + b"}}", TEXT),
    "bytes.rtf": (lambda: b"{\\rtf1 " + rtf(TEXT) + b"{\\pict\\bin" + b"9" * 10 + b" x}}", TEXT),
    "fallback.rtf": (lambda: b"{\\rtf1\\uc999999999 " + rtf(TEXT) + b"x" * 1_000_000, TEXT),
    "fonts.rtf": (
        lambda: b"{\\rtf1{\\fonttbl" + b"".join(b"\\f%d" % n for n in range(1_000_000)) + b"}" + rtf(TEXT),
        TEXT,
    ),
    "tables.rtf": (lambda: b"{\\rtf1\\intbl\\itap999999999 " + rtf(TEXT) + b"\\nestcell" * 1_000_000, TEXT),
    "nested.rtf": (
        lambda: b"{\\rtf1 " + rtf(TEXT) + b"\\pard\\intbl\\itap50\\nestcell\\pard\\intbl\\nestcell" * 300_000,
        TEXT,
    ),
    "notes.rtf": (lambda: b"{\\rtf1 " + rtf(TEXT) + b"{\\footnote " * 400, TEXT),
    "paragraphs.rtf": (lambda: b"{\\rtf1 " + rtf(TEXT) + b"\\par" * 5_000_000, TEXT),
    "deleted.rtf": (lambda: b"{\\rtf1 " + rtf(TEXT) + b"{\\deleted\\par a}" * 1_000_000, TEXT),
    # OpenDocument
    "deep.odt": (lambda: odt("<text:section>" * DEEP), "nests elements more than 500 deep"),
    "laughs.odt": (
        lambda: workbooks.open_document("text", f"{DOCTYPE}<a>&e9;</a>"),
        "declares a document type",
    ),
    "spaces.odt": (
        lambda: odt(f"<text:p>{TEXT}" + "<text:s text:c='99999999'/>" * 2_000 + "</text:p>"),
        TEXT,
    ),
    "cells.odt": (
        lambda: odt(
            f"<text:p>{TEXT}</text:p><table:table><table:table-row>"
            + "<table:covered-table-cell table:number-columns-repeated='999999999'/>" * 1_000
            + "</table:table-row></table:table>"
        ),
        TEXT,
    ),
    "lists.odt": (
        lambda: odt(f"<text:p>{TEXT}</text:p>" + "<text:list text:style-name='x'>" * 490),
        "is not well-formed XML",
    ),
    "items.odt": (
        lambda: odt(
            f"<text:p>{TEXT}</text:p><text:list>"
            + "<text:list-item text:start-value='7'><text:p/></text:list-item>" * 500_000
            + "</text:list>"
        ),
        TEXT,
    ),
    "styles.odt": (
        lambda: odt(
            f"<text:p>{TEXT}</text:p>" + "<text:p text:style-name='s49'/>" * 200_000,
            "".join(
                "<style:style style:family='paragraph' "
                f"style:name='s{n}' style:parent-style-name='s{n - 1}'/>"
                for n in range(50)
            ),
        ),
        TEXT,
    ),
    "paragraphs.odt": (
        lambda: odt(f"<text:p>{TEXT}</text:p>" + "<text:p/>" * 3_200_000),
        "more than 3,000,000 elements",
    ),
    "laughs.ofd": (lambda: page(f"{DOCTYPE}<a>&e9;</a>"), "declares a document type"),
    "pieces.ofd": (
        lambda: samples.ofd([STAIRS.format("医" * 300_001) + samples.text_object(NOISE[:100_000], 20, 20)]),
        "holds more than 300,000 pieces of text",
    ),
    "deep.ofd": (lambda: page("<a>" * DEEP), "nests elements more than 500 deep"),
    "self.ofd": (
        lambda: page(f"<ofd:OFD {OFD}><ofd:DocRoot>OFD.xml</ofd:DocRoot></ofd:OFD>"),
        "holds no text",
    ),
    "out.ofd": (
        lambda: page(f"<ofd:OFD {OFD}><ofd:DocRoot>../../../etc/passwd</ofd:DocRoot></ofd:OFD>"),
        "missing",
    ),
    "deep.html": (lambda: b"<div>" * DEEP, "nests its elements too deep"),
    "tags.html": (lambda: b"<p>x</p>" * 600_000, "has more than 1,000,000 tags"),
    "nul.html": (lambda: b"<p>a\0b</p>", "is a binary file"),
    "noise.html": (lambda: bytes.fromhex(NOISE), "is a binary file"),
    "laughs.html": (lambda: f"{DOCTYPE}<p>正文&e9;".encode(), TEXT),
    "long.html": (lambda: ("<p>" + "正文" * 4_000_000).encode(), TEXT),
    "open.html": (lambda: b"<meta charset=gbk><p>\xd5\xfd\xce\xc4" + b"<script>" * 20_000, TEXT),
    "wide.html": (lambda: ("<p>正文</p>" + "<a href=x>链</a>" * 19_000).encode(), TEXT),
    "deep.mht": (lambda: b"Content-Type: text/html\n\n" + b"<p>" * 10 + "正文".encode(), TEXT),
    # tables
    "merged.xls": (
        lambda: (
            "<table><tr><td>正文" + "<td rowspan=65000>x" * 9_000 + f"<tr><td>{TEXT}<td>x" * 100_000
        ).encode(),
        "merges more than 10,000,000 cells",
    ),
    "nested.xls": (
        lambda: ("<table><tr><td>" * 500 + f"<table><tr><td>正文<tr><td>{TEXT}</table>").encode(),
        TEXT,
    ),
    "cells.xls": (
        lambda: (
            "<table><tr><td>正文" + f"<tr><td>{TEXT}" + "<tr>" + "<td>" * 16_000 + "<tr><td>" * 200_000
        ).encode(),
        TEXT,
    ),
    "rows2.xls": (lambda: sheet_xml("<Row/>" * 900_000 + ONE_ROW), TEXT),
    "deep.xls": (lambda: sheet_xml("<Row><Cell><Data>" + "<B>" * 600), "nests elements more than 500 deep"),
    "laughs.xls": (
        lambda: sheet_xml("").replace(b"<W", b"<!DOCTYPE a [<!ENTITY e 'x'>]><W", 1),
        "declares a document type",
    ),
    "again2.xls": (
        lambda: sheet_xml("<Row><Cell ss:MergeAcross='99999'/><Cell><Data>x</Data></Cell></Row>"),
        "has more than 16,384 columns",
    ),
    "corner.xls": (lambda: workbooks.xls({"表": [["正文"], [TEXT]]}, far97(65_535)), "the text is empty"),
    "loop.xls": (
        lambda: workbooks.xls({"表": [["正文"], [TEXT]]}, workbooks.record(0x809, bytes(16)) * 500_000),
        TEXT,
    ),
    "rows.xls": (
        lambda: workbooks.xls({"表": [["正文"], [TEXT]]}, (far97(3, "") + far97(2, "")) * 600_000),
        "has more than 1,048,576 rows",
    ),
    "again.xls": (
        lambda: workbooks.xls({"表": [["正文"], [TEXT]]}, far97(2) * 1_000_000),
        "the text is empty",
    ),
    "repeated.xls": (
        lambda: workbooks.xls(
            {"表": [["正文"], ["字" * 30_000]]},
            b"".join(workbooks.record(0xFD, struct.pack("<HHHI", n, 0, 0, 1)) for n in range(2, 60_000)),
        ),
        "repeats its long texts to more than",
    ),
    "strings.xls": (
        lambda: workbooks.xls(
            {"表": [["正文"], [TEXT]]},
            before=workbooks.record(0xFC, bytes(8)) + workbooks.record(0x3C, bytes(8_190)) * 4_000,
        ),
        "has more than 10,000,000 different texts",
    ),
    "phonetic.xls": (
        lambda: workbooks.xls(
            {"表": [["正文"]]}, before=workbooks.record(0xFC, bytes(8) + b"\0\0\4\xff\xff\xff\xff" * 1000)
        ),
        "is empty; nothing to read",
    ),
    "overlap.xls": (overlapping, "is damaged: its sheets overlap; open and save it again"),
    "sheets.xls": (
        lambda: workbooks.xls(
            {"表": [["正文"], [TEXT]]},
            before=b"".join(
                workbooks.record(0x85, struct.pack("<IBB", n, 0, 0) + b"\0\0") for n in range(20_000)
            ),
        ),
        "is damaged: its records are broken",
    ),
    "corner.xlsb": (lambda: far12(1_048_575, 16_383), "the text is empty"),
    "rows.xlsb": (lambda: far12(2**31, 0), "has more than 1,048,576 rows"),
    "columns.xlsb": (lambda: far12(1, 2**31), "has more than 16,384 columns"),
    "record.xlsb": (
        lambda: workbooks.xlsb({"表": [["正文"], [TEXT]]}, {"xl/styles.bin": b"\1\xff\xff\xff\x7f"}),
        "is damaged: its records are broken",
    ),
    "empty.xlsb": (
        lambda: workbooks.xlsb({"表": [["正文"], [TEXT]]}, {"xl/styles.bin": b"\2\0" * 2_000_000}),
        TEXT,
    ),
    "corner.ods": (
        lambda: workbooks.raw_ods(
            sheet(
                f"{line('正文')}{line(TEXT)}<table:table-row table:number-rows-repeated='1048573'/>"
                "<table:table-row><table:table-cell table:number-columns-repeated='16383'/><table:table-cell>"
                "<text:p>x</text:p></table:table-cell></table:table-row>"
            )
        ),
        "the text is empty",
    ),
    "copies.ods": (
        lambda: workbooks.raw_ods(
            sheet(
                f"{line('正文')}<table:table-row table:number-rows-repeated='999999'><table:table-cell "
                "table:number-columns-repeated='16384'><text:p>x</text:p></table:table-cell></table:table-row>"
            )
        ),
        "give more than",
    ),
    "rows.ods": (
        lambda: workbooks.raw_ods(
            sheet(line("正文") + line(TEXT).replace("row>", "row table:number-rows-repeated='999999'>", 1))
        ),
        "give more than",
    ),
    "tables.ods": (
        lambda: workbooks.raw_ods(sheet(line("正文") + line(TEXT)) + loose("<table:table/>" * 1_000_000)),
        TEXT,
    ),
    "repeated.xlsx": (
        lambda: workbook(NAMED + row(shared(1)) * 3000, string("字" * 3_300_000)),
        "repeats its long texts to more than 12,000,000 bytes",
    ),
    "shared.xlsx": (
        lambda: workbook(NAMED + row(shared(1)) * 3000, string("a" * 1_500_000)),
        "give more than",
    ),
    "shared.parquet": (lambda: parquet("a" * 1_500_000, 3000), "give more than"),
    "rows.parquet": (lambda: parquet("a", 2_000_000), "give more than"),
    "members.zip": (
        lambda: zipped({f"{n}.txt": "a" * 9_000_000 for n in range(5)}),
        "give more than",
    ),
    "table.zip": (
        lambda: zipped({"a.csv": "text\n" + f"{'a' * 9000}\n" * 1000, "b.csv": "text\n" + "b\n" * 20_000}),
        "give more than",
    ),
    "wide.xlsx": (
        lambda: workbook(NAMED + row(shared(1) * 16_000), string("字" * 1_000_000)),
        "repeats its long texts to more than 12,000,000 bytes",
    ),
    "far.xlsx": (
        lambda: workbook(NAMED + row(shared(0), shared(0, "XFD")) * 100_000),
        "lacks more than 10,000,000 cells",
    ),
    "empty.xlsx": (lambda: workbook(FIRST + row("<c r='XFD1' s='1'/>") * 100_000), TEXT),
    "named.xlsx": (
        lambda: workbook(row(shared(0) * 16_384) + row(shared(0)) * 100_000),
        "lacks more than 10,000,000 cells",
    ),
    "cells.xlsx": (lambda: workbook(FIRST + row("<c/>" * 16_000) * 200), TEXT),
    "again.xlsx": (lambda: workbook(FIRST + row("<c r='A1'/>" * 1_000_000)), "has more than 16,384 columns"),
    "strings.xlsx": (
        lambda: workbook(FIRST, "<si/>" * 10_100_000),
        "has more than 10,000,000 different texts",
    ),
    "merged.xlsx": (
        lambda: workbook(
            FIRST
            + "</sheetData><mergeCells>"
            + "<mergeCell ref='A1:XFD1048576'/>" * 1_000_000
            + "</mergeCells><sheetData>"
        ),
        TEXT,
    ),
    "digits.xlsx": (lambda: workbook(NAMED + row(f"<c><v>{'9' * 9_000_000}</v></c>")), "the text is empty"),
    "formats.xlsx": (
        lambda: workbook(FIRST, styles="<numFmt numFmtId='1' formatCode='" + "[" * 9_000_000 + "'/>"),
        TEXT,
    ),
    "commas.csv": (lambda: b"," * 5_000_000, "the row has more than 16,384 cells"),
    "commas2.csv": (lambda: b"text\n" + b"," * 5_000_000, "the row has more than 16,384 cells"),
    "columns.csv": (
        lambda: b"text" + b",a" * 2_000_000 + b"\n" + TEXT.encode(),
        "the row has more than 16,384 cells",
    ),
    "quote.csv": (lambda: b'text\n"' + b"\n" * 1_500_000, "a quotation mark is not closed"),
    "quotes.csv": (lambda: b"text\n" + b'"' * 5_000_001 + TEXT.encode(), "a quotation mark is not closed"),
    "quotes.tsv": (lambda: b"text\ta\n" + b'"a\t' * 2_000_000, "the row has more than 16,384 cells"),
    "cr.csv": (lambda: b"text\n" + TEXT.encode() + b"\r" * 2_100_000, "has more than 2,000,000 empty rows"),
    "deep.jsonl": (lambda: b'{"text": ' + b"[" * 5_000_000, "holds more than 2,000,000 values"),
    "deep2.jsonl": (
        lambda: b'{"text": "a", "b": ' + b"[" * 900 + b"]" * 900 + b"}",
        "'b' is nested deeper than 32 levels",
    ),
    "lists.jsonl": (
        lambda: b'{"text": "' + TEXT.encode() + b'", "a": [' + b"[]," * 5_100_000 + b"[]]}",
        "holds more than 2,000,000 values",
    ),
    "number.jsonl": (lambda: b'{"text": "' + TEXT.encode() + b'", "n": ' + b"9" * 5_000_000 + b"}", TEXT),
    "keys.jsonl": (
        lambda: ('{"text": "' + TEXT + '"' + "".join(f',"{n}":1' for n in range(1_000_000)) + "}").encode(),
        "has 1,000,001 columns, at most 16,384",
    ),
    "float.json": (lambda: b'[{"text": "' + TEXT.encode() + b'", "n": 1e' + b"9" * 5_000_000 + b"}]", TEXT),
    "lists.json": (
        lambda: b"[" + b"[]," * 5_100_000 + b"[]]",
        "holds more than 5,000,000 lists and objects",
    ),
    "deep.json": (lambda: b"[" * 5_000_000, "nested too deeply"),
    # documents
    "numbering.docx": (lambda: numbered("%1" * 500_000, 20_000), TEXT),
    "styles.docx": (
        lambda: samples.docx(
            "<w:p><w:pPr><w:pStyle w:val='s49'/></w:pPr></w:p>" * 150_000 + paragraph(TEXT),
            {
                "styles": "".join(
                    f"<w:style w:styleId='s{n}'><w:basedOn w:val='s{n - 1}'/><w:numId w:val='{n}'/></w:style>"
                    for n in range(50)
                )
            },
        ),
        TEXT,
    ),
    "paragraphs.docx": (
        lambda: word(body(paragraph(TEXT) + "<w:p/>" * 3_200_000)),
        "more than 3,000,000 elements",
    ),
    "elements.docx": (
        lambda: word(body(paragraph(TEXT) + "<a/>" * 3_200_000)),
        "more than 3,000,000 elements",
    ),
    "fields.docx": (
        lambda: word(body(paragraph(TEXT) + f"<w:p>{OPEN * 100_000}{RUN * 100_000}</w:p>")),
        TEXT,
    ),
    "tables.docx": (
        lambda: word(
            body("<w:tbl><w:tr><w:tc>" * 160 + paragraph(TEXT) * 100_000 + "</w:tc></w:tr></w:tbl>" * 160)
        ),
        TEXT,
    ),
    "boxes.docx": (
        lambda: word(
            body("<w:p><w:txbxContent>" * 240 + paragraph(TEXT) * 200_000 + "</w:txbxContent></w:p>" * 240)
        ),
        TEXT,
    ),
    "runson.docx": (lambda: word(body(paragraph(TEXT) + DELETED * 200_000)), TEXT),
    "span.docx": (
        lambda: word(
            body(
                "<w:tbl><w:tr><w:tc><w:tcPr><w:gridSpan w:val='999999999'/><w:vMerge/></w:tcPr>"
                + paragraph(TEXT)
                + "</w:tc></w:tr></w:tbl>"
            )
        ),
        TEXT,
    ),
    "names.docx": (
        lambda: word(body(paragraph(TEXT) + "".join(f"<w:p a{n}=''/>" for n in range(100_000)))),
        "has more than 10,000 different names",
    ),
    "elementnames.docx": (
        lambda: word(body(paragraph(TEXT) + "".join(f"<a{n}/>" for n in range(100_000)))),
        "has more than 10,000 different names",
    ),
    "tag.docx": (
        lambda: word(body(paragraph(TEXT) + "<w:p " + " ".join(f"a{n}=''" for n in range(300_000)) + "/>")),
        "has more than 10,000 different names",
    ),
    "attributes.html": (
        lambda: ("<p>正文<b " + " ".join(f"a{n}" for n in range(130_000)) + ">").encode(),
        "has a tag of more than 1,000 attributes",
    ),
    "attributes2.html": (
        lambda: ("<p>正文" + ("<b " + " ".join(f"a{n}" for n in range(1000)) + ">") * 1000).encode(),
        TEXT,
    ),
    "values.html": (
        lambda: ("<p>正文" + "<b a='x' b='x' c='x' d='x'></b>" * 900_000).encode(),
        "has more than 1,000,000 tags",
    ),
    "spans.html": (lambda: ("<table><tr><td colspan=999999999 rowspan=999999999>正文" * 100).encode(), TEXT),
    "spans2.html": (
        lambda: ("<table>" + "<tr><td rowspan=65534 colspan=1000>正文" * 2000).encode(),
        TEXT,
    ),
    "hidden.html": (lambda: ("<p>正文" + "<b hidden></b>" + "<b hidden></b>字" * 300_000).encode(), TEXT),
    "nested.html": (lambda: ("<ul><li>" * 600 + "<p>正文" * 100_000).encode(), TEXT),
    "nested2.html": (lambda: ("<table><tr><td>" * 500 + "<p>正文</p>" * 100_000).encode(), TEXT),
    "anchors.html": (lambda: ("<a href='#'><div>" * 600 + "<p>正文</p>" * 50_000).encode(), TEXT),
    "open2.html": (lambda: b"<meta charset=gbk><p>\xd5\xfd\xce\xc4" + b"<" * 900_000, TEXT),
    "open3.html": (lambda: "<p>正文：医疗保障基金使用监督管理条例".encode("gbk") + b"<" * 900_000, TEXT),
    "open4.html": (
        lambda: "<p>正文：医疗保障基金使用监督管理条例".encode("gbk") + b"<script>" * 110_000,
        TEXT,
    ),
    "entities.html": (lambda: b"<p>" + TEXT.encode() + b"&#20013;" * 1_000_000, TEXT),
    "comment.html": (lambda: b"<p>" + TEXT.encode() + b"<!--" * 900_000, TEXT),
    "space.html": (lambda: ("<p>正文" + " \n" * 3_000_000 + "文").encode(), TEXT),
    "parts.mht": (
        lambda: (
            b"Content-Type: multipart/related; boundary=a\n\n"
            + b"--a\n\n" * 1_000_000
            + b"--a\nContent-Type: text/html\n\n<p>"
            + TEXT.encode()
        ),
        "has more than 100,000 parts",
    ),
    "headers.mht": (
        lambda: (
            b"Content-Type: multipart/related; boundary=a\n"
            + b"a: b\n" * 1_000_000
            + b"\n--a\nContent-Type: text/html\n\n<p>"
            + TEXT.encode()
        ),
        TEXT,
    ),
    "deltas.ofd": (lambda: samples.ofd([one_code("", f"DeltaX='{'1 ' * 4_900_000}'")]), TEXT),
    "boundary.ofd": (lambda: samples.ofd([one_code("1 " * 4_900_000, "")]), TEXT),
    "steps.ofd": (
        lambda: samples.ofd(
            [
                samples.text_object(TEXT, 20, 20)
                + "".join(samples.text_object("医", 20 + 20 * n, 40) for n in range(90_000))
            ]
        ),
        TEXT,
    ),
    "paragraph.ofd": (
        lambda: samples.ofd(
            [
                samples.text_object(TEXT + "医" * 40, 20, 20)
                + "".join(samples.text_object("医" * 42, 20, 30 + 10 * n) for n in range(60_000))
            ]
        ),
        TEXT,
    ),
    # pages
    "scattered.pdf": (
        lambda: small_pdf("".join(f"1 0 0 1 {20 * n} 700 Tm (a) Tj " for n in range(100_000))),
        "page 1 has more than 30,000 pieces of text",
    ),
    "scattered2.pdf": (
        lambda: small_pdf(
            "".join(f"1 0 0 1 {20 * (7919 * n % 50_000)} 700 Tm (ab) Tj " for n in range(50_000))
        ),
        "page 1 has more than 30,000 pieces of text",
    ),
    "columns.pdf": (
        lambda: small_pdf(
            "".join(f"1 0 0 1 {40 * (n % 300)} {-12 * (n // 300)} Tm (ab) Tj " for n in range(60_000))
        ),
        "page 1 has more than 30,000 pieces of text",
    ),
    "between.pdf": (
        lambda: small_pdf(
            "".join(
                f"1 0 0 1 {11 * n % 1_100_000 + 4 * (n // 100_000)} 700 Tm (.) Tj " for n in range(200_000)
            )
        ),
        "page 1 has more than 30,000 pieces of text",
    ),
    "pages.tif": (lambda: tiff(501), "has more than 500 pages"),
    # zip
    "quoted.zip": (lambda: quoted(20), "has members that share their data"),
    "quoted.docx": (lambda: quoted(20), "has members that share their data"),
    # mails
    "deep.eml": (
        lambda: (
            b"From: a\n"
            + b"".join(
                b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5000)
            )
        ),
        "nests its parts too deep to be a real message",
    ),
    "parts.eml": (
        lambda: b"From: a\nContent-Type: multipart/mixed; boundary=a\n\n" + b"--a\n\n" * 1_000_000,
        "has more than 100,000 parts",
    ),
    "texts.eml": (
        lambda: (
            b"From: a\nContent-Type: multipart/mixed; boundary=a\n\n" + f"--a\n\n{TEXT}\n".encode() * 90_000
        ),
        TEXT,
    ),
    "pages.eml": (
        lambda: (
            b"From: a\nContent-Type: multipart/alternative; boundary=a\n\n"
            + f"--a\nContent-Type: text/html\n\n<p>{TEXT}\n".encode() * 20_000
        ),
        TEXT,
    ),
    "header.eml": (lambda: b"From: a\n" + b"a: b\n" * 2_500_000 + b"\n" + TEXT.encode(), "has a header of"),
    "headers.eml": (lambda: b"From: a\n" + b"a: b\n" * 1_900_000 + b"\n" + TEXT.encode(), TEXT),
    "folded.eml": (lambda: b"Subject: " + TEXT.encode() + b"\n b" * 3_000_000 + b"\n\nb", TEXT),
    "words.eml": (
        lambda: b"Subject: " + b"=?gbk?B?1f3OxA==?= " * 400_000 + b"\n\n" + TEXT.encode(),
        TEXT,
    ),
    "comments.eml": (
        lambda: b"From: " + b"(" * 90_000 + b"\nDate: " + b"(" * 90_000 + b"\n\n" + TEXT.encode(),
        TEXT,
    ),
    "parameters.eml": (
        lambda: b"From: a\nContent-Type: text/plain" + b';a*1*="x' * 900_000 + b"\n\n" + TEXT.encode(),
        TEXT,
    ),
    "quoted.eml": (
        lambda: (
            b"From: a\nContent-Transfer-Encoding: quoted-printable\n\n" + TEXT.encode() + b"=\n" * 20_000_000
        ),
        TEXT,
    ),
    "charset.eml": (
        lambda: (
            b"From: a\nContent-Type: text/plain; charset=punycode\n\n" + TEXT.encode() + b"a-" * 2_000_000
        ),
        TEXT,
    ),
    "files.msg": (lambda: msg({"1000": TEXT}, [{"3707": ".a", "3701": b"x"}] * 400), TEXT),
    "looping.msg": (
        lambda: looped(msg({"1000": TEXT}, [{"3707": "a.txt", "3701": b"x" * 5000}])),
        "its sectors or its directory are broken",
    ),
    "rtf.msg": (
        lambda: msg({"1009": struct.pack("<IIII", 0, 99_000_000, 0x75465A4C, 0) + b"\xff" + b"\0\xff" * 8}),
        "message.rtf",
    ),
    # tar, and what is packed
    "entries.tar": (lambda: tarfile.TarInfo(".a").tobuf() * 100_001, "holds more than 100,000 files"),
    "bomb.tar.xz": (
        lambda: tarred({"a.mp4": bytes(90_000_000)}, "xz"),
        "unpacks to more than 250 times its size",
    ),
    "headers.tar": (
        lambda: pax(b"13 path=.a.b\n" * 80_000) * 90 + tarred({"a.txt": TEXT}),
        "has a header of more than",
    ),
    "records.tar": (
        lambda: (pax(b"13 path=.a.b\n" * 80_000) + tarred({"a.mp4": ""})[:512]) * 9 + tarred({"a.txt": TEXT}),
        TEXT,
    ),
    "digits.tar": (lambda: pax(b"1" * 1_000_000) + tarred({"a.txt": TEXT}), TEXT),
    "files.7z": (
        lambda: samples.seven_zip(b"", b"\x01\x05\xff" + struct.pack("<Q", 2**60)),
        "holds more than 100,000 files",
    ),
    "list.7z": (
        lambda: samples.seven_zipped({f"{n:0900}.txt": "a" for n in range(30_000)}, packed_list=True),
        "unpacks to more than 32,000,000 bytes",
    ),
    "members.7z": (
        lambda: samples.seven_zipped({f".{n}": "a" for n in range(99_000)} | {"a.txt": TEXT}),
        TEXT,
    ),
    "streams.gz": (lambda: gzip.compress(b"") * 4_000_000, "holds more than 100,000 streams"),
    "memory.xz": (
        lambda: lzma.compress(TEXT.encode(), filters=[{"id": lzma.FILTER_LZMA2, "dict_size": 3 << 29}]),
        "is damaged; fetch",
    ),
    "bomb.bz2": (lambda: bz2.compress(bytes(90_000_000)), "unpacks to more than 250 times its size"),
    # byte-order marks
    "marks.csv": (lambda: ("\ufeff" * 3 + "text\n正文之一").encode(), TEXT),
    "mark.csv": (lambda: b"\xff\xfe" + "text\n正文".encode(), "is marked as UTF-16 but is UTF-8"),
    "mark16.csv": (lambda: b"\xfe\xff" + "text\n正文".encode("utf-16-le"), "has no column"),
    "mark32.csv": (lambda: "text\n正文".encode("utf-32"), TEXT),
    "odd.csv": (lambda: "text\n正文".encode("utf-16")[:-1], "is not utf-16"),
    "mark.txt": (lambda: b"\xff\xfe" + "正文".encode(), "is marked as UTF-16 but is UTF-8"),
    "mark.jsonl": (lambda: b"\xef\xbb\xbf\xff\xfe" + '{"text": "正文"}'.encode(), "is not utf-8"),
    "mark.html": (lambda: b"\xff\xfe\xef\xbb\xbf" + "<p>正文".encode(), "is marked as UTF-16 but is UTF-8"),
}

SLOW = [
    *(
        "rows.parquet",
        "members.zip",
        "strings.xlsx",
        "named.xlsx",
        "far.xlsx",
        "wide.xlsx",
        "merged.xlsx",
        "cells.xlsx",
        "merged.xls",
        "cells.xls",
        "rows2.xls",
    ),
    *("again.xlsx", "formats.xlsx", "empty.xlsx", "styles.docx", "tables.docx"),
    *(
        "words.rtf",
        "braces.rtf",
        "quoted.rtf",
        "text.rtf",
        "picture.rtf",
        "fonts.rtf",
        "tables.rtf",
        "nested.rtf",
    ),
    *("paragraphs.rtf", "deleted.rtf", "items.odt", "styles.odt", "paragraphs.odt", "copies.ods", "rows.ods"),
    *("tables.ods", "empty.xlsb", "loop.xls", "rows.xls", "again.xls", "repeated.xls", "strings.xls"),
    *("cr.csv", "quote.csv", "lists.jsonl", "lists.json", "keys.jsonl", "paragraphs.docx", "elements.docx"),
    *("boxes.docx", "tag.docx", "names.docx", "elementnames.docx", "runson.docx", "fields.docx"),
    *("attributes2.html", "values.html", "hidden.html", "nested.html", "nested2.html", "anchors.html"),
    *("open3.html", "open4.html", "entities.html", "comment.html", "space.html", "headers.mht"),
    *(
        "entries.tar",
        "headers.tar",
        "records.tar",
        "streams.gz",
        "list.7z",
        "members.7z",
        "bomb.tar.xz",
        "bomb.bz2",
        "words.eml",
    ),
    *("texts.eml", "pages.eml", "headers.eml", "folded.eml", "quoted.eml", "files.msg"),
    *("deltas.ofd", "boundary.ofd", "steps.ofd", "paragraph.ofd", "columns.pdf", "between.pdf"),
]
QUICK = [name for name in FILES if name not in SLOW]
