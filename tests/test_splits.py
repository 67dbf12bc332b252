import random
import time
from collections import Counter

import numpy as np
import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.splits import (
    content_order,
    joint_groups,
    near_duplicate_groups,
    near_duplicate_pairs,
    stratified_folds,
)


def prose(seed: int, length: int = 300) -> str:
    """Return Chinese characters at random: no two such texts share a shingle."""
    rng = random.Random(seed)  # noqa: S311
    return "".join(chr(rng.randint(0x4E00, 0x9FA5)) for _ in range(length))


def same(groups: np.ndarray, one: int, other: int) -> bool:
    return bool(groups[one] == groups[other])


def test_dissimilar_texts_stay_apart() -> None:
    assert near_duplicate_groups([prose(i) for i in range(5)]).tolist() == [0, 1, 2, 3, 4]


def test_containment_counts_for_the_smaller_text() -> None:
    groups = near_duplicate_groups([prose(1, 2000), prose(2), prose(1, 2000)[500:800]])
    assert same(groups, 0, 2)
    assert not same(groups, 0, 1)


def test_threshold() -> None:
    texts = [prose(1) + prose(2), prose(1)[:120] + prose(3) + prose(4)[:180]]
    assert len(set(near_duplicate_groups(texts, 0.5))) == 2
    assert len(set(near_duplicate_groups(texts, 0.15))) == 1


def test_groups_are_connected_components() -> None:
    a, b, c = prose(1), prose(2, 400), prose(3, 500)
    groups = near_duplicate_groups([a + b, prose(9), b + c, c + prose(4)])
    assert groups.tolist() == [0, 1, 0, 0]


def test_the_pairs_are_those_of_the_groups_with_their_share() -> None:
    texts = [prose(1, 2000), prose(2), prose(1, 2000)[500:800], prose(3), prose(3)]
    pairs = near_duplicate_pairs(texts)
    assert [(one, other) for one, other, _ in pairs] == [(0, 2), (3, 4)]
    assert [share for _, _, share in pairs] == [1.0, 1.0]
    half = [prose(1, 400), prose(1, 400)[:300] + prose(2, 100)]
    ((_, _, share),) = near_duplicate_pairs(half)
    assert 0.7 < share < 0.8
    assert near_duplicate_pairs(half, 0.9) == []
    assert near_duplicate_pairs([]) == []
    with pytest.raises(ValueError, match="threshold"):
        near_duplicate_pairs(half, 0)


def test_punctuation_and_spaces_do_not_matter() -> None:
    text = prose(1)
    spaced = "，".join(text[i : i + 7] for i in range(0, len(text), 7)) + "。\n"
    assert same(near_duplicate_groups([text, spaced]), 0, 1)


def test_a_large_family_is_one_group() -> None:
    core = prose(0)
    texts = [core + prose(i, 100) for i in range(1, 200)]
    assert set(near_duplicate_groups(texts).tolist()) == {0}


def test_short_and_empty_texts() -> None:
    assert near_duplicate_groups(["医保", "医保", "", "", "药"]).tolist() == [0, 0, 1, 2, 3]
    assert near_duplicate_groups([]).shape == (0,)


def test_joint_groups_link_near_duplicates_and_given_groups() -> None:
    texts = [prose(1), prose(2), prose(3), prose(1), prose(4), prose(5)]
    assert joint_groups(texts).tolist() == [0, 1, 2, 0, 3, 4]
    # 0 and 3 are the same text, 3 and 4 are of a group, 2 and 5 of another.
    assert joint_groups(texts, ["a", "b", "c", "d", "d", "c"]).tolist() == [0, 1, 2, 0, 0, 2]


def test_none_is_no_group() -> None:
    texts = [prose(1), prose(2), prose(3), prose(2)]
    assert joint_groups(texts, [None, None, None, None]).tolist() == [0, 1, 2, 1]
    assert joint_groups(texts, [None, 7, 7, None]).tolist() == [0, 1, 1, 1]
    assert joint_groups([], []).shape == (0,)


def test_groups_of_another_length_are_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        joint_groups([prose(1), prose(2)], ["a"])


@pytest.mark.parametrize("threshold", [0, -0.1, 1.1])
def test_impossible_thresholds(threshold: float) -> None:
    with pytest.raises(ValueError, match="threshold"):
        near_duplicate_groups(["a"], threshold)


@pytest.mark.slow
def test_boilerplate_in_ten_thousand_texts_is_no_burden() -> None:
    boilerplate = prose(0, 60)
    texts = [boilerplate + prose(i, 200) for i in range(1, 10_001)]
    texts[7] = texts[9_000][60:] + prose(-1, 50)
    start = time.process_time()
    groups = near_duplicate_groups(texts)
    assert time.process_time() - start < 30
    assert same(groups, 7, 9_000)
    assert len(set(groups.tolist())) == 9_999


LABELS = ["a"] * 30 + ["b"] * 13 + ["c"] * 2


def test_folds_part_the_documents() -> None:
    folds = stratified_folds(LABELS, 5, 0)
    assert sorted(i for _, test in folds for i in test) == list(range(45))
    for train, test in folds:
        assert sorted([*train, *test]) == list(range(45))


@pytest.mark.parametrize("seed", range(5))
def test_labels_are_spread_evenly(seed: int) -> None:
    for _, test in stratified_folds(LABELS, 5, seed):
        counts = Counter(LABELS[i] for i in test)
        assert counts["a"] == 6
        assert counts["b"] in (2, 3)
        assert counts["c"] <= 1
        assert len(test) == 9


def test_seed_decides() -> None:
    first, again, other = (stratified_folds(LABELS, 5, seed) for seed in (1, 1, 2))
    assert all(np.array_equal(a[1], b[1]) for a, b in zip(first, again, strict=True))
    assert not all(np.array_equal(a[1], b[1]) for a, b in zip(first, other, strict=True))


def test_groups_stay_whole_and_folds_balanced() -> None:
    rng = np.random.default_rng(0)
    groups = rng.integers(0, 25, 120)
    labels = [str(x) for x in rng.integers(0, 3, 120)]
    for seed in range(3):
        folds = stratified_folds(labels, 5, seed, groups)
        for train, test in folds:
            assert not set(groups[train]) & set(groups[test])
            assert 16 <= len(test) <= 32
            assert all(Counter(labels[i] for i in test)[label] >= 3 for label in "012")


@pytest.mark.parametrize(
    ("labels", "folds", "groups", "message"),
    [
        (["a"], 2, None, "1 documents cannot be split into 2 folds"),
        (["a"] * 4, 3, [0, 0, 1, 1], "2 groups of near-duplicates cannot"),
        (["a"] * 4, 1, None, "at least 2"),
        (["a"] * 4, 2, [0], "4 labels but 1 groups"),
    ],
)
def test_impossible_folds(labels: list[str], folds: int, groups: list[int] | None, message: str) -> None:
    with pytest.raises(InputError, match=message):
        stratified_folds(labels, folds, 0, groups)


@pytest.mark.parametrize("seed", range(5))
def test_equal_groups_are_spread_by_label(seed: int) -> None:
    labels = list("aabb") * 5
    groups = [i // 2 for i in range(20)]
    for _, test in stratified_folds(labels, 5, seed, groups):
        assert Counter(labels[i] for i in test) == {"a": 2, "b": 2}


def test_pairs_do_not_depend_on_how_many_shingles_are_sorted_at_a_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    texts = [prose(i % 7, 300) + prose(i, 200) for i in range(30)]
    at_once = near_duplicate_pairs(texts)
    monkeypatch.setattr("nhsa_nlp.splits._HELD", 500)
    assert at_once
    assert near_duplicate_pairs(texts) == at_once


def test_rows_in_the_order_of_their_content() -> None:
    texts, groups = ["乙", "甲", "乙"], ["b", None, None]
    assert content_order(texts, groups) == [2, 0, 1]
    assert content_order([]) == []
