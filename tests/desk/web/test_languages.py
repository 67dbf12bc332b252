"""Whoever comes to a desk is answered as they chose, as the desk was told, or as their browser asks."""

from __future__ import annotations

import pytest

from nhsa_nlp.desk.store import Store
from nhsa_nlp.desk.web.languages import LANGUAGE_COOKIE
from nhsa_nlp.translation import VARIABLE, current_language, speaking
from tests.desk.web.offices import Browser, notice, served

pytestmark = pytest.mark.usefixtures("chinese")

CHINESE, ENGLISH = ("zh-CN", "分拣台"), ("en", "Sorting desk")


@pytest.mark.parametrize(
    ("chosen", "asked", "spoken"),
    [
        ("", "", CHINESE),
        ("", "en-GB,en;q=0.9", ENGLISH),
        ("", "de,en;q=0.5,zh;q=0.8", CHINESE),
        ("", "de", CHINESE),
        ("", "en;q=x,zh-TW;q=0,en;q=0.1", ENGLISH),
        ("zh", "en", CHINESE),
        ("en", "zh", ENGLISH),
        ("de", "en", ENGLISH),
    ],
)
def test_the_language_of_a_page(
    monkeypatch: pytest.MonkeyPatch, browser: Browser, chosen: str, asked: str, spoken: tuple[str, str]
) -> None:
    monkeypatch.delenv(VARIABLE)
    monkeypatch.setenv("LC_ALL", "zh_CN.UTF-8")
    _check_language(browser, chosen, asked, spoken)


@pytest.mark.parametrize(
    ("told", "chosen", "asked", "spoken"),
    [
        ("zh", "", "en", CHINESE),
        ("en", "", "zh-CN,zh;q=0.9", ENGLISH),
        ("zh", "en", "zh", ENGLISH),
        ("en", "zh", "en", CHINESE),
    ],
)
def test_a_desk_that_was_told_a_language_speaks_it_unless_another_is_chosen(
    monkeypatch: pytest.MonkeyPatch,
    browser: Browser,
    told: str,
    chosen: str,
    asked: str,
    spoken: tuple[str, str],
) -> None:
    monkeypatch.setenv(VARIABLE, told)
    _check_language(browser, chosen, asked, spoken)


def _check_language(browser: Browser, chosen: str, asked: str, spoken: tuple[str, str]) -> None:
    code, name = spoken
    cookie = {"Cookie": f"{LANGUAGE_COOKIE}={chosen}"} if chosen else {}
    page = browser.get("/keys", headers={"Accept-Language": asked, **cookie}).text
    assert f'<html lang="{code}">' in page
    assert f" · {name}</title>" in page


def test_a_language_is_chosen_on_any_page(browser: Browser) -> None:
    where = "http://127.0.0.1:8642/queue?state=decided"
    answer = browser.client.post("/language", data={"language": "en"}, headers={"Referer": where})
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue?state=decided")
    assert "HttpOnly" in answer.headers["set-cookie"]
    assert "Filter and search" in browser.get("/queue").text
    refused = browser.post("/documents/1/decide", {"version": "0"})
    assert notice(refused) == "choose sectors, or 'none of the three sectors'."
    assert browser.get("/nowhere").text == "There is no such page."
    browser.client.post("/language", data={"language": "zh"})
    assert "筛选与检索" in browser.get("/queue").text


@pytest.mark.parametrize(
    ("data", "headers"),
    [
        ({"language": "xx"}, {}),
        ({}, {}),
        ({"language": "en"}, {"Origin": "http://elsewhere.example"}),
    ],
)
def test_no_other_language_and_no_other_site(
    browser: Browser, data: dict[str, str], headers: dict[str, str]
) -> None:
    where = {"Referer": "http://elsewhere.example//evil.example/queue"}
    answer = browser.client.post("/language", data=data, headers={**where, **headers})
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue")
    assert "set-cookie" not in answer.headers


def test_before_one_has_logged_in(desk: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE)
    page = Browser(served(desk, accounts=True)).get("/login", headers={"Accept-Language": "en"})
    assert "Password" in page.text
    assert 'action="/language"' in page.text
    assert ">中文</button>" in page.text


def test_a_language_is_spoken_for_a_while() -> None:
    with speaking("en"):
        assert current_language() == "en"
    assert current_language() == "zh"
