"""What a run writes in the end: outputs, the list of failures, raw texts; each whole or not at all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from nhsa_nlp.batch.journal import Journal
from nhsa_nlp.batch.texts import write_texts
from nhsa_nlp.errors import OutputError
from nhsa_nlp.io import HOLDING_TEXTS, READABLE, Texts, check_writable, json_writer, writer_for


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
            texts = _texts(journal) if path.suffix.lower() in HOLDING_TEXTS else None
            writer_for(path)(path, _each(journal, "record"), texts=texts)
        try:
            if self.texts is not None:
                pairs = (
                    (item["record"]["id"], item["text"]) for item in journal.outcomes() if "record" in item
                )
                write_texts(self.texts, pairs)
            if not journal.tally.failures:
                self.failed.unlink(missing_ok=True)  # that of an earlier run
        except OSError as error:
            raise OutputError(f"{self.texts}: cannot be written: {error.strerror or error}") from error
        if journal.tally.failures:
            json_writer.write(self.failed, _each(journal, "failure"))


def _texts(journal: Journal) -> Texts:
    texts = (item["text"] for item in journal.outcomes() if "record" in item)
    return lambda _id: next(texts)  # asked once for each record, in their order


def _each(journal: Journal, kind: str) -> Iterator[Any]:
    return (item[kind] for item in journal.outcomes() if kind in item)


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
