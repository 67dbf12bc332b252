"""``nhsa-nlp config``: which options hold, and where from."""

from __future__ import annotations

import typer

from nhsa_nlp.cli.configuration import describe_configuration, find_configuration


def config(context: typer.Context) -> None:
    """Show the options that hold, as a configuration file.

    Redirected to nhsa-nlp.toml it is one to begin with: what is a default is a comment. Options of
    label, precedents, figures and desk can be set; those typed in a command go before.
    """
    file = find_configuration(context.find_root().params["config"])
    for line in describe_configuration(context, file, context.find_root().default_map or {}):
        typer.echo(line)
