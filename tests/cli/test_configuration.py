from __future__ import annotations

import json
import os
import re
import shutil
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from nhsa_nlp.cli.app import app
from nhsa_nlp.cli.configuration import read_configuration
from nhsa_nlp.errors import InputError
from tests.paths import LETTERS


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "user"))
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")


def config(*args: str) -> dict[str, dict[str, object]]:
    result = CliRunner().invoke(app, [*args, "config"])
    assert result.exit_code == 0, result.stderr
    return {name: table for name, table in tomllib.loads(result.stdout).items() if table}


def test_without_a_file_the_defaults_hold_and_are_shown_as_comments() -> None:
    result = CliRunner().invoke(app, ["config"])
    assert "no configuration file; looked for nhsa-nlp.toml and " in result.stdout
    assert "# port = 8642" in result.stdout
    assert config() == {}


def test_what_is_shown_is_a_file_to_begin_with() -> None:
    shown = CliRunner().invoke(app, ["config"]).stdout
    Path("nhsa-nlp.toml").write_text(shown.replace("# port = 8642", "port = 8000"), "utf-8")
    assert config() == {"desk": {"port": 8000}}
    assert CliRunner().invoke(app, ["config"]).stdout.startswith("# nhsa-nlp.toml\n")


def test_one_file_holds_the_nearest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    user = tmp_path / "user/nhsa-nlp/nhsa-nlp.toml"
    user.parent.mkdir(parents=True)
    user.write_text("[label]\nworkers = 1\ntimeout = 5\n", "utf-8")
    assert config() == {"label": {"workers": 1, "timeout": 5}}
    Path("nhsa-nlp.toml").write_text("\ufeff[label]\nworkers = 2\n", "utf-8")
    assert config() == {"label": {"workers": 2}}
    Path("other.toml").write_text("[label]\nworkers = 3\n", "utf-8")
    assert config("--config", "other.toml") == {"label": {"workers": 3}}
    monkeypatch.setenv("NHSA_NLP_CONFIG", "other.toml")
    assert config() == {"label": {"workers": 3}}


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("nhsa-nlp.toml").write_text('[desk]\ndata = "here"\n', "utf-8")
    monkeypatch.setenv("NHSA_NLP_DESK", "there")
    result = CliRunner().invoke(app, ["config"])
    assert 'data = "there"  # from NHSA_NLP_DESK' in result.stdout


def test_options_hold_and_what_is_typed_goes_before() -> None:
    Path("nhsa-nlp.toml").write_text('[figures]\nmax-bytes = 10\nrole = ["实际数据"]\n', "utf-8")
    shutil.copy(LETTERS / "npc-13-4-2020.txt", "letter.txt")
    result = CliRunner().invoke(app, ["figures", "letter.txt"])
    assert result.exit_code == 1
    assert "options from nhsa-nlp.toml" in result.stderr
    assert "is longer than 10 bytes" in result.stderr
    result = CliRunner().invoke(app, ["figures", "letter.txt", "--max-bytes", "100000"])
    assert {json.loads(line)["role"] for line in result.stdout.splitlines()} == {"reported"}


def test_paths_are_taken_from_the_folder_of_the_file(tmp_path: Path) -> None:
    folder = tmp_path / "office"
    folder.mkdir()
    (folder / "nhsa-nlp.toml").write_text('[label]\nbundle = "model"\n', "utf-8")
    assert config("--config", str(folder / "nhsa-nlp.toml")) == {"label": {"bundle": str(folder / "model")}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[label", "is not valid TOML"),
        ("[labels]", r"'labels' is not a table of options; known are [label] [precedents] [figures] [desk]"),
        ("label = 1", "'label' is not a table of options"),
        ("[label]\nworkerz = 1", "[label] has no option 'workerz' that can be set here: bundle, segmenter"),
        ('[label]\noutput = "x.csv"', "[label] has no option 'output'"),
        ("[label]\noverwrite = true", "[label] has no option 'overwrite'"),
        ("[label]\nworkers = 0", "[label] workers: must be 1 or more"),
        ("[label]\nworkers = [1]", "[label] workers must be a whole number"),
        ("[label]\nworkers = true", "[label] workers must be a whole number"),
        ("[label]\ntimeout = true", "[label] timeout must be a number"),
        ("[label]\nengine = true", "[label] engine must be a text in quotation marks"),
        ("[label]\nencoding = false", "[label] encoding must be a text in quotation marks"),
        ('[desk]\nname = "a"', '[desk] name must be a list of texts, such as ["a", "b"]'),
        ("[desk]\nname = [1]", '[desk] name must be a list of texts, such as ["a", "b"]'),
        ('[desk]\nproxy = ["a", ["b"]]', '[desk] proxy must be a list of texts, such as ["a", "b"]'),
        ("[desk]\narchive = 5", "[desk] archive must be a text in quotation marks"),
        ("[desk]\ndata = 2020-01-01", "[desk] data must be a text in quotation marks"),
        ("[desk]\nport = 1.5", "[desk] port must be a whole number"),
        ('[desk]\nport = "8000"', "[desk] port must be a whole number"),
        ("[precedents]\nray-address = 5", "[precedents] ray-address must be a text in quotation marks"),
        ('[figures]\nsince = "2020"', "[figures] since must be a whole number"),
        ('[figures]\nrole = ["foo"]', "[figures] role: 'foo' is not one of reported (实际数据)"),
        ('[label]\ntimeout = "5"', "[label] timeout must be a number"),
        ('[label]\nencoding = "nope"', "[label] encoding: unknown encoding 'nope'; use for example"),
        ("[label]\nsegmenter = 5", "[label] segmenter must be a text in quotation marks"),
        ("[desk]\nusers = 1", "[desk] users must be true or false"),
        ('[label]\nengine = "cluster"', "[label] engine: "),
        ("a = " + "[" * 100_000, "is not valid TOML"),
    ],
)
def test_a_wrong_file_is_one_line(text: str, message: str) -> None:
    Path("nhsa-nlp.toml").write_text(text, "utf-8")
    result = CliRunner().invoke(app, ["info"])
    assert result.exit_code == 2
    assert result.stderr.startswith("nhsa-nlp: error: nhsa-nlp.toml: ")
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
@pytest.mark.parametrize("args", [[], ["--config", "nhsa-nlp.toml"]])
def test_what_is_no_file_is_one_line(make: Callable[[str], None], args: list[str]) -> None:
    make("nhsa-nlp.toml")
    result = CliRunner().invoke(app, [*args, "config"])
    assert (result.exit_code, result.stderr) == (
        2,
        "nhsa-nlp: error: nhsa-nlp.toml: is not a readable file; move it, or name another with --config\n",
    )


def test_the_type_of_every_option_is_checked() -> None:
    context = typer.Context(typer.main.get_command(app))
    tables = CliRunner().invoke(app, ["config"]).stdout.split("\n\n[")[1:]
    assert len(tables) == 4
    for table in tables:
        command = table.partition("]")[0]
        for name in re.findall(r"^# (\S+) =", table, re.MULTILINE):
            Path("wrong.toml").write_text(f"[{command}]\n{name} = {{}}\n", "utf-8")
            with pytest.raises(InputError, match=rf"wrong.toml: \[{command}\] {name} must be "):
                read_configuration(Path("wrong.toml"), context)


def test_bytes_that_are_no_text_and_a_missing_file() -> None:
    Path("nhsa-nlp.toml").write_bytes(b"\xff\x00")
    assert "is not valid TOML" in CliRunner().invoke(app, ["info"]).stderr
    result = CliRunner().invoke(app, ["--config", "gone.toml", "info"])
    assert (result.exit_code, result.stderr) == (
        2,
        "nhsa-nlp: error: gone.toml: there is no such configuration file; check --config\n",
    )


def test_a_value_out_of_range_is_refused_in_the_language_of_the_user(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("NHSA_NLP_LANG", "zh")
    Path("nhsa-nlp.toml").write_text("[label]\nworkers = 0\n", "utf-8")
    result = CliRunner().invoke(app, ["info"])
    assert result.stderr.splitlines() == ["nhsa-nlp: 错误：nhsa-nlp.toml: [label] workers: 应不小于 1"]
