"""Damaged files of each format through ``nhsa-nlp label``: what becomes of the run.

    python -m benchmarks.mutated_files [--count N] [--formats .doc ...] [--office] [--keep FOLDER]

The four letters of the examples are written in each format; with ``--office`` LibreOffice writes those that
it can. Of these files as many as asked for are damaged, always in the same way: bytes flipped, cut off, put
in again elsewhere, doubled, set to zero, numbers exchanged for extremes, the beginning more often than the
rest; of a package every other one within a part, so that the package itself is whole. They are labelled in
one run a format, with a limit of memory and of time.

Printed are, for each format: documents, failures by kind, seconds of the clock, the most memory of any
process. A file that is in neither list, a reason of more than one line, a process that died or was stopped
by a limit, a fault of a component, a traceback or another exit status than documented ends the script with
status 1. The limit of time is for a file; how long each takes is not measured. Nothing is said about files
made to harm by someone who knows the format: those are in ``tests/io/attacks.py``.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from tests.io import samples, workbooks
from tests.io import test_same_letter as letters
from tests.io.documents import paper
from tests.io.messages import eml, msg
from tests.paths import LETTERS

TIMEOUT = 60  # seconds
MEMORY, MEMORY_OF_OCR = 600, 2000  # MB a process
EXTREMES = (b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\x80", b"\xfe\xff", b"\xff" * 8)
HEAD = 1024

Maker = Callable[[str], bytes]


def as_pdf(text: str) -> bytes:
    """Print a letter."""
    lines = paper.wrap(text)
    pages = [lines[at : at + 24] for at in range(0, len(lines), 24)]
    return paper.pdf_of(*map(paper.draw_lines, pages), compress=len(text) % 2 == 0)


def as_page(text: str) -> bytes:
    """Show a letter on a web page."""
    return samples.web_page(text).encode("gb18030" if len(text) % 2 else "utf-8")


def as_archive(text: str) -> bytes:
    """Save that page with what belongs to it as one file."""
    page = samples.web_page(text).encode()
    head = "From: <Saved by Blink>\nMIME-Version: 1.0\nContent-Type: multipart/related; boundary=B\n\n"
    return f"{head}--B\nContent-Type: text/html; charset=utf-8\n\n".encode() + page + b"\n--B--\n"


def as_sheet(text: str) -> bytes:
    """Put a letter into a workbook of 2007 or later, beside another."""
    import openpyxl

    book, stream = openpyxl.Workbook(), io.BytesIO()
    for row in (["编号", "正文", "日期"], [1, text, 44_000.5], [2, text[:300], None]):
        book.active.append(row)
    book.save(stream)
    return stream.getvalue()


def as_document(text: str) -> bytes:
    """Write a letter as LibreOffice wants a .docx: with all its parts."""
    import docx

    document, stream = docx.Document(), io.BytesIO()
    for line in text.splitlines():
        document.add_paragraph(line)
    document.save(stream)
    return stream.getvalue()


def as_members(text: str) -> dict[str, str | bytes]:
    """Give a letter as the files of an archive."""
    return {"a.txt": text, "b/c.docx": letters.as_docx(text), "d.csv": f'text,n\n"{text[:200]}",1\n'}


def as_exported(text: str) -> bytes:
    """Put a letter into a register as systems export it: a table of a web page called .xls."""
    rows = "".join(f"<tr><td>{n}</td><td rowspan=1>{text}</td></tr>" for n in range(2))
    return f"<html><table border=1><tr><th>编号</th><th>正文</th></tr>{rows}</table></html>".encode()


MAKERS: dict[str, Maker] = {
    ".doc": letters.as_doc,
    ".wps": letters.as_doc,
    ".xls": letters.as_row(workbooks.xls),
    ".et": letters.as_row(workbooks.xls),
    ".xlsb": letters.as_row(workbooks.xlsb),
    ".ods": letters.as_row(workbooks.ods),
    ".rtf": letters.as_rtf,
    ".odt": letters.as_odt,
    ".eml": lambda text: eml(text, {"附件.docx": letters.as_docx(text)}, page=letters.as_paragraphs(text)),
    ".mht": as_archive,
    ".msg": lambda text: msg(
        {"0037": letters.title(text), "1000": text}, [{"3707": "附件.txt", "3701": text.encode()}]
    ),
    ".tar": lambda text: samples.tarred(as_members(text)),
    ".tar.gz": lambda text: samples.tarred(as_members(text), "gz"),
    ".7z": lambda text: samples.seven_zipped(as_members(text), packed_list=len(text) % 2 == 0),
    ".ofd": samples.printed,
    ".docx": letters.as_docx,
    ".xlsx": as_sheet,
    ".pdf": as_pdf,
    ".html": as_page,
    "exported.xls": as_exported,
}
OFFICE = {  # what LibreOffice makes, of which format and by which filter
    ".doc": (".docx", "doc"),
    ".wps": (".docx", "doc"),
    ".rtf": (".docx", "rtf"),
    ".odt": (".docx", "odt"),
    ".xls": (".xlsx", "xls"),
    ".et": (".xlsx", "xls"),
    ".ods": (".xlsx", "ods"),
}


def originals(form: str, office: bool, folder: Path) -> list[bytes]:
    """Return the letters in a format."""
    texts = [path.read_text("utf-8") for path in sorted(LETTERS.glob("*.txt"))]
    if not office or form not in OFFICE:
        return [MAKERS[form](text) for text in texts]
    source, target = OFFICE[form]
    for number, text in enumerate(texts):
        made = as_sheet(text) if source == ".xlsx" else as_document(text)
        (folder / f"{number}{source}").write_bytes(made)
    command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    files = [str(folder / f"{number}{source}") for number in range(len(texts))]
    command += ["--convert-to", target, "--outdir", str(folder / "out"), *files]
    subprocess.run(command, check=True, capture_output=True)
    return [(folder / "out" / f"{number}.{target}").read_bytes() for number in range(len(texts))]


def damaged(data: bytes, others: Sequence[bytes], chance: random.Random) -> bytes:
    """Return a file with one to three damages."""
    changed = bytearray(data)
    for _ in range(chance.randint(1, 3)):
        size = len(changed)
        at = chance.randrange(min(HEAD, size) if chance.random() < 0.4 else size)
        length = min(chance.choice((1, 4, 16, 64, 512)), max(size // 2, 1))
        match chance.choices(range(7), (6, 2, 2, 2, 2, 6, 1))[0]:
            case 0:
                changed[at] ^= 1 << chance.randrange(8)
            case 1:
                del changed[at : at + length]
            case 2:
                changed[at:at] = changed[at : at + length] * chance.choice((1, 1, 1, 40))
            case 3:
                other = chance.choice(others)
                begin = chance.randrange(len(other))
                changed[at : at + length] = other[begin : begin + length]
            case 4:
                changed[at : at + length] = bytes(length)
            case 5:
                extreme = chance.choice(EXTREMES)
                changed[at : at + len(extreme)] = extreme
            case _:
                del changed[max(at, 1) :]
        if not changed:
            return data[:1]
    return bytes(changed)


def damaged_within(data: bytes, chance: random.Random) -> bytes | None:
    """Return a package with damage in one of its parts; None for a file that is none."""
    if data.startswith(b"\x1f\x8b"):
        inner = gzip.decompress(data)
        return gzip.compress(damaged(inner, [inner], chance))
    if not data.startswith(b"PK"):
        return None
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as package,
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made,
    ):
        names = package.namelist()
        hit = chance.choice(names)
        for name in names:
            part = package.read(name)
            made.writestr(name, damaged(part, [part], chance) if name == hit and part else part)
    return stream.getvalue()


def mutants(whole: Sequence[bytes], count: int, chance: random.Random) -> Iterator[bytes]:
    """Yield damaged files."""
    for number in range(count):
        data = whole[number % len(whole)]
        within = damaged_within(data, chance) if number // len(whole) % 2 else None
        yield within if within is not None else damaged(data, whole, chance)


def lines_of(path: Path) -> list[dict[str, str]]:
    """Return the objects of a file of JSON lines; none if it is not there."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()] if path.exists() else []


def run(form: str, count: int, *, office: bool, folder: Path) -> list[str]:
    """Label damaged files of a format, print what became of them, and return what is wrong."""
    files = folder / "files"
    files.mkdir(parents=True)
    chance = random.Random(form)  # noqa: S311
    suffix = form[form.index(".") :]
    names = [f"{number:05d}{suffix}" for number in range(count)]
    for name, data in zip(names, mutants(originals(form, office, folder), count, chance), strict=True):
        (files / name).write_bytes(data)
    out = folder / "out.jsonl"
    command = [sys.executable, "-m", "nhsa_nlp", "label", str(files), "-o", str(out)]
    memory = MEMORY_OF_OCR if suffix == ".pdf" else MEMORY
    command += ["--max-memory", str(memory), "--timeout", str(TIMEOUT)]
    began = time.monotonic()
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    took = time.monotonic() - began
    records, failures = lines_of(out), lines_of(Path(f"{out}.failed.jsonl"))
    kinds = Counter(failure["kind"] for failure in failures)
    known = {
        Path(entry["source"][len(str(files)) + 1 :].partition("!")[0].partition("#")[0]).name
        for entry in (*records, *failures)
    }
    wrong = [f"{name}: neither labelled nor refused" for name in names if name not in known]
    wrong += [
        f"{failure['source']}: {failure['kind']}: {failure['reason']}"
        for failure in failures
        if failure["kind"] in ("error", "crash", "timeout", "memory") or "\n" in failure["reason"]
    ]
    if done.returncode != bool(failures):
        wrong.append(f"exit status {done.returncode}")
    if "Traceback" in done.stderr or "internal error" in done.stderr:
        wrong.append(done.stderr[-2000:])
    whole = len({record["source"].partition("!")[0].partition("#")[0] for record in records})
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    said = ", ".join(f"{number} {kind}" for kind, number in sorted(kinds.items())) or "none"
    print(
        f"{form}\t{count} files: {len(records)} records from {whole}, failures: {said}; "
        f"{took:.0f} s, {most} MB so far",
        flush=True,
    )
    return [f"{form}: {problem}" for problem in wrong]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=1000, metavar="N")
    parser.add_argument("--formats", nargs="+", metavar="SUFFIX", default=list(MAKERS), choices=list(MAKERS))
    parser.add_argument("--office", action="store_true", help="have LibreOffice write what it can")
    parser.add_argument("--keep", type=Path, metavar="FOLDER", help="keep the files and outputs there")
    arguments = parser.parse_args()
    wrong: list[str] = []
    for form in arguments.formats:
        folder = Path(tempfile.mkdtemp(dir=arguments.keep))
        wrong += run(form, arguments.count, office=arguments.office, folder=folder)
        if arguments.keep is None:
            shutil.rmtree(folder)
    print("\n".join(wrong) or "nothing wrong")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
