from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nhsa_nlp.labelling.confident import find_label_errors


def test_the_definition_by_hand() -> None:
    given_labels = np.array([0, 0, 0, 1, 1])
    probabilities = np.array([[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.3, 0.7], [0.45, 0.55]])
    found = find_label_errors(given_labels, probabilities)
    assert np.allclose(found.thresholds, [(0.9 + 0.8 + 0.1) / 3, (0.7 + 0.55) / 2])
    assert found.confident.tolist() == [0, 0, 1, 1, -1]
    assert found.suspicious.tolist() == [False, False, True, False, False]
    assert found.counts.tolist() == [[2, 1], [0, 1]]
    assert np.allclose(found.joint, [[2 / 3 * 0.6, 1 / 3 * 0.6], [0, 0.4]])
    assert np.allclose(found.self_confidence, [0.9, 0.8, 0.1, 0.7, 0.55])
    assert np.allclose(found.margin, [0.8, 0.6, -0.8, 0.4, 0.1])


def test_a_neglected_class_has_a_low_threshold() -> None:
    # the model never gives class 1 more than 0.4, but it does tell its documents apart
    given_labels = np.array([0, 0, 0, 1, 1, 0])
    first = np.array([0.95, 0.95, 0.95, 0.6, 0.6, 0.6])
    found = find_label_errors(given_labels, np.column_stack([first, 1 - first]))
    assert found.confident[-1] == 1
    assert not found.suspicious[-1]  # the prediction itself is the given label


def test_of_several_classes_that_reach_their_threshold_the_most_probable_counts() -> None:
    # class 0 is the most probable of the last document but below its own threshold
    given_labels = np.array([0, 0, 1, 1, 2, 2])
    probabilities = np.array(
        [
            [0.9, 0.05, 0.05],
            [0.9, 0.05, 0.05],
            [0.7, 0.3, 0],
            [0.7, 0.3, 0],
            [0.75, 0, 0.25],
            [0.4, 0.35, 0.25],
        ]
    )
    assert find_label_errors(given_labels, probabilities).confident[-1] == 1


def test_a_class_that_was_given_to_nobody_is_never_confident() -> None:
    found = find_label_errors(np.array([0, 0]), np.array([[0.1, 0.9], [0.2, 0.8]]))
    assert found.confident.tolist() == [-1, 0]
    assert found.counts[:, 1].tolist() == [0, 0]


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.integers(1, 40))
def test_the_joint_has_the_shares_of_the_given_labels(seed: int, classes: int, documents: int) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, documents)
    found = find_label_errors(labels, rng.dirichlet(np.ones(classes), documents))
    shares = np.bincount(labels, minlength=classes) / documents
    assert np.allclose(found.joint.sum(axis=1), shares)
