"""The language of an answer: as chosen on a page, else as the desk was told, else as the browser asks."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.requests import cookie_parser

from nhsa_nlp.translation import LANGUAGES, Language, current_language, language_asked_for

LANGUAGE_COOKIE = "nhsa_desk_language"


def language_of(headers: Headers) -> Language:
    """Return the language of a request.

    What whoever started the desk has asked for goes before what a browser asks for by itself, and after
    what somebody has chosen on a page.
    """
    chosen = cookie_parser(headers.get("cookie", "")).get(LANGUAGE_COOKIE)
    for language in LANGUAGES:
        if language == chosen:
            return language
    return language_asked_for() or _asked(headers.get("accept-language", "")) or current_language()


def _asked(accepted: str) -> Language | None:
    """Return the language of ours that a browser likes best, if it names one."""
    best: tuple[float, Language] | None = None
    for part in accepted.split(","):
        name, _, weight = part.strip().partition(";q=")
        try:
            quality = float(weight or 1)
        except ValueError:
            continue
        for language in LANGUAGES:
            named = name.partition("-")[0].lower() == language
            if named and quality > (0.0 if best is None else best[0]):
                best = quality, language
    return None if best is None else best[1]
