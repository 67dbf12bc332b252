"""``python -m nhsa_nlp``: the command line where no script is on the path."""

from __future__ import annotations

from nhsa_nlp.cli.app import main

if __name__ == "__main__":
    main()
