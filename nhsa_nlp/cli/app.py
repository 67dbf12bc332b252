"""The ``nhsa-nlp`` command: its subcommands, and how errors are shown.

A command is imported when it is asked for. Neither its module nor this one imports anything heavy; it imports
what it needs when it runs, so that ``--help``, which asks for all, answers at once.
"""

from __future__ import annotations

import errno
import os
import sys
import traceback
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import typer

import nhsa_nlp
from nhsa_nlp.cli import exit_status
from nhsa_nlp.cli.configuration import find_configuration, read_configuration
from nhsa_nlp.cli.help import Command, Group
from nhsa_nlp.cli.streams import STANDARD_OUTPUT, prepare_streams
from nhsa_nlp.cli.terminal import complain, notice
from nhsa_nlp.cli.usage import EXTRA, usage_message
from nhsa_nlp.errors import FallbackWarning, InputProblemsError, NhsaNlpError
from nhsa_nlp.translation import (
    VARIABLE,
    Language,
    Message,
    located,
    tr,
    translated,
    use_language,
)


class _WrongUsage(typer.BadParameter):
    """A command line that is not taken, in the words of this program and the language of the user."""

    def __init__(self, error: typer.TyperException):
        super().__init__(usage_message(error), ctx=getattr(error, "ctx", None))
        self.exit_code = error.exit_code

    def show(self, file: Any = None) -> None:
        """Print the usage and what is wrong, as Typer lays it out."""
        lines: list[str] = [Message("Error: {message}", message=self.message)]
        if self.ctx is not None:
            command = f"{self.ctx.command_path} {self.ctx.help_option_names[0]}"
            lines = [self.ctx.get_usage(), Message("Try {command!r} for help.", command=command), "", *lines]
        for line in lines:
            typer.echo(translated(line), file=file, err=file is None)


@contextmanager
def _translated() -> Iterator[None]:
    """Say in our words what Typer says of a command line that it does not take."""
    try:
        yield
    except typer.TyperException as error:
        context = getattr(error, "ctx", None)
        is_help = context is not None and error.message == context.get_help()
        if is_help:
            raise
        raise _WrongUsage(error) from None


_MODULES = {  # of the commands, in the order of the help
    "label": "nhsa_nlp.cli.label",
    "highlight": "nhsa_nlp.cli.highlight",
    "policies": "nhsa_nlp.cli.policies",
    "figures": "nhsa_nlp.cli.figures",
    "search": "nhsa_nlp.cli.search",
    "precedents": "nhsa_nlp.cli.precedents",
    "compare": "nhsa_nlp.cli.compare",
    "groups": "nhsa_nlp.cli.groups",
    "info": "nhsa_nlp.cli.info",
    "train": "nhsa_nlp.cli.train",
    "evaluate": "nhsa_nlp.cli.evaluate",
    "verify": "nhsa_nlp.cli.verify",
    "diff": "nhsa_nlp.cli.diff",
    "audit": "nhsa_nlp.cli.audit",
    "suggest": "nhsa_nlp.cli.suggest",
    "annotate": "nhsa_nlp.cli.annotate",
    "convert": "nhsa_nlp.cli.convert",
    "config": "nhsa_nlp.cli.config",
    "desk": "nhsa_nlp.cli.desk",
}


class _Commands(Mapping[str, Any]):
    """The commands by name; each is imported, and its options are read, when it is asked for."""

    def __getitem__(self, name: str) -> Any:
        return _command(name)

    def __iter__(self) -> Iterator[str]:
        return iter(_MODULES)

    def __len__(self) -> int:
        return len(_MODULES)


@cache
def _command(name: str) -> Any:
    found = getattr(import_module(_MODULES[name]), name)
    if isinstance(found, typer.Typer):
        return typer.main.get_group(found)
    alone = typer.Typer(add_completion=False, rich_markup_mode=None)
    alone.command(cls=_Command)(found)
    return typer.main.get_command(alone)


class _Group(Group):
    """The group of all commands; turns errors into one line and an exit status."""

    def __init__(self, **given: Any):
        super().__init__(**{**given, "commands": _Commands()})

    def make_context(self, *given: Any, **more: Any) -> Any:
        """Read the options before the command."""
        with _translated():
            return super().make_context(*given, **more)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Accept ``--debug`` and ``--lang`` after the command too, where people add them."""
        if _debug_asked(args):
            args.remove("--debug")
            args.insert(0, "--debug")
        asked: list[str] = []
        while (place := _language_asked(args)) is not None:
            each = slice(place, place + (1 if "=" in args[place] else 2))
            asked += args[each]
            del args[each]
        return super().parse_args(ctx, asked + args)

    def invoke(self, ctx: Any) -> Any:
        """Run the command."""
        try:
            with _translated():
                return super().invoke(ctx)
        except NhsaNlpError as error:
            if ctx.params["debug"]:
                traceback.print_exc()
            for problem in error.problems if isinstance(error, InputProblemsError) else (error,):
                complain(problem)
            raise typer.Exit(exit_status.WRONG_USAGE) from None
        except BrokenPipeError:  # the reader of the output has seen enough
            raise typer.Exit(exit_status.BROKEN_PIPE) from None
        except KeyboardInterrupt:
            complain("interrupted")
            raise typer.Exit(exit_status.INTERRUPTED) from None


class _Command(Command):
    """A command; it refuses an output without a name, and a second one if it writes one file."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Look at the options of `_WRITTEN`: of two files the first would be lost."""
        values, _, given = self.make_parser(ctx).parse_args(list(args))
        for option in self.params:
            if option.name not in _WRITTEN:
                continue
            value = values.get(option.name)
            if "" in (value if isinstance(value, list) else [value]):
                ctx.fail(
                    Message("--{name} needs the name of a file", name=option.name)
                )  # what an unset variable of a shell leaves
            if not getattr(option, "multiple", False) and given.count(option) > 1:
                ctx.fail(
                    Message(
                        "--{name} is given {count} times; this command writes one file",
                        name=option.name,
                        count=given.count(option),
                    )
                )
        try:
            return super().parse_args(ctx, args)
        except typer.TyperException as error:
            problem = usage_message(error)
            if problem.startswith(EXTRA) and any(option.name == "data" for option in self.params):
                ctx.fail(Message("{problem}; name the data with --data", problem=problem))
            raise


_WRITTEN = ("output", "report")

app = typer.Typer(
    name="nhsa-nlp",
    cls=_Group,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"nhsa-nlp {nhsa_nlp.__version__}")
        raise typer.Exit


def _speak(language: Language | None) -> None:
    if language is not None:
        use_language(language)


@app.callback()
def options(
    context: typer.Context,
    debug: Annotated[  # noqa: ARG001 - looked up in the context
        bool, typer.Option("--debug", help="Show the traceback of an error.")
    ] = False,
    version: Annotated[  # noqa: ARG001 - its callback is called
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Show the version.")
    ] = False,
    lang: Annotated[  # noqa: ARG001 - its callback is called
        Language | None,
        typer.Option(
            callback=_speak,
            is_eager=True,
            envvar=VARIABLE,
            help="Speak English or Chinese; if not given, the language of the locale.",
        ),
    ] = None,
    config: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Options of commands; if not given, nhsa-nlp.toml in this folder or the user's.",
            envvar="NHSA_NLP_CONFIG",
        ),
    ] = None,
) -> None:
    """Label documents of China's National Healthcare Security Administration (国家医疗保障局).

    Each document gets a topic (医保, 医疗, 医药, their pairs or 三联动) and its policy titles,
    document numbers and quantities, each with its position in the raw text.
    """
    file = find_configuration(config)
    if file is not None:
        context.default_map = read_configuration(file, context)
        if context.default_map.get(str(context.invoked_subcommand)):
            notice(tr("options from {file}").format(file=file))


def main() -> None:
    """Run the command line; the entry point of ``nhsa-nlp``."""
    prepare_streams()
    warnings.simplefilter("always", FallbackWarning)
    warnings.showwarning = _show_warning
    try:
        app(prog_name="nhsa-nlp")
    except OSError as error:  # the system refuses something: no permission, no more files
        if _debug_asked(sys.argv[1:]):
            traceback.print_exc()
        complain(_refusal(error))
        sys.exit(exit_status.WRONG_USAGE)
    except Exception as error:  # noqa: BLE001 - the outermost frame shows any error in one line
        if _debug_asked(sys.argv[1:]):
            traceback.print_exc()
        complain(
            Message(
                "internal error: {kind}: {error} (--debug shows where; please report it)",
                kind=type(error).__name__,
                error=error,
            )
        )
        sys.exit(exit_status.INTERNAL_ERROR)


def _refusal(error: OSError) -> str:
    """Return what the system has refused, and what to do about it."""
    reason = error.strerror or str(error) or type(error).__name__
    if error.filename == STANDARD_OUTPUT:
        return Message(
            "{stream} cannot be written: {reason}; redirect it to a file",
            stream=STANDARD_OUTPUT,
            reason=reason,
        )
    if error.errno in (errno.EMFILE, errno.ENFILE):
        return located(reason, "allow more with ulimit -n")
    refusal = Message("{reason}; check it, and that this user may use it", reason=reason)
    return refusal if error.filename is None else located(os.fsdecode(error.filename), refusal)


def _show_warning(message: Warning | str, category: type[Warning], *place: Any, **more: Any) -> None:
    if issubclass(category, FallbackWarning):
        notice(message)
    else:
        _default_showwarning(message, category, *place, **more)


_default_showwarning = warnings.showwarning


def _debug_asked(args: list[str]) -> bool:
    return "--debug" in _before_operands(args)


def _language_asked(args: list[str]) -> int | None:
    """Return the place of ``--lang``, which no command has as an option of its own."""
    options = _before_operands(args)
    return next((place for place, arg in enumerate(options) if arg.partition("=")[0] == "--lang"), None)


def _before_operands(args: list[str]) -> list[str]:
    return args[: args.index("--")] if "--" in args else args
