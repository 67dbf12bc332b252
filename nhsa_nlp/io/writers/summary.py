"""Records as rows of a table: a row a document, whose columns are known when all have been seen.

Facets and carried columns differ from record to record, and a table names its columns first.
The rows therefore wait in a temporary file, so that any number of them needs constant memory.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from tempfile import TemporaryFile
from typing import Any, NamedTuple

from nhsa_nlp.figure_text import BOUND_SIGNS
from nhsa_nlp.io.document import MAIL_COLUMNS
from nhsa_nlp.io.tables.columns import likeliest
from nhsa_nlp.io.writers.cells import listed
from nhsa_nlp.io.writers.record_schema import LETTER_FIELDS
from nhsa_nlp.record import Evidence, PolicyRecord, QuantityRecord, Record, is_doc_no, is_policy, is_quantity
from nhsa_nlp.translation import Language, current_language, tr_in

_MOST_CARRIED = 500  # columns; a table with more cannot be used, and what remains is one column of JSON
_MOST_WORDS = 6  # of the evidence for a facet
_RATIO = "比"  # the unit of 2：1

_RENAMED = {"kind": "letter_kind", "number": "letter_number"}
_LETTER = {name: _RENAMED.get(name, name) for name in LETTER_FIELDS if name != "subject"}

FIRST = (
    *("subject", "id", "label", "probability", "review", "alternatives"),
    *("evidence", "policies", "doc_numbers", "quantities"),
)
"""What begins every table, what one reads first; the columns that records carry follow."""

MIDDLE = ("source", *_LETTER.values())
"""What follows them; then the probability of each facet."""

LAST = ("chars", "sha256", "model")
"""What ends every table."""


class Column(NamedTuple):
    """A column of a table.

    Attributes
    ----------
    key
        What it holds: a name of `FIRST`, `MIDDLE` or `LAST`, ``facet`` or ``carried``.
    heading
        What it is called; no two of a table are called the same.
    """

    key: str
    heading: str


def heading(key: str, language: Language | None = None) -> str:
    """Return what a column or a sheet is called."""
    return tr_in("heading", key, language)


class RecordSummary:
    """Collect records as rows, then name the columns and give the rows back in order."""

    def __init__(self) -> None:
        self.count = 0
        self._language = current_language()  # which takes longer to ask for than a message
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
        row = [_fixed(record, self._language), dict(topic["facets"]) if topic else {}, kept, rest]
        self._file.write(json.dumps(row).encode("ascii") + b"\n")
        self.count += 1

    def columns(self) -> list[Column]:
        """Return the columns; a carried one whose name is taken gets a number."""
        rest = [heading("other columns")] if self._rest else []
        taken = {heading(key) for key in (*FIRST, *MIDDLE, *LAST)}.union(self._facets)
        carried = []
        for name in [*self._carried, *rest]:
            called = heading(name) if name in MAIL_COLUMNS else name
            candidate, number = called, 1
            while candidate in taken:
                number += 1
                candidate = f"{called} ({number})"
            taken.add(candidate)
            carried.append(Column("carried", candidate))
        return [
            *(Column(key, heading(key)) for key in FIRST),
            *carried,
            *(Column(key, heading(key)) for key in MIDDLE),
            *(Column("facet", facet) for facet in self._facets),
            *(Column(key, heading(key)) for key in LAST),
        ]

    def rows(self) -> Iterator[list[Any]]:
        """Yield the cells of each row: texts, numbers, True, False and None."""
        self._file.seek(0)
        for line in self._file:
            fixed, facets, kept, rest = json.loads(line)
            yield [
                *(fixed[key] for key in FIRST),
                *(_scalar(kept.get(name)) for name in self._carried),
                *([_scalar(rest or None)] if self._rest else []),
                *(fixed[key] for key in MIDDLE),
                *(facets.get(name) for name in self._facets),
                *(fixed[key] for key in LAST),
            ]


def _fixed(record: Record, language: Language) -> dict[str, Any]:
    topic: Mapping[str, Any] = record["topic"] or {}
    letter: Mapping[str, Any] = record["letter"] or {}
    others = [f"{other['label']} {other['probability']:.2f}" for other in topic.get("alternatives", ())]
    row: dict[str, Any] = {
        "subject": subject(record),
        "id": record["id"],
        "label": topic.get("label"),
        "probability": topic.get("probability"),
        "review": reason(topic["reason"], language) if topic.get("review") else None,
        "alternatives": listed(others),
        "evidence": listed(_evidence(topic.get("evidence", ()))),
        **{key: listed(found) for key, found in cited(record).items()},
        "source": record["source"],
        "chars": record["chars"],
        "sha256": record["sha256"],
        "model": f"{record['model']['name']} {record['model']['version']}".strip(),
    }
    for name, column in _LETTER.items():
        value = letter.get(name)
        if name in ("kind", "body") and value is not None:
            value = tr_in("letter", value, language)
        row[column] = listed(value) if isinstance(value, list) else value
    return row


def cited(record: Record) -> dict[str, list[str]]:
    """Return the policies, document numbers and quantities of a document for a reader, each once."""
    entities = record["entities"]
    found = {
        "policies": (title(entity) for entity in entities if is_policy(entity)),
        "doc_numbers": (entity["normalized"] for entity in entities if is_doc_no(entity)),
        "quantities": (quantity(entity) for entity in entities if is_quantity(entity)),
    }
    return {key: list(dict.fromkeys(names)) for key, names in found.items()}


def reason(code: str | None, language: Language | None = None) -> str:
    """Return in words why somebody should look at a document."""
    return tr_in("reason", (code or "low_confidence").replace("_", " "), language)


def subject(record: Record) -> str | None:
    """Return the subject of a letter, or the title that a row of a table carries."""
    letter, carried = record["letter"], record.get("columns") or {}
    if letter is not None and letter["subject"]:
        return letter["subject"]
    place = likeliest(list(carried), "title")
    value = None if place is None else list(carried.values())[place]
    return value if isinstance(value, str) else None


def _evidence(pieces: Iterable[Evidence]) -> list[str]:
    """Return for each facet the words that spoke for it, the weightiest first."""
    words: dict[str, dict[str, None]] = {}
    for piece in sorted(pieces, key=lambda piece: -piece["weight"]):
        if piece["weight"] > 0:
            words.setdefault(piece["facet"], {}).setdefault(piece["text"])
    return [f"{facet}: {' '.join(list(found)[:_MOST_WORDS])}" for facet, found in words.items()]


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
    return f"{BOUND_SIGNS[entity['op']]}{between.join(f'{number:.15g}' for number in values)}{unit}"


def _scalar(value: object) -> object:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, (dict, list)) else value
