from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parent.parent

settings.register_profile("untimed", deadline=None)  # a busy machine is no error
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def letters() -> dict[str, str]:
    """The four letters by id."""
    return {path.stem: path.read_text("utf-8") for path in sorted((ROOT / "examples/letters").iterdir())}


@pytest.fixture(scope="session")
def nlp():
    """The pipeline that is shipped."""
    import nhsa_nlp

    return nhsa_nlp.load()
