"""``nhsa-nlp label``: documents in, records out."""

from __future__ import annotations

import contextlib
import os
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from nhsa_nlp.cli import exit_status, parameters
from nhsa_nlp.cli.output_file import STANDARD_OUTPUT, is_file
from nhsa_nlp.cli.terminal import Progress, RunProgress, complain, notice, passed_over
from nhsa_nlp.errors import OutputError
from nhsa_nlp.io.options import TIMEOUT
from nhsa_nlp.translation import Message, tr, tr_in

if TYPE_CHECKING:
    from nhsa_nlp.batch import Changes, Job, RunOptions, RunSummary
    from nhsa_nlp.cli.table import TableWriter
    from nhsa_nlp.io import JsonLinesWriter

_MEGABYTE = 1_000_000
_WRITTEN = frozenset([".jsonl", ".ndjson", ".csv", ".tsv", ".xlsx", ".parquet", ".html"])


def label(
    paths: parameters.Paths,
    output: Annotated[
        list[Path] | None,
        parameters.output("Write FILE in the format of its suffix; may be repeated. - prints JSON Lines."),
    ] = None,
    bundle: parameters.Bundle = None,
    segmenter: parameters.Segmenter = None,
    encoding: parameters.Encoding = None,
    max_bytes: parameters.MaxBytes = parameters.DEFAULT_MAX_BYTES,
    text_column: parameters.TextColumn = None,
    id_column: parameters.IdColumn = None,
    title_column: parameters.TitleColumn = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers",
            "-j",
            min=1,
            metavar="N",
            help="Processes that label; 1 if not given, or with Ray, one per CPU of the cluster.",
        ),
    ] = None,
    timeout: Annotated[
        float,
        typer.Option(min=0, metavar="SECONDS", help="Give up on a document after this time, 0 for no limit."),
    ] = TIMEOUT,
    max_memory: Annotated[
        int | None,
        typer.Option(
            min=0,
            metavar="MB",
            help="Memory that a process may use, 0 for no limit; if not given, its share of three quarters "
            "of this machine's, at least 2000 (Linux only).",
        ),
    ] = None,
    keep_text: Annotated[
        bool,
        typer.Option(
            "--keep-text",
            help="Also write the raw texts, which the offsets refer to, next to FILE; with --update, into a "
            ".parquet, in which precedents can then be found.",
        ),
    ] = False,
    figures: Annotated[
        bool,
        typer.Option(
            "--figures",
            help='Store the figures of the documents in a .sqlite, so that "search --figures" is quick.',
        ),
    ] = False,
    restart: Annotated[
        bool, typer.Option("--restart", help="Discard what an unfinished run into FILE has kept.")
    ] = False,
    retry_failed: Annotated[
        bool,
        typer.Option("--retry-failed", help="Try again what failed in the last run into FILE, nothing else."),
    ] = False,
    update: Annotated[
        bool,
        typer.Option(
            "--update",
            help="Bring FILE, a .sqlite or a folder of parts in .parquet, up to date: label what is new or "
            "has changed, mark what is gone.",
        ),
    ] = False,
    relabel: Annotated[
        bool,
        typer.Option("--relabel", help="With --update: label again what another bundle has labelled."),
    ] = False,
    compact: Annotated[
        bool,
        typer.Option("--compact", help="With --update: drop what is left of deleted documents in a .sqlite."),
    ] = False,
    overwrite: parameters.Overwrite = False,
    engine: Annotated[
        Literal["local", "ray"], typer.Option(help="Label here, or on a Ray cluster (extra ray).")
    ] = "local",
    ray_address: Annotated[
        str | None, typer.Option(metavar="HOST:PORT", help="The Ray cluster.", envvar="RAY_ADDRESS")
    ] = None,
) -> None:
    """Label documents and tag what they cite.

    Finds the topic, policy titles, document numbers and quantities. Prints a table to a terminal
    and JSON Lines, one record per document, to a pipe; writes files with --output. Folders are
    read recursively; outputs of earlier runs in them are passed over. A document that cannot be
    read is named on standard error, and the rest is done.

    With --output, finished work is kept next to FILE, and FILE is written as a whole at the end.
    After an interruption, a crash or a full disk, the same command continues. Documents that
    failed are listed in FILE.failed.jsonl; --retry-failed tries them again. With --update, an
    archive that was written before grows: only new and changed documents are labelled.

    Exit status: 0 all done, 1 some documents could not be read, 2 wrong usage.
    """
    from nhsa_nlp.batch import Job
    from nhsa_nlp.io import ReadOptions
    from nhsa_nlp.text.segmenters import warn_without_rjieba

    warn_without_rjieba()  # nobody hears the workers
    job = Job(
        paths,
        ReadOptions(encoding, max_bytes, text_column, id_column, title_column),
        bundle=bundle,
        workers=workers,
        timeout=timeout or None,
        max_memory=_most_memory(max_memory, workers, engine),
        engine=engine,
        ray_address=ray_address,
        segmenter=segmenter,
    )
    files = output or []
    _tell_of_outputs(paths)
    _check_update(
        update,
        files,
        relabel=relabel,
        compact=compact,
        others={
            "--keep-text": keep_text and not any(file.suffix.lower() == ".parquet" for file in files),
            "--retry-failed": retry_failed,
            "--overwrite": overwrite,
        },
    )
    if restart and retry_failed:
        raise typer.BadParameter("--restart discards what --retry-failed needs", param_hint="--retry-failed")
    if files and not any(map(_is_stream, files)):
        from nhsa_nlp.batch import RunOptions, Update

        options = RunOptions(
            keep_text=keep_text,
            restart=restart,
            retry_failed=retry_failed,
            overwrite=overwrite,
            figures=figures,
            update=Update(relabel=relabel, compact=compact) if update else None,
        )
        failed = _into_files(job, files, options)
    elif len(files) > 1:
        raise OutputError("standard output (-) cannot be one of several --output; name files only")
    elif needing := [
        name
        for name, given in {
            "--keep-text": keep_text,
            "--figures": figures,
            "--restart": restart,
            "--retry-failed": retry_failed,
            "--overwrite": overwrite,
        }.items()
        if given
    ]:
        raise OutputError("needs files to write to; name them with --output", ", ".join(needing))
    else:
        failed = _into_stream(job, files[0] if files else None)
    if failed:
        raise typer.Exit(exit_status.SOME_UNREAD)


def _tell_of_outputs(paths: Sequence[str]) -> None:
    """Say which of the named files this program wrote: ``*`` names them too, and nobody means them."""
    for path in map(Path, paths):
        if path.suffix.lower() in _WRITTEN:
            from nhsa_nlp.io.writers.ownership import is_output

            if is_output(path):
                notice(
                    tr("{file} is an output of this program; it is read, as it is named").format(file=path)
                )


def _most_memory(megabytes: int | None, workers: int | None, engine: str) -> int | None:
    """Return the bytes each process may use: by default its share, with those of all others here."""
    from nhsa_nlp.batch.machine import share_of_memory

    if megabytes is not None:
        return megabytes * _MEGABYTE or None
    labelling = (os.cpu_count() or 1) if engine == "ray" else (workers or 1)
    return share_of_memory(labelling + 1)  # one takes containers apart


def _is_stream(output: Path) -> bool:
    """Tell whether an output is standard output, a pipe or a device, which can only be written once."""
    try:
        return output == STANDARD_OUTPUT or (output.exists() and not output.is_file() and not output.is_dir())
    except OSError:  # no permission
        return False  # writing it will say what is wrong


def _check_update(
    update: bool, files: list[Path], *, relabel: bool, compact: bool, others: dict[str, bool]
) -> None:
    """Refuse what does not go together with ``--update``, or not without it."""
    if not update:
        if relabel or compact:
            name = "--relabel" if relabel else "--compact"
            raise typer.BadParameter("is only for an archive that is updated: add --update", param_hint=name)
        return
    if len(files) != 1 or _is_stream(files[0]):
        raise typer.BadParameter("needs one --output, the archive to bring up to date", param_hint="--update")
    for name in (name for name, given in others.items() if given):
        reason = {
            "--keep-text": Message("an archive in .sqlite holds the texts"),
            "--retry-failed": Message("--update tries failed documents again by itself"),
            "--overwrite": Message("--update replaces nothing that it did not write"),
        }[name]
        raise typer.BadParameter(
            Message("does not go with --update: {reason}", reason=reason), param_hint=name
        )


def _into_files(job: Job, files: list[Path], options: RunOptions) -> int:
    """Run into files; return the number of failures."""
    from nhsa_nlp.batch import InterruptedRun, run
    from nhsa_nlp.batch.outputs import Outputs
    from nhsa_nlp.io import READABLE, Source, find_documents

    def count_files() -> int:
        found = find_documents(job.paths, READABLE, left_out=Outputs(files).own)
        return sum(isinstance(file, Source) for file in found)

    try:
        with RunProgress(count_files) as progress:
            summary = run(job, files, progress, **options)
            update = options.get("update")
            _summarise(summary, files, progress, relabel=update is not None and update.relabel)
    except InterruptedRun as stop:
        complain(
            Message(
                "interrupted; labelled so far: {labelled}, kept in {folder}: run the same command again to "
                "continue",
                labelled=stop.labelled,
                folder=stop.folder,
            )
        )
        raise typer.Exit(exit_status.INTERRUPTED) from None
    return summary.failed


def _summarise(summary: RunSummary, files: list[Path], progress: RunProgress, *, relabel: bool) -> None:
    if summary.skipped:
        progress.notice(passed_over(summary.skipped))
    if summary.failed:
        failed = (
            tr("{failed:,} failed ({kinds}), listed in {file}; the next --update tries them again")
            if summary.changes
            else tr("{failed:,} failed ({kinds}), listed in {file}; --retry-failed tries them again")
        )
        kinds = tr_in("list", ", ").join(
            f"{tr_in('failure', kind)} {count:,}" for kind, count in summary.failures.most_common()
        )
        progress.notice(failed.format(failed=summary.failed, kinds=kinds, file=summary.failed_list))
    if summary.changes is not None:
        progress.notice(_describe(summary.changes, relabel=relabel))
    labels = tr_in("list", ", ").join(
        f"{name or tr('no label')} {count:,}" for name, count in summary.labels.most_common()
    )
    what = tr_in("report", "{count:,} labelled")
    if summary.labelled_now != summary.labelled:  # the others by an earlier run that this one continues
        what = tr_in("report", "{count:,} labelled, {now:,} of them now")
    if labels:
        what = tr_in("list", "{what} ({details})").format(what=what, details="{labels}")
    progress.notice(
        (
            tr("{what}; {seconds:,.1f} s, {rate:,.0f} a second")
            if summary.labelled_now
            else tr("{what}; {seconds:,.1f} s")
        ).format(
            what=what.format(count=summary.labelled, now=summary.labelled_now, labels=labels),
            seconds=summary.seconds,
            rate=summary.labelled_now / max(summary.seconds, 0.001),
        )
    )
    changes = summary.changes
    if changes is None or any(
        (changes.new, changes.changed, changes.relabelled, changes.deleted, changes.figures)
    ):
        progress.wrote(tr_in("list", ", ").join(map(str, dict.fromkeys(files))))


def _describe(changes: Changes, *, relabel: bool) -> str:
    """Return a line on what an update did."""
    parts = [
        tr_in("update", "{count:,} new").format(count=changes.new),
        tr_in("update", "{count:,} changed").format(count=changes.changed),
        *(
            [tr_in("update", "{count:,} labelled again").format(count=changes.relabelled)]
            if changes.relabelled
            else []
        ),
        tr_in("update", "{count:,} deleted").format(count=changes.deleted),
        tr_in("update", "{count:,} as before").format(count=changes.kept),
    ]
    done = tr_in("report", "archive: {what}").format(what=tr_in("clause", ", ").join(parts))
    if changes.older:
        older = (
            tr("{done} ({count:,} by another bundle: elsewhere or not readable now)")
            if relabel
            else tr("{done} ({count:,} by another bundle: --relabel labels again what is in the PATHs)")
        )
        done = older.format(done=done, count=changes.older)
    if changes.figures:
        done = tr_in("report", "{done}; figures of {count:,} read").format(done=done, count=changes.figures)
    return done


def _into_stream(job: Job, output: Path | None) -> int:
    """Write or print records as they come; return the number of failures."""
    from nhsa_nlp.batch import Failure, stream_records
    from nhsa_nlp.batch.signals import Interruptions

    skipped: Counter[str] = Counter()
    labelled = 0
    try:
        # The progress ends first, so that a table is not printed into its line.
        with Interruptions(), _writer(output) as writer, Progress(tr("loading the model")) as progress:
            with contextlib.closing(stream_records(job, skipped)) as found:
                for item in found:
                    if isinstance(item, Failure):
                        progress.complain(item)
                        continue
                    writer.write(item)
                    labelled += 1
                    progress.update(
                        tr("{labelled:,} labelled, {failed:,} failed: {document}").format(
                            labelled=labelled, failed=progress.failures, document=item["id"]
                        )
                    )
            if skipped:
                progress.notice(passed_over(skipped))
    except KeyboardInterrupt:
        complain(
            Message("interrupted; labelled so far: {labelled}, in {output}", labelled=labelled, output=output)
            if output
            else Message("interrupted; labelled so far: {labelled}", labelled=labelled)
        )
        raise typer.Exit(exit_status.INTERRUPTED) from None
    return progress.failures


def _writer(output: Path | None) -> JsonLinesWriter | TableWriter:
    from nhsa_nlp.io import JsonLinesWriter

    if is_file(output):
        return JsonLinesWriter(output)
    if output is None and sys.stdout.isatty():
        from nhsa_nlp.cli.table import TableWriter

        return TableWriter()
    return JsonLinesWriter(sys.stdout.buffer)
