"""What is passed to functions from Python, checked where it is passed."""

from __future__ import annotations

from collections.abc import Sequence


def check_text(name: str, value: object) -> None:
    """Refuse what is no text.

    Raises
    ------
    TypeError
        If it is not a ``str``.
    """
    if not isinstance(value, str):
        raise TypeError(f"{name} must be a string, not {type(value).__name__}")


def check_texts(name: str, values: Sequence[str]) -> None:
    """Refuse what is no list of texts, such as one text.

    Raises
    ------
    TypeError
        If it, or one of its items, is of another type.
    """
    if isinstance(values, (str, bytes)):
        raise TypeError(f"{name} must be a list of strings, not one {type(values).__name__}")
    for number, value in enumerate(values):
        check_text(f"{name}[{number}]", value)


def check_count(name: str, value: object, least: int = 1) -> None:
    """Refuse what is no number of things.

    Raises
    ------
    TypeError
        If it is not an ``int``.
    ValueError
        If it is less than ``least``.
    """
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} must be a whole number, not {type(value).__name__}")
    if value < least:
        raise ValueError(f"{name} must be {least} or more, not {value}")
