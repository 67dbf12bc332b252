"""Desks for tests: a store with the shipped bundle, and documents that it has answered."""

from __future__ import annotations

import functools
import tempfile
from pathlib import Path
from typing import Any, cast

import nhsa_nlp
from nhsa_nlp.desk.bundles import bundle_in_use
from nhsa_nlp.desk.documents import add_document
from nhsa_nlp.desk.intake import enter_file
from nhsa_nlp.desk.store import Store
from nhsa_nlp.io import Document
from nhsa_nlp.pipeline.records import Analyser, label_document
from nhsa_nlp.record import Record

PROPOSALS = sorted((Path(nhsa_nlp.__file__).parent / "desk" / "demonstration" / "proposals").glob("*.txt"))
PASSWORD = "correct horse battery"  # noqa: S105
TEXT = "关于扩大门诊慢特病跨省直接结算的建议\n建议医保部门扩大跨省异地就医直接结算病种，统一备案办法。"
OTHER = "关于加强村卫生室建设的建议\n建议卫生健康部门加强乡村医生培训，提高诊疗能力和待遇。"
THIRD = "关于保障儿童用药的建议\n建议药品监管部门加快儿童用药审评审批，保障短缺药品供应。"

ANSWERS = {
    name: f"异地就医直接结算\n您提出的关于完善门诊慢特病跨省直接结算的建议收悉，现答复如下：\n{text}"
    for name, text in {
        "y2022": "截至2022年底，全国跨省异地就医直接结算惠及3800万人次。2022年居民医保财政补助标准为610元。",
        "y2023": "2023年，全国跨省异地就医直接结算惠及1.29亿人次。门诊慢特病跨省联网定点医疗机构5.8万家。",
        "other": "2023年，全国跨省异地就医直接结算惠及1.35亿人次，比2022年增长两倍。",
    }.items()
}


@functools.cache
def analyser() -> Analyser:
    """Return the shipped bundle."""
    return nhsa_nlp.load_analyser()


@functools.cache
def _record(name: str, text: str) -> Record:
    return label_document(analyser(), Document(name, f"{name}.txt", text))


def put(
    store: Store,
    name: str,
    text: str,
    *,
    actor: str = "甲",
    columns: dict[str, Any] | None = None,
    **topic: Any,
) -> int:
    """Put a document in as the intake does; ``topic`` replaces fields of the model's answer."""
    record = _record(name, text)
    given = cast("Record", {**record, "topic": {**cast("dict[str, Any]", record["topic"]), **topic}})
    if columns is not None:
        given["columns"] = columns
    with tempfile.NamedTemporaryFile(dir=store.folder) as file:
        file.write(text.encode())
        file.flush()
        number = enter_file(store, Path(file.name), f"{name}.txt", actor)
    with store.writing() as base:
        row = base.execute("SELECT * FROM files WHERE file = ?", (number,)).fetchone()
        bundle = bundle_in_use(base)
        assert bundle is not None
        doc = add_document(base, row, 0, given, text, actor, bundle["bundle"])
        base.execute("UPDATE files SET state = 'read', documents = 1 WHERE file = ?", (number,))
    assert doc is not None
    return doc


def fields(store: Store, doc: int) -> dict[str, Any]:
    """Return the row of a document."""
    return dict(store.reading().execute("SELECT * FROM documents WHERE doc = ?", (doc,)).fetchone())


def version(store: Store, doc: int) -> int:
    """Return which version a document has."""
    return int(fields(store, doc)["version"])
