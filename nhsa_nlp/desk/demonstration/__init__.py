"""A desk to try: invented proposals as the post, and a few published letters as the archive of answers."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from nhsa_nlp.desk.bundles import SYSTEM
from nhsa_nlp.desk.intake import enter_file
from nhsa_nlp.desk.store import Store
from nhsa_nlp.io import read_documents, writer_for
from nhsa_nlp.pipeline.analyser import load_analyser
from nhsa_nlp.pipeline.records import records

_HERE = Path(__file__).parent
_LETTERS = (_HERE / "letters", _HERE.parents[2] / "examples" / "letters")
"""Where the letters are: in an installation, and in a checkout."""


@contextlib.contextmanager
def demonstration() -> Iterator[tuple[Path, Path]]:
    """Give a desk's folder with post that waits to be read, and an archive; both are removed at the end."""
    with tempfile.TemporaryDirectory(prefix="nhsa-nlp-desk-") as scratch:
        archive, folder = Path(scratch, "answers.sqlite"), Path(scratch, "desk")
        letters = list(read_documents([next(path for path in _LETTERS if path.is_dir())]))
        texts = {letter.id: letter.text for letter in letters}
        writer_for(archive)(archive, records(load_analyser(), letters), texts=texts.get)
        with Store(folder) as store:
            for path in sorted((_HERE / "proposals").glob("*.txt")):
                enter_file(store, path, path.name, SYSTEM)
        yield folder, archive
