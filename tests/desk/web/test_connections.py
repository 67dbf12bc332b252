from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator

import pytest
import uvicorn

from nhsa_nlp.desk.web.connections import Connection

_SECONDS = 0.5
_REQUEST = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


class _Quick(Connection):
    HEAD_SECONDS = _SECONDS


async def _answer(scope: object, receive: object, send: object) -> None:
    await asyncio.sleep(2 * _SECONDS)  # an answer may take longer than a head
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"2")]})  # type: ignore[operator]
    await send({"type": "http.response.body", "body": b"ok"})  # type: ignore[operator]


@pytest.fixture
def port() -> Iterator[int]:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        server = uvicorn.Server(uvicorn.Config(_answer, http=_Quick, lifespan="off", log_level="error"))
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        while not server.started:
            time.sleep(0.01)
        yield int(listener.getsockname()[1])
        server.should_exit = True
        thread.join()


def seconds_until_closed(client: socket.socket, drops: bytes = b"") -> float:
    """Send a head drop by drop until the server hangs up."""
    began = time.monotonic()
    client.settimeout(0.05)
    for place in range(400):
        try:
            if place < len(drops):
                client.sendall(drops[place : place + 1])
            if client.recv(100) == b"":
                break
        except TimeoutError:
            continue
        except OSError:
            break
    return time.monotonic() - began


@pytest.mark.parametrize("drops", [b"", b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 400])
def test_a_head_that_does_not_come_in_time_ends_the_connection(port: int, drops: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port)) as client:
        assert _SECONDS * 0.8 < seconds_until_closed(client, drops) < 10 * _SECONDS


def test_a_head_in_time_is_answered_and_the_next_one_limited(port: int) -> None:
    with socket.create_connection(("127.0.0.1", port)) as client:
        client.settimeout(30)
        for _ in range(2):
            client.sendall(_REQUEST[:10])
            time.sleep(0.1)
            client.sendall(_REQUEST[10:])
            answer = b""
            while not answer.endswith(b"ok"):
                answer += client.recv(1000)
            assert answer.startswith(b"HTTP/1.1 200")
        second = seconds_until_closed(client, b"GET / HTTP/1.1\r\nX: " + b"a" * 400)
        assert _SECONDS * 0.8 < second < 10 * _SECONDS
