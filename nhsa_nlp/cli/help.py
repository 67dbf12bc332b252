"""Help in the language of the user: Typer writes it down at import, here it is translated when it is shown.

Typer's own layout measures characters and breaks lines at spaces, so Chinese has one of its own.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand, TyperGroup

from nhsa_nlp.translation import columns, current_language, padded, tr, tr_in

if TYPE_CHECKING:
    _Base = TyperCommand  # what a command and a group of commands share
else:
    _Base = object

_INDENT = 2
_MOST_FOR_NAMES = 30  # columns
_NOT_FIRST = "，。、；：？！）》”…]"  # on a line
_NOT_LAST = "（《“["
_WIDE = r"\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef“”…"
_NUMBER = r"(-?\d+(?:\.\d+)?)"
_LEAST = re.compile(rf"(?:^|(?<=x>=)){_NUMBER}(?=<=x|$)")
_MOST = re.compile(rf"x<={_NUMBER}")
_PIECE = re.compile(rf"\s+|[{re.escape(_NOT_LAST)}]*(?:[{_WIDE}]|[^\s{_WIDE}]+)[{re.escape(_NOT_FIRST)}]*")


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of a help text, each on one line: the messages that are translated."""
    return [" ".join(each.split()) for each in re.split(r"\n\s*\n", inspect.cleandoc(text))]


class _Translated(_Base):
    """What shows help in the language of the user; English is shown as Typer does."""

    def get_short_help_str(self, limit: int = 45) -> str:
        """Return its first sentence."""
        return _short(self, super().get_short_help_str, limit)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Write its help."""
        _format(self, super().format_help, ctx, formatter)

    def format_usage(self, ctx: Any, formatter: Any) -> None:
        """Write its usage."""
        _format_usage(self, super().format_usage, ctx, formatter)

    def shell_complete(self, ctx: Any, incomplete: str) -> list[Any]:
        """Return completions."""
        return _completions(super().shell_complete(ctx, incomplete))


class Command(_Translated, TyperCommand):
    """A command with help in the language of the user."""


class Group(_Translated, TyperGroup):
    """A group of commands with help in the language of the user."""


def _short(command: _Translated, english: Callable[[int], str], limit: int) -> str:
    if current_language() == "en":
        return english(limit)
    return tr(paragraphs(command.help or "")[0]).rstrip("。")


def _completions(items: list[Any]) -> list[Any]:
    for item in items:
        item.help = item.help and _translated(item.help)
    return items


def _format(command: _Translated, english: Callable[[Any, Any], None], ctx: Any, formatter: Any) -> None:
    if current_language() == "en":
        english(ctx, formatter)
    else:
        formatter.write("\n".join(_lines(command, ctx, formatter.width)) + "\n")


def _format_usage(
    command: _Translated, english: Callable[[Any, Any], None], ctx: Any, formatter: Any
) -> None:
    if current_language() == "en":
        english(ctx, formatter)
    else:
        formatter.write("\n".join(_usage_lines(command, ctx, formatter.width)) + "\n")


def _usage_lines(command: _Translated, ctx: Any, width: int) -> Iterator[str]:
    usage = tr("Usage: {command} ").format(command=ctx.command_path)
    return _wrapped(" ".join(_usage(command, ctx)), width, usage)


def _lines(command: _Translated, ctx: Any, width: int) -> Iterator[str]:
    yield from _usage_lines(command, ctx, width)
    for paragraph in paragraphs(command.help or ""):
        yield ""
        yield from _wrapped(tr(paragraph), width, " " * _INDENT)
    tables: dict[str, list[tuple[str, str]]] = {}
    for param in command.get_params(ctx):
        record = param.get_help_record(ctx)
        if record is not None:
            heading = (
                tr_in("word", "Arguments")
                if param.param_type_name == "argument"
                else tr_in("word", "Options")
            )
            tables.setdefault(heading, []).append((_name(param, record[0]), _about(param, record[1])))
    if isinstance(command, Group):
        named = [(name, each) for name, each in command.commands.items() if not each.hidden]
        tables[tr_in("word", "Commands")] = [(name, each.get_short_help_str()) for name, each in named]
    for heading, rows in tables.items():
        yield ""
        yield tr_in("help", "{heading}:").format(heading=heading)
        yield from _table(rows, width)


def _usage(command: _Translated, ctx: Any) -> Iterator[str]:
    """Yield what the command line consists of."""
    yield tr_in("help", "[OPTIONS]")
    for param in command.get_params(ctx):
        for piece in param.get_usage_pieces(ctx):
            yield piece.replace(param.metavar, metavar(param)) if param.metavar else piece
    if isinstance(command, Group):
        yield tr_in("help", "COMMAND [ARGS]...")


def metavar(param: Any) -> str:
    """Return what a parameter that has a word for it takes."""
    return tr_in("metavar", param.metavar)


def _name(param: Any, shown: str) -> str:
    """Return the names of a parameter and what it takes."""
    if param.param_type_name == "argument":
        name, _, kind = shown.partition(" <")
        choices = f" <{kind}" if "|" in kind else ""  # other types of Python say nothing to a user
        return (name.replace(param.metavar, metavar(param)) if param.metavar else name) + choices
    if param.metavar and shown.endswith(param.metavar):
        return shown.removesuffix(param.metavar) + metavar(param)
    return shown


def _about(param: Any, shown: str) -> str:
    """Return what a parameter is, and in brackets its default and the like."""
    text = param.help or ""
    extras = shown.removeprefix(text).strip(" []")
    more = []
    for extra in filter(None, extras.split("; ")):
        name, _, value = extra.partition(": ")
        words = {
            "default": tr_in("help", "default: {value}"),
            "env var": tr_in("help", "environment variable: {value}"),
            "required": tr_in("word", "required"),
        }
        if name == "default":
            value = _default(param, value)
        more.append(words[name].format(value=value) if name in words else _range(extra))
    return _translated(text) + (f"  [{tr_in('list', '; ').join(more)}]" if more else "")


def _default(param: Any, value: str) -> str:
    """Return a default: whether a switch is on, a word that is chosen with what it means, or as it is."""
    if getattr(param, "is_flag", False):
        return tr_in("word", "yes") if param.default else tr_in("word", "no")
    return tr_in("default", value) if is_word(param) else value


def is_word(param: Any) -> bool:
    """Tell whether the default of a parameter is one of a few words: what takes anything else says what."""
    return isinstance(param.default, str) and not param.metavar


def _range(extra: str) -> str:
    """Return in words what Typer writes as ``1<=x<=9``."""
    low, high = (found and found[1] for found in (_LEAST.search(extra), _MOST.search(extra)))
    if low and high:
        return tr_in("help", "{low} to {high}").format(low=low, high=high)
    if low:
        return tr_in("help", "{low} or more").format(low=low)
    return tr_in("help", "{high} or less").format(high=high) if high else extra


def _translated(text: str) -> str:
    return "\n\n".join(map(tr, paragraphs(text)))


def _table(rows: list[tuple[str, str]], width: int) -> Iterator[str]:
    """Yield the lines of two columns."""
    first = min(max(columns(name) for name, _ in rows), _MOST_FOR_NAMES) + 2 * _INDENT
    for name, text in rows:
        begin = " " * _INDENT + name
        if columns(begin) + _INDENT > first:
            yield begin
            begin = ""
        yield from _wrapped(text, width, padded(begin, first))


def _wrapped(text: str, width: int, begin: str) -> Iterator[str]:
    """Yield lines of so many columns; the first begins with a text, the others are as far from the left."""
    indent = " " * columns(begin)
    line = begin
    for piece in _PIECE.findall(text):
        if columns(line + piece.rstrip()) > width and line.strip() and line != indent:
            yield line.rstrip()
            line = indent
        if line != indent or not piece.isspace():
            line += piece
    yield line.rstrip()
