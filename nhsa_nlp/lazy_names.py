"""Names of a package that are imported when they are first used, so that it opens at once."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
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
