"""How large an archive may be: one of recombined sentences is built, searched and asked for precedents.

    python benchmarks/large_archive.py 100000                    build, measure, throw away
    python benchmarks/large_archive.py 100000 --keep big.sqlite  the same, and keep the archive
    python benchmarks/large_archive.py --measure big.sqlite      measure one that was kept

Texts are recombined from the sentences of the replies of ``training/data``; labels, letters and what is
cited come from the records of these replies, dates from 2010 to 2024 at random. Times are processor time,
in a process of their own for what is asked, so that the first question includes the start of the program.
"""

from __future__ import annotations

import argparse
import json
import random
import re
import resource
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
from precedents import archive_texts, read_proposals, whole

import nhsa_nlp
from nhsa_nlp.archive.search import search
from nhsa_nlp.archive.search_filters import Filters
from nhsa_nlp.io import WRITERS, Document
from nhsa_nlp.io.store import archive_file, term_index
from nhsa_nlp.io.store.search_tokens import index_text
from nhsa_nlp.pipeline.records import label_document
from nhsa_nlp.record import Record

_CHARACTERS = 300  # of a proposal that is asked

_QUERIES = ("医保", "异地就医", "国家医疗保障局", "门诊费用 直接结算", "处方流转", "国办发〔2021〕14号")
_FILTERS = {
    "words": Filters(),
    "label": Filters(labels=["医疗x医保"]),
    "year": Filters(first_year=2020, last_year=2021),
    "policy": Filters(policies=["国办发〔2021〕14号"]),
}

_ASK = """
import json, sys, time
begin = time.process_time()
from nhsa_nlp.archive.matching import PrecedentIndex
spent = []
with PrecedentIndex(sys.argv[1]) as index:
    for line in sys.stdin:
        text, title = json.loads(line)
        index.find(text, title)
        spent.append(time.process_time() - begin)
        begin = time.process_time()
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(json.dumps([spent, int(peak.split()[1])]))
"""


class Simulation:
    """Records and texts without end, always the same ones.

    Attributes
    ----------
    size
        Bytes of the texts made so far.
    """

    def __init__(self, texts: dict[str, str]):
        self._chosen = random.Random(0)  # noqa: S311
        self._sentences = [piece for text in texts.values() for piece in re.findall(r"[^。]+。?", text)]
        self._lengths = [len(text) for text in texts.values()]
        analyser = nhsa_nlp.load_analyser()
        self._records = [label_document(analyser, Document(name, name, text)) for name, text in texts.items()]
        self.size = 0

    def records(self, count: int) -> Iterator[Record]:
        """Yield records with ids d0, d1 and so on."""
        for number in range(count):
            record: dict[str, Any] = {**self._chosen.choice(self._records), "id": f"d{number}"}
            if record["letter"] is not None:
                day = f"{self._chosen.randint(2010, 2024)}-{self._chosen.randint(1, 12):02}-15"
                record["letter"] = {**record["letter"], "date": day}
            yield record  # type: ignore[misc]

    def text(self) -> str:
        """Return the text of a further document."""
        wanted, text = self._chosen.choice(self._lengths), ""
        while len(text) < wanted:
            text += self._chosen.choice(self._sentences)
        self.size += len(text.encode())
        return text


def build(path: Path, count: int) -> None:
    """Write an archive and print what that takes, without the tokens, which labelling prepares."""
    simulation = Simulation(archive_texts())
    spent = {"simulated": 0.0, "tokens": 0.0, "terms": 0.0, "texts and all indices": 0.0}

    def timed(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any) -> Any:
            begin = time.process_time()
            result = function(*given)
            spent[name] += time.process_time() - begin
            return result

        return call

    last = ""

    def text(_id: str) -> str:
        nonlocal last
        last = simulation.text()
        return last

    archive: Any = archive_file
    archive._index = timed("texts and all indices", archive._index)
    terms: Any = term_index.TermIndex
    terms.add, terms.finish = timed("terms", terms.add), timed("terms", terms.finish)
    begin = time.process_time()
    WRITERS[".sqlite"](
        path,
        simulation.records(count),
        texts=timed("simulated", text),
        tokens=timed("tokens", lambda _: index_text(last)),
    )
    whole_time = time.process_time() - begin - spent["simulated"] - spent["tokens"]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    total = simulation.size
    times_text = path.stat().st_size / total
    print(f"{count:,} texts, {total / 1e6:,.0f} MB; archive {times_text:.2f} times the text")
    print(f"written in {whole_time:.0f} s, {count / whole_time:,.0f} a second; at most {peak / 1000:.0f} MB")
    for name, seconds in spent.items():
        print(f"  of which {name}: {count / seconds:,.0f} a second")


def sizes(path: Path) -> None:
    """Print the sizes of the indices."""
    with closing(sqlite3.connect(path)) as base:
        found = dict(base.execute("SELECT name, sum(pgsize) FROM dbstat GROUP BY name ORDER BY 2 DESC"))
    print({name: f"{size / 1e6:,.0f} MB" for name, size in found.items() if size > 1e6})


def ask(path: Path) -> None:
    """Ask an archive for precedents."""
    lines = [[whole(each)[:_CHARACTERS], each["title"]] for each in read_proposals()]
    done = subprocess.run(
        [sys.executable, "-c", _ASK, str(path)],
        input="".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    times, memory = json.loads(done.stdout)
    rest = np.array(times[1:]) * 1000
    print(f"precedents: first {times[0]:.2f} s with start, then median {np.median(rest):.0f} ms, ")
    print(f"on average {rest.mean():.0f}, at most {rest.max():.0f} ms; {memory / 1000:.0f} MB")


def look_up(path: Path) -> None:
    """Search an archive by words, with filters and counts."""
    for query in _QUERIES:
        print(query, end="")
        for name, filters in _FILTERS.items():
            for counts in (False, True) if not filters else (False,):
                spent = []
                for _ in range(3):
                    begin = time.process_time()
                    found = search(path, query, filters=filters, limit=20, counts=counts)
                    spent.append(time.process_time() - begin)
                what = f"{name} and counts" if counts else name
                print(f"  {what}: {found.count:,} found, {np.median(spent) * 1000:.0f} ms", end="")
        print()


def main() -> None:
    """Run what was asked for."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("count", type=int, nargs="?", default=100_000, metavar="N")
    parser.add_argument("--keep", type=Path, metavar="FILE")
    parser.add_argument("--measure", type=Path, metavar="FILE")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = given.measure or given.keep or Path(folder) / "large.sqlite"
        if given.measure is None:
            build(path, given.count)
            sizes(path)
        ask(path)
        look_up(path)


if __name__ == "__main__":
    main()
