"""What goes wrong is said in Chinese where a person reads it, and in English where a program does."""

from __future__ import annotations

import ast
import copy
import json
import pickle
import re
from pathlib import Path
from typing import TypeVar

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from nhsa_nlp.cli.app import app
from nhsa_nlp.cli.terminal import Progress
from nhsa_nlp.errors import BundleError, InputError, InputProblemsError, MessageError
from nhsa_nlp.translation import VARIABLE, Message, message_from_json, message_to_json, translated
from tests.messages import names, raw_errors, said
from tests.paths import LETTERS
from tests.test_translation import catalogue

ODD = ["a{b}", "x:y", "《通知》；", "dir/a_b.txt", "'it: was; \"{x}\" ends'", "{0}", "12", "0.5"]


T = TypeVar("T")


def pickled(error: T) -> T:
    again: T = pickle.loads(pickle.dumps(error))  # noqa: S301 - made here
    return again


def test_messages_are_literal_and_have_their_fields() -> None:
    for each in said():
        assert not isinstance(each.message, ast.JoinedStr | ast.BinOp), each.place
        called = ast.unparse(each.message.func) if isinstance(each.message, ast.Call) else ""
        assert called not in ("tr", "ntr", "tr_in"), each.place
        assert not called.endswith(".format"), each.place
        for template in each.templates if each.fields is not None else ():
            assert (names(template) if each.fields else frozenset()) == each.fields, each.place


def test_what_libraries_say_is_told_from_what_we_say() -> None:
    ours = {"nhsa_nlp/cli/app.py", "nhsa_nlp/io/documents/ocr.py"}  # an error of ours, the name of a model
    assert {place.partition(":")[0] for place in raw_errors()} == ours


def test_whatever_fills_a_message_is_in_its_translation() -> None:
    for (context, template), translation in catalogue().items():
        if context != "message" or not (fields := sorted(names(template))):
            continue
        bare = re.sub(r"\{(\w+)[!:][^{}]*\}", r"{\1}", template)
        filled = {name: ODD[number % len(ODD)] for number, name in enumerate(fields)}
        message = message_from_json({"template": template, "fields": filled})
        assert message == bare.format(**filled)
        assert translated(message, "en") == message
        assert translated(message, "zh") == re.sub(r"\{(\w+)[!:][^{}]*\}", r"{\1}", translation).format(
            **filled
        )


@pytest.mark.parametrize(
    ("error", "english", "chinese"),
    [
        (InputError("is empty; nothing to read"), "is empty; nothing to read", "文件为空，没有可读取的内容"),
        (
            InputError(
                "is longer than {limit:,} bytes; split it or raise --max-bytes", "a.csv", 3, limit=5000
            ),
            "a.csv:3: is longer than 5,000 bytes; split it or raise --max-bytes",
            "a.csv:3: 超过 5,000 字节，请拆分或增大 --max-bytes",
        ),
        (
            BundleError("{name} was altered; get the bundle again, or train it again", "m", name="x {0}"),
            "m: x {0} was altered; get the bundle again, or train it again",
            "m: x {0} 被改动，请重新获取模型包，或重新训练",
        ),
        (
            InputError("has {braces} and no fields"),
            "has {braces} and no fields",
            "has {braces} and no fields",
        ),
        (
            InputError(
                "cannot be written: {reason}; choose another --{option}",
                reason="No space left on device",
                option="output",
            ),
            "cannot be written: No space left on device; choose another --output",
            "无法写入：磁盘空间不足，请另选 --output",
        ),
    ],
)
def test_an_error_has_its_template_and_fields(error: InputError, english: str, chinese: str) -> None:
    for same in (error, pickled(error), copy.copy(error), copy.deepcopy(error)):
        assert type(same) is type(error)
        assert (str(same), translated(same, "zh")) == (english, chinese)
        assert (same.path, same.line, same.message) == (error.path, error.line, error.message)
    kept = message_from_json(json.loads(json.dumps(message_to_json(str(error)))))
    assert (kept, translated(kept, "zh"), translated(kept, "en")) == (english, chinese, english)


def test_an_error_within_another_is_translated_and_what_is_quoted_is_not() -> None:
    inner = MessageError(
        "the field {name!r} must be {wanted}, not {value}", name="is empty", wanted="an integer", value="'x'"
    )
    outer = InputError("entity {position}: {error}", "a.jsonl", 3, position=4, error=inner)
    assert str(outer) == "a.jsonl:3: entity 4: the field 'is empty' must be an integer, not 'x'"
    assert translated(outer, "zh") == "a.jsonl:3: 第 4 个实体：字段 'is empty' 应为整数，而不是 'x'"
    again = InputError(str(inner), "b.jsonl")
    assert translated(again, "zh") == "b.jsonl: 字段 'is empty' 应为整数，而不是 'x'"
    both = InputProblemsError([outer, again])
    assert translated(both, "zh") == f"{translated(outer, 'zh')}（另有 1 处）"
    assert pickled(both).problems[1].path == "b.jsonl"


def test_what_is_no_message_of_ours_stays_as_it_is() -> None:
    assert translated("a.csv: is empty; nothing to read", "zh") == "a.csv: is empty; nothing to read"
    assert translated(OSError("odd"), "zh") == "odd"
    assert message_from_json(message_to_json("plain")) == "plain"
    assert str(Message("a {b}", b="c").upper()) == "A C"


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
    template = (
        "{near} groups of texts share half their text or more; {apart} of these groups have different labels"
    )
    Progress("").warn(Message(template, near=12, apart=0))
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
