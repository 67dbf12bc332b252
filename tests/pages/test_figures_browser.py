"""The page of series in a real browser: searching, by keyboard, on a phone, in the dark, without script."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from nhsa_nlp.archive.series import Contradiction, Series
from nhsa_nlp.pages.figures import render_figures
from nhsa_nlp.translation import Language, speaking
from tests.browser import faults, launched, needs_browser
from tests.pages.test_figures import figure, point, subsidy

pytestmark = [pytest.mark.slow, needs_browser, pytest.mark.usefixtures("chinese")]

MANY = 250


def series() -> list[Series]:
    one, other, leap = point("2021", 580), point("2021", 600, "approx"), point("2023", (6400, 7000), "range")
    long = figure(document="很长的文件名" * 20 + "a" * 200, sentence="甲" * 500 + "b" * 500)
    doubtful = subsidy(one, other, leap, contradictions=(Contradiction(one, other),), jumps=((other, leap),))
    named = {"name": "参保人数", "names": ("参保人数", "参加基本医疗保险"), "unit": "人", "role": "reported"}
    enrolled = subsidy(point("2022-12", 1_346_000_000, "gt", long), scope="全国", **named)
    others = (subsidy(name=f"指标{number}", names=(f"指标{number}",)) for number in range(MANY))
    return [doubtful, enrolled, *others]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as found:
        yield found


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("figures") / "figures.html"
    path.write_text(render_figures(series()), encoding="utf-8")
    return path.as_uri()


@contextmanager
def shown(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """Show the page; whatever a browser complains of, or is asked for beside it, fails the test."""
    context = browser.new_context(**options)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.append(request.url) if request.url != address else None)
    page.goto(address)
    yield page
    context.close()
    assert complaints == []


def listed(page: Page) -> Locator:
    return page.locator("#series > li:visible")


def test_searching_narrows_the_list(browser: Browser, address: str) -> None:
    with shown(browser, address) as page:
        search = page.get_by_role("searchbox", name="查找指标")
        expect(page.get_by_role("status")).to_have_text(f"找到 {MANY + 2} 个")
        for words, found in [
            ("参保", ["参保人数"]),
            ("基本医疗保险 全国", ["参保人数"]),  # another of its names, and its scope
            ("财政　补助", ["居民医保财政补助标准"]),
            ("指标24９", ["指标249"]),  # far beyond what is listed at first
            ("参保 补助", []),
        ]:
            search.fill(words)
            expect(listed(page).locator("h2")).to_have_text(found)
            expect(page.get_by_role("status")).to_have_text(f"找到 {len(found)} 个")
        search.fill("")
        page.get_by_label("数值不一致").check()
        expect(listed(page).locator("h2")).to_have_text(["居民医保财政补助标准"])


def test_thousands_are_listed_a_hundred_at_a_time(browser: Browser, address: str) -> None:
    with shown(browser, address) as page:
        expect(listed(page)).to_have_count(100)
        more = page.get_by_role("button", name="再列")
        more.click()
        expect(listed(page)).to_have_count(200)
        expect(listed(page).nth(100).locator("summary")).to_be_focused()
        more.click()
        expect(listed(page)).to_have_count(MANY + 2)
        expect(more).to_be_hidden()


def test_all_is_done_by_keyboard(browser: Browser, address: str) -> None:
    with shown(browser, address) as page:
        page.keyboard.press("Tab")
        page.keyboard.type("居民医保")
        expect(listed(page)).to_have_count(1)
        for _ in ("数值不一致", "有突变", "有多个时间", "展开或收起所列", "the series"):
            page.keyboard.press("Tab")
        source = listed(page).locator("cite").first
        for key in ("Enter", "Space"):
            expect(source).to_be_hidden()
            page.keyboard.press(key)
            expect(source).to_be_visible()
            page.keyboard.press(key)
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Enter")
        expect(source).to_be_visible()
        page.keyboard.press("Enter")
        expect(source).to_be_hidden()


def test_a_point_that_is_clicked_shows_its_source(browser: Browser, address: str) -> None:
    with shown(browser, address) as page:
        first = listed(page).first
        first.locator("[data-row='1'] use").last.click()
        expect(first.locator("tr.chosen td").nth(1)).to_contain_text("每人每年约600元")
        first.locator("[data-row='2']").click()
        expect(first.locator("tr.chosen")).to_have_count(1)
        expect(first.locator("tr.chosen td").first).to_have_text("2023年")


def test_without_script_the_whole_list_is_there(browser: Browser, address: str) -> None:
    with shown(browser, address, java_script_enabled=False) as page:
        assert page.locator("#series > li:visible").count() == MANY + 2
        assert page.get_by_role("searchbox").count() == 0
        listed(page).first.locator("summary h2").click()
        assert listed(page).first.locator("cite").first.is_visible()


@pytest.mark.parametrize(
    ("width", "scheme", "language"),
    [(1280, "light", "zh"), (390, "dark", "zh"), (1280, "dark", "en"), (390, "light", "en")],
)
def test_accessible(
    browser: Browser, tmp_path: Path, width: int, scheme: Literal["light", "dark"], language: Language
) -> None:
    """Nothing is what axe calls serious, and nothing wider than the window, closed or open."""
    path = tmp_path / "few.html"  # axe takes a minute for a hundred
    with speaking(language):
        path.write_text(render_figures(series()[:4]), encoding="utf-8")
    address = path.as_uri()
    viewport = {"width": width, "height": 800}
    with shown(browser, address, viewport=viewport, color_scheme=scheme, bypass_csp=True) as page:
        page.locator("[value=jumping]").focus()
        found = {"zh": "找到 4 个", "en": "4 found"}
        expect(page.get_by_role("status")).to_have_text(found[language])
        assert faults(page) == []
        page.locator("#opener").click()
        listed(page).first.locator("[data-row='1'] use").last.click()
        assert faults(page) == []


def test_what_is_open_is_printed_without_the_controls(browser: Browser, address: str, tmp_path: Path) -> None:
    with shown(browser, address) as page:
        listed(page).first.locator("summary h2").click()
        page.emulate_media(media="print")
        expect(page.get_by_role("searchbox")).to_be_hidden()
        expect(page.get_by_role("button", name="再列")).to_be_hidden()
        expect(listed(page).first.locator("cite").first).to_be_visible()
