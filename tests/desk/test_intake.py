"""Post that comes in: with the shipped bundle in a worker process, one for all tests but those of faults."""

from __future__ import annotations

import csv
import html
import json
import os
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nhsa_nlp.desk import events
from nhsa_nlp.desk.bundles import add_bundle, bundle_in_use, prepare_bundle
from nhsa_nlp.desk.decisions import Desk
from nhsa_nlp.desk.documents import find_document
from nhsa_nlp.desk.inbox import Inbox
from nhsa_nlp.desk.intake import Intake, enter_file
from nhsa_nlp.desk.store import Store
from nhsa_nlp.errors import OutputError
from tests.batch import faults
from tests.desk.desks import OTHER, PROPOSALS, TEXT, THIRD, fields, put
from tests.desk.web.offices import Browser, served
from tests.io import samples
from tests.io.messages import eml

pytestmark = pytest.mark.usefixtures("chinese")

LOADER = "tests.batch.faults:load"
PATIENCE = 120.0  # seconds; a busy machine is no error


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Store, Intake]]:
    with Store(tmp_path_factory.mktemp("running")) as store:
        prepare_bundle(store, None)
        intake = Intake(store)
        intake.start()
        yield store, intake
        intake.close()


def wait(until: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not until():
        assert time.monotonic() < end, "nothing came in"
        time.sleep(0.02)


def none_waits(store: Store) -> bool:
    return store.reading().execute("SELECT 1 FROM files WHERE state = 'waiting'").fetchone() is None


def come_in(running: tuple[Store, Intake], path: Path, name: str = "") -> dict[str, Any]:
    """Have a file come in; return its row once it is read."""
    store, intake = running
    number = enter_file(store, path, name or path.name, "甲")
    intake.wake()
    wait(lambda: none_waits(store))
    return dict(store.reading().execute("SELECT * FROM files WHERE file = ?", (number,)).fetchone())


def of_file(store: Store, file: int) -> list[dict[str, Any]]:
    return [dict(row) for row in store.reading().execute("SELECT * FROM documents WHERE file = ?", (file,))]


def test_a_file_becomes_a_document(running: tuple[Store, Intake], tmp_path: Path) -> None:
    store, _ = running
    path = tmp_path / "门诊.txt"
    path.write_text(TEXT, "utf-8")
    file = come_in(running, path)
    assert (file["state"], file["documents"], file["repeated"], file["error"]) == ("read", 1, 0, None)
    (row,) = of_file(store, file["file"])
    assert (row["id"], row["source"], row["state"], row["answer"]) == ("门诊", "门诊.txt", "new", "医保")
    assert row["subject"] == TEXT.splitlines()[0]
    assert find_document(store.reading(), row["doc"]).text == TEXT
    assert store.file_path(file["stored"]).read_bytes() == TEXT.encode()
    path.unlink()  # what came in is kept


def test_the_same_file_twice_is_told(running: tuple[Store, Intake], tmp_path: Path) -> None:
    path = tmp_path / "两次.txt"
    path.write_text(PROPOSALS[3].read_text("utf-8"), "utf-8")
    first, second = come_in(running, path), come_in(running, path)
    assert (first["documents"], first["repeated"]) == (1, 0)
    assert (second["state"], second["documents"], second["repeated"]) == ("read", 0, 1)


def test_the_same_text_under_another_name_is_a_twin(running: tuple[Store, Intake], tmp_path: Path) -> None:
    store, _ = running
    for name in ("原名.txt", "别名.txt"):
        (tmp_path / name).write_text(PROPOSALS[5].read_text("utf-8"), "utf-8")
    files = [come_in(running, tmp_path / name) for name in ("原名.txt", "别名.txt")]
    (one,), (two,) = (of_file(store, file["file"]) for file in files)
    assert store.reading().execute("SELECT share FROM twins WHERE doc = ?", (one["doc"],)).fetchone()[0] == 1
    assert {one["reason"], two["reason"]} <= {"group", "low_confidence", "near_scope"}
    assert (one["reason"] is None, two["reason"] is None) == (False, False)


def test_rows_that_came_in_before_are_counted(running: tuple[Store, Intake], tmp_path: Path) -> None:
    texts = [path.read_text("utf-8") for path in PROPOSALS[6:9]]
    (tmp_path / "单件.txt").write_text(texts[0], "utf-8")
    assert come_in(running, tmp_path / "单件.txt")["alike"] == 0
    register(tmp_path / "汇总.csv", ["标题", "正文"], [[f"第{n}件", text] for n, text in enumerate(texts)])
    assert come_in(running, tmp_path / "汇总.csv")["alike"] == 1


def register(path: Path, header: list[str], rows: list[list[str]]) -> None:
    if path.suffix == ".csv":
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *rows])
        return
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (header, *rows):
        sheet.append(row)
    book.save(path)


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_rows_of_a_register_become_documents(
    running: tuple[Store, Intake], tmp_path: Path, suffix: str
) -> None:
    store, _ = running
    path = tmp_path / f"登记表{suffix}"
    rows = [
        ["1001", "门诊结算", "张委员", "建议扩大门诊结算病种。"],
        ["1002", "村医", "李代表", "建议培训乡村医生。"],
        ["1003", "", "王", ""],
    ]
    register(path, ["编号", "标题", "提出人", "正文"], rows)
    file = come_in(running, path)
    assert (file["state"], file["documents"]) == ("read", 2)
    found = of_file(store, file["file"])
    assert [row["part"] for row in found] == [0, 1]
    assert [row["subject"] for row in found] == ["门诊结算", "村医"]
    columns = [find_document(store.reading(), row["doc"]).record["columns"] for row in found]
    assert [each["提出人"] for each in columns] == ["张委员", "李代表"]
    again = come_in(running, path)
    assert (again["documents"], again["repeated"]) == (0, 2)


def test_what_is_short_does_not_wait_for_a_register(running: tuple[Store, Intake], tmp_path: Path) -> None:
    store, intake = running
    register, letter = tmp_path / "大表.csv", tmp_path / "急件.txt"
    rows = (f"{number},第{number}件：{OTHER}" for number in range(400))
    register.write_text("\n".join(["编号,内容", *rows]), "utf-8")
    letter.write_text(f"急件\n{THIRD}", "utf-8")
    first, second = (enter_file(store, path, path.name, "甲") for path in (register, letter))
    intake.wake()

    def state(file: int) -> str:
        row = store.reading().execute("SELECT state FROM files WHERE file = ?", (file,)).fetchone()
        return str(row["state"])

    wait(lambda: state(second) == "read")
    assert state(first) == "waiting"
    wait(lambda: none_waits(store))
    assert len(of_file(store, first)) == 400


def test_a_zip_is_taken_apart(running: tuple[Store, Intake], tmp_path: Path) -> None:
    store, _ = running
    path = tmp_path / "附件.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("一/甲.txt", THIRD)
        archive.writestr("二/乙.txt", PROPOSALS[7].read_text("utf-8"))
        archive.writestr("坏.docx", b"not a docx")
        archive.writestr("../../逃.txt", PROPOSALS[8].read_text("utf-8"))
    file = come_in(running, path)
    assert (file["state"], file["documents"]) == ("read", 3)
    (failure,) = json.loads(file["error"])
    assert (failure["id"], failure["kind"]) == ("附件/坏", "unreadable")
    sources = [row["source"] for row in of_file(store, file["file"])]
    assert sources[:1] == ["附件.zip!/一/甲.txt"]
    assert not (store.folder.parent / "逃.txt").exists()


def test_mails_and_tar_archives_are_taken_apart(running: tuple[Store, Intake], tmp_path: Path) -> None:
    store, _ = running
    letters = {"甲.txt": THIRD.encode(), "乙.txt": PROPOSALS[7].read_bytes()}
    for name, data in (("来信.eml", eml("见附件。", letters)), ("件.tar.gz", samples.tarred(letters, "gz"))):
        path = tmp_path / name
        path.write_bytes(data)
        file = come_in(running, path)
        assert (file["state"], file["heavy"]) == ("read", 1)
        sources = [row["source"] for row in of_file(store, file["file"])]
        assert sources[-2:] == [f"{name}!/甲.txt", f"{name}!/乙.txt"]


def test_what_within_a_mail_or_archive_cannot_be_read_is_told_by_its_name(
    running: tuple[Store, Intake], tmp_path: Path
) -> None:
    store, _ = running
    unread = {"附件.docx": samples.zipped({"a": "a"})[:-30], "图.dwg": b"AC1027", "数据.txt": b"MZ\0\1" * 500}
    damaged = {"附件.docx": unread["附件.docx"]}
    for name, content, names, state in (
        ("来信.eml", eml("医保报销比例。", {**unread, "好.txt": TEXT.encode()}), unread, "read"),
        ("只有坏的.zip", samples.zipped(damaged), damaged, "failed"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        file = come_in(running, path)
        page = Browser(served(store)).get("/intake").text
        row = html.unescape(next(row for row in page.split("<tr>") if name in row))
        told = re.findall("<li>([^<]*)</li>", row)
        assert [line.partition("：")[0] for line in told] == list(names)
        assert "文件已损坏" in told[0]
        assert (file["state"], "文件已损坏" in row.partition("<details")[0]) == (state, False)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("空.txt", b""),
        ("坏.docx", b"PK\3\4nothing"),
        ("坏.xlsx", b"PK"),
        ("程序.exe", b"MZ\0\0"),
        ("坏.zip", b"PK\3\4"),
    ],
)
def test_what_cannot_be_read_says_why(
    running: tuple[Store, Intake], tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    file = come_in(running, path)
    assert (file["state"], file["documents"]) == ("failed", 0)
    (failure,) = json.loads(file["error"])
    assert failure["kind"] == "unreadable"
    assert failure["reason"]


@pytest.mark.parametrize("text", ["医保\0医疗", '["\\ud800医保"]', "\ufeff医保", "\u202e医保"])
def test_any_text_comes_in_or_says_why(running: tuple[Store, Intake], tmp_path: Path, text: str) -> None:
    for suffix in (".txt", ".json", ".jsonl"):
        path = tmp_path / f"怪{suffix}"
        path.write_text(json.dumps({"text": text}) if suffix != ".txt" else text, "utf-8")
        assert come_in(running, path)["state"] in ("read", "failed")
    assert running[1].trouble is None


@pytest.mark.parametrize(
    "name", ["", "..", "/", "a\r\nb.txt", "\udcff.txt", "长" * 300 + ".txt", "\0.txt", "CON"]
)
def test_any_name_comes_in(running: tuple[Store, Intake], tmp_path: Path, name: str) -> None:
    path = tmp_path / "x"
    path.write_text(f"关于{name!r}的建议", "utf-8")
    assert come_in(running, path, name or "/")["state"] in ("read", "failed")
    assert running[1].trouble is None


def test_what_came_in_holds(running: tuple[Store, Intake]) -> None:
    assert list(events.verify(running[0].reading())) == []


# --- half read, and again ----------------------------------------------------------------------------


@pytest.mark.slow
def test_a_file_half_read_is_read_to_its_end_without_doubles(tmp_path: Path) -> None:
    path = tmp_path / "登记.csv"
    register(path, ["正文"], [[f"第{number}件"] for number in range(30)])
    with Store(tmp_path / "desk") as store:
        prepare_bundle(store, None)
        file = enter_file(store, path, path.name, "甲")
        half = Intake(store, loader=LOADER)
        half.start()
        wait(lambda: none_waits(store))
        half.close()
        with store.writing() as base:  # as if it had been killed after the twelfth part
            for table in ("texts", "answers", "twins", "sketches", "events", "documents"):
                column = "seq" if table == "events" else "doc"
                if table == "events":
                    base.execute("DROP TRIGGER events_are_not_deleted")
                base.execute(f"DELETE FROM {table} WHERE {column} > ?", (12 if table != "events" else 13,))  # noqa: S608
            base.execute("UPDATE files SET state = 'waiting', documents = 0 WHERE file = ?", (file,))
        again = Intake(store, loader=LOADER)
        again.start()
        wait(lambda: none_waits(store))
        again.close()
        row = store.reading().execute("SELECT * FROM files").fetchone()
        assert (row["state"], row["documents"], row["repeated"]) == ("read", 30, 0)
        texts = [row[0] for row in store.reading().execute("SELECT text FROM texts ORDER BY doc")]
        assert texts == [f"第{number}件" for number in range(30)]
        assert list(events.verify(store.reading())) == []


@pytest.mark.slow
def test_a_document_that_kills_its_worker_is_told_and_the_others_come_in(tmp_path: Path) -> None:
    paths = []
    for name, text in (
        ("好.txt", "第一件"),
        ("崩溃.txt", faults.SEGFAULT),
        ("报错.txt", faults.RAISE),
        ("末.txt", "第四件"),
    ):
        paths.append(tmp_path / name)
        paths[-1].write_text(text, "utf-8")
    with Store(tmp_path / "desk") as store:
        prepare_bundle(store, None)
        for path in paths:
            enter_file(store, path, path.name, "甲")
        intake = Intake(store, loader=LOADER)
        intake.start()
        wait(lambda: none_waits(store))
        intake.close()
        rows = store.reading().execute("SELECT * FROM files ORDER BY file").fetchall()
        assert [row["state"] for row in rows] == ["read", "failed", "failed", "read"]
        assert "SIGSEGV" in rows[1]["error"]
        assert "internal error" in rows[2]["error"]
        assert intake.trouble is None


@pytest.mark.slow
def test_workers_that_do_not_start_are_told_and_nothing_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "甲.txt"
    path.write_text(TEXT, "utf-8")
    with Store(tmp_path / "desk") as store:
        prepare_bundle(store, None)
        enter_file(store, path, path.name, "甲")
        intake = Intake(store, loader="tests.batch.faults:refuse")
        intake.start()
        wait(lambda: intake.trouble)
        intake.close()
        assert "\n" not in str(intake.trouble)
        assert not none_waits(store)


@pytest.mark.slow
def test_another_bundle_answers_again_what_is_not_decided(tmp_path: Path) -> None:
    """The quick bundle answers nothing, and fails on one: that one keeps the answer it has."""
    with Store(tmp_path / "desk") as store:
        prepare_bundle(store, None)
        for name, text in (("a", TEXT), ("b", OTHER), ("c", f"{THIRD}{faults.RAISE}")):
            put(store, name, text, columns={"提出人": "张委员"})
        Desk(store, "甲").decide(1, 0, "医药")
        before = [fields(store, doc) for doc in (1, 2, 3)]
        with store.writing() as base:
            base.execute("UPDATE bundles SET digest = 'old' WHERE bundle = 1")
            new = add_bundle(base, None)
            base.execute("UPDATE settings SET value = ?", (str(new),))
        intake = Intake(store, loader=LOADER)
        intake.start()
        wait(
            lambda: (
                store.reading().execute("SELECT count(*) FROM answers WHERE bundle = ?", (new,)).fetchone()[0]
                == 2
            )
        )
        intake.close()
        in_use = bundle_in_use(store.reading())
        assert in_use is not None
        assert in_use["bundle"] == new
        after = [fields(store, doc) for doc in (1, 2, 3)]
        assert after[0] == before[0]
        assert (after[1]["bundle"], after[1]["answer"], after[1]["version"]) == (new, None, 1)
        assert after[2] == before[2]
        for doc in (1, 2, 3):
            record = find_document(store.reading(), doc).record
            assert (record["id"], record["source"]) == ("abc"[doc - 1], f"{'abc'[doc - 1]}.txt")
            assert record["columns"] == {"提出人": "张委员"}
        assert [event.kind for event in events.history(store.reading(), 2)] == ["received", "answer"]
        assert list(events.verify(store.reading())) == []


# --- the watched folder ------------------------------------------------------------------------------


@pytest.fixture
def inbox(store: Store, tmp_path: Path) -> Inbox:
    (tmp_path / "in").mkdir()
    return Inbox(store, Intake(store), tmp_path / "in")


def entered(store: Store) -> list[tuple[str, str, str]]:
    rows = store.reading().execute("SELECT name, source, actor FROM files ORDER BY file")
    return [tuple(row) for row in rows]


def test_a_file_is_entered_once_it_no_longer_grows(store: Store, inbox: Inbox) -> None:
    path = inbox.folder / "甲.txt"
    path.write_text("一半", "utf-8")
    assert inbox.look() == 0
    path.write_text("一半，另一半", "utf-8")
    assert inbox.look() == 0
    assert inbox.look() == 1
    assert inbox.look() == 0
    assert entered(store) == [("甲.txt", "甲.txt", "收件夹")]
    (row,) = store.reading().execute("SELECT stored FROM files")
    assert store.file_path(row["stored"]).read_text("utf-8") == "一半，另一半"
    assert path.exists()


def test_what_was_entered_is_known_after_a_start(store: Store, inbox: Inbox) -> None:
    (inbox.folder / "甲.txt").write_text("甲", "utf-8")
    inbox.look(), inbox.look()
    later = Inbox(store, Intake(store), inbox.folder)
    assert [later.look(), later.look()] == [0, 0]
    (inbox.folder / "甲.txt").write_text("又改", "utf-8")
    assert [later.look(), later.look(), later.look()] == [0, 1, 0]


def test_files_within_folders_and_those_passed_over(store: Store, inbox: Inbox, tmp_path: Path) -> None:
    (inbox.folder / "下" / "级").mkdir(parents=True)
    (inbox.folder / ".隐").mkdir()
    (tmp_path / "外.txt").write_text("外", "utf-8")
    for name in ("下/级/甲.txt", ".甲.txt", "~$甲.docx", ".隐/甲.txt"):
        (inbox.folder / name).write_text(name, "utf-8")
    (inbox.folder / "链.txt").symlink_to(tmp_path / "外.txt")
    inbox.look(), inbox.look()
    assert entered(store) == [("甲.txt", "下/级/甲.txt", "收件夹")]


def test_a_file_that_cannot_be_read_holds_up_no_other(store: Store, inbox: Inbox) -> None:
    for name in ("a.txt", "b.txt"):
        (inbox.folder / name).write_text(name, "utf-8")
    inbox.look()
    real = inbox.folder / "a.txt"
    stored = store.keep_file(real)[1]
    target = store.file_path(stored)
    target.unlink()
    target.mkdir()  # where it is to be kept something is in the way
    with pytest.raises((OSError, OutputError)):
        inbox.look()
    assert [name for name, *_ in entered(store)] == ["b.txt"]


@pytest.mark.skipif(os.name == "nt", reason="names of files are text there")
def test_a_name_that_is_no_text(store: Store, inbox: Inbox) -> None:
    path = os.fsencode(inbox.folder) + b"/\xff\xfe.txt"
    with open(path, "wb") as file:  # noqa: PTH123
        file.write(b"x")
    (inbox.folder / "后.txt").write_text("后", "utf-8")
    inbox.look()
    assert inbox.look() == 2
    assert inbox.look() == 0
    assert "后.txt" in [name for name, *_ in entered(store)]
