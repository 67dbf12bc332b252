"""Files made to harm: each gives one clear error, or its text, in bounded time and memory."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from pathlib import Path

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import read_documents
from tests.io import samples
from tests.io.attacks import FILES, NAMED, QUICK, SLOW, TEXT, row, shared, small_pdf, string, workbook

# Each file in a process of its own, forked when all that reading needs is imported.
READ = """
import json, os, resource, sys
import lxml.html, numpy, olefile, PIL.Image, pypdfium2, trafilatura
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


@pytest.mark.parametrize(
    ("suffix", "data"),
    [
        (".docx", samples.docx(samples.paragraphs(["医疗保障基金", "第二段"]))),
        (".doc", samples.doc("医疗保障基金\r第二段\r")),
        (".ofd", samples.printed("医疗保障基金\n第二段")),
        (".xlsx", workbook(NAMED + row(shared(1)) * 3, string("医疗保障基金"))),
        (".pdf", small_pdf("80 700 Td (Reply No. 2020 of the office) Tj")),
        (".zip", samples.zipped({"a.txt": "医疗保障基金", "b.csv": "text\n医疗"})),
        (".jsonl", '{"text": "医疗保障基金", "n": [1, {"a": null}]}\n'.encode() * 3),
        (".csv", 'text,n\n"医疗，\n保障",1\n基金,2\n'.encode()),
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
