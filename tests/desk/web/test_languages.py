"""Whoever comes to a desk is answered as they chose, as their browser asks, or in the desk's language."""

from __future__ import annotations

import pytest

from nhsa_nlp.desk.store import Store
from nhsa_nlp.desk.web.languages import LANGUAGE_COOKIE
from nhsa_nlp.translation import current_language, speaking
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
def test_the_language_of_a_page(browser: Browser, chosen: str, asked: str, spoken: tuple[str, str]) -> None:
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


def test_before_one_has_logged_in(desk: Store) -> None:
    page = Browser(served(desk, accounts=True)).get("/login", headers={"Accept-Language": "en"})
    assert "Password" in page.text
    assert 'action="/language"' in page.text
    assert ">中文</button>" in page.text


def test_a_language_is_spoken_for_a_while() -> None:
    with speaking("en"):
        assert current_language() == "en"
    assert current_language() == "zh"
