"""What an archive that is updated has already, as the files are gone through that it is made of."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator

from nhsa_nlp.batch.journal import Key
from nhsa_nlp.io import STANDARD_INPUT
from nhsa_nlp.io.store.ledger import FileState, Ledger


class Known:
    """What is known of files and documents, and which files have been met.

    Parameters
    ----------
    ledger
        What the archive remembers.
    paths
        What the command was given to read: only files beneath can have vanished.
    bundle
        The SHA-256 of the manifest of the bundle that labels now.
    relabel
        Whether what another bundle has labelled is labelled again.

    Attributes
    ----------
    all_listed
        Whether every folder could be listed; if not, nothing is taken to have vanished.
    """

    def __init__(self, ledger: Ledger, paths: Iterable[str], bundle: str, *, relabel: bool):
        self.all_listed = True
        self._ledger, self._bundle, self._relabel = ledger, bundle, relabel
        self._roots = [place(path) for path in paths if path != STANDARD_INPUT]
        self._folder = "", ""
        self._met = bytearray(ledger.last_file + 1)

    def has(self, key: Key) -> bool:
        """Tell whether the archive has all documents of a file as they are, and note that it was met."""
        found = self._ledger.file(self._place(key[0]))
        if found is None:
            return False
        number, state = found
        self._met[number] = 1
        if state != FileState.of(*key[1:]):
            return False
        return not (self._relabel and self._ledger.made_by_another(self._bundle, number))

    def name(self, name: str, key: Key) -> str:
        """Return the id of a file that is one document: the one it has, else ``name``."""
        found = self._ledger.file(place(key[0]))
        entries = [] if found is None else list(self._ledger.documents(found[0]))
        return entries[0].id if len(entries) == 1 else name

    def fingerprint(self, id_: str, key: Key) -> str | None:
        """Return the fingerprint of a document of a file, unless it is to be labelled again anyway."""
        entry = self._ledger.document(id_)
        if entry is None or entry.path != place(key[0]):
            return None
        return None if self._relabel and entry.bundle != self._bundle else entry.fingerprint

    def is_taken(self, id_: str, key: Key) -> bool:
        """Tell whether an id is that of a document of another file, which is still there."""
        entry = self._ledger.document(id_)
        return entry is not None and entry.path != place(key[0]) and not self._is_gone(entry.path)

    def vanished(self) -> Iterator[int]:
        """Yield the numbers of the files that are gone, once all files have been gone through."""
        if self.all_listed:
            for number, path in self._ledger.files():
                if not self._met[number] and self._is_gone(path):
                    yield number

    def _place(self, path: str) -> str:
        """Return the `place` of one file after another of a folder."""
        folder, slash, name = path.rpartition(os.sep)
        if not slash or not folder or name in {"", ".", ".."}:
            return place(path)
        if self._folder[0] != folder:
            self._folder = folder, place(folder)
        return f"{self._folder[1]}{os.sep}{name}"

    def _is_gone(self, path: str) -> bool:
        beneath = any(path == root or path.startswith(os.path.join(root, "")) for root in self._roots)  # noqa: PTH118
        return beneath and not os.path.lexists(path)


def place(path: str) -> str:
    """Return the name under which an archive knows a file: its absolute path; ``-`` for standard input."""
    return path if path == STANDARD_INPUT else os.path.abspath(path)  # noqa: PTH100 - a link stays one
