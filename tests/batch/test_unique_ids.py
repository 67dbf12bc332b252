from __future__ import annotations

import contextlib

from nhsa_nlp.batch.unique_ids import DiskMap, UniqueIds


def test_names_are_unique_and_the_same_each_time() -> None:
    wanted = ["a", "b", "a", "a-2", "a", "b", "a-2"]
    for _ in range(2):
        with contextlib.closing(UniqueIds()) as names:
            assert [names.unique(name) for name in wanted] == [
                "a",
                "b",
                "a-2",
                "a-2-2",
                "a-3",
                "b-2",
                "a-2-3",
            ]


def test_a_map_gives_the_number_set_last() -> None:
    with contextlib.closing(DiskMap()) as numbers:
        assert numbers.get("甲") is None
        numbers.set("甲", 0)
        numbers.set("\ud800", 2**40)
        assert (numbers.get("甲"), numbers.get("\ud800"), numbers.get("乙")) == (0, 2**40, None)
        numbers.set("甲", 7)
        assert numbers.get("甲") == 7
