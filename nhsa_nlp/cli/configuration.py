"""The configuration file: options that a user need not type each time, a table a command.

The first of these holds, and it alone: what ``--config`` or ``NHSA_NLP_CONFIG`` names, `FILE_NAME` in
the current folder, `FILE_NAME` in the user's configuration folder. What is typed, or set in the
environment, goes before it.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

import typer

from nhsa_nlp.checks import reason_of
from nhsa_nlp.cli.usage import value_message
from nhsa_nlp.errors import InputError
from nhsa_nlp.translation import Message, located, tr, tr_in

FILE_NAME = "nhsa-nlp.toml"

_COMMANDS = ("label", "precedents", "figures", "desk")
# What a command does this time, not how it does it.
_NEVER = frozenset(
    (
        "output",
        "report",
        "keep-text",
        "restart",
        "retry-failed",
        "update",
        "relabel",
        "compact",
        "overwrite",
        "demo",
    )
)

Defaults = dict[str, dict[str, Any]]
"""The values of each command by the name of the parameter, as ``default_map`` of a context has them."""


def find_configuration(given: Path | None) -> Path | None:
    """Return the file that holds; ``None`` if there is none.

    Raises
    ------
    InputError
        If the given one does not exist, or is no file.
    """
    found = given or next((place for place in places() if place.exists()), None)
    if given is not None and not given.exists():
        raise InputError("there is no such configuration file; check --config", given)
    if found is not None and not found.is_file():
        raise InputError("is not a readable file; move it, or name another with --config", found)
    return found


def places() -> list[Path]:
    """Return where a file is looked for if none is given."""
    return [Path(FILE_NAME), Path(typer.get_app_dir("nhsa-nlp"), FILE_NAME)]


def read_configuration(file: Path, context: typer.Context) -> Defaults:
    """Return what a file says, checked against the options that the commands have.

    Paths are taken from the folder of the file.

    Raises
    ------
    InputError
        For a file that cannot be read or is no TOML, an unknown table or option, or a wrong value.
    """
    try:
        tables = tomllib.loads(file.read_text("utf-8-sig"))
    except OSError as error:
        raise InputError("cannot be read: {problem}", file, problem=error.strerror) from error
    except (ValueError, RecursionError) as error:
        raise InputError("is not valid TOML: {error}", file, error=reason_of(error)) from error
    found: Defaults = {}
    for command, table in tables.items():
        if command not in _COMMANDS or not isinstance(table, dict):
            raise InputError(
                "{command!r} is not a table of options; known are {names}",
                file,
                command=command,
                names=_named(_COMMANDS),
            )
        options = dict(_options(context, command))
        found[command] = {}
        for name, value in table.items():
            if name not in options:
                known = ", ".join(options)
                raise InputError(
                    "[{command}] has no option {name!r} that can be set here: {known}",
                    file,
                    command=command,
                    name=name,
                    known=known,
                )
            option, kind = options[name]
            what = f"[{command}] {name}"
            found[command][str(option.name)] = _value(context, option, kind, value, what, file)
    return found


def _named(names: tuple[str, ...]) -> str:
    return " ".join(f"[{name}]" for name in names)


def _options(context: typer.Context, command: str) -> Iterator[tuple[str, tuple[Any, Any]]]:
    """Yield the options of a command that can be set in a file: the name there, the option, its type."""
    commands: dict[str, Any] = getattr(context.find_root().command, "commands", {})
    hints = get_type_hints(commands[command].callback)
    for option in commands[command].params:
        name = option.opts[0].removeprefix("--")
        if option.param_type_name == "option" and name not in _NEVER | {"help"}:
            yield name, (option, _kind(hints[option.name]))


def _value(context: typer.Context, option: Any, kind: Any, value: Any, what: str, file: Path) -> Any:
    """Return a value as the option takes it."""
    if not _is_of(value, kind):
        raise InputError("{what} must be {expected}", file, what=what, expected=_expected(kind))
    if kind is bool:
        return value
    try:
        cast = option.process_value(context, list(map(str, value)) if isinstance(value, list) else str(value))
    except (typer.BadParameter, InputError) as error:  # the latter of what checks an option itself
        problem = value_message(error) if isinstance(error, typer.BadParameter) else error
        raise InputError(located(what, problem), file) from None
    return str(file.parent / cast) if isinstance(cast, Path) else value


def _kind(hint: Any) -> Any:
    """Return the type that an option has in TOML: ``bool``, ``int``, ``float``, ``str`` or a list of one."""
    if isinstance(hint, UnionType):  # with None, for what is not given
        hint = next(each for each in get_args(hint) if each is not NoneType)
    if get_origin(hint) is list:
        return list[_kind(get_args(hint)[0])]  # type: ignore[misc]
    return hint if hint in (bool, int, float) else str  # a path and one of some words are texts


def _is_of(value: Any, kind: Any) -> bool:
    if get_origin(kind) is list:
        return isinstance(value, list) and all(_is_of(item, *get_args(kind)) for item in value)
    if isinstance(value, bool):  # no number, as it is to Python
        return kind is bool
    return isinstance(value, (int, float) if kind is float else kind)


def _expected(kind: Any) -> str:
    """Return what a value of a type is in TOML."""
    if get_origin(kind) is list:
        return Message('a list of texts, such as ["a", "b"]')
    if kind is bool:
        return "true or false"
    if kind is float:
        return Message("a number")
    return Message("a whole number") if kind is int else Message("a text in quotation marks")


def describe_configuration(
    context: typer.Context, file: Path | None, given: Mapping[str, Any]
) -> Iterator[str]:
    """Yield the lines of a file that says what holds now, and where from; what is a default is a comment."""
    if file is None:
        searched = tr_in("list", " and ").join(str(place) for place in places())
        yield "# " + tr("no configuration file; looked for {files}").format(files=searched)
    else:
        yield f"# {file}"
    for command in _COMMANDS:
        yield ""
        yield f"[{command}]"
        for name, (option, _) in _options(context, command):
            variable = option.envvar
            if variable and os.environ.get(variable):
                yield _line(
                    name, os.environ[variable], tr_in("report", "from {variable}").format(variable=variable)
                )
            elif option.name in given.get(command, {}):
                yield _line(name, given[command][option.name])
            elif option.default is None:
                yield f"# {name} ="
            else:
                yield f"# {_line(name, option.default)}"


def _line(name: str, value: Any, remark: str = "") -> str:
    # JSON's strings, numbers, lists, true and false are TOML's.
    return f"{name} = {json.dumps(value, ensure_ascii=False, default=str)}" + (remark and f"  # {remark}")
