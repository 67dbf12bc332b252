from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator

import pytest

from nhsa_nlp.batch.signals import Interruptions


@pytest.fixture(autouse=True)
def as_in_a_new_process() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_interrupts_and_the_second_is_left_to_the_system(number: int) -> None:
    with Interruptions():
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)
        assert signal.getsignal(signal.SIGINT) == signal.getsignal(signal.SIGTERM) == signal.SIG_DFL
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def held_while_it_arrives(
    interruptions: Interruptions, done: list[str], error: Exception | None = None
) -> None:
    with interruptions.held():
        os.kill(os.getpid(), signal.SIGTERM)
        done.append("all")
        if error is not None:
            raise error


def test_what_is_done_as_a_whole_is_not_interrupted() -> None:
    done: list[str] = []
    with Interruptions() as interruptions, pytest.raises(KeyboardInterrupt):
        held_while_it_arrives(interruptions, done)
    assert done == ["all"]


def test_without_a_signal_nothing_is_raised() -> None:
    with Interruptions() as interruptions:
        with interruptions.held():
            pass
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)


def test_an_error_within_is_not_hidden() -> None:
    with Interruptions() as interruptions, pytest.raises(OSError, match="disk"):
        held_while_it_arrives(interruptions, [], OSError("disk"))


def test_a_handler_of_somebody_else_stays() -> None:
    heard: list[int] = []
    signal.signal(signal.SIGTERM, lambda number, _frame: heard.append(number))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Interruptions():
        os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGINT)
    assert heard == [signal.SIGTERM]


def test_nothing_is_done_outside_the_main_thread() -> None:
    def enter() -> None:
        with Interruptions():
            found.append(signal.getsignal(signal.SIGINT))

    found: list[object] = []
    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    assert found == [signal.default_int_handler]
