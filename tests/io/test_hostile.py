"""Files made to harm: each gives one clear error, or its text, in bounded time and memory."""

from __future__ import annotations

import json
import os
import random
import struct
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import read_documents
from tests.io import samples
from tests.io.samples import OFD, WORD, zipped

LAUGHS = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
DOCTYPE = f'<!DOCTYPE x [<!ENTITY e0 "哈">{LAUGHS}<!ENTITY f SYSTEM "file:///etc/passwd">]>'
DEEP = 100_000


def word(xml: str | bytes) -> bytes:
    return zipped({"word/document.xml": xml})


def page(xml: str) -> bytes:
    return zipped({"OFD.xml": xml})


def lying(data: bytes, real: int, said: int) -> bytes:
    return data.replace(struct.pack("<I", real), struct.pack("<I", said))


def paragraph(text: str) -> str:
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def body(content: str, prologue: str = "") -> str:
    return f'{prologue}<w:document xmlns:w="{WORD}"><w:body>{content}</w:body></w:document>'


NOISE = random.Random(0).randbytes(1_500_000).hex()  # noqa: S311
TEXT = "正文"
STAIRS = (
    '<ofd:TextObject Boundary="0 0 9 9" Size="1"><ofd:TextCode X="0" Y="0" DeltaX="1" DeltaY="1">{}'
    "</ofd:TextCode></ofd:TextObject>"
)

FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "bomb.docx": (lambda: word(b" " * 150_000_000), "unpacks to more than 100,000,000 bytes"),
    "tight.docx": (lambda: word(b" " * 50_000_000), "unpacks to more than 250 times its size"),
    "lying.docx": (lambda: lying(word(body("x" * 5000)), len(body("x" * 5000)), 100), "is damaged; fetch"),
    "deep.docx": (lambda: word(body("<w:sdt>" * DEEP)), "nests elements more than 500 deep"),
    "laughs.docx": (lambda: word(body(paragraph("&e9;"), DOCTYPE)), "declares a document type"),
    "outside.docx": (lambda: word(body(paragraph("&f;"), DOCTYPE)), "declares a document type"),
    "attribute.docx": (lambda: word(body(f'<w:p w:x="{NOISE}"/>{paragraph("正文")}')), TEXT),
    "long.docx": (lambda: word(body(paragraph(TEXT + NOISE))), TEXT),
    "nul.docx": (lambda: word(body(paragraph("a\0b"))), "is not well-formed XML"),
    "encoding.docx": (lambda: word(body("", '<?xml version="1.0" encoding="gb18030"?>')), "encoding"),
    "unknown.docx": (lambda: word(body("", '<?xml version="1.0" encoding="x-y"?>')), "encoding"),
    "utf16.docx": (lambda: word(body("", '<?xml version="1.0" encoding="utf-16"?>')), "XML"),
    "truncated.docx": (lambda: word(body(paragraph("字")))[:200], "is damaged or not a zip file"),
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
}

READ = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_CPU, (40, 40))
resource.setrlimit(resource.RLIMIT_AS, (1_500_000_000, 1_500_000_000))
from nhsa_nlp.io import read_documents
errors = []
texts = {d.source: d.text[:60] for d in read_documents(sys.argv[1:], on_error=errors.append)}
print(json.dumps([texts, [[e.path, str(e)] for e in errors]]))
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux limits a process's memory")
def test_every_hostile_file_costs_little_and_gives_one_line_or_its_text(tmp_path: Path) -> None:
    for name, (make, _) in FILES.items():
        (tmp_path / name).write_bytes(make())
    paths = [tmp_path / name for name in FILES]
    # The limit is of the reading, not of the recording of its coverage, which takes three times as long.
    unrecorded = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    command = [sys.executable, "-c", READ, *map(str, paths)]
    done = subprocess.run(command, env=unrecorded, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    texts, errors = json.loads(done.stdout)
    said = {Path(path).name: message for path, message in errors}
    read = {Path(source).name: text for source, text in texts.items()}
    assert len(said) == len(errors)
    assert not said.keys() & read.keys()
    for name, (_, expected) in FILES.items():
        if expected == TEXT:
            assert TEXT in read[name]
        else:
            assert expected in said[name]
            assert "\n" not in said[name]
    assert "root:" not in done.stdout


TAGS = [
    "<table>",
    "</table>",
    "<tr>",
    "<td>",
    "</td>",
    "<p>",
    "</div>",
    "<div>",
    "<a>",
    "<ul><li>",
    "<br>",
    "<svg>",
    "<template>",
    "</body>",
    "<frameset>",
    "<!--",
    "-->",
    "<![CDATA[",
    "&#0;",
    "&#55296;",
    "\x01",
    "\uffff",
    "<x:y a:b='c'>",
    "<textarea>",
    "<ruby>",
    "<p hidden>",
    "<1>",
    "<a-b>",
    "<form>",
]


def test_a_page_with_any_damage_gives_text_or_one_error(tmp_path: Path) -> None:
    chance = random.Random(7)  # noqa: S311
    path = tmp_path / "a.html"
    whole = samples.web_page("标题\n" + "医疗保障基金使用监督管理，追回188.4亿元。\n" * 8)
    for _ in range(250):
        page = whole
        for _ in range(chance.randint(1, 20)):
            at = chance.randrange(len(page))
            page = page[:at] + chance.choice(TAGS) + page[at + chance.choice((0, 0, 5, 40)) :]
        path.write_text(page, encoding="utf-8")
        try:
            (document,) = read_documents([path])
            assert document.text
        except InputError as error:
            assert "\n" not in str(error)  # noqa: PT017


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        (".docx", samples.docx(samples.paragraphs(["医疗保障基金", "第二段"]))),
        (".ofd", samples.printed("医疗保障基金\n第二段")),
    ],
)
def test_a_file_with_any_damage_gives_its_text_or_one_error(tmp_path: Path, suffix: str, data: bytes) -> None:
    chance = random.Random(7)  # noqa: S311
    path = tmp_path / f"a{suffix}"
    for _ in range(300):
        changed = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        path.write_bytes(bytes(changed[: chance.choice([len(data), chance.randrange(len(data))])]))
        try:
            list(read_documents([path]))
        except InputError as error:
            assert "\n" not in str(error)  # noqa: PT017
