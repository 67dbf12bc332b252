from __future__ import annotations

import csv
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

COMMAND = [sys.executable, "-m", "nhsa_nlp", "policies"]
OPINION = "关于健全重特大疾病医疗保险和救助制度的意见"


def line(name: str, *titles: str) -> str:
    entities = [
        {"label": "POLICY", "start": 0, "end": 1, "text": "", "title": title, "alias": False, "ref": None}
        for title in titles
    ]
    return json.dumps(
        {"id": name, "source": name, "sha256": "", "topic": {"label": "医保"}, "entities": entities}
    )


@pytest.fixture
def records(tmp_path: Path) -> Path:
    path = tmp_path / "records.jsonl"
    path.write_text(f"{line('a', OPINION, '社会保险法')}\n{line('b', '国务院办公厅' + OPINION)}\n", "utf-8")
    return path


def run(*args: object, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, args)],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_json_lines_to_a_pipe(records: Path) -> None:
    for done in (run(records), run("-", stdin=records.read_text("utf-8")), run(records, "--output", "-")):
        assert done.returncode == 0, done.stderr
        objects = [json.loads(each) for each in done.stdout.splitlines()]
        assert [(each["title"], each["citations"], len(each["documents"])) for each in objects] == [
            (OPINION, 2, 2),
            ("社会保险法", 1, 1),
        ]
        assert objects[0]["issuer"] == "国务院办公厅"


@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".graphml", ".CSV"])
def test_output_by_suffix(records: Path, tmp_path: Path, suffix: str) -> None:
    output = tmp_path / f"out{suffix}"
    done = run(records, "-o", output)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == f"nhsa-nlp: wrote {output}\n"
    data = output.read_bytes()
    if suffix.lower() == ".csv":
        assert data.startswith(b"\xef\xbb\xbf")
        assert len(list(csv.reader(output.read_text("utf-8-sig").splitlines()))) == 3
    elif suffix == ".jsonl":
        assert all(json.loads(each) for each in data.decode().splitlines())
    else:
        assert data.startswith(b"<?xml")


def test_bad_lines_are_named_and_the_rest_is_done(records: Path) -> None:
    with records.open("a", encoding="utf-8") as file:
        file.write(f"not a record\x1b[31m\n{line('c', '社会保险法')}\n")
    done = run(records)
    assert done.returncode == 1
    assert done.stderr.startswith(f"nhsa-nlp: error: {records}:3: ")
    assert "\x1b" not in done.stderr
    assert [json.loads(each)["citations"] for each in done.stdout.splitlines()] == [2, 2]


def test_wrong_usage(records: Path, tmp_path: Path) -> None:
    before = records.read_bytes()
    for args in (
        [],
        [tmp_path / "missing.jsonl"],
        [tmp_path],
        [records, "-o", tmp_path / "out.xlsx"],
        [records, "-o", records],
        [records, "-o", tmp_path / "no" / "out.csv"],
    ):
        done = run(*args)
        assert done.returncode == 2, args
        assert "Traceback" not in done.stderr
    assert records.read_bytes() == before
    # What cannot be written is found out before anything is read.
    done = run("-", "-o", tmp_path / "no" / "out.csv", stdin="no record\n")
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out.xlsx").exists()


def test_an_empty_archive_is_no_error(tmp_path: Path) -> None:
    path = tmp_path / "empty.jsonl"
    path.touch()
    done = run(path)
    assert (done.returncode, done.stdout) == (0, "")


def test_repeated_and_unresolved_are_mentioned(tmp_path: Path) -> None:
    entity = {
        "label": "POLICY",
        "start": 0,
        "end": 1,
        "text": "",
        "title": "办法",
        "alias": True,
        "ref": None,
    }
    text = json.dumps({"id": "a", "entities": [entity]})
    done = run("-", stdin=f"{text}\n{text}\n")
    assert done.returncode == 0
    assert "counted once: 1" in done.stderr
    assert "not counted: 1" in done.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo-terminal")
def test_a_terminal_gets_a_table(records: Path) -> None:
    import pty

    with records.open("a", encoding="utf-8") as file:
        file.write(line("c", "标题\x1b[31m〈甲〉管理办法") + "\n")
    main, side = pty.openpty()
    with subprocess.Popen(
        [*COMMAND, str(records)],
        stdout=side,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "COLUMNS": "140", "NO_COLOR": "1", "TERM": "dumb"},
    ) as process:
        os.close(side)
        shown = b""
        while True:
            try:
                part = os.read(main, 65536)
            except OSError:  # how Linux reports the end
                break
            if not part:
                break
            shown += part
    os.close(main)
    text = shown.decode()
    assert process.returncode == 0
    assert OPINION in text
    assert "3 policies cited in 3 documents" in text
    assert "\x1b[31m" not in text
