"""Decision forests as plain arrays: predicting and attributing without scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.int32]


@dataclass(frozen=True)
class Forest:
    """Some binary classification forests over the same features, one an output.

    Parameters
    ----------
    roots
        Shape (outputs, trees): the first node of each tree.
    feature
        Shape (nodes,): the feature a node asks for; -1 at a leaf.
    threshold
        Shape (nodes,): go left if the feature, as float32, is not above it.
    left, right
        Shape (nodes,): the next node; a leaf points to itself.
    value
        Shape (nodes,): the share of yes among the training documents that reach the node.
    """

    roots: IndexArray
    feature: IndexArray
    threshold: FloatArray
    left: IndexArray
    right: IndexArray
    value: FloatArray

    def predict(self, features: FloatArray) -> FloatArray:
        """Return the mean share of yes over the trees: (documents, features) to (documents, outputs)."""
        outputs, trees = self.roots.shape
        if not trees:
            return np.full((len(features), outputs), 0.5)
        x = features.astype(np.float32)  # as scikit-learn's trees compare
        rows = np.arange(len(x))[:, None]
        nodes = np.broadcast_to(self.roots.ravel(), (len(x), self.roots.size))
        while True:
            # The feature -1 of a leaf reads the last column, which then does not matter.
            go_left = x[rows, self.feature[nodes]] <= self.threshold[nodes]
            following = np.where(go_left, self.left[nodes], self.right[nodes])
            if np.array_equal(following, nodes):
                break
            nodes = following
        leaves = self.value[nodes].reshape(len(x), outputs, trees)
        return np.asarray(leaves.mean(axis=2), dtype=np.float64)

    def contributions(self, features: FloatArray) -> FloatArray:
        """Attribute a document's predictions to its features: (features,) to (outputs, features).

        Each split on the path is credited with the change of the share of yes it brings (Saabas
        2014); the credits sum to the prediction minus the mean value of the roots.
        """
        outputs, trees = self.roots.shape
        credit = np.zeros((outputs, len(features)))
        x = features.astype(np.float32)
        nodes = self.roots.ravel()
        output = np.repeat(np.arange(outputs), trees)
        while True:
            inner = self.feature[nodes] >= 0
            nodes, output = nodes[inner], output[inner]
            if not len(nodes):
                return np.asarray(credit / max(1, trees), dtype=np.float64)
            asked = self.feature[nodes]
            following = np.where(x[asked] <= self.threshold[nodes], self.left[nodes], self.right[nodes])
            np.add.at(credit, (output, asked), self.value[following] - self.value[nodes])
            nodes = following
