from __future__ import annotations

import signal
import threading
import time

import pytest

from nhsa_nlp.batch.process import WorkerDiedError, WorkerProcess, WorkerSettings, signals_blocked


@pytest.mark.parametrize(
    ("status", "what"),
    [
        (-9, "was killed by SIGKILL"),
        (-1, "was killed by SIGHUP"),
        (-200, "was killed by signal 200"),
        (0, "ended with exit status 0"),
        (7, "ended with exit status 7"),
    ],
)
def test_how_a_worker_died_is_said(status: int, what: str) -> None:
    assert str(WorkerDiedError(status, timed_out=False)) == what


def started() -> WorkerProcess:
    worker = WorkerProcess(WorkerSettings(job="unpack"))
    assert worker.receive(60) == {"ready": True}
    return worker


def test_a_worker_that_says_nothing_in_its_time_is_killed() -> None:
    worker = started()
    began = time.monotonic()
    with pytest.raises(WorkerDiedError) as caught:
        worker.receive(0.3)
    assert 0.3 <= time.monotonic() - began < 10
    assert caught.value.timed_out
    assert caught.value.what == "was killed by SIGKILL"


def test_a_worker_that_dies_did_not_take_too_long() -> None:
    worker = started()
    worker.send({"file": None, "skip": 0})
    with pytest.raises(WorkerDiedError) as caught:
        worker.receive(60)
    assert not caught.value.timed_out
    with pytest.raises(WorkerDiedError):
        worker.send({})
    with pytest.raises(WorkerDiedError):
        worker.receive_body()


def test_a_worker_stopped_from_elsewhere_did_not_take_too_long() -> None:
    worker = started()
    worker.stop()
    with pytest.raises(WorkerDiedError) as caught:
        worker.receive(60)
    assert not caught.value.timed_out


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="Windows has no masks")
def test_signals_are_kept_from_a_thread_and_let_in_again() -> None:
    def mask() -> set[int]:
        return {int(number) for number in signal.pthread_sigmask(signal.SIG_BLOCK, ())}

    before = mask()
    heard: list[int] = []
    handler = signal.signal(signal.SIGTERM, lambda number, _frame: heard.append(number))
    try:
        with signals_blocked():
            assert mask() == before | {signal.SIGINT, signal.SIGTERM}
            signal.pthread_kill(threading.get_ident(), signal.SIGTERM)  # other threads do not block it
            assert heard == []
        assert heard == [signal.SIGTERM]
    finally:
        signal.signal(signal.SIGTERM, handler)
    assert mask() == before
