"""From data to a page of the desk: templates that escape everything, and nothing inline."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from nhsa_nlp.desk.store import local_time
from nhsa_nlp.desk.web import wording
from nhsa_nlp.figure_text import office_time, office_value
from nhsa_nlp.pages.rendering import add_messages, showable
from nhsa_nlp.topic.labels import FACETS

_ENVIRONMENT = Environment(
    loader=PackageLoader("nhsa_nlp.desk.web"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
add_messages(_ENVIRONMENT)
_ENVIRONMENT.filters.update(
    actor=wording.actor_name,
    label=wording.label_name,
    reason=wording.reason_name,
    time=local_time,
    value=lambda point, unit: office_value(point.value, unit, point.op),
    of_time=office_time,
)


def _static_state() -> str:
    """Return what changes with any of our own files."""
    folder = Path(__file__).parent / "static"
    digest = sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


STATIC_STATE = _static_state()
"""What the addresses of our own files say, so that a browser can keep them for good."""

_ENVIRONMENT.globals.update(wording=wording, static_state=STATIC_STATE, sectors=FACETS)


def render(template: str, **values: Any) -> str:
    """Return a page or a part of one; everything in ``values`` is escaped."""
    return showable(_ENVIRONMENT.get_template(f"{template}.html.j2").render(values))
