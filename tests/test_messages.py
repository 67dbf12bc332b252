"""What goes wrong is said in Chinese where a person reads it, and in English where a program does."""

from __future__ import annotations

import re
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from typer.testing import CliRunner

from nhsa_nlp.cli.app import app
from nhsa_nlp.cli.terminal import Progress
from nhsa_nlp.messages import translate_message
from nhsa_nlp.translation import VARIABLE
from tests.messages import templates
from tests.paths import LETTERS
from tests.test_translation import catalogue

PLACE = "d e/x.tsv:3: "
ODD = ["a{b}", "x:y", "《通知》；", "dir/a_b.txt", "'it: was; \"{x}\" ends'", "{0}", "12", "0.5"]
PARTS = {
    "advice",
    "error",
    "has",
    "how",
    "kind",
    "message",
    "problem",
    "reason",
    "strerror",
    "target",
    "wanted",
}


def fields(message: str) -> list[str]:
    return list(
        dict.fromkeys(name for _, name, _, _ in string.Formatter().parse(message) if name is not None)
    )


def fillings(message: str) -> Iterator[tuple[dict[str, str], dict[str, str]]]:
    """Yield odd values for the fields, messages for those that hold some, and the same in Chinese."""
    names = fields(message)
    bare = len(re.sub(r"\{\w+\}", "", message)) < 6  # such as "is {kind}"
    for turn in (len(message), len(message) + 1) if names else (0,):
        said = {name: ODD[(turn + 3 * position) % len(ODD)] for position, name in enumerate(names)}
        parts = {
            name for name in names if bare or (turn % 2 and name in PARTS and f"--{{{name}" not in message)
        }
        yield said | dict.fromkeys(parts, "a PDF"), said | dict.fromkeys(parts, "PDF 文件")


def test_every_message_is_found_again_whatever_fills_it() -> None:
    chinese = catalogue()
    for message in templates():
        translation = chinese["message", message]
        for said, shown in fillings(message):
            english, expected = message.format(**said), translation.format(**shown)
            assert translate_message(english, "zh") == expected
        assert translate_message(PLACE + english, "zh") == PLACE + expected
        assert translate_message(english, "en") == english


@pytest.mark.parametrize(
    ("english", "chinese"),
    [
        ("no message of ours: is it", "no message of ours: is it"),
        (
            "a.csv: cannot be written: No space left on device; make room or choose another --output; "
            "everything is labelled, run the same command again to write it",
            "a.csv: 无法写入：磁盘空间不足，请腾出空间或另选 --output；"
            "已全部标注完毕，再次运行同一命令即可写出",
        ),
        (
            "a.jsonl:3: entity 4: the field 'start' must be an integer, not 'is missing'",
            "a.jsonl:3: 第 4 个实体：字段 'start' 应为整数，而不是 'is missing'",
        ),
        (
            "a.sqlite: no document of this archive has the label '医'; it has no label of any",
            "a.sqlite: 档案库中没有类别为 '医' 的文件，任何文件都没有类别",
        ),
        (
            "a.zip!/b.doc: is not a .doc but a PDF; rename it to .pdf",
            "a.zip!/b.doc: 不是 .doc，而是PDF 文件，请将扩展名改为 .pdf",
        ),
        (
            "words.txt: 'x: y' cannot be a word: only Chinese characters, letters, digits and + # & . _ % - "
            "can be joined to words; remove the rest",
            "words.txt: 'x: y' 不能作为词：只有汉字、字母、数字和 + # & . _ % - 可以组成词，请去掉其余字符",
        ),
    ],
)
def test_a_message_within_another_is_translated_and_what_is_quoted_is_not(english: str, chinese: str) -> None:
    assert translate_message(english, "zh") == chinese


@given(
    st.lists(
        st.sampled_from(["is ", "; ", ": ", " and ", "a PDF", "not a ", "'", "{", "is empty", "(", "错"])
    )
)
def test_any_text_has_a_translation(pieces: list[str]) -> None:
    assert translate_message(text := "".join(pieces), "zh") or not text


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("label", "错误：缺少参数 '路径'。"),
        ("labe x", "错误：没有命令 'labe'。是否应为 'label'？"),
        ("label x --nope", "错误：没有选项 --nope"),
        ("search x.sqlite --limit 0", "错误：'--limit' / '-n' 有误：应不小于 1"),
        ("search x.sqlite --year 20x", "错误：--year 有误：'20x' 不是年份，也不是 2019-2022 这样的年份范围"),
        ("highlight a b", "错误：文件有多份，请指定一份，或用 --folder 为每份各写一页"),
        ("audit t.tsv", "错误：有多余的参数（t.tsv），数据请用 --data 指定"),
        ("train topic t.tsv", "错误：有多余的参数（t.tsv），数据请用 --data 指定"),
        ("desk .", "错误：文件夹请用 --inbox 指定：--inbox ."),
        (
            "figures . --report x.docx",
            "nhsa-nlp: 错误：x.docx: 扩展名须为 .html, .htm 之一，请另选 --report",
        ),
        ("label nowhere", "nhsa-nlp: 错误：nowhere: 没有这个文件或文件夹，请检查路径"),
        ("policies nowhere.jsonl", "nhsa-nlp: 错误：nowhere.jsonl: 没有这个文件，请检查文件名和文件夹"),
        ("verify --bundle .", "nhsa-nlp: 错误：.: 不是模型包（缺少 manifest.json）"),
    ],
)
def test_a_refused_command_says_why_in_the_language_of_the_user(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str, line: str
) -> None:
    monkeypatch.chdir(tmp_path)
    found = {}
    for language in ("en", "zh"):
        monkeypatch.setenv(VARIABLE, language)
        found[language] = CliRunner().invoke(app, command.split())
    assert found["zh"].stderr.splitlines()[-1] == line
    assert not re.search("Usage|OPTIONS|ARGS", found["zh"].stderr)
    assert found["zh"].exit_code == found["en"].exit_code == 2
    assert found["en"].stderr.isascii()


def test_a_warning_may_begin_with_a_number(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv(VARIABLE, "zh")
    Progress("").warn(
        "12 groups of texts share half their text or more; 0 of these groups have different labels"
    )
    shown = "nhsa-nlp: 警告：有 12 组文本彼此至少半数相同，其中 0 组标签不一致\n"
    assert capsys.readouterr().err == shown


def test_what_programs_read_of_failures_is_the_same_in_every_language(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "empty.txt").touch()
    (tmp_path / "good.txt").write_bytes((LETTERS / "npc-13-4-2020.txt").read_bytes())
    monkeypatch.chdir(tmp_path)
    lists, lines = [], []
    for language in ("en", "zh"):
        monkeypatch.setenv(VARIABLE, language)
        outputs = [f"{language}.jsonl", f"{language}.xlsx"]
        result = CliRunner().invoke(
            app, ["label", "empty.txt", "good.txt", *(f"-o{each}" for each in outputs)]
        )
        assert result.exit_code == 1
        lists.append(next(Path().glob(f"{language}*failed*")).read_bytes())
        lines.append(result.stderr.splitlines()[0])
    assert lists[0] == lists[1]
    assert lines[1] == "nhsa-nlp: 错误：empty.txt: 文件为空，没有可读取的内容"
    failed = load_workbook("zh.xlsx")["未能处理"]
    assert failed["C2"].value == "文件为空，没有可读取的内容"
