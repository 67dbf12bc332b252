"""Data that people made: documents with labels and annotations, and the tools they come from."""
