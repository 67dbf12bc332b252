from __future__ import annotations

import re

import pytest

from nhsa_nlp.text.patterns import any_of, read_words

RESOURCES = [
    ("nhsa_nlp.entities", "comparison.txt"),
    ("nhsa_nlp.entities", "doc_numbers.txt"),
    ("nhsa_nlp.entities", "false_positives.txt"),
    ("nhsa_nlp.entities", "laws.txt"),
    ("nhsa_nlp.entities", "links.txt"),
    ("nhsa_nlp.entities", "titles.txt"),
    ("nhsa_nlp.entities", "units.txt"),
    ("nhsa_nlp.letter", "titles.txt"),
    ("nhsa_nlp.archive.policies.identity", "names.txt"),
]


@pytest.mark.parametrize(("package", "name"), RESOURCES)
def test_every_group_of_words_is_named_and_has_words(package: str, name: str) -> None:
    groups = read_words(package, name)
    assert groups
    assert "" not in groups
    assert all(words.split() for words in groups.values())
    assert not any(word.startswith("#") for words in groups.values() for word in words.split())


def test_a_line_that_begins_with_a_bracket_may_be_words() -> None:
    """[三四五]位一体 is a pattern among the words, not the name of a group."""
    groups = read_words("nhsa_nlp.entities", "false_positives.txt")
    assert "[三四五]位一体" in groups["policy_sets"].split()
    assert all(name.isascii() for name in groups)


def test_the_words_of_a_group_may_go_over_several_lines() -> None:
    words = read_words("nhsa_nlp.letter", "titles.txt")["nouns"]
    pattern = re.compile(any_of(words))
    assert pattern.fullmatch("管理")
    assert pattern.fullmatch("采购")
    assert not pattern.fullmatch("管理采购")
