"""The messages that the code shows to people: the templates that the catalogue has to have.

They stand in the code as such: where an error is raised, where a `Message` is made, and where something is
said that has no fields.
"""

from __future__ import annotations

import ast
import string
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import chain

from nhsa_nlp.io.documents import unsupported
from tests.paths import ROOT

PACKAGE = ROOT / "nhsa_nlp"
SAID_BY = {  # which argument is a message
    **dict.fromkeys(("BadParameter", "JSONDecodeError", "Message", "complain", "fail", "say", "warn"), 0),
    "located": 1,
    "field": 3,
}
EXPLAINED = {  # modules whose ValueErrors stand in messages
    "nhsa_nlp/pipeline/bundle.py",
    "nhsa_nlp/pipeline/manifest.py",
    "nhsa_nlp/topic/storage.py",
}
OF_THE_SYSTEM = (
    "Address already in use",
    "Argument list too long",
    "Bad file descriptor",
    "Broken pipe",
    "Cannot allocate memory",
    "Cannot assign requested address",
    "Connection refused",
    "Device or resource busy",
    "Disk quota exceeded",
    "File exists",
    "File name too long",
    "File too large",
    "Input/output error",
    "Invalid argument",
    "Invalid cross-device link",
    "Is a directory",
    "No such device or address",
    "No such file or directory",
    "No space left on device",
    "Not a directory",
    "Operation not permitted",
    "Permission denied",
    "Read-only file system",
    "Resource temporarily unavailable",
    "Stale file handle",
    "Text file busy",
    "Too many levels of symbolic links",
    "Too many open files",
    "Too many open files in system",
)
OF_PYTHON = (  # and the libraries that it has or that are read with
    "Expecting value",
    "Expecting property name enclosed in double quotes",
    "Expecting ',' delimiter",
    "Expecting ':' delimiter",
    "Unterminated string starting at",
    "Invalid control character at",
    "Invalid \\\\escape",
    "Invalid \\\\uXXXX escape",
    "Extra data",
    "Illegal trailing comma before end of object",
    "Illegal trailing comma before end of array",
    "embedded null byte",
    "Exceeds the limit ({limit} digits) for integer string conversion: value has {digits} digits; use "
    "sys.set_int_max_str_digits() to increase the limit",
    "Expected ']' at the end of a table declaration",
    "Expected ']]' at the end of an array declaration",
    "Expected '=' after a key in a key/value pair",
    "Expected newline or end of document after a statement",
    "Invalid statement",
    "Invalid value",
    "Invalid initial character for a key part",
    "Invalid date or datetime",
    "Cannot overwrite a value",
    "Unterminated string",
    "Unclosed array",
    "Unclosed inline table",
    'Expected "\'"',
    "Expected \"'''\"",
    "Unescaped '\\' in a string",
    "Invalid hex value",
    "Escaped character is not a Unicode scalar value",
    "Found invalid character {character}",
    "Illegal character {character}",
    "Cannot declare {key} twice",
    "Cannot redefine namespace {key}",
    "Cannot mutate immutable namespace {key}",
    "Duplicate inline table key {key}",
    "File is not a zip file",
    "Bad magic number for central directory",
    "Bad offset for central directory",
    "Truncated file header",
    "file is not a database",
    "database disk image is malformed",
    "database is locked",
    "image file is truncated",
)
OF_TYPER = (
    "argument",
    "option",
    "Missing command.",
)
"""What Typer says of a command line that it does not take, see `nhsa_nlp.cli.usage`."""


_NOT_FIELDS = {"path", "line", "cause"}


@dataclass(frozen=True)
class Said:
    """A message in the code: where it stands, its argument, and the fields that it is given."""

    place: str
    message: ast.expr
    fields: frozenset[str] | None

    @property
    def templates(self) -> list[str]:
        """The literal texts that it is: none if it is made elsewhere."""
        found = [self.message]
        if isinstance(self.message, ast.IfExp):
            found = [self.message.body, self.message.orelse]
        return [
            each.value for each in found if isinstance(each, ast.Constant) and isinstance(each.value, str)
        ]


def names(template: str) -> frozenset[str]:
    """The fields of a template."""
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name is not None)


@cache
def _trees() -> dict[str, ast.Module]:
    return {
        path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
        for path in sorted(PACKAGE.rglob("*.py"))
    }


@cache
def said() -> tuple[Said, ...]:
    """What the package says."""
    errors = _error_classes(_trees().values())
    return tuple(each for module, tree in _trees().items() for each in _said(tree, module, errors))


def _said(tree: ast.Module, module: str, errors: set[str]) -> Iterator[Said]:
    arguments = SAID_BY | dict.fromkeys(errors, 0)
    if module in EXPLAINED:
        arguments["ValueError"] = 0
    for node in ast.walk(tree):
        name = _called(node)
        position = arguments.get(name)
        if isinstance(node, ast.Call) and position is not None and position < len(node.args):
            given = frozenset(each.arg for each in node.keywords if each.arg) - _NOT_FIELDS
            fields = given if name in errors | {"Message"} else None
            yield Said(f"{module}:{node.lineno}", node.args[position], fields)


def raw_errors() -> Iterator[str]:
    """Where the error of a library fills a message as it is, not by way of `nhsa_nlp.checks.reason_of`."""
    own = _error_classes(_trees().values())
    for module, tree in _trees().items():
        for handler in (node for node in ast.walk(tree) if isinstance(node, ast.ExceptHandler)):
            kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
            if all(kind is not None and ast.unparse(kind).rpartition(".")[2] in own for kind in kinds):
                continue
            for node in ast.walk(handler):
                if (
                    isinstance(node, ast.Call)
                    and _called(node) in own | {"Message"}
                    and any(ast.unparse(each.value) == handler.name for each in node.keywords)
                ):
                    yield f"{module}:{node.lineno}"


def _error_classes(trees: Iterable[ast.Module]) -> set[str]:
    classes = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    known = {"MessageError"}
    while more := {name for name, bases in classes.items() if bases & known} - known:
        known |= more
    return known


def _called(node: ast.AST) -> str:
    function = node.func if isinstance(node, ast.Call) else None
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


@cache
def templates() -> frozenset[str]:
    """The templates, and the texts of others that are shown in the language of the user."""
    found = {template for each in said() for template in each.templates}
    formats = {*chain.from_iterable(unsupported._FORMATS.values())} - {*unsupported._TARGETS}
    return frozenset({*found, *formats, *OF_THE_SYSTEM, *OF_PYTHON, *OF_TYPER})
