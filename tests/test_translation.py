"""Every message has a translation, and nothing is translated that nobody says."""

from __future__ import annotations

import ast
import io
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
import typer
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment
from jinja2.ext import extract_from_ast

from nhsa_nlp.archive import figure_tables
from nhsa_nlp.batch.failures import Kind
from nhsa_nlp.cli.app import app
from nhsa_nlp.cli.help import is_word, paragraphs
from nhsa_nlp.comparison.groups import Relation
from nhsa_nlp.desk import exports
from nhsa_nlp.desk.accounts import LOCAL_USER
from nhsa_nlp.desk.bundles import SYSTEM
from nhsa_nlp.desk.inbox import INBOX
from nhsa_nlp.evaluation import names
from nhsa_nlp.evaluation.bootstrap import INTERVALS
from nhsa_nlp.evaluation.compare import METHODS
from nhsa_nlp.io.document import MAIL_COLUMNS
from nhsa_nlp.io.writers import shapes, summary, xlsx
from nhsa_nlp.labelling import corrections, worklist
from nhsa_nlp.pipeline.bundle import default_bundle_path
from nhsa_nlp.record import FigureRole, LetterRecord, Op
from nhsa_nlp.training import card
from nhsa_nlp.training.settings import stored_settings
from nhsa_nlp.translation import _templates, current_language, tr_in
from tests.messages import templates
from tests.paths import ROOT

FILE = ROOT / "nhsa_nlp/locale/zh/LC_MESSAGES/nhsa_nlp.po"
FIELD = re.compile(r"(?<!\{)\{\w+\}")
Message = tuple[str | None, str]
PAGES = [path for part in ("pages", "desk") for path in (ROOT / "nhsa_nlp" / part).rglob("*.*")]
TEMPLATES = [path for path in PAGES if path.suffix == ".j2"]
_CHINESE = re.compile("[\u3001-\u303f\u4e00-\u9fff\uff01-\uff5e]")
_COMMENT = {".js": r"^\s*//.*$|\s//\s.*$", ".j2": r"{#.*?#}", ".css": r"/\*.*?\*/"}
_DATA = {
    # Words of Chinese numbers and documents, names in the database, and a language in itself.
    *("亿", "万", "每", "比", "《", "》", "《》〈〉", "一", "\u9fff", LOCAL_USER, SYSTEM, INBOX, "中文"),
    *("正文", "内容", "编号", "案号", "号", "标题", "题目", "案由"),
}


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


def helped(command: Any) -> Iterator[Message]:
    """The messages of the help of a command and of those below it."""
    yield from ((None, text) for text in paragraphs(command.help))
    # A command keeps the option for help that it is first asked for.
    for param in command.get_params(typer.Context(command, help_option_names=["-h", "--help"])):
        yield from ((None, text) for text in paragraphs(param.help))
        if param.metavar:
            yield "metavar", param.metavar
        if is_word(param):
            yield "default", param.default
    for below in getattr(command, "commands", {}).values():
        yield from helped(below)


def in_templates(paths: Iterable[Path]) -> Iterator[Message]:
    """The messages that stand in templates, and in no way but as such."""
    parse = Environment(autoescape=True).parse
    for path in paths:
        found = extract_from_ast(parse(path.read_text("utf-8")), ("tr", "ntr", "tr_in"))
        for line, function, given in found:
            match function, given:
                case "tr", str(message):
                    yield None, message
                case "ntr", (str(message), str(), *_):
                    yield None, message
                case "tr_in", (str(context), str(message)):
                    yield context, message
                case "tr_in", (str(), None) if path.name == "card.md.j2":
                    pass  # see `looked_up`
                case _:
                    raise AssertionError(f"{path.name}:{line}: {function} of no literal message")


def looked_up() -> Iterator[Message]:
    """The messages that are chosen by what they name."""
    keys = [*summary.FIRST, *summary.MIDDLE, *summary.LAST, *MAIL_COLUMNS]
    sheets = ["documents", "policies", "document numbers", "quantities"]
    columns = [*xlsx._POLICIES, *xlsx._NUMBERS, *xlsx._QUANTITIES, *xlsx._FAILURES]
    yield from (("heading", key) for key in (*keys, *sheets, *columns))
    reasons = ("low confidence", "near scope", "out of scope", "not chinese", "too short")
    yield from (("reason", reason) for reason in reasons)
    yield from (("failure", kind) for kind in get_args(Kind))
    fields = get_type_hints(LetterRecord)
    kinds = [*get_args(fields["kind"]), *chain(*map(get_args, get_args(fields["body"])))]
    yield from (("letter", kind) for kind in kinds)
    yield from (("message", template) for template in templates())
    yield from helped(typer.main.get_command(app))
    yield from (("heading", f"desk_{name}") for name in exports.DECISION_COLUMNS)
    yield from (("code", code) for code in exports._CODES)
    for shape in shapes.TABLES:
        yield from ((shape.context, column) for column in shape.columns)
        yield "heading", shape.sheet
    more = [*figure_tables._SERIES, *figure_tables._CONTRADICTIONS, *worklist.COLUMNS, *corrections.COLUMNS]
    yield from (("heading", key) for key in (*more, "labels"))
    yield from (("groups", role) for role in ("lead", *get_args(Relation)))
    yield from (("figure", role) for role in get_args(FigureRole))
    yield from (("op", op) for op in get_args(Op))
    yield from (("anchor", anchor) for anchor in ("text", "letter"))
    yield from (("split", split) for split in ("plain", "grouped"))
    yield from (("stored", name) for name in names.STORED)
    yield from (("genre", genre) for genre in names.GENRES)
    yield from (("origin", origin) for origin in names.ORIGINS)
    yield "message", " ".join(stored_settings(default_bundle_path()).bundle.intended_use.split())
    yield from (("variant", variant) for variant in ("grammar", "ner", "both"))
    words = (*card._PARTS.values(), *METHODS)
    yield from (("word", word) for word in words)
    yield None, INTERVALS


def needed() -> set[Message]:
    """All messages."""
    templates = (ROOT / "nhsa_nlp").rglob("*.j2")
    return {*said(), *in_templates(templates), *looked_up()}


def test_every_message_is_translated_and_no_other() -> None:
    translated, said = set(catalogue()), needed()
    assert not said - translated, "no translation"
    assert not translated - said, "nobody says it"
    assert all(catalogue().values())


_SHOWING = {"echo", "notice", "update", "print", "add_column", "prompt", "Progress", "Text"}


def shown(path: Path) -> Iterator[str]:
    """The words that a command shows as they are: in what is printed, noted or put on the progress."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and _name(node.func) in _SHOWING:
            for arg in node.args:
                yield from filter(re.compile("[A-Za-z]{2}").search, _untranslated(arg))


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _untranslated(node: ast.AST) -> Iterator[str]:
    """The texts in an expression but those that a function is given, such as `tr`, and formats."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.JoinedStr):
        for value in node.values:
            yield from _untranslated(value.value if isinstance(value, ast.FormattedValue) else value)
    elif isinstance(node, ast.IfExp | ast.BinOp | ast.BoolOp):
        for part in ast.iter_child_nodes(node):
            yield from _untranslated(part)
    elif isinstance(node, ast.Call) and _name(node.func) in {"format", "join", "printable"}:
        for part in (node.func, *node.args):
            yield from _untranslated(part)
    elif isinstance(node, ast.Attribute):
        yield from _untranslated(node.value)


@pytest.mark.parametrize("path", sorted((ROOT / "nhsa_nlp/cli").glob("*.py")), ids=lambda path: path.stem)
def test_what_a_command_shows_is_translated(path: Path) -> None:
    assert not [word for word in shown(path) if not word.startswith("nhsa-nlp")]


def chinese(path: Path) -> Iterator[str]:
    """The Chinese that a file has in its code: in its strings, or in all of it but its comments."""
    text = path.read_text("utf-8")
    if path.suffix != ".py":
        found = re.finditer(r"[^\s<>\"'`{}()]+", re.sub(_COMMENT[path.suffix], "", text, flags=re.M | re.S))
        yield from (each[0] for each in found if _CHINESE.search(each[0]))
        return
    tree = ast.parse(text)
    descriptions = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in descriptions:
            yield from (each[0] for each in re.finditer(rf"(?:{_CHINESE.pattern})+", node.value))


def test_pages_say_nothing_but_by_the_catalogue() -> None:
    sources = [path for path in PAGES if path.suffix in {".py", *_COMMENT} and "vendor" not in path.parts]
    assert not [(path.name, each) for path in sources for each in chinese(path) if each not in _DATA]
    for path in TEMPLATES:
        text = re.sub(
            "{#.*?#}|{% block policy.*?endblock %}|{%.*?%}|{{.*?}}", "{}", path.read_text("utf-8"), flags=re.S
        )
        text = re.sub(r"<(style|script|code|kbd)\b.*?</\1>", "", text, flags=re.S)
        spoken = re.findall(r'(?:aria-label|title|placeholder|data-name|alt)="([^"]+)"', text)
        spoken.append(re.sub("<[^>]*>", "", text))
        assert not re.findall("[A-Za-z]{2,}", " ".join(spoken)), path.name


def test_messages_of_pages_have_no_markup() -> None:
    """Templates take them as they are."""
    texts = catalogue()
    assert not [each for each in in_templates(TEMPLATES) if re.search('[<>&"]', each[1] + texts[each])]


def test_what_something_is_not_is_said_as_people_say_it() -> None:
    """It is not a file, rather than: it is no file, or none."""
    odd = re.compile(r"(?<!\bthere )\b(?:is|are) (?:no (?!longer\b)|none\b(?! of these))", re.IGNORECASE)
    assert [message for _, message in catalogue() if odd.search(message)] == []


def test_placeholders_agree() -> None:
    for (context, message), translation in catalogue().items():
        if context == "message":  # one that is quoted twice may be said once
            assert set(FIELD.findall(message)) == set(FIELD.findall(translation))
            continue
        assert sorted(re.findall(r"\{.*?\}", message)) == sorted(re.findall(r"\{.*?\}", translation))


def test_what_is_shipped_is_made_of_the_catalogue() -> None:
    made = io.BytesIO()
    with FILE.open("rb") as stream:
        write_mo(made, read_po(stream))
    assert FILE.with_suffix(".mo").read_bytes() == made.getvalue(), "run: just messages"


def test_the_templates_to_be_recognised_are_those_of_the_catalogue() -> None:
    known = {template for _, template, _ in _templates()}
    assert len(known) > 400
    assert known < {template for context, template in catalogue() if context == "message"}


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
