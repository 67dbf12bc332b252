"""What Typer says of a command line that it does not take, as messages in plain words."""

from __future__ import annotations

from typing import Any

import typer

from nhsa_nlp.cli.help import metavar
from nhsa_nlp.translation import Message


def usage_message(error: typer.TyperException) -> str:
    """Return what is wrong with a command line; what is not known here stays English."""
    if isinstance(error.message, Message) and not isinstance(error, typer.BadParameter):
        return error.message
    if hasattr(error, "param_type"):
        return Message("Missing {kind} {name}.", kind=Message(_kind(error)), name=_name(error))
    if isinstance(error, typer.BadParameter):
        said = value_message(error)
        if name := _name(error):
            return Message("Invalid value for {name}: {message}", name=name, message=said)
        return Message("Invalid value: {message}", message=said)
    return _said(error)


def _said(error: Any) -> str:
    """Return what is wrong with an option, a command or the number of arguments."""
    text = error.format_message()
    if hasattr(error, "possibilities"):
        if not error.possibilities:
            return Message("No such option: {option}", option=error.option_name)
        known = ", ".join(sorted(error.possibilities))
        return Message(
            "No such option: {option} (Possible options: {known})", option=error.option_name, known=known
        )
    if hasattr(error, "option_name"):
        if text.endswith("requires an argument."):
            return Message("Option {option!r} requires an argument.", option=error.option_name)
        return Message("Option {option!r} does not take a value.", option=error.option_name)
    begun, separator, rest = text.partition(_NO_COMMAND)
    if separator and not begun:
        name, _, meant = rest.partition(". Did you mean ")
        if meant:
            return Message(
                "No such command {name}. Did you mean {names}?", name=name, names=meant.removesuffix("?")
            )
        return Message("No such command {name}.", name=name.removesuffix("."))
    begun, separator, rest = text.partition(EXTRA)
    if separator:
        arguments = rest.strip().removeprefix("(").removesuffix(")")
        return Message("Got unexpected extra argument(s) ({arguments})", arguments=arguments)
    return str(text)


_NO_COMMAND = "No such command "
EXTRA = "Got unexpected extra argument(s)"
"""How Typer begins to say that there are too many arguments."""


def _kind(error: Any) -> str:
    return error.param_type or ("argument" if error.param is None else error.param.param_type_name)


def _name(error: Any) -> str:
    """Return the parameter that is wrong."""
    hint = error.param_hint
    if hint is None and error.param is not None:
        hint = error.param.get_error_hint()
    if hint is not None and not isinstance(hint, str):
        hint = " / ".join(map(repr, hint))
    if hint and error.param is not None and error.param.metavar:
        hint = hint.replace(f"'{error.param.metavar}'", f"'{metavar(error.param)}'")
    option, separator, variable = (hint or "").partition(" (env var: ")
    if separator:
        return Message("{option} (or {variable})", option=option, variable=variable.strip("')"))
    return option


def value_message(error: typer.BadParameter) -> str:
    """Return what is wrong with a value: pydantic checks those of options."""
    found: list[dict[str, Any]] = getattr(error.__cause__, "errors", list)()
    match found[0].get("type") if found else None:
        case "int_parsing" | "int_parsing_size" | "int_from_float":
            return Message("{value} is not a whole number", value=repr(found[0]["input"]))
        case "float_parsing" | "finite_number":
            return Message("{value} is not a number", value=repr(found[0]["input"]))
    given: dict[str, Any] = found[0].get("ctx", {}) if found else {}
    for name, limit in given.items():
        match name:
            case "gt":
                return Message("must be more than {limit}", limit=limit)
            case "ge":
                return Message("must be {limit} or more", limit=limit)
            case "lt":
                return Message("must be less than {limit}", limit=limit)
            case "le":
                return Message("must be {limit} or less", limit=limit)
            case "error":
                value, separator, choices = str(limit).removesuffix(".").partition(" is not one of ")
                if separator:
                    return Message("{value} is not one of {choices}.", value=value, choices=choices)
    return error.message
