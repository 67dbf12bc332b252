"""Packages that import their names when they are first used."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from nhsa_nlp.lazy_names import lazy_functions, lazy_names
from tests.paths import ROOT

PACKAGES = (
    "nhsa_nlp",
    *("nhsa_nlp.archive", "nhsa_nlp.batch", "nhsa_nlp.io", "nhsa_nlp.text", "nhsa_nlp.topic"),
)


def typed(package: str) -> dict[str, str]:
    """The module that each name of a package is said to be from, as a type checker reads it."""
    tree = ast.parse((ROOT / package.replace(".", "/") / "__init__.py").read_text("utf-8"))
    (checked,) = [node for node in tree.body if isinstance(node, ast.If)]
    return {
        alias.asname or alias.name: str(node.module)
        for node in checked.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


@pytest.mark.parametrize("package", PACKAGES)
def test_a_name_is_what_the_type_checker_takes_it_for(package: str) -> None:
    opened = import_module(package)
    known = typed(package)
    assert set(opened.__all__) <= set(known)
    for name, module in known.items():
        assert getattr(opened, name) is getattr(import_module(module), name)
        assert name in dir(opened)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_name_can_be_had_from_a_fresh_package(package: str) -> None:
    names = sorted(typed(package))
    code = (
        f"import sys, {package}\n"
        "before = set(sys.modules)\n"
        f"for name in {names!r}:\n"
        f"    found = getattr(sys.modules[{package!r}], name)\n"
        "    assert type(found).__name__ != 'module', name\n"
        "assert set(sys.modules) > before\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr


def test_another_name_is_refused_as_python_does() -> None:
    get, _ = lazy_names("nhsa_nlp.topic", {"model": ("TopicModel",)})
    with pytest.raises(AttributeError, match=r"module 'nhsa_nlp.topic' has no attribute 'Topic'"):
        get("Topic")


def test_a_function_is_imported_when_it_is_called(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "imported_late.py").write_text(
        "def double(number, *, plus=0):\n    return 2 * number + plus\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    table = lazy_functions("double", {"imported_late": ("a", "b")})
    assert list(table) == ["a", "b"]
    assert "imported_late" not in sys.modules
    assert table["b"](3, plus=1) == 7
    monkeypatch.delitem(sys.modules, "imported_late")
