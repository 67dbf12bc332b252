"""Training: what rebuilds the parts of a model bundle."""
