"""What commands print and write in Chinese, the language of the user."""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner

from nhsa_nlp.cli.app import app
from nhsa_nlp.io import WRITERS
from nhsa_nlp.pipeline.bundle import default_bundle_path
from tests.cli.on_terminal import on_a_terminal
from tests.io.writers.records import FULL

CHINESE = {"NHSA_NLP_LANG": "zh"}
TEXT = "建议将门诊慢特病全部纳入跨省异地就医医保直接结算，2022年参保980万人。"


@pytest.fixture(autouse=True)
def _documents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("one.txt", "two.txt"):
        Path(name).write_text(TEXT, encoding="utf-8")
    WRITERS[".sqlite"]("a.sqlite", [FULL], texts=lambda _: "医保跨省异地就医直接结算")


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("search a.sqlite 医保 -o x.csv", "已写出 x.csv：文件 1 份，写出 1 份"),
        ("search a.sqlite 医药", "没有找到同时包含这些词的文件"),
        ("search a.sqlite --year 1999", "没有符合筛选条件的文件"),
        ("groups one.txt two.txt -o x.xlsx", "已写出 x.xlsx：1 组，共 2 件，另有 0 件不成组"),
        ("figures one.txt -o x.xlsx", "已写出 x.xlsx：数据 1 项"),
        ("figures one.txt --report x.html", "已写出 x.html：1 个序列"),
        ("compare one.txt two.txt -o x.html", "已写出 x.html"),
        ("groups . -o ../x.csv", "nhsa-nlp: 已跳过 1 个以往的输出"),
        ("config", "# 没有配置文件；已查找 nhsa-nlp.toml 和 "),
        ("info", "随机种子"),
    ],
)
def test_a_line(command: str, line: str) -> None:
    result = CliRunner().invoke(app, command.split(), env=CHINESE)
    assert result.exit_code == 0, result.stderr
    assert line in result.output


@pytest.mark.parametrize(
    ("command", "sheets"),
    [
        ("search a.sqlite 医保 -o x.xlsx", ["文件"]),
        ("precedents a.sqlite one.txt -o x.xlsx", ["以往答复"]),
        ("groups one.txt two.txt -o x.xlsx", ["并案建议"]),
        ("figures one.txt -o x.xlsx", ["数据", "逐年序列", "相互矛盾"]),
        ("search a.sqlite 医保 -o x.csv", []),
        ("groups one.txt two.txt -o x.tsv", []),
        ("figures one.txt -o x.csv", []),
        ("policies a.sqlite -o x.csv", []),
    ],
)
def test_a_sheet_is_headed_in_chinese_and_its_codes_are_words(command: str, sheets: list[str]) -> None:
    result = CliRunner().invoke(app, command.split(), env=CHINESE)
    assert result.exit_code == 0, result.stderr
    path = Path(command.split()[-1])
    if sheets:
        book = openpyxl.load_workbook(path)
        assert book.sheetnames == sheets
        rows = [[cell.value for cell in row] for sheet in book for row in sheet]
        heads = [cell.value for sheet in book for cell in sheet[1]]
    else:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file, delimiter="\t" if path.suffix == ".tsv" else ","))
        heads = rows[0]
    assert not [head for head in heads if re.search("[A-Za-z]", str(head))]
    cells = {cell for row in rows for cell in row}
    assert not cells & {"lead", "near_duplicate", "reported", "eq", "text"}


@pytest.mark.parametrize("command", ["figures one.txt", "policies a.sqlite", "groups one.txt two.txt"])
def test_json_lines_are_the_same_in_every_language(command: str) -> None:
    english, chinese = (
        CliRunner().invoke(app, command.split(), env={"NHSA_NLP_LANG": language}) for language in ("en", "zh")
    )
    assert english.stdout == chinese.stdout
    assert english.stdout.startswith("{")


def test_what_a_bundle_was_measured_to_do_is_said_in_chinese() -> None:
    """With the English name of what a researcher looks up; labels, packages and origins stay as they are."""
    english, chinese = (
        CliRunner().invoke(app, ["info"], env={"NHSA_NLP_LANG": language}).stdout for language in ("en", "zh")
    )
    for piece in ("  topic / grouped: brier 0.196, ", "macro_f1 0.859", "  topic / by_genre / proposal: "):
        assert piece in english
    for piece in (
        *("  类别 / 分组划分：Brier 分数 0.196，", "校准误差（ECE） 0.029", "宏平均 F1 0.859"),
        *("精确率（precision） 0.954，召回率（recall） 0.960", "  类别 / 按文种 / 建议提案：文件数 4762"),
        *("实体标签  DOC_NO、POLICY、QUANTITY", "训练数据  标注实体的文件 102"),
    ):
        assert piece in re.sub("  +", "  ", chinese)
    figures = chinese.partition("\n指标\n")[2]
    origins = set(re.findall("按来源 / ([a-z ]+) / ", figures))
    known = {"F1", "TP", "FP", "FN", "Brier", "ECE", "exact", "precision", "recall", "log loss", "DOC_NO"}
    words = {*re.findall("[A-Za-z][A-Za-z_ ]*[A-Za-z]|F1", figures)}
    assert words - origins <= {*known, "POLICY", "QUANTITY", "out_of_scope"}


def test_the_card_of_a_bundle_is_made_anew_in_chinese() -> None:
    english, chinese = (
        CliRunner().invoke(app, ["info", "--card"], env={"NHSA_NLP_LANG": language}).stdout
        for language in ("en", "zh")
    )
    assert english == (default_bundle_path() / "CARD.md").read_text("utf-8")
    assert [line for line in chinese.splitlines() if line.startswith("## ")] == [
        *("## 用途", "## 数据", "## 指标", "## 局限", "## 提示", "## 制作方法")
    ]
    figures = re.compile(r"\d\.\d{3}")
    assert sorted(figures.findall(english)) == sorted(figures.findall(chinese))


@pytest.mark.parametrize(
    ("command", "lines"),
    [
        ("policies a.sqlite", ["引用 文件数 年份 政策", "文件 1 份，引用政策 1 项"]),
        ("figures one.txt", ["指标 数值 时间 范围 性质 文件", "实际数据", "数据 1 项"]),
        ("groups one.txt two.txt", ["组 关系 文件 得分 共同用语 开头", "近似重复", "另有 0 件不成组"]),
        ("search a.sqlite 医保", ["文件 1 份"]),
        ("precedents a.sqlite one.txt", ["概率"]),
        ("compare one.txt two.txt", ["甲 one，100% 见于乙"]),
    ],
)
def test_a_table_on_a_terminal(monkeypatch: pytest.MonkeyPatch, command: str, lines: list[str]) -> None:
    for name, value in {**CHINESE, "COLUMNS": "100"}.items():
        monkeypatch.setenv(name, value)
    shown = on_a_terminal([sys.executable, "-m", "nhsa_nlp", *command.split()])
    shown = " ".join(re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", shown).split())
    assert not [line for line in lines if line not in shown]
