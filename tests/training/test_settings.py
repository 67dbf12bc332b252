import dataclasses
from pathlib import Path

import pytest

from nhsa_nlp.errors import InputError, InputProblemsError
from nhsa_nlp.training.settings import TrainingSettings, read_settings
from tests.paths import ROOT


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "own.toml"
    path.write_text(text, "utf-8")
    return path


def test_the_documented_defaults_are_the_defaults() -> None:
    path = ROOT / "training" / "configs" / "default.toml"
    assert path.read_text("utf-8") == TrainingSettings().to_toml(comments=True)
    assert read_settings(path) == TrainingSettings()


def test_what_is_written_is_read(tmp_path: Path) -> None:
    settings = TrainingSettings().changed(
        seed=7,
        bundle__name='引"号\\\n',
        data__labels=["收费", "准入"],
        topic__review_below=0.4,
        topic__trees=3,
    )
    assert read_settings(written(tmp_path, settings.to_toml())) == settings
    assert read_settings(written(tmp_path, settings.to_toml(comments=True))) == settings
    assert settings.topic.review_below == 0.4


def test_a_file_names_only_what_differs(tmp_path: Path) -> None:
    settings = read_settings(written(tmp_path, "seed = 3\n[entities]\nepochs = 5\ndropout = 0\n"))
    assert settings == dataclasses.replace(
        TrainingSettings(),
        seed=3,
        entities=dataclasses.replace(TrainingSettings().entities, epochs=5, dropout=0.0),
    )


def test_every_mistake_is_named(tmp_path: Path) -> None:
    text = """
    seed = 1.5
    sead = 1
    topic = 3
    [entities]
    epoch = 3
    epochs = 0
    dropout = true
    [evaluation]
    folds = 1
    [data]
    labels = ["a", "a"]
    [bundle]
    name = 4
    [topik]
    """
    with pytest.raises(InputProblemsError) as caught:
        read_settings(written(tmp_path, text))
    assert [str(p).removeprefix(f"{tmp_path}/own.toml: ") for p in caught.value.problems] == [
        "seed must be a whole number, not 1.5",
        "unknown setting 'sead'; did you mean seed?",
        "topic is a table; write [topic]",
        "unknown setting 'entities.epoch'; did you mean epochs?",
        "entities.epochs must be from 1 to 10000, not 0",
        "entities.dropout must be a number, not true",
        "evaluation.folds must be from 2 to 100, not 1",
        "data.labels must be a list of different names in quotes, not a list",
        "bundle.name must be text in quotes, not 4",
        "unknown setting 'topik'; did you mean topic?",
    ]


@pytest.mark.parametrize("text", ["seed = ", "seed = 1\nseed = 2", "a = " + "[" * 5000])
def test_no_toml_is_one_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="not TOML") as caught:
        read_settings(written(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_an_option_is_checked_like_the_file() -> None:
    with pytest.raises(InputProblemsError, match="seed must be from 0"):
        TrainingSettings().changed(seed=-1)
