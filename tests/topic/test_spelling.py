import pytest

from nhsa_nlp.topic.labels import OUR_LABELS
from nhsa_nlp.topic.spelling import suggestion


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("医疗×医保", "医疗x医保"),
        ("医保x医疗", "医疗x医保"),
        (" 医保\u3000", "医保"),
        ("医药、医疗、医保", "三联动"),
        ("Out_Of_Scope", "out_of_scope"),
    ],
)
def test_what_was_meant_is_suggested(written: str, meant: str) -> None:
    assert suggestion(written, OUR_LABELS) == meant


def test_nothing_like_it_is_no_suggestion() -> None:
    assert suggestion("体育", ["医保", "医疗"]) is None
    assert suggestion("医报", ["医保", "医疗"]) is None  # either
