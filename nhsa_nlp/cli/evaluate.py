"""``nhsa-nlp evaluate``: measure a part of the pipeline on labelled data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from nhsa_nlp.cli import parameters
from nhsa_nlp.cli.output_file import check_output
from nhsa_nlp.cli.terminal import Progress
from nhsa_nlp.translation import tr

if TYPE_CHECKING:
    from nhsa_nlp.training.settings import DataSettings


EvaluatedPart = Literal["topic", "entities"]


def evaluate(
    part: Annotated[EvaluatedPart, typer.Argument(help="The part to evaluate.")],
    data: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="PATH",
            help="A folder of data, or a file; topic: also several.  [default: training/data]",
        ),
    ] = None,
    bundle: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Score this bundle on --data instead of cross-validating."),
    ] = None,
    against: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Test whether this bundle differs from --bundle.")
    ] = None,
    text_column: parameters.TextColumn = None,
    label_column: parameters.LabelColumn = None,
    id_column: parameters.IdColumn = None,
    folds: parameters.Folds = 5,
    repeats: Annotated[
        int, typer.Option(min=1, metavar="N", help="How often to repeat it with other folds.")
    ] = 1,
    seed: parameters.Seed = parameters.DEFAULT_SEED,
    ablation: Annotated[
        bool, typer.Option("--ablation", help="Entities: train ner in each fold and score all variants.")
    ] = False,
    compare: Annotated[
        bool, typer.Option("--compare", help="Topic: measure common methods on the same splits.")
    ] = False,
    jobs: parameters.Jobs = None,
    report: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write a report as HTML to FILE.")
    ] = None,
    output: Annotated[Path | None, parameters.output("Write the figures as JSON to FILE.")] = None,
) -> None:
    """Measure models on labelled data.

    Without --bundle, cross-validates on --data; near-duplicates stay on the same side of a split,
    so the figures hold for unseen documents. With --bundle, scores the bundle as it is on a file of
    texts it was not trained on, read as "train" reads its data; with --against as well, scores both
    bundles on the same texts, with a paired test of the difference.
    """
    from nhsa_nlp.io import write_text

    _check_options(part, data, bundle, against, compare=compare, ablation=ablation)
    for file in filter(None, (output, report)):
        check_output(file)
    if report is not None and part == "topic":
        from nhsa_nlp.pages.plots import check_plotting

        check_plotting()
    places = data or [parameters.DEFAULT_DATA]
    with Progress(tr("evaluating: {part}").format(part=part)) as progress:
        from nhsa_nlp.training.settings import DataSettings

        columns = DataSettings(
            text_column=text_column or "", label_column=label_column or "", id_column=id_column or ""
        )
        if bundle is not None:
            figures, summary = _held_out(part, places, bundle, against, columns, progress)
        else:
            chosen: dict[str, Any] = {"folds": folds, "repeats": repeats, "seed": seed}
            chosen |= {"n_jobs": jobs or -1, "on_progress": progress.update}
            if part == "topic":
                learning = output is not None or report is not None
                figures, summary = _topic(places, columns, compare, learning, progress, chosen)
            else:
                from nhsa_nlp.evaluation.entities import evaluate_entities, format_report

                figures = evaluate_entities(places[0], ablation=ablation, **chosen)
                summary = format_report(figures)
    typer.echo(summary)
    if output is not None:
        write_text(output, json.dumps(figures, ensure_ascii=False, indent=2, sort_keys=True) + "\n")
    if report is not None:
        write_text(report, _html(part, figures))


def _check_options(
    part: EvaluatedPart,
    data: list[Path] | None,
    bundle: Path | None,
    against: Path | None,
    *,
    compare: bool,
    ablation: bool,
) -> None:
    one_file = data is not None and data[0].is_file()
    several = data is not None and len(data) > 1
    for unfit, option, problem in (
        (part == "entities" and several, "--data", "only the topic takes several"),
        (part == "entities" and compare, "--compare", "is for the topic only"),
        (part == "topic" and ablation, "--ablation", "is for entities only"),
        (bundle and compare, "--compare", "is for cross-validation; leave --bundle out"),
        (bundle and ablation, "--ablation", "is for cross-validation; leave --bundle out"),
        (against and not bundle, "--against", "compares with another bundle; name that with --bundle"),
        (bundle and not data, "--data", "name a file of texts that the bundle was not trained on"),
        (
            part == "entities" and not bundle and one_file,
            "--data",
            "is one file; name the bundle to score on it, or a folder to cross-validate on",
        ),
    ):
        if unfit:
            raise typer.BadParameter(problem, param_hint=option)


def _held_out(
    part: EvaluatedPart,
    data: list[Path],
    bundle: Path,
    against: Path | None,
    columns: DataSettings,
    progress: Progress,
) -> tuple[dict[str, Any], str]:
    from nhsa_nlp.evaluation import bundles
    from nhsa_nlp.training.sources import annotated_texts, known_files, labelled_texts

    if part == "topic":
        read = [labelled_texts(path, columns) for path in data]
        labelled, files = ([item for part in parts for item in part] for parts in zip(*read, strict=True))
        figures = bundles.evaluate_topic_bundle(bundle, labelled, against)
    else:
        annotated, left_out, files = annotated_texts(data[0])
        if left_out:
            progress.warn(f"{left_out} texts without an annotation are left out")
        figures = bundles.evaluate_entities_bundle(bundle, annotated, against)
    for path in filter(None, (bundle, against)):
        if known := known_files(path, part, files):
            progress.warn(f"{path} was trained on {known[0]}, so its figures say little about new texts")
    return figures, bundles.format_scores(figures)


def _topic(
    data: list[Path],
    columns: DataSettings,
    compare: bool,
    learning: bool,
    progress: Progress,
    chosen: dict[str, Any],
) -> tuple[dict[str, Any], str]:
    from nhsa_nlp.data.quality import check_labelled
    from nhsa_nlp.evaluation.bundles import format_scores
    from nhsa_nlp.evaluation.multiclass import cross_validate
    from nhsa_nlp.evaluation.topic import evaluate_topic, format_topic_report
    from nhsa_nlp.topic.labels import LABELS, OUR_LABELS
    from nhsa_nlp.training.sources import genres_of, groups_of, labelled_texts

    documents = []
    for path in data:
        found, files = labelled_texts(path, columns)
        if path.is_file():
            for warning in check_labelled(found, files[0]):
                progress.warn(warning)
        documents += found
    texts, labels = [document.text for document in documents], [document.label for document in documents]
    if set(labels) <= set(OUR_LABELS):
        figures = evaluate_topic(
            texts,
            labels,
            genres=genres_of(documents),
            matters=groups_of(documents),
            origins=[document.origin for document in documents],
            compare=compare,
            learning=learning,
            **chosen,
        )
        return figures, format_topic_report(figures)
    if compare:
        raise typer.BadParameter(f"is for the labels {', '.join(LABELS)} only", param_hint="--compare")
    measured = cross_validate(texts, labels, **chosen)
    about = tr(
        "{documents} texts in {groups} groups of near-duplicates, which stay on one side; {folds} folds, "
        "{repeats} repeats, seed {seed}; most frequent label {majority:.1%}"
    ).format(**{**measured, "repeats": chosen["repeats"], "seed": chosen["seed"]})
    return measured, format_scores({"about": [about], "topic": measured["cross_validation"]})


def _html(part: EvaluatedPart, figures: dict[str, Any]) -> str:
    from nhsa_nlp.pages.evaluation import entities_html, scores_html, topic_html

    if "about" in figures:
        of_topic = part == "topic"
        title = tr("Topic: held-out figures") if of_topic else tr("Entities: held-out figures")
        return scores_html(title, figures)
    if "variants" in figures:
        return entities_html(figures)
    if "cross_validation" in figures:
        about = tr("{documents} texts, {folds} folds, {repeats} repeats").format(**figures)
        shown = {"about": [about], "topic": figures["cross_validation"]}
        return scores_html(tr("Topic: cross-validated figures"), shown)
    return topic_html(figures)
