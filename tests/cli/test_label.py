from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from nhsa_nlp.cli.app import app
from tests.paths import LETTERS

LETTER = LETTERS / "npc-13-4-2020.txt"
COMMAND = [sys.executable, "-m", "nhsa_nlp", "label"]
POSIX = pytest.mark.skipif(os.name != "posix", reason="signals and terminals of POSIX")


def label(*args: str | Path, stdin: bytes | None = None) -> Any:
    return CliRunner().invoke(app, ["label", *map(str, args)], input=stdin)


def records(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


MANY = 6000  # at over 100 a second, long enough to be interrupted on a busy machine, too


@pytest.fixture
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of so many documents that labelling them takes a while."""
    folder = tmp_path_factory.mktemp("many")
    for number in range(MANY):
        shutil.copy(LETTER, folder / f"{number:04}.txt")
    return folder


def test_a_folder_becomes_a_record_a_document() -> None:
    result = label(LETTERS)
    assert result.exit_code == 0, result.stderr
    assert result.stderr == ""
    found = records(result.stdout)
    assert [record["id"] for record in found] == [
        "cppcc-13-4-4599",
        "notice-2019-04-12",
        "npc-13-4-2020",
        "npc-13-5-6706",
    ]
    for record in found:
        raw = Path(record["source"]).read_bytes().decode("utf-8")
        assert record["chars"] == len(raw)
        assert record["entities"]
        assert all(raw[entity["start"] : entity["end"]] == entity["text"] for entity in record["entities"])


@pytest.mark.slow
def test_output_to_a_file_is_the_same_as_to_a_pipe(tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    output.write_text("old\n")
    result = label(LETTER, "--output", output, "--overwrite")
    assert (result.exit_code, result.stdout) == (0, "")
    assert output.read_text(encoding="utf-8") == label(LETTER).stdout == label(LETTER, "-o", "-").stdout


def test_standard_input_and_other_encodings_give_the_same_record(tmp_path: Path) -> None:
    text = LETTER.read_text(encoding="utf-8")
    for name in ("gb18030", "utf-16"):
        (tmp_path / f"{name}.txt").write_bytes(text.encode(name))
    result = label(LETTER, tmp_path, "-", stdin=text.encode())
    found = records(result.stdout)
    assert [record.pop("id") for record in found] == ["npc-13-4-2020", "gb18030", "utf-16", "stdin"]
    assert [record.pop("source") for record in found][-1] == "-"
    assert all(record == found[0] for record in found[1:])


def test_an_output_that_is_named_is_read_and_said_to_be_one(tmp_path: Path) -> None:
    assert label(LETTER, "-o", tmp_path / "out.csv").exit_code == 0
    result = label(LETTER, tmp_path / "out.csv")
    assert [record["source"].rpartition("/")[2] for record in records(result.stdout)] == [
        LETTER.name,
        "out.csv#row=2",
    ]
    assert result.stderr.count(f"{tmp_path / 'out.csv'} is an output of this program; it is read") == 1
    assert LETTER.name not in result.stderr


@pytest.mark.parametrize("timeout", ["inf", "1e300"])
def test_a_timeout_that_never_comes_is_none(timeout: str) -> None:
    assert label(LETTER, "--timeout", timeout).stdout == label(LETTER).stdout


def test_bad_files_are_named_and_the_good_ones_done(tmp_path: Path) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    shutil.copy(LETTER, folder / "b.txt")
    shutil.copy(LETTER, folder / "z.txt")
    (folder / "a.txt").write_bytes(b"\x7fELF\0\0")
    (folder / "c.txt").write_bytes(b"")
    (folder / "d.txt").write_text("医保" * 6_000_000, encoding="utf-8")
    (folder / "e.pages").write_bytes(b"%PDF")
    output = tmp_path / "out.jsonl"
    result = label(folder, folder / "e.pages", "--output", output)
    assert result.exit_code == 1
    assert [record["id"] for record in records(output.read_text(encoding="utf-8"))] == ["b", "z"]
    # A busy machine also says in between how far it is.
    progress = re.compile(r"nhsa-nlp: \d+ labelled, \d+ failed, \d+ a second")
    errors = [line for line in result.stderr.splitlines() if not progress.match(line)]
    for line, (name, problem) in zip(
        errors,
        {
            "a.txt": "is a binary file",
            "c.txt": "is empty",
            "d.txt": "has 12,000,000 characters",
            "e.pages": "cannot read .pages",
        }.items(),
        strict=False,
    ):
        assert line.startswith(f"nhsa-nlp: error: {(folder / name).as_posix()}: ")
        assert problem in line
    assert errors[4:6] == [
        "nhsa-nlp: passed over 1 file of other formats (.pages 1)",
        f"nhsa-nlp: 4 failed (unreadable 3, too long 1), listed in {tmp_path / 'out.jsonl.failed.jsonl'}; "
        "--retry-failed tries them again",
    ]
    assert re.fullmatch(r"nhsa-nlp: 2 labelled \(\S+ 2\); [\d.]+ s, \d+ a second", errors[6])
    listed = records((tmp_path / "out.jsonl.failed.jsonl").read_text(encoding="utf-8"))
    assert [(item["id"], item["kind"]) for item in listed] == [
        ("a", "unreadable"),
        ("c", "unreadable"),
        ("d", "too long"),
        ("e", "unreadable"),
    ]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        *(".out.jsonl.run", "in", "out.jsonl", "out.jsonl.failed.jsonl")
    ]
    (folder / "c.txt").write_text("关于提高门诊医保报销比例的建议", "utf-8")
    retried = label(folder, folder / "e.pages", "--output", output, "--retry-failed")
    assert re.search(r"nhsa-nlp: 3 labelled, 1 of them now \(.+\); [\d.]+ s, \d+ a second\n", retried.stderr)
    (folder / "e.pages").unlink()
    again = label(folder, folder / "z.txt", "--output", output, "--retry-failed")
    assert "a run with another list of PATHs is kept" in again.stderr


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["{tmp}/missing"], "no such file or folder"),
        (["{tmp}/empty"], "no documents in this folder"),
        (
            ["{letter}", "--output", "{tmp}/no/such/folder/out.jsonl"],
            "there is no folder {tmp}/no/such/folder; create it",
        ),
        (["{letter}", "--output", "{tmp}"], "cannot be written: it is a folder"),
        (["{letter}", "--output", "{tmp}/out.doc"], "cannot write this format"),
        (["{letter}", "--output", "-", "--output", "{tmp}/out.jsonl"], "name files only"),
        (["{letter}", "--keep-text"], "--keep-text: needs files to write"),
        (["{letter}", "--retry-failed"], "--retry-failed: needs files to write"),
        (["{letter}", "--retry-failed", "--output", "{tmp}/a.jsonl"], "no run with failed documents is kept"),
        (["{letter}", "--output", "{letter}"], "is one of the files to read"),
        (["{letter}", "--encoding", "klingon"], "unknown encoding"),
        (["{letter}", "--bundle", "{tmp}/nothing"], "no such model folder"),
        (["{letter}", "--bundle", "{tmp}/empty"], "not a model bundle"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_status_2(tmp_path: Path, args: list[str], message: str) -> None:
    (tmp_path / "empty").mkdir()
    before = sorted(LETTERS.iterdir())
    result = label(*(arg.format(tmp=tmp_path, letter=LETTER, letters=LETTERS) for arg in args))
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("nhsa-nlp: error: ")
    assert message.format(tmp=tmp_path) in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert sorted(LETTERS.iterdir()) == before


@pytest.mark.slow
def test_outputs_in_the_folder_that_is_read_are_no_documents(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(LETTER.read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "b.txt").write_bytes(b"")
    output = tmp_path / "index.jsonl"
    for _ in range(2):
        result = label(tmp_path, "--output", output)
        assert result.exit_code == 1
        assert [record["id"] for record in records(output.read_text(encoding="utf-8"))] == ["a"]
        assert [
            item["id"] for item in records((tmp_path / "index.jsonl.failed.jsonl").read_text("utf-8"))
        ] == ["b"]


def test_outputs_of_earlier_runs_are_passed_over_in_folders_and_read_if_named(tmp_path: Path) -> None:
    shutil.copy(LETTER, tmp_path / "letter.txt")
    (tmp_path / "empty.txt").touch()
    outputs = [tmp_path / f"old{suffix}" for suffix in (".jsonl", ".csv", ".tsv", ".xlsx", ".parquet")]
    result = label(tmp_path, "--keep-text", *(part for path in outputs for part in ("-o", path)))
    assert f"wrote {', '.join(map(str, outputs))}" in result.stderr
    (tmp_path / "empty.txt").unlink()
    (tmp_path / "register.csv").write_text("id,建议内容\n7,完善医保支付政策。\n", "utf-8")
    result = label(tmp_path)
    assert [record["id"] for record in records(result.stdout)] == ["letter", "7"]
    assert (
        "passed over 7 outputs of earlier runs" in result.stderr
    )  # the list of failures, the folder of texts
    assert len(records(label(tmp_path / "old.jsonl.texts").stdout)) == 1


def test_a_run_that_cannot_begin_keeps_the_old_output(tmp_path: Path) -> None:
    output = tmp_path / "out.jsonl"
    output.write_text("old\n")
    assert label(LETTER, "--bundle", tmp_path, "--output", output).exit_code == 2
    assert output.read_text() == "old\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_full_disk_is_one_line() -> None:
    result = label(LETTER, "--output", "/dev/full")
    assert result.exit_code == 2
    assert result.stderr.startswith("nhsa-nlp: error: /dev/full: cannot be written: No space left on device")


@POSIX
def test_hostile_names_are_only_names(tmp_path: Path) -> None:
    names = ["[bold]a.txt", "-x.txt", "b\n\x1b[31mc.txt", "$(touch pwned).txt", "' \".txt"]
    for name in names:
        shutil.copy(LETTER, tmp_path / name)
    (tmp_path / "bad\n\x1b[31m.txt").write_bytes(b"\0")
    shutil.copy(os.fsencode(LETTER), os.fsencode(tmp_path) + "/医保.txt".encode("gb18030"))
    result = label(tmp_path)
    assert result.exit_code == 1
    assert len(result.stderr.splitlines()) == 1
    assert "\x1b" not in result.stderr
    sources = [Path(record["source"]).name for record in records(result.stdout)]
    assert set(names) <= set(sources)
    assert len(sources) == len(names) + 1


@POSIX
def test_a_terminal_gets_a_table_below_the_complaints(tmp_path: Path) -> None:
    import pty

    shutil.copytree(LETTERS, tmp_path / "in")
    (tmp_path / "in" / "bad.txt").write_bytes(b"\0")
    ours, theirs = pty.openpty()
    environment = {**os.environ, "COLUMNS": "80", "LANG": "C.UTF-8", "TERM": "xterm"}
    with subprocess.Popen(
        [*COMMAND, str(tmp_path / "in")], stdout=theirs, stderr=theirs, stdin=theirs, env=environment
    ) as process:
        os.close(theirs)
        output = b""
        while chunk := _read(ours):
            output += chunk
    os.close(ours)
    assert process.returncode == 1
    lines = _shown(output.decode("utf-8"))
    headings = next(number for number, line in enumerate(lines) if line.startswith("Document "))
    names = sorted(path.stem for path in LETTERS.iterdir())
    # Each with its subject below it.
    assert [word for line in lines[headings + 2 :] if (word := line.split()[0]) in [*names, "4"]] == [
        *names,
        "4",
    ]
    assert any("bad.txt: is a binary file" in line for line in lines[:headings])
    assert not any("labelled" in line for line in lines)  # the progress is gone


def _shown(output: str) -> list[str]:
    """Return the lines a terminal shows in the end, as far as rich moves the cursor: CR, up, erase."""
    screen = [""]
    row = 0
    for piece in re.split(r"(\r?\n|\r|\x1b\[[0-9;?]*[A-Za-z])", output):
        if piece.endswith("\n"):
            row += 1
            screen += [""] * (row + 1 - len(screen))
        elif piece.endswith("K"):
            screen[row] = ""
        elif piece.endswith("A") and piece.startswith("\x1b"):
            row -= int(piece[2:-1] or 1)
        elif not piece.startswith(("\r", "\x1b")):
            screen[row] += piece
    return [line for line in screen if line.strip()]


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux: the other side is closed
        return b""


@pytest.mark.slow
@POSIX
def test_an_interruption_says_how_many_are_done_and_the_same_command_goes_on(
    many: Path, tmp_path: Path
) -> None:
    output = tmp_path / "out.jsonl"
    output.write_text("old\n")
    journal = tmp_path / ".out.jsonl.run" / "journal"
    # A child inherits an ignored SIGINT, as a shell gives it to what it runs in the background.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(
        [*COMMAND, str(many), "--output", str(output), "--overwrite"],
        stderr=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        signal.signal(signal.SIGINT, before)
        while process.poll() is None and not (journal.exists() and journal.stat().st_size):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 130
    done = journal.read_bytes().count(b"\n")
    assert 0 < done < MANY
    assert errors == (
        f"nhsa-nlp: error: interrupted; labelled so far: {done}, kept in {journal.parent}: "
        "run the same command again to continue\n"
    )
    assert output.read_text() == "old\n"
    for path in sorted(many.iterdir())[done + 20 :]:
        path.unlink()  # so many need not be waited for
    again = label(many, "--output", output, "--overwrite")
    assert again.exit_code == 0
    assert "continues the earlier run" in again.stderr
    found = [record["id"] for record in records(output.read_text(encoding="utf-8"))]
    assert found == [f"{number:04}" for number in range(done + 20)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out.jsonl"]


@pytest.mark.slow
@POSIX
def test_a_reader_that_stops_is_no_error(many: Path) -> None:
    with subprocess.Popen(
        [*COMMAND, str(many)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert json.loads(process.stdout.readline())["id"] == "0000"
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 141


@pytest.mark.slow
@pytest.mark.parametrize("segmenter", ["rjieba", "jieba", "pkuseg", "char"])
def test_any_segmenter_gives_the_same_record(segmenter: str) -> None:
    result = label(LETTER, "--segmenter", segmenter)
    assert result.exit_code == 0, result.stderr
    (found,), (expected,) = records(result.stdout), records(label(LETTER).stdout)
    assert found == expected


@pytest.mark.slow
def test_the_segmenter_reaches_the_workers(tmp_path: Path) -> None:
    result = label(LETTER, "--segmenter", "pkuseg", "--bundle", without_trained_segmenter(tmp_path))
    assert result.exit_code == 2
    assert "nhsa-nlp train segmenter" in result.stderr
    assert label(LETTER, "--segmenter", "jeiba").exit_code == 2


def without_trained_segmenter(folder: Path) -> Path:
    import nhsa_nlp
    from nhsa_nlp.pipeline.bundle import default_bundle_path, read_manifest, write_manifest
    from nhsa_nlp.pipeline.tokenizer import Tokenizer

    bundle = folder / "bundle"
    shutil.copytree(default_bundle_path(), bundle)
    Tokenizer(nhsa_nlp.load(bundle).vocab).to_disk(bundle / "tokenizer")
    for name in ("features.msgpack", "weights.npz"):
        (bundle / "tokenizer" / name).unlink()
    write_manifest(bundle, read_manifest(bundle))
    return bundle


@pytest.mark.parametrize(
    ("arguments", "then"),
    [
        (["label", str(LETTER)], ""),
        (["--version"], "from nhsa_nlp.text.segmenters import make_dictionary_segmenter as make; make()"),
    ],
)
def test_without_rjieba_one_line_says_so(tmp_path: Path, arguments: list[str], then: str) -> None:
    code = f"""
import sys
sys.modules["rjieba"] = None
from nhsa_nlp.cli.app import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
{then}
"""
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", "-c", code, *arguments],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (line,) = done.stderr.splitlines()
    assert line.startswith("nhsa-nlp: rjieba cannot be imported, so jieba takes its place")
