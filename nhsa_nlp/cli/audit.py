"""``nhsa-nlp audit``: labelled texts in, doubtful labels out, and the corrections back."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nhsa_nlp.cli import parameters
from nhsa_nlp.cli.output_file import PAGES, check_output
from nhsa_nlp.cli.terminal import Progress, printable, wrote
from nhsa_nlp.translation import ntr, tr, tr_in

if TYPE_CHECKING:
    from nhsa_nlp.labelling.audit import Audit

_SHOWN = 20  # findings


def audit(
    data: Annotated[
        Path | None, typer.Option(metavar="FILE", help=f"The labelled texts: {parameters.LABELLED}.")
    ] = None,
    output: Annotated[
        Path | None,
        parameters.output("The sheet to correct (.xlsx); with --apply, the new data (.tsv, .csv, .jsonl)."),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(metavar="HTML", help="Write doubtful labels and near-duplicates as a web page."),
    ] = None,
    corrected: Annotated[
        Path | None,
        typer.Option("--apply", metavar="XLSX", help="Read a corrected sheet and write the new data."),
    ] = None,
    overwrite: parameters.Overwrite = False,
    text_column: parameters.TextColumn = None,
    label_column: parameters.LabelColumn = None,
    id_column: parameters.IdColumn = None,
    folds: parameters.Folds = 5,
    repeats: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="How often to repeat it with other folds.")
    ] = None,
    seed: parameters.Seed = parameters.DEFAULT_SEED,
    jobs: parameters.Jobs = None,
) -> None:
    """Find labels that are likely wrong.

    Lists labels that a model which has not seen the text would not give, near-duplicates whose
    labels differ, and texts unlike all others; works with any set of labels. Correct the column
    "label" of the sheet: "train topic --data" reads it as it is, and --apply turns it into data.
    """
    from nhsa_nlp.io.writers.shapes import DATA, PAGE, SHEET

    if corrected is not None:
        if output is None:
            raise typer.BadParameter("say with --output where to write the new data", param_hint="--apply")
        check_output(output, filter(None, (corrected, data)), shape=DATA, overwrite=overwrite)
        count = _apply(corrected, data, (text_column, label_column, id_column), output)
        wrote(output, ntr("{count} text", "{count} texts", count).format(count=count))
        return
    if data is None:
        raise typer.BadParameter("name the labelled texts", param_hint="--data")
    if output is not None:
        check_output(output, [data], [".xlsx"], shape=SHEET, overwrite=overwrite)
    if report is not None:
        check_output(report, [data], PAGES, option="report", shape=PAGE, overwrite=overwrite)
    with Progress(tr("reading the labels")) as progress:
        from nhsa_nlp.data.quality import suspicious_labels
        from nhsa_nlp.labelling.audit import audit_labels
        from nhsa_nlp.labelling.labelled import read_labelled
        from nhsa_nlp.topic.labels import OUR_LABELS

        items = read_labelled(data, text_column, label_column, id_column)
        labels = Counter(item.label for item in items)
        if not labels.keys() <= set(OUR_LABELS):  # some of the seven differ in one character only
            for warning in suspicious_labels(labels):
                progress.warn(warning)
        found = audit_labels(
            [item.id for item in items],
            [item.text for item in items],
            [item.label for item in items],
            folds=folds,
            repeats=repeats,
            seed=seed,
            n_jobs=jobs or -1,
            on_progress=progress.update,
        )
        _write(found, output, report)
    typer.echo(_summary(found))


def _apply(
    corrected: Path, data: Path | None, columns: tuple[str | None, str | None, str | None], output: Path
) -> int:
    from nhsa_nlp.labelling.corrections import read_corrections
    from nhsa_nlp.labelling.labelled import read_labelled, write_labelled

    originals = None if data is None else read_labelled(data, *columns)
    items = list(read_corrections(corrected, originals))
    write_labelled(output, items)
    return len(items)


def _write(found: Audit, output: Path | None, report: Path | None) -> None:
    from nhsa_nlp.io import write_text

    if output is not None:
        from nhsa_nlp.labelling.corrections import write_corrections

        write_corrections(output, found)
    if report is not None:
        from nhsa_nlp.pages.audit import render_audit

        write_text(report, render_audit(found))


def _summary(found: Audit) -> str:
    wrong = [finding for finding in found.findings if finding.likely_wrong]
    outliers = [found.ids[finding.index] for finding in found.findings if finding.outlier]
    lines = [
        tr(
            "{texts} texts: {wrong} labels likely wrong (by the estimated joint distribution about "
            "{estimated:.0f}), {pairs} near-duplicate pairs, {different} of them with different labels, "
            "{outliers} outliers"
        ).format(
            texts=len(found.ids),
            wrong=len(wrong),
            estimated=found.estimated_errors,
            pairs=len(found.pairs),
            different=len(found.contradictions),
            outliers=len(outliers),
        )
    ]
    lines += [
        f"  {found.ids[finding.index]}: {finding.given} ({finding.p_given:.0%}) "
        f"-> {finding.suggested} ({finding.p_suggested:.0%})"
        for finding in wrong[:_SHOWN]
    ]
    if len(wrong) > _SHOWN:
        more = tr("and {count} more; --output FILE.xlsx has them all").format(count=len(wrong) - _SHOWN)
        lines.append(f"  {more}")
    if outliers:
        unlike = (
            tr("unlike all of {count:,} others, drawn at random: {texts}")
            if found.sampled
            else tr("unlike all others: {texts}")
        )
        lines.append(
            "  " + unlike.format(count=found.sampled, texts=tr_in("list", ", ").join(outliers[:_SHOWN]))
        )
    return "\n".join(map(printable, lines))
