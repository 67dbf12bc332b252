from __future__ import annotations

import time
from pathlib import Path

import pytest

from nhsa_nlp.batch.budget import Budget
from nhsa_nlp.batch.process import WorkerProcess, WorkerSettings
from nhsa_nlp.batch.wire import encode_part
from nhsa_nlp.errors import InputError
from nhsa_nlp.io import Document, Part, Source, Unreadable, find_documents


def use(seconds: float) -> None:
    """Use so much processor time."""
    end = time.process_time() + seconds
    while time.process_time() < end:
        pass


@pytest.mark.parametrize(
    ("part", "times"),
    [
        (Document("a", "a#row=1", "医保"), 300),
        (Document("a", "a#row=1", "医" * 300_000), 1),
        (Document("a", "a#row=1", "医", {}, {"备注": "保" * 300_000, "year": 2020}), 1),
        (Source("a", "a.zip!/a.txt", ".txt", b"a" * 300_000), 1),
        (Unreadable("a", "a#row=1", InputError("why")), 300),
    ],
    ids=["rows", "text", "column", "file", "failures"],
)
def test_what_comes_out_may_take_its_time(part: Part, times: int) -> None:
    budget = Budget(0.1)
    use(0.25)
    assert budget.is_spent
    for _ in range(times):
        budget.earn(part)
    assert not budget.is_spent
    use(0.3)
    assert budget.is_spent


def test_empty_cells_earn_nothing() -> None:
    budget = Budget(0.1)
    budget.earn(Document("a", "a#row=1", "a", {}, {f"column {number}": "" for number in range(16_384)}))
    use(0.15)
    assert budget.is_spent


def test_without_a_limit_nothing_is_spent() -> None:
    budget = Budget(None)
    use(0.05)
    assert not budget.is_spent


def test_a_container_that_goes_on_for_little_is_stopped(tmp_path: Path) -> None:
    table = tmp_path / "a.csv"
    table.write_text("text\n" + "\n" * 200_000 + "医保\n医疗\n医药\n", "utf-8")  # empty lines earn nothing
    (file,) = find_documents([str(table)], {".csv"})
    assert isinstance(file, Source)
    worker = WorkerProcess(WorkerSettings(job="unpack", timeout=0.001))
    try:
        assert worker.receive(60) == {"ready": True}
        worker.send({"file": encode_part(file), "skip": 0})
        said = [worker.receive(60) for _ in range(3)]
    finally:
        worker.close()
    assert [next(iter(message)) for message in said] == ["part", "failure", "end"]
    assert said[1]["failure"]["kind"] == "timeout"
    assert said[1]["failure"]["reason"].startswith("is read only up to here: taking it apart takes 0.001 s")
