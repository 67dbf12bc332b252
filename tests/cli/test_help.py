from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from nhsa_nlp.cli.app import app
from nhsa_nlp.translation import columns

ROOT: Any = typer.main.get_command(app)
CHINESE = {"NHSA_NLP_LANG": "zh"}


def paths(command: Any, *names: str) -> Iterator[tuple[str, ...]]:
    yield names
    for name, below in getattr(command, "commands", {}).items():
        yield from paths(below, *names, name)


@pytest.mark.parametrize("path", list(paths(ROOT)), ids=" ".join)
def test_help_in_chinese_has_its_own_layout(path: tuple[str, ...]) -> None:
    result = CliRunner().invoke(app, [*path, "--help"], env=CHINESE, prog_name="nhsa-nlp")
    lines = result.stdout.splitlines()
    assert lines[0].startswith("用法：" + " ".join(("nhsa-nlp", *path)))
    assert "  -h, --help " in result.stdout
    assert max(map(columns, lines)) <= 80
    assert not [line for line in lines if line.strip()[:1] in set("，。、；：？！）》”…]")]
    assert not [line for line in lines if line[-1:] in set("（《“[")]
    extras = " ".join(re.findall(r"\[.*?\]", re.sub(r"\s+", " ", result.stdout)))
    assert not re.search(r"x[<>]=|<=x|default|默认：(?:[a-z-]+)[；\]]", extras)
    assert not re.search(r"\{[a-z]+\}", result.stdout)
    assert not {"[OPTIONS]", "Options:", "default:", "required", "env var"} & set(result.stdout.split())


@pytest.mark.parametrize(
    "args",
    [
        ["--lang", "zh", "label", "--help"],
        ["label", "--help", "--lang", "zh"],
        ["--help", "--lang=zh"],
        ["desk", "verify", "--lang", "zh", "-h"],
        ["--lang", "en", "label", "--help", "--lang", "zh"],
    ],
)
def test_the_option_holds_wherever_it_stands(args: list[str]) -> None:
    english = {"NHSA_NLP_LANG": "en"}  # put back afterwards
    assert CliRunner().invoke(app, args, env=english).stdout.startswith("用法：")


def test_what_follows_two_dashes_is_no_option() -> None:
    result = CliRunner().invoke(app, ["info", "--", "--lang"])
    assert result.exit_code == 2
    assert "--lang" in result.stderr


def test_completion_says_in_chinese_what_it_offers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NHSA_NLP_LANG", "zh")
    offered = {each.value: each.help for each in ROOT.shell_complete(typer.Context(ROOT), "")}
    assert offered["info"] == "说明模型包的内容，并校验其文件"
    command = ROOT.commands["info"]
    (card,) = command.shell_complete(typer.Context(command, help_option_names=["-h", "--help"]), "--ca")
    assert card.help == "改为输出模型包的说明（Markdown）。"
