"""Memory and time of every writer, and of reading tables, for two numbers of rows.

python benchmarks/writers.py [RECORDS [SUFFIX…]]

Writes RECORDS / 10 and RECORDS records of a letter (its first entities and its text), each in a
process of its own, and prints seconds, the size of the file and the peak memory, and the same for
reading a table of as many rows (``read .csv``). Times include making the records, and say nothing
about records of another size.
"""

from __future__ import annotations

import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

LETTER = Path(__file__).parent.parent / "examples/letters/npc-13-4-2020.txt"
WRITTEN = (".jsonl", ".csv", ".parquet", ".sqlite", ".xlsx")
READ = (".csv", ".jsonl", ".parquet", ".xlsx")
_ENTITIES = 5


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
