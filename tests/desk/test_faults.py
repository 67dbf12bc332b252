"""A server that is killed, a file half read, a second server: with real processes."""

from __future__ import annotations

import csv
import random
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import httpx2 as httpx
import pytest

from nhsa_nlp.desk import events
from nhsa_nlp.desk.accounts import add_user
from nhsa_nlp.desk.bundles import prepare_bundle
from nhsa_nlp.desk.intake import enter_file
from nhsa_nlp.desk.store import Store
from tests.desk.desks import PASSWORD, PROPOSALS, put
from tests.desk.servers import Officer, free_port, is_there, kill, server, start, workers_of

pytestmark = [
    pytest.mark.skipif(sys.platform == "win32", reason="signals and /proc"),
    pytest.mark.usefixtures("chinese"),
]

KILLS = 20


@pytest.mark.slow
def test_no_confirmed_decision_is_lost_or_doubled_when_the_server_is_killed(store: Store) -> None:
    for turn in range(2):
        for path in PROPOSALS:
            put(store, f"{path.stem}-{turn}", path.read_text("utf-8"))
    names = ("甲某", "乙某", "丙某")
    for name in names:
        add_user(store, name, "officer", PASSWORD)
    folder, port, chosen = store.folder, free_port(), random.Random(16)  # noqa: S311
    store.close()
    officers = [
        Officer(name, f"http://127.0.0.1:{port}", 2 * len(PROPOSALS), seed) for seed, name in enumerate(names)
    ]
    ended = threading.Event()
    threads = [threading.Thread(target=officer.work, args=(ended,)) for officer in officers]
    for thread in threads:
        thread.start()
    try:
        for _ in range(KILLS):
            process = start(folder, port, "--users")
            enough = sum(len(officer.confirmed) for officer in officers) + chosen.randint(1, 12)
            while sum(len(officer.confirmed) for officer in officers) < enough:
                time.sleep(0.001)
                assert process.poll() is None
            time.sleep(chosen.uniform(0.0, 0.05))
            kill(process)
    finally:
        ended.set()
        for thread in threads:
            thread.join()
    assert [officer.trouble for officer in officers] == [[], [], []]
    assert all(officer.confirmed for officer in officers)
    with Store(folder) as after:
        assert list(events.verify(after.reading())) == []
        done: Counter[tuple[str, int, int, str]] = Counter()
        for doc in range(1, 2 * len(PROPOSALS) + 1):
            for event in events.history(after.reading(), doc)[1:]:
                assert event.version is not None
                done[event.actor, doc, event.version - 1, event.after["label"]] += 1
    assert set(done.values()) == {1}
    confirmed = {(officer.name, *act) for officer in officers for act in officer.confirmed}
    unknown = {(officer.name, *act) for officer in officers for act in officer.unknown}
    assert len(confirmed) >= KILLS
    assert confirmed <= set(done)
    assert set(done) <= confirmed | unknown


@pytest.mark.slow
def test_a_file_half_read_when_the_server_is_killed_is_complete_afterwards(tmp_path: Path) -> None:
    rows = [f"关于第{number}件事项的建议：建议完善第{number}项医疗保障政策。" for number in range(1500)]
    register = tmp_path / "登记表.csv"
    with register.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["正文"], *([row] for row in rows)])
    port = free_port()
    with Store(tmp_path / "desk") as store:
        prepare_bundle(store, None)
        enter_file(store, register, register.name, "甲")
        base = store.reading()
        for least in (1, 500):
            process = start(store.folder, port)
            while base.execute("SELECT count(*) FROM documents").fetchone()[0] < least:
                time.sleep(0.01)
                assert process.poll() is None
            workers = workers_of(process.pid)
            assert workers
            kill(process)
            end = time.monotonic() + 60
            while any(map(is_there, workers)):
                assert time.monotonic() < end, "a worker outlives its server"
                time.sleep(0.05)
        assert base.execute("SELECT count(*) FROM documents").fetchone()[0] < len(rows)
        process = start(store.folder, port)
        while base.execute("SELECT 1 FROM files WHERE state = 'waiting'").fetchone():
            time.sleep(0.05)
            assert process.poll() is None
        kill(process)
        file = base.execute("SELECT * FROM files").fetchone()
        assert (file["state"], file["documents"], file["repeated"], file["error"]) == ("read", 1500, 0, None)
        assert [row[0] for row in base.execute("SELECT text FROM texts ORDER BY doc")] == rows
        assert list(events.verify(base)) == []


@pytest.mark.slow
def test_a_second_server_on_the_folder_is_refused_in_a_line(store: Store) -> None:
    folder = store.folder
    store.close()
    with server(folder) as (_, address):
        command = [
            sys.executable,
            "-m",
            "nhsa_nlp",
            "--lang",
            "en",
            "desk",
            "--no-browser",
            "--data",
            str(folder),
        ]
        for port, reason in (
            ("0", "another desk is serving it"),
            (address.rpartition(":")[2], "cannot be used"),
        ):
            second = subprocess.run([*command, "--port", port], capture_output=True, text=True, check=False)
            assert second.returncode == 2
            (line,) = second.stderr.splitlines()
            assert line.startswith("nhsa-nlp: error:")
            assert reason in line
        assert httpx.get(f"{address}/queue").status_code == 200
    with server(folder) as (_, address):  # its folder is free again
        assert httpx.get(f"{address}/queue").status_code == 200


@pytest.mark.slow
def test_ctrl_c_ends_it_without_a_word(store: Store) -> None:
    folder = store.folder
    (folder / "upload-left").write_bytes(b"x")
    (folder / "export-left").mkdir()
    store.close()
    with server(folder) as (process, address):
        assert list(folder.glob("*-left")) == []
        page = httpx.get(f"{address}/queue")
        assert (page.status_code, page.headers.get("server")) == (200, None)
        foreign = httpx.get(f"{address}/queue", headers={"host": "evil.example"})
        assert foreign.status_code == 421
    assert process.returncode in (0, 130)


def test_what_is_wrong_with_a_request_is_no_matter_of_the_terminal(tmp_path: Path) -> None:
    with server(tmp_path) as (process, address):
        for kind, body in (
            ("multipart/form-data; boundary=x", b"--y"),
            ("multipart/form-data; boundary=x", b"--x\r\na\0: b\r\n\r\n"),
            ("multipart/form-data", b"a"),
        ):
            answer = httpx.post(f"{address}/login", content=body, headers={"content-type": kind})
            assert answer.status_code in (303, 400)
        with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as connection:
            connection.sendall(b"nothing of the kind\r\n\r\n")
            assert b" 400 " in connection.recv(100)
        process.send_signal(signal.SIGINT)
        lines = process.communicate(timeout=60)[1].splitlines()
    assert [line for line in lines if not line.startswith("nhsa-nlp: ")] == []
