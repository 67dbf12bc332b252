"""A browser for the tests: Chromium, driven by playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.paths import RESOURCES

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

needs_browser = pytest.mark.skipif(
    CHROMIUM is None and "CI" not in os.environ,
    reason="needs Chromium: apt-get install chromium",
)
"""For tests in a browser; where everything is checked, its absence is a failure."""


@contextmanager
def launched() -> Iterator[Browser]:
    """Start a browser."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


def faults(page: Page) -> list[str]:
    """What axe calls serious in a page as it is shown, and by how much it is wider than its window.

    Its context must be one with ``bypass_csp``: axe is a script from outside.
    """
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    page.add_script_tag(path=RESOURCES / "axe" / "axe.min.js")
    return [f"{wide} pixels too wide"] * (wide > 0) + [
        f"{each['id']}: {each['nodes'][0]['html'][:200]}"
        for each in page.evaluate("axe.run()")["violations"]
        if each["impact"] in ("serious", "critical")
    ]
