"""What mkdocs does in addition to turning docs/*.md into pages.

The command reference and the reference of the Python API are generated from the code at each build, so
they cannot be out of date; the documents that live elsewhere in the repository become pages, too; pages
of docs/ that the navigation of mkdocs.yml does not name appear under "How to".
"""

from __future__ import annotations

import posixpath
import re
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal

import jieba
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

ROOT = Path(__file__).parent.parent

# Documents of the repository that become pages of the site.
ELSEWHERE = {
    "CHANGELOG.md": "project/changelog.md",
    "CONTRIBUTING.md": "project/contributing.md",
    "RELEASING.md": "project/releasing.md",
    "SECURITY.md": "project/security.md",
    "README.md": "project/readme.md",
    "README.zh-CN.md": "project/readme.zh-CN.md",
    "benchmarks/README.md": "project/benchmarks.md",
    "training/data/README.md": "project/data-card.md",
}
HOW_TO = "How to"
COMMANDS = "reference/commands.md"
# A page of the Python reference: its title and the modules on it.
API = {
    "api/pipeline.md": (
        "Pipeline and records",
        [
            "nhsa_nlp.pipeline.analyser",
            "nhsa_nlp.pipeline.language",
            "nhsa_nlp.pipeline.records",
            "nhsa_nlp.record",
        ],
    ),
    "api/text.md": ("Text and letters", ["nhsa_nlp.text", "nhsa_nlp.letter"]),
    "api/topic.md": (
        "Topic",
        ["nhsa_nlp.topic.labels", "nhsa_nlp.topic.classifier", "nhsa_nlp.topic.model"],
    ),
    "api/batch.md": ("Labelling at scale", ["nhsa_nlp.batch"]),
    "api/archive.md": (
        "Archives",
        [
            "nhsa_nlp.archive.policies",
            "nhsa_nlp.archive.policies.identity",
            "nhsa_nlp.figures.reader",
            "nhsa_nlp.archive.figures",
            "nhsa_nlp.archive.search",
            "nhsa_nlp.archive.alignment",
            "nhsa_nlp.archive.groups",
        ],
    ),
    "api/labelling.md": ("Labels", ["nhsa_nlp.labelling.audit", "nhsa_nlp.labelling.suggest"]),
    "api/io.md": ("Reading and writing", ["nhsa_nlp.io"]),
    "api/training.md": (
        "Training and data",
        [
            "nhsa_nlp.data.corpus",
            "nhsa_nlp.data.annotations",
            "nhsa_nlp.training.bundle",
            "nhsa_nlp.training.settings",
            "nhsa_nlp.training.topic",
            "nhsa_nlp.pipeline.ner",
        ],
    ),
    "api/evaluation.md": (
        "Evaluation",
        [
            "nhsa_nlp.evaluation.topic",
            "nhsa_nlp.evaluation.entities",
            "nhsa_nlp.splits",
            "nhsa_nlp.evaluation.metrics",
        ],
    ),
    "api/rest.md": ("Errors and pages", ["nhsa_nlp.errors", "nhsa_nlp.pages.highlight"]),
}

_LINK = re.compile(r"(?<!!)\[([^\]]*)\]\((?!https?:|mailto:|#)([^)\s#]+)(#[^)\s]*)?\)")
_FENCE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_scratch: tempfile.TemporaryDirectory[str] | None = None


def on_startup(*, command: Literal["build", "gh-deploy", "serve"], dirty: bool) -> None:
    """Give jieba, which cuts the text of the search index, a private folder for its cache.

    It would read and write the cache, which is marshalled, in the shared temporary folder otherwise.
    """
    del command, dirty
    global _scratch
    _scratch = tempfile.TemporaryDirectory(prefix="nhsa-nlp-docs-")
    jieba.dt.tmp_dir = _scratch.name


def on_shutdown() -> None:
    """Remove jieba's folder."""
    if _scratch is not None:
        _scratch.cleanup()


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Complete the navigation, and state the version of the package."""
    config.copyright = f"nhsa-nlp {version('nhsa-nlp')}"
    nav: list[Any] = list(config.nav or [])
    named = set(_pages(nav))
    docs = Path(config.docs_dir)
    rest = sorted(path.relative_to(docs).as_posix() for path in docs.rglob("*.md"))
    for section in nav:
        if isinstance(section, dict) and HOW_TO in section:
            section[HOW_TO] = [page for page in rest if page not in named]
    nav.append({"Reference": [COMMANDS, *API]})
    nav.append({"Project": list(ELSEWHERE.values())})
    config.nav = nav
    return config


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the generated pages."""
    pages = {target: (ROOT / source).read_text("utf-8") for source, target in ELSEWHERE.items()}
    pages[COMMANDS] = command_reference()
    for target, (title, modules) in API.items():
        pages[target] = "\n\n".join([f"# {title}", *(f"::: {module}" for module in modules)]) + "\n"
    for target, content in pages.items():
        files.append(File.generated(config, target, content=content))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Turn links between documents of the repository into links between pages."""
    del config
    place = page.file.src_uri
    source = next((path for path, target in ELSEWHERE.items() if target == place), f"docs/{place}")

    def replace(match: re.Match[str]) -> str:
        text, target, anchor = match[1], match[2], match[3] or ""
        wanted = posixpath.normpath(posixpath.join(posixpath.dirname(source), target))
        page_of = ELSEWHERE.get(wanted, wanted.removeprefix("docs/") if wanted.startswith("docs/") else "")
        if page_of and files.get_file_from_path(page_of):
            return f"[{text}]({posixpath.relpath(page_of, posixpath.dirname(place) or '.')}{anchor})"
        if (ROOT / wanted).exists():  # a file that is not a page is named, not linked
            return text if text.startswith("`") or text != target else f"`{wanted}`"
        return match[0]  # mkdocs reports it

    parts = _FENCE.split(markdown)
    return "".join(part if index % 2 else _LINK.sub(replace, part) for index, part in enumerate(parts))


def command_reference() -> str:
    """Return the ``--help`` of every command, as a Markdown page."""
    import typer
    from typer.testing import CliRunner

    from nhsa_nlp.cli.app import app

    def screen(*command: str) -> str:
        shown = CliRunner().invoke(app, [*command, "--help"], prog_name="nhsa-nlp", env={"COLUMNS": "96"})
        return f"```text\n{shown.output.strip()}\n```\n"

    parts = [
        "# Command reference\n",
        "Output of `nhsa-nlp --help` and `nhsa-nlp COMMAND --help`.\n",
        screen(),
    ]
    for name in typer.main.get_command(app).commands:  # type: ignore[attr-defined]
        parts += [f"## nhsa-nlp {name}\n", screen(name)]
    return "\n".join(parts)


def _pages(nav: Any) -> list[str]:
    if isinstance(nav, str):
        return [nav]
    if isinstance(nav, dict):
        return [page for part in nav.values() for page in _pages(part)]
    return [page for part in nav for page in _pages(part)]
