"""The one way from data to a web page: a template, with the stylesheet inside the page.

Documents are untrusted. Templates escape everything, and the content security policy of a page allows
nothing but its own stylesheet and, where the page has one, its own script: no other script, no other style,
nothing from outside.
"""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from nhsa_nlp.translation import current_language, ntr, tr, tr_in


class _Inline(NamedTuple):
    """A file of ours that stands inside a page, and the hash by which the policy of the page allows it."""

    text: Markup
    hash: str


@cache
def _inline(name: str) -> _Inline:
    text = files("nhsa_nlp.pages").joinpath(name).read_text("utf-8")
    digest = b64encode(sha256(text.encode()).digest()).decode()
    return _Inline(Markup(text), f"sha256-{digest}")  # noqa: S704 - our own file


# Lone surrogates, which no file can hold, and the controls that make a browser show text in another
# order than it has.
_UNSHOWABLE = re.compile("[\ud800-\udfff\u202a-\u202e\u2066-\u2069]")


def listed(values: Iterable[str]) -> Markup:
    """Return values one after another, as the language lists them; each is escaped."""
    return Markup(tr_in("list", ", ")).join(values)  # noqa: S704 - our own message


def add_messages(environment: Environment) -> None:
    """Let templates say messages with ``tr``, ``tr_in`` and ``ntr`` of `nhsa_nlp.translation`.

    Messages have no markup; what ``format`` puts into one is escaped, unless it is markup of the template.
    """
    environment.globals.update(
        tr=lambda message: Markup(tr(message)),  # noqa: S704 - our own messages
        tr_in=lambda context, message: Markup(tr_in(context, message)),  # noqa: S704
        ntr=lambda one, many, count: Markup(ntr(one, many, count)),  # noqa: S704
        language=current_language,
    )
    environment.filters.update(percent="{:.0%}".format, number="{:,}".format, listed=listed)


_ENVIRONMENT = Environment(
    loader=PackageLoader("nhsa_nlp.pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
add_messages(_ENVIRONMENT)


def render_page(template: str, *, script: str | None = None, **values: object) -> str:
    """Return a page as text that can be written in UTF-8.

    Parameters
    ----------
    template
        The name of a file in ``templates``, without its suffix.
    script
        The name of a file of this package that the page runs, the only one it can; none if not given.
    values
        What the template shows; everything but `markupsafe.Markup` is escaped.
    """
    ours = {"style": _inline("style.css"), "script": None if script is None else _inline(script)}
    return showable(_ENVIRONMENT.get_template(f"{template}.html.j2").render(values, **ours))


def showable(text: str) -> str:
    """Return a text with � for each character that a page cannot hold or that would reorder its text."""
    return _UNSHOWABLE.sub("\ufffd", text)
