"""Evaluation: splits that do not leak, metrics, and the figures of each part."""
