import pickle
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhsa_nlp.errors import InputError
from nhsa_nlp.topic.labels import FACETS
from nhsa_nlp.topic.lexicon import Theme, TopicLexicon, default_lexicon, default_vocabulary, parse_lexicon

SMALL = """\
# note
机关\t-\t医保局
保险\t医保\t医保 医疗保险
看病\t医疗\t医疗 医院
目录\t医保+医药\t药品目录
其他\t?\t药
动物\t!\t兽医 兽药
"""


def places(lexicon: TopicLexicon, text: str) -> list[tuple[int, int, int]]:
    """Return where terms are, and the index of the theme of each."""
    return [(start, end, lexicon.theme_of[term]) for start, end, term in lexicon.find(text).tolist()]


def found(lexicon: TopicLexicon, text: str) -> list[tuple[str, str]]:
    return [(text[start:end], lexicon.themes[theme].theme) for start, end, theme in places(lexicon, text)]


def test_longest_term_wins_and_hides_the_shorter_ones() -> None:
    lexicon = parse_lexicon(SMALL)
    assert found(lexicon, "医保局说医疗保险和医疗，药品目录有药") == [
        ("医保局", "机关"),
        ("医疗保险", "保险"),
        ("医疗", "看病"),
        ("药品目录", "目录"),
        ("药", "其他"),
    ]


def test_falls_back_to_a_shorter_term_if_the_longer_one_breaks_off() -> None:
    assert found(parse_lexicon(SMALL), "医疗保障") == [("医疗", "看病")]


def test_sectors_and_silence() -> None:
    lexicon = parse_lexicon(SMALL)
    assert tuple(theme.sectors for theme in lexicon.themes) == (
        (),
        ("医保",),
        ("医疗",),
        ("医保", "医药"),
        (),
        (),
    )
    assert tuple(theme.telling for theme in lexicon.themes) == (False, True, True, True, True, False)
    assert tuple(theme.foreign for theme in lexicon.themes) == (False, False, False, False, False, True)


def test_terms_with_special_characters_are_taken_literally() -> None:
    lexicon = parse_lexicon("网\t医疗\t互联网+医疗 CHS-DRG (甲)")
    assert [t for t, _ in found(lexicon, "“互联网+医疗”和CHS-DRG、(甲)，互联网医疗")] == [
        "互联网+医疗",
        "CHS-DRG",
        "(甲)",
    ]


def longest_terms(lexicon: TopicLexicon, text: str) -> list[tuple[str, str]]:
    """Try every term at every place."""
    terms = {term: theme.theme for theme in lexicon.themes for term in theme.terms}
    hits, start = [], 0
    while start < len(text):
        term = max((term for term in terms if text.startswith(term, start)), key=len, default="")
        if term:
            hits.append((term, terms[term]))
        start += len(term) or 1
    return hits


@given(st.text("医疗保药品\U00020bb7\ud83d", max_size=40))
def test_finds_what_trying_every_term_finds(text: str) -> None:
    lexicon = parse_lexicon("a\t?\t医疗 医疗保 疗 药品药品 品\U00020bb7\nb\t?\t\U00020bb7 保医 医疗保医疗品")
    assert found(lexicon, text) == longest_terms(lexicon, text)


@pytest.mark.parametrize("lexicon", [default_lexicon(), default_vocabulary()], ids=["lexicon", "vocabulary"])
def test_finds_what_trying_every_term_finds_in_letters(
    lexicon: TopicLexicon, letters: dict[str, str]
) -> None:
    for text in letters.values():
        assert found(lexicon, text[:400]) == longest_terms(lexicon, text[:400]) != []


def test_a_term_may_end_the_text() -> None:
    lexicon = parse_lexicon(SMALL)
    assert places(lexicon, "药") == [(0, 1, 4)]
    assert places(lexicon, "去医疗") == [(1, 3, 2)]
    assert places(lexicon, "") == []


def test_json_round_trip() -> None:
    lexicon = default_lexicon()
    assert TopicLexicon.from_json(lexicon.to_json()).themes == lexicon.themes


def test_json_without_other_matters_is_that_of_the_first_version() -> None:
    lexicon = parse_lexicon("看病\t医疗\t医院")
    value = [{k: v for k, v in entry.items() if k != "foreign"} for entry in lexicon.to_json()]
    assert TopicLexicon.from_json(value).themes == lexicon.themes


def test_wrong_number_of_fields_names_the_line() -> None:
    with pytest.raises(InputError, match=r"^own\.tsv:2: expected theme"):
        parse_lexicon("# x\na\t医保", "own.tsv")


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("a\t医保\tx\nb\t医疗\tx", "listed twice"),
        ("a\t教育\tx", "not among"),
        ("# nothing", "no terms"),
    ],
)
def test_bad_lexicons_are_refused(source: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        parse_lexicon(source)


def test_a_silent_theme_cannot_have_sectors() -> None:
    with pytest.raises(InputError, match="says nothing"):
        Theme("a", ("医保",), telling=False, foreign=False, terms=("x",))


@pytest.mark.parametrize(
    "value", [[], [1], [{"theme": "a"}], [{"theme": "a", "sectors": [1], "telling": True, "terms": ["x"]}]]
)
def test_malformed_json_is_refused(value: Any) -> None:
    with pytest.raises(InputError):
        TopicLexicon.from_json(value)


def test_the_shipped_lexicon_covers_the_sectors_and_hides_the_offices() -> None:
    lexicon = default_lexicon()
    spoken = {facet for theme in lexicon.themes for facet in theme.sectors}
    assert spoken == set(FACETS)
    for office in ("国家医保局", "国家医疗保障局", "国家卫生健康委", "国家药监局"):
        ((start, end, theme),) = places(lexicon, office)
        assert (start, end) == (0, len(office))
        assert lexicon.themes[theme].sectors == ()


def test_a_lexicon_goes_to_other_processes() -> None:
    lexicon = parse_lexicon(SMALL)
    again = pickle.loads(pickle.dumps(lexicon))  # noqa: S301 - made here
    assert found(again, "医保局说医疗保险") == found(lexicon, "医保局说医疗保险")
