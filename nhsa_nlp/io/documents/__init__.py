"""Readers of documents, one module a format: a file is a document, or holds files."""
