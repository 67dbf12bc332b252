from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def letters() -> dict[str, str]:
    """The four letters by id."""
    return {path.stem: path.read_text("utf-8") for path in sorted((ROOT / "examples/letters").iterdir())}


@pytest.fixture(scope="session")
def nlp():
    """The pipeline that is shipped."""
    import nhsa_nlp

    return nhsa_nlp.load()
