"""Imports of the package run downwards only, and no file needs itself by way of others."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.paths import ROOT

PACKAGE = ROOT / "nhsa_nlp"


def rows() -> list[list[str]]:
    """The layers of CONTRIBUTING.md from the bottom to the top: parts, reason, what they leave alone."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("| does not import |")[2]
    return [line.split("|")[1:-1] for line in text.partition("\n\n")[0].splitlines() if "`" in line]


def names(cell: str) -> set[str]:
    return set(re.findall("`(.+?)`", cell))


LAYERS = [names(parts) for parts, _, _ in rows()]
APART = {(part, other) for parts, _, others in rows() for part in names(parts) for other in names(others)}


def modules() -> dict[str, Path]:
    """The files of the package by module name, a package's ``__init__`` by the package's.

    What runs the command line, ``__main__``, is above all layers.
    """
    found = {}
    for path in sorted(set(PACKAGE.rglob("*.py")) - {PACKAGE / "__main__.py"}):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        found[name.removesuffix(".__init__")] = path
    return found


def imports(path: Path, known: dict[str, Path]) -> Iterator[str]:
    """The modules of the package that a file imports, wherever in it and for its types, or names to do so."""
    files = {name for name, path in known.items() if path.name != "__init__.py"}  # packages hold resources
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module in known:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if inner in known else str(node.module)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value in files:
            yield node.value


def graph() -> dict[str, set[str]]:
    known = modules()
    return {name: set(imports(path, known)) - {name} for name, path in known.items()}


def part(module: str) -> str:
    return module.split(".")[1]


def upward(found: dict[str, set[str]]) -> list[str]:
    height = {name: level for level, layer in enumerate(LAYERS) for name in layer}
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
    assert parts == {name for layer in LAYERS for name in layer}
    assert all(reason.strip() for _, reason, _ in rows())


def test_imports_run_downwards() -> None:
    assert upward(graph()) == []


def test_there_is_no_circle() -> None:
    assert circle(graph()) == []


def test_what_is_imported_late_is_seen() -> None:
    found = graph()
    assert "nhsa_nlp.io.documents.pdf" in found["nhsa_nlp.io.readers"]
    assert "nhsa_nlp.io.containers.outlook" in found["nhsa_nlp.io.containers.unpacking"]
    assert "nhsa_nlp.cli.label" in found["nhsa_nlp.cli.app"]


def test_a_wrong_import_would_be_found() -> None:
    found = graph()
    found["nhsa_nlp.text.width"].add("nhsa_nlp.topic.model")
    found["nhsa_nlp.topic.model"].add("nhsa_nlp.entities.titles")
    assert upward(found) == [
        "nhsa_nlp.text.width imports nhsa_nlp.topic.model",
        "nhsa_nlp.topic.model imports nhsa_nlp.entities.titles",
    ]
    assert circle(found)
