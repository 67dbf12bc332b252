"""Every message has a translation, and nothing is translated that nobody says."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import get_args, get_type_hints

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from nhsa_nlp.batch.failures import Kind
from nhsa_nlp.io.writers import summary, xlsx
from nhsa_nlp.record import LetterRecord
from nhsa_nlp.translation import current_language, tr_in
from tests.paths import ROOT

FILE = ROOT / "nhsa_nlp/locale/zh/LC_MESSAGES/nhsa_nlp.po"
Message = tuple[str | None, str]


def catalogue() -> dict[Message, str]:
    with FILE.open("rb") as stream:
        return {(entry.context, once(entry.id)): once(entry.string) for entry in read_po(stream) if entry.id}


def once(message: str | Sequence[str] | None) -> str:
    """A message that has a form for one and a form for many, in the first."""
    return message if isinstance(message, str) else (message or ("",))[0]


def said() -> Iterator[Message]:
    """The messages that stand in the code as such."""
    for path in (ROOT / "nhsa_nlp").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            given = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            match node.func.id, given:
                case "tr", [str(message)]:
                    yield None, message
                case "ntr", [str(message), str()]:
                    yield None, message
                case "tr_in", [str(context), str(message)]:
                    yield context, message
                case "heading", [str(message)]:
                    yield "heading", message


def looked_up() -> Iterator[Message]:
    """The messages that are chosen by what they name."""
    keys = [*summary.FIRST, *summary.MIDDLE, *summary.LAST]
    sheets = ["documents", "policies", "document numbers", "quantities"]
    columns = [*xlsx._POLICIES, *xlsx._NUMBERS, *xlsx._QUANTITIES, *xlsx._FAILURES]
    yield from (("heading", key) for key in (*keys, *sheets, *columns))
    reasons = ("low confidence", "near scope", "out of scope", "not chinese", "too short")
    yield from (("reason", reason) for reason in reasons)
    yield from (("failure", kind) for kind in get_args(Kind))
    fields = get_type_hints(LetterRecord)
    kinds = [*get_args(fields["kind"]), *chain(*map(get_args, get_args(fields["body"])))]
    yield from (("letter", kind) for kind in kinds)


def test_every_message_is_translated_and_no_other() -> None:
    assert sorted(catalogue(), key=str) == sorted({*said(), *looked_up()}, key=str)
    assert all(catalogue().values())


def test_placeholders_agree() -> None:
    for (_, message), translation in catalogue().items():
        assert sorted(re.findall(r"\{.*?\}", message)) == sorted(re.findall(r"\{.*?\}", translation))


def test_what_is_shipped_is_made_of_the_catalogue() -> None:
    made = io.BytesIO()
    with FILE.open("rb") as stream:
        write_mo(made, read_po(stream))
    assert FILE.with_suffix(".mo").read_bytes() == made.getvalue(), "run: just messages"


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh"),
        ({"LANG": "zh_CN.UTF-8", "LC_ALL": "en_GB.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8", "LC_MESSAGES": "zh_TW"}, "zh"),
        ({"LANG": "de_DE.UTF-8"}, "en"),
        ({"NHSA_NLP_LANG": "zh", "LANG": "en_US.UTF-8"}, "zh"),
        ({"NHSA_NLP_LANG": "zh-CN"}, "zh"),
        ({"NHSA_NLP_LANG": "en", "LANG": "zh_CN.UTF-8"}, "en"),
    ],
)
def test_the_language_is_that_of_the_locale_unless_told(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], language: str
) -> None:
    for name in ("NHSA_NLP_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert current_language() == language
    assert tr_in("heading", "subject") == ("案由" if language == "zh" else "subject")


def test_the_option_is_heard_by_processes_that_are_started() -> None:
    code = (
        "from nhsa_nlp.translation import use_language; import subprocess, sys; use_language('zh');"
        "subprocess.run([sys.executable, '-c', 'from nhsa_nlp.translation import current_language;"
        "print(current_language())'], check=True)"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "zh"
