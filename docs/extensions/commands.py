"""The directive ``commands``: a section for every command, from the command itself."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import Any

import typer
from docutils.nodes import Node
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from nhsa_nlp.cli.app import app as program

_MARKS = "-^~"  # below the titles of commands, of their commands, …


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("commands", _Commands)
    return {"parallel_read_safe": True}


class _Commands(SphinxDirective):
    def run(self) -> list[Node]:
        root = typer.main.get_command(program)
        text = "\n".join(_described(root, "nhsa-nlp", None, 0))
        return self.parse_text_to_nodes(text, allow_section_headings=True)


def _described(command: Any, name: str, parent: Any, level: int) -> Iterator[str]:
    """Yield the lines of reStructuredText that describe a command and its commands."""
    context = command.context_class(command, info_name=name.rpartition(" ")[2], parent=parent)
    yield from (name, _MARKS[level] * len(name), "", ".. program:: " + name, "")
    yield from (
        ".. code-block:: text",
        "",
        "   " + " ".join([name, *command.collect_usage_pieces(context)]),
        "",
    )
    yield from (_escaped(inspect.cleandoc(command.help or "")), "")
    for parameter in command.get_params(context):
        if record := parameter.get_help_record(context):
            names, said = record
            kind = "option" if parameter.param_type_name == "option" else "describe"
            yield from (f".. {kind}:: {names.replace(' / ', ', ')}", "", f"   {_escaped(said)}", "")
    for sub, found in getattr(command, "commands", {}).items():
        yield from _described(found, f"{name} {sub}", context, min(level + 1, len(_MARKS) - 1))


def _escaped(text: str) -> str:
    """Return plain text as reStructuredText that shows it."""
    for mark in ("\\", "*", "`", "|", "_"):
        text = text.replace(mark, "\\" + mark)
    return text.replace("\b\n", "")
