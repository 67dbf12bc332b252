"""``nhsa-nlp info``: what is in a model bundle, and whether it is whole."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import typer

from nhsa_nlp.cli import parameters
from nhsa_nlp.cli.terminal import printable


def info(bundle: parameters.Bundle = None) -> None:
    """Show a model bundle and verify its files."""
    from nhsa_nlp.pipeline.bundle import default_bundle_path, verify_bundle

    path = bundle or default_bundle_path()
    manifest = verify_bundle(path)
    size = sum(entry["bytes"] for entry in manifest.files.values())
    lines = {
        "bundle": f"{manifest.name} {manifest.version} (format {manifest.format})",
        "folder": str(path),
        **{f"{kind} labels": " ".join(names) for kind, names in manifest.labels.items()},
        "trained on": _listed(manifest.counts),
        "seed": str(manifest.seed),
        "made with": _listed(manifest.made_with),
        "files": f"{len(manifest.files)}, {size / 1e6:.1f} MB, all verified",
        **dict(_figures(manifest.metrics)),
    }
    width = max(map(len, lines))
    for name, value in lines.items():
        typer.echo(f"{printable(name):{width}}  {printable(value)}")


def _listed(values: dict[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _figures(metrics: dict[str, Any], prefix: str = "") -> Iterator[tuple[str, str]]:
    """Yield the figures of nested metrics, each under its path."""
    for name, value in metrics.items():
        if isinstance(value, dict):
            yield from _figures(value, f"{prefix}{name} ")
        else:
            yield f"{prefix}{name}", f"{value:.3f}" if isinstance(value, float) else str(value)
