"""The language that people are spoken to: messages, headings and pages in Chinese or English.

What programs read (.jsonl, .parquet, .sqlite, exit statuses) is the same in every language. Catalogues
are those of gettext, in ``locale``; English is what the code says.
"""

from __future__ import annotations

import ctypes
import gettext
import os
import sys
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Literal, get_args

Language = Literal["en", "zh"]

LANGUAGES: tuple[Language, ...] = get_args(Language)

VARIABLE = "NHSA_NLP_LANG"
"""The environment variable that names the language; processes that are started inherit it."""

_DOMAIN = "nhsa_nlp"
_FOLDER = Path(__file__).parent / "locale"
_LOCALE = ("LC_ALL", "LC_MESSAGES", "LANG")  # the first that is set counts, as POSIX says
_CHINESE_OF_WINDOWS = 0x04  # LANG_CHINESE
_SPOKEN: ContextVar[Language | None] = ContextVar("spoken", default=None)


def use_language(language: Language) -> None:
    """Speak a language from now on, in processes that are started as well."""
    os.environ[VARIABLE] = language


@contextmanager
def speaking(language: Language) -> Iterator[None]:
    """Speak a language meanwhile, in this thread or task alone: a server has several to answer."""
    token = _SPOKEN.set(language)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def current_language() -> Language:
    """Return the language: of `speaking`, else of `VARIABLE`, else that of the locale, else English."""
    if (spoken := _SPOKEN.get()) is not None:
        return spoken
    names = [os.environ.get(VARIABLE, ""), next(filter(None, map(os.environ.get, _LOCALE)), "")]
    for name in filter(None, names):
        found = name.replace("-", "_").partition("_")[0].partition(".")[0].lower()
        if found in LANGUAGES:
            return "zh" if found == "zh" else "en"
    if not any(names) and sys.platform == "win32":
        system = ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF
        return "zh" if system == _CHINESE_OF_WINDOWS else "en"
    return "en"


def tr(message: str, language: Language | None = None) -> str:
    """Return a message in the language of the user, or in that given."""
    return _catalogue(language or current_language()).gettext(message)


def tr_in(context: str, message: str, language: Language | None = None) -> str:
    """Return a message that means something else elsewhere: ``label`` as a heading, as a command."""
    return _catalogue(language or current_language()).pgettext(context, message)


def ntr(one: str, many: str, count: int) -> str:
    """Return a message that says how many there are of something, for ``count`` of them."""
    return _catalogue(current_language()).ngettext(one, many, count)


def columns(text: str) -> int:
    """Return how many columns of a terminal a text takes: a Chinese character takes two."""
    return sum(1 + (unicodedata.east_asian_width(char) in "WF") for char in text)


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Return a text with spaces after it, or before it, that fill so many columns of a terminal."""
    spaces = " " * (width - columns(text))
    return spaces + text if right else text + spaces


@cache
def _catalogue(language: Language) -> gettext.NullTranslations:
    return gettext.translation(_DOMAIN, _FOLDER, [language], fallback=language == "en")


def entries(context: str, language: Language) -> Iterator[tuple[str, str]]:
    """Yield the messages of a context, and what they are in a language; none in English."""
    known: dict[object, str] = getattr(_catalogue(language), "_catalog", {})  # gettext only looks up
    for key, translation in known.items():
        found, separator, message = str(key).partition("\x04")
        if separator and found == context:
            yield message, translation
