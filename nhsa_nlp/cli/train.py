"""``nhsa-nlp train``: rebuild the parts of a model bundle from data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from nhsa_nlp.cli import parameters
from nhsa_nlp.cli.terminal import Progress, wrote
from nhsa_nlp.translation import current_language, tr, tr_in

TrainedPart = Literal["topic", "entities", "segmenter", "all"]

_DEFAULT_OUTPUT = Path("models/default")


def _show_config(wanted: bool) -> None:
    if wanted:
        from nhsa_nlp.training.settings import TrainingSettings

        typer.echo(TrainingSettings().to_toml(comments=True), nl=False)
        raise typer.Exit


def train(
    part: Annotated[TrainedPart, typer.Argument(metavar="PART", help="The part to train.")],
    data: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="PATH",
            help="A folder of data, or a file; for topic also several.  [default: training/data]",
        ),
    ] = None,
    weight: Annotated[
        list[float] | None,
        typer.Option(
            metavar="X", min=0, help="Topic: how much the texts of each --data count, in their order."
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option(
            "--output",
            "-o",
            "--bundle",
            metavar="DIR",
            help="The bundle to write; models/default if --data is a folder.",
        ),
    ] = None,
    test: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Topic, entities: held-out texts to score on.")
    ] = None,
    text_column: parameters.TextColumn = None,
    label_column: parameters.LabelColumn = None,
    id_column: parameters.IdColumn = None,
    labels: Annotated[
        str | None, typer.Option(metavar="A,B,…", help="Topic: the labels that may occur, in their order.")
    ] = None,
    encoder: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Topic: a static-embedding model that reads beside the words (extra encoder)."
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Settings in TOML; options override it.")
    ] = None,
    show_config: Annotated[
        bool,
        typer.Option(
            "--show-config",
            callback=_show_config,
            is_eager=True,
            help="Print all settings and their defaults as TOML, and do nothing else.",
        ),
    ] = False,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="The bundle's name; its folder's if not given.")
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="The random seed; 0 if not given.")
    ] = None,
    jobs: parameters.Jobs = None,
) -> None:
    """Train a model bundle from labelled data.

    Trains a whole bundle, or one part of an existing one. --data is, for topic, a table of texts
    and labels (.csv, .tsv, .xlsx, .jsonl; any labels), or several; for entities, a file of annotations (our
    .jsonl, .spacy, or an export of doccano or Label Studio); for all, a folder with replies.tsv
    (label, tab, text), entities.jsonl and segmented.txt. The data is checked before training. The
    same data, settings and versions give the same bundle, byte for byte.

    Use the result with "label --bundle DIR", measure it with "evaluate topic --bundle DIR --data
    FILE", read its card with "info --bundle DIR --card".
    """
    del show_config
    if test is not None and part not in ("topic", "entities"):
        raise typer.BadParameter("is for topic and entities only", param_hint="--test")
    sources = parameters.data_or_default(data)
    if len(sources) > 1 and part != "topic":
        raise typer.BadParameter("only the topic takes several", param_hint="--data")
    if encoder is not None and part not in ("topic", "all"):
        raise typer.BadParameter("is for the topic only", param_hint="--encoder")
    if len(weight or ()) > len(sources) or (weight and part != "topic"):
        raise typer.BadParameter("give one for each --data of the topic, or fewer", param_hint="--weight")
    if output is None and any(source.is_file() for source in sources):
        raise typer.BadParameter(
            "name the bundle to write, such as --output models/own", param_hint="--output"
        )
    target = output or _DEFAULT_OUTPUT
    with Progress(tr("training: {part}").format(part=part)) as progress:
        from nhsa_nlp.training.bundle import train_all, train_part
        from nhsa_nlp.training.settings import TrainingSettings, read_settings

        settings = (TrainingSettings() if config is None else read_settings(config)).changed(
            seed=seed,
            bundle__name=name,
            topic__encoder=None if encoder is None else str(encoder),
            data__text_column=text_column,
            data__label_column=label_column,
            data__id_column=id_column,
            data__labels=None if labels is None else [label.strip() for label in labels.split(",")],
        )
        if part == "all":
            written = train_all(
                *(sources[0], target),
                settings=settings,
                n_jobs=jobs or -1,
                on_progress=progress.update,
                on_warning=progress.warn,
            )
        else:
            written = train_part(
                *(part, sources, target),
                weights=weight or (),
                test=test,
                settings=settings,
                n_jobs=jobs or -1,
                on_progress=progress.update,
                on_warning=progress.warn,
            )
    wrote(written)
    _summarise(written, part)


def _summarise(bundle: Path, part: TrainedPart) -> None:
    """Print the main figures of what was trained, and where the rest is."""
    from nhsa_nlp.evaluation.names import genre_name
    from nhsa_nlp.pipeline.bundle import CARD, read_manifest

    trained = ("topic", "entities") if part == "all" else (part,)
    metrics = {
        key: value
        for key, value in read_manifest(bundle).metrics.items()
        if key.removesuffix("_test") in trained
    }
    if grouped := metrics.get("topic", {}).get("grouped"):
        exact, facets, f1 = (grouped[name]["mean"] for name in ("exact", "facets", "macro_f1"))
        typer.echo(
            tr("cross-validation: exact label {exact:.3f}, sectors {sectors:.3f}, macro-F1 {f1:.3f}").format(
                exact=exact, sectors=facets, f1=f1
            )
        )
        for genre, figures in metrics["topic"].get("by_genre", {}).items():
            exact, facets = (figures["grouped"][name]["mean"] for name in ("exact", "facets"))
            what = tr("{genre}: exact label {exact:.3f}, sectors {sectors:.3f}")
            typer.echo("  " + what.format(genre=genre_name(genre), exact=exact, sectors=facets))
    for key, name in (("topic", tr_in("word", "cross-validation")), ("topic_test", tr("held-out texts"))):
        scores = metrics.get(key, {})
        name = tr("texts held out for calibration") if "held_out" in scores else name
        scores = scores.get("cross_validation", scores)
        if "by_label" in scores:
            exact, f1 = scores["exact"], scores["macro_f1"]["value"]
            what = tr("{name}: exact label {value:.3f} [{low:.3f}, {high:.3f}], macro-F1 {f1:.3f}")
            typer.echo(what.format(name=name, **exact, f1=f1))
    f1 = metrics.get("entities_test", {}).get("all", {}).get("f1")
    if f1 and f1["low"] is not None:
        what = tr("held-out texts: F1 of entities {value:.3f} [{low:.3f}, {high:.3f}]")
        typer.echo(what.format(**f1))
    where = tr("figures, limits and warnings: {file}").format(file=bundle / CARD)
    if current_language() != "en":
        where = tr_in("report", "{where}; info --card shows it in your language").format(where=where)
    typer.echo(where)
