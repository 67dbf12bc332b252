"""How quick the desk is: with a full database at the server, in a browser, and while files come in.

    python benchmarks/desk.py --documents 100000 --folder /tmp/desk

The documents are recombined from the sentences of the training proposals, their answers are the shipped
bundle's; the archive of earlier answers is recombined from the replies in the same way. Both are made
once and kept in the folder. The browser is Chromium (``--browser PATH``), driven by playwright.

Times are of the clock, medians of ``--rounds``, on a machine with nothing else to do. Beside them stands
the processor time that the server took for one, which says more where the machine has.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple, cast

import httpx2 as httpx

import nhsa_nlp
from nhsa_nlp.desk.bundles import bundle_in_use, prepare_bundle
from nhsa_nlp.desk.documents import add_document
from nhsa_nlp.desk.intake import enter_file
from nhsa_nlp.desk.store import Store
from nhsa_nlp.io import Document, writer_for
from nhsa_nlp.pipeline.records import label_document

ROOT = Path(__file__).parent.parent
_SENTENCES = 8  # of a document
_TOGETHER = 1_000


def recombined(texts: list[str], count: int, seed: int) -> Iterator[str]:
    """Yield texts of sentences drawn from several, each beginning with a title of its own."""
    rng = random.Random(seed)  # noqa: S311 - not for secrets
    sentences = sorted({part for text in texts for part in re.findall("[^。！？\n]+[。！？]", text)})
    for number in range(count):
        body = "".join(rng.choice(sentences) for _ in range(_SENTENCES))
        yield f"关于第{number}件事项的建议\n{body}"


def build_desk(folder: Path, count: int) -> None:
    """Make a desk with so many undecided documents."""
    lines = (ROOT / "training/data/proposals.jsonl").read_text("utf-8").splitlines()
    analyser = nhsa_nlp.load_analyser()
    with Store(folder) as store, tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        prepare_bundle(store, None)
        bundle = bundle_in_use(store.reading())
        if bundle is None:
            raise RuntimeError("no bundle is in use")
        file.write("登记表")
        file.flush()
        number = enter_file(store, Path(file.name), "register.txt", "benchmark")
        with store.writing() as base:
            base.execute("UPDATE files SET state = 'read' WHERE file = ?", (number,))
        entered = store.reading().execute("SELECT * FROM files WHERE file = ?", (number,)).fetchone()
        waiting = []
        for part, text in enumerate(recombined([json.loads(line)["text"] for line in lines], count, 0)):
            name = f"P{part:06d}"
            waiting.append((part, label_document(analyser, Document(name, name, text)), text))
            if len(waiting) == _TOGETHER or part == count - 1:
                with store.writing() as base:
                    for place, record, whole in waiting:
                        add_document(base, entered, place, record, whole, "benchmark", bundle["bundle"])
                waiting.clear()
                print(f"\r{part + 1:,} documents", end="", file=sys.stderr)
    print(file=sys.stderr)


def build_archive(path: Path, count: int) -> None:
    """Make an archive of so many earlier answers, recombined from the replies."""
    lines = (ROOT / "training/data/replies.tsv").read_text("utf-8").splitlines()
    analyser = nhsa_nlp.load_analyser()
    texts = {
        f"R{number:06d}": text
        for number, text in enumerate(recombined([line.split("\t", 1)[1] for line in lines], count, 1))
    }
    records = (label_document(analyser, Document(name, name, text)) for name, text in texts.items())
    writer_for(path)(path, records, texts=texts.get)


class Server(NamedTuple):
    """A desk that is served: its address, its process, and the seconds it took to answer."""

    address: str
    pid: int
    seconds: float

    def processor_seconds(self) -> float:
        """Return the processor time that the server itself has used."""
        used = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()[11:13]
        return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


@contextmanager
def served(folder: Path, archive: Path | None) -> Iterator[Server]:
    """Serve a desk."""
    command = [
        sys.executable,
        "-m",
        "nhsa_nlp",
        "desk",
        "--data",
        str(folder),
        "--port",
        "0",
        "--no-browser",
    ]
    command += [] if archive is None else ["--archive", str(archive)]
    began = time.perf_counter()
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    try:
        found = re.search("http://[^ ]+", cast("IO[str]", process.stderr).readline())
        if found is None:
            raise RuntimeError("the desk did not start")
        yield Server(found[0].rstrip("/"), process.pid, time.perf_counter() - began)
    finally:
        process.terminate()
        process.wait()


def measure(name: str, server: Server, rounds: int, work: Callable[[int], object]) -> None:
    """Print how long something takes, after once that is not counted."""
    work(0)
    times = []
    used = server.processor_seconds()
    for number in range(1, rounds + 1):
        began = time.perf_counter()
        work(number)
        times.append(1000 * (time.perf_counter() - began))
    report(name, times, 1000 * (server.processor_seconds() - used) / rounds)


def report(name: str, times: list[float], processor: float) -> None:
    """Print the median and the largest of some times, and the processor time of one, in milliseconds."""
    print(
        f"{name:<46} median {statistics.median(times):7.1f} ms, largest {max(times):7.1f} ms, "
        f"processor {processor:6.1f} ms",
        flush=True,
    )


def at_the_server(server: Server, rounds: int) -> None:
    """Measure pages at the server."""
    with httpx.Client(base_url=server.address, follow_redirects=True, timeout=60) as client:
        client.get("/")
        pages = {
            "queue": lambda _: "/queue",
            "queue, one label": lambda _: "/queue?label=医保",
            "queue, page 500": lambda _: "/queue?page=500",
            "queue, search": lambda _: "/queue?text=异地就医",
            "queue, least sure first": lambda _: "/queue?sort=unsure",
            "document": lambda n: f"/documents/{1000 + n}",
            "its precedents": lambda n: f"/documents/{1000 + n}/precedents",
            "its relatives": lambda n: f"/documents/{1000 + n}/related",
        }
        for name, path in pages.items():
            measure(name, server, rounds, lambda n, path=path: client.get(path(n)).raise_for_status())  # type: ignore[misc]


def in_a_browser(server: Server, rounds: int, browser: str, files: int) -> None:
    """Measure a decision from the key to the next page, and pages while many files come in."""
    address = server.address
    from playwright.sync_api import sync_playwright

    with sync_playwright() as tool, tempfile.TemporaryDirectory() as folder:
        window = tool.chromium.launch(executable_path=browser, args=["--no-sandbox"])
        page = window.new_page()
        page.goto(f"{address}/queue")
        page.locator("a.open").first.click()
        page.wait_for_load_state("networkidle")

        def accept() -> None:
            before = page.url
            if not page.locator("#decide input:checked, #decide input[name=none]").count():
                page.keyboard.press("1")
            began = time.perf_counter()
            page.keyboard.press("Enter")
            page.wait_for_url(lambda url: url != before, wait_until="load")
            taken.append(1000 * (time.perf_counter() - began))
            page.wait_for_load_state("networkidle")

        taken: list[float] = []
        accept()
        used = server.processor_seconds()
        for _ in range(rounds):
            accept()
        used = 1000 * (server.processor_seconds() - used) / rounds
        report("accept and next, from the key to the page", taken[1:], used)
        names = []
        for number, text in enumerate(
            recombined(["医保报销比例低。看病不方便。药品价格高。请予解决。"], files, 2)
        ):
            names.append(Path(folder, f"post-{number:04d}.txt"))
            names[-1].write_text(text, "utf-8")
        page.goto(f"{address}/intake")
        page.set_input_files("#drop input[type=file]", [str(name) for name in names])
        page.click("#drop button")
        began = time.perf_counter()
        with httpx.Client(base_url=address, follow_redirects=True, timeout=60) as client:
            times = []
            used = server.processor_seconds()
            while True:
                sent = time.perf_counter()
                client.get("/queue").raise_for_status()
                times.append(1000 * (time.perf_counter() - sent))
                state = client.get("/intake/state").text
                uploaded = f"{files} / {files}" in (page.locator("#drop-state").text_content() or "")
                if uploaded and "正在读取" not in state:
                    break
                time.sleep(0.2)
        print(f"{files} files dropped: all read after {time.perf_counter() - began:.1f} s")
        report("queue meanwhile", times, 1000 * (server.processor_seconds() - used) / len(times))
        window.close()


def main() -> None:
    """Measure."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--documents", type=int, default=100_000)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--archive", type=Path, help="another archive of earlier answers")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--browser", default="/usr/bin/chromium")
    parser.add_argument("--files", type=int, default=1_000)
    given = parser.parse_args()
    given.folder.mkdir(parents=True, exist_ok=True)
    desk = given.folder / f"desk-{given.documents}"
    archive = given.archive or given.folder / f"archive-{given.documents}.sqlite"
    if not desk.exists():
        build_desk(desk, given.documents)
    if not archive.exists():
        build_archive(archive, given.documents)
    with served(desk, archive) as server:
        print(f"start: {server.seconds:.2f} s")
        at_the_server(server, given.rounds)
        in_a_browser(server, given.rounds, given.browser, given.files)


if __name__ == "__main__":
    main()
