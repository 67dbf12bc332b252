"""``nhsa-nlp desk``: the web page on which officers sort incoming documents, and what belongs to it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from nhsa_nlp.cli import parameters
from nhsa_nlp.cli.help import Command, Group
from nhsa_nlp.cli.output_file import check_output
from nhsa_nlp.cli.terminal import Progress, complain, notice, wrote
from nhsa_nlp.errors import InputError
from nhsa_nlp.translation import Message, ntr, tr, tr_in

if TYPE_CHECKING:
    from nhsa_nlp.desk.store import Store


class _Desk(Group):
    """The command and those that belong to it; it says where a folder is to be named."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """Find the command of the first argument."""
        if args[0] not in self.commands and Path(args[0]).is_dir():
            ctx.fail(Message("a folder is named by --inbox: --inbox {folder}", folder=args[0]))
        return super().resolve_command(ctx, args)


desk = typer.Typer(
    name="desk",
    cls=_Desk,
    invoke_without_command=True,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)

_Data = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="DIR",
        help="The desk's folder; one of this user's own if not given.",
        envvar="NHSA_NLP_DESK",
    ),
]


@desk.callback()
def serve(
    context: typer.Context,
    data: _Data = None,
    host: Annotated[str, typer.Option(metavar="ADDRESS", help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65_535, metavar="N", help="Its port; 0 for any.")] = 8642,
    users: Annotated[
        bool, typer.Option("--users", help="Have people log in; needed to be reached from other machines.")
    ] = False,
    archive: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Earlier answers: what label --output FILE.sqlite wrote."),
    ] = None,
    inbox: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A folder to watch; what is put there comes in.")
    ] = None,
    demo: Annotated[
        bool, typer.Option("--demo", help="Show a desk with invented proposals, thrown away at the end.")
    ] = False,
    bundle: parameters.Bundle = None,
    workers: Annotated[
        int, typer.Option("--workers", "-j", min=1, metavar="N", help="Processes that read and label.")
    ] = 1,
    name: Annotated[
        list[str] | None,
        typer.Option("--name", metavar="HOST", help="Another name it may be called by; may be repeated."),
    ] = None,
    prefix: Annotated[
        str, typer.Option(metavar="PATH", help="The path below which a proxy serves it, such as /desk.")
    ] = "",
    proxy: Annotated[
        list[str] | None,
        typer.Option("--proxy", metavar="ADDRESS", help="A proxy whose word on clients is taken."),
    ] = None,
    secure: Annotated[
        bool, typer.Option("--secure", help="Cookies for TLS only: behind a proxy that has it.")
    ] = False,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page.")] = True,
) -> None:
    """Sort incoming documents on a web page.

    Opens a page in the browser, on this machine or in an office's network, on which files are
    dropped, documents read, decided, assigned and merged, and from which results are exported.
    Everything is kept in one folder; every decision in a table that is only appended to. Ctrl-C
    ends it.
    """
    if context.invoked_subcommand is not None:
        _refuse_options(context, context.invoked_subcommand)
        return
    from nhsa_nlp.desk.serving import Serving
    from nhsa_nlp.desk.serving import serve as serve_desk
    from nhsa_nlp.desk.store import default_folder

    def serve_in(folder: Path, archive: Path | None) -> None:
        serving = Serving(
            folder,
            address=host,
            port=port,
            accounts=users,
            names=tuple(name or ()),
            prefix=prefix,
            archive=archive,
            inbox=inbox,
            bundle=bundle,
            workers=workers,
            secure=secure,
            proxies=tuple(proxy or ()),
        )
        serve_desk(serving, lambda address: _started(address, folder, browser=browser))

    if demo:
        from nhsa_nlp.desk.demonstration import demonstration

        if data is not None or users:
            raise typer.BadParameter(
                "shows invented documents; leave out --data and --users", param_hint="--demo"
            )
        notice(tr("preparing the demonstration"))
        with demonstration() as (folder, answers):
            serve_in(folder, archive or answers)
    else:
        serve_in(data or default_folder(), archive)


@desk.command("add-user", cls=Command)
def add_user(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The name; it stands in all that is done.")],
    role: Annotated[
        Literal["reader", "officer", "lead", "admin"],
        typer.Option(help="reader looks; officer decides; lead sees persons and exports; admin all."),
    ] = "officer",
    data: _Data = None,
) -> None:
    """Add an account, or give one a new role and password; asks for the password, or reads it from a pipe."""
    from nhsa_nlp.desk import accounts

    if sys.stdin.isatty():
        password = typer.prompt(tr_in("word", "password"), hide_input=True, confirmation_prompt=True)
    else:
        password = sys.stdin.readline().rstrip("\n")
    with _opened(data, make=True) as store:
        accounts.add_user(store, name, role, password)
    notice(tr("{name} may log in as {role}").format(name=name, role=role))


@desk.command("remove-user", cls=Command)
def remove_user(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The account.")], data: _Data = None
) -> None:
    """Take an account out of use; what it did stays."""
    from nhsa_nlp.desk import accounts

    with _opened(data) as store:
        accounts.remove_user(store, name)


@desk.command("users", cls=Command)
def list_users(data: _Data = None) -> None:
    """List the accounts."""
    from nhsa_nlp.desk import accounts

    with _opened(data) as store:
        for row in accounts.users(store.reading()):
            typer.echo(f"{row['name']}\t{row['role']}")


@desk.command("verify", cls=Command)
def verify(data: _Data = None) -> None:
    """Check that no decision or file was altered, and print the hash that vouches for them.

    Note the hash elsewhere: a later check that prints the same hash for the same number of events
    shows that nothing was cut off either.
    """
    from nhsa_nlp.desk.verification import verify_desk

    with _opened(data) as store:
        found = verify_desk(store)
    for problem in found.problems:
        complain(problem)
    if found.problems:
        raise typer.Exit(1)
    kept = ntr("{count} file", "{count} files", found.files).format(count=found.files)
    typer.echo(
        tr("{events} events and {files}, all as they were written; last hash {hash}").format(
            events=found.events, files=kept, hash=found.last_hash
        )
    )


@desk.command("export", cls=Command)
def export(
    output: Annotated[Path, parameters.output("Write FILE in the format of its suffix.")],
    purpose: Annotated[
        Literal["records", "training", "entities"],
        typer.Option(
            "--for",
            help="records as label writes them, with decisions; labels for training; corrected entities.",
        ),
    ] = "records",
    state: Annotated[str, typer.Option(metavar="STATE", help="Only documents with this state.")] = "",
    label: Annotated[
        str, typer.Option(metavar="LABEL", help="Only those with this label, given or else the model's.")
    ] = "",
    reason: Annotated[
        str, typer.Option(metavar="REASON", help="Only those a person had to look at for this reason.")
    ] = "",
    office: Annotated[str, typer.Option(metavar="NAME", help="Only those of this office.")] = "",
    person: Annotated[str, typer.Option(metavar="NAME", help="Only those of this person.")] = "",
    since: Annotated[
        str, typer.Option(metavar="DAY", help="Only those that came in on this day or later.")
    ] = "",
    until: Annotated[
        str, typer.Option(metavar="DAY", help="Only those that came in on this day or before.")
    ] = "",
    text: Annotated[str, typer.Option(metavar="WORDS", help="Only those that have these words.")] = "",
    overwrite: parameters.Overwrite = False,
    data: _Data = None,
) -> None:
    """Write what was decided: records with decisions, or data to train on.

    The filters are those of the queue, and all must hold. States are new, decided, postponed,
    returned and merged; reasons are doubtful (any), sure (none), and those of the queue.
    """
    from nhsa_nlp.desk.exports import export_records, export_training
    from nhsa_nlp.desk.queue import checked_filters
    from nhsa_nlp.io.writers.shapes import DATA

    check_output(output, shape=None if purpose == "records" else DATA, overwrite=overwrite)
    filters = checked_filters(
        state=state,
        label=label,
        reason=reason,
        office=office,
        person=person,
        since=since,
        until=until,
        text=text,
    )
    with _opened(data) as store:
        if purpose == "records":
            count = export_records(store.reading(), output, filters)
        else:
            task: Literal["topic", "entities"] = "topic" if purpose == "training" else "entities"
            count = export_training(store.reading(), output, task, filters)
    documents = ntr("{count} document", "{count} documents", count).format(count=count)
    wrote(output, documents)


@desk.command("retrain", cls=Command)
def retrain(
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="The bundle to write.")],
    more: Annotated[
        list[Path] | None,
        typer.Option("--also", metavar="FILE", help="Further labelled texts to train on; may be repeated."),
    ] = None,
    data: _Data = None,
    jobs: parameters.Jobs = None,
) -> None:
    """Train a bundle on the decisions, and compare it with the one in use on decisions held out.

    The page "模型" shows the comparison; there an administrator puts the new bundle into use, or
    does not.
    """
    from nhsa_nlp.desk import retraining

    with _opened(data) as store, Progress(tr_in("word", "training")) as progress:
        found = retraining.retrain(
            store, output, more=tuple(more or ()), n_jobs=jobs or -1, on_progress=progress.update
        )
    typer.echo(
        tr(
            "of {held_out} decisions held out, {against} has {old:.1%} right, the new bundle {new:.1%}"
        ).format(**found)
    )


def _refuse_options(context: typer.Context, command: str) -> None:
    """Refuse options of the server before the name of a command, which would not heed them."""
    for name in context.params:
        source = context.get_parameter_source(name)
        if source is not None and source.name == "COMMANDLINE":
            raise typer.BadParameter(
                Message("options of {command} are written after it", command=command),
                param_hint=f"--{name.replace('_', '-')}",
            )


def _opened(data: Path | None, *, make: bool = False) -> Store:
    from nhsa_nlp.desk.store import DATABASE, Store, default_folder

    folder = data or default_folder()
    if not make and not (folder / DATABASE).is_file():
        raise InputError(
            "there is no desk; start one with nhsa-nlp desk, or name its folder with --data", folder
        )
    return Store(folder)


def _started(address: str, folder: Path, *, browser: bool) -> None:
    notice(
        tr("the desk is at {address} (kept in {folder}); Ctrl-C ends it").format(
            address=address, folder=folder
        )
    )
    if browser and sys.stderr.isatty():
        import webbrowser

        webbrowser.open(address)
