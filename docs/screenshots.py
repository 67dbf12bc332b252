"""Make the pictures of docs/desk.md anew: python docs/screenshots.py [CHROMIUM].

They show the desk that ``nhsa-nlp desk --demo`` shows, after some decisions.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import IO, cast

from playwright.sync_api import Page, sync_playwright

HERE = Path(__file__).parent
_PROPOSALS = 20


def take(page: Page, address: str) -> None:
    """Work a little, and take the pictures."""
    page.goto(address)
    for _ in range(120):
        if page.locator("a.open").count() == _PROPOSALS:
            break
        page.wait_for_timeout(500)
        page.reload()
    page.screenshot(path=HERE / "desk-queue.png")
    page.goto(f"{address}documents/1")
    page.wait_for_load_state("networkidle")
    page.screenshot(path=HERE / "desk-document.png")
    page.goto(address)
    for number in range(14):
        page.locator("a.open").first.click()
        if number % 5 == 2:
            page.get_by_role("form", name="直接选定类别").get_by_role("button", name="医疗x医保").click()
        elif page.locator("#decide input:checked, #decide input[name=none]").count():
            page.locator("#decide button").click()
        else:
            page.get_by_role("form", name="直接选定类别").get_by_role("button", name="不属三领域").click()
        page.get_by_text("已分拣。").wait_for()
        page.goto(address)
    page.goto(f"{address}statistics")
    page.screenshot(path=HERE / "desk-statistics.png")


def main() -> None:
    """Serve the desk, and take the pictures."""
    browser = sys.argv[1] if len(sys.argv) > 1 else shutil.which("chromium")
    desk = ["desk", "--demo", "--port", "0", "--no-browser"]
    command = [sys.executable, "-m", "nhsa_nlp", "--lang", "zh", *desk]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:  # noqa: S603 - our own
        said = cast("IO[str]", process.stderr)
        found = next(filter(None, (re.search(r"http://\S+", line) for line in said)))
        try:
            with sync_playwright() as tool:
                window = tool.chromium.launch(executable_path=browser, args=["--no-sandbox"])
                page = window.new_page(viewport={"width": 1280, "height": 860}, locale="zh-CN")
                take(page, found[0])
                window.close()
        finally:
            process.terminate()


if __name__ == "__main__":
    main()
