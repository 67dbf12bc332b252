"""The directive ``resources``: the word lists of the package, and what each says of itself in its head."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.nodes import Node
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import nhsa_nlp

_PACKAGE = Path(nhsa_nlp.__file__).parent


def setup(app: Sphinx) -> dict[str, Any]:
    """Register the directive."""
    app.add_directive("resources", _Resources)
    return {"parallel_read_safe": True}


class _Resources(SphinxDirective):
    def run(self) -> list[Node]:
        entries = nodes.definition_list()
        for path, head in _found():
            self.env.note_dependency(path)
            term = nodes.term("", "", nodes.literal(text=path.relative_to(_PACKAGE.parent).as_posix()))
            entries += nodes.definition_list_item("", term, nodes.definition("", nodes.paragraph(text=head)))
        return [entries]


def _found() -> Iterator[tuple[Path, str]]:
    """Yield every list that begins with a comment, and the comment."""
    for path in sorted([*_PACKAGE.rglob("*.tsv"), *_PACKAGE.rglob("*.txt")]):
        lines = path.read_text("utf-8").splitlines()
        if head := [line.lstrip("# ") for line in takewhile(_is_head, lines)]:
            yield path, " ".join(head)


def _is_head(line: str) -> bool:
    return line.startswith("#") and not line.startswith(("# -", "# ["))
