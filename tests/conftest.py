import pytest
from hypothesis import settings
from spacy.language import Language

from tests.paths import LETTERS

pytest_plugins = ["tests.labelling.audits"]

settings.register_profile("untimed", deadline=None)  # a busy machine is no error
settings.load_profile("untimed")


@pytest.fixture(scope="session")
def letters() -> dict[str, str]:
    """The four letters by id."""
    return {path.stem: path.read_text("utf-8") for path in sorted(LETTERS.iterdir())}


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The pipeline that is shipped."""
    import nhsa_nlp

    return nhsa_nlp.load()
