"""Files made to harm: each gives one clear error, or its text, in bounded time and memory."""

from __future__ import annotations

import gzip
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import read_documents
from tests.io import samples, workbooks
from tests.io.attacks import (
    FILES,
    NAMED,
    ONE_ROW,
    QUICK,
    SLOW,
    TEXT,
    row,
    shared,
    sheet_xml,
    small_pdf,
    string,
    workbook,
)  # fmt: skip
from tests.io.documents import test_odt, test_rtf
from tests.io.messages import Attached, eml, msg, msg_streams
from tests.io.package.test_compressed_rtf import PACKED

# Each file in a process of its own, forked when all that reading needs is imported.
READ = """
import json, os, resource, sys
import bz2, email.utils, lxml.html, lzma, numpy, olefile, PIL.Image, pypdfium2, trafilatura
from nhsa_nlp.io import read_documents
resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
base = int(open('/proc/self/statm').read().split()[0]) * os.sysconf('SC_PAGE_SIZE')
for path in sys.argv[1:]:
    process = os.fork()
    if process:
        _, status = os.waitpid(process, 0)
        if status:
            print(json.dumps([path, f'ended with {status}', []]), flush=True)
        continue
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (base + BYTES, base + BYTES))
    errors, text = [], ''
    for document in read_documents([path], on_error=lambda error: errors.append(str(error))):
        text = text or document.text[:60]
    print(json.dumps([path, text, errors[:9]]), flush=True)
    os._exit(0)
"""
SECONDS, BYTES = 30, 600_000_000


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only Linux limits a process's memory")
@pytest.mark.parametrize("names", [QUICK, pytest.param(SLOW, marks=pytest.mark.slow)], ids=["quick", "slow"])
def test_every_hostile_file_costs_little_and_gives_one_line_or_its_text(
    tmp_path: Path, names: list[str]
) -> None:
    for name in names:
        (tmp_path / name).write_bytes(FILES[name][0]())
    # The limit is of the reading, not of the recording of its coverage, which takes three times as long.
    unrecorded = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    code = READ.replace("SECONDS", str(SECONDS)).replace("BYTES", str(BYTES))
    command = [sys.executable, "-c", code, *(str(tmp_path / name) for name in names)]
    done = subprocess.run(command, env=unrecorded, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "root:" not in done.stdout
    said = {
        Path(path).name: (text, errors) for path, text, errors in map(json.loads, done.stdout.splitlines())
    }
    for name in names:
        text, errors = said[name]
        expected = FILES[name][1]
        if expected == TEXT:
            assert (TEXT in text, errors) == (True, []), name
        else:
            (error,) = errors
            assert expected in error, name
            assert "\n" not in error


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


MEMBERS = {"a.txt": "医疗保障基金", "b.csv": "text\n医疗"}
PAGE = "<p>医疗保障基金</p><table><tr><td>甲</td><td>乙</td></tr></table>"
MAIL = eml("医疗保障基金", {"附件.txt": "甲".encode() * 50, "b.eml": eml("内文")}, page=PAGE)
MAIL_FILES: list[Attached] = [
    {"3707": "附件.txt", "3701": "甲".encode() * 50},
    ({"3707": "b"}, msg_streams({"0037": "内", "1000": "内文"}, head=24)),
]
MAILS_AND_ARCHIVES = [
    (".eml", MAIL),
    (".msg", msg({"0037": "题", "1000": "医疗保障基金", "1013": PAGE, "1009": PACKED}, MAIL_FILES)),
    (".tar", samples.tarred(MEMBERS)[:4096]),
    (".tar.gz", samples.tarred(MEMBERS, "gz")),
    (".tar.bz2", samples.tarred(MEMBERS, "bz2")),
    (".tar.xz", samples.tarred(MEMBERS, "xz")),
    (".7z", samples.seven_zipped(MEMBERS, packed_list=True)),
    (".7z", samples.seven_zipped(MEMBERS)),
    (".txt.gz", gzip.compress("医疗保障基金".encode())),
]


@pytest.mark.parametrize("count", [100, pytest.param(1_000, marks=pytest.mark.slow)])
@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        (".docx", samples.docx(samples.paragraphs(["医疗保障基金", "第二段"]))),
        (".doc", samples.doc("医疗保障基金\r第二段\r")),
        (
            ".rtf",
            (test_rtf.HEAD + test_rtf.quoted("医疗保障基金") + r"\par{\b x}\intbl y\cell\row}").encode(),
        ),
        (
            ".odt",
            test_odt.odt(test_odt.p("医疗保障基金") + test_odt.table(test_odt.cell(test_odt.p("第二段")))),
        ),
        (
            ".xls",
            workbooks.xls(
                {"表": [["正文", "数"], ["医疗保障基金", 3.5], ["第二段", True]], "又": [["内容"]]}
            ),
        ),
        (".xls", b"<table><tr><td>text<td>n<tr><td colspan=2>reply<tr><td>two<br>lines<td rowspan=2>1"),
        (".xls", sheet_xml(ONE_ROW)),
        (".xlsb", workbooks.xlsb({"表": [["正文", "数"], ["医疗保障基金", 3.5], ["第二段", True]]})),
        (".ods", workbooks.ods({"表": [["正文", "数"], ["医疗保障基金", 3.5], ["第二段", True]]})),
        (".ofd", samples.printed("医疗保障基金\n第二段")),
        (".xlsx", workbook(NAMED + row(shared(1)) * 3, string("医疗保障基金"))),
        (".pdf", small_pdf("80 700 Td (Reply No. 2020 of the office) Tj")),
        (".zip", samples.zipped({"a.txt": "医疗保障基金", "b.csv": "text\n医疗"})),
        *MAILS_AND_ARCHIVES,
        (".jsonl", '{"text": "医疗保障基金", "n": [1, {"a": null}]}\n'.encode() * 3),
        (".csv", 'text,n\n"医疗，\n保障",1\n基金,2\n'.encode()),
    ],
)
def test_a_file_with_any_damage_gives_its_text_or_one_error(
    tmp_path: Path, suffix: str, data: bytes, count: int
) -> None:
    chance = random.Random(7 * count)  # noqa: S311
    path = tmp_path / f"a{suffix}"
    for _ in range(count):
        changed = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            changed[chance.randrange(len(changed))] = chance.randrange(256)
        path.write_bytes(bytes(changed[: chance.choice([len(data), chance.randrange(len(data))])]))
        try:
            list(read_documents([path]))
        except InputError as error:
            assert "\n" not in str(error)  # noqa: PT017


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The file with bytes changed, taken out, put in again elsewhere, numbers made extreme, or cut off."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 8)):
        at, kind = chance.randrange(len(changed)), chance.randrange(4)
        if kind == 0:
            changed[at] = chance.randrange(256)
        elif kind == 1:
            del changed[at + 1 : at + chance.choice((2, 4, 64, 512))]
        elif kind == 2:
            changed[at:at] = changed[chance.randrange(len(changed)) :][: chance.choice((1, 16, 512))]
        else:
            changed[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", bytes(4), b"\xff\xff\xff\x7f"))
    return bytes(changed[: chance.choice([len(changed)] * 3 + [chance.randrange(len(changed))])])


@pytest.mark.slow
@pytest.mark.parametrize(("suffix", "data"), MAILS_AND_ARCHIVES)
def test_a_thousand_mutated_files_give_documents_or_errors(tmp_path: Path, suffix: str, data: bytes) -> None:
    chance = random.Random(suffix)  # noqa: S311
    path = tmp_path / f"a{suffix}"
    for _ in range(1000):
        path.write_bytes(mutated(data, chance))
        errors: list[InputError] = []
        began = time.process_time()
        list(read_documents([path], on_error=errors.append))
        assert time.process_time() - began < 5
        assert all("\n" not in str(error) for error in errors)
