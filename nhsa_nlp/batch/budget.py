"""The processor time that taking a container apart may use: a limit that grows with what comes out."""

from __future__ import annotations

import time

from nhsa_nlp.io import Part, size_of
from nhsa_nlp.translation import Message

_PER_PART = 0.001  # seconds; rows and small files take 15 to 50 microseconds, a row of 300 columns 170
_PER_UNIT = 1e-6  # seconds a character or byte; long ones take 0.01 to 0.04 microseconds


class Budget:
    """The processor time of this process for one container.

    Each part may come within the timeout, and all of them take for ever: a small workbook can have
    thousands of rows that are made of tens of thousands of empty cells. So the time that the parts and their
    content do not account for has a limit, the timeout too.

    Parameters
    ----------
    timeout
        Seconds; ``None`` for no limit.
    """

    def __init__(self, timeout: float | None):
        self._timeout = timeout
        self._began = time.process_time()
        self._earned = 0.0

    def earn(self, part: Part) -> None:
        """Allow the time for a part."""
        self._earned += _PER_PART + _PER_UNIT * size_of(part)

    @property
    def is_spent(self) -> bool:
        """Whether more time has been used."""
        return self._timeout is not None and (
            time.process_time() - self._began - self._earned > self._timeout
        )

    @property
    def reason(self) -> str:
        """What to say then."""
        return Message(
            "is read only up to here: taking it apart takes {timeout:g} s longer than its documents "
            "account for; raise --timeout, or save it without empty cells",
            timeout=self._timeout,
        )
