"""Imports of the package run downwards only, and no file needs itself by way of others."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.paths import ROOT

LAYERS = (
    {"errors", "record"},
    {"checks", "parallel", "splits"},
    {"text"},
    {"entities"},
    {"letter"},
    {"topic"},
    {"io"},
    {"data"},
    {"pipeline"},
    {"archive"},
    {"batch", "evaluation", "labelling"},
    {"training"},
    {"pages"},
    {"cli"},
)
"""From the bottom to the top; the parts of one layer do not import each other. Written down once
more, with the reasons, in CONTRIBUTING.md."""

APART = {("topic", "entities")}
"""A part and one below it that it does not import all the same."""

PACKAGE = ROOT / "nhsa_nlp"


def modules() -> dict[str, Path]:
    """The files of the package by module name, a package's ``__init__`` by the package's."""
    found = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


def imports(path: Path, known: dict[str, Path]) -> Iterator[str]:
    """The modules of the package that a file imports, wherever in it, also for its types."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module in known:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in known else str(node.module)


def graph() -> dict[str, set[str]]:
    known = modules()
    return {name: set(imports(path, known)) - {name} for name, path in known.items()}


def part(module: str) -> str:
    return module.split(".")[1]


def upward(found: dict[str, set[str]]) -> list[str]:
    height = {name: level for level, names in enumerate(LAYERS) for name in names}
    return [
        f"{module} imports {target}"
        for module, targets in sorted(found.items())
        for target in sorted(targets)
        if module.count(".") and target.count(".") and part(module) != part(target)
        if height[part(target)] >= height[part(module)] or (part(module), part(target)) in APART
    ]


def circle(found: dict[str, set[str]]) -> list[str]:
    """The first modules found that import each other in a circle."""
    done: set[str] = set()
    for start in found:
        path, pending = [], [(start, iter(sorted(found[start])))]
        path.append(start)
        while pending:
            module, targets = pending[-1]
            following = next((t for t in targets if t not in done), None)
            if following is None:
                done.add(module)
                path.pop()
                pending.pop()
            elif following in path:
                return [*path[path.index(following) :], following]
            else:
                path.append(following)
                pending.append((following, iter(sorted(found[following]))))
    return []


def test_every_part_has_its_layer() -> None:
    parts = {part(module) for module in modules() if module.count(".")}
    assert parts == {name for names in LAYERS for name in names}


def test_imports_run_downwards() -> None:
    assert upward(graph()) == []


def test_there_is_no_circle() -> None:
    assert circle(graph()) == []


def test_a_wrong_import_would_be_found() -> None:
    found = graph()
    found["nhsa_nlp.text.width"].add("nhsa_nlp.topic.model")
    found["nhsa_nlp.topic.model"].add("nhsa_nlp.entities.titles")
    assert upward(found) == [
        "nhsa_nlp.text.width imports nhsa_nlp.topic.model",
        "nhsa_nlp.topic.model imports nhsa_nlp.entities.titles",
    ]
    assert circle(found)
