"""The names by which columns are known, of `resources/columns.tsv`."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from importlib.resources import files
from itertools import chain

from nhsa_nlp.checks import SHOWN

_TABLE = files("nhsa_nlp.io.tables").joinpath("resources/columns.tsv").read_text("utf-8").splitlines()


def _read() -> dict[str, list[list[str]]]:
    names: dict[str, list[list[str]]] = {}
    for line in _TABLE:
        if not line.startswith("#"):
            content, _, listed = line.partition("\t")
            names.setdefault(content, []).append(listed.split())
    return names


_NAMES = _read()
_KNOWN = frozenset(chain.from_iterable(chain.from_iterable(_NAMES.values())))


def folded(name: str) -> str:
    """Return a name without differences of case and width, as names are compared."""
    return unicodedata.normalize("NFKC", name[: SHOWN * 4]).strip().casefold()


def is_known(name: str) -> bool:
    """Tell whether a name is one that columns have."""
    return folded(name) in _KNOWN


def named(names: Sequence[str], content: str) -> list[int]:
    """Return the columns whose name says that they hold a content; of several kinds of names the first.

    Parameters
    ----------
    names
        Of all columns.
    content
        ``text``, ``plain text``, ``title`` or ``id``.
    """
    given = [folded(name) for name in names]
    found = ([index for index, name in enumerate(given) if name in known] for known in _NAMES[content])
    return next(filter(None, found), [])


def likeliest(names: Sequence[str], content: str) -> int | None:
    """Return the column whose name comes first among those that say that they hold a content, if any does.

    Parameters
    ----------
    names
        Of all columns.
    content
        ``labelled text``, ``title`` or ``label``.
    """
    given = [folded(name) for name in names]
    known = chain.from_iterable(_NAMES[content])
    return next((given.index(name) for name in known if name in given), None)
