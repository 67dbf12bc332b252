"""The table of contents, made of the ``navigation`` of conf.py, and links to folders of the repository."""

from __future__ import annotations

from typing import Any

from docutils.nodes import document
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the settings and handlers."""
    app.add_config_value("navigation", {}, "env")
    app.add_config_value("navigation_rest", "", "env")
    app.connect("source-read", _add_contents)
    app.connect("doctree-read", _name_folders)
    app.connect("html-page-context", _set_language)
    return {"parallel_read_safe": True}


def _add_contents(app: Sphinx, name: str, content: list[str]) -> None:
    """Append the table of contents to the first page, which has none of its own as a file."""
    if name != app.config.root_doc:
        return
    sections = {title: list(pages) for title, pages in app.config.navigation.items()}
    named = {name, *(page for pages in sections.values() for page in pages)}
    sections[app.config.navigation_rest] += sorted(app.env.found_docs - named)
    for title, pages in sections.items():
        entries = "\n".join(f"/{page}" for page in pages)
        content[0] += f"\n```{{toctree}}\n:hidden:\n:caption: {title}\n\n{entries}\n```\n"


def _name_folders(app: Sphinx, tree: document) -> None:
    """Show links to folders, which are no pages, as their text."""
    place = app.env.doc2path(app.env.docname).parent
    for link in list(tree.findall(pending_xref)):
        if link["reftype"] == "myst" and (place / link["reftarget"]).is_dir():
            link.replace_self(link.children)


def _set_language(_app: Sphinx, name: str, _template: str, context: dict[str, Any], _tree: Any) -> None:
    """Say of a page in Chinese that it is."""
    if name.endswith((".zh", ".zh-CN")):
        context["language"] = "zh-CN"
