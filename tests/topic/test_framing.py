from __future__ import annotations

import pytest

from nhsa_nlp.topic.framing import default_frames, framed_copies
from nhsa_nlp.topic.lexicon import default_lexicon

TEXTS = [f"关于第{number}件事的建议" for number in range(200)]


def test_half_of_the_texts_have_a_copy_with_passages_around_it() -> None:
    copies = framed_copies(TEXTS, 0)
    rows = [row for row, _ in copies]
    assert rows == sorted(set(rows))
    assert 70 < len(rows) < 130
    for row, text in copies:
        before, after = text.split(TEXTS[row])
        assert before.strip() or after.strip()
        for part in (before, after):
            assert not part or any(frame in part for frame in default_frames())


@pytest.mark.parametrize("seed", [0, 7])
def test_the_same_seed_gives_the_same_copies(seed: int) -> None:
    assert framed_copies(TEXTS, seed) == framed_copies(TEXTS, seed) != framed_copies(TEXTS, seed + 1)


def test_the_passages_are_about_no_sector() -> None:
    lexicon = default_lexicon()
    frames = default_frames()
    assert len(set(frames)) == len(frames) > 300
    insurance = {"医保", "医疗保险", "药品", "医院", "患者"} & {
        lexicon.terms[term] for frame in frames for _, _, term in lexicon.find(frame).tolist()
    }
    assert not insurance
