"""Bringing an archive up to date from the journal of a run."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from pathlib import PurePath
from typing import Any

from nhsa_nlp.batch.journal import JournalLine, Key
from nhsa_nlp.batch.known import place
from nhsa_nlp.errors import DamagedArchiveError
from nhsa_nlp.io.store.growing import GrowingArchive
from nhsa_nlp.io.store.ledger import Entry, FileState, Ledger, columns_text, fingerprint

_PASSING = {"timeout", "crash", "memory", "error"}
"""The kinds of failures after which a file is tried again although it has not changed."""


@dataclass
class Changes:
    """What an update did.

    Attributes
    ----------
    new, changed, deleted
        Documents that were added, replaced by what they are now, and marked as deleted.
    relabelled
        Documents of the same text that another bundle has labelled now.
    kept
        Documents that are as they were.
    older
        How many of these another bundle has labelled.
    figures
        Of how many of these the figures were read, which the archive had not.
    """

    new: int = 0
    changed: int = 0
    relabelled: int = 0
    deleted: int = 0
    kept: int = 0
    older: int = 0
    figures: int = 0


def no_changes(ledger: Ledger, bundle: str) -> Changes:
    """Return what is said of an archive in which nothing has changed yet."""
    return Changes(kept=ledger.count(), older=ledger.made_by_another(bundle))


def apply_journal(
    lines: Iterable[JournalLine],
    archive: GrowingArchive,
    bundle: str,
    when: str,
    vanished: Iterable[int] = (),
) -> Changes:
    """Add what a run has labelled to an archive, in place of what it replaces.

    A document that could not be read or labelled now stays as it was. What is no longer in a table or an
    archive of files is deleted, unless that could be read only in part.

    Parameters
    ----------
    bundle
        The SHA-256 of the manifest of the bundle that labelled.
    when
        The time, which deleted documents are marked with.
    vanished
        The numbers of files that are gone.

    Raises
    ------
    DamagedArchiveError
        If the archive is not the one that the run began with.
    """
    update = _Update(archive, bundle, when)
    for key, group in groupby(lines, key=lambda line: line.key):
        update.apply(key, group)
    for file in vanished:
        update.remove_file(file)
    return update.changes


class _Update:
    def __init__(self, archive: GrowingArchive, bundle: str, when: str):
        self._archive, self._ledger, self._bundle, self._when = archive, archive.ledger, bundle, when
        self._last = self._ledger.last_document  # a higher number is of this run
        self._kept = bytearray(self._last + 1)
        self.changes = no_changes(self._ledger, bundle) if self._last else Changes()

    def apply(self, key: Key, lines: Iterable[JournalLine]) -> None:
        """Apply what became of a file."""
        path, *state = key
        found = self._ledger.file(place(path))
        number = None if found is None else found[0]
        failures: list[dict[str, Any]] = []
        for line in lines:
            for outcome in line.result.outcomes():
                if "failure" in outcome:
                    failures.append(outcome["failure"])
                elif "kept" in outcome:
                    self._keep(path, **outcome["kept"])
                elif "record" in outcome:
                    if number is None:
                        number = self._ledger.add_file(place(path))
                    self._add(outcome, number)
        if number is None:
            return  # it has no documents, and is read again
        whole = any(failure["source"] == _source(path) for failure in failures)
        if self._last and found is not None and not whole:
            self._remove_others(number, failures)
        if not whole and not any(failure["kind"] in _PASSING for failure in failures):
            self._ledger.set_state(number, FileState.of(*state))

    def remove_file(self, file: int) -> None:
        """Mark the documents of a file as deleted."""
        entries = list(self._ledger.documents(file))
        self._delete(entries)
        self.changes.deleted += len(entries)
        self._ledger.forget_state(file)

    def _add(self, outcome: dict[str, Any], file: int) -> None:
        record = outcome["record"]
        old = self._old(record["id"])
        if old is None:
            self.changes.new += 1
        elif old.fingerprint == fingerprint(record["sha256"], columns_text(record)):
            self.changes.relabelled += 1
        else:
            self.changes.changed += 1
        if old is not None:
            self._delete([old])
        self._archive.add(
            record,
            file=file,
            bundle=self._bundle,
            text=outcome.get("text"),
            tokens=outcome.get("tokens"),
            figures=outcome.get("figures"),
        )

    def _keep(self, path: str, id: str, source: str) -> None:  # noqa: A002 - the names of the outcome
        entry = self._old(id)
        if entry is None or entry.path != place(path):
            raise DamagedArchiveError(
                "the archive has no document {id!r} any more, which it had when this run began; give the "
                "command again",
                id=id,
            )
        self._kept[entry.doc] = 1
        if entry.source != source:
            self._archive.move(entry.doc, source)

    def _remove_others(self, file: int, failures: list[dict[str, Any]]) -> None:
        """Delete what was in a file and is not any more, but for what could not be read now."""
        ids = {failure["id"] for failure in failures}
        places = {_within(failure["source"]) for failure in failures}
        gone = [
            entry
            for entry in self._ledger.documents(file)
            if entry.doc <= self._last
            and not self._kept[entry.doc]
            and entry.id not in ids
            and not places.intersection(_folders(_within(entry.source)))
        ]
        self._delete(gone)
        self.changes.deleted += len(gone)

    def _delete(self, entries: list[Entry]) -> None:
        self._archive.delete([entry.doc for entry in entries], self._when)
        self.changes.kept -= len(entries)
        self.changes.older -= sum(entry.bundle != self._bundle for entry in entries)

    def _old(self, id_: str) -> Entry | None:
        """Return the document that the archive had under an id; a new archive is not asked."""
        entry = self._ledger.document(id_) if self._last else None
        return None if entry is None or entry.doc > self._last else entry


def _source(path: str) -> str:
    """Return the source of a file as readers give it."""
    return os.fsencode(PurePath(path).as_posix()).decode("utf-8", "replace")


def _within(source: str) -> str:
    """Return where in its file something is: ``letters/85.docx``, ``row=3``."""
    _, inside, member = source.partition("!/")
    return member if inside else source.rpartition("#")[2]


def _folders(within: str) -> Iterator[str]:
    """Yield a place within a file, and the archives and tables in which it lies."""
    yield within
    for mark in ("!/", "#"):
        place_, found, _ = within.rpartition(mark)
        while found:
            yield place_
            place_, found, _ = place_.rpartition(mark)
