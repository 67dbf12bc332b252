"""Decision forests as plain arrays: predicting and attributing without scikit-learn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.integer[Any]]


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

    def predict(self, leaves: IndexArray) -> FloatArray:
        """Return the mean share of yes over the trees, from `leaves`: shape (documents, outputs)."""
        outputs, trees = self.roots.shape
        if not trees:
            return np.full((len(leaves), outputs), 0.5)
        values = self.value[leaves].reshape(len(leaves), outputs, trees)
        return np.asarray(values.mean(axis=2), dtype=np.float64)

    def contributions(self, leaves: IndexArray, width: int) -> FloatArray:
        """Attribute a document's predictions, from its row of `leaves`, to its ``width`` features.

        Each split on the path is credited with the change of the share of yes it brings (Saabas
        2014): shape (outputs, features). They sum to the prediction minus the mean value of the roots.
        """
        outputs, trees = self.roots.shape
        if not trees:
            return np.zeros((outputs, width))
        begin, asked, change = self._paths
        first = begin[leaves]
        lengths = begin[leaves + 1] - first
        ends = np.cumsum(lengths)
        steps = np.repeat(first - (ends - lengths), lengths) + np.arange(ends[-1])
        row = np.repeat(np.repeat(np.arange(outputs) * width, trees), lengths)
        credit = np.bincount(row + asked[steps], change[steps], outputs * width)
        return np.asarray(credit.reshape(outputs, width) / trees, dtype=np.float64)

    def leaves(self, features: FloatArray) -> IndexArray:
        """Return the leaf of each tree: (documents, features) to (documents, outputs x trees)."""
        roots, feature, left, right = self._indexes
        found = np.empty((len(features), roots.size), dtype=np.intp)
        # As scikit-learn's trees compare: the feature as float32, the threshold as float64.
        for row, x in enumerate(features.astype(np.float32).astype(np.float64)):
            # All nodes are asked at once: the walks then only follow the answers. The feature -1 of a leaf
            # reads the last column, which does not matter, as a leaf points to itself.
            following = np.where(x[feature] <= self.threshold, left, right)
            nodes = roots
            for _ in range(self._depth):
                nodes = following[nodes]
            found[row] = nodes
        return found

    @cached_property
    def _indexes(self) -> tuple[IndexArray, IndexArray, IndexArray, IndexArray]:
        """Roots, features and next nodes as native integers: int32 takes NumPy three times as long."""
        parts = self.roots.ravel(), self.feature, self.left, self.right
        roots, feature, left, right = (part.astype(np.intp) for part in parts)
        return roots, feature, left, right

    @cached_property
    def _depth(self) -> int:
        """How many steps the longest way from a root to a leaf has."""
        depth, inner = 0, self.roots[self.feature[self.roots] >= 0]
        while len(inner):
            below = np.concatenate([self.left[inner], self.right[inner]])
            depth, inner = depth + 1, below[self.feature[below] >= 0]
        return depth

    @cached_property
    def _paths(self) -> tuple[IndexArray, IndexArray, FloatArray]:
        """The splits on the way to each node, by node: where they begin, their features and changes."""
        inner = np.flatnonzero(self.feature >= 0)
        parent = np.full(len(self.feature), -1, dtype=np.int32)
        parent[self.left[inner]] = inner
        parent[self.right[inner]] = inner
        node = reached = np.flatnonzero(parent >= 0).astype(np.int32)
        targets, asked, changes = [], [], []
        while len(node):
            above = parent[node]
            targets.append(reached)
            asked.append(self.feature[above])
            changes.append(self.value[node] - self.value[above])
            going = parent[above] >= 0
            node, reached = above[going], reached[going]
        if not targets:  # trees that are a single leaf
            return np.zeros(len(parent) + 1, dtype=np.intp), np.zeros(0, dtype=np.intp), np.zeros(0)
        target = np.concatenate(targets)
        order = np.argsort(target, kind="stable")
        begin = np.searchsorted(target[order], np.arange(len(parent) + 1))
        return begin, np.concatenate(asked)[order].astype(np.intp), np.concatenate(changes)[order]
