"""The messages that the code shows to people, as templates: what `nhsa_nlp.messages` has to know.

They are found where an error is raised or something is said, and followed from there to the variables,
constants and functions that parts of them come from. A field of a template has the name of what fills it.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

from tests.paths import ROOT

PACKAGE = ROOT / "nhsa_nlp"
ERRORS = {"NhsaNlpError", "InvalidItemError", "InvalidRowError", "BadMemberError", "UnsafeXmlError"}
SAID_BY = {  # which argument is a message, or a part of one
    **dict.fromkeys(
        (
            "BadParameter",
            "__init__",
            "_lacks",
            "_line",
            "append",
            "complain",
            "damaged",
            "fail",
            "say",
            "warn",
        ),
        0,
    ),
    **dict.fromkeys(("_refuse_none", "check_installed", "_object"), 1),
    **dict.fromkeys(("FileLine", "_Row", "_check_free", "give_up"), 2),
    "Failure": 3,
    "field": 3,
    "JSONDecodeError": 0,
}
SAYING = {  # functions that return or yield messages which others show
    "__str__",
    "_parse",
    "_document_faults",
    "_duplicates",
    "_fault",
    "_faults",
    "describe_skipped",
    "differences",
    "suspicious_labels",
    "verify_files",
}
ALL_SAYING = {"_check_distinct"}  # functions whose every piece of text with a field is of a message
EXPLAINED = {  # modules whose ValueErrors stand in messages
    "nhsa_nlp/pipeline/bundle.py",
    "nhsa_nlp/topic/storage.py",
    "nhsa_nlp/checks.py",
}
PROPERTIES = {"reason"}  # that return messages
PLAIN = {"how_to_install"}  # functions that return no words of a language
SHOWING = {
    "first_line",
    "get_args",
    "iter",
    "len",
    "list",
    "map",
    "next",
    "repr",
    "show",
    "sorted",
    "str",
    "tuple",
    "type",
}
PLACE = re.compile(r"(\{\w+\}(:\{\w+\})?: )+")

Function = ast.FunctionDef | ast.AsyncFunctionDef
_Node = TypeVar("_Node", bound=ast.AST)


@dataclass(frozen=True)
class Scope:
    """The module and the function that names are looked up in."""

    module: str
    function: Function | None


PLACES = (  # what stands in front of messages, or is a part of several
    "the line is longer than {longest} characters",
    "is not {encoding}; records are written in UTF-8, one a line",
    "holds a NUL character",
    "on line {number}",
    "at item {number}",
    "item {number}",
    "at document {number}",
    "document {number}",
    "page {number}",
    "pages {numbers}",
    "standard input",
    "issuer",
    "kind",
    "label",
)
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
    "maximum recursion depth exceeded",
    "maximum recursion depth exceeded while decoding a JSON object from a unicode string",
    "maximum recursion depth exceeded while decoding a JSON array from a unicode string",
    "{problem} (at line {line}, column {column})",
    "{problem} (at end of document)",
    "Expected ']' at the end of a table declaration",
    "Expected ']]' at the end of an array declaration",
    "Expected '=' after a key in a key/value pair",
    "Expected newline or end of document after a statement",
    "Invalid statement",
    "Invalid value",
    "Invalid initial character for a key part",
    "Invalid date or datetime",
    "Illegal character {character}",
    "Cannot overwrite a value",
    "Cannot declare {key} twice",
    "Unterminated string",
    "Unclosed array",
    "Unclosed inline table",
    "File is not a zip file",
    "Bad magic number for central directory",
    "Bad offset for central directory",
    "Truncated file header",
    "file is not a database",
    "database disk image is malformed",
    "database is locked",
    "image file is truncated",
    "no element found: line {line}, column {column}",
    "not well-formed (invalid token): line {line}, column {column}",
    "mismatched tag: line {line}, column {column}",
    "undefined entity: line {line}, column {column}",
    "unclosed token: line {line}, column {column}",
    "'{codec}' codec can't decode byte {byte} in position {position}: {reason}",
    "'{codec}' codec can't encode character '{character}' in position {position}: {reason}",
)
OF_TYPER = (
    "No such option: {option}",
    "No such option: {option} (Possible options: {options})",
    "No such command {name}.",
    "No such command {name}. Did you mean {names}?",
    "Missing argument {name}.",
    "Missing argument {name}. Choose from:{choices}",
    "Missing option {name}.",
    "Missing option {name}. Choose from:{choices}",
    "Missing command.",
    "Option {name} requires an argument.",
    "Option {name} does not take a value.",
    "Got unexpected extra argument(s) ({arguments})",
    "Invalid value: {message}",
    "Invalid value for {name}: {message}",
    "Invalid value for {name} (env var: {variable}): {message}",
    "{value} is not one of {choices}.",
    "Value error, {message}",
    "Input should be a valid integer, unable to parse string as an integer",
    "Input should be a valid integer, got a number with a fractional part",
    "Input should be a valid number, unable to parse string as a number",
    "Input should be a finite number",
    "Input should be greater than {limit}",
    "Input should be greater than or equal to {limit}",
    "Input should be less than {limit}",
    "Input should be less than or equal to {limit}",
    "Error: {message}",
    "Try {command} for help.",
)
"""What Typer says of a command line that it does not take."""


@cache
def templates() -> dict[str, str]:
    """Return the templates, and where the first of each stands."""
    from nhsa_nlp.io import sniff
    from nhsa_nlp.io.documents import unsupported
    from nhsa_nlp.io.writers import foreign

    found = _Finder().found
    known = (
        (foreign, (foreign._NOT_OURS, foreign._BEING_WRITTEN, foreign._CHANGED, foreign._NEWER)),
        (sniff, sniff._PHRASES.values()),
        (unsupported, [kind for kind, _ in unsupported._FORMATS.values()]),
        (unsupported, [advice for _, advice in unsupported._FORMATS.values() if " " in advice]),
    )
    for module, messages in known:
        found |= dict.fromkeys(messages, module.__name__)
    return found | dict.fromkeys((*PLACES, *OF_THE_SYSTEM, *OF_PYTHON, *OF_TYPER), "elsewhere")


class _Finder:
    def __init__(self) -> None:
        self._by_shape: dict[str, tuple[str, str]] = {}  # the same words with the same fields are one message
        self.functions: dict[str, dict[str, Function]] = defaultdict(dict)
        self.constants: dict[str, dict[str, ast.expr]] = defaultdict(dict)
        self._seen: set[int] = set()
        modules = {
            path.relative_to(ROOT).as_posix(): ast.parse(path.read_text("utf-8"))
            for path in sorted(PACKAGE.rglob("*.py"))
        }
        for module, tree in modules.items():
            for node in ast.walk(tree):
                if isinstance(node, Function):
                    self.functions[node.name][module] = node
            for node in tree.body:
                if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
                    self.constants[node.targets[0].id][module] = node.value
        self._said = SAID_BY | dict.fromkeys(_error_classes(modules.values()), 0) | {"ValueError": 0}
        for module, tree in modules.items():
            self._look(tree, Scope(module, None))
        self.found = dict(self._by_shape.values())

    def _look(self, node: ast.AST, scope: Scope) -> None:
        for child in ast.iter_child_nodes(node):
            within = Scope(scope.module, child) if isinstance(child, Function) else scope
            if isinstance(child, ast.Call):
                self._look_at_call(child, within)
            elif isinstance(child, ast.Assign | ast.AugAssign):
                self._look_at_assignment(child, within)
            elif isinstance(child, ast.Return | ast.Yield) and within.function is not None:
                if within.function.name in SAYING and child.value is not None:
                    self._take(child.value, within)
            elif isinstance(child, ast.JoinedStr) and within.function and within.function.name in ALL_SAYING:
                self._take(child, within)
            self._look(child, within)

    def _look_at_call(self, node: ast.Call, scope: Scope) -> None:
        name = _called(node)
        position = self._said.get(name, len(node.args))
        of_list = name != "append" or "warnings" in ast.unparse(node.func)
        if position < len(node.args) and of_list and (name != "ValueError" or scope.module in EXPLAINED):
            self._take(node.args[position], scope)

    def _look_at_assignment(self, node: ast.Assign | ast.AugAssign, scope: Scope) -> None:
        target = node.targets[0] if isinstance(node, ast.Assign) else node.target
        if ast.unparse(target) == "self.what":
            self._take(node.value, scope)
        elif "warnings" in ast.unparse(target):
            for each in ast.walk(node.value):
                if isinstance(each, ast.ListComp | ast.GeneratorExp):
                    self._take(each.elt, scope)

    def _take(self, node: ast.expr, scope: Scope, *, part: bool = False) -> None:
        """Take the messages that an expression can be."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            self._keep(_escaped(node.value), node, scope, part=part)
        elif isinstance(node, ast.JoinedStr):
            self._keep(_template(node), node, scope, part=part)
            for piece in node.values:
                if isinstance(piece, ast.FormattedValue):
                    self._take(piece.value, scope, part=True)
        elif isinstance(node, ast.IfExp):
            self._take(node.body, scope, part=part)
            self._take(node.orelse, scope, part=part)
        elif isinstance(node, ast.List):
            for value in node.elts:
                if isinstance(value, ast.Starred | ast.IfExp | ast.List):
                    self._take(value.value if isinstance(value, ast.Starred) else value, scope, part=part)
                elif isinstance(value, ast.JoinedStr):
                    self._take(value, scope, part=part)
        elif isinstance(node, ast.Subscript) and isinstance(node.value, ast.Dict):
            for value in node.value.values:
                self._take(value, scope, part=part)
        elif isinstance(node, ast.BoolOp):
            for value in node.values:
                self._take(value, scope, part=part)
        else:
            for value, place in self._sources(node, scope):
                if id(value) not in self._seen:
                    self._seen.add(id(value))
                    self._take(value, place, part=part)

    def _sources(self, node: ast.expr, scope: Scope) -> Iterator[tuple[ast.expr, Scope]]:
        """Yield what a name, a call of a function or a property can be."""
        if isinstance(node, ast.Name):
            found = list(_assigned(node.id, scope.function)) if scope.function else []
            yield from ((value, scope) for value in found)
            if not found and node.id in self.constants:
                module, value = _nearest(self.constants[node.id], scope.module)
                yield value, Scope(module, None)
        elif isinstance(node, ast.Call) or (
            isinstance(node, ast.Attribute) and node.attr in ("reason", "what")
        ):
            name = _called(node) if isinstance(node, ast.Call) else node.attr
            if name in self.functions and name not in SHOWING | PLAIN:
                module, function = _nearest(self.functions[name], scope.module)
                for each in ast.walk(function):
                    if isinstance(each, ast.Return | ast.Yield) and each.value is not None:
                        yield each.value, Scope(module, function)

    def _keep(self, template: str, node: ast.expr, scope: Scope, *, part: bool) -> None:
        place = PLACE.match(template)
        message = template[place.end() :] if place else template
        words = re.sub(r"\{\w+\}", "", message)
        if re.search("[A-Za-z]{2}", words) and (" " in words.strip() or not part):
            self._by_shape.setdefault(
                re.sub(r"\{\w+\}", "{}", message), (message, f"{scope.module}:{node.lineno}")
            )


def _assigned(name: str, function: Function) -> Iterator[ast.expr]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assign):
            for target in node.targets:
                if isinstance(target, ast.Name) and target.id == name:
                    yield node.value
                elif isinstance(target, ast.Tuple) and isinstance(node.value, ast.Tuple):
                    for each, value in zip(target.elts, node.value.elts, strict=True):
                        if isinstance(each, ast.Name) and each.id == name:
                            yield value
        elif (
            isinstance(node, ast.For)
            and isinstance(node.target, ast.Tuple)
            and isinstance(node.iter, ast.Tuple)
        ):
            for row in node.iter.elts:
                pairs = zip(node.target.elts, row.elts, strict=True) if isinstance(row, ast.Tuple) else ()
                yield from (value for each, value in pairs if isinstance(each, ast.Name) and each.id == name)
    given = function.args
    for argument, default in zip(reversed(given.args), reversed(given.defaults), strict=False):
        if argument.arg == name:
            yield default


def _nearest(where: dict[str, _Node], module: str) -> tuple[str, _Node]:
    return (module, where[module]) if module in where else next(iter(where.items()))


def _error_classes(trees: Iterable[ast.Module]) -> set[str]:
    classes = {
        node.name: {base.id for base in node.bases if isinstance(base, ast.Name)}
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    known = set(ERRORS)
    while more := {name for name, bases in classes.items() if bases & known} - known:
        known |= more
    return known


def _called(node: ast.Call) -> str:
    function = node.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _template(node: ast.JoinedStr) -> str:
    names: dict[str, str] = {}
    pieces = []
    for each in node.values:
        if isinstance(each, ast.FormattedValue):
            pieces.append(f"{{{_field(each.value, names)}}}")
        elif isinstance(each, ast.Constant):
            pieces.append(_escaped(str(each.value)))
    return "".join(pieces)


def _escaped(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")


def _field(node: ast.expr, names: dict[str, str]) -> str:
    said = ast.unparse(node)
    if said not in names:
        name = _name(node).strip("_").lower()
        taken = sum(other.rstrip("0123456789") == name for other in names.values())
        names[said] = name if not taken else f"{name}{taken + 1}"
    return names[said]


def _name(node: ast.expr) -> str:
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr="__name__" | "value"):
            return _name(value)
        case ast.Attribute(attr=name):
            return name
        case ast.Subscript(slice=ast.Constant(value=str(key))):
            return key
        case ast.Subscript(value=value):
            return _name(value)
        case ast.BoolOp(values=[first, *_]) | ast.BinOp(left=first) | ast.IfExp(body=first):
            return _name(first)
        case ast.Call(func=ast.Attribute(attr="join"), args=[argument]):
            return _name(argument)
        case ast.Call(
            func=ast.Name(id="getattr") | ast.Attribute(attr="get"), args=[*_, ast.Constant(str(key))]
        ):
            return key
        case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(str(key)), _]):
            return key
        case ast.Call(func=ast.Attribute(value=value, attr="split" | "encode" | "decode" | "removesuffix")):
            return _name(value)
        case ast.Call(func=ast.Name(id=name), args=[*_, argument]) if name in SHOWING:
            return _name(argument)
        case ast.Call(func=function):
            return _name(function)
        case ast.GeneratorExp(generators=[generator]):
            return _name(generator.iter)
    return "value"
