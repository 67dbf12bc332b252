"""Web pages: highlighted documents, audits, evaluation reports."""
