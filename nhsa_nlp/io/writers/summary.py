"""Records as rows of a table: a row a document, whose columns are known when all have been seen.

Facets and carried columns differ from record to record, and a table names its columns first.
The rows therefore wait in a temporary file, so that any number of them needs constant memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from tempfile import TemporaryFile
from typing import Any

from nhsa_nlp.io.writers.cells import listed
from nhsa_nlp.io.writers.record_schema import LETTER_FIELDS
from nhsa_nlp.record import PolicyRecord, QuantityRecord, Record, is_doc_no, is_policy, is_quantity

_MOST_CARRIED = 500  # columns; a table with more cannot be used, and what remains is one column of JSON
_REST = "other columns"
_SIGNS = {"eq": "", "range": "", "approx": "≈", "gt": ">", "ge": "≥", "lt": "<", "le": "≤"}
_RATIO = "比"  # the unit of 2：1

_RENAMED = {"kind": "letter_kind", "number": "letter_number"}
_LETTER = {name: _RENAMED.get(name, name) for name in LETTER_FIELDS}


class RecordSummary:
    """Collect records as rows, then name the columns and give the rows back in order."""

    def __init__(self) -> None:
        self.count = 0
        self._file = TemporaryFile()  # noqa: SIM115 - closed on leaving
        self._facets: dict[str, None] = {}
        self._carried: dict[str, None] = {}
        self._rest = False

    def __enter__(self) -> RecordSummary:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, record: Record) -> None:
        """Add a record."""
        carried = record.get("columns") or {}
        topic = record["topic"]
        self._facets.update(dict.fromkeys(topic["facets"] if topic else ()))
        kept, rest = {}, {}
        for name, value in carried.items():
            if name in self._carried or len(self._carried) < _MOST_CARRIED:
                self._carried[name] = None
                kept[name] = value
            else:
                rest[name] = value
        self._rest = self._rest or bool(rest)
        row = [_fixed(record), dict(topic["facets"]) if topic else {}, kept, rest]
        self._file.write(json.dumps(row).encode("ascii") + b"\n")
        self.count += 1

    def columns(self) -> list[str]:
        """Return the names of the columns; a carried one that is taken gets a number."""
        names = dict.fromkeys([*FIRST_COLUMNS, *self._facets, *OTHER_COLUMNS])
        for name in [*self._carried, *([_REST] if self._rest else [])]:
            candidate, number = name, 1
            while candidate in names:
                number += 1
                candidate = f"{name} ({number})"
            names[candidate] = None
        return list(names)

    def rows(self) -> Iterator[list[Any]]:
        """Yield the cells of each row: texts, numbers, True, False and None."""
        self._file.seek(0)
        for line in self._file:
            fixed, facets, kept, rest = json.loads(line)
            yield [
                *(fixed[name] for name in FIRST_COLUMNS),
                *(facets.get(name) for name in self._facets),
                *(fixed[name] for name in OTHER_COLUMNS),
                *(_scalar(kept.get(name)) for name in self._carried),
                *([_scalar(rest or None)] if self._rest else []),
            ]


FIRST_COLUMNS = ("id", "source", "label", "probability")
"""What begins every table; the probability of each facet follows."""

OTHER_COLUMNS = (
    *("review", "reason", "alternatives", "policies", "doc_numbers", "quantities"),
    *_LETTER.values(),
    *("chars", "sha256", "model"),
)
"""What follows the facets; the columns that records carry come last."""


def _fixed(record: Record) -> dict[str, Any]:
    topic: Mapping[str, Any] = record["topic"] or {}
    letter: Mapping[str, Any] = record["letter"] or {}
    entities = record["entities"]
    others = [f"{other['label']} {other['probability']:.2f}" for other in topic.get("alternatives", ())]
    row: dict[str, Any] = {
        "id": record["id"],
        "source": record["source"],
        **{name: topic.get(name) for name in ("label", "probability", "review", "reason")},
        "alternatives": listed(others),
        "policies": _once(title(entity) for entity in entities if is_policy(entity)),
        "doc_numbers": _once(entity["normalized"] for entity in entities if is_doc_no(entity)),
        "quantities": _once(quantity(entity) for entity in entities if is_quantity(entity)),
        "chars": record["chars"],
        "sha256": record["sha256"],
        "model": f"{record['model']['name']} {record['model']['version']}".strip(),
    }
    for name, column in _LETTER.items():
        value = letter.get(name)
        row[column] = listed(value) if isinstance(value, list) else value
    return row


def title(policy: PolicyRecord) -> str:
    """Return the title of a policy with its number, for a reader: 《…》（国办发〔2021〕14号）."""
    name = (policy["ref"] or policy["title"]) if policy["alias"] else policy["title"]
    return f"《{name}》（{policy['doc_no']}）" if policy["doc_no"] else f"《{name}》"


def quantity(entity: QuantityRecord) -> str:
    """Return a quantity for a reader: ≥54680000000元, 3–5个, 2:1."""
    value, unit = entity["value"], entity["unit"]
    if value is None:
        return entity["text"]
    values = value if isinstance(value, list) else [value]
    between = "–"
    if unit == _RATIO:
        between, unit = ":", ""
    return f"{_SIGNS[entity['op']]}{between.join(f'{number:.15g}' for number in values)}{unit}"


def _once(names: Iterator[str]) -> str:
    return listed(list(dict.fromkeys(names)))


def _scalar(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value
