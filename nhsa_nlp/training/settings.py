"""The settings of a training: each in one place, read from TOML and written as TOML.

A setting is a field with its default, its description and its range; the commented default file, the
checks and the copy that a bundle keeps all come from these.
"""

from __future__ import annotations

import difflib
import json
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.fields import FieldInfo

from nhsa_nlp.checks import reason_of, show, unreadable
from nhsa_nlp.errors import InputError, InputProblemsError
from nhsa_nlp.pipeline.bundle import SETTINGS
from nhsa_nlp.pipeline.segmenters import SegmenterName
from nhsa_nlp.translation import Message

_RENAMED = {"topic.doubt": "label_smoothing"}


def setting(
    default: Any, text: str, low: float | None = None, high: float | None = None, *, open_ends: bool = False
) -> Any:
    """Describe a setting; with ``open_ends`` neither end of the range is allowed itself."""
    limits: dict[str, Any] = {"gt": low, "lt": high} if open_ends else {"ge": low, "le": high}
    return Field(default, description=text, **limits)


class _Table(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, allow_inf_nan=False)


def _different(names: tuple[str, ...]) -> tuple[str, ...]:
    if len(set(names)) < len(names) or not all(name.strip() for name in names):
        raise ValueError
    return names


# A list in TOML, which the strict models would not take for a tuple.
_Names = Annotated[tuple[str, ...], Field(strict=False), AfterValidator(_different)]


class BundleSettings(_Table):
    """The bundle."""

    name: str = setting("", "Its name in every record; empty: the name of its folder.")
    version: str = setting(
        "", "Its version; empty: that of the bundle it replaces, else 0.1.0. Raise it when results change."
    )
    licence: str = setting("", "The licence of the data and of the bundle, for its card.")
    intended_use: str = setting("", "What the bundle is meant for, for its card.")


class DataSettings(_Table):
    """Where a table has what; the command line's options of the same names come first."""

    text_column: str = setting("", "The column of the texts; empty: found by its name.")
    label_column: str = setting("", "The column of the labels; empty: found by its name.")
    id_column: str = setting("", "The column of the identifiers; empty: found by its name, or none.")
    labels: _Names = setting(
        (),
        "The labels that may occur, in the order they are listed everywhere; empty: the seven of the "
        "three sectors where most texts have them, else whatever occurs.",
    )


class WordsSettings(_Table):
    """What makes words of a text."""

    segmenter: Literal["", SegmenterName] = setting(
        "",
        "rjieba: jieba's dictionary, fast; jieba: the same in Python, slow; pkuseg: the trained "
        "segmenter, slower still; char: every character is a word. Empty: as in the bundle that this one "
        "is built upon, else rjieba.",
    )
    dictionary: str = setting(
        "",
        "A file of words of your own in jieba's format (word, frequency, tag; the last two may be left "
        "out), its path from the folder of these settings. Empty: those of the bundle that this one is "
        "built upon, else none.",
    )


class TopicSettings(_Table):
    """The topic classifier; see nhsa_nlp.topic.TopicClassifier."""

    words_c: float = setting(
        20.0, "The seven labels: inverse strength of the words' regularisation.", 1e-6, 1e6
    )
    shares_c: float = setting(0.5, "The seven labels: the same for the shares of sentences.", 1e-6, 1e6)
    trees: int = setting(200, "The seven labels: trees of each sector's forest.", 1, 10_000)
    label_smoothing: float = setting(
        0.4, "The seven labels: how much of each is replaced by what documents like it say.", 0, 1
    )
    scoped_c: float = setting(
        50.0, "Texts labelled by the definitions: inverse strength of the regularisation.", 1e-6, 1e6
    )
    plain_c: float = setting(1.0, "Other labels: inverse strength of the regularisation.", 1e-6, 1e6)
    coverage: float = setting(
        0.9, "How often answer and alternatives together shall hold the true label.", 0, 1, open_ends=True
    )
    target_error: float = setting(
        0.2, "The share of wrong answers to accept among those not marked for review.", 0, 1, open_ends=True
    )
    scoped_coverage: float = setting(
        0.98, "The coverage for texts of other genres than replies.", 0, 1, open_ends=True
    )
    scoped_target_error: float = setting(
        0.05, "The share of wrong answers for texts of other genres than replies.", 0, 1, open_ends=True
    )
    review_below: float | None = setting(
        None, "Mark answers less probable than this for review, whatever the target.", 0, 1.01
    )
    folds: int = setting(5, "Parts of the cross-validation that both thresholds come from; 0: none.", 0, 100)
    encoder: str = setting(
        "",
        "The folder of a static-embedding model that reads the texts beside the words (extra encoder), its "
        "path from the folder of these settings; empty: none.",
    )
    encoder_share: float = setting(0.5, "How much its answer counts beside the words'.", 0, 1)


class EntitiesSettings(_Table):
    """The trained recogniser of entities (spaCy's ner)."""

    epochs: int = setting(20, "Passes over the documents.", 1, 10_000)
    dropout: float = setting(0.2, "The share of units left out in each step.", 0, 0.9)
    width: int = setting(64, "The width of its network; wider is slower and may be better.", 8, 1024)
    depth: int = setting(2, "The number of its convolutional layers.", 1, 16)


class SegmenterSettings(_Table):
    """The trained word segmenter."""

    iterations: int = setting(10, "Passes over the sentences.", 1, 1000)


class EvaluationSettings(_Table):
    """The cross-validation whose figures the bundle keeps."""

    folds: int = setting(5, "Its parts; near-duplicates stay in one.", 2, 100)
    repeats: int = setting(1, "How often it is repeated with other parts.", 1, 1000)
    documents: int = setting(
        20_000,
        "Where there are more texts than this, only the first parts up to so many are tested.",
        10,
        10**9,
    )


class TrainingSettings(_Table):
    """Everything that decides what a training gives, apart from the data and the versions."""

    seed: int = setting(
        0, "The random seed; the same data, settings and versions give the same bundle.", 0, 2**31
    )
    bundle: BundleSettings = BundleSettings()
    data: DataSettings = DataSettings()
    words: WordsSettings = WordsSettings()
    topic: TopicSettings = TopicSettings()
    entities: EntitiesSettings = EntitiesSettings()
    segmenter: SegmenterSettings = SegmenterSettings()
    evaluation: EvaluationSettings = EvaluationSettings()

    def changed(self, **settings: Any) -> TrainingSettings:
        """Return a copy with some settings changed, named as ``seed`` or ``bundle__name``; not those None.

        Raises
        ------
        InputProblemsError
            If a value is of another type or out of range.
        """
        values = self.model_dump()
        for path, value in settings.items():
            if value is not None:
                table, _, name = path.rpartition("__")
                (values[table] if table else values)[name] = value
        return _checked(values, None)

    def to_toml(self, *, comments: bool = False) -> str:
        """Return the settings as TOML, each with its description and range if wanted."""
        return "\n".join(_toml(self, comments)).rstrip("\n") + "\n"


def read_settings(path: str | Path) -> TrainingSettings:
    """Read settings from a TOML file; those it does not name have their defaults.

    The paths of a dictionary and an encoder are then from the current folder, no longer from the file's.

    Raises
    ------
    InputError
        If the file cannot be read or is not TOML.
    InputProblemsError
        If it has unknown keys, or values of another type or out of range; all are named.
    """
    settings = _checked(_read_toml(path), path)
    if dictionary := settings.words.dictionary:
        settings = settings.changed(words__dictionary=str(Path(path).parent / dictionary))
    if encoder := settings.topic.encoder:
        settings = settings.changed(topic__encoder=str(Path(path).parent / encoder))
    return settings


def stored_settings(bundle: Path) -> TrainingSettings:
    """Read the settings that a bundle keeps, also of an older version; all at their defaults if none.

    Raises
    ------
    InputError
        See `read_settings`.
    """
    path = bundle / SETTINGS
    if not path.is_file():
        return TrainingSettings()
    values = _read_toml(path)
    for old, new in _RENAMED.items():
        table, name = old.split(".")
        if isinstance(values.get(table), dict) and name in values[table]:
            values[table][new] = values[table].pop(name)
    return _checked(values, path)


def _read_toml(path: str | Path) -> dict[str, Any]:
    try:
        return tomllib.loads(Path(path).read_text("utf-8-sig"))
    except OSError as error:
        raise InputError(unreadable(error), path) from None
    except UnicodeDecodeError:
        raise InputError("not UTF-8; save the file as UTF-8", path) from None
    except (ValueError, RecursionError) as error:  # the former also of a whole number that is too long
        raise InputError("not TOML: {error}", path, error=reason_of(error)) from None


def _checked(values: Mapping[str, Any], path: str | Path | None) -> TrainingSettings:
    try:
        return TrainingSettings.model_validate(values)
    except ValidationError as error:
        found = {tuple(map(str, e["loc"][:2])): (e["type"], e["input"]) for e in error.errors()}
        raise InputProblemsError(
            [InputError(_problem(names, *what), path) for names, what in found.items()]
        ) from None


def _problem(names: tuple[str, ...], kind: str, value: Any) -> str:
    name = ".".join(names)
    if name in _RENAMED:
        return Message(
            "the setting {name} is called {renamed} now; rename it", name=name, renamed=_RENAMED[name]
        )
    fields = dict(TrainingSettings.model_fields)
    for table, field in TrainingSettings.model_fields.items():
        if isinstance(field.default, BaseModel):
            fields |= {f"{table}.{n}": inner for n, inner in type(field.default).model_fields.items()}
    if kind == "extra_forbidden":
        known = {path.rpartition(".")[2] for path in fields}
        near = difflib.get_close_matches(names[-1], known, n=1, cutoff=0.6)
        advice = (
            Message("did you mean {near}?", near=near[0])
            if near
            else Message("nhsa-nlp train --show-config lists them")
        )
        return Message("unknown setting {name}; {advice}", name=show(name), advice=advice)
    if isinstance(fields[name].default, BaseModel):
        return Message("{name} is a table; write [{name}]", name=name)
    shown = show(value) if isinstance(value, str | bool | int | float | list | dict) else str(value)
    return Message(
        "{name} must be {wanted}, not {shown}", name=name, wanted=_wanted(fields[name]), shown=shown
    )


def _wanted(field: FieldInfo) -> str:
    if isinstance(field.default, tuple):
        return Message("a list of different names in quotes")
    if choices := [choice for choice in get_args(field.annotation) if isinstance(choice, str)]:
        return Message("one of {choices}", choices=", ".join(filter(None, choices)))
    if field.annotation is str:
        return Message("text in quotes")
    return (
        Message("a whole number {range}", range=_range(field))
        if field.annotation is int
        else Message("a number {range}", range=_range(field))
    )


def _range(field: FieldInfo) -> str:
    limits = {kind: value for limit in field.metadata for kind, value in asdict(limit).items()}
    low, high = limits.values()
    return (
        Message("between {low} and {high}", low=low, high=high)
        if "gt" in limits
        else Message("from {low} to {high}", low=low, high=high)
    )


def _toml(table: BaseModel, comments: bool) -> Iterator[str]:
    for name, field in type(table).model_fields.items():
        value = getattr(table, name)
        if isinstance(value, BaseModel):
            yield f"# --- {type(value).__doc__}" if comments else ""
            yield f"[{name}]"
            yield from _toml(value, comments)
            continue
        if comments:
            limits = f" ({_range(field)})" if field.metadata and not isinstance(value, tuple) else ""
            yield from textwrap.wrap(f"# {field.description}{limits}", 100, subsequent_indent="# ")
        yield f"# {name} is not set" if value is None else f"{name} = {_toml_value(value)}"
        if comments:
            yield ""


def _toml_value(value: Any) -> str:
    # A TOML basic string is a JSON string, but for the delete character; numbers and lists are alike.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
