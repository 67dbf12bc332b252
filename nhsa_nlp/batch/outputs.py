"""What a run writes at the end: outputs, the list of failures, raw texts; each whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from nhsa_nlp.batch.changes import Changes, no_changes
from nhsa_nlp.batch.failures import LISTED, may_replace_list
from nhsa_nlp.batch.folder import folder_of
from nhsa_nlp.batch.journal import Journal, read_failures
from nhsa_nlp.batch.texts import may_replace, write_texts
from nhsa_nlp.batch.writing import is_up_to_date, outcome_texts, update_archive, write_outputs
from nhsa_nlp.errors import OutputError
from nhsa_nlp.io import HOLDING_TEXTS, check_writable, writer_for
from nhsa_nlp.io.atomic import cannot_write, real_path, remove_leftovers
from nhsa_nlp.io.store.growing import GROWING, check_replaceable, is_parts_folder, lacks_ledger
from nhsa_nlp.io.store.ledger import LEDGER, Ledger, incomplete
from nhsa_nlp.io.writers import json_lines as json_writer
from nhsa_nlp.io.writers.ownership import judge
from nhsa_nlp.translation import Message


class Outputs:
    """The files a run writes.

    Parameters
    ----------
    paths
        The outputs, at least one; their suffixes determine the formats.
    keep_text
        Whether to write the raw texts, too: into a folder of their own, or into an archive that is updated.
    update
        Whether the only output is an archive that is to be updated.
    figures
        Whether archives are to store the figures of their documents.

    Attributes
    ----------
    failed
        The list of failures: beside the first output.
    texts
        The folder of raw texts: beside the first output; ``None`` if there is to be none.
    figures
        Whether figures are stored.
    own
        The outputs and the list of failures, which are never read as documents.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        *,
        keep_text: bool = False,
        update: bool = False,
        figures: bool = False,
    ):
        self._update, self._keep_text, self.figures = update, keep_text, figures
        self.paths = list(dict.fromkeys(paths))
        first = self.paths[0]
        self.failed = first.with_name(f"{first.name}.failed.jsonl")
        self.texts = first.with_name(f"{first.name}.texts") if keep_text and not update else None
        self.own = [*self.paths, self.failed]

    @property
    def texts_in_parts(self) -> bool:
        """Whether the archive that is updated is one of parts in Parquet that holds the texts."""
        return self._update and self._keep_text

    @property
    def need_texts(self) -> bool:
        """Whether the journal must hold the raw texts."""
        return self.texts is not None or self.need_tokens

    @property
    def need_tokens(self) -> bool:
        """Whether one of them has an index of the texts."""
        return self.texts_in_parts or any(map(_is_database, self.paths))

    def check(self, inputs: Iterable[str]) -> None:
        """Find out before any work whether the outputs are possible.

        Raises
        ------
        OutputError
            For a folder, an unknown suffix, one of the inputs, or files that would replace each other; if
            there is none that can store the figures.
        """
        if self.figures and not any(map(_is_database, self.paths)):
            known = " ".join(sorted(HOLDING_TEXTS))
            raise OutputError("stores no figures; --figures needs one of {known}", self.paths[0], known=known)
        places = {Path(os.path.realpath(name)) for name in inputs}
        for path in self.paths:
            place = real_path(path)
            if place in places:
                raise OutputError("is one of the files to read; choose another --output", path)
            try:
                is_folder = path.is_dir()
            except OSError as error:
                raise cannot_write(path, error) from error
            if self._update and path.suffix.lower() not in GROWING:
                known = " ".join(GROWING)
                raise OutputError(
                    "cannot be updated; archives that grow have the suffix {known}", path, known=known
                )
            if is_folder and is_parts_folder(path):
                if not self._update:
                    raise OutputError(
                        "is an archive of parts; add --update, or choose another --output", path
                    )
            elif self._update and is_folder and lacks_ledger(path):
                raise OutputError(incomplete(LEDGER), path)
            elif is_folder:
                raise OutputError("cannot be written: it is a folder; choose another --output", path)
            writer_for(path)
        if real_path(self.failed) in places:
            raise OutputError(
                "{name} beside it is one of the files to read; choose another --output",
                self.paths[0],
                name=self.failed.name,
            )
        if self.texts is not None and real_path(self.texts) in places:
            raise OutputError(
                "{name} beside it is one of the folders to read; choose another --output",
                self.paths[0],
                name=self.texts.name,
            )
        self._check_distinct()

    def _check_distinct(self) -> None:
        first = self.paths[0]
        known: dict[Path, str] = {
            folder_of(first): Message("the folder of the run into {first}", first=first)
        }
        if self.texts is not None:
            known[real_path(self.texts)] = Message("the folder of texts of {first}", first=first)
        written = [(path, Message("the output {file}", file=path)) for path in self.paths]
        for path, role in [(self.failed, Message("the list of failures of {first}", first=first)), *written]:
            place = real_path(path)
            for other, what in known.items():
                if place.is_relative_to(other):
                    raise OutputError(
                        "is the same file as {what}; choose another --output"
                        if place == other
                        else "lies in {what}; choose another --output",
                        path,
                        what=what,
                    )
            known[place] = role

    def keep_on(self, ledger: Ledger) -> None:
        """Keep what the archive that is updated has kept so far: texts in Parquet, figures.

        Raises
        ------
        OutputError
            If it has no texts, and they are to be kept from now on.
        """
        self.figures = self.figures or ledger.keeps_figures
        if _is_database(self.paths[0]):
            return
        if self._keep_text and ledger.last_document and not ledger.keeps_terms:
            raise OutputError(
                "was begun without texts; leave out --keep-text, or choose another --output", self.paths[0]
            )
        self._keep_text = self._keep_text or ledger.keeps_terms

    def check_writable(self, *, overwrite: bool = False) -> None:
        """Find out whether the outputs can be written; only once they are locked.

        Parameters
        ----------
        overwrite
            Whether to replace outputs that this program has not written, or that somebody has changed.

        Raises
        ------
        OutputError
            If one cannot, or there are other files where the list of failures or the texts are to be.
        """
        for path in [*self.paths, self.failed]:
            # Of a folder the one beside it is asked.
            check_writable(path.with_name(f".{path.name}.new") if is_parts_folder(path) else path)
        for path in self.paths:
            if not self._update:
                check_replaceable(path)
            if not (overwrite or self._update) and (reason := judge(path).value):
                raise OutputError(
                    "{reason}; --overwrite replaces it all the same, or choose another --output",
                    path,
                    reason=reason,
                )
        self._check_free(self.failed, may_replace_list, Message("a list of failures of this program"))
        if self.texts is not None:
            self._check_free(self.texts, may_replace, Message("a folder that --keep-text wrote"))

    def _check_free(self, path: Path, may_replace: Callable[[Path], bool], what: str) -> None:
        try:
            free = may_replace(path)
        except OSError as error:
            raise cannot_write(path, error) from error
        if not free:
            raise OutputError("is not {what}; move it, or choose another --output", path, what=what)

    def write(self, journal: Journal, bundle: str, workers: int = 1) -> None:
        """Write all of them from the journal of a run that is done, in up to ``workers`` processes at once.

        ``bundle`` is the SHA-256 of the manifest of the bundle that labelled.

        Raises
        ------
        OutputError
            If one cannot be written; what is labelled stays in the journal.
        """
        write_outputs(journal, self.paths, workers, bundle)
        if self.texts is not None:
            remove_leftovers(self.texts)
            try:
                write_texts(self.texts, outcome_texts(journal.folder))
            except OSError as error:
                raise cannot_write(self.texts, error) from error
        self._write_failures(journal)

    def update(
        self,
        journal: Journal,
        bundle: str,
        vanished: Sequence[int],
        ledger: Ledger | None,
        *,
        compact: bool,
        close: Callable[[], None],
    ) -> Changes:
        """Bring the archive up to date from the journal of a run that is done; see `update_archive`.

        Parameters
        ----------
        ledger
            What the archive remembers, if there is one; it is left alone if there is nothing to change.
        close
            Closes the ledger.

        Raises
        ------
        OutputError
            If it cannot be written; what is labelled stays in the journal.
        """
        (path,) = self.paths
        remove_leftovers(path)
        if (
            ledger is not None
            and not (vanished or compact)
            and is_up_to_date(journal.folder, ledger, figures=self.figures)
        ):
            changes = no_changes(ledger, bundle)
        else:
            if os.name == "nt":
                close()  # Windows replaces no open file
            changes = update_archive(
                journal.folder,
                path,
                bundle,
                vanished,
                new=ledger is None,
                compact=compact,
                figures=self.figures,
            )
        self._write_failures(journal)
        return changes

    def _write_failures(self, journal: Journal) -> None:
        if journal.failures:
            listed = ({name: each[name] for name in LISTED} for each in read_failures(journal.folder))
            json_writer.write(self.failed, listed)
        else:
            self.failed.unlink(missing_ok=True)  # that of an earlier run


def _is_database(path: Path) -> bool:
    return path.suffix.lower() in HOLDING_TEXTS
