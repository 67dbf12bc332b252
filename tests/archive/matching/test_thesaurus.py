from __future__ import annotations

import pytest

from nhsa_nlp.archive.matching.thesaurus import load_matters, mentions, parse_matters
from nhsa_nlp.errors import InputError


def official(text: str) -> set[str]:
    return {name for matter in mentions(text) for name in matter.official}


def test_everyday_words_lead_to_official_ones() -> None:
    assert "跨省异地就医直接结算" in official("在外省住院要自己先垫钱")
    assert "长期护理保险" in official("老人瘫在床上，请护工太贵")
    assert official("今天天气很好") == set()


def test_official_words_lead_to_themselves() -> None:
    assert "辅助生殖" in official("关于辅助生殖的建议")


def test_two_words_count_only_within_one_sentence() -> None:
    (matter,) = parse_matters("异地就医\t外省&报销", "x")
    assert mentions("外省看病，怎么报销？", (matter,)) == {matter: 1}
    assert mentions("我在外省。怎么报销？", (matter,)) == {}


def test_different_words_for_a_matter_are_counted() -> None:
    (matter,) = parse_matters("医疗救助\t低保 五保", "x")
    assert mentions("低保户和五保户，低保户", (matter,)) == {matter: 2}


def test_the_resource_is_large_and_names_each_matter_once() -> None:
    matters = load_matters()
    assert sum(len(matter.words) + len(matter.pairs) for matter in matters) > 2000
    assert len({matter.official for matter in matters}) == len(matters)
    assert all("" not in pair for matter in matters for pair in matter.pairs)


@pytest.mark.parametrize("line", ["异地就医", "异地就医\t", "\t外省", "异地就医\ta&b&c"])
def test_a_line_that_is_none_is_named(line: str) -> None:
    with pytest.raises(InputError, match=r"mine\.tsv.*2"):
        parse_matters(f"# remark\n{line}", "mine.tsv")
