"""What the functions of the archive refuse that is passed to them from Python."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from nhsa_nlp.archive import compare, group_documents, precedents
from nhsa_nlp.archive.figure_search import find_newest
from nhsa_nlp.archive.search import search
from nhsa_nlp.io import WRITERS
from tests.io.writers.records import BARE

TEXT = "关于长期护理保险的建议。"
NONE: Any = None
FIVE: Any = 5
THREE: Any = "3"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("arguments") / "a.sqlite"
    WRITERS[".sqlite"](path, [BARE], texts=lambda _: TEXT)
    return path


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda path: precedents(path, TEXT, n=-1), ValueError, "n must be 1 or more, not -1"),
        (lambda path: precedents(path, TEXT, n=0), ValueError, "n must be 1 or more, not 0"),
        (lambda path: precedents(path, TEXT, n=THREE), TypeError, "n must be a whole number, not str"),
        (lambda path: precedents(path, TEXT, n=True), TypeError, "n must be a whole number, not bool"),
        (lambda path: precedents(path, NONE), TypeError, "text must be a string, not NoneType"),
        (lambda path: precedents(path, TEXT, FIVE), TypeError, "title must be a string, not int"),
        (lambda path: search(path, NONE), TypeError, "query must be a string, not NoneType"),
        (lambda path: search(path, "保险", limit=-1), ValueError, "limit must be 0 or more, not -1"),
        (lambda path: search(path, "保险", offset=-1), ValueError, "offset must be 0 or more, not -1"),
        (lambda path: find_newest(path, NONE), TypeError, "words must be a string, not NoneType"),
        (lambda path: find_newest(path, "人数", limit=0), ValueError, "limit must be 1 or more, not 0"),
        (lambda _: group_documents("医保"), TypeError, "texts must be a list of strings, not one str"),
        (lambda _: group_documents([TEXT, NONE]), TypeError, r"texts\[1\] must be a string, not NoneType"),
        (lambda _: group_documents([TEXT], same_matter=0), ValueError, "same_matter must be above 0"),
        (lambda _: compare(TEXT, NONE), TypeError, "right must be a string, not NoneType"),
    ],
)
def test_what_is_no_text_or_number_is_refused(
    archive: Path, call: Callable[[Any], object], error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        call(archive)


def test_an_empty_text_finds_nothing_and_an_empty_title_is_none(archive: Path) -> None:
    assert precedents(archive, "", "") == {"confidence": 0.0, "precedents": []}
    proposal = f"关于长期护理保险的建议\n{TEXT}"
    assert precedents(archive, proposal, "") == precedents(archive, proposal)
