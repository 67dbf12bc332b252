from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

from nhsa_nlp.translation import VARIABLE
from tests.paths import LETTERS

if TYPE_CHECKING:
    from spacy.language import Language

pytest_plugins = ["tests.labelling.audits"]

settings.register_profile("untimed", deadline=None)  # a busy machine is no error
settings.load_profile("untimed")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """All cores, up to eight: each process loads the models again, and more of them save nothing."""
    return min(8, os.cpu_count() or 1)


def pytest_make_parametrize_id(val: object) -> str | None:
    """Name bytes as such: those of an archive hold the time, and processes must agree on names."""
    return "bytes" if isinstance(val, bytes) else None


@pytest.fixture(scope="module")
def chinese() -> Iterator[None]:
    """What a module looks at is said in Chinese, in processes that it starts as well."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(VARIABLE, "zh")
        yield


@pytest.fixture(scope="session")
def letters() -> dict[str, str]:
    """The four letters by id."""
    return {path.stem: path.read_text("utf-8") for path in sorted(LETTERS.iterdir())}


@pytest.fixture(scope="session")
def nlp() -> Language:
    """The pipeline that is shipped."""
    import nhsa_nlp

    return nhsa_nlp.load()
