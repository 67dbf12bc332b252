"""Records that cite policies."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from nhsa_nlp.archive.policies import Archive, CitedPolicy, read_citations

LAW = "社会保险法"


def policy(title: str, **fields: Any) -> dict[str, Any]:
    entity = {"start": 0, "end": 1, "label": "POLICY", "text": "x", "title": title, "alias": False}
    return entity | {"ref": None, "doc_no": None} | fields


def record(name: str, *entities: dict[str, Any], label: str | None = "医保", **fields: Any) -> dict[str, Any]:
    topic = None if label is None else {"label": label}
    return {
        "id": name,
        "source": f"{name}.txt",
        "sha256": "0",
        "topic": topic,
        "entities": list(entities),
    } | fields


def write(path: Path, *records: Any) -> Path:
    lines = [each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in records]
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def archive_of(tmp_path: Path, *records: Any) -> tuple[Archive, list[CitedPolicy]]:
    archive = Archive()
    for each in read_citations([write(tmp_path / "records.jsonl", *records)]):
        archive.add(each)
    return archive, archive.policies()
