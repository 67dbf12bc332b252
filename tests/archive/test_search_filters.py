from __future__ import annotations

import copy
from pathlib import Path
from typing import Any, cast

import pytest

from nhsa_nlp.archive.search import Found, search
from nhsa_nlp.archive.search_filters import Filters
from nhsa_nlp.errors import InputError
from nhsa_nlp.io import WRITERS
from nhsa_nlp.record import Record
from tests.io.writers.records import BARE, FULL

PLAN = "国务院办公厅关于印发“十四五”全民医疗保障规划的通知"


def record(
    name: str,
    label: str,
    date: str | None,
    kind: str,
    issuer: str | None,
    cited: list[tuple[str, str | None]],
) -> Record:
    made: Any = {**copy.deepcopy(FULL), "id": name}
    made["topic"]["label"] = label
    made["letter"] |= {"date": date, "kind": kind, "issuer": issuer, "subject": f"关于{name}的建议"}
    policy = {"start": 0, "end": 1, "label": "POLICY", "text": "医", "alias": False, "ref": None}
    made["entities"] = [{**policy, "title": title, "doc_no": number} for title, number in cited]
    return cast("Record", made)


RECORDS: list[Record] = [
    record("a", "医保", "2019-03-01", "reply", "国家医疗保障局", [(PLAN, "国办发〔2021〕36号")]),
    record("b", "医保", "2021-12-31", "reply", "江苏省医疗保障局", [("“十四五”全民医疗保障规划", None)]),
    record("c", "医药", "2022-01-01", "notice", "国家医疗保障局", [("药品目录（2022年版）", None)]),
    record("d", "医疗x医保", None, "other", None, []),
    {**BARE, "id": "e"},
]
TEXTS = {"a": "医保结算", "b": "医保目录医保", "c": "医保与药品", "d": "医保医院", "e": "医保无题\n第二行"}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("filters") / "a.sqlite"
    WRITERS[".sqlite"](path, RECORDS, texts=TEXTS.get)
    return path


def ids(found: Found) -> str:
    assert found.count == len(found.hits)
    return "".join(sorted(hit.id for hit in found.hits))


@pytest.mark.parametrize(
    ("filters", "passed"),
    [
        (Filters(labels=["医保"]), "ab"),
        (Filters(labels=["医保", "医药"]), "abc"),
        (Filters(labels=["医保、医疗"]), "d"),
        (Filters(first_year=2021), "bc"),
        (Filters(last_year=2021), "ab"),
        (Filters(first_year=2021, last_year=2021), "b"),
        (Filters(kinds=["reply"]), "ab"),
        (Filters(kinds=["notice", "other"]), "cd"),
        (Filters(kinds=["通知", "其他"]), "cd"),
        (Filters(issuers=["国家医疗保障局"]), "ac"),
        (Filters(issuers=["国家医保局"]), "ac"),
        (Filters(issuers=["江苏省"]), "b"),
        (Filters(issuers=["医疗保障局"]), "abc"),
        (Filters(policies=["《“十四五”全民医疗保障规划》"]), "ab"),
        (Filters(policies=["十四五全民医保规划"]), "ab"),
        (Filters(policies=["全民医疗保障规划"]), "ab"),
        (Filters(policies=["国办发[2021] 36号"]), "a"),
        (Filters(policies=["药品目录"]), "c"),
        (Filters(policies=["药品目录（2022年版）", "国办发〔2021〕36号"]), "ac"),
        (Filters(policies=["药品目录（2020年版）"]), ""),
        (Filters(policies=["没有的规划"]), ""),
        (Filters(labels=["医保"], issuers=["国家医保局"], first_year=2019), "a"),
        (Filters(labels=["医药"], kinds=["reply"]), ""),
    ],
)
def test_what_passes_the_filters_is_found_with_and_without_words(
    archive: Path, filters: Filters, passed: str
) -> None:
    assert ids(search(archive, "医保", filters=filters)) == passed
    assert ids(search(archive, filters=filters)) == passed


def test_words_and_filters_must_both_hold(archive: Path) -> None:
    assert ids(search(archive, "结算", filters=Filters(labels=["医保"]))) == "a"
    assert ids(search(archive, "结算", filters=Filters(labels=["医药"]))) == ""


def test_without_words_the_latest_come_first_and_those_without_a_date_last(archive: Path) -> None:
    every = Filters(kinds=["reply", "notice", "other"])
    found = search(archive, filters=every)
    assert [hit.id for hit in found.hits] == ["c", "b", "a", "d"]
    first = found.hits[0]
    assert (first.start, first.end, first.match, first.after) == (0, 0, "", "医保与药品")
    page = search(archive, filters=every, limit=2, offset=1)
    assert (page.count, [hit.id for hit in page.hits]) == (4, ["b", "a"])
    assert search(archive, filters=every, offset=9).hits == []


def test_words_keep_their_order_of_relevance(archive: Path) -> None:
    assert [hit.id for hit in search(archive, "医保", filters=Filters(labels=["医保"])).hits] == ["b", "a"]


def test_a_hit_shows_what_its_letter_says(archive: Path) -> None:
    (hit,) = search(archive, "结算").hits
    assert (hit.label, hit.subject, hit.date) == ("医保", "关于a的建议", "2019-03-01")
    assert hit.number == FULL["letter"]["number"]
    (bare,) = search(archive, "无题").hits
    assert (bare.label, bare.subject, bare.number, bare.date) == (None, None, None, None)


@pytest.mark.parametrize(("query", "limit"), [("医保", 1), ("医保", 0), ("医保", None)])
def test_counts_are_of_all_documents_not_of_those_shown(archive: Path, query: str, limit: int | None) -> None:
    found = search(archive, query, limit=limit, counts=True)
    assert found.labels == {"医保": 2, "医药": 1, "医疗x医保": 1, None: 1}
    assert list(found.years or {}) == ["2019", "2021", "2022", None]
    assert found.years == {"2019": 1, "2021": 1, "2022": 1, None: 2}
    assert found.count == 5


def test_counts_are_of_what_passes_the_filters(archive: Path) -> None:
    found = search(archive, filters=Filters(first_year=2021), counts=True)
    assert (found.labels, found.years) == ({"医药": 1, "医保": 1}, {"2021": 1, "2022": 1})
    assert search(archive, "医保").labels is None


@pytest.mark.parametrize(
    ("filters", "message"),
    [
        (Filters(labels=["医"]), "label '医'; it has: 医保, 医疗x医保, 医药"),
        (
            Filters(kinds=["letter"]),
            r"kind 'letter'; it has: notice \(通知\), other \(其他\), reply \(答复\)",
        ),
        (Filters(issuers=["财政部"]), "issuer '财政部'; it has: 国家医疗保障局, 江苏省医疗保障局"),
    ],
)
def test_what_no_document_has_is_said_with_what_there_is(
    archive: Path, filters: Filters, message: str
) -> None:
    with pytest.raises(InputError, match=message):
        search(archive, "医保", filters=filters)


def test_neither_words_nor_a_filter_is_refused(archive: Path) -> None:
    assert not Filters()
    assert Filters(last_year=2020)
    with pytest.raises(InputError, match="nothing to search for"):
        search(archive, filters=Filters())
    with pytest.raises(InputError, match="nothing to search for"):
        search(archive, "，", filters=Filters(labels=["医保"]))


def test_nothing_in_a_filter_is_an_operator(archive: Path) -> None:
    for value in ("x' OR '1'='1", '"; DROP TABLE policies; --', "%", "_"):
        assert search(archive, filters=Filters(policies=[value])).count == 0
        with pytest.raises(InputError, match="no document of this archive has"):
            search(archive, filters=Filters(labels=[value]))
