"""Documents as a folder of web pages, with one that leads to all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

from nhsa_nlp.errors import InputError, OutputError
from nhsa_nlp.io import Document, write_text
from nhsa_nlp.io.readers import unique_id
from nhsa_nlp.io.writers.ownership import Judgement, judge_table
from nhsa_nlp.io.writers.shapes import PAGE
from nhsa_nlp.pages.rendering import render_page
from nhsa_nlp.record import Record
from nhsa_nlp.translation import tr_in

INDEX = "index.html"

_LONGEST = 80  # characters of a name
_UNSAFE = frozenset('<>:"/\\|?*#%.') | {"\ufffd"}


class _Entry(NamedTuple):
    link: str
    record: Record


def check_page_folder(folder: Path) -> None:
    """Refuse a folder with files of others, unless pages were written there before.

    Raises
    ------
    OutputError
        If it is one.
    """
    if not folder.is_dir() or (folder / INDEX).is_file():  # which is judged as any page is
        return
    if any(judge_table(file, PAGE) is not Judgement.FREE or not file.is_file() for file in folder.iterdir()):
        raise OutputError(
            "holds other files than pages of this program; --overwrite writes there all the same, or choose "
            "another --folder",
            folder,
        )


def write_pages(
    folder: Path,
    documents: Iterable[Document],
    page_of: Callable[[Document], tuple[Record, str]],
    on_error: Callable[[InputError], None],
    check: Callable[[Path], None],
) -> int:
    """Write a page for each document, and `INDEX`; return how many documents there are.

    Parameters
    ----------
    folder
        Where to write; it is made if it is not there. Pages of the same names are replaced, if they may be.
    page_of
        Makes the record and the page of a document.
    on_error
        Takes the error of a document that has no page.
    check
        Raises the OutputError of a page that is not to be replaced.

    Raises
    ------
    OutputError
        If a page cannot be written, or is not to be replaced.
    """
    entries: list[_Entry] = []
    taken = {Path(INDEX).stem: 1}
    for document in documents:
        try:
            record, page = page_of(document)
        except InputError as error:
            on_error(error)
            continue
        name = f"{unique_id(_safe(document.id), taken)}.html"
        check(folder / name)
        write_text(folder / name, page)
        record["topic"] = record["topic"] and {**record["topic"], "evidence": []}  # the longest part of it
        entries.append(_Entry(quote(name), record))
    if entries:
        write_text(
            folder / INDEX, render_page("highlights", title=tr_in("page", "Documents"), entries=entries)
        )
    return len(entries)


def _safe(name: str) -> str:
    """Return a name that every file system and browser takes."""
    safe = "".join("-" if char in _UNSAFE or not char.isprintable() else char for char in name[:_LONGEST])
    return safe.strip(" -") or "page"
