"""One version, in one place, and the changelog and the kit that go with it."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import srsly
from typer.testing import CliRunner

import nhsa_nlp
from nhsa_nlp.cli.app import app
from tests.paths import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def test_the_newest_release_of_the_changelog_is_the_version() -> None:
    headings = re.findall(r"^## \[(.+?)\](.*)$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert headings[0] == ("Unreleased", "")
    version, date = headings[1]
    assert version == PROJECT["version"]
    assert re.fullmatch(r" - \d{4}-\d\d-\d\d", date)


def test_the_version_is_stated_by_the_installed_package() -> None:
    assert nhsa_nlp.__version__ == PROJECT["version"], "install the package again: just setup"
    assert CliRunner().invoke(app, ["--version"]).stdout == f"nhsa-nlp {PROJECT['version']}\n"


def test_the_gate_runs_on_every_python_that_is_promised() -> None:
    promised = [name.rpartition(" ")[2] for name in PROJECT["classifiers"] if ":: Python :: 3." in name]
    first, last = (int(number) for number in re.findall(r"3\.(\d+)", PROJECT["requires-python"]))
    assert promised == [f"3.{minor}" for minor in range(first, last)]
    workflow = srsly.read_yaml(ROOT / ".github/workflows/gate.yml")
    assert workflow["jobs"]["gate"]["strategy"]["matrix"]["python"] == promised
    for page in ("README.md", "README.zh-CN.md", "CONTRIBUTING.md"):
        assert re.search(rf"Python {promised[0]} (?:to|至) {promised[-1]}", (ROOT / page).read_text("utf-8"))


@pytest.mark.parametrize("path", sorted((ROOT / ".github/workflows").iterdir()), ids=lambda path: path.stem)
def test_workflows_have_few_rights_and_hide_no_failure(path: Path) -> None:
    workflow = srsly.read_yaml(path)
    assert workflow["permissions"] == {"contents": "read"}
    for job in workflow["jobs"].values():
        assert job["timeout-minutes"] <= 90
        assert all("@" in step["uses"] for step in job["steps"] if "uses" in step)
    assert "continue-on-error" not in path.read_text("utf-8")


def test_the_recipes_are_those_that_contributing_names() -> None:
    just = shutil.which("just", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if just is None:
        pytest.skip("just is not installed")
    listed = subprocess.run([just, "--summary"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    named = set(re.findall(r"(?:`|^)just ([a-z-]+)", text, re.MULTILINE))
    assert named == set(listed.split()) - {"default"}
