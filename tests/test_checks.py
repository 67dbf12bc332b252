from __future__ import annotations

import ast
import importlib.util
import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

import pytest

from nhsa_nlp.checks import reason_of
from nhsa_nlp.errors import InputError
from nhsa_nlp.translation import Message, translated


def raised(by: Callable[[], object]) -> Exception:
    with pytest.raises(Exception) as caught:
        by()
    return caught.value


@pytest.mark.parametrize(
    ("by", "english", "chinese"),
    [
        (
            lambda: tomllib.loads("a = = 1"),
            "Invalid value at line 1, column 5",
            "第 1 行第 5 列，值无效",
        ),
        (
            lambda: json.loads('{"a": }'),
            "Expecting value at line 1, column 7",
            "第 1 行第 7 列，",
        ),
        (
            lambda: expat.ParserCreate().Parse("<a></b>"),
            "mismatched tag at line 1, column 5",
            "第 1 行第 5 列，原文“mismatched tag”",
        ),
        (
            lambda: b"\xff".decode("utf-8"),
            "byte 0xff at position 1 is not utf-8",
            "第 1 字节 0xff 不是 utf-8",
        ),
        (lambda: open("/nowhere/a"), "No such file or directory", "没有该文件或文件夹"),  # noqa: PTH123, SIM115
        (lambda: int("x"), "invalid literal for int()", "原文“invalid literal for int()"),
        (lambda: (_ for _ in ()).throw(ValueError), "ValueError", "原文“ValueError”"),
        (lambda: (_ for _ in ()).throw(InputError("is empty; nothing to read")), "is empty", "为空"),
    ],
)
def test_what_libraries_say_is_quoted_with_its_place(
    by: Callable[[], object], english: str, chinese: str
) -> None:
    reason = reason_of(raised(by))
    assert reason.startswith(english)
    shown = translated(Message("not JSON ({error}); copy or export the file again", error=reason), "zh")
    assert chinese in shown


@pytest.mark.parametrize(
    ("document", "chinese"),
    [
        ("=", "第 1 行第 1 列，语句无效"),
        ("a = 1 b", "第 1 行第 7 列，"),
        ("a = 'b", "文件末尾，缺少单引号 '"),
        ("a = '''b", "文件末尾，缺少三个单引号 '''"),
        ("# \0", "第 1 行第 3 列，有不允许的字符 '\\x00'"),
        ("[a]\n[a]", "第 2 行第 3 列，表 ('a',) 重复声明"),
        ("a = 1\n[a]", "第 2 行第 3 列，不能覆盖已有的值"),
        ("[a", "文件末尾，"),
        ("a = []\n[[a]]", "第 2 行第 4 列，不能向 ('a',) 添加内容，它已写成内联表或数组"),
        ("[[a]", "第 1 行第 4 列，"),
        ("[a.b]\n[a]\nb.c = 1", "文件末尾，不能重新定义表 ('a', 'b')"),
        ("a", "文件末尾，"),
        ("[ ]", "第 1 行第 3 列，"),
        ("a = [1", "文件末尾，数组没有结束"),
        ("a = {b = 1, b = 2}", "第 1 行第 18 列，内联表中的键 'b' 重复"),
        ("a = {b = 1", "文件末尾，"),
        ('a = "\\j"', "第 1 行第 8 列，字符串中的反斜杠 \\ 没有转义"),
        ('a = "\\uzz"', "第 1 行第 8 列，十六进制数无效"),
        ('a = "\\ud800"', "第 1 行第 12 列，转义字符不是有效的 Unicode 字符"),
        ('a = "b', "文件末尾，"),
        ('a = "\1"', "第 1 行第 6 列，有不允许的字符 '\\x01'"),
        ("a = 2020-02-31", "第 1 行第 5 列，"),
        ("a = b", "第 1 行第 5 列，值无效"),
        ("a = " + "1" * 5000, "整数有 5000 位，超过上限 4300 位"),
        ("a = " + "[" * 100_000, "嵌套过深"),
    ],
)
def test_what_is_wrong_with_toml_is_said_in_chinese(document: str, chinese: str) -> None:
    shown = translated(reason_of(raised(lambda: tomllib.loads(document))), "zh")
    assert shown.startswith(chinese)
    assert "原文" not in shown


def test_the_catalogue_has_all_that_tomllib_says() -> None:
    """Also what it says in another version of Python."""
    place = importlib.util.find_spec("tomllib._parser")
    assert place is not None
    assert place.origin is not None
    said = [
        _filled(arg)
        for node in ast.walk(ast.parse(Path(place.origin).read_text("utf-8")))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("suffixed_err", "TOMLDecodeError")
        for arg in node.args
        if isinstance(arg, ast.JoinedStr | ast.Constant)
    ]
    texts = [text for text in said if " (at " not in text]
    assert len(texts) > 20
    assert [text for text in texts if "原文" in translated(reason_of(ValueError(text)), "zh")] == []


def _filled(text: ast.JoinedStr | ast.Constant) -> str:
    parts = text.values if isinstance(text, ast.JoinedStr) else [text]
    return "".join(str(part.value) if isinstance(part, ast.Constant) else repr("'") for part in parts)
