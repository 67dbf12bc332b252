"""Memory and time of every writer, and of reading tables, for two numbers of rows.

python benchmarks/writers.py [RECORDS [SUFFIX…]]
python benchmarks/writers.py --run RECORDS [WORKERS [SUFFIX…]]

Writes RECORDS / 10 and RECORDS records of a letter (its first entities and its text), each in a
process of its own, and prints seconds, the size of the file and the peak memory, and the same for
reading a table of as many rows (``read .csv``). Times include making the records, and say nothing
about records of another size.

With ``--run`` it writes four outputs at once, or those named, as a run does at its end: from a journal of
RECORDS records of the texts of ``batch.py``, in WORKERS processes (2). It prints the processor time of all
processes, and the peak memory of the one that needs most. To compare two versions, let their scripts take
turns.
"""

from __future__ import annotations

import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from batch import make_texts

if TYPE_CHECKING:
    from nhsa_nlp.batch.journal import Journal

LETTER = Path(__file__).parent.parent / "examples/letters/npc-13-4-2020.txt"
WRITTEN = (".jsonl", ".csv", ".parquet", ".sqlite", ".xlsx")
RUN = (".jsonl", ".sqlite", ".xlsx", ".parquet")
READ = (".csv", ".jsonl", ".parquet", ".xlsx")
_ENTITIES = 5
_TEXTS = 500


def letter_record() -> dict[str, Any]:
    """Return the record of a letter, with few entities."""
    import nhsa_nlp

    doc = nhsa_nlp.load()(LETTER.read_text("utf-8"))
    record: dict[str, Any] = doc._.record
    record["entities"] = record["entities"][:_ENTITIES]
    return record


def measure(action: str, suffix: str, count: int, folder: str, record: dict[str, Any]) -> None:
    """Do one thing and print how long it took and the peak of the memory."""
    from nhsa_nlp.io import WRITERS, read_documents

    text = LETTER.read_text("utf-8")
    path = Path(folder) / f"{action}{suffix}"
    if action == "read":
        _make_table(path, count, text)
        began = time.perf_counter()
        assert sum(1 for _ in read_documents([path])) == count  # noqa: S101
    else:
        began = time.perf_counter()
        records: Iterator[Any] = (record | {"id": str(number)} for number in range(count))
        WRITERS[suffix](path, records, texts=lambda _: text)
    seconds = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{action:5} {suffix:8} {count:9,} {seconds:8.1f} s {path.stat().st_size / 1e6:8.1f} MB", end="")
    print(f"   peak {peak:6.0f} MB", flush=True)


def measure_run(count: int, workers: int, suffixes: Sequence[str], folder: Path) -> None:
    """Write outputs of a run and print what that took."""
    from nhsa_nlp.batch.journal import Journal
    from nhsa_nlp.batch.writing import write_outputs

    (folder / "run").mkdir()
    with closing(Journal(folder / "run")) as journal:
        _fill(journal, count)
        began, clock = os.times(), time.perf_counter()
        write_outputs(journal, [folder / f"o{suffix}" for suffix in suffixes], workers, "0" * 64)
        ended, seconds = os.times(), time.perf_counter() - clock
    used = sum(ended[:4]) - sum(began[:4])
    peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print(
        f"{count:9,} records, {' '.join(suffixes)}, {workers} processes: {used / count * 1000:.3f} ms each,"
    )
    print(f"{used:.1f} s of processor time in {seconds:.1f} s; peak {peak / 1024:.0f} MB", flush=True)


def _fill(journal: Journal, count: int) -> None:
    """Do what the workers of a run do, for some texts that are repeated."""
    import nhsa_nlp
    from nhsa_nlp.batch.wire import make_result
    from nhsa_nlp.io import Document
    from nhsa_nlp.io.store.search_tokens import index_text
    from nhsa_nlp.pipeline import records

    nlp = nhsa_nlp.load()
    outcomes: list[dict[str, Any]] = []
    for text in make_texts(_TEXTS):
        (record,) = records(nlp, [Document("", "", text)])
        outcomes.append({"record": record, "text": text, "tokens": index_text(text)})
    for number in range(count):
        outcome = outcomes[number % _TEXTS]
        outcome["record"]["id"] = name = f"{number:07}"
        journal.append((name, 0, 0, 0, 0), 0, name, make_result([outcome]))


def _make_table(path: Path, count: int, text: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq
    import xlsxwriter

    texts = (f"{number} {text}" for number in range(count))
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as stream:
            rows = csv.writer(stream)
            rows.writerow(["text"])
            rows.writerows([each] for each in texts)
    elif path.suffix == ".jsonl":
        with path.open("w", encoding="utf-8") as stream:
            stream.writelines(json.dumps({"text": each}) + "\n" for each in texts)
    elif path.suffix == ".parquet":
        with pq.ParquetWriter(path, pa.schema([("text", pa.string())])) as writer:
            while group := list(islice(texts, 1000)):
                writer.write_table(pa.table({"text": group}))
    else:
        with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
            sheet = book.add_worksheet()
            sheet.write_string(0, 0, "text")
            for number, each in enumerate(texts, start=1):
                sheet.write_string(number, 0, each)


def main() -> None:
    """Measure everything, each in a new process."""
    if sys.argv[1:2] == ["--record"]:
        json.dump(letter_record(), sys.stdout)
        return
    if sys.argv[1:2] == ["--one"]:
        action, suffix, count, folder = sys.argv[2:]
        measure(action, suffix, int(count), folder, json.load(sys.stdin))
        return
    if sys.argv[1:2] == ["--run"]:
        workers = int(sys.argv[3]) if len(sys.argv) > 3 else 2
        with tempfile.TemporaryDirectory() as place:
            measure_run(int(sys.argv[2]), workers, sys.argv[4:] or RUN, Path(place))
        return
    most = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    wanted = sys.argv[2:] or [*WRITTEN, *READ]
    # In a process of its own: the peak of a process begins with that of the one that starts it.
    command = [sys.executable, __file__, "--record"]
    record = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    for action, suffixes in (("write", WRITTEN), ("read", READ)):
        for suffix in suffixes:
            for documents in (most // 10, most) if suffix in wanted else ():
                with tempfile.TemporaryDirectory() as folder:
                    command = [sys.executable, __file__, "--one", action, suffix, str(documents), folder]
                    subprocess.run(command, input=record, text=True, check=True)


if __name__ == "__main__":
    main()
