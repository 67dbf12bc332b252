from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from nhsa_nlp.cli.app import app
from tests.io.samples import zipped
from tests.paths import LETTERS

LETTER = LETTERS / "npc-13-4-2020.txt"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def test_a_page_is_written_beside_the_user_not_beside_the_document(here: Path) -> None:
    result = CliRunner().invoke(app, ["highlight", str(LETTER)])
    assert (result.exit_code, result.stderr) == (0, "nhsa-nlp: wrote npc-13-4-2020.html\n")
    assert [path.name for path in here.iterdir()] == ["npc-13-4-2020.html"]
    html = (here / "npc-13-4-2020.html").read_text(encoding="utf-8")
    assert "聂鹏举代表" in html
    assert 'class="QUANTITY"' in html
    assert "<h2>Sectors of the sections</h2>" in html


def test_a_page_is_written_under_the_name_of_a_page_only(here: Path) -> None:
    result = CliRunner().invoke(app, ["highlight", str(LETTER), "-o", "h.pdf"])
    assert result.exit_code == 2
    assert "h.pdf: the suffix must be one of .html, .htm; choose another --output" in result.stderr
    assert not list(here.iterdir())


def test_standard_input_and_another_output(here: Path) -> None:
    text = LETTER.read_bytes()
    result = CliRunner().invoke(app, ["highlight", "-", "--output", "page.html"], input=text)
    assert result.exit_code == 0, result.stderr
    assert "聂鹏举代表" in (here / "page.html").read_text(encoding="utf-8")


def test_a_page_of_a_table_says_which_row_it_shows(here: Path) -> None:
    Path("list.csv").write_text("text\n提高门诊报销比例\n降低药品价格\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["highlight", "list.csv"])
    assert (result.exit_code, result.stdout) == (0, "")
    assert result.stderr.splitlines() == [
        "nhsa-nlp: list.csv may hold more documents; only one is shown: list.csv#row=2",
        "nhsa-nlp: wrote list-2.html",
    ]


@pytest.mark.parametrize(
    "args",
    [
        ["list.csv#row=3"],
        ["./list.csv#row=3"],
        ["list.csv", "--id", "list-3"],
        ["pack.zip!/a#1.csv#row=3"],
        [".", "--id", "list-3"],
    ],
)
def test_one_row_or_member_is_named_by_its_source_or_its_id(here: Path, args: list[str]) -> None:
    rows = "text\n提高门诊报销比例\n降低药品价格\n,\n"
    Path("list.csv").write_text(rows, encoding="utf-8")
    Path("pack.zip").write_bytes(zipped({"a#1.csv": rows, "b.txt": "x"}))
    result = CliRunner().invoke(app, ["highlight", *args, "-o", "page.html"])
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "nhsa-nlp: wrote page.html\n")
    assert "降低药品价格" in Path("page.html").read_text(encoding="utf-8")


def test_a_folder_of_pages_has_an_index(here: Path) -> None:
    Path("list.csv").write_text("id,text\na/b,提高门诊报销比例\nindex,降低药品价格\n<i>,\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["highlight", "list.csv", str(LETTER), "--folder", "pages"])
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.splitlines() == [
        "nhsa-nlp: error: list.csv:4: the text is empty; nothing to read",
        f"nhsa-nlp: wrote 3 pages; {Path('pages/index.html')} lists them",
    ]
    names = {path.name for path in (here / "pages").iterdir()}
    assert names == {"index.html", "a-b.html", "index-2.html", "npc-13-4-2020.html"}
    index = Path("pages/index.html").read_text(encoding="utf-8")
    assert [index.count(f'href="{name}"') for name in sorted(names)] == [1, 1, 0, 1]
    assert "list.csv#row=2" in index
    assert "3 documents, " in index
    assert "降低药品价格" in Path("pages/index-2.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["missing.txt"], "no such file"),
        (["."], "is a folder"),
        ([""], "the path is empty"),
        (["a.pages"], "cannot read .pages"),
        (
            ["a.csv#row=9"],
            "a.csv: holds no document of this place: #row=9; nhsa-nlp label lists ids and sources",
        ),
        (["a.csv#row=3"], "a.csv:3: the text is empty; nothing to read"),
        (["a.csv", "--id", "x"], "a.csv: holds no document of the id x"),
        (["b.csv#row=3"], "no such file"),
        (["missing", "--folder", "x"], "no such file"),
        (["a.csv#row=2", "--output", "a.csv"], "is one of the files to read"),
        (["a.txt", "--output", "a.txt"], "is one of the files to read"),
        (["a.txt", "--output", "no/such/page.html", "--bundle", "nothing"], "cannot be written"),
        (["a.txt", "--bundle", "nothing"], "no such model folder"),
        (["long.txt"], "at most 10,000,000 can be labelled"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_leaves_nothing(
    here: Path, args: list[str], message: str
) -> None:
    texts = {"a.txt": "医保目录", "a.pages": "<p>", "a.csv": "text,b\n医保,\n,x\n"}
    if args == ["long.txt"]:
        texts["long.txt"] = "医保" * 5_000_001
    for name, text in texts.items():
        (here / name).write_text(text, encoding="utf-8")
    before = {path: path.read_bytes() for path in here.iterdir()}
    result = CliRunner().invoke(app, ["highlight", *args])
    assert result.exit_code == 2
    assert message in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert {path: path.read_bytes() for path in here.iterdir()} == before


def test_a_page_of_somebody_is_only_replaced_if_asked(here: Path) -> None:
    (here / "a.txt").write_text("关于医保的建议", encoding="utf-8")
    (here / "mine.csv").write_text("我的", encoding="utf-8")
    (here / "own").mkdir()
    folder = ["a.txt", "--folder", "own"]
    no_output = "is there and is not an output of this program"
    for page, args, reason in (
        (here / "a.html", ["a.txt"], no_output),
        (here / "own" / "a.html", folder, "holds other files than pages of this program"),
        (here / "own" / "index.html", folder, no_output),
    ):
        page.write_text("<title>我的网页</title>", encoding="utf-8")
        result = CliRunner().invoke(app, ["highlight", *args])
        assert (result.exit_code, result.stderr.count("\n")) == (2, 1)
        assert f"{reason}; --overwrite " in result.stderr
        assert page.read_text(encoding="utf-8") == "<title>我的网页</title>"
        for options in (["--overwrite"], []):  # what this program wrote is replaced
            assert CliRunner().invoke(app, ["highlight", *args, *options]).exit_code == 0
        assert "<!DOCTYPE html>" in page.read_text(encoding="utf-8")
        page.unlink()
    (here / "own" / "a.html").unlink()
    (here / "own" / "a.html").symlink_to("../mine.csv")
    assert CliRunner().invoke(app, ["highlight", "a.txt", "--folder", "own"]).exit_code == 2
    assert (here / "mine.csv").read_text(encoding="utf-8") == "我的"


def test_several_files_need_a_folder_and_a_folder_takes_all(here: Path) -> None:
    for args, message in [
        (["a.txt", "b.txt"], "several files; name one, or a --folder for the pages of all"),
        (["a.txt", "--folder", "x", "--id", "y"], "--folder writes a page for every document"),
    ]:
        result = CliRunner().invoke(app, ["highlight", *args])
        assert result.exit_code == 2
        assert message in result.stderr
    assert not list(here.iterdir())
