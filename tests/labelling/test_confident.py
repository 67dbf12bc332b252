from __future__ import annotations

import numpy as np
from cleanlab.count import compute_confident_joint, get_confident_thresholds
from cleanlab.filter import find_label_issues
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


def test_cleanlab_finds_the_same() -> None:
    """The authors' own program (Apache-2.0) on labels with errors planted, of models of all qualities.

    It differs where a document reaches the thresholds of several classes and its most probable class is
    none of them: there it takes the most probable class all the same, this the most probable of those
    whose threshold is reached, as in equation 1 of the paper. Nor does it leave a diagonal of 0.
    """
    same = differing = issues = 0
    for seed in range(300):
        rng = np.random.default_rng(seed)
        classes, documents = int(rng.integers(2, 7)), int(rng.integers(20, 120))
        truth = np.concatenate([np.arange(classes), rng.integers(0, classes, documents - classes)])
        scores = rng.normal(size=(documents, classes)) + rng.uniform(0, 4) * np.eye(classes)[truth]
        scores += rng.normal(size=classes)  # some classes are favoured
        probabilities = np.exp(scores) / np.exp(scores).sum(axis=1, keepdims=True)
        wrong = (rng.random(documents) < rng.uniform(0, 0.4)) & (np.arange(documents) >= classes)
        labels = np.where(wrong, rng.integers(0, classes, documents), truth)
        found = find_label_errors(labels, probabilities)
        thresholds = get_confident_thresholds(labels, probabilities)
        assert np.allclose(found.thresholds, thresholds, rtol=0, atol=1e-12)
        reached = probabilities >= thresholds - 1e-6
        best = probabilities.argmax(axis=1)
        if ((reached.sum(axis=1) > 1) & ~reached[np.arange(documents), best]).any():
            differing += 1
            continue
        same += 1
        joint, elsewhere = compute_confident_joint(
            labels, probabilities, calibrate=False, return_indices_of_off_diagonals=True
        )
        diagonal = np.eye(classes, dtype=np.int64)
        assert (np.maximum(found.counts, diagonal) == joint).all()
        assert np.flatnonzero((found.confident >= 0) & (found.confident != labels)).tolist() == list(
            elsewhere
        )
        ranked = find_label_issues(
            labels,
            probabilities,
            filter_by="confident_learning",
            return_indices_ranked_by="normalized_margin",
            n_jobs=1,
        )
        issues += len(ranked)
        assert [i for i in np.argsort(found.margin, kind="stable") if found.suspicious[i]] == ranked.tolist()
    assert same > 100
    assert differing > 20
    assert issues > 1000


def test_a_probability_at_its_threshold_reaches_it_and_one_below_does_not() -> None:
    labels, own = np.array([0, 0, 1, 1]), np.array([0.9, 0.5, 0.3, 0.3])  # the threshold of 0 is 0.7
    for first, confident in ((0.7, 0), (0.7 - 2e-6, -1)):
        probabilities = np.column_stack([[*own, first], 1 - np.array([*own, first])])
        thresholds = find_label_errors(labels, probabilities[:4]).thresholds
        assert np.allclose(thresholds, [0.7, 0.7])
        judged = np.array([True] * 4 + [False])
        assert find_label_errors(np.array([*labels, 1]), probabilities, judged).confident[-1] == confident
