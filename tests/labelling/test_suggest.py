from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pandas as pd
import pytest

from nhsa_nlp.data.corpus import LabelledText
from nhsa_nlp.errors import OutputError
from nhsa_nlp.io import Document
from nhsa_nlp.labelling.labelled import read_labelled
from nhsa_nlp.labelling.suggest import Suggestions, choose, suggest, uncertainty
from nhsa_nlp.labelling.worklist import COLUMNS, answer, choices, write_worklist
from nhsa_nlp.topic import TopicClassifier
from nhsa_nlp.topic.labels import LABELS, SCOPED_LABELS
from nhsa_nlp.topic.model import TopicModel
from tests.io.writers.records import DECLINED
from tests.labelling.audits import headline


@pytest.fixture(scope="session")
def model(headlines: list[LabelledText]) -> TopicModel:
    return TopicClassifier(folds=0).fit([i.text for i in headlines], [i.label for i in headlines]).model_


def mixed(seed: int) -> str:
    return headline("体育", 100 + seed) + headline("财经", 200 + seed)


@pytest.fixture(scope="session")
def pool() -> list[Document]:
    clear = [headline("娱乐", seed) for seed in range(300, 310)]
    texts = [
        *clear,
        mixed(0),
        mixed(1),
        mixed(0),
        mixed(1) + "又及",
        "hello world, nothing to see here at all",
    ]
    return [Document(f"d{n}", f"pool/d{n}.txt", text) for n, text in enumerate(texts)]


@pytest.fixture(scope="session")
def found(pool: list[Document], model: TopicModel) -> Suggestions:
    return suggest(pool, model, 2)


def test_uncertainty_is_the_lead_that_is_missing() -> None:
    assert np.allclose(uncertainty(np.array([[0.5, 0.5, 0], [0, 1, 0], [0.5, 0.2, 0.3]])), [1, 0, 0.8])
    assert uncertainty(np.ones((2, 1))).tolist() == [0, 0]


def test_the_unclear_documents_come_first_and_no_text_twice(found: Suggestions) -> None:
    chosen = [each.document.id for each in found.chosen]
    assert len(set(chosen)) == 2
    assert chosen[0] in {"d10", "d11", "d13"}  # of two kinds at once
    assert found.read == 15
    assert found.repeated == 1
    assert found.out_of_scope == 1
    assert all(0 <= each.uncertainty <= 1 and 0 <= each.novelty <= 1 for each in found.chosen)


def test_near_duplicates_are_not_chosen_twice(pool: list[Document], model: TopicModel) -> None:
    found = suggest(pool, model, 20)
    chosen = {each.document.id for each in found.chosen}
    assert len(chosen & {"d11", "d13"}) == 1
    assert "d10" in chosen
    assert len(chosen) == len(found.chosen) == 12


def test_what_is_labelled_is_not_chosen_again(pool: list[Document], model: TopicModel) -> None:
    found = suggest(pool, model, 20, labelled=[mixed(0), mixed(1)])
    chosen = {each.document.id for each in found.chosen}
    assert chosen.isdisjoint({"d10", "d11", "d12", "d13"})
    assert found.repeated == 3
    assert len(chosen) == len(found.chosen)


def reordered(text: str) -> str:
    """Return a headline of the same words that shares no run of characters with it."""
    words = text.removesuffix("。").split("：")[1].split("，")
    return "，".join(["新闻", *words[::-1]])


def test_the_first_choice_is_typical_and_the_second_is_unlike_it() -> None:
    odd = "台风、暴雨、降温、寒潮、霜冻、沙尘"
    many, few = [headline("体育", seed) for seed in range(8)], [headline("财经", seed) for seed in range(4)]
    texts = [odd, *few, *many]
    first, second, *_ = [row for row, _ in choose(np.ones(len(texts)), texts, 3)]
    assert texts[first] in many
    assert texts[second] in few
    assert texts[choose(np.ones(len(texts)), texts, 1, labelled=[texts[first]])[0][0]] in few


def test_what_the_model_is_sure_of_counts_less() -> None:
    many, few = [headline("体育", seed) for seed in range(8)], [headline("财经", seed) for seed in range(4)]
    weights = np.array([0.1] * len(many) + [1.0] * len(few))
    (chosen, _), *_ = choose(weights, [*many, *few], 1)
    assert chosen >= len(many)


def test_novelty_is_what_the_labelled_leave_unexplained() -> None:
    known = headline("体育", 1)
    texts = [reordered(known), headline("财经", 2)]
    novelty = dict(choose(np.ones(2), texts, 2, labelled=[known, known]))
    assert novelty[0] == pytest.approx(1 - 2 / 2.3)  # two labels of the same words, each with noise of 0.3
    assert novelty[1] == 1


def test_of_many_labelled_those_like_the_pool_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nhsa_nlp.labelling.suggest._COMPARED", 1)
    known = headline("体育", 1)
    others = [headline("财经", seed) for seed in range(5)]
    ((_, novelty),) = choose(np.ones(1), [reordered(known)], 1, labelled=[*others, known])
    assert novelty < 0.5
    assert choose(np.ones(1), [known + "又及"], 1, labelled=[*others, known]) == []


def test_an_empty_pool_gives_nothing(model: TopicModel) -> None:
    assert suggest([], model, 5).chosen == []
    assert choose(np.zeros(0), [], 5) == []


def test_a_large_pool_is_sampled_whatever_its_order(
    model: TopicModel, pool: list[Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = [each.document.text for each in suggest(pool, model, 3).chosen]
    assert len(whole) == 3
    monkeypatch.setattr("nhsa_nlp.labelling.suggest._COMPARED", 0)
    for documents in (pool, pool[::-1]):
        sampled = [each.document.text for each in suggest(iter(documents), model, 3).chosen]
        # The three unclear ones, and two of them are near-duplicates.
        assert sampled == whole[:2]


@pytest.mark.slow
def test_the_same_choice_for_any_number_of_processes(
    model: TopicModel, pool: list[Document], found: Suggestions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nhsa_nlp.labelling.suggest._CHUNK", 3)
    assert suggest(iter(pool), model, 2, n_jobs=2) == found


def test_a_worklist_in_every_format(tmp_path: Path, found: Suggestions, model: TopicModel) -> None:
    hostile = replace(found.chosen[0], document=Document("=1+1", "x", "=cmd|' /C calc'!A0\n" + mixed(0)))
    chosen = [hostile, *found.chosen[1:]]
    for suffix in (".xlsx", ".csv", ".tsv", ".jsonl"):
        write_worklist(tmp_path / f"list{suffix}", chosen, model.classes)
    sheet = openpyxl.load_workbook(tmp_path / "list.xlsx").worksheets[0]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0] == list(COLUMNS)
    assert [row[0] for row in rows[1:]] == ["=1+1", found.chosen[1].document.id]
    assert [row[2] for row in rows[1:]] == [None, None]
    assert sheet["A2"].data_type == "s"
    for suffix, delimiter in ((".csv", ","), (".tsv", "\t")):
        with (tmp_path / f"list{suffix}").open(encoding="utf-8-sig", newline="") as file:
            table = list(csv.DictReader(file, delimiter=delimiter))
        assert (table[0]["id"], table[0]["text"][0]) == ("'=1+1", "'")
        assert table[1]["text"] == found.chosen[1].document.text
    lines = (tmp_path / "list.jsonl").read_text("utf-8").splitlines()
    assert json.loads(lines[0])["text"] == hostile.document.text
    assert json.loads(lines[1])["label"] is None
    with pytest.raises(OutputError, match="the suffix must be one of"):
        write_worklist(tmp_path / "list.doc", chosen, model.classes)


@pytest.mark.parametrize("suffix", [".xlsx", ".csv", ".tsv"])
def test_a_worklist_in_chinese_is_read_when_it_is_filled_in(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, found: Suggestions, model: TopicModel, suffix: str
) -> None:
    path = tmp_path / f"list{suffix}"
    monkeypatch.setenv("NHSA_NLP_LANG", "zh")
    write_worklist(path, found.chosen, model.classes)
    table = (
        pd.read_excel(path) if suffix == ".xlsx" else pd.read_csv(path, sep="\t" if suffix == ".tsv" else ",")
    )
    assert list(table) == ["编号", "原文", "类别", "建议类别", "概率", "不确定程度", "新颖程度", "来源"]
    table["类别"] = "医保"
    if suffix == ".xlsx":
        table.to_excel(path, index=False)
    else:
        table.to_csv(path, sep="\t" if suffix == ".tsv" else ",", index=False)
    monkeypatch.setenv("NHSA_NLP_LANG", "en")
    texts = [each.document.text for each in found.chosen]
    assert [(item.text, item.label) for item in read_labelled(path)] == [(text, "医保") for text in texts]


def test_what_may_be_of_no_sector_is_suggested_by_its_reason() -> None:
    doubtful: Any = dict(DECLINED["topic"])
    offered = choices(SCOPED_LABELS)
    assert offered == (*SCOPED_LABELS, "near_scope")
    assert choices(LABELS) == LABELS
    assert answer(doubtful, offered) == "near_scope"
    assert answer(doubtful, LABELS) is None
    doubtful["label"] = "医疗"
    assert answer(doubtful, offered) == "医疗"
    assert answer(None, offered) is None


def test_a_text_of_no_sector_is_chosen_if_it_is_doubtful() -> None:
    texts = [f"建议{'县医院添置手术设备' if n % 2 else '修建通村公路桥梁'}{n}" for n in range(12)]
    labels = ["医疗" if n % 2 else "out_of_scope" for n in range(12)]
    model = TopicClassifier(folds=0).fit(texts, labels).model_
    pool = [Document(str(n), "", text) for n, text in enumerate(["建议修建乡村公路", "some English text"])]
    assert model.analyse(pool[0].text)["label"] is None
    found = suggest(pool, model, 2)  # without folds every label stays possible
    assert [each.document.id for each in found.chosen] == ["0"]
    assert found.out_of_scope == 1
