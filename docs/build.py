"""Build the site: python docs/build.py [FOLDER].

It is made in a subfolder of FOLDER, build/site if not given, that is called as the version is. Whatever is
wrong with a page, a link or an anchor is an error.
"""

from __future__ import annotations

import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from sphinx.cmd.build import build_main

HERE = Path(__file__).parent


def main() -> int:
    """Build it, from nothing; return the exit status."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else "build/site") / version("nhsa-nlp")
    with tempfile.TemporaryDirectory(prefix="nhsa-nlp-docs-") as scratch:
        options = ["--quiet", "--fail-on-warning", "--doctree-dir", scratch, "--conf-dir", str(HERE)]
        return build_main([*options, str(HERE.parent), str(folder)])


if __name__ == "__main__":
    sys.exit(main())
