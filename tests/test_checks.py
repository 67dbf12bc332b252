from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
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
