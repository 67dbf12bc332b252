"""Sites of several versions side by side, each in a folder of its name, with a switch between them.

The list of versions is a script in the folder that holds them all. Every build makes it anew of the sites
that are there, so that the older ones know the newer; it is loaded from a disk as well as from a server.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

_LIST = "versions.js"
_START = """<!doctype html>
<meta charset="utf-8">
<title>{0}</title>
<meta http-equiv="refresh" content="0; url={1}">
"""


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the handlers."""
    app.connect("html-page-context", _place)
    app.connect("build-finished", _write)
    return {"parallel_read_safe": True}


def _place(_app: Sphinx, name: str, _template: str, context: dict[str, Any], _tree: Any) -> None:
    up = "../" * (name.count("/") + 1)
    context["versions_up"], context["versions_list"] = up, up + _LIST


def _write(app: Sphinx, error: Exception | None) -> None:
    if error or app.builder.name != "html":
        return
    site = Path(app.outdir)
    _start(site, app.config.html_title, f"{app.config.root_doc}.html")
    if site.name != app.config.version:  # a site that stands alone
        return
    found = (folder.name for folder in site.parent.iterdir() if (folder / "index.html").is_file())
    versions = sorted(found, key=_numbers, reverse=True)
    content = f"const nhsaVersions = {json.dumps(versions)};\n"
    (site.parent / _LIST).write_text(content, "utf-8")
    _start(site.parent, app.config.project, f"{versions[0]}/index.html")


def _start(folder: Path, title: str, target: str) -> None:
    (folder / "index.html").write_text(_START.format(title, target), "utf-8")


def _numbers(version: str) -> list[int]:
    return [int(number) for number in re.findall(r"\d+", version)]
