"""The documentation as a site; docs/build.py builds it.

The source folder is the repository, so that README.md and its like are pages too and every link is the one
that works between the files. Needs the extra "docs" and no network.
"""

from __future__ import annotations

import sys
from importlib.metadata import version as installed
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

project = "nhsa-nlp"
version = release = installed("nhsa-nlp")
language = "en"
smartquotes = False  # they would make a dash of --output
html_title = f"{project} {version}"

extensions = [
    "myst_parser",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "extensions.commands",
    "extensions.navigation",
    "extensions.resources",
    "extensions.search",
    "extensions.versions",
]
root_doc = "docs/index"
include_patterns = ["docs/**", "*.md", "benchmarks/README.md", "training/data/README.md"]
exclude_patterns = [".*", "build", "dist"]

myst_heading_anchors = 4  # as on a page of a repository
default_role = "py:obj"  # what docstrings name in backticks, a link where the site has it
autodoc_member_order = "bysource"
autodoc_typehints_format = "short"
napoleon_google_docstring = False
napoleon_use_rtype = False
python_maximum_signature_line_length = 100
python_use_unqualified_type_names = True
toc_object_entries_show_parents = "hide"

html_theme = "furo"
templates_path = ["templates"]
html_static_path = ["static"]
html_css_files = ["style.css"]
html_search_language = "zh"  # words of both languages
html_copy_source = False
html_show_search_summary = False  # it would be fetched, which a page from a disk may not do
html_show_sourcelink = False
html_show_copyright = False
html_show_sphinx = False
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "versions.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}

# The pages in their order. Every other page of docs/ is under "How to".
navigation = {
    "Overview": ["docs/install", "docs/install.zh", "docs/measurements", "docs/measurements.zh"],
    "Tutorials": [
        *(f"docs/tutorials/{task}" for task in ("triage", "archive", "research")),
        *(f"docs/tutorials/{task}.zh" for task in ("triage", "archive", "research")),
    ],
    "How to": [],
    "Concepts": [f"docs/concepts/{page}" for page in ("labels", "record", "quantities", "figures", "review")],
    "Reference": [
        *(f"docs/reference/{page}" for page in ("commands", "resources")),
        *(
            f"docs/api/{page}"
            for page in (
                *("pipeline", "text", "topic", "batch", "archive", "comparison", "labelling", "io"),
                *("training", "evaluation", "rest"),
            )
        ),
    ],
    "Project": [
        *("README", "README.zh-CN", "training/data/README", "benchmarks/README"),
        *("CHANGELOG", "CONTRIBUTING", "RELEASING", "SECURITY"),
    ],
}
navigation_rest = "How to"
