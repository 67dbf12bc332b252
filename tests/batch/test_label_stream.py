from __future__ import annotations

import itertools
import os
import signal
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nhsa_nlp.batch import Failure, WorkerError, label_stream
from nhsa_nlp.errors import BundleError
from nhsa_nlp.io import Document
from tests.batch import faults
from tests.paths import LETTERS

LOADER = "tests.batch.faults:load"


def ids(results: Iterator[Any]) -> list[str]:
    return [item.id if isinstance(item, Failure) else item["id"] for item in results]


def test_every_kind_of_item_gives_its_record_in_order() -> None:
    row = namedtuple("row", ["id", "text"])
    text = (LETTERS / "npc-13-4-2020.txt").read_text("utf-8")
    items: list[Any] = [
        Document("a", "a.txt", text),
        text,
        ("c", text),
        {"id": "d", "text": text, "year": 2021},
        row("e", text),
        {"text": None},
        float("nan"),
        "",
        "医保\ud800",
        {"id": "j", "text": "医保", "year": float("nan")},
        {"id": "k\ud800", "text": "医保", "source": "\udfff"},
        {"id": "l\ud800", "text": None, "source": "\udfff"},
    ]
    found: list[Any] = list(label_stream(items, workers=2))
    records, failures = found[:5], found[5:]
    assert ids(iter(found)) == ["a", "2", "c", "d", "e", "6", "7", "8", "9", "j", "k\ufffd", "l\ufffd"]
    assert [record["source"] for record in records] == ["a.txt", "", "", "", ""]
    assert all(record["topic"] == records[0]["topic"] for record in records)
    assert all(text[e["start"] : e["end"]] == e["text"] for e in records[0]["entities"])
    assert [failure.kind for failure in failures[:4]] == ["unreadable"] * 4


def test_a_stream_is_taken_lazily() -> None:
    taken = 0

    def endless() -> Iterator[str]:
        nonlocal taken
        while True:
            taken += 1
            yield "医保"

    results = label_stream(endless(), workers=2, loader=LOADER)
    assert ids(itertools.islice(results, 300)) == [str(number) for number in range(1, 301)]
    assert taken < 300 + 2 * 64 + 10
    results.close()


@pytest.mark.slow
def test_a_document_takes_down_only_itself(tmp_path: Path) -> None:
    texts = [f"第{number}件" for number in range(40)]
    texts[11] = faults.RAISE
    texts[17] = faults.SEGFAULT
    texts[23] = f"{faults.ONCE} {tmp_path / 'marker'}"
    found = list(label_stream(texts, workers=2, loader=LOADER))
    assert ids(iter(found)) == [str(number) for number in range(1, 41)]
    failures = {item.id: item for item in found if isinstance(item, Failure)}
    assert {id_: failure.kind for id_, failure in failures.items()} == {"12": "error", "18": "crash"}
    assert "ValueError: two lines" in failures["12"].reason
    assert failures["18"].reason == "the process that worked on it was killed by SIGSEGV, 3 times"


def test_a_document_that_takes_too_long_is_given_up() -> None:
    found = list(label_stream(["一", faults.SLEEP, "三"], timeout=0.5, loader=LOADER))
    assert ids(iter(found)) == ["1", "2", "3"]
    assert isinstance(found[1], Failure)
    assert (found[1].kind, found[1].reason) == (
        "timeout",
        "took longer than 0.5 s; raise --timeout, or split it",
    )


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the limit is Linux's")
def test_a_document_that_needs_too_much_memory_fails_alone() -> None:
    found = list(label_stream(["一", faults.MEMORY, "三"], max_memory=1_000_000_000, loader=LOADER))
    assert [getattr(item, "kind", "record") for item in found] == ["record", "memory", "record"]


def test_workers_that_cannot_start_end_the_stream() -> None:
    with pytest.raises(WorkerError, match=r"die as they start .the last one ended with exit status 9"):
        list(label_stream(["一"], loader="tests.batch.faults:refuse"))
    with pytest.raises(WorkerError, match="no_such_module"):
        list(label_stream(["一"], loader="no_such_module:load"))
    with pytest.raises(BundleError, match="there is no such model folder"):
        label_stream(["一"], bundle="no/such/bundle")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks for processes in /proc")
def test_killing_workers_loses_nothing_and_closing_ends_them() -> None:
    others = _children()  # what the tests before left, such as a resource tracker
    results = label_stream((f"第{number}件" for number in itertools.count()), workers=2, loader=LOADER)
    found = []
    for number, item in zip(range(400), results, strict=False):
        found.append(item)
        if number in (50, 200):
            os.kill(min(_children() - others), signal.SIGKILL)
    assert ids(iter(found)) == [str(number) for number in range(1, 401)]
    assert not any(isinstance(item, Failure) for item in found)
    results.close()
    assert _children() <= others


def _children() -> set[int]:
    task = Path(f"/proc/{os.getpid()}/task")
    return {int(pid) for thread in task.iterdir() for pid in (thread / "children").read_text().split()}
