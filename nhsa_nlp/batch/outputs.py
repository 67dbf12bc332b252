"""What a run writes at the end: outputs, the list of failures, raw texts; each whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from nhsa_nlp.batch.journal import Journal
from nhsa_nlp.batch.texts import may_replace, write_texts
from nhsa_nlp.errors import OutputError
from nhsa_nlp.io import HOLDING_TEXTS, check_writable, writer_for
from nhsa_nlp.io.atomic import cannot_write, remove_leftovers
from nhsa_nlp.io.writers import json_lines as json_writer
from nhsa_nlp.record import Record


class Outputs:
    """The files a run writes.

    Parameters
    ----------
    paths
        The outputs, at least one; their suffixes determine the formats.
    keep_text
        Whether to write the raw texts, too.

    Attributes
    ----------
    failed
        The list of failures: beside the first output.
    texts
        The folder of raw texts: beside the first output; ``None`` if they are not kept.
    own
        The outputs and the list of failures, which are never read as documents.
    """

    def __init__(self, paths: Sequence[Path], *, keep_text: bool = False):
        self.paths = list(dict.fromkeys(paths))
        first = self.paths[0]
        self.failed = first.with_name(f"{first.name}.failed.jsonl")
        self.texts = first.with_name(f"{first.name}.texts") if keep_text else None
        self.own = [*self.paths, self.failed]

    @property
    def need_texts(self) -> bool:
        """Whether the journal must hold the raw texts."""
        return self.texts is not None or any(path.suffix.lower() in HOLDING_TEXTS for path in self.paths)

    def check(self, inputs: Iterable[str]) -> None:
        """Find out before any work whether the outputs are possible.

        Raises
        ------
        OutputError
            For a folder, an unknown suffix, or one of the inputs.
        """
        places = {Path(name).resolve() for name in inputs}
        for path in self.paths:
            if path.resolve() in places:
                raise OutputError(f"{path}: is one of the files to read; choose another --output")
            if path.is_dir():
                raise OutputError(f"{path}: cannot be written: it is a folder; choose another --output")
            writer_for(path)
        if self.failed.resolve() in places:
            raise OutputError(
                f"{self.paths[0]}: {self.failed.name} beside it is one of the files to read; "
                "choose another --output"
            )
        if self.texts is not None and any(self.texts.resolve().is_relative_to(place) for place in places):
            raise OutputError(
                f"{self.paths[0]}: the texts of --keep-text would be read as documents by the next run; "
                "choose an --output outside the folders that are read"
            )

    def check_writable(self) -> None:
        """Find out whether the outputs can be written; only once they are locked.

        Raises
        ------
        OutputError
            If one cannot, or there are other files where the texts are to be.
        """
        for path in self.paths:
            check_writable(path)
        if self.texts is not None:
            try:
                free = may_replace(self.texts)
            except OSError as error:
                raise cannot_write(self.texts, error) from error
            if not free:
                raise OutputError(
                    f"{self.texts}: is not a folder that --keep-text wrote; "
                    "move it, or choose another --output"
                )

    def write(self, journal: Journal) -> None:
        """Write all of them from the journal of a run that is done.

        Raises
        ------
        OutputError
            If one cannot be written; what is labelled stays in the journal.
        """
        for path in self.paths:
            remove_leftovers(path)
            texts = _Texts(journal)
            writer_for(path)(path, texts.records(), texts=texts if self.need_texts else None)
        if self.texts is not None:
            remove_leftovers(self.texts)
            try:
                write_texts(self.texts, _Texts(journal).pairs())
            except OSError as error:
                raise cannot_write(self.texts, error) from error
        if journal.failures:
            failures = (item["failure"] for item in journal.outcomes() if "failure" in item)
            json_writer.write(self.failed, failures)
        else:
            self.failed.unlink(missing_ok=True)  # that of an earlier run


class _Texts:
    """The records of a journal, and for a writer the text of the one given last."""

    def __init__(self, journal: Journal):
        self._journal = journal
        self._last: tuple[str, str | None] = ("", None)

    def records(self) -> Iterator[Record]:
        for item in self._journal.outcomes():
            if "record" in item:
                self._last = item["record"]["id"], item.get("text")
                yield item["record"]

    def pairs(self) -> Iterator[tuple[str, str]]:
        return ((record["id"], self(record["id"]) or "") for record in self.records())

    def __call__(self, id_: str) -> str | None:
        return self._last[1] if self._last[0] == id_ else None
