"""Records as a table for a terminal."""

from __future__ import annotations

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from nhsa_nlp.cli.terminal import printable
from nhsa_nlp.io.writers.summary import reason, subject
from nhsa_nlp.record import Record, is_policy
from nhsa_nlp.translation import ntr, tr

_NARROWEST = 60  # columns; below that nothing would be legible
_ROOM_FOR_TITLES = 80
_LONGEST_SUBJECT = 40  # characters


class TableWriter:
    """Collect records and print them as one table at the end, one row per document.

    Parameters
    ----------
    console
        Where to print; standard output by default.
    """

    def __init__(self, console: Console | None = None):
        self._console = console or Console(highlight=False)
        self._width = max(self._console.width, _NARROWEST)
        self._titles = self._width >= _ROOM_FOR_TITLES
        self._rows: list[tuple[Text, ...]] = []
        self._reviews = 0

    def write(self, record: Record) -> None:
        """Add a record."""
        topic = record["topic"]
        review = topic is not None and topic["review"]
        self._reviews += review
        self._rows.append(
            (
                _document(record),
                _text((topic and topic["label"]) or "–", "bold"),
                _text(
                    "–" if topic is None or topic["probability"] is None else f"{topic['probability']:.0%}"
                ),
                _text(reason(topic["reason"]) if topic is not None and review else "", "yellow"),
                _text(_policies(record, titles=self._titles)),
                _text(str(sum(entity["label"] == "QUANTITY" for entity in record["entities"]))),
            )
        )

    def __enter__(self) -> TableWriter:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._rows:
            return
        table = Table(box=box.SIMPLE_HEAD, padding=(0, 0), width=self._width, show_edge=False)
        table.add_column(tr("Document"), ratio=4, overflow="fold")
        table.add_column(tr("Topic"), no_wrap=True)
        table.add_column(tr("Prob."), justify="right", no_wrap=True)
        table.add_column(tr("Review"), overflow="fold", max_width=14)
        table.add_column(tr("Policies"), ratio=5 if self._titles else None, no_wrap=True, overflow="ellipsis")
        table.add_column(tr("Quant."), justify="right", no_wrap=True)
        for row in self._rows:
            table.add_row(*row)
        self._console.print(table)
        count = len(self._rows)
        self._console.print(
            ntr(
                "{count} document, {reviews} to review", "{count} documents, {reviews} to review", count
            ).format(count=count, reviews=self._reviews),
            style="dim",
            width=self._width,
        )


def _document(record: Record) -> Text:
    """Return what tells a document from others: its id, and below it its subject, if it has one."""
    about = subject(record)
    lines = [_text(record["id"])] if about is None else [_text(record["id"]), _text(_clipped(about), "dim")]
    return Text("\n").join(lines)


def _clipped(text: str) -> str:
    return text if len(text) <= _LONGEST_SUBJECT else f"{text[: _LONGEST_SUBJECT - 1]}…"


def _policies(record: Record, *, titles: bool) -> str:
    """Return how many different policies are named and, if asked for, their titles in order."""
    named = dict.fromkeys(
        entity["ref"] or entity["title"] if entity["alias"] else entity["title"]
        for entity in record["entities"]
        if is_policy(entity)
    )
    return " ".join([str(len(named)), *(["".join(f"《{title}》" for title in named)] if titles else [])])


def _text(value: str, style: str = "") -> Text:
    return Text(printable(value), style=style)
