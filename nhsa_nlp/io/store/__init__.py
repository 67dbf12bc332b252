"""The storage of an archive: its tables, ledger and indices; writing, updating and opening it."""
