"""What to say where an extra is missing: the command that adds it to this very environment."""

from __future__ import annotations

import shlex
import subprocess
import sys
from importlib.util import find_spec


def how_to_install(extra: str) -> str:
    """Return the command that installs an extra beside the running program.

    It names this Python, since the ``pip`` that a terminal finds may belong to another one. It needs no
    published package: what is installed already stands for it.

    Examples
    --------
    >>> how_to_install("ocr").endswith('install "nhsa-nlp[ocr]"')
    True
    """
    python = (
        subprocess.list2cmdline([sys.executable]) if sys.platform == "win32" else shlex.quote(sys.executable)
    )
    # Environments made by uv have no pip.
    command = f"{python} -m pip install" if find_spec("pip") else f"uv pip install --python {python}"
    return f'{command} "nhsa-nlp[{extra}]"'
