"""Names of a package, and functions in tables, that are imported when they are first used."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from typing import Any


def lazy_names(
    package: str, places: Mapping[str, tuple[str, ...]]
) -> tuple[Callable[[str], Any], Callable[[], list[str]]]:
    """Return the ``__getattr__`` and ``__dir__`` of a package (PEP 562).

    Parameters
    ----------
    package
        Its ``__name__``.
    places
        The names that each of its modules, such as ``pipeline.language``, gives it; one beside it begins
        with a dot.

    Returns
    -------
    tuple[Callable[[str], Any], Callable[[], list[str]]]
        What the package assigns to ``__getattr__`` and ``__dir__``.
    """
    place = {name: module for module, names in places.items() for name in names}

    def get(name: str) -> Any:
        if name not in place:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f".{place[name]}", package), name)

    def names() -> list[str]:  # what help() lists
        return sorted({*vars(sys.modules[package]), *place})

    return get, names


def lazy_functions(name: str, places: Mapping[str, Iterable[str]]) -> dict[str, Any]:
    """Return a table of functions, each in a module that is imported when it is first called.

    Parameters
    ----------
    name
        What it is called in all of the modules.
    places
        The keys in the table that each module serves. The modules have their full names, by which
        ``tests/test_structure.py`` sees that they are imported here.

    Returns
    -------
    dict[str, Any]
        The function of each key, which takes and returns what that in the module does.
    """

    def function(module: str) -> Callable[..., Any]:
        def call(*given: Any, **more: Any) -> Any:
            return getattr(import_module(module), name)(*given, **more)

        call.__module__, call.__name__, call.__qualname__ = module, name, name
        return call

    return {key: function(module) for module, keys in places.items() for key in keys}
