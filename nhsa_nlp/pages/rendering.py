"""The one way from data to a web page: a template, with the stylesheet inside the page.

Documents are untrusted. Templates escape everything, and the content security policy of a page allows
nothing but its own stylesheet: no script, no other style, nothing from outside.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

_STYLE = files("nhsa_nlp.pages").joinpath("style.css").read_text("utf-8")
_STYLE_HASH = "sha256-" + b64encode(sha256(_STYLE.encode()).digest()).decode()

# Lone surrogates, which no file can hold, and the controls that make a browser show text in another
# order than it has.
_UNSHOWABLE = re.compile("[\ud800-\udfff\u202a-\u202e\u2066-\u2069]")

_ENVIRONMENT = Environment(
    loader=PackageLoader("nhsa_nlp.pages"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_ENVIRONMENT.filters["percent"] = "{:.0%}".format
_ENVIRONMENT.globals.update(style=Markup(_STYLE), style_hash=_STYLE_HASH)  # noqa: S704 - our own file


def render_page(template: str, **values: object) -> str:
    """Return a page as text that can be written in UTF-8.

    Parameters
    ----------
    template
        The name of a file in ``templates``, without its suffix.
    values
        What the template shows; everything but `markupsafe.Markup` is escaped.
    """
    return showable(_ENVIRONMENT.get_template(f"{template}.html.j2").render(values))


def showable(text: str) -> str:
    """Return a text with � for each character that a page cannot hold or that would reorder its text."""
    return _UNSHOWABLE.sub("\ufffd", text)
