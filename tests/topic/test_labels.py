import numpy as np
import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.topic.labels import (
    FACETS,
    LABELS,
    MEMBERSHIP,
    facets_to_label,
    indicator_matrix,
    label_to_facets,
)


def test_every_nonempty_set_of_facets_has_one_label() -> None:
    assert len(LABELS) == 7
    assert len({label_to_facets(label) for label in LABELS}) == 7
    assert all(facets_to_label(label_to_facets(label)) == label for label in LABELS)


def test_names_are_those_of_the_data() -> None:
    assert label_to_facets("医疗x医保") == {"医疗", "医保"}
    assert label_to_facets("三联动") == set(FACETS)
    assert facets_to_label(["医药", "医保"]) == "医保x医药"


@pytest.mark.parametrize("facets", [[], ["教育"], ["医保", "教育"]])
def test_no_label_for_other_sets(facets: list[str]) -> None:
    with pytest.raises(InputError, match="no label for the facets"):
        facets_to_label(facets)


def test_unknown_label_is_named() -> None:
    with pytest.raises(InputError, match=r"'医保x医疗'.*医疗x医保"):
        label_to_facets("医保x医疗")


def test_indicator_matrix_has_the_facets_in_order() -> None:
    assert indicator_matrix(["医保", "医疗x医药"]).tolist() == [[True, False, False], [False, True, True]]
    assert indicator_matrix([]).shape == (0, 3)
    np.testing.assert_array_equal(indicator_matrix(LABELS), MEMBERSHIP)


def test_membership_cannot_be_changed() -> None:
    with pytest.raises(ValueError, match="read-only"):
        MEMBERSHIP[0, 0] = False
