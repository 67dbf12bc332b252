"""What the README shows is executed, and both READMEs show the same."""

import re

import pytest

from nhsa_nlp.cli.app import app
from tests.documentation import blocks, python_failures
from tests.paths import ROOT

READMES = ["README.md", "README.zh-CN.md"]


@pytest.mark.parametrize("name", READMES)
def test_python_examples_give_what_they_show(name: str) -> None:
    failed, attempted = python_failures(name)
    assert attempted >= 4
    assert failed == 0


def test_both_readmes_give_the_same_commands_and_examples() -> None:
    for language in ("sh", "python"):
        assert blocks(READMES[0], language) == blocks(READMES[1], language)


@pytest.mark.parametrize("name", READMES)
def test_every_command_is_named(name: str) -> None:
    import typer

    commands = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    named = set(re.findall(r"`nhsa-nlp ([a-z]+)", (ROOT / name).read_text("utf-8")))
    assert named == commands


@pytest.mark.parametrize("name", READMES)
def test_links_lead_somewhere(name: str) -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", (ROOT / name).read_text("utf-8")):
        assert (ROOT / target).exists(), target
