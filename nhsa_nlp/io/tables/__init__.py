"""Readers of tables, one module a format: a row is a document."""
