from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from nhsa_nlp.io.writers.search_tokens import index_text
from nhsa_nlp.io.writers.term_index import TABLES, TermIndex, decode_postings, encode_postings, term_counts


def counts(text: str) -> dict[int, int]:
    codes, often = term_counts(text)
    return dict(zip(codes.tolist(), often.tolist(), strict=True))


def test_terms_are_pairs_of_neighbours_and_words() -> None:
    assert list(counts("医保，医保").values()) == [2]
    assert len(counts("医保医保")) == 2
    assert counts("按ＤＲＧ付") == counts("drg") != {}
    assert counts("") == counts("保") == counts("2021") == {}


def test_the_tokens_of_a_text_hold_the_same_terms(tmp_path: Path) -> None:
    text = "跨省—3—异地就医，按DRG付费2021年。"
    with TermIndex(tmp_path) as index:
        index.add(1, index_text(text))
        found = written(index)
    assert set(found) == set(counts("跨省异地就医，按DRG付费2021年。"))


def written(index: TermIndex) -> dict[int, dict[int, int]]:
    with closing(sqlite3.connect(":memory:")) as base:
        base.executescript(TABLES)
        index.finish(base)
        found = {}
        for term, texts, postings in base.execute("SELECT * FROM terms"):
            numbers, often = decode_postings(postings)
            assert len(numbers) == texts
            found[term] = dict(zip(numbers.tolist(), often.tolist(), strict=True))
        return found


@pytest.mark.parametrize("held", [1, 7, 50, 1_000_000])
def test_runs_are_merged_to_the_same_index(tmp_path: Path, held: int) -> None:
    chosen = random.Random(0)  # noqa: S311
    texts = {number: "".join(chosen.choices("医保药品目录", k=30)) for number in range(3, 43)}
    expected: dict[int, dict[int, int]] = {}
    with TermIndex(tmp_path, held) as index:
        for number, text in texts.items():
            index.add(number, index_text(text))
            for term, often in counts(text).items():
                expected.setdefault(term, {})[number] = often
        assert written(index) == expected
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("numbers", [[], [0], [1, 65_535, 65_536, 200_000, 10_000_000]])
def test_postings_are_read_as_they_were_written(numbers: list[int]) -> None:
    often = [1 + number % 255 for number in numbers]
    found, found_often = decode_postings(encode_postings(np.array(numbers, int), np.array(often, int)))
    assert (found.tolist(), found_often.tolist()) == (numbers, often)


def test_what_occurs_more_often_than_a_byte_counts_is_counted_so_far(tmp_path: Path) -> None:
    with TermIndex(tmp_path) as index:
        index.add(1, index_text("医保，" * 300))
        assert list(written(index).values()) == [{1: 255}]


def test_damaged_postings_are_an_error() -> None:
    for data in (b"", b"\x01", b"\x01\0\0\0", b"\xff" * 12):
        with pytest.raises(ValueError):
            decode_postings(data)
