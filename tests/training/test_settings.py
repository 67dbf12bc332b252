from pathlib import Path

import pytest

from nhsa_nlp.errors import InputError, InputProblemsError
from nhsa_nlp.training.settings import TrainingSettings, read_settings, stored_settings
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
    assert settings == TrainingSettings().changed(seed=3, entities__epochs=5, entities__dropout=0.0)
    assert type(settings.entities.dropout) is float


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
    [words]
    segmenter = "jeiba"
    """
    with pytest.raises(InputProblemsError) as caught:
        read_settings(written(tmp_path, text))
    assert [str(p).removeprefix(f"{tmp_path}/own.toml: ") for p in caught.value.problems] == [
        "seed must be a whole number from 0 to 2147483648, not 1.5",
        "bundle.name must be text in quotes, not 4",
        "data.labels must be a list of different names in quotes, not a list",
        "words.segmenter must be one of rjieba, jieba, pkuseg, char, not 'jeiba'",
        "topic is a table; write [topic]",
        "entities.epochs must be a whole number from 1 to 10000, not 0",
        "entities.dropout must be a number from 0 to 0.9, not true",
        "unknown setting 'entities.epoch'; did you mean epochs?",
        "evaluation.folds must be a whole number from 2 to 100, not 1",
        "unknown setting 'sead'; did you mean seed?",
        "unknown setting 'topik'; did you mean topic?",
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("trees = '3'", "trees must be a whole number from 1 to 10000, not '3'"),
        ("trees = true", "trees must be a whole number from 1 to 10000, not true"),
        ("trees = 3.0", "trees must be a whole number from 1 to 10000, not 3.0"),
        ("trees = 10001", "trees must be a whole number from 1 to 10000, not 10001"),
        ("trees = 2020-01-01", "trees must be a whole number from 1 to 10000, not 2020-01-01"),
        ("words_c = nan", "words_c must be a number from 1e-06 to 1000000.0, not NaN"),
        ("coverage = 1", "coverage must be a number between 0 and 1, not 1"),
        ("coverage = 0.0", "coverage must be a number between 0 and 1, not 0.0"),
        ("review_below = '0.5'", "review_below must be a number from 0 to 1.01, not '0.5'"),
        ("review_below = 1.02", "review_below must be a number from 0 to 1.01, not 1.02"),
        ("label_smoothing = 1.1", "label_smoothing must be a number from 0 to 1, not 1.1"),
    ],
)
def test_types_and_ranges_are_strict(tmp_path: Path, line: str, problem: str) -> None:
    with pytest.raises(InputProblemsError) as caught:
        read_settings(written(tmp_path, f"[topic]\n{line}\n"))
    assert str(caught.value) == f"{tmp_path}/own.toml: topic.{problem}"


@pytest.mark.parametrize(
    "line", ["trees = 1", "trees = 10000", "review_below = 1.01", "label_smoothing = 0", "words_c = 1e-6"]
)
def test_ends_of_ranges_are_allowed(tmp_path: Path, line: str) -> None:
    read_settings(written(tmp_path, f"[topic]\n{line}\n"))


@pytest.mark.parametrize("value", ['"a"', "[1]", '["a", " "]', "true"])
def test_a_list_of_names_is_one(tmp_path: Path, value: str) -> None:
    with pytest.raises(InputProblemsError, match=r"data\.labels must be a list of different names in quotes"):
        read_settings(written(tmp_path, f"[data]\nlabels = {value}\n"))


def test_settings_cannot_be_altered() -> None:
    with pytest.raises(ValueError, match="frozen"):
        TrainingSettings().topic.trees = 3


def test_a_renamed_setting_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputProblemsError) as caught:
        read_settings(written(tmp_path, "[topic]\ndoubt = 0.3\n"))
    problem = "the setting topic.doubt is called label_smoothing now; rename it"
    assert str(caught.value) == f"{tmp_path}/own.toml: {problem}"


def test_the_settings_of_an_older_bundle_are_read(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("seed = 3\n[topic]\ndoubt = 0.3\ntrees = 5\n", "utf-8")
    expected = TrainingSettings().changed(seed=3, topic__label_smoothing=0.3, topic__trees=5)
    assert stored_settings(tmp_path) == expected
    (tmp_path / "config.toml").unlink()
    assert stored_settings(tmp_path) == TrainingSettings()


def test_settings_of_another_version_say_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("[topic]\nzzz = 3\n", "utf-8")
    with pytest.raises(InputProblemsError, match=r"config\.toml: unknown setting 'topic\.zzz'; nhsa-nlp"):
        stored_settings(tmp_path)


def test_a_table_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('topic = ["doubt"]\n', "utf-8")
    with pytest.raises(InputProblemsError, match=r"config\.toml: .*topic"):
        stored_settings(tmp_path)


def test_a_dictionary_lies_beside_the_settings(tmp_path: Path) -> None:
    text = '[words]\nsegmenter = "pkuseg"\ndictionary = "lists/own.txt"\n'
    assert read_settings(written(tmp_path, text)).words.dictionary == str(tmp_path / "lists" / "own.txt")
    text = '[words]\ndictionary = "/lists/own.txt"\n'
    assert read_settings(written(tmp_path, text)).words.dictionary == "/lists/own.txt"


@pytest.mark.parametrize(
    "text", ["seed = ", "seed = 1\nseed = 2", "a = " + "[" * 5000, "seed = " + "1" * 5000]
)
def test_no_toml_is_one_line(tmp_path: Path, text: str) -> None:
    with pytest.raises(InputError, match="not TOML") as caught:
        read_settings(written(tmp_path, text))
    assert "\n" not in str(caught.value)


def test_an_option_is_checked_like_the_file() -> None:
    with pytest.raises(InputProblemsError, match="seed must be a whole number from 0"):
        TrainingSettings().changed(seed=-1)
