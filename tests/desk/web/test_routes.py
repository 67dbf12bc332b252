"""What the pages show and do, for an officer who works through a list."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path

import pytest

from nhsa_nlp.desk import events
from nhsa_nlp.desk.bundles import add_bundle
from nhsa_nlp.desk.decisions import Desk
from nhsa_nlp.desk.documents import find_document
from nhsa_nlp.desk.related import Archive
from nhsa_nlp.desk.store import Store
from nhsa_nlp.pipeline.bundle import default_bundle_path
from tests.desk.desks import OTHER, PROPOSALS, TEXT, fields, put, version
from tests.desk.web.offices import HOST, Browser, notice, served

pytestmark = pytest.mark.usefixtures("chinese")

resource = pytest.importorskip("resource")  # limits the size of files


def test_the_front_page_is_the_queue(browser: Browser) -> None:
    assert browser.get("/").headers["location"] == "/queue"
    page = browser.get("/queue").text
    assert re.findall(r'<a class="open" href="(/documents/\d+)', page) == [
        f"/documents/{doc}" for doc in (1, 2, 3)
    ]
    assert '<html lang="zh-CN">' in page


def test_after_a_decision_comes_the_next_of_the_list(desk: Store, browser: Browser) -> None:
    put(desk, "d", PROPOSALS[15].read_text("utf-8"), label="医药", review=False, reason=None)
    going = browser.post("/documents/3/decide?label=医药", {"version": "0", "facet": ["医药", "医保"]})
    assert (going.status_code, fields(desk, 3)["label"]) == (303, "医保x医药")
    assert going.headers["location"].startswith("/documents/4?label=")
    assert "notice=decided" in going.headers["location"]
    page = browser.get(going.headers["location"]).text
    assert "已分拣。" in page
    assert "可按 <kbd>u</kbd> 撤销" in page


def test_a_page_that_can_is_given_the_next_document_at_once(desk: Store, browser: Browser) -> None:
    in_place = {"x-in-place": "1"}
    form = {"version": "0", "label": "医药"}
    answer = browser.post("/documents/1/decide?sort=oldest", form, headers=in_place)
    assert (answer.status_code, answer.headers["content-location"]) == (200, "/documents/2?sort=oldest")
    followed = browser.get("/documents/2?sort=oldest&notice=decided").text
    assert answer.text == followed
    assert "已分拣。" in answer.text
    stays = browser.post("/documents/2/note", {"version": "0", "text": "备注"}, headers=in_place)
    assert (stays.headers["content-location"], "备注：备注" in stays.text) == ("/documents/2", True)
    refused = browser.post("/documents/2/note", {"version": "0", "text": "另"}, headers=in_place)
    assert (refused.status_code, "content-location" in refused.headers) == (409, False)
    browser.post("/documents/2/decide", {"version": "1", "label": "医药"})
    last = browser.post("/documents/3/decide", form, headers=in_place)
    assert last.headers["location"] == "/queue?notice=finished"


def test_at_the_end_of_the_list_it_says_so_only_if_nothing_is_left(desk: Store, browser: Browser) -> None:
    assert browser.post("/documents/3/decide", {"version": "0", "label": "医药"}).headers["location"] == (
        "/queue?notice=decided"
    )
    browser.post("/documents/1/decide", {"version": "0", "label": "医药"})
    last = browser.post("/documents/2/decide", {"version": "0", "label": "医药"})
    assert last.headers["location"] == "/queue?notice=finished"
    assert "已办完" in browser.get(last.headers["location"]).text


@pytest.mark.parametrize(
    ("form", "label"),
    [
        ({"facet": ["医疗"]}, "医疗"),
        ({"facet": ["医药", "医疗", "医保"]}, "三联动"),
        ({"label": "医疗x医保", "facet": ["医药"]}, "医疗x医保"),
        ({"none": "out_of_scope"}, "out_of_scope"),
    ],
)
def test_labels_are_given_by_sectors_and_by_name(
    desk: Store, browser: Browser, form: dict[str, object], label: str
) -> None:
    assert browser.post("/documents/1/decide", {"version": "0", **form}).status_code == 303
    assert fields(desk, 1)["label"] == label


@pytest.mark.parametrize("form", [{}, {"facet": ["教育"]}, {"label": "教育"}, {"none": "x"}])
def test_what_is_no_decision_is_refused(desk: Store, browser: Browser, form: dict[str, object]) -> None:
    assert browser.post("/documents/1/decide", {"version": "0", **form}).status_code == 400
    assert version(desk, 1) == 0


def test_every_act_is_done_shown_and_undone(desk: Store, browser: Browser) -> None:
    for path, form, seen in (
        ("note", {"text": "已电话\r\n核实"}, "已电话\n核实"),
        ("assign", {"office": "规财处", "person": "李四"}, "规财处"),
        ("postpone", {"until": "2126-02-01"}, "暂缓至 2126-02-01"),
        ("send-back", {"reason": "不属本局"}, "已退回"),
        ("merge", {"lead": "2"}, "同组文件"),
        ("entities", {"words": "医保部门", "label": "POLICY"}, "增 政策“医保部门”"),
        ("decide", {"label": "医药"}, "模型原判"),
    ):
        before = {name: fields(desk, 1)[name] for name in events.FIELDS}
        done = browser.post(f"/documents/1/{path}", {"version": str(version(desk, 1)), **form})
        assert done.status_code == 303
        assert seen in browser.get("/documents/1").text
        assert {name: fields(desk, 1)[name] for name in events.FIELDS} != before
        undone = browser.post("/undo?state=")
        assert undone.headers["location"] == "/documents/1?state=&notice=undone"
        assert {name: fields(desk, 1)[name] for name in events.FIELDS} == before
    assert notice(browser.post("/undo")) == "没有可撤销的操作。"


def test_undoing_tells_what_it_passed_over(desk: Store, browser: Browser) -> None:
    browser.post("/documents/2/note", {"version": "0", "text": "备注"})
    browser.post("/documents/1/decide", {"version": "0", "label": "医药"})
    Desk(desk, "乙").note(1, 1, "已阅")
    undone = browser.post("/undo")
    assert undone.headers["location"] == "/documents/2?notice=undone_before"
    assert "不能撤销；已撤销其前一步" in browser.get(undone.headers["location"]).text
    assert notice(browser.post("/undo")) == "a 之后又有变动，不能撤销。"


def test_what_changes_nothing_is_said_to(browser: Browser) -> None:
    form = {"version": "1", "text": "备注", "office": "规财处", "what": "assign", "selected": "2:1"}
    for path in ("/documents/1/note", "/documents/1/assign"):
        browser.post(path, {**form, "version": "0" if path.endswith("note") else "1"})
    for path in ("/documents/1/note", "/documents/1/assign"):
        assert "notice=unchanged" in browser.post(path, {**form, "version": "2"}).headers["location"]
    browser.post("/queue", {**form, "selected": "2:0"})
    assert browser.post("/queue", form).headers["location"] == "/queue?notice=unchanged"


def test_several_are_accepted_assigned_and_undone_at_once(desk: Store, browser: Browser) -> None:
    done = browser.post("/queue?sort=newest", {"what": "accept", "selected": ["1:0", "2:0"]})
    assert done.headers["location"] == "/queue?sort=newest&notice=decided"
    assert [fields(desk, doc)["state"] for doc in (1, 2, 3)] == ["decided", "decided", "new"]
    browser.post("/undo")
    assert [fields(desk, doc)["state"] for doc in (1, 2)] == ["new", "new"]
    browser.post("/queue", {"what": "assign", "office": "规财处", "selected": ["1:2", "2:2"]})
    assert [fields(desk, doc)["office"] for doc in (1, 2)] == ["规财处", "规财处"]
    browser.post("/undo")
    assert [fields(desk, doc)["office"] for doc in (1, 2)] == [None, None]


def test_what_could_not_be_done_with_several_is_told(desk: Store, browser: Browser) -> None:
    Desk(desk, "乙").note(2, 0, "备注")
    for what in ({"what": "accept"}, {"what": "assign", "office": "规财处"}):
        some = browser.post("/queue", {**what, "selected": [f"1:{version(desk, 1)}", "2:0"]})
        assert some.headers["location"] == "/queue?notice=some_left"
        none = browser.post("/queue", {**what, "selected": ["2:0"]})
        assert (none.status_code, "未能" in notice(none)) == (409, True)
    for form in ({"what": "accept"}, {"what": "x", "selected": "1:0"}, {"what": "assign", "selected": "1:0"}):
        assert browser.post("/queue", form).status_code == 400


def test_the_first_selected_leads_unless_another_is_named(desk: Store, browser: Browser) -> None:
    browser.post("/queue", {"what": "merge", "selected": ["1:0", "3:0"]})
    assert [fields(desk, doc)["lead"] for doc in (1, 2, 3)] == [None, None, 1]
    browser.post("/undo")
    browser.post("/queue", {"what": "merge", "selected": ["1:0", "3:2"], "lead": "2"})
    assert [fields(desk, doc)["lead"] for doc in (1, 2, 3)] == [2, None, 2]


def test_a_document_at_which_another_is_shows_no_buttons(desk: Store, browser: Browser) -> None:
    Desk(desk, "乙").claim(1)
    page = browser.get("/documents/1").text
    assert "乙 正在办理此件" in page
    assert "确认并转下一件" not in page
    refused = browser.post("/documents/1/decide", {"version": "0", "label": "医药"})
    assert (refused.status_code, "正由 乙 办理" in notice(refused)) == (409, True)
    assert "乙 正在办理" in browser.get("/queue").text


def test_whoever_works_on_a_document_keeps_it(desk: Store, browser: Browser) -> None:
    page = browser.get("/documents/1").text
    assert 'data-claim="/documents/1/claim"' in page
    until = "SELECT until FROM claims WHERE doc = 1"
    with desk.writing() as base:
        base.execute("UPDATE claims SET until = '2000-01-01T00:00:00.000Z'")
    assert browser.post("/documents/1/claim").status_code == 204
    assert desk.reading().execute(until).fetchone()[0] > "2001"
    with desk.writing() as base:
        base.execute("UPDATE claims SET until = '2000-01-01T00:00:00.000Z'")
    Desk(desk, "乙").claim(1)
    refused = browser.post("/documents/1/claim")
    assert (refused.status_code, refused.text) == (409, "乙")
    assert "data-claim" not in browser.get("/documents/1").text
    Desk(desk, "乙").decide(1, 0, "医药")
    assert browser.post("/documents/1/claim").status_code == 204
    assert desk.reading().execute(until).fetchone() is None


def test_what_another_changed_is_told(desk: Store, browser: Browser) -> None:
    browser.get("/documents/1")
    with desk.writing() as base:
        base.execute("DELETE FROM claims")
    Desk(desk, "乙").decide(1, 0, "医疗")
    refused = browser.post("/documents/1/decide", {"version": "0", "label": "医药"})
    assert (refused.status_code, "已由 乙 更改" in notice(refused)) == (409, True)
    assert fields(desk, 1)["label"] == "医疗"
    assert re.findall(r'<main.*href="(/documents/1)".*</main>', refused.text, re.DOTALL) == ["/documents/1"]


@pytest.mark.parametrize(
    ("act", "form"),
    [
        ("decide", {"label": "医药"}),
        ("assign", {"office": "规财处"}),
        ("note", {"text": "备注"}),
        ("postpone", {"until": "2126-02-01"}),
        ("send-back", {"reason": "不属本局"}),
        ("reopen", {}),
        ("decide", {}),
        ("merge", {"lead": "1"}),
        ("entities", {"words": "医保", "label": "POLICY"}),
    ],
)
def test_acts_tell_what_is_not_there_from_a_request_that_is_wrong(
    desk: Store, browser: Browser, act: str, form: dict[str, str]
) -> None:
    gone = browser.post(f"/documents/999/{act}", {**form, "version": "0"})
    assert (gone.status_code, "/documents/999" in gone.text) == (404, False)
    for more in ({}, {"version": "x", "facet": "无", "remove": "x", "lead": "x"}):
        assert browser.post(f"/documents/999/{act}", {**form, **more}).status_code == 404
    wrong = browser.post(f"/documents/1/{act}", form)
    assert (wrong.status_code, 'href="/documents/1"' in wrong.text) == (400, True)
    file = browser.post(f"/documents/1/{act}", form, files={"version": ("0", b"0")})
    assert file.status_code == 400
    assert version(desk, 1) == 0


def test_what_is_no_longer_there_is_left_out_of_several(desk: Store, browser: Browser) -> None:
    some = browser.post("/queue", {"what": "assign", "office": "规财处", "selected": ["1:0", "999:0"]})
    assert some.headers["location"] == "/queue?notice=some_left"
    assert fields(desk, 1)["office"] == "规财处"
    lead = browser.post("/documents/1/merge", {"version": str(version(desk, 1)), "lead": "999"})
    assert (lead.status_code, 'href="/documents/1"' in lead.text) == (404, True)


def test_a_refused_act_leads_back_to_its_list(browser: Browser) -> None:
    refused = browser.post("/documents/1/decide?sort=newest", {"version": "7", "label": "医药"})
    links = re.findall(r"<main.*</main>", refused.text, re.DOTALL)[0]
    assert 'href="/documents/1?sort=newest"' in links
    assert 'href="/queue?sort=newest"' in links


def test_an_act_reloaded_from_its_address_is_answered_in_chinese(browser: Browser) -> None:
    answer = browser.get("/documents/1/decide")
    assert (answer.status_code, answer.headers["allow"], answer.text) == (405, "POST", "没有这个页面")


def test_a_near_duplicate_is_merged_with_one_button(desk: Store, browser: Browser) -> None:
    put(desk, "again", TEXT)
    related = browser.get("/documents/4/related?sort=newest").text
    (action,) = re.findall(r'<form method="post" action="([^"]+)"', related)
    form = dict(re.findall(r'name="([^"]+)" value="([^"]+)"', related))
    assert (action, form["lead"]) == ("/documents/4/merge?sort=newest", "1")
    assert browser.client.post(action, data=form).status_code == 303
    assert (fields(desk, 4)["state"], fields(desk, 4)["lead"]) == ("merged", 1)
    assert "<form" not in browser.get("/documents/4/related").text


def test_links_to_other_documents_stay_in_the_list(desk: Store, browser: Browser) -> None:
    put(desk, "again", TEXT, label="医药")
    related = browser.get("/documents/1/related?sort=newest").text
    assert 'href="/documents/4?sort=newest"' in related
    Desk(desk, "甲").merge(1, [(4, version(desk, 4))])
    assert re.search(
        r'同组文件.*href="/documents/1\?sort=newest"', browser.get("/documents/4?sort=newest").text, re.DOTALL
    )


def test_the_newest_figures_stand_beside_the_earlier_answers(desk: Store, answered: Path) -> None:
    page = Browser(served(desk, archive=Archive(answered))).get("/documents/1/precedents").text
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page[page.index("最新数据") :]))
    assert "门诊慢特病跨省联网定点医疗机构：5.8万家 2023年" in said
    assert "全国跨省异地就医直接结算惠及：" in said
    assert "同期另有不同数值" in said
    assert "截至2022年底" not in said
    sources = re.findall(r'href="#(answer-\d)">([^<]+)', page)
    assert {name for _, name in sources} == {"关于完善门诊慢特病跨省直接结算的建议"}
    assert all(f'id="{place}"' in page for place, _ in sources)


def test_a_document_with_the_same_text_is_called_so(desk: Store, browser: Browser) -> None:
    put(desk, "again", TEXT)
    put(desk, "nearly", f"{TEXT}！")
    assert re.findall(
        r"第 (\d) 号[^<]*· (正文相同|正文几乎相同)", browser.get("/documents/1/related").text
    ) == [
        ("4", "正文相同"),
        ("5", "正文几乎相同"),
    ]


def test_the_same_text_under_another_name_is_told_in_the_list(desk: Store, browser: Browser) -> None:
    put(desk, "again", TEXT)
    put(desk, "nearly", f"{OTHER}！")
    rows = browser.get("/queue?sort=oldest").text.split("<tr>")[2:]
    said = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", row)) for row in rows]
    assert ["与 第 4 号 again 正文相同" in said[0], "与 第 1 号 a 正文相同" in said[3]] == [True, True]
    assert ["与 第 5 号 nearly 正文几乎相同" in said[1], "与 第 2 号 b 正文几乎相同" in said[4]] == [
        True,
        True,
    ]
    assert "相同" not in said[2]
    assert 'href="/documents/4?sort=oldest"' in rows[0]


def test_the_same_text_under_another_name_is_told_as_it_comes_in(desk: Store, browser: Browser) -> None:
    for name, text in (("again", TEXT), ("nearly", f"{OTHER}！"), ("other", PROPOSALS[3].read_text("utf-8"))):
        put(desk, name, text)
    for page in ("/intake", "/intake/state"):
        rows = browser.get(page).text.split("<tr>")[2:]
        said = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", row)) for row in rows]
        assert "相同" not in said[0]
        assert "，与 第 2 号 b 正文几乎相同" in said[1]
        assert "，与 第 1 号 a 正文相同" in said[2]
        assert not any("相同" in each for each in said[3:])
        assert 'href="/documents/1"' in rows[2]


def test_what_was_put_off_is_told_when_it_is_due(desk: Store, browser: Browser) -> None:
    today = date.today()  # noqa: DTZ011
    browser.post("/documents/1/postpone", {"version": "0", "until": str(today + timedelta(days=1))})
    assert "暂缓已到期" not in browser.get("/queue").text
    browser.post("/documents/2/postpone", {"version": "0", "until": str(today)})
    assert "有 1 件暂缓已到期" in browser.get("/queue").text


def test_entities_are_marked_added_and_removed(desk: Store, browser: Browser) -> None:
    doc = put(desk, "e", "建议落实《医疗保障基金使用监督管理条例》，报销80%，报销80%。")
    page = browser.get(f"/documents/{doc}").text
    assert '<mark class="entity POLICY' in page
    second = find_document(desk.reading(), doc).text.rindex("80%")
    browser.post(
        f"/documents/{doc}/entities", {"version": "0", "words": "80%", "occurrence": "2", "label": "DOC_NO"}
    )
    entities = find_document(desk.reading(), doc).entities
    assert [(each["start"], each["label"]) for each in entities if each["text"] == "80%"][-1] == (
        second,
        "DOC_NO",
    )
    browser.post(f"/documents/{doc}/entities", {"version": "1", "remove": f"{second}-{second + 3}"})
    assert second not in [each["start"] for each in find_document(desk.reading(), doc).entities]


def test_history_says_which_entities_were_added_and_removed(desk: Store, browser: Browser) -> None:
    doc = put(desk, "e", "建议落实《医疗保障基金使用监督管理条例》，报销80%。")
    changed = f"/documents/{doc}/entities"
    browser.post(changed, {"version": "0", "words": "报销", "label": "POLICY"})
    browser.post(changed, {"version": "1", "words": "80%", "label": "DOC_NO"})
    browser.post("/undo")
    page = browser.get(f"/documents/{doc}").text
    history = re.sub(r"<[^>]+>", "", page[page.index('<ol class="history">') :])
    assert re.findall(r"实体：(.*)", history) == [
        "增 政策“报销”",
        "减 数值“80%”，增 文号“80%”",
        "减 文号“80%”，增 数值“80%”",
    ]


@pytest.mark.slow
def test_a_long_text_is_cut_on_the_page(desk: Store, browser: Browser) -> None:
    doc = put(desk, "long", "医保" * 100_001)
    page = browser.get(f"/documents/{doc}").text
    assert "正文过长" in page
    assert page.count("医保") < 100_100


def test_the_original_is_sent_as_it_came(browser: Browser) -> None:
    response = browser.get("/documents/1/file")
    assert response.content == TEXT.encode()
    assert response.headers["content-disposition"] == "attachment; filename*=UTF-8''a.txt"


def test_files_and_texts_come_in(desk: Store, browser: Browser) -> None:
    files = [("files", ("甲.txt", TEXT.encode())), ("files", ("乙.txt", OTHER.encode()))]
    assert browser.post("/intake/files", files=files).headers["location"] == "/intake?notice=entered"
    told = browser.post("/intake/files", files=files, headers={"accept": "application/json"})
    assert told.json() == {"entered": 2}
    browser.post("/intake/text", {"text": "正文\r\n第二行", "title": "关于/某事"})
    browser.post("/intake/text", {"text": "\n 只有正文 \n"})
    rows = desk.reading().execute("SELECT * FROM files WHERE file > 3 ORDER BY file").fetchall()
    assert [row["name"] for row in rows] == ["甲.txt", "乙.txt"] * 2 + ["关于某事.txt", "只有正文.txt"]
    assert desk.file_path(rows[4]["stored"]).read_text("utf-8") == "关于/某事\n正文\n第二行"
    assert {row["state"] for row in rows} == {"waiting"}
    assert "还有 6 个文件" in browser.get("/intake").text
    assert "另有 6 个文件正在读取" in browser.get("/queue").text
    for path, form in (("/intake/files", {}), ("/intake/text", {"text": " \n"})):
        assert browser.post(path, form).status_code == 400
    assert list(desk.folder.glob("upload-*")) == []


def test_exports_are_sent_and_leave_nothing_behind(desk: Store, browser: Browser) -> None:
    browser.post("/documents/1/decide", {"version": "0", "label": "医药"})
    for form, beginning in (("jsonl", b"{"), ("csv", b"\xef\xbb\xbf"), ("xlsx", b"PK")):
        response = browser.get(f"/export/{form}")
        assert response.content.startswith(beginning), form
        assert response.headers["content-disposition"] == f'attachment; filename="desk-records.{form}"'
    assert browser.get("/export/training").json()["label"] == "医药"
    assert list(desk.folder.glob("export-*")) == []


def test_the_list_one_sees_is_exported(desk: Store, browser: Browser) -> None:
    browser.post("/documents/1/decide", {"version": "0", "label": "医药"})
    page = browser.get("/queue?state=decided&label=医药").text
    (link,) = re.findall(r'href="(/export/jsonl[^"]*)"', page)
    lines = browser.get(html.unescape(link)).text.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["a"]
    (link,) = re.findall(r'href="(/export/jsonl[^"]*)"', browser.get("/queue?sort=newest&page=2").text)
    lines = browser.get(html.unescape(link)).text.splitlines()
    assert [json.loads(line)["id"] for line in lines] == ["c", "b"]
    (link,) = re.findall(r'href="(/export/jsonl[^"]*)"', browser.get("/statistics").text)
    assert len(browser.get(link).text.splitlines()) == 3
    assert browser.get('/export/jsonl?text="').status_code == 400


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("since=abc", "'abc' 不是日期，请写成 2026-01-31；以下为未按此筛选的列表。"),
        ("until=2026-02-30", "'2026-02-30' 不是日期"),
        ("state=gone", "没有名为 'gone' 的状态，应为 new, "),
        ("label=教育", "没有名为 '教育' 的类别"),
        ("reason=x", "没有名为 'x' 的原因"),
        ("sort=x", "没有名为 'x' 的排序"),
        ("page=x", "没有第 'x' 页"),
        (f"office={'长' * 300}", "超过 200 字，请缩短"),
    ],
)
def test_filters_that_make_no_sense_are_told(browser: Browser, query: str, told: str) -> None:
    page = browser.get(f"/queue?{query}")
    assert (page.status_code, told in notice(page)) == (200, True)
    assert page.text.count('class="open"') == 3
    refused = browser.get(f"/export/csv?{query}")
    assert (refused.status_code, told[:10] in notice(refused)) == (400, True)


def test_signs_alone_find_nothing(browser: Browser) -> None:
    page = browser.get("/queue?text=%25")
    assert (page.status_code, "没有可检索的内容" in notice(page)) == (200, True)
    assert 'value="%"' in page.text
    assert 'class="open"' not in page.text
    assert browser.get("/export/csv?text=%25").status_code == 400


def test_behind_the_last_page_is_the_last_page(browser: Browser) -> None:
    page = browser.get("/queue?page=9").text
    assert "3 件，本页第 1 至 3 件" in page


def test_a_model_that_was_altered_is_refused_and_the_reason_told(
    desk: Store, browser: Browser, tmp_path: Path
) -> None:
    bundle = tmp_path / "bundle"
    shutil.copytree(default_bundle_path(), bundle)
    with desk.writing() as base:
        number = add_bundle(base, bundle)  # which is known as the shipped one; now another takes its place
        base.execute("UPDATE bundles SET digest = 'x', path = ? WHERE bundle = ?", (str(bundle), number))
    changed = browser.post("/models", {"bundle": str(number)})
    assert (changed.status_code, "已被改动" in notice(changed)) == (409, True)
    with (bundle / "config.toml").open("a") as file:
        file.write("altered")
    altered = browser.post("/models", {"bundle": str(number)})
    assert (altered.status_code, "磁盘" in notice(altered)) == (409, False)
    assert "config.toml" in notice(altered)
    assert browser.post("/models", {"bundle": "99"}).status_code == 404


def test_below_a_prefix_every_address_has_it(desk: Store) -> None:
    browser = Browser(served(desk))
    browser.client = type(browser.client)(
        served(desk), base_url=f"http://{HOST}", root_path="/desk", follow_redirects=False
    )
    assert browser.client.get("/desk/").headers["location"] == "/desk/queue"
    page = browser.client.get("/desk/queue")
    assert page.status_code == 200
    assert "path=/desk" in page.headers.get("set-cookie", "").lower() or browser.client.cookies
    links = re.findall(r'(?:href|src|action)="(/[^"]*)"', page.text)
    assert links
    assert [link for link in links if not link.startswith("/desk/")] == []


# --- a full disk -------------------------------------------------------------------------------------


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file of this process grow beyond what files have already."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_is_told_and_nothing_changes(desk: Store, browser: Browser, tmp_path: Path) -> None:
    assert browser.csrf
    before = events.last_hash(desk.reading())
    large = [("files", ("大.txt", b"a" * 2_000_000))]  # waits on the disk while it comes in
    with full_disk():
        answers = [
            browser.post("/documents/1/decide", {"version": "0", "label": "医药"}),
            browser.post("/queue", {"what": "accept", "selected": "1:0"}),
            browser.post("/intake/text", {"text": TEXT}),
            browser.post("/intake/files", files=[("files", ("甲.txt", TEXT.encode()))]),
            browser.post("/intake/files", files=large),
            browser.get("/export/csv"),
            Browser(served(desk)).get("/queue"),
        ]
        read = [browser.get(path) for path in ("/queue", "/documents/1", "/statistics", "/intake")]
    assert [answer.status_code for answer in answers] == [503] * 7
    assert all("磁盘已满或不能写入，操作未生效" in notice(answer) for answer in answers)
    assert [answer.status_code for answer in read] == [200] * 4
    assert events.last_hash(desk.reading()) == before
    assert list(desk.folder.glob("upload-*")) + list(desk.folder.glob("export-*")) == []
    assert desk.reading().execute("SELECT count(*) FROM files").fetchone()[0] == 3
    assert browser.post("/documents/1/decide", {"version": "0", "label": "医药"}).status_code == 303
    assert list(events.verify(desk.reading())) == []
