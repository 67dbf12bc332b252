from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from nhsa_nlp.archive.matching import precedents
from nhsa_nlp.archive.policies import read_citations
from nhsa_nlp.archive.search import match_expression, search
from nhsa_nlp.errors import InputError
from nhsa_nlp.io import WRITERS
from nhsa_nlp.io.store.parquet_folder import open_parquet_folder
from tests.io.writers.records import BARE

TEXTS = {
    "a": "国家医疗保障局答复：跨省—3—异地就医直接结算，见《意见》（国办发〔2021]14号）。",
    "b": "医疗机构，保障药品供应。ＤＲＧ付费与CHS-DRG分组，提高3.5个百分点。",
    "c": "医保目录\n调整；异地就医备案，异地就医结算，异地就医。",
}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    path = tmp_path / "archive.sqlite"
    WRITERS[".sqlite"](path, [{**BARE, "id": name} for name in TEXTS], texts=TEXTS.get)
    return path


def ids(archive: Path, query: str) -> list[str]:
    found = search(archive, query)
    assert found.count == len(found.hits)
    return [hit.id for hit in found.hits]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("医保", ["c"]),
        ("医疗", ["a", "b"]),
        ("跨省", ["a"]),
        ("跨省异地就医", ["a"]),
        ("异地就医", ["c", "a"]),
        ("保", ["a", "b", "c"]),
        ("国办发〔2021〕14号", ["a"]),
        ("国办发[2021] 14号", ["a"]),
        ("国办发（2021)14 号", ["a"]),
        ("drg", ["b"]),
        ("ｄｒｇ 付费", ["b"]),
        ("3.5", ["b"]),
        ("异地就医 备案", ["c"]),
        ("异地就医 跨省", ["a"]),
        ('"异地就医 结算"', ["c"]),
        ("“直接 结算”", ["a"]),
        ("就地医异", []),
        ("目录调整", ["c"]),
    ],
)
def test_words_of_any_length_and_document_numbers_are_found(
    archive: Path, query: str, found: list[str]
) -> None:
    assert sorted(ids(archive, query)) == sorted(found)


def test_the_most_relevant_document_comes_first_and_the_limit_holds(archive: Path) -> None:
    assert ids(archive, "异地就医") == ["c", "a"]
    found = search(archive, "异地就医", limit=1)
    assert (found.count, [hit.id for hit in found.hits]) == (2, ["c"])
    found = search(archive, "异地就医", limit=1, offset=1)
    assert (found.count, [hit.id for hit in found.hits]) == (2, ["a"])


def test_a_hit_is_tied_to_its_place_in_the_raw_text(archive: Path) -> None:
    (hit,) = search(archive, "跨省异地").hits
    assert TEXTS["a"][hit.start : hit.end] == "跨省—3—异地"
    assert (hit.before[-3:], hit.match, hit.after[:2]) == ("答复：", "跨省异地", "就医")


def test_a_snippet_is_on_one_line(archive: Path) -> None:
    (hit,) = search(archive, "目录调整").hits
    assert (TEXTS["c"][hit.start : hit.end], hit.match) == ("目录\n调整", "目录 调整")
    (hit,) = search(archive, "异地就医 备案").hits
    assert hit.before == "医保目录 调整；"


@pytest.mark.parametrize(
    "query",
    [
        '医保" OR "a',
        "NOT 医保*",
        "tokens:医保",
        "医保) OR (",
        "^医保",
        "医保 AND NEAR(a b)",
        "'; DROP TABLE texts",
    ],
)
def test_nothing_in_a_query_is_an_operator(archive: Path, query: str) -> None:
    assert set(ids(archive, query)) <= {"c"}
    with closing(sqlite3.connect(archive)) as base:
        assert base.execute("SELECT count(*) FROM texts").fetchone() == (3,)


def test_a_query_is_the_same_expression_for_sqlite_itself(archive: Path) -> None:
    assert match_expression("医保 国办发〔2021〕14号") == '"医 保" "国 办 发 2021 14 号"'


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("長期護理", ["traditional", "simplified"]),
        ("长期护理", ["traditional", "simplified"]),
        ("國辦發〔2021〕14號", ["traditional"]),
        ("以後", ["traditional", "simplified"]),  # 後 is in the names of simplified texts, too
        ("後羿", ["simplified"]),
        ("長期 以後", ["traditional", "simplified"]),
        ("答覆", ["traditional"]),
        ("⻓期護理", ["traditional", "simplified"]),
        ("長期 後羿", []),  # a query is in one script
    ],
)
def test_a_query_in_traditional_script_finds_texts_of_either(
    tmp_path: Path, query: str, found: list[str]
) -> None:
    path = tmp_path / "scripts.sqlite"
    texts = {
        "traditional": "國辦發〔2021〕14號：建立長期護理保險制度，以後逐步推開。特此答覆。",
        "simplified": "建立长期护理保险制度，以后逐步推开，后来有人写後羿。",
    }
    WRITERS[".sqlite"](path, [{**BARE, "id": name} for name in texts], texts=texts.get)
    assert sorted(ids(path, query)) == sorted(found)
    for hit in search(path, query).hits:
        assert len(texts[hit.id][hit.start : hit.end]) == len(hit.match) > 0


@pytest.mark.parametrize("query", ["", " ", "《》——", '""'])
def test_a_query_without_words_is_refused(archive: Path, query: str) -> None:
    with pytest.raises(InputError, match="nothing to search for"):
        search(archive, query)
    with pytest.raises(InputError, match=r"longer than 1,000"):
        search(archive, "医" * 1001)


def test_an_archive_of_an_older_version_is_searched(archive: Path) -> None:
    with closing(sqlite3.connect(archive)) as base:
        base.execute("ALTER TABLE evidence DROP COLUMN request")
    assert ids(archive, "跨省") == ["a"]


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("UPDATE documents SET label = x'ff'", "bytes in the place of a text"),
        ("UPDATE texts SET text = x'ff'", "bytes in the place of a text"),
        ("DELETE FROM documents", "a row is missing"),
        ("DROP TABLE texts", "no such table: texts"),
    ],
)
def test_a_damaged_archive_is_one_line(archive: Path, change: str, reason: str) -> None:
    with closing(sqlite3.connect(archive)) as base, base:
        base.execute(change)
    with pytest.raises(InputError, match=rf"x?\.sqlite: is damaged \({reason}\); write it anew"):
        search(archive, "跨省")
    with pytest.raises(InputError, match="is damaged"):
        precedents(archive, "跨省异地就医")
    if "documents SET" in change:
        with pytest.raises(InputError, match="is damaged"):
            list(read_citations([archive]))


def test_what_is_no_archive_is_refused(tmp_path: Path, archive: Path) -> None:
    with pytest.raises(InputError, match="there is no such file"):
        search(tmp_path / "no.sqlite", "医保")
    path = tmp_path / "x.sqlite"
    path.write_bytes(b"no database at all " * 100)
    with pytest.raises(InputError, match=r"x\.sqlite: is not an archive; name one that label --output FILE"):
        search(path, "医保")
    path.unlink()
    with closing(sqlite3.connect(path)) as base:
        base.execute("CREATE TABLE t (a)")
    with pytest.raises(InputError, match="is not a database of documents"):
        search(path, "医保")
    WRITERS[".sqlite"](path, [BARE])
    with pytest.raises(InputError, match="holds no texts"):
        search(path, "医保")
    data = archive.read_bytes()
    for cut in (5000, 20_000, len(data) // 2):
        path.write_bytes(data[:cut] + b"\xff" * (len(data) - cut))
        with pytest.raises(InputError, match=r"damaged.*--overwrite"):
            search(path, "医保")


def test_records_in_parquet_hold_no_texts_to_search(tmp_path: Path) -> None:
    table, folder = tmp_path / "r.parquet", tmp_path / "f.parquet"
    WRITERS[".parquet"](table, [BARE])
    with open_parquet_folder(folder, new=True) as parts:
        parts.add(BARE)
    for path in (table, folder):
        with pytest.raises(
            InputError, match=r"this needs a \.sqlite, not.* Parquet.*label --output FILE\.sqlite"
        ):
            search(path, "医保")
    with pytest.raises(InputError, match="is a folder; name a database"):
        search(tmp_path, "医保")


def test_an_archive_that_a_writer_holds_says_so(archive: Path) -> None:
    with closing(sqlite3.connect(archive, isolation_level=None)) as base:
        base.execute("BEGIN EXCLUSIVE")
        with pytest.raises(InputError, match="being written by another program"):
            search(archive, "医保")
