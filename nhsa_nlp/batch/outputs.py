"""What a run writes in the end: outputs, the list of failures, raw texts; each whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import cast

from nhsa_nlp.batch.journal import Journal
from nhsa_nlp.batch.texts import write_texts
from nhsa_nlp.errors import OutputError
from nhsa_nlp.io import HOLDING_TEXTS, READABLE, check_writable, json_writer, writer_for
from nhsa_nlp.io.placing import cannot_write
from nhsa_nlp.record import Record


class Outputs:
    """The files a run writes.

    Parameters
    ----------
    paths
        The outputs, at least one; their suffixes say the formats.
    keep_text
        Whether to write the raw texts, too.

    Attributes
    ----------
    paths
        The outputs.
    failed
        The list of failures: beside the first output.
    texts
        The folder of raw texts: beside the first output; ``None`` if they are not kept.
    """

    def __init__(self, paths: Sequence[Path], *, keep_text: bool = False):
        self.paths = list(dict.fromkeys(paths))
        first = self.paths[0]
        self.failed = first.with_name(f"{first.stem}.failed.jsonl")
        self.texts = first.with_name(f"{first.stem}.texts") if keep_text else None

    @property
    def need_texts(self) -> bool:
        """Whether the journal must hold the raw texts."""
        return self.texts is not None or any(path.suffix.lower() in HOLDING_TEXTS for path in self.paths)

    def check(self, inputs: Iterable[str]) -> None:
        """Find out before anything is done whether the outputs are in order.

        Raises
        ------
        OutputError
            For a folder, a suffix that is unknown, or a place among the inputs.
        """
        inputs = list(inputs)
        for path in self.paths:
            _check_apart(path, path, inputs)
            if path.is_dir():
                raise OutputError(f"{path}: cannot be written: it is a folder; choose another --output")
            writer_for(path)
        _check_apart(self.failed, self.paths[0], inputs)
        if self.texts is not None:
            _check_apart(self.texts / "any.txt", self.paths[0], inputs)

    def check_writable(self) -> None:
        """Find out whether the outputs can be written; only once they are locked.

        Raises
        ------
        OutputError
            If one cannot.
        """
        for path in self.paths:
            check_writable(path)

    def write(self, journal: Journal) -> None:
        """Write all of them from the journal of a run that is done.

        Raises
        ------
        OutputError
            If one cannot be written.
        """
        for path in self.paths:
            texts = _Texts(journal)
            writer_for(path)(path, texts.records(), texts=texts if self.need_texts else None)
        if self.texts is not None:
            try:
                write_texts(self.texts, _Texts(journal).pairs())
            except OSError as error:
                raise cannot_write(self.texts, error) from error
        if journal.tally.failures:
            failures = (item["failure"] for item in journal.outcomes() if "failure" in item)
            json_writer.write(self.failed, cast("Iterator[Record]", failures))
        else:
            self.failed.unlink(missing_ok=True)  # that of an earlier run


class _Texts:
    """The records of a journal, and the text of the one given last: what a writer asks for."""

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


def _check_apart(file: Path, output: Path, inputs: Iterable[str]) -> None:
    """Refuse to write over a document that is to be read, or where the next run would read it."""
    target = file.resolve()
    for place in (Path(name).resolve() for name in inputs):
        inside = place.is_dir() and target.suffix.lower() in READABLE and target.is_relative_to(place)
        if target == place or inside:
            what = "" if file == output else f"{file.name} beside it "
            raise OutputError(
                f"{output}: {what}is or would be one of the documents to read; choose another --output"
            )
