"""Writing records to .csv and .tsv, a row a document, so that Excel opens them right."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from pathlib import Path

from nhsa_nlp.io.atomic import write_atomically
from nhsa_nlp.io.writers.cells import BOM, cell, cells
from nhsa_nlp.io.writers.summary import RecordSummary
from nhsa_nlp.record import Record

SUFFIXES = (".csv", ".tsv")


def write(path: str | Path, records: Iterable[Record], **_: object) -> int:
    """Write records, a row a document, in UTF-8 with a byte-order mark; see `Writer`."""
    separator = "\t" if Path(path).suffix.lower() == ".tsv" else ","
    with write_atomically(path) as file, RecordSummary() as summary:
        for record in records:
            summary.add(record)
        with file.open("w", encoding="utf-8", newline="") as stream:
            stream.write(BOM)
            rows = csv.writer(stream, delimiter=separator)
            rows.writerow(cell(column.heading) for column in summary.columns())
            rows.writerows(map(cells, summary.rows()))
        return summary.count
