"""Ctrl-C and SIGTERM during a run: the first ends it in good order, the second at once."""

from __future__ import annotations

import contextlib
import signal
import threading
from collections.abc import Iterator
from types import FrameType
from typing import Any


class Interruptions:
    """Have SIGINT and SIGTERM raise ``KeyboardInterrupt``, but not where that would do harm.

    A signal that is ignored stays ignored, as shells need it for background jobs; other handlers stay,
    too. After the first signal the default handling is back, so that a second one ends the process at
    once. Does nothing outside the main thread.
    """

    def __init__(self) -> None:
        self._before: dict[int, Any] = {}
        self._held = self._arrived = False

    def __enter__(self) -> Interruptions:
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGINT, signal.SIGTERM):
                if signal.getsignal(number) in (signal.default_int_handler, signal.SIG_DFL):
                    self._before[number] = signal.signal(number, self._take)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    @contextlib.contextmanager
    def held(self) -> Iterator[None]:
        """Delay an interruption until the end of the block."""
        self._held = True
        try:
            yield
        finally:
            self._held = False
        if self._arrived:
            raise KeyboardInterrupt

    def _take(self, _number: int, _frame: FrameType | None) -> None:
        for known in self._before:
            signal.signal(known, signal.SIG_DFL)
        self._arrived = True
        if not self._held:
            raise KeyboardInterrupt
