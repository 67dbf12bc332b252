from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from nhsa_nlp.io.store.search_tokens import index_text
from nhsa_nlp.io.store.term_index import (
    TABLES,
    DroppedTerms,
    TermIndex,
    clear_lengths,
    decode_postings,
    encode_postings,
    term_counts,
)


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


@pytest.mark.parametrize("filled", [12_000, 40])
def test_what_is_added_later_is_found_as_if_it_had_been_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, filled: int
) -> None:
    monkeypatch.setattr("nhsa_nlp.io.store.term_index._FILLED", filled)  # a limit that few texts reach
    chosen = random.Random(1)  # noqa: S311
    texts = {number * 9_000: "".join(chosen.choices("医保药品目录", k=12)) for number in range(1, 60)}
    dead = [number for number in texts if number % 27_000 == 0 and number < 400_000]
    with closing(sqlite3.connect(":memory:")) as base:
        base.executescript(TABLES)
        for begin in range(0, 60, 7):
            with TermIndex(tmp_path) as index:
                for number in list(texts)[begin : begin + 7]:
                    index.add(number, index_text(texts[number]))
                index.finish(base)
        dropped = DroppedTerms(base)
        for number in dead:
            dropped.add(index_text(texts[number]))
        dropped.finish()
        clear_lengths(base, dead)
        found: dict[int, dict[int, int]] = {}
        held: dict[int, int] = {}
        for term, number_held, postings in base.execute("SELECT term, texts, postings FROM postings"):
            pairs = zip(*(part.tolist() for part in decode_postings(postings)), strict=True)
            found.setdefault(term, {}).update(pairs)
            held[term] = held.get(term, 0) + number_held
        rows = base.execute("SELECT lengths FROM term_lengths ORDER BY first").fetchall()
    expected: dict[int, dict[int, int]] = {}
    for number, text in texts.items():
        for term, often in counts(text).items():
            expected.setdefault(term, {})[number] = often
    assert found == expected
    assert held == {term: len(set(numbers) - set(dead)) for term, numbers in expected.items()}
    lengths = np.frombuffer(b"".join(row[0] for row in rows), "<u4")
    assert {number: int(lengths[number]) for number in texts} == {
        number: 0 if number in dead else sum(counts(text).values()) for number, text in texts.items()
    }
    assert lengths.sum() == sum(int(lengths[number]) for number in texts)
