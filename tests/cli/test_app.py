from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from nhsa_nlp.cli.app import app
from tests.paths import LETTERS

COMMAND = [sys.executable, "-m", "nhsa_nlp"]


def run(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*COMMAND, *args], capture_output=True, encoding="utf-8", timeout=60, check=False)


@pytest.mark.parametrize(
    "command",
    [
        [],
        *(["label"], ["highlight"], ["info"], ["train"], ["evaluate"]),
        *(["audit"], ["suggest"], ["annotate"], ["convert"]),
    ],
)
def test_help_is_light(command: list[str]) -> None:
    code = (
        "import sys\n"
        "from nhsa_nlp.cli.app import main\n"
        f"sys.argv = ['nhsa-nlp', *{command!r}, '--help']\n"
        "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code\n"
        "heavy = {'spacy', 'sklearn', 'numpy', 'scipy', 'rich', 'joblib', 'thinc'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "formats = tuple(f'nhsa_nlp.io.{part}' for part in ('archives', 'documents', 'tables', 'writers'))\n"
        "assert not (opened := [name for name in sys.modules if name.startswith(formats)]), opened\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("Usage: nhsa-nlp")


def test_a_command_needs_nothing_of_the_others(tmp_path: Path) -> None:
    code = """
import sys
from nhsa_nlp.cli import app
try:
    app.main()
except SystemExit as stop:
    assert not stop.code
commands = set(app._MODULES.values())
more = ("numpy", "nhsa_nlp.batch.into_files", "nhsa_nlp.io.writers", "nhsa_nlp.io.documents.")
print(*sorted(name for name in sys.modules if name in commands or name.startswith(more)), file=sys.stderr)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, "label", str(LETTERS / "npc-13-4-2020.txt")],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    assert json.loads(done.stdout)["id"] == "npc-13-4-2020"
    assert done.stderr.split() == ["nhsa_nlp.cli.label", "nhsa_nlp.io.documents.unsupported"]


def test_help_names_every_command() -> None:
    done = run("--help")
    assert all(
        name in done.stdout
        for name in (
            *("label", "highlight", "info", "policies", "train", "evaluate"),
            *("audit", "suggest", "annotate", "convert"),
        )
    )
    assert "..." not in done.stdout.split("Commands:")[1]  # no summary is cut off


@pytest.mark.parametrize(
    "args", [["lable", "x"], ["label"], ["label", "--no-such"], ["train", "x"], ["evaluate", "all"], []]
)
def test_wrong_usage_exits_with_2(args: list[str]) -> None:
    assert CliRunner().invoke(app, args).exit_code == 2


@pytest.mark.parametrize(
    "command",
    [
        *("policies x", "suggest x", "highlight x", "convert x", "annotate x --for doccano", "audit"),
        *("train topic", "evaluate topic"),
    ],
)
def test_a_second_output_is_refused_where_one_is_written(tmp_path: Path, command: str) -> None:
    twice = ["-o", str(tmp_path / "a.csv"), "--output", str(tmp_path / "b.csv")]
    result = CliRunner().invoke(app, [*command.split(), *twice])
    assert result.exit_code == 2
    assert "Error: --output is given 2 times; this command writes one file" in result.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["label x", "highlight x", "policies x", "evaluate topic"])
def test_an_output_without_a_name_is_refused(command: str) -> None:
    result = CliRunner().invoke(app, [*command.split(), "-o", ""])
    assert (result.exit_code, "Error: --output needs the name of a file" in result.stderr) == (2, True)


def test_the_package_runs_as_a_module_and_describes_itself() -> None:
    command = [sys.executable, "-m", "nhsa_nlp", "--version"]
    assert subprocess.check_output(command, text=True).startswith("nhsa-nlp ")
    shown = subprocess.check_output(
        [sys.executable, "-c", "import nhsa_nlp; help(nhsa_nlp)"], text=True, encoding="utf-8"
    )
    assert "load_analyser(" in shown
    assert "Load a model bundle as a spaCy pipeline." in shown


def test_completion_knows_the_commands() -> None:
    environment = {**os.environ, "_NHSA_NLP_COMPLETE": "complete_bash", "COMP_WORDS": "nhsa-nlp la"}
    environment["COMP_CWORD"] = "1"
    done = subprocess.run([*COMMAND], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["label"]


def test_an_error_is_one_line_and_a_traceback_comes_only_with_debug(tmp_path: Path) -> None:
    missing = str(tmp_path / "no such\nfile\x1b[31m")
    done = run("label", missing)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("nhsa-nlp: error: ")
    assert "no such file or folder" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "\x1b" not in done.stderr
    for args in (("--debug", "label", missing), ("label", missing, "--debug")):
        done = run(*args)
        assert done.returncode == 2
        assert "Traceback" in done.stderr
        assert done.stderr.splitlines()[-1].startswith("nhsa-nlp: error: ")


def test_a_file_may_be_called_debug(tmp_path: Path) -> None:
    done = run("label", "--", "--debug")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert "--debug: no such file" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="pipes of POSIX")
def test_an_output_that_nobody_reads_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run([*COMMAND, "info"], stdout=writing, stderr=subprocess.PIPE, timeout=60, check=False)
    os.close(writing)
    assert (done.returncode, done.stderr) == (141, b"")


def test_a_fault_of_the_program_is_one_line_too(tmp_path: Path) -> None:
    code = (
        "import sys, nhsa_nlp.batch.job\n"
        "from nhsa_nlp.cli.app import main\n"
        "del nhsa_nlp.batch.job.Job\n"
        f"sys.argv = ['nhsa-nlp', 'label', {str(tmp_path)!r}]\n"
        "main()\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 70
    assert done.stderr.startswith("nhsa-nlp: error: internal error: ImportError: ")
    assert len(done.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("command", "english", "chinese"),
    [
        (
            "label x --segmenter foo",
            "Invalid value for '--segmenter': 'foo' is not one of 'rjieba', 'jieba', 'pkuseg', 'char'.",
            "'--segmenter' 有误：'foo' 不在可选值 'rjieba', 'jieba', 'pkuseg', 'char' 之内。",
        ),
        (
            "label x --workers y",
            "Invalid value for '--workers' / '-j': 'y' is not a whole number",
            "'--workers' / '-j' 有误：'y' 不是整数",
        ),
        (
            "label x --workers 0",
            "Invalid value for '--workers' / '-j': must be 1 or more",
            "'--workers' / '-j' 有误：应不小于 1",
        ),
        (
            "--lang fr label x",
            "Invalid value for '--lang' (or NHSA_NLP_LANG): 'fr' is not one of 'en', 'zh'.",
            "'--lang'（或 NHSA_NLP_LANG） 有误：'fr' 不在可选值 'en', 'zh' 之内。",
        ),
        ("label x --zzz", "No such option: --zzz", "没有选项 --zzz"),
    ],
)
def test_wrong_values_are_told_in_plain_words(command: str, english: str, chinese: str) -> None:
    for language, line in (("en", f"Error: {english}"), ("zh", f"错误：{chinese}")):
        result = CliRunner().invoke(app, command.split(), env={"NHSA_NLP_LANG": language})
        assert (result.exit_code, result.stderr.splitlines()[-1]) == (2, line)
