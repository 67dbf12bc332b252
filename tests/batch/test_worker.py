from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from nhsa_nlp.batch.failures import LISTED, Failure
from nhsa_nlp.batch.process import WorkerProcess, WorkerSettings
from nhsa_nlp.batch.wire import encode_part
from nhsa_nlp.errors import Cause
from nhsa_nlp.io import Document
from nhsa_nlp.translation import message_from_json, translated
from tests.batch import faults

LOADER = "tests.batch.faults:load"


@pytest.fixture(scope="module")
def worker() -> Iterator[WorkerProcess]:
    process = WorkerProcess(WorkerSettings(loader=LOADER, texts=True, tokens=True, timeout=60))
    assert process.receive(60) == {"ready": True}
    yield process
    process.close()


def ask(worker: WorkerProcess, *documents: Document) -> list[Any]:
    """Send documents at once; return the outcome of each."""
    tasks = [{"id": document.id, "part": encode_part(document)} for document in documents]
    worker.send({"tasks": tasks})
    outcomes = []
    for _ in documents:
        answer = worker.receive(60)
        (outcome,) = json.loads(worker.receive_body())
        failed = [outcome["failure"]["kind"]] if "failure" in outcome else []
        assert answer == {"labels": [] if failed else [None], "failures": failed}
        outcomes.append(outcome)
    return outcomes


def test_documents_sent_at_once_are_answered_one_by_one(worker: WorkerProcess) -> None:
    documents = [Document(str(number), f"in/{number}", f"第{number}件\r\n") for number in range(3)]
    found = ask(worker, *documents)
    assert [item["record"]["id"] for item in found] == ["0", "1", "2"]
    assert [item["record"]["source"] for item in found] == ["in/0", "in/1", "in/2"]
    assert [item["text"] for item in found] == [document.text for document in documents]
    assert [item["tokens"].split() for item in found] == [["第", str(number), "件"] for number in range(3)]


@pytest.mark.parametrize(
    ("document", "kind", "reason", "chinese", "cause"),
    [
        (
            Document("a", "in/a", faults.RAISE),
            "error",
            "internal error: ValueError: two lines (please report it)",
            "内部错误：ValueError: two lines（请报告此问题）",
            None,
        ),
        (
            Document("a", "in/a", "a" * 1_000_001),
            "too long",
            "has 1,000,001 characters, at most 1,000,000 can be labelled; split it",
            "有 1,000,001 字，最多可标注 1,000,000 字，请拆分",
            Cause.TOO_LARGE,
        ),
        (
            Document("a", "in/a", "医保", {}, {"姓名": "\ud800"}),
            "unreadable",
            "holds half a surrogate pair, which is not text; fix the file",
            "含有半个代理对，不是文字，请修正该文件",
            Cause.ENCODING,
        ),
    ],
    ids=["error", "too long", "surrogate"],
)
def test_a_document_that_fails_says_why(
    worker: WorkerProcess, document: Document, kind: str, reason: str, chinese: str, cause: Cause | None
) -> None:
    failed, after = ask(worker, document, Document("b", "in/b", "医保"))
    listed = {name: failed["failure"][name] for name in LISTED}
    assert listed == {"id": "a", "source": "in/a", "kind": kind, "reason": reason, "line": None}
    kept = Failure.from_json(failed["failure"])
    assert (kept.reason, translated(kept.reason, "zh"), kept.cause) == (reason, chinese, cause)
    assert after["record"]["id"] == "b"


@pytest.mark.parametrize(
    ("loader", "problem"),
    [
        ("no_such_module:load", "ModuleNotFoundError: No module named 'no_such_module'"),
        ("tests.batch.faults:no_such_function", "AttributeError: "),
        (
            "tests.batch.faults:exhaust",
            "a worker process needs more memory to start than there is; try fewer",
        ),
    ],
)
def test_a_pipeline_that_cannot_be_loaded_is_said_in_one_line(loader: str, problem: str) -> None:
    process = WorkerProcess(WorkerSettings(loader=loader))
    answer = process.receive(60)
    process.close()
    assert list(answer) == ["unusable"]
    said = message_from_json(answer["unusable"])
    assert said.startswith(problem)
    assert "\n" not in said
