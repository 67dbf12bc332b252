"""A desk as it is used: a process of its own, and officers who work on it over HTTP."""

from __future__ import annotations

import contextlib
import os
import random
import re
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx2 as httpx

from nhsa_nlp.desk.decisions import CHOICES
from tests.desk.desks import PASSWORD

_START_SECONDS = 120.0
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')
_VERSION = re.compile(r'name="version" value="(\d+)"')


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(folder: Path, port: int, *more: str) -> subprocess.Popen[str]:
    """Start a server, and wait until it answers."""
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "nhsa_nlp", "desk", "--data", str(folder), "--no-browser"),
            *("--port", str(port), *more),
        ],
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    end = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 0.2):
            return process
        time.sleep(0.02)
    process.kill()
    raise AssertionError(process.communicate()[1])


@contextlib.contextmanager
def server(folder: Path, *more: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Give a server and its address; it ends as Ctrl-C ends it."""
    port = free_port()
    process = start(folder, port, *more)
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def workers_of(pid: int) -> list[int]:
    """Return the processes that a server has started."""
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        with contextlib.suppress(OSError):
            found += map(int, path.read_text().split())
    return found


def is_there(pid: int) -> bool:
    """Return whether a process runs (one that has ended but was not asked after does not)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@dataclass
class Officer:
    """A script that decides documents at random, whatever happens to the server.

    Attributes
    ----------
    confirmed
        What the server said was done: document, version before, label.
    unknown
        What was sent, and no answer came.
    """

    name: str
    address: str
    documents: int
    seed: int
    confirmed: list[tuple[int, int, str]] = field(default_factory=list)
    unknown: list[tuple[int, int, str]] = field(default_factory=list)
    refused: int = 0
    trouble: list[str] = field(default_factory=list)

    def work(self, ended: threading.Event) -> None:
        """Decide until it is over."""
        chosen = random.Random(self.seed)  # noqa: S311
        client = httpx.Client(base_url=self.address, timeout=30.0)
        logged_in = False
        while not ended.is_set():
            try:
                if not logged_in:
                    data = {"name": self.name, "password": PASSWORD}
                    logged_in = client.post("/login", data=data).status_code == 303
                    continue
                self._decide(client, chosen)
            except httpx.TransportError:  # the server was killed
                time.sleep(0.05)

    def _decide(self, client: httpx.Client, chosen: random.Random) -> None:
        doc, label = chosen.randint(1, self.documents), chosen.choice(CHOICES)
        page = client.get(f"/documents/{doc}")
        csrf, version = _CSRF.search(page.text), _VERSION.search(page.text)
        if page.status_code != 200 or csrf is None:
            self.trouble.append(f"{page.status_code}: {page.text[:200]}")
            return
        if version is None:  # somebody else is at it
            return
        act = doc, int(version[1]), label
        data = {"csrf": csrf[1], "version": version[1], "label": label}
        try:
            answer = client.post(f"/documents/{doc}/decide", data=data)
        except httpx.TransportError:
            self.unknown.append(act)
            raise
        if answer.status_code == 303:
            self.confirmed.append(act)
        elif answer.status_code == 409:
            self.refused += 1
        else:
            self.trouble.append(f"{answer.status_code}: {answer.text[:200]}")


def kill(process: subprocess.Popen[str]) -> None:
    """End a server as a loss of power does, as far as processes go."""
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
