import json
from pathlib import Path
from typing import Any

import pytest
from spacy.language import Language

from nhsa_nlp.data.entities import AnnotatedText, EntityAnnotation
from nhsa_nlp.evaluation.entities import evaluate_entities, score_documents
from tests.paths import TRAINING_DATA


def test_scores_are_those_of_counting_by_hand(nlp: Language) -> None:
    text = "《甲办法》（以下简称《办法》）拨付50元，报销60%以上，设立一个机构。"
    spans: dict[str, dict[str, Any]] = {
        "《甲办法》": {"label": "POLICY", "alias": False},
        "《办法》": {"label": "POLICY", "alias": True, "ref": "甲办法"},
        "50元": {"label": "QUANTITY", "value": 50, "unit": "元", "op": "eq"},
        "60%": {"label": "QUANTITY", "value": 60, "unit": "%", "op": "eq"},  # the op is wrong on purpose
        "机构": {"label": "QUANTITY", "value": 1, "unit": "", "op": "eq"},  # nobody finds this one
    }
    gold = tuple(
        EntityAnnotation(text.index(t), text.index(t) + len(t), d.pop("label"), t, **d)
        for t, d in spans.items()
    )
    scores = score_documents(nlp, [AnnotatedText("a", text, gold)])
    assert (scores["POLICY"]["tp"], scores["POLICY"]["fp"], scores["POLICY"]["fn"]) == (2, 0, 0)
    assert (scores["QUANTITY"]["tp"], scores["QUANTITY"]["fp"], scores["QUANTITY"]["fn"]) == (2, 0, 1)
    assert scores["QUANTITY"]["f1"] == pytest.approx(0.8)
    assert scores["values"] == {"of": 2, "right": 0.5}
    assert scores["short_titles"] == {"of": 1, "right": 1.0}


@pytest.mark.slow
def test_cross_validation_on_a_small_corpus(tmp_path: Path) -> None:
    data = TRAINING_DATA
    (tmp_path / "replies.tsv").write_bytes((data / "replies.tsv").read_bytes())
    lines = (data / "entities.jsonl").read_text("utf-8").splitlines()[:5]
    (tmp_path / "entities.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    report: Any = evaluate_entities(tmp_path, folds=2, seed=1, ablation=True)
    assert json.loads(json.dumps(report)) == report
    total = sum(len(json.loads(line)["entities"]) for line in lines)
    assert report["entities"] == total
    for figures in report["variants"].values():
        labels = ("POLICY", "DOC_NO", "QUANTITY")
        assert sum(figures[x]["tp"] + figures[x]["fn"] for x in labels if x in figures) == total
    assert report["variants"]["grammar"]["training_seconds"] == 0
    alone = evaluate_entities(tmp_path, folds=2, seed=1)["variants"]
    assert list(alone) == ["grammar"]
    assert alone["grammar"]["QUANTITY"] == report["variants"]["grammar"]["QUANTITY"]
