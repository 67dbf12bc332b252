from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from nhsa_nlp.cli.app import app
from nhsa_nlp.pipeline.bundle import default_bundle_path


def info(*args: str) -> Any:
    return CliRunner().invoke(app, ["info", *args])


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return Path(shutil.copytree(default_bundle_path(), tmp_path / "bundle"))


def test_the_shipped_bundle_is_shown_and_whole() -> None:
    result = info()
    assert result.exit_code == 0, result.stderr
    manifest = json.loads((default_bundle_path() / "manifest.json").read_text(encoding="utf-8"))
    for piece in (manifest["name"], manifest["version"], "三联动", "QUANTITY", "all verified", "texts 5444"):
        assert piece in result.stdout


def test_a_figure_nested_anywhere_is_shown_once(bundle: Path) -> None:
    path = bundle / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["metrics"] = {"topic": {"n": 7, "plain": {"exact": {"mean": 0.51239, "std": 0.1}}}}
    path.write_text(json.dumps(manifest), encoding="utf-8")
    result = info("--bundle", str(bundle))
    assert "  topic: n 7\n  topic / plain: exact 0.512\n" in result.stdout


def test_a_bundle_that_is_not_whole_is_one_line(bundle: Path) -> None:
    (bundle / "config.cfg").write_text("altered")
    result = info("--bundle", str(bundle))
    assert result.exit_code == 2
    assert "config.cfg was altered" in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_a_manifest_cannot_steer_the_terminal(bundle: Path) -> None:
    path = bundle / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["made_with"]["x\x1b[2J\r\u202e"] = "1"
    path.write_text(json.dumps(manifest), encoding="utf-8")
    output = info("--bundle", str(bundle)).stdout
    assert not {"\x1b", "\r", "\u202e"} & set(output)
    assert "x\\x1b[2J\\r\\u202e" in output


@pytest.mark.parametrize("command", ["info", "verify"])
def test_a_bundle_is_an_argument_or_an_option(bundle: Path, command: str) -> None:
    run = CliRunner().invoke
    by_argument, by_option = run(app, [command, str(bundle)]), run(app, [command, "--bundle", str(bundle)])
    assert (by_argument.exit_code, by_option.exit_code) == (0, 0)
    assert by_argument.stdout == by_option.stdout
    twice = run(app, [command, str(bundle), "--bundle", str(bundle)])
    assert (twice.exit_code, twice.stdout) == (2, "")
    assert "give the bundle once" in twice.stderr
