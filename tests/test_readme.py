"""What the README shows is executed, and both READMEs show the same."""

import re
from pathlib import Path

import pytest

from nhsa_nlp.cli.app import app
from tests.documentation import blocks, run_page
from tests.paths import ROOT

READMES = ["README.md", "README.zh-CN.md"]


@pytest.mark.parametrize("name", READMES)
def test_python_examples_give_what_they_show(name: str, tmp_path: Path) -> None:
    complaints, count = run_page(name, tmp_path)
    assert count >= 4
    assert not complaints, "\n".join(complaints)


def test_both_readmes_give_the_same_commands_and_examples() -> None:
    for language in ("sh", "python"):
        assert blocks(READMES[0], language) == blocks(READMES[1], language)


@pytest.mark.parametrize("name", READMES)
def test_every_command_is_named(name: str) -> None:
    import typer

    commands = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    named = set(re.findall(r"`nhsa-nlp ([a-z]+)", (ROOT / name).read_text("utf-8")))
    assert named == commands


@pytest.mark.parametrize(
    ("name", "page"), [(READMES[0], "docs/measurements.md"), (READMES[1], "docs/measurements.zh.md")]
)
def test_figures_are_those_of_the_measurements(name: str, page: str) -> None:
    text, whole = ((ROOT / path).read_text("utf-8") for path in (name, page))
    rows = [line.split("|")[3] for line in text.splitlines() if line.startswith("|") and line.count("|") == 4]
    figures = re.findall(r"\d[\d,.]*\d%?", "\n".join(rows))
    assert len(figures) > 10
    assert [figure for figure in figures if figure not in whole] == []


@pytest.mark.parametrize("name", READMES)
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / name).read_text("utf-8")):
        assert (ROOT / target).exists(), target
