from __future__ import annotations

import gzip
import io
import os
import subprocess
import sys
from collections.abc import Mapping
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import ReadOptions, read_documents, readers
from nhsa_nlp.io.containers import unpacking
from tests.io.attacks import NAMED, row, shared, string, workbook


def write(path: Path, text: str = "医保目录") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def give(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), encoding="utf-8"))


def test_ids_are_unique_whatever_the_files_are_called(tmp_path: Path) -> None:
    files = [write(tmp_path / name) for name in ("x/a.txt", "y/a.txt", "y/a-2.txt", "z/a.md", "z/a-2.md")]
    ids = [document.id for document in read_documents(files)]
    assert ids == ["a", "a-2", "a-2-2", "a-3", "a-2-3"]


def test_every_document_has_its_source_and_encoding(tmp_path: Path) -> None:
    write(tmp_path / "in" / "2020" / "a.txt", "医保\r\n目录 ")
    (document,) = read_documents([tmp_path / "in"])
    assert (document.id, document.source) == ("2020/a", (tmp_path / "in/2020/a.txt").as_posix())
    assert document.text == "医保\r\n目录 "
    assert document.meta == {"encoding": "utf-8"}


def test_a_bad_file_is_reported_and_the_rest_read(tmp_path: Path) -> None:
    write(tmp_path / "a.txt")
    (tmp_path / "b.txt").write_bytes(b"\0\0")
    (tmp_path / "c.txt").symlink_to(tmp_path / "gone")
    write(tmp_path / "d.txt")
    errors: list[InputError] = []
    assert [document.id for document in read_documents([tmp_path], on_error=errors.append)] == ["a", "d"]
    assert [Path(str(error.path)).name for error in errors] == ["b.txt", "c.txt"]
    with pytest.raises(InputError, match="binary"):
        list(read_documents([tmp_path]))


def test_a_named_file_of_unknown_format_is_an_error_that_names_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot read \.pages; formats read:.* \.txt"):
        list(read_documents([write(tmp_path / "a.pages")]))
    (tmp_path / "program").write_bytes(b"\x7fELF\0")
    with pytest.raises(InputError, match="neither its name nor its beginning says what it is"):
        list(read_documents([tmp_path / "program"]))


def test_the_size_limit_holds_before_reading(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with path.open("wb") as stream:
        stream.truncate(50_000_000_000)  # sparse: reading it would exhaust the memory
    with pytest.raises(InputError, match=r"longer than 100,000,000 bytes"):
        list(read_documents([path]))
    write(path, "医" * 10)
    assert len(list(read_documents([path], ReadOptions(max_bytes=30)))) == 1
    with pytest.raises(InputError, match="longer than 29 bytes"):
        list(read_documents([path], ReadOptions(max_bytes=29)))


def test_standard_input_is_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    give(monkeypatch, "医保目录\n".encode("gb18030"))
    (document,) = read_documents(["-"])
    assert (document.id, document.source, document.text) == ("stdin", "-", "医保目录\n")
    give(monkeypatch, "医保".encode())
    with pytest.raises(InputError, match="-: is longer than 5 bytes"):
        list(read_documents(["-"], ReadOptions(max_bytes=5)))
    give(monkeypatch, b"")
    with pytest.raises(InputError, match="-: is empty"):
        list(read_documents(["-"]))


@pytest.mark.parametrize("kind", ["mail", "workbook", "packed"])
def test_standard_input_is_read_as_what_its_first_bytes_say(
    monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    text = "建议扩大门诊统筹。"
    mail = f"From: a@b.cn\nTo: c@d.cn\nSubject: x\nMIME-Version: 1.0\n\n{text}\n".encode()
    book = openpyxl.Workbook()
    for cell in ("text", text):
        book.active.append([cell])
    book.save(sheet := io.BytesIO())
    data, source = {
        "mail": (mail, "-"),
        "workbook": (sheet.getvalue(), "-#row=2"),
        "packed": (gzip.compress(text.encode()), "-!/-"),
    }[kind]
    give(monkeypatch, data)
    (document,) = read_documents(["-"])
    assert (document.source, document.text.strip().splitlines()[-1]) == (source, text)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_named_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(InputError, match="not a regular file; use - "):
        list(read_documents([tmp_path / "a.txt"]))


def test_a_small_register_may_repeat_a_text_in_every_row(tmp_path: Path) -> None:
    rows = "".join(f"<row>{shared(1)}<c><v>{number}</v></c></row>" for number in range(3000))
    (tmp_path / "a.xlsx").write_bytes(workbook(NAMED + rows, string("医保基金监管" * 200)))
    assert len(list(read_documents([tmp_path / "a.xlsx"]))) == 3000


def test_what_comes_before_too_much_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(workbook(NAMED + row(shared(1)) * 3000, string("a" * 1_500_000)))
    errors: list[InputError] = []
    assert len(list(read_documents([tmp_path / "a.xlsx"], on_error=errors.append))) == 6
    (error,) = errors
    assert str(error).startswith(f"{tmp_path}/a.xlsx: is read only up to here: ")


@pytest.mark.parametrize(
    ("table", "protocol"),
    [
        (readers._DOCUMENT_READERS, readers.Reader),
        (readers._AS_TABLES, readers.TableReader),
        (unpacking._LISTERS, unpacking.Lister),
    ],
)
def test_every_format_has_the_function_that_its_table_names(table: Mapping[str, Any], protocol: Any) -> None:
    _, *expected = signature(protocol.__call__).parameters.values()
    for function in table.values():
        actual = getattr(import_module(function.__module__), function.__name__)
        assert list(signature(actual).parameters.values()) == expected, function.__module__


def test_a_text_needs_the_module_of_no_other_format(tmp_path: Path) -> None:
    code = f"""
import sys, nhsa_nlp.batch.worker
from nhsa_nlp.io import read_documents
(document,) = read_documents([{str(write(tmp_path / "a.txt"))!r}])
kinds = ("nhsa_nlp.io.documents.", "nhsa_nlp.io.tables.", "nhsa_nlp.io.containers.", "nhsa_nlp.io.writers")
print(*sorted(name.removeprefix("nhsa_nlp.io.") for name in sys.modules if name.startswith(kinds)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [
        *("containers.member", "containers.unpacking"),
        *("documents.plain_text", "documents.unsupported"),
    ]
