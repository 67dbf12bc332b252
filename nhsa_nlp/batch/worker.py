"""The worker process: reads and labels the documents it is sent, takes a container apart, or writes outputs.

Started by `nhsa_nlp.batch.process`; requests come on standard input, answers go to standard output.
It ends when its standard input ends, so that it does not outlive the run.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import queue
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Set
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import Any, BinaryIO

from nhsa_nlp.batch.budget import Budget
from nhsa_nlp.batch.failures import Failure, refusal
from nhsa_nlp.batch.wire import decode_part, encode_part, failed, kept, make_result, receive, send
from nhsa_nlp.errors import Cause, InputError, NhsaNlpError, OutputError
from nhsa_nlp.io import ReadOptions, Unreadable, expand, read_part
from nhsa_nlp.io.store.ledger import document_fingerprint
from nhsa_nlp.io.store.search_tokens import index_text
from nhsa_nlp.pipeline.raw import HALF_PAIR
from nhsa_nlp.pipeline.records import Analyser, as_analyser, label_document
from nhsa_nlp.translation import Message, located, message_to_json

Answer = tuple[dict[str, Any], bytes | None]

_LONGEST = 1e9  # seconds; the system counts no longer ones
_PR_SET_PDEATHSIG = 1  # of <sys/prctl.h>
_GRACE = 10  # seconds of processor time past the timeout after which a worker stops itself
_SKIPPED_AT_ONCE = 1000  # parts between two signs of life
_NO_MEMORY_TO_START = Message(
    "a worker process needs more memory to start than there is; try fewer --workers or more --max-memory"
)
_OUT_OF_MEMORY = Message("needs more memory than there is; split it, or allow more with --max-memory")


def main() -> None:
    """Work until there is nothing more to do."""
    for name in ("SIGINT", "SIGTERM"):
        signal.signal(getattr(signal, name), signal.SIG_IGN)  # the run decides when this process ends
    requests, answers = _take_over_streams()
    settings = receive(requests)
    _end_with(settings["leader"])
    _limit_memory(settings["max_memory"])
    try:
        work = {"label": _labeller, "unpack": _unpacker, "write": _writer}[settings["job"]](settings)
    except Exception as error:  # noqa: BLE001 - whatever it is, the run must be told
        problem = " ".join(f"{type(error).__name__}: {error}".split())
        if isinstance(error, NhsaNlpError):
            problem = str(error)
        elif isinstance(error, MemoryError):
            problem = _NO_MEMORY_TO_START
        send(answers, {"unusable": message_to_json(problem)})
        return
    waiting: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(requests, waiting), daemon=True).start()
    send(answers, {"ready": True})  # what goes wrong before is no document's fault
    while True:
        for message, body in work(waiting.get()):
            send(answers, message, body)


def _take_over_streams() -> tuple[BinaryIO, BinaryIO]:
    """Return the streams of the run; whatever else prints or reads here gets the null device."""
    requests, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    return requests, answers


def _listen(requests: BinaryIO, waiting: queue.SimpleQueue[dict[str, Any]]) -> None:
    """Queue requests; end the process when the run has gone, whatever it is doing."""
    try:
        while True:
            waiting.put(receive(requests))
    except (EOFError, OSError):
        os._exit(0)


def _end_with(leader: int) -> None:
    """Have the system kill this process with the thread that started it (Linux): native code may be stuck."""
    if sys.platform != "linux":
        return
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != leader:
        os._exit(0)


def _limit_memory(limit: int | None) -> None:
    if limit is not None:
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))


def _labeller(settings: dict[str, Any]) -> Callable[[dict[str, Any]], Iterator[Answer]]:
    options = ReadOptions(**settings["options"])
    more = {name for name in ("texts", "tokens", "figures") if settings[name]}
    module, _, name = settings["loader"].partition(":")
    chosen = {"segmenter": settings["segmenter"]} if settings["segmenter"] else {}
    analyser = as_analyser(getattr(import_module(module), name)(settings["bundle"], **chosen))

    def work(request: dict[str, Any]) -> Iterator[Answer]:
        for task in request["tasks"]:
            with _alarm(settings["timeout"]):
                try:
                    result = make_result(list(_outcomes(analyser, task, options, more)))
                except (ValueError, TypeError, RecursionError) as error:
                    result = failed(_fault(error, task["id"], task["part"]["source"]))
            yield {"labels": result.labels, "failures": result.failures}, result.body

    return work


def _outcomes(
    analyser: Analyser, task: dict[str, Any], options: ReadOptions, more: Set[str]
) -> Iterator[dict[str, Any]]:
    part = decode_part(task["part"])
    name = task["id"]
    try:
        found = (item for inner in expand(part, options) for item in read_part(inner, options))
        for number, item in enumerate(found):
            name = f"{task['id']}-{number}" if number else task["id"]
            try:
                if isinstance(item, Unreadable):
                    raise item.error
                known = None if number else task.get("known")
                if known is not None and document_fingerprint(item) == known:
                    yield kept(name, item.source)
                    continue
                record = label_document(analyser, replace(item, id=name))
            except InputError as error:
                yield _failure(refusal(Unreadable(name, item.source, error)))
            else:
                outcome: dict[str, Any] = {"record": record}
                if "texts" in more:
                    outcome["text"] = item.text
                if "tokens" in more:
                    outcome["tokens"] = index_text(item.text)
                if "figures" in more:
                    from nhsa_nlp.archive.figures import find_figures

                    outcome["figures"] = find_figures(record, item.text)
                yield outcome
    except (Exception, SystemExit) as error:  # noqa: BLE001 - one document must not end the run
        yield _failure(_fault(error, name, part.source))


@contextlib.contextmanager
def _alarm(timeout: float | None) -> Iterator[None]:
    """Have the system end the process if it is stuck and no run is left to notice.

    It counts the processor time of all threads: the clock goes on while a process is stopped.
    """
    if timeout is None or not hasattr(signal, "setitimer"):
        yield
        return
    seconds = min((timeout + _GRACE) * (os.cpu_count() or 1), _LONGEST)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)


def _unpacker(settings: dict[str, Any]) -> Callable[[dict[str, Any]], Iterator[Answer]]:
    options, timeout = ReadOptions(**settings["options"]), settings["timeout"]

    def work(request: dict[str, Any]) -> Iterator[Answer]:
        file = decode_part(request["file"])
        skipped: Counter[str] = Counter()
        budget = Budget(timeout)
        try:
            for number, part in enumerate(expand(file, options, skipped=skipped)):
                if number >= request["skip"]:
                    if isinstance(part, Unreadable):
                        yield _failure(refusal(part)), None
                    else:
                        yield {"part": encode_part(part)}, None
                elif number % _SKIPPED_AT_ONCE == 0:
                    yield {"skipped": number}, None
                budget.earn(part)
                if budget.is_spent:
                    yield _failure(Failure(file.id, file.source, "timeout", budget.reason)), None
                    break
        except Exception as error:  # noqa: BLE001 - one file must not end the run
            yield _failure(_fault(error, file.id, file.source)), None
        yield {"end": skipped}, None

    return work


def _writer(_settings: dict[str, Any]) -> Callable[[dict[str, Any]], Iterator[Answer]]:
    from nhsa_nlp.batch.writing import write_output

    def work(request: dict[str, Any]) -> Iterator[Answer]:
        for path in request["outputs"]:
            problem = None
            try:
                write_output(Path(request["folder"]), Path(path), request["bundle"])
            except OutputError as error:
                problem = str(error)
            except Exception as error:  # noqa: BLE001 - whatever it is, the run must be told
                reason = _fault(error, "", "").reason
                problem = located(path, Message("cannot be written: {reason}", reason=reason))
            yield {"error": problem and message_to_json(problem)}, None

    return work


def _failure(failure: Failure) -> dict[str, Any]:
    return {"failure": failure.to_json()}


def _fault(error: BaseException, name: str, source: str) -> Failure:
    """Return the failure of a document on which something broke."""
    if isinstance(error, MemoryError):
        return Failure(name, source, "memory", _OUT_OF_MEMORY)
    if isinstance(error, UnicodeEncodeError):
        return Failure(name, source, "unreadable", HALF_PAIR, cause=Cause.ENCODING)
    problem = " ".join(f"{type(error).__name__}: {error}".split())[:500]
    return Failure(
        name, source, "error", Message("internal error: {problem} (please report it)", problem=problem)
    )
