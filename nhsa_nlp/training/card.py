"""The model card of a bundle (after Mitchell et al. 2019), in Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from nhsa_nlp.evaluation.bootstrap import INTERVALS, format_interval
from nhsa_nlp.pipeline.bundle import Manifest
from nhsa_nlp.topic.labels import LABELS
from nhsa_nlp.training.settings import TrainingSettings

_PARTS = {
    "topic": "topic, training",
    "topic_test": "topic, held out",
    "entities": "entities, training",
    "entities_test": "entities, held out",
    "segmenter": "segmenter",
    "words": "words of its own",
}
_UNITS = ("texts", "sentences", "words")
_MOST_LABELS = 50
_USE = (
    "Labelling documents of the kind it was trained on, as a suggestion to people. What it marks for review "
    "is a question, not an answer."
)


def render_card(manifest: Manifest, settings: TrainingSettings) -> str:
    """Return the card of a bundle: data, figures with intervals, limits, intended use, warnings.

    Parameters
    ----------
    manifest
        What the bundle is.
    settings
        What it was trained with.
    """
    lines = [
        f"# {_plain(manifest.name)} {_plain(manifest.version)}",
        "",
        "A model bundle of nhsa-nlp: the topic of a document, and its entities.",
        "",
        "## Intended use",
        _plain(settings.bundle.intended_use or _USE),
        "",
        f"- topic labels: {_plain(', '.join(manifest.labels.get('topic', [])))}",
        f"- entity labels: {_plain(', '.join(manifest.labels.get('entities', [])))}",
        f"- licence: {_plain(settings.bundle.licence or 'not stated')}",
        "",
        "## Data",
        *_data(manifest.data),
        "",
        "## Figures",
        *_topic(manifest.metrics.get("topic", {})),
        *_topic_test(manifest.metrics.get("topic_test", {})),
        *_entities(manifest.metrics),
        "## Limits",
        *_limits(manifest),
        "",
        "## Warnings",
        *(
            [f"- {_plain(part)}: {_plain(w)}" for part, all_ in manifest.warnings.items() for w in all_]
            or ["None: nothing suspicious was found in the data."]
        ),
        "",
        "## How it was made",
        f"Seed {manifest.seed}; all settings are in `config.toml`. "
        + ", ".join(f"{name} {number}" for name, number in manifest.made_with.items())
        + ". The same data, settings and versions give the same bundle.",
    ]
    return "\n".join(lines) + "\n"


def _data(data: Mapping[str, Any]) -> Iterator[str]:
    if not data:
        yield "Not recorded."
        return
    yield from _table(
        ["", "files", "texts, sentences or words", "characters", "labels"],
        [
            [
                name,
                ", ".join(f"{file} ({digest[:12]})" for file, digest in data[part]["files"].items()),
                str(next((data[part][unit] for unit in _UNITS if unit in data[part]), "")),
                str(data[part].get("characters", "")),
                ", ".join(f"{label} {n}" for label, n in _first(data[part].get("labels", {}))),
            ]
            for part, name in _PARTS.items()
            if part in data
        ],
    )
    yield "In brackets the beginning of the file's SHA-256. A part that is not listed is that of the bundle"
    yield "this one was built upon."


def _topic(metrics: Mapping[str, Any]) -> Iterator[str]:
    if not metrics:
        yield from ("No cross-validated figures of the topic.", "")
        return
    yield (
        f"**Topic, cross-validation**: {metrics['documents']} texts in {metrics['groups']} groups of "
        f"near-duplicates; folds: {metrics['folds']}, repeats: {metrics['repeats']}, seed: "
        f"{metrics['seed']}. The most frequent label alone gets {metrics['majority']:.3f}."
    )
    if scores := metrics.get("cross_validation"):
        yield "Near-duplicates stay on one side of the split. 95% bootstrap intervals over the groups."
        yield from _scores(scores)
        return
    settings = [name for name in ("plain", "grouped") if name in metrics]
    yield "plain: any split; grouped: near-duplicates stay on one side."
    names = {"exact": "exact label", "facets": "sectors", "macro_f1": "macro-F1", "log_loss": "log loss"}
    yield from _table(
        ["", *settings],
        [
            [name, *(_spread(metrics[s][key], metrics["repeats"]) for s in settings)]
            for key, name in names.items()
        ]
        + [["calibration error", *(f"{metrics[s]['ece']:.3f}" for s in settings)]],
    )
    setting = settings[-1]
    yield from _table(
        [f"sector, {setting}", "texts", "precision", "recall", "F1"],
        [
            [facet, str(f["support"]), *(format_interval(f[key]) for key in ("precision", "recall", "f1"))]
            for facet, f in metrics[setting]["by_facet"].items()
        ],
    )


def _topic_test(scores: Mapping[str, Any]) -> Iterator[str]:
    if not scores:
        return
    yield f"**Topic, held out**: {scores['documents']} texts, {INTERVALS}."
    yield from _scores(scores)
    if leaked := scores.get("near_duplicates_of_training"):
        rest = scores.get("without_near_duplicates")
        yield (
            f"{leaked} of these are near-duplicates of training texts"
            + (f"; without them exact {format_interval(rest['exact'])}." if rest else ".")
        )
        yield ""


def _scores(scores: Mapping[str, Any]) -> Iterator[str]:
    rows = [
        ["exact label", format_interval(scores["exact"])],
        ["macro-F1", format_interval(scores["macro_f1"])],
        ["log loss", f"{abs(scores['log_loss']):.3f}"],
        ["calibration error", f"{scores['ece']:.3f}"],
    ]
    if decisions := scores.get("decisions"):
        error = decisions["no_review_error"]
        rows += [
            ["true label in answer and alternatives", f"{decisions['in_prediction_set']:.3f}"],
            ["… of so many labels", f"{decisions['prediction_set_size']:.2f}"],
            ["need no review", f"{decisions['no_review']:.3f}"],
            ["… of these wrong", "–" if error is None else f"{error:.3f}"],
        ]
    yield from _table(["", "figure"], rows)
    yield from _table(
        ["label", "texts", "precision", "recall", "F1"],
        [
            [label, str(f["support"]), *(format_interval(f[key]) for key in ("precision", "recall", "f1"))]
            for label, f in _first(scores["by_label"])
        ],
    )


def _entities(metrics: Mapping[str, Any]) -> Iterator[str]:
    trained = metrics.get("entities", {}).get("on the training documents", {})
    if trained:
        yield "**Entities, on the training documents** (not what to expect of new ones)."
        yield from _table(
            ["label", "precision", "recall", "F1"],
            [
                [label, *(_number(f[key]) for key in ("precision", "recall", "f1"))]
                for label, f in trained.items()
                if "f1" in f
            ],
        )
    if held_out := metrics.get("entities_test"):
        yield f"**Entities, held out**: {held_out['documents']} texts, {INTERVALS}."
        figures = {"all": held_out["all"], **held_out["by_label"]}
        yield from _table(
            ["label", "precision", "recall", "F1"],
            [
                [label, _number(f["precision"]), _number(f["recall"]), format_interval(f["f1"])]
                for label, f in figures.items()
            ],
        )


def _limits(manifest: Manifest) -> Iterator[str]:
    labels = manifest.labels.get("topic", [])
    seen = manifest.data.get("topic", {}).get("labels", {})
    if tuple(labels) == LABELS:
        if never := [label for label in LABELS if seen and label not in seen]:
            yield f"- No training text has the label {', '.join(never)}."
    else:
        yield (
            "- Its labels are unrelated classes: a text gets one of them, and a combination of labels is a "
            "class of its own. `facets` of a record is empty."
        )
    if rare := [label for label, n in seen.items() if n < 10]:
        yield f"- Fewer than ten training texts: {_plain(', '.join(rare[:_MOST_LABELS]))}."
    yield "- Texts of another kind, office or time than the training data may be labelled worse than above."
    yield "- Labels are learnt with the errors of whoever gave them."


def _first(labels: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return list(labels.items())[:_MOST_LABELS]


def _spread(figure: Mapping[str, float], repeats: int) -> str:
    return f"{figure['mean']:.3f}" + (f" ± {figure['std']:.3f} over the repeats" if repeats > 1 else "")


def _number(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield ""
    yield f"| {' | '.join(head)} |"
    yield f"|{' --- |' * len(head)}"
    for row in rows:
        yield f"| {' | '.join(map(_plain, row))} |"
    yield ""


def _plain(text: str) -> str:
    """Return text that cannot become markup: labels and file names are other people's."""
    return " ".join("".join(f"\\{c}" if c in "|<>`*_[]\\#" else c for c in text).split())
