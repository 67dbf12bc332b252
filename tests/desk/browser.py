"""A desk for the tests in a browser: the real server."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast


@contextmanager
def served(folder: Path, *options: str) -> Iterator[str]:
    """Serve a desk; give its address, without a slash at the end."""
    command = [sys.executable, "-m", "nhsa_nlp", "desk", "--data", str(folder), "--port", "0", *options]
    process = subprocess.Popen([*command, "--no-browser"], stderr=subprocess.PIPE, text=True)
    try:
        line = cast("IO[str]", process.stderr).readline()
        found = re.search(r"http://\S+", line)
        assert found is not None, line
        yield found[0].rstrip("/")
    finally:
        process.terminate()
        process.wait()
        cast("IO[str]", process.stderr).close()
