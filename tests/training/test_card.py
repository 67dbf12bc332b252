from __future__ import annotations

from typing import Any

from nhsa_nlp.pipeline.bundle import default_bundle_path, read_manifest
from nhsa_nlp.pipeline.manifest import FORMAT, Manifest
from nhsa_nlp.topic.labels import LABELS
from nhsa_nlp.training.card import render_card
from nhsa_nlp.training.settings import TrainingSettings
from nhsa_nlp.translation import Message


def manifest(**values: Any) -> Manifest:
    empty: dict[str, Any] = {
        "format": FORMAT,
        "name": "own",
        "version": "1.0.0",
        "seed": 7,
        "made_with": {"python": "3.11"},
        "labels": {"topic": ["收费", "准入"], "entities": []},
        "counts": {},
    }
    return Manifest(**{**empty, **values})


def test_an_empty_manifest_says_what_is_not_known() -> None:
    card = render_card(manifest(), TrainingSettings())
    assert card.startswith("# own 1.0.0\n")
    for piece in (
        "- topic labels: 收费, 准入",
        "- licence: not stated",
        "Not recorded.",
        "No cross-validated figures of the topic.",
        "Its labels are unrelated classes",
        "None: nothing suspicious was found in the data.",
        "Seed 7; all settings are in `config.toml`. python 3.11.",
    ):
        assert piece in card


def test_names_and_labels_cannot_become_markup() -> None:
    settings = TrainingSettings().changed(bundle__licence="<b>|\n# x")
    card = render_card(
        manifest(
            name="[a](b)", labels={"topic": ["`x`", "*y*"], "entities": []}, warnings={"topic": ["<i>\n- z"]}
        ),
        settings,
    )
    assert "\\[a\\](b) 1.0.0" in card
    assert "- topic labels: \\`x\\`, \\*y\\*" in card
    assert "- licence: \\<b\\>\\| \\# x\n" in card
    assert "- topic: \\<i\\> - z" in card


def test_each_part_has_its_row() -> None:
    digest = "0123456789abcdef" * 4
    data = {
        "topic": {
            "files": {"t.csv": digest},
            "texts": 12,
            "characters": 345,
            "labels": {"收费": 9, "准入": 3},
        },
        "segmenter": {"files": {"s.txt": digest}, "sentences": 67},
        "words": {"files": {"own.txt": digest}, "words": 2},
    }
    card = render_card(manifest(data=data), TrainingSettings())
    assert "| topic, training | t.csv (0123456789ab) | 12 | 345 | 收费 9, 准入 3 |" in card
    assert "| segmenter | s.txt (0123456789ab) | 67 |  |  |" in card
    assert "| custom words | own.txt (0123456789ab) | 2 |  |  |" in card
    assert "- Fewer than ten training texts: 收费, 准入." in card


def test_a_label_of_the_seven_without_a_text_is_a_limit() -> None:
    labels = {"topic": list(LABELS), "entities": []}
    data = {"topic": {"files": {}, "labels": dict.fromkeys(LABELS[:-1], 20)}}
    card = render_card(manifest(labels=labels, data=data), TrainingSettings())
    assert f"- No training text has the label {LABELS[-1]}." in card
    assert "unrelated classes" not in card


def test_the_card_of_the_bundle_that_is_shipped_has_all_figures() -> None:
    card = render_card(read_manifest(default_bundle_path()), TrainingSettings())
    for piece in (
        "exact label",
        "calibration error",
        "sector, grouped",
        "Entities, on the training documents",
    ):
        assert piece in card


def test_warnings_are_in_the_language_of_the_card() -> None:
    own = manifest(warnings={"topic": [Message("{count} texts are exact copies of others", count=3)]})
    assert "3 texts are exact copies of others" in render_card(own, TrainingSettings())
    card = render_card(own, TrainingSettings(), "zh")
    assert "exact copies" not in card
    assert "3 份" in card or "3 篇" in card or "3 条" in card
