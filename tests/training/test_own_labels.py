"""A researcher's table of her own: trained on, measured, used, compared; each in one command."""

import csv
import json
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from nhsa_nlp.cli.app import app
from nhsa_nlp.pipeline.bundle import verify_bundle
from nhsa_nlp.pipeline.replay import SAMPLES
from tests.encoders import make_encoder

pytestmark = pytest.mark.slow

PHRASES = {
    "收费": ["医院违规收费", "检查费重复收取", "床位费标准过高", "要求退还多收的费用", "价格公示不清"],
    "准入": [
        "定点机构准入条件",
        "新设诊所审批流程",
        "药品进入目录的程序",
        "资质审核时间太长",
        "申请纳入协议管理",
    ],
    "监督": [
        "举报套取医保基金",
        "对药店开展飞行检查",
        "骗保行为查处力度",
        "加强基金监管执法",
        "公开处罚结果",
    ],
}
FILLERS = ["建议尽快处理", "请有关部门答复", "群众反映强烈", "希望加以改进", "特此来信", "多次反映未果"]


def rows(count: int, seed: int) -> Iterator[tuple[str, str, str]]:
    rng = random.Random(seed)  # noqa: S311
    for number in range(count):
        label = rng.choice(list(PHRASES))
        other = rng.choice(list(PHRASES))
        parts = [rng.choice(PHRASES[label]), rng.choice(FILLERS), rng.choice(PHRASES[label])]
        parts += [rng.choice(PHRASES[other])] if rng.random() < 0.3 else []
        rng.shuffle(parts)
        yield f"{seed}-{number}", "，".join(parts) + f"，编号{rng.randrange(10**6)}。", label


def write(path: Path, count: int, seed: int) -> Path:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([("编号", "正文", "类别"), *rows(count, seed)])
    return path


def run(*args: Any, expect: int = 0) -> Result:
    result = CliRunner().invoke(app, list(map(str, args)))
    assert result.exit_code == expect, result.output
    return result


def content(bundle: Path) -> dict[str, bytes]:
    return {str(path.relative_to(bundle)): path.read_bytes() for path in bundle.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("work")
    write(folder / "train.csv", 60, 1)
    write(folder / "test.csv", 40, 2)
    (folder / "letter.txt").write_text("关于退还多收的费用、床位费标准过高的来信，共涉及3亿元。", "utf-8")
    return folder


@pytest.fixture(scope="module")
def own(work: Path) -> Path:
    train = ("train", "topic", "--data", work / "train.csv", "--labels", "收费,准入,监督")
    result = run(*train, "--output", work / "own", "--test", work / "test.csv")
    assert result.stdout.startswith("cross-validation: exact label ")
    return work / "own"


def test_trained_measured_and_used(own: Path, work: Path) -> None:
    measured = run(
        *("evaluate", "topic", "--bundle", own, "--data", work / "test.csv"),
        *("--output", work / "metrics.json", "--report", work / "report.html"),
    )
    assert "监督" in measured.stdout
    figures = json.loads((work / "metrics.json").read_text("utf-8"))
    assert figures["topic"]["exact"]["value"] > 0.8
    assert figures["topic"]["exact"]["low"] <= figures["topic"]["exact"]["value"]
    assert set(figures["topic"]["by_label"]) == {"收费", "准入", "监督"}
    assert (work / "report.html").read_text("utf-8").startswith("<!DOCTYPE html>")
    labelled = json.loads(run("label", work / "letter.txt", "--bundle", own).stdout)
    assert (labelled["topic"]["label"], labelled["topic"]["facets"]) == ("收费", {})
    assert labelled["model"] == {"name": "own", "version": "0.1.0"}
    assert [e["value"] for e in labelled["entities"] if e["label"] == "QUANTITY"] == [300_000_000]
    (work / "records.jsonl").write_text(json.dumps(labelled, ensure_ascii=False) + "\n", "utf-8")
    run("policies", work / "records.jsonl")
    run("highlight", work / "letter.txt", "--bundle", own, "--output", work / "page.html")
    assert "收费" in (work / "page.html").read_text("utf-8")


def test_the_bundle_says_what_it_is(own: Path, work: Path) -> None:
    manifest = verify_bundle(own)
    assert manifest.labels["topic"] == ["收费", "准入", "监督"]  # in the order asked for
    assert manifest.data["topic"]["texts"] == manifest.counts["texts"] == 60
    assert manifest.data["topic_test"]["texts"] == 40
    assert "replies" not in manifest.counts
    assert manifest.metrics["topic"]["cross_validation"]["documents"] == 60
    card = run("info", "--bundle", own, "--card").stdout
    for piece in ("train.csv", "收费", "held out", "Intended use", "unrelated classes"):
        assert piece in card
    assert f"{len(SAMPLES)} sample texts are answered as before" in run("verify", own).stdout


def test_the_same_data_and_settings_give_the_same_bytes(own: Path, work: Path) -> None:
    (work / "again").mkdir()
    settings = work / "settings.toml"
    settings.write_bytes((own / "config.toml").read_bytes())
    train = ("train", "topic", "--data", work / "train.csv", "--config", settings)
    run(*train, "--bundle", work / "again" / "own", "--test", work / "test.csv")
    ours, theirs = content(own), content(work / "again" / "own")
    assert ours.keys() == theirs.keys()
    assert [name for name in ours if ours[name] != theirs[name]] == []
    assert run("diff", own, work / "again" / "own").stdout == "the bundles are identical\n"


def test_two_bundles_are_compared(own: Path, work: Path) -> None:
    write(work / "few.csv", 12, 3)
    run("train", "topic", "--data", work / "few.csv", "--output", work / "few", "--seed", "4")
    shown = run("diff", own, work / "few").stdout
    for piece in ("counts.texts: 60 -> 12", "seed: 0 -> 4", "answers to 22 texts"):
        assert piece in shown
    found = json.loads(run("diff", own, work / "few", "--data", work / "test.csv", "--json").stdout)
    assert found["predictions"]["texts"] == 40
    assert found["settings"]["seed"] == [0, 4]
    assert found["predictions"]["same_label"] == 40 - len(found["predictions"]["changed"])
    against = run(
        *("evaluate", "topic", "--bundle", work / "few", "--against", own, "--data", work / "test.csv"),
        *("--output", work / "against.json"),
    )
    exact = json.loads((work / "against.json").read_text("utf-8"))["comparison"]["exact"]
    assert f"difference {exact['difference']:+.3f}" in against.stdout
    assert exact["second"] > exact["first"]


def test_being_measured_on_what_was_trained_on_is_a_warning(own: Path, work: Path) -> None:
    result = run("evaluate", "topic", "--bundle", own, "--data", work / "train.csv")
    assert f"warning: {own} was trained on train.csv" in result.stderr


def test_mistakes_are_all_named_and_nothing_is_written(work: Path) -> None:
    bad = work / "bad.csv"
    bad.write_text("正文,类别\n甲甲甲甲,收费\n,准入\n乙乙乙乙,\n丙丙丙丙,收 费\n", "utf-8")
    result = run("train", "topic", "--data", bad, "--output", work / "never", expect=2)
    assert [line.split(": ")[2] for line in result.stderr.splitlines()] == [
        f"{bad}:{line}" for line in (3, 4, 5)
    ]
    assert not (work / "never").exists()


@pytest.mark.parametrize(
    ("args", "says"),
    [
        (["train", "topic", "--data", "train.csv"], "--output"),
        (["train", "all", "--data", "train.csv", "--output", "x"], "give the folder"),
        (["train", "segmenter", "--test", "train.csv"], "--test"),
        (
            ["train", "topic", "--data", "train.csv", "-o", "x", "--label-column", "类"],
            "'编号', '正文', '类别'",
        ),
        (
            ["train", "topic", "--data", "train.csv", "-o", "x", "--labels", "收费,准入"],
            "unknown label '监督'",
        ),
        (["train", "topic", "--data", "train.csv", "-o", "x", "--config", "no.toml"], "no such file"),
        (["evaluate", "topic", "--bundle", "own"], "--data"),
        (["evaluate", "topic", "--against", "own"], "--bundle"),
        (["evaluate", "topic", "--bundle", "own", "--compare", "--data", "test.csv"], "cross-validation"),
        (["evaluate", "entities", "--data", "train.csv"], "name the bundle"),
    ],
)
def test_wrong_usage_says_what_to_do(
    own: Path, work: Path, monkeypatch: pytest.MonkeyPatch, args: Any, says: str
) -> None:
    monkeypatch.chdir(work)
    result = run(*args, expect=2)
    assert says in " ".join(result.stderr.replace("│", " ").split())
    assert not (work / "x").exists()


def test_all_settings_are_shown() -> None:
    assert "plain_c = 1.0" in run("train", "--show-config").stdout


def test_an_encoder_is_part_of_the_bundle(work: Path) -> None:
    folder = make_encoder(work / "tiny", ["退收费价格", "准入审批资质", "举报查处骗保"])
    bundle = work / "encoded"
    train = ("train", "topic", "--data", work / "train.csv", "--labels", "收费,准入,监督", "--output", bundle)
    run(*train, "--encoder", folder)
    shutil.rmtree(folder)
    made = verify_bundle(bundle).made_with["encoder"]
    assert re.fullmatch("tiny, SHA-256 [0-9a-f]{64}", made)
    assert made in run("info", "--bundle", bundle, "--card").stdout
    assert 'encoder = "tiny"' in (bundle / "config.toml").read_text("utf-8")
    labelled = json.loads(run("label", work / "letter.txt", "--bundle", bundle).stdout)
    assert labelled["topic"]["label"] == "收费"
    run("verify", bundle)
    said = run(*train, "--encoder", folder, expect=2).output
    assert f"{folder}: no such folder; the folder of a static-embedding model has tokenizer.json and" in said
    assert "is for the topic only" in run("train", "entities", "--encoder", folder, expect=2).output
