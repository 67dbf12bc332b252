"""Files that LibreOffice writes: a letter is the same letter in every format it knows."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest

from nhsa_nlp.io import read_documents
from tests.io.test_same_letter import fields

OFFICE = shutil.which("soffice")

pytestmark = [
    pytest.mark.slow,
    # Where everything is checked, its absence is a failure.
    pytest.mark.skipif(
        OFFICE is None and "CI" not in os.environ,
        reason="needs LibreOffice: apt-get install libreoffice-writer-nogui libreoffice-calc-nogui",
    ),
]


def as_text(path: Path, text: str) -> None:
    document = docx.Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    document.save(str(path))


def as_table(path: Path, text: str) -> None:
    workbook = openpyxl.Workbook()
    for row in (["序号", "正文"], [1, text]):
        workbook.active.append(row)
    workbook.save(path)


@pytest.mark.parametrize(
    ("suffix", "kind", "write"),
    [
        *((suffix, ".docx", as_text) for suffix in (".doc", ".rtf", ".odt")),
        *((suffix, ".xlsx", as_table) for suffix in (".xls", ".ods")),
    ],
)
def test_the_four_letters(
    suffix: str,
    kind: str,
    write: Callable[[Path, str], None],
    letters: dict[str, str],
    nlp: Any,
    tmp_path: Path,
) -> None:
    for name, text in letters.items():
        write(tmp_path / f"{name}{kind}", text)
    profile = (
        f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"  # one for each, so that several can run
    )
    assert OFFICE is not None
    command = [OFFICE, profile, "--headless", "--convert-to", suffix[1:], "--outdir", str(tmp_path / "out")]
    files = [str(tmp_path / f"{name}{kind}") for name in letters]
    subprocess.run([*command, *files], check=True, capture_output=True)
    for name, text in letters.items():
        (document,) = read_documents([tmp_path / "out" / f"{name}{suffix}"])
        assert document.text.strip("\n") == text.strip("\n")
        assert fields(nlp(document.text)._.record) == fields(nlp(text)._.record)
