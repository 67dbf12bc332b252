"""What was measured, as lines for a terminal; one module a report."""
