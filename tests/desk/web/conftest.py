from __future__ import annotations

from collections.abc import Callable

import pytest

from nhsa_nlp.desk.store import Store
from tests.desk.desks import PASSWORD
from tests.desk.web.offices import Browser, served


@pytest.fixture
def browser(desk: Store) -> Browser:
    """The browser of the one user of a desk without accounts."""
    return Browser(served(desk))


@pytest.fixture
def as_user(desk: Store) -> Callable[[str], Browser]:
    """Gives the browser of somebody with a role, who is logged in."""
    app = served(desk, accounts=True)

    def logged_in(role: str) -> Browser:
        browser = Browser(app)
        assert browser.log_in(f"{role}一", PASSWORD).status_code == 303
        return browser

    return logged_in
