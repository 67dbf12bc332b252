"""The language that people are spoken to: messages, headings and pages in Chinese or English.

What programs read (.jsonl, .parquet, .sqlite, exit statuses) is the same in every language. Catalogues
are those of gettext, in ``locale``; English is what the code says.
"""

from __future__ import annotations

import ctypes
import gettext
import os
import re
import struct
import sys
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any, Literal, Self, get_args

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
    if (spoken := _SPOKEN.get() or language_asked_for()) is not None:
        return spoken
    locale = next(filter(None, map(os.environ.get, _LOCALE)), "")
    if not locale and not os.environ.get(VARIABLE) and sys.platform == "win32":
        system = ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0x3FF
        return "zh" if system == _CHINESE_OF_WINDOWS else "en"
    return _named(locale) or "en"


def language_asked_for() -> Language | None:
    """Return the language that `VARIABLE` names, which the option ``--lang`` sets; None if it names none."""
    return _named(os.environ.get(VARIABLE, ""))


def _named(locale: str) -> Language | None:
    name = locale.replace("-", "_").partition("_")[0].partition(".")[0].lower()
    return next((language for language in LANGUAGES if language == name), None)


def tr(message: str, language: Language | None = None) -> str:
    """Return a message in the language of the user, or in that given."""
    return _catalogue(language or current_language()).gettext(message)


def tr_in(context: str, message: str, language: Language | None = None) -> str:
    """Return a message that means something else elsewhere: ``label`` as a heading, as a command."""
    return _catalogue(language or current_language()).pgettext(context, message)


def ntr(one: str, many: str, count: int) -> str:
    """Return a message that says how many there are of something, for ``count`` of them."""
    return _catalogue(current_language()).ngettext(one, many, count)


def in_both(context: str, code: str) -> str:
    """Return a code with what it is called in Chinese: ``reply (答复)``."""
    return f"{code} ({tr_in(context, code, 'zh')})"


def code_of(context: str, name: str, codes: Iterable[str]) -> str | None:
    """Return which of some codes a name in either language means; None if it is none of these."""
    return next((code for code in codes if name in (code, tr_in(context, code, "zh"))), None)


_MESSAGE = "message"  # the context of messages in the catalogue
_FORMATTER = Formatter()
_ENOUGH = 18  # characters of a template by which it is recognised


class Message(str):
    """What a person is told, as an English text that can be translated where it is shown.

    It is a text like any other for programs; what is cut out of it or joined with it is English only. ``str``
    of it, and of an error that was raised with it, is the message itself.

    Parameters
    ----------
    template
        A format string with named fields; as it is, braces and all, if no fields are given.
    **fields
        What fills it, formatted as the template says; messages, and errors with one, stay messages.

    Examples
    --------
    >>> message = Message("is longer than {limit:,} bytes; split it or raise --max-bytes", limit=5000)
    >>> message
    'is longer than 5,000 bytes; split it or raise --max-bytes'
    >>> translated(message, "zh")
    '超过 5,000 字节，请拆分或增大 --max-bytes'
    """

    __slots__ = ("fields", "template")

    template: str
    fields: Mapping[str, str]

    def __new__(cls, template: str, /, **fields: object) -> Self:
        """Fill the template."""
        if isinstance(template, Message):
            return cls._made(template.template, template.fields)
        return cls._made(template, _texts(template, fields) if fields else {})

    @classmethod
    def _made(cls, template: str, fields: Mapping[str, str]) -> Self:
        made = super().__new__(cls, _filled(template, fields))
        made.template, made.fields = template, fields
        return made

    def __str__(self) -> str:
        """Return the message itself."""
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        """Return how to make it again in another process."""
        return self._made, (self.template, self.fields)


def _texts(template: str, fields: Mapping[str, object]) -> dict[str, str]:
    """Return the texts of the fields."""
    found = {}
    for _, name, spec, conversion in _FORMATTER.parse(template):
        if name is not None:
            value = _FORMATTER.convert_field(fields[name], conversion)
            found[name] = _FORMATTER.format_field(value, spec) if spec else str(value)
    return found


def _filled(template: str, fields: Mapping[str, str]) -> str:
    if not fields:
        return template
    return "".join(
        literal + ("" if name is None else fields[name]) for literal, name, _, _ in _FORMATTER.parse(template)
    )


def located(place: object, message: object) -> Message:
    """Return a message with the file, or whatever it is about, in front."""
    return Message("{place}: {message}", place=place, message=message)


def translated(message: object, language: Language | None = None) -> str:
    """Return an error, a warning or a note in the language of the user, or in that given.

    What has no template, such as what the system or a library says, is English unless the catalogue
    has just this text.
    """
    language, text = language or current_language(), str(message)
    if language == "en":
        return text
    if not isinstance(text, Message):
        return tr_in(_MESSAGE, text, language)
    fields = {
        name: translated(value, language) if isinstance(value, Message) or " " in value else value
        for name, value in text.fields.items()  # one word may be a name
    }
    return _filled(tr_in(_MESSAGE, text.template, language), fields)


def is_known(text: str) -> bool:
    """Tell whether the catalogue has a text that others say, such as a library."""
    return any(tr_in(_MESSAGE, text, language) != text for language in LANGUAGES)


def recognised(text: str) -> str:
    """Return a text as the message that it was before it was kept as a text, or as it is.

    Among these are what libraries say with names or numbers in it.

    Of several templates that fit it is that with the most words of its own.

    Examples
    --------
    >>> translated(recognised("3 texts are exact copies of others"), "zh")
    '3 份文本与其他文本完全相同'
    """
    found = [(size, template, pattern.fullmatch(text)) for size, template, pattern in _templates()]
    fitting = [(size, template, match) for size, template, match in found if match]
    if not fitting:
        return text
    _, template, match = max(fitting, key=lambda each: each[0])
    return Message._made(template, match.groupdict())


@cache
def _templates() -> list[tuple[int, str, re.Pattern[str]]]:
    """Return the templates of the catalogue that have fields and enough words to be known by, as patterns.

    With each is how many characters of its own it has.
    """
    found = []
    for key in _keys():
        context, _, template = key.partition("\4")
        parts = list(_FORMATTER.parse(template)) if context == _MESSAGE and "{" in template else []
        literal = "".join(part[0] for part in parts)
        names = [name for _, name, _, _ in parts if name is not None]
        if len(literal) < _ENOUGH or len(set(names)) < len(names):
            continue
        pattern = "".join(
            re.escape(before) + ("" if name is None else f"(?P<{name}>.+)") for before, name, _, _ in parts
        )
        found.append((len(literal), template, re.compile(pattern, re.DOTALL)))
    return found


def _keys() -> Iterator[str]:
    """Yield what the catalogue translates, each with its context, as the .mo file of gettext lists it."""
    content = (_FOLDER / "zh" / "LC_MESSAGES" / f"{_DOMAIN}.mo").read_bytes()
    count, start = struct.unpack_from("<2I", content, 8)
    for length, offset in struct.iter_unpack("<2I", content[start : start + 8 * count]):
        yield content[offset : offset + length].decode()


def message_to_json(message: str) -> Any:
    """Return what `message_from_json` makes a message of; a text that is none as it is."""
    if not isinstance(message, Message):
        return message
    fields = {name: message_to_json(value) for name, value in message.fields.items()}
    return {"template": message.template, "fields": fields}


def message_from_json(given: Any) -> str:
    """Return the message, or the text, that `message_to_json` was given."""
    if isinstance(given, str):
        return given
    fields = {name: message_from_json(value) for name, value in given["fields"].items()}
    return Message._made(given["template"], fields)


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
