"""A working day at the desk, in a real browser: by mouse, by keyboard alone, without script, on a phone."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Locator, Page, expect

import nhsa_nlp
from nhsa_nlp.desk.web.languages import LANGUAGE_COOKIE
from nhsa_nlp.io import Document, writer_for
from nhsa_nlp.pipeline.records import label_document
from tests.browser import faults, launched, needs_browser
from tests.desk.browser import served
from tests.paths import LETTERS

pytestmark = [pytest.mark.slow, needs_browser, pytest.mark.usefixtures("chinese")]

_SETTLEMENT = (
    "老人随子女住在外省，看病要先垫付医药费，再回参保地报销。建议加快实现全国医保跨省异地就医直接结算，"
    "把门诊慢特病也纳入结算范围，简化备案手续。"
)
PROPOSALS = {
    "settlement": f"关于加快实现异地就医直接结算的建议\n{_SETTLEMENT}",
    "settlement-again": f"关于加快实现异地就医直接结算的提案\n{_SETTLEMENT}请予研究。",
    "doctors": "关于加强乡镇卫生院全科医生培养的建议\n"
    "我县乡镇卫生院平均不到两名全科医生，村民看病要去县医院。"
    "建议扩大定向培养规模，提高基层医生待遇，落实县级医院医生下乡坐诊。",
    "drugs": "关于把罕见病用药纳入医保目录的建议\n患者每年药费30万元，家庭难以承担。"
    "建议通过谈判降低药价，把更多罕见病药品纳入国家医保药品目录，"
    "并落实《关于建立完善国家医保谈判药品“双通道”管理机制的指导意见》。",
    "road": "关于修建农村公路的建议\n村道年久失修，雨天泥泞，农产品运不出去。"
    "建议安排资金硬化路面，增设护栏和路灯。",
    "scripts": "关于<script>alert(1)</script>的建议\n"
    "“><img src=x onerror=alert(2)> 医保报销比例低，建议提高。",
}


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("answers") / "answers.sqlite"
    analyser = nhsa_nlp.load_analyser()
    texts = {file.stem: file.read_text("utf-8") for file in sorted(LETTERS.glob("*.txt"))}
    records = (label_document(analyser, Document(name, name, text)) for name, text in texts.items())
    writer_for(path)(path, records, texts=texts.get)
    return path


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=30_000)
    with launched() as window:
        yield window


@pytest.fixture
def address(tmp_path: Path, archive: Path) -> Iterator[str]:
    with served(tmp_path / "desk", "--archive", str(archive)) as found:
        yield found


def is_fault(said: ConsoleMessage) -> bool:
    """Tell a fault of a page from its asking a server that has ended."""
    return said.type == "error" and "Failed to fetch" not in said.text and "ERR_CONNECTION" not in said.text


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window that fails the test if a page's script fails, or anything is refused or asked."""
    context = browser.new_context(
        viewport={"width": 1280, "height": 900}, locale="zh-CN", accept_downloads=True
    )
    page = context.new_page()
    problems: list[str] = []

    def refuse(dialog: Dialog) -> None:
        problems.append(dialog.message)
        dialog.dismiss()

    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on("console", lambda said: problems.extend([said.text] if is_fault(said) else []))
    page.on("dialog", refuse)
    yield page
    context.close()
    assert problems == []


def post(page: Page, address: str, folder: Path, *names: str) -> None:
    """Drop proposals on the page, and wait until they are read."""
    files = []
    for name in names:
        files.append(folder / f"{name}.txt")
        files[-1].write_text(PROPOSALS[name], "utf-8")
    page.goto(f"{address}/intake")
    page.set_input_files("#drop input[type=file]", [str(file) for file in files])
    page.click("#drop button")
    expect(page.locator("#drop-state")).to_have_text(f"已上传 {len(names)} / {len(names)} 个文件")
    expect(page.locator("#intake-state")).to_contain_text("已读取，1 件", timeout=60_000)
    expect(page.locator("#intake-state")).not_to_contain_text("正在读取", timeout=60_000)


def subjects(page: Page) -> list[str]:
    return page.locator("a.open").all_inner_texts()


def tag(page: Page) -> Locator:
    return page.locator(".answer .tag")


def test_by_mouse(page: Page, address: str, tmp_path: Path) -> None:
    post(page, address, tmp_path, "settlement", "settlement-again", "doctors", "drugs", "road")
    page.get_by_label("标题（可不填）").fill("关于电子处方流转的建议")
    page.get_by_label("正文").fill("建议推动医院处方流转到药店，患者凭电子处方购药，由医保统一结算。")
    page.get_by_role("button", name="收文").click()
    expect(page.locator("#intake-state")).to_contain_text("关于电子处方流转的建议.txt")
    expect(page.locator("#intake-state")).not_to_contain_text("正在读取", timeout=60_000)

    # The queue: doubtful ones first, with their reasons; the twins are told.
    page.get_by_role("link", name="分拣", exact=True).click()
    expect(page.locator("a.open")).to_have_count(6)
    expect(page.locator("tr", has_text="关于加快实现异地就医直接结算的提案")).to_contain_text("有相似件")
    expect(page.locator("tr", has_text="农村公路")).to_contain_text("不属三领域")

    # Search, then a filter.
    page.get_by_label("检索正文、标题、文号、登记信息").fill("全科医生")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator("a.open")).to_have_text(["关于加强乡镇卫生院全科医生培养的建议"])
    page.get_by_role("link", name="清除条件").click()

    # In bulk, what is visible and selected; and undone as one.
    for name in ("农村公路", "全科医生"):
        page.locator("tr", has_text=name).get_by_role("checkbox").check()
    expect(page.locator("#selected-count")).to_have_text("2")
    page.get_by_role("button", name="采纳模型判定").click()
    expect(page.locator("a.open")).to_have_count(4)
    page.get_by_role("button", name="撤销").click()
    expect(page.locator("a.open")).to_have_count(6)

    # One document: what was answered before, with what is shared marked; the twin.
    page.get_by_role("link", name="关于加快实现异地就医直接结算的建议").click()
    answers = page.locator("ol.precedents")
    expect(answers).to_contain_text("关于加快实现全国医保跨地区结算的建议")
    expect(page.get_by_role("complementary")).to_contain_text("相同")
    assert page.locator("#text mark.evidence").count() > 0

    # It is assigned and noted, then merged into its twin.
    page.get_by_text("分派", exact=False).first.click()
    page.get_by_label("承办处室").fill("待遇保障处")
    page.get_by_role("button", name="分派", exact=True).click()
    expect(page.locator("#main")).to_contain_text("待遇保障处")
    lead = re.search(
        r"/documents/(\d+)", page.get_by_role("link", name="直接结算的提案").get_attribute("href") or ""
    )
    assert lead is not None
    page.locator("summary", has_text="并案").click()
    page.get_by_label("牵头件序号").fill(lead[1])
    page.get_by_role("button", name="并入该件").click()
    expect(page.locator("#notice")).to_contain_text("已并案")

    # An entity is tagged by selecting words, another removed.
    page.goto(f"{address}/queue?text=罕见病")
    page.locator("a.open").first.click()
    expect(page.locator("#text mark.QUANTITY")).to_contain_text(["30万元"])
    page.locator("#text [data-start]", has_text="患者每年药费").first.dblclick()
    page.get_by_role("group", name="其他办理").get_by_role("button", name="数值").click()
    expect(page.locator("#notice")).to_contain_text("实体已更正")
    count = page.locator("#text mark.QUANTITY").count()
    page.locator("summary", has_text="标注实体").click()
    page.get_by_role("button", name="取消标注：30万元").click()
    expect(page.locator("#text mark.QUANTITY")).to_have_count(count - 1)

    # The model is overruled by a button at its fixed place.
    page.get_by_role("form", name="直接选定类别").get_by_role("button", name="三联动").click()
    expect(page.locator("#notice")).to_contain_text(re.compile("已分拣|已办完"))
    page.goto(f"{address}/queue?state=decided")
    expect(page.locator("tr", has_text="罕见病")).to_contain_text("三联动")

    # What comes of it.
    page.get_by_role("link", name="统计").click()
    expect(page.locator("#main")).to_contain_text("已分拣 1 件，更正 1 件（100%）")
    with page.expect_download() as download:
        page.get_by_role("link", name=".csv").click()
    download.value.save_as(tmp_path / "records.csv")
    with (tmp_path / "records.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    decided = {row["案由"] or row["编号"]: row["分拣类别"] for row in rows}
    assert decided["关于把罕见病用药纳入医保目录的建议"] == "三联动"
    assert sum(map(bool, decided.values())) == 1


def test_by_keyboard_alone(page: Page, address: str, tmp_path: Path) -> None:
    post(page, address, tmp_path, "settlement", "doctors", "drugs", "road")

    def press(key: str) -> None:
        page.wait_for_load_state()  # keys are heard once the script runs
        page.keyboard.press(key)

    page.goto(address)
    press("?")
    expect(page.get_by_role("dialog")).to_contain_text("撤销上一步")
    press("?")
    expect(page.get_by_role("dialog")).to_be_hidden()

    # Select the second row, and accept it.
    press("j")
    press("j")
    chosen = page.evaluate("document.activeElement.textContent")
    press("x")
    expect(page.locator("#selected-count")).to_have_text("1")
    press("a")
    expect(page.locator("#notice")).to_contain_text("已分拣")
    expect(page.locator("a.open")).to_have_count(3)
    assert chosen not in subjects(page)

    # Open the first, change the sectors, confirm: the next comes.
    first, second, third = subjects(page)
    press("j")
    press("Enter")
    expect(page.locator("h1")).to_have_text(first)
    facets = page.locator("#decide input[name=facet]")
    before = [facets.nth(place).is_checked() for place in range(3)]
    press("1")
    press("2")
    assert [facets.nth(place).is_checked() for place in range(3)] == [not before[0], not before[1], before[2]]
    press("1")
    press("2")
    press("3")
    press("Enter")
    expect(page.locator("h1")).to_have_text(second)

    # Undo leads back; what is written in a field are letters, not commands.
    press("u")
    expect(page.locator("h1")).to_have_text(first)
    expect(page.locator("#notice")).to_contain_text("已撤销")
    press("n")
    page.keyboard.type("jku12？待核")
    press("Tab")
    press("Enter")
    expect(page.locator("#main")).to_contain_text("备注：jku12？待核")

    # None of the sectors; put off; sent back with a reason: the list is done.
    press("0")
    expect(page.locator("h1")).to_have_text(second)
    press("p")
    press("Escape")
    page.keyboard.press("Tab")
    page.locator("button", has_text="暂缓并转下一件").focus()
    press("Enter")
    expect(page.locator("h1")).to_have_text(third)
    press("b")
    page.keyboard.type("请补充附件")
    press("Tab")
    press("Enter")
    expect(page.locator("#notice")).to_contain_text("办完")
    expect(page.locator("a.open")).to_have_count(0)

    # Search from the list; back from a document.
    page.goto(f"{address}/queue?state=returned")
    press("/")
    page.keyboard.type("附件")
    press("Enter")
    expect(page).to_have_url(re.compile("text="))
    expect(page.locator("a.open")).to_have_count(0)
    page.goto(f"{address}/queue?state=returned")
    press("j")
    press("Enter")
    expect(page.locator("ol.history")).to_contain_text("待分拣 → 已退回")
    press("l")
    expect(page).to_have_url(f"{address}/queue?state=returned")


def test_the_next_document_takes_the_place_of_the_one_before(
    page: Page, address: str, tmp_path: Path
) -> None:
    post(page, address, tmp_path, "settlement", "doctors", "drugs")
    page.goto(address)
    first, second, _ = subjects(page)
    page.locator("a.open").first.click()
    page.clock.install()
    page.reload()
    page.evaluate("window.stays = true")
    page.get_by_label("依据：").uncheck()
    page.get_by_role("form", name="直接选定类别").get_by_role("button", name="三联动").click()
    expect(page.locator("h1")).to_have_text(second)
    expect(page.locator("#notice")).to_contain_text("已分拣。 可按 u 撤销")
    expect(page).to_have_title(f"{second} · 分拣台")
    expect(page.locator(".desk")).not_to_contain_text("正在查找")
    assert page.evaluate("[window.stays, document.activeElement.id]") == [True, "main"]
    expect(page.get_by_label("依据：")).not_to_be_checked()  # what was switched off stays so
    expect(page.locator("#text")).to_have_class(re.compile("no-evidence"))

    # Whoever does something there stays at it; nothing is sent otherwise.
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.clock.run_for(60_000)
    page.mouse.move(5, 5)
    assert sent == []
    page.clock.run_for(120_000)
    assert sent == []
    with page.expect_response("**/claim") as told:
        page.mouse.move(50, 50)
    assert told.value.status == 204

    # The text can be marked and tagged there, too; back is back.
    page.get_by_label("实体：").uncheck()
    expect(page.locator("#text")).to_have_class(re.compile("no-entities"))
    page.go_back()
    expect(page.locator("h1")).to_have_text(first)
    expect(page.locator(".answer .tag")).to_have_text("三联动")
    assert not page.evaluate("'stays' in window")


def test_each_decision_is_for_the_document_that_was_read(page: Page, address: str, tmp_path: Path) -> None:
    """A double click or stroke decides one document; keys are heard whatever was clicked before."""
    post(page, address, tmp_path, "settlement", "doctors", "drugs", "road")
    page.clock.install()
    page.goto(address)
    _, second, third, _ = subjects(page)
    page.locator("a.open").first.click()
    expect(page.locator(".desk")).not_to_contain_text("正在查找")
    label = page.get_by_role("form", name="直接选定类别").get_by_role("button", name="三联动")
    page.clock.pause_at(datetime.now(UTC) + timedelta(hours=1))
    label.click()
    expect(page.locator("h1")).to_have_text(second)
    label.click()
    for key in ("Enter", "0"):
        page.keyboard.press(key)
    expect(page.locator("#notice")).to_contain_text("已分拣")
    expect(page.locator("h1")).to_have_text(second)

    # Two clicks before anything came back are one decision, too.
    page.clock.fast_forward(600)
    label.evaluate("button => { button.click(); button.click(); }")
    expect(page.locator("h1")).to_have_text(third)
    page.wait_for_load_state("networkidle")
    expect(page.locator("h1")).to_have_text(third)

    page.clock.fast_forward(600)
    page.clock.resume()
    page.keyboard.press("?")
    page.get_by_role("button", name="关闭").click()
    facets = page.locator("#decide input[name=facet]")
    before = facets.nth(2).is_checked()
    facets.nth(1).click()
    page.keyboard.press("3")
    assert facets.nth(2).is_checked() != before
    page.keyboard.press("l")
    expect(page.locator("a.open")).to_have_count(2)

    # Enter on a box that was ticked opens its document, and decides nothing.
    page.locator("input[name=selected]").first.click()
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text(third)
    page.goto(f"{address}/queue?state=decided")
    expect(page.locator("a.open")).to_have_count(2)


def test_what_is_refused_leaves_what_was_written(browser: Browser, address: str, tmp_path: Path) -> None:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    post(page, address, tmp_path, "doctors", "drugs")
    page.goto(address)
    first, _ = subjects(page)
    page.locator("a.open").first.click()
    other = context.new_page()
    other.goto(page.url)
    other.get_by_role("button", name="确认并转下一件").click()
    expect(other.locator("h1")).not_to_have_text(first)
    page.keyboard.press("n")
    page.keyboard.type("已电话联系代表")
    page.get_by_role("button", name="保存备注").click()
    expect(page.locator("#notice")).to_contain_text("请看过现状后再办")
    expect(page.get_by_label("备注", exact=True)).to_have_value("已电话联系代表")
    proxy = "<html><body><h1>502 Bad Gateway</h1></body></html>"
    page.route("**/note*", lambda route: route.fulfill(status=502, content_type="text/html", body=proxy))
    page.get_by_role("button", name="保存备注").click()
    expect(page.locator("#notice")).to_have_text("服务器返回 502，无法确认是否办理成功；请刷新页面查看。")
    page.unroute("**/note*")
    page.get_by_role("button", name="保存备注").click()
    page.get_by_role("link", name="查看此件现状").click()
    expect(page.locator("ol.history")).to_contain_text("待分拣 → 已分拣")
    context.close()


def test_where_the_server_is_gone_nothing_is_said_to_be_done(browser: Browser, tmp_path: Path) -> None:
    context = browser.new_context(locale="zh-CN")
    page = context.new_page()
    with served(tmp_path / "desk") as address:
        post(page, address, tmp_path, "doctors")
        page.goto(address)
        page.locator("a.open").first.click()
        page.wait_for_load_state("networkidle")
    page.keyboard.press("Enter")
    expect(page.locator("#notice")).to_contain_text("连接中断，无法确认是否办理成功")
    context.close()


def test_without_script(browser: Browser, page: Page, address: str, tmp_path: Path) -> None:
    post(page, address, tmp_path, "doctors")
    context = browser.new_context(java_script_enabled=False, locale="zh-CN")
    plain = context.new_page()
    plain.goto(address)
    plain.locator("a.open").click()
    plain.get_by_role("button", name="确认并转下一件").click()
    expect(plain.locator("#notice")).to_contain_text("已办完")
    plain.goto(f"{address}/queue?state=decided")
    assert plain.locator("a.open").count() == 1
    context.close()


def test_nothing_in_a_document_runs(page: Page, address: str, tmp_path: Path) -> None:
    """Dialogs and errors would be found by the fixture."""
    post(page, address, tmp_path, "scripts")
    page.goto(address)
    page.locator("a.open").click()
    page.get_by_text("备注", exact=False).first.click()
    page.get_by_label("备注", exact=True).fill("<script>alert(3)</script>")
    page.get_by_role("button", name="保存备注").click()
    page.wait_for_load_state("networkidle")
    expect(page.locator("#main")).to_contain_text("备注：<script>alert(3)</script>")
    assert page.locator("#main script").count() == 0
    assert page.locator("img[src=x]").count() == 0


PAGES = (
    *("queue", "queue?state=decided", "documents/1", "documents/3", "documents/99"),
    *("intake", "statistics", "models", "keys"),
)


@pytest.mark.parametrize(
    ("width", "scheme", "locale"),
    [(1280, "light", "zh-CN"), (390, "dark", "zh-CN"), (1280, "dark", "en-GB"), (390, "light", "en-GB")],
)
def test_accessible(
    browser: Browser,
    page: Page,
    address: str,
    tmp_path: Path,
    width: int,
    scheme: Literal["light", "dark"],
    locale: str,
) -> None:
    """No page has a fault that axe calls serious, and none is wider than the window."""
    post(page, address, tmp_path, "settlement", "settlement-again", "drugs")
    page.goto(f"{address}/documents/3")
    page.get_by_role("form", name="直接选定类别").get_by_role("button", name="三联动").click()
    expect(page.locator("#notice")).to_contain_text(re.compile("已分拣|已办完"))
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, locale=locale, bypass_csp=True
    )
    context.add_cookies([{"name": LANGUAGE_COOKIE, "value": locale[:2], "url": address}])
    shown = context.new_page()
    found = []
    for path in PAGES:
        shown.goto(f"{address}/{path}")
        shown.wait_for_load_state("load" if path == "intake" else "networkidle")
        shown.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        found += [f"{path}: {fault}" for fault in faults(shown)]
    context.close()
    assert found == []
