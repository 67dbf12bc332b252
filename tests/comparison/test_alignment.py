from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nhsa_nlp.comparison import Comparison, compare

FIRST = (
    "一、关于扩大门诊慢特病跨省直接结算。目前全国已有九成以上的统筹地区开通了五种门诊慢特病的跨省结算服务。"
)
SECOND = "二、关于简化备案手续。参保人可以通过国家医保服务平台自助办理备案，有效期内可以多次往返备案地就医。"
THIRD = "三、关于加强宣传。我们将编印问答手册，在定点医院的挂号窗口和社区服务中心免费发放，方便老年人查询。"


def shown(found: Comparison, left: str, right: str) -> list[tuple[str, str]]:
    return [(left[slice(*each.left)], right[slice(*each.right)]) for each in found.shared]


def test_equal_texts_share_everything() -> None:
    found = compare(FIRST, FIRST)
    assert shown(found, FIRST, FIRST) == [(FIRST, FIRST)]
    assert (found.left_share, found.right_share, found.left_only, found.right_only) == (1, 1, (), ())
    assert found.shared[0].identical
    assert not found.shared[0].moved


def test_small_edits_are_within_a_passage() -> None:
    changed = FIRST.replace("九成以上的统筹地区", "百分之九十五的地区")
    found = compare(FIRST, changed)
    assert shown(found, FIRST, changed) == [(FIRST, changed)]
    assert not found.shared[0].identical
    assert [FIRST[slice(*place)] for place in found.left_only] == ["九成以上的统筹"]
    assert [changed[slice(*place)] for place in found.right_only] == ["百分之九十五的"]
    assert found.left_share < 1


RULE = "年度限额提高到{}以内，由统筹基金支付，报销比例由百分之五十逐步提高，药费由医保局结算。"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("800元", "900元"),
        ("800元", "1800元"),
        ("800元", "80元"),
        ("1.5万元", "1.6万元"),
        ("1.5万元", "15万元"),
        ("三百二十元", "三百五十元"),
        ("50%", "50‰"),
        ("50%", "5%"),
        ("８００元", "９００元"),
    ],
)
def test_a_changed_number_is_new_in_each_as_a_whole(one: str, other: str) -> None:
    left, right = RULE.format(one), RULE.format(other)
    found = compare(left, right)
    assert shown(found, left, right) == [(left, right)]
    assert [left[slice(*place)] for place in found.left_only] == [one.rstrip("元")]
    assert [right[slice(*place)] for place in found.right_only] == [other.rstrip("元")]
    assert max(found.left_share, found.right_share) < 1


def test_what_is_left_out_is_new_in_one() -> None:
    left, right = RULE.format("约800元"), RULE.format("800元")
    found = compare(left, right)
    assert ([left[slice(*place)] for place in found.left_only], found.right_only) == (["约"], ())
    assert (found.left_share < 1, found.right_share) == (True, 1)


def test_what_is_new_in_each_is_told() -> None:
    left, right = FIRST + SECOND, FIRST + THIRD
    found = compare(left, right)
    assert shown(found, left, right) == [(FIRST, FIRST)]
    assert [left[slice(*place)] for place in found.left_only] == [SECOND]
    assert [right[slice(*place)] for place in found.right_only] == [THIRD]
    assert 0 < found.left_share < 1


def test_moved_passages_are_found_and_marked() -> None:
    left, right = FIRST + SECOND + THIRD, SECOND + THIRD + FIRST
    found = compare(left, right)
    assert "".join(one for one, _ in shown(found, left, right)) == left
    assert [each.moved for each in found.shared] == [True, False]
    assert (found.left_only, found.right_only) == ((), ())


def test_layout_width_script_and_page_marks_do_not_matter_and_offsets_are_those_of_the_raw_text() -> None:
    raw = "  " + SECOND.replace("自助办理", "自助\n— 3 —\n办 理").replace("医保", "醫保") + "\n"
    found = compare(SECOND, raw)
    ((left, right),) = shown(found, SECOND, raw)
    assert (left, right) == (SECOND, raw.strip())
    assert found.shared[0].identical


def test_a_set_phrase_is_not_a_shared_passage() -> None:
    assert compare("国家医疗保障局高度重视。" + FIRST, "国家医疗保障局高度重视。" + THIRD).shared == ()


@pytest.mark.parametrize("text", ["", "。", "一", "\ud800", "a" * 5, "\x00"])
def test_little_or_nothing_is_compared_with_anything(text: str) -> None:
    assert compare(text, FIRST).shared == compare(FIRST, text).shared == ()


@pytest.mark.parametrize("unit", ["甲", "甲乙", "药品目录"])
def test_repetitive_texts_take_no_long(unit: str) -> None:
    text = unit * 20_000
    found = compare(text, text + "完")
    assert found.left_share == 1.0


pieces = st.lists(
    st.sampled_from([FIRST, SECOND, THIRD, "另外，", "\n", "此处新增一句无关的话。"]), max_size=6
)


@given(pieces, pieces)
def test_passages_and_what_is_new_hold_all_letters_and_what_is_new_is_not_shared(
    one: list[str], other: list[str]
) -> None:
    left, right = "".join(one), "".join(other)
    found = compare(left, right)
    for text, shared, only, share in (
        (left, [each.left for each in found.shared], found.left_only, found.left_share),
        (right, [each.right for each in found.shared], found.right_only, found.right_share),
    ):
        for places in (sorted(shared), list(only)):
            assert all(before[1] <= after[0] for before, after in pairwise(places))
        letters = {place for place, char in enumerate(text) if char.isalnum()}
        new = letters & {place for start, end in only for place in range(start, end)}
        assert letters - new <= {place for start, end in shared for place in range(start, end)}
        assert share * len(letters) == pytest.approx(len(letters) - len(new))
