"""What differs between two bundles, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nhsa_nlp.evaluation.names import genre_name, origin_name, stored_name
from nhsa_nlp.translation import tr, tr_in


def format_difference(found: Mapping[str, Any]) -> str:
    """Return a comparison as lines of text."""
    if found["identical"]:
        return tr("the bundles are identical")
    lines: list[str] = []
    parts = {
        "manifest": tr_in("word", "manifest"),
        "data": tr_in("word", "data"),
        "settings": tr_in("word", "settings"),
        "figures": tr_in("word", "figures"),
    }
    for part, name in parts.items():
        if found[part]:
            lines.append(name)
            called = _figure_path if part == "figures" else str
            for path, (a, b) in found[part].items():
                lines.append(f"  {called(path)}{tr_in('list', ': ')}{_shown(a)} -> {_shown(b)}")
    lines.append(tr("files that differ: {files}").format(files=", ".join(found["files"])))
    said = found["predictions"]
    lines.append(
        tr(
            "answers to {texts} texts: {same_label} with the same label, {same_entities} with the "
            "same entities"
        ).format(**said)
    )
    for change in said["changed"][:20]:
        labels = " -> ".join(map(_shown, change["labels"]))
        lines.append(
            "  " + tr_in("report", "text {text} ({begins}): {labels}").format(**{**change, "labels": labels})
        )
    return "\n".join(lines)


def _figure_path(path: str) -> str:
    names = path.split(".")
    return ".".join(
        {"by_genre": genre_name, "by_origin": origin_name}.get(before, stored_name)(name)
        for before, name in zip(["", *names], names, strict=False)
    )


def _shown(value: Any) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
    text = tr_in("word", "none") if value is None else str(value)
    return text if len(text) <= 60 else f"{text[:57]}…"
