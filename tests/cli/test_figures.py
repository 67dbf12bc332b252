from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from nhsa_nlp import load_analyser
from nhsa_nlp.archive.figures import find_figures
from nhsa_nlp.io import WRITERS
from tests.cli.on_terminal import on_a_terminal

COMMAND = [sys.executable, "-m", "nhsa_nlp"]
TEXTS = {
    "old": "截至2021年底，基本医疗保险参保13.64亿人。2021年，居民医保财政补助标准达到每人每年580元。",
    "new": "国家医疗保障局《关于做好2022年工作的通知》（医保发〔2022〕20号）要求落实。"
    "截至2022年底，全国基本医保参保人数13.46亿人，比上年下降1.3%。报销比例为50%至70%。",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "letters"
    place.mkdir()
    for name, text in TEXTS.items():
        (place / f"{name}.txt").write_text(text, "utf-8")
    return place


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    analyse = load_analyser()
    path = tmp_path / "archive.sqlite"
    records = [{**analyse(text), "id": name, "source": f"letters/{name}.txt"} for name, text in TEXTS.items()]
    WRITERS[".sqlite"](path, records, texts=TEXTS.get)  # type: ignore[arg-type]
    return path


def test_records_in_parquet_hold_no_texts_to_read(tmp_path: Path) -> None:
    WRITERS[".parquet"](
        tmp_path / "r.parquet", [{**load_analyser()("参保人数为3万人。"), "id": "a", "source": "a"}]
    )
    done = run("figures", tmp_path / "r.parquet")
    assert (done.returncode, done.stderr.count("\n")) == (2, 1)
    assert "this needs a .sqlite, not records in Parquet" in done.stderr


def run(*args: object, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, *map(str, args)],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )


def test_figures_of_documents_and_of_their_archive_are_the_same(folder: Path, archive: Path) -> None:
    analyse = load_analyser()
    expected = []
    for name in ("new", "old"):
        expected += find_figures({**analyse(TEXTS[name]), "id": name}, TEXTS[name])
    done = run("figures", folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert [json.loads(line) for line in done.stdout.splitlines()] == expected
    done = run("figures", archive)
    key = ("document", "start")
    found = sorted(map(json.loads, done.stdout.splitlines()), key=lambda each: [each[name] for name in key])
    assert found == expected


def test_figures_of_parts_in_parquet_that_keep_their_texts(folder: Path, tmp_path: Path) -> None:
    archive = tmp_path / "archive.parquet"
    made = run("label", folder, "--output", archive, "--update", "--keep-text")
    assert made.returncode == 0, made.stderr
    done = run("figures", archive)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(done.stdout.splitlines()) == sorted(run("figures", folder).stdout.splitlines())
    without = tmp_path / "without.parquet"
    run("label", folder, "--output", without, "--update")
    refused = run("figures", without)
    assert refused.returncode == 2
    assert "holds no texts; write it anew with label --update --keep-text" in refused.stderr


def test_standard_input_and_filters(folder: Path) -> None:
    done = run("figures", "-", "--indicator", "参保人数", "--role", "reported", stdin=TEXTS["new"])
    (found,) = map(json.loads, done.stdout.splitlines())
    assert (found["text"], found["as_of"], found["value"]) == ("13.46亿人", "2022-12", 1_346_000_000)
    chinese = run("figures", "-", "--indicator", "参保人数", "--role", "实际数据", stdin=TEXTS["new"])
    assert chinese.stdout == done.stdout
    done = run("figures", folder, "--unit", "元", "--since", "2021")
    assert [json.loads(line)["text"] for line in done.stdout.splitlines()] == ["每人每年580元"]


def test_output_and_bad_documents(folder: Path, tmp_path: Path) -> None:
    (folder / "bad.pdf").write_bytes(b"%PDF-1.4\nbroken")
    output = tmp_path / "figures.xlsx"
    done = run("figures", folder, "-o", output)
    assert done.returncode == 1
    assert "bad.pdf" in done.stderr
    assert done.stderr.splitlines()[-1] == f"nhsa-nlp: wrote {output}: 5 figures"
    assert done.stdout == ""
    assert output.exists()


def test_wrong_usage(folder: Path, tmp_path: Path) -> None:
    for args in (
        [],
        [tmp_path / "missing"],
        [folder, "-o", tmp_path / "out.txt"],
        [folder, "--role", "fact"],
        [folder, "--since", "22"],
        [folder / "new.txt", "-o", folder / "new.txt"],
        [folder / "no.sqlite"],
    ):
        done = run("figures", *args)
        assert done.returncode == 2, args
        assert "Traceback" not in done.stderr


def test_a_table_on_a_terminal(folder: Path) -> None:
    shown = on_a_terminal([*COMMAND, "figures", str(folder)])
    assert "13.46亿人" in shown
    assert "5 figures" in shown


def test_the_newest_figure_is_found(archive: Path) -> None:
    done = run("search", archive, "--figures", "参保人数")
    assert done.returncode == 0
    (found,) = map(json.loads, done.stdout.splitlines())
    assert [found[name] for name in ("value", "unit", "date", "scope")] == [
        1_346_000_000,
        "人",
        "2022-12",
        None,
    ]
    (document,) = found["documents"]
    assert (document["id"], document["source"]) == ("new", "letters/new.txt")
    assert TEXTS["new"][document["start"] : document["end"]] == "13.46亿人"
    assert "13.46亿人" in document["sentence"]
    assert "2022-12" in on_a_terminal([*COMMAND, "search", str(archive), "--figures", "参保人数"])


def test_a_figure_that_is_not_found(archive: Path) -> None:
    done = run("search", archive, "--figures", "床位数")
    assert (done.returncode, done.stdout) == (0, "")
    assert "nothing found" in done.stderr
    for args in (["--figures", " "], ["--figures", "参保", "医保"], ["--figures", "参保", "--counts"]):
        done = run("search", archive, *args)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


def test_a_terminal_shows_how_a_figure_is_bounded(tmp_path: Path) -> None:
    text = tmp_path / "a.txt"
    text.write_text("2023年，居民参保率超过50%，报销比例80%以上，人均补助约640元。", "utf-8")
    shown = on_a_terminal([*COMMAND, "figures", str(text)])
    for figure in (">50%", "≥80%", "≈640元"):
        assert figure in shown


@pytest.mark.parametrize(("language", "value"), [("zh", "1,536.74亿元"), ("en", "153.674 billion 元")])
def test_a_large_figure_has_no_exponent(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, value: str
) -> None:
    text = "2023年，全国医保基金累计结余1536.74亿元。"
    archive = tmp_path / "archive.sqlite"
    WRITERS[".sqlite"](archive, [{**load_analyser()(text), "id": "a", "source": "a"}], texts=lambda _: text)
    monkeypatch.setenv("NHSA_NLP_LANG", language)
    assert value in on_a_terminal([*COMMAND, "search", str(archive), "--figures", "结余"])
