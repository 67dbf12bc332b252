from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from nhsa_nlp.archive.matching.passages import LONGEST, MOST_CHARACTERS, cut_passages

SENTENCE = "医保部门高度重视这项工作，指导各地认真落实有关政策规定。"


def test_a_short_text_is_one_passage() -> None:
    assert cut_passages(f"  {SENTENCE}\n") == [(2, 2 + len(SENTENCE))]
    assert cut_passages("") == cut_passages(" \n") == []


def test_a_long_section_is_cut_at_sentences_into_pieces_of_about_equal_length() -> None:
    text = SENTENCE * 60
    found = cut_passages(text)
    assert "".join(text[start:end] for start, end in found) == text
    assert all(text[start:end].endswith("。") for start, end in found)
    sizes = [end - start for start, end in found]
    assert max(sizes) <= LONGEST
    assert max(sizes) - min(sizes) <= len(SENTENCE)


def test_no_passage_crosses_the_beginning_of_a_section() -> None:
    assert (0, 30) not in cut_passages(SENTENCE * 2, [len(SENTENCE)])
    assert cut_passages(SENTENCE * 2, [len(SENTENCE)])[0] == (0, len(SENTENCE))


def test_what_is_too_long_for_a_letter_is_left_out() -> None:
    assert max(end for _, end in cut_passages("药" * (MOST_CHARACTERS + 10))) == MOST_CHARACTERS


@given(
    st.text(alphabet="医保。\n ；x", max_size=3000),
    st.lists(st.integers(0, 4000), max_size=5),
)
def test_passages_are_short_ordered_and_lose_only_white_space(text: str, starts: list[int]) -> None:
    found = cut_passages(text, starts)
    assert all(0 < end - start <= LONGEST for start, end in found)
    assert all(first[1] <= second[0] for first, second in pairwise(found))
    assert "".join("".join(text[start:end] for start, end in found).split()) == "".join(text.split())
