from __future__ import annotations

import re
from typing import Any

from nhsa_nlp.pipeline.bundle import default_bundle_path, read_manifest
from nhsa_nlp.pipeline.manifest import FORMAT, Manifest
from nhsa_nlp.topic.labels import LABELS
from nhsa_nlp.training.card import render_card
from nhsa_nlp.training.settings import TrainingSettings, stored_settings
from nhsa_nlp.translation import Message, recognised, translated


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


def test_the_card_of_the_shipped_bundle_in_chinese_is_chinese() -> None:
    bundle = default_bundle_path()
    card = render_card(read_manifest(bundle), stored_settings(bundle), "zh")
    known = re.compile(
        r"[\w.-]+\.(?:jsonl|tsv|txt|toml)|`[^`]*`|F1|SHA-256|nhsa-nlp|MIT|DOC\\_NO|POLICY|QUANTITY|default|"
        r"(?:near|out)\\_(?:of\\_)?scope|\([0-9a-f]{12}\)"
    )
    lines = [known.sub("", line) for line in card.splitlines() if "scikit-learn" not in line]
    assert [line for line in lines if re.search("[a-wyzA-Z]{2,}", line)] == []
    assert "- 类别：有 17 组文本彼此至少半数相同" in card


def test_what_a_text_was_before_it_was_stored_is_recognised() -> None:
    for message in (
        Message(
            "{near} groups of texts share half their text or more; {apart} of these groups have "
            "different labels",
            near=17,
            apart=10,
        ),
        Message("{count} texts are exact copies of others", count=3),
    ):
        assert translated(recognised(f"{message}"), "zh") == translated(message, "zh")
    assert recognised("nothing of the kind") == "nothing of the kind"


def test_of_templates_that_fit_that_with_most_words_of_its_own_is_recognised() -> None:
    said = Message("the note is longer than {count} characters; shorten it", count=500)
    assert translated(recognised(f"{said}"), "zh") == translated(said, "zh")
