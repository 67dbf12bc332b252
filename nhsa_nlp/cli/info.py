"""``nhsa-nlp info``: what is in a model bundle, and whether it is intact."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from nhsa_nlp.cli import parameters
from nhsa_nlp.cli.bundled import chosen_bundle
from nhsa_nlp.cli.terminal import printable
from nhsa_nlp.errors import BundleError
from nhsa_nlp.translation import columns, current_language, padded, tr, tr_in

if TYPE_CHECKING:
    from nhsa_nlp.pipeline.manifest import Manifest

_MOST = 20  # labels whose figures are shown


def info(
    folder: parameters.BundleFolder = None,
    bundle: parameters.SameBundle = None,
    card: Annotated[bool, typer.Option("--card", help="Print the bundle's card (Markdown) instead.")] = False,
) -> None:
    """Show a model bundle and verify its files."""
    from nhsa_nlp.pipeline.bundle import CARD, verify_bundle

    path = chosen_bundle(folder, bundle)
    manifest = verify_bundle(path)
    if card:
        if not (path / CARD).is_file():
            raise BundleError("has no card; train it again with this version", path)
        for line in _card(path, manifest).splitlines():
            typer.echo(printable(line))
        return
    names = {"topic": tr("topic labels"), "entities": tr("entity labels")}
    size = sum(entry["bytes"] for entry in manifest.files.values())
    lines = {
        tr_in("word", "bundle"): tr_in("report", "{name} {version} (format {number})").format(
            name=manifest.name, version=manifest.version, number=manifest.format
        ),
        tr_in("word", "folder"): str(path),
        tr_in("word", "files"): tr("{count}, {size:.1f} MB, all verified").format(
            count=len(manifest.files), size=size / 1e6
        ),
        **{
            names.get(part, part): tr_in("list", ", ").join(labels)
            for part, labels in manifest.labels.items()
        },
        tr("trained on"): _named(manifest.counts),
        tr_in("word", "seed"): str(manifest.seed),
        tr("made with"): _listed(manifest.made_with.items()),
    }
    width = max(map(columns, lines))
    for name, value in lines.items():
        typer.echo(f"{padded(printable(name), width)}  {printable(value)}")
    if manifest.metrics:
        typer.echo(tr_in("word", "figures"))
        for name, value in _figures(manifest.metrics, []):
            typer.echo(f"  {printable(name)}{tr_in('list', ': ')}{printable(value)}")


def _card(bundle: Path, manifest: Manifest) -> str:
    """Return the card of a bundle: as it is there, which is English, or made anew in another language."""
    from nhsa_nlp.pipeline.bundle import CARD

    if current_language() == "en":
        return (bundle / CARD).read_text("utf-8", "replace")
    from nhsa_nlp.training.card import render_card
    from nhsa_nlp.training.settings import stored_settings

    return render_card(manifest, stored_settings(bundle), current_language())


def _named(values: Mapping[str, Any]) -> str:
    from nhsa_nlp.evaluation.names import stored_name

    return _listed((stored_name(name), value) for name, value in values.items())


def _listed(values: Iterable[tuple[str, Any]]) -> str:
    return tr_in("clause", ", ").join(f"{name} {value}" for name, value in values)


def _figures(metrics: Mapping[str, Any], path: list[str]) -> Iterator[tuple[str, str]]:
    """Yield the figures of nested metrics, one line per level; curves and tables are left out."""
    from nhsa_nlp.evaluation.names import genre_name, origin_name, stored_name

    names = {stored_name("by_genre"): genre_name, stored_name("by_origin"): origin_name}

    plain = {
        name: _figure(value)
        for name, value in metrics.items()
        if not _is_nested(value) and not isinstance(value, list)
    }
    if plain:
        yield " / ".join(path), _named(plain)
    for name, value in metrics.items():
        shown = names.get(path[-1], stored_name) if path else stored_name
        if _is_nested(value) and len(value) <= _MOST:  # more are in the card
            yield from _figures(value, [*path, shown(name)])


def _is_nested(value: object) -> bool:
    return isinstance(value, dict) and not {"mean", "value"} & set(value)


def _figure(value: Any) -> str:
    """Return a figure as text: the mean of a spread, the value of an interval."""
    if isinstance(value, dict):
        value = value.get("mean", value.get("value"))
    return f"{value:.3f}" if isinstance(value, float) else str(value)
