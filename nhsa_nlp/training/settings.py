"""The settings of a training: every knob in one place, read from TOML and written as TOML.

A knob is a field with its default, its help text and its range; the commented default file, the checks
and the copy that a bundle keeps all come from these.
"""

from __future__ import annotations

import dataclasses
import difflib
import json
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nhsa_nlp.checks import show, unreadable
from nhsa_nlp.errors import InputError, InputProblemsError


def _knob(
    default: Any,
    text: str,
    low: float | None = None,
    high: float | None = None,
    *,
    open_ends: bool = False,
    optional: bool = False,
) -> Any:
    """Describe a knob; with ``open_ends`` neither end of the range is allowed itself."""
    metadata = {"help": text, "low": low, "high": high, "open": open_ends, "optional": optional}
    return field(default=default, metadata=metadata)


@dataclass(frozen=True)
class BundleSettings:
    """The bundle."""

    name: str = _knob("", "Its name in every record; empty: the name of its folder.")
    version: str = _knob(
        "", "Its version; empty: that of the bundle it replaces, else 0.1.0. Raise it when results change."
    )
    licence: str = _knob("", "The licence of the data and of the bundle, for its card.")
    intended_use: str = _knob("", "What the bundle is meant for, for its card.")


@dataclass(frozen=True)
class DataSettings:
    """Where a table has what; the command line's options of the same names come first."""

    text_column: str = _knob("", "The column of the texts; empty: found by its name.")
    label_column: str = _knob("", "The column of the labels; empty: found by its name.")
    id_column: str = _knob("", "The column of the identifiers; empty: found by its name, or none.")
    labels: tuple[str, ...] = _knob(
        (),
        "The labels that may occur, in the order they are listed everywhere; empty: the seven of the three "
        "sectors where most texts have them, else whatever occurs.",
    )


@dataclass(frozen=True)
class TopicSettings:
    """The topic classifier; see nhsa_nlp.topic.TopicClassifier."""

    words_c: float = _knob(
        20.0, "The seven labels: inverse strength of the words' regularisation.", 1e-6, 1e6
    )
    shares_c: float = _knob(0.5, "The seven labels: the same for the shares of sentences.", 1e-6, 1e6)
    trees: int = _knob(200, "The seven labels: trees of each sector's forest.", 1, 10_000)
    doubt: float = _knob(
        0.4, "The seven labels: how far each is doubted in favour of what documents like it say.", 0, 1
    )
    plain_c: float = _knob(1.0, "Other labels: inverse strength of the regularisation.", 1e-6, 1e6)
    coverage: float = _knob(
        0.9, "How often answer and alternatives together shall hold the true label.", 0, 1, open_ends=True
    )
    target_error: float = _knob(
        0.2, "The share of wrong answers to accept among those not marked for review.", 0, 1, open_ends=True
    )
    review_below: float | None = _knob(
        None, "Mark answers less probable than this for review, whatever the target.", 0, 1.01, optional=True
    )
    folds: int = _knob(5, "Parts of the cross-validation that both thresholds come from; 0: none.", 0, 100)


@dataclass(frozen=True)
class EntitiesSettings:
    """The trained recogniser of entities (spaCy's ner)."""

    epochs: int = _knob(20, "Passes over the documents.", 1, 10_000)
    dropout: float = _knob(0.2, "The share of units left out in each step.", 0, 0.9)
    width: int = _knob(64, "The width of its network; wider is slower and may be better.", 8, 1024)
    depth: int = _knob(2, "The number of its convolutional layers.", 1, 16)


@dataclass(frozen=True)
class SegmenterSettings:
    """The trained word segmenter."""

    iterations: int = _knob(10, "Passes over the sentences.", 1, 1000)


@dataclass(frozen=True)
class EvaluationSettings:
    """The cross-validation whose figures the bundle keeps."""

    folds: int = _knob(5, "Its parts; near-duplicates stay in one.", 2, 100)
    repeats: int = _knob(1, "How often it is repeated with other parts.", 1, 1000)
    documents: int = _knob(
        20_000,
        "Where there are more texts than this, only the first parts up to so many are tested.",
        10,
        10**9,
    )


@dataclass(frozen=True)
class TrainingSettings:
    """Everything that decides what a training gives, apart from the data and the versions.

    Attributes
    ----------
    seed
        Of every random choice.
    bundle, data, topic, entities, segmenter, evaluation
        The knobs of each part.
    """

    seed: int = _knob(
        0, "The random seed; the same data, settings and versions give the same bundle.", 0, 2**31
    )
    bundle: BundleSettings = field(default_factory=BundleSettings)
    data: DataSettings = field(default_factory=DataSettings)
    topic: TopicSettings = field(default_factory=TopicSettings)
    entities: EntitiesSettings = field(default_factory=EntitiesSettings)
    segmenter: SegmenterSettings = field(default_factory=SegmenterSettings)
    evaluation: EvaluationSettings = field(default_factory=EvaluationSettings)

    def changed(self, **knobs: Any) -> TrainingSettings:
        """Return a copy with some knobs set, named as ``seed`` or ``bundle__name``; None changes nothing.

        Raises
        ------
        InputProblemsError
            If a value is of another type or out of range.
        """
        values = dataclasses.asdict(self)
        for path, value in knobs.items():
            if value is not None:
                *tables, name = path.split("__")
                table = values
                for key in tables:
                    table = table[key]
                table[name] = value
        return _built(values, None)

    def to_toml(self, *, comments: bool = False) -> str:
        """Return the settings as TOML, each knob with its help text and range if wanted."""
        return "\n".join(_toml(self, comments)).rstrip("\n") + "\n"


def read_settings(path: str | Path) -> TrainingSettings:
    """Read settings from a TOML file; knobs it does not name have their defaults.

    Raises
    ------
    InputError
        If the file cannot be read or is no TOML.
    InputProblemsError
        If it has unknown keys, or values of another type or out of range; all are named.
    """
    try:
        values = tomllib.loads(Path(path).read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            unreadable(error) if isinstance(error, OSError) else "not UTF-8; save the file as UTF-8", path
        ) from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise InputError(f"not TOML: {error}", path) from None
    return _built(values, path)


def _built(values: Mapping[str, Any], path: str | Path | None) -> TrainingSettings:
    problems: list[InputError] = []
    settings = _table(TrainingSettings, values, "", path, problems)
    if problems:
        raise InputProblemsError(problems)
    return settings  # type: ignore[no-any-return]


def _table(
    kind: type, values: Mapping[str, Any], prefix: str, path: str | Path | None, problems: list[InputError]
) -> Any:
    fields = {knob.name: knob for knob in dataclasses.fields(kind)}
    given: dict[str, Any] = {}
    for name, value in values.items():
        if name not in fields:
            near = difflib.get_close_matches(name, _all_knobs(), n=1, cutoff=0.6)
            advice = f"did you mean {near[0]}?" if near else "nhsa-nlp train --show-config lists them"
            problems.append(InputError(f"unknown setting {show(prefix + name)}; {advice}", path))
        elif dataclasses.is_dataclass(default := _default(fields[name])):
            if isinstance(value, dict):
                given[name] = _table(type(default), value, f"{prefix}{name}.", path, problems)
            else:
                problems.append(InputError(f"{prefix}{name} is a table; write [{prefix}{name}]", path))
        else:
            wrong, given[name] = _checked(fields[name], default, value)
            if wrong:
                problems.append(InputError(f"{prefix}{name} must be {wrong}, not {show(value)}", path))
    return kind(**given)


def _all_knobs() -> list[str]:
    return [name for table, names in _tables(TrainingSettings()) for name in (table, *names) if name]


def _tables(settings: TrainingSettings) -> Iterator[tuple[str, list[str]]]:
    yield "", [f.name for f in dataclasses.fields(settings) if not dataclasses.is_dataclass(_default(f))]
    for table in dataclasses.fields(settings):
        if dataclasses.is_dataclass(_default(table)):
            yield table.name, [f.name for f in dataclasses.fields(getattr(settings, table.name))]


def _default(knob: dataclasses.Field[Any]) -> Any:
    return knob.default if knob.default_factory is dataclasses.MISSING else knob.default_factory()


def _checked(knob: dataclasses.Field[Any], default: Any, value: Any) -> tuple[str, Any]:
    """Return what a value must be (empty if it is) and the value as it is kept."""
    low, high = knob.metadata["low"], knob.metadata["high"]
    if knob.metadata["optional"] and value is None:
        return "", None
    if isinstance(default, tuple):
        right = isinstance(value, list | tuple) and all(isinstance(v, str) and v.strip() for v in value)
        if right and len(set(value)) == len(value):
            return "", tuple(value)
        return "a list of different names in quotes", default
    if isinstance(default, str):
        return ("", value) if isinstance(value, str) else ("text in quotes", default)
    whole = isinstance(default, int)
    if isinstance(value, bool) or not isinstance(value, int if whole else int | float):
        return f"a {'whole ' if whole else ''}number", default
    inside = low < value < high if knob.metadata["open"] else low <= value <= high
    return ("" if inside else _range(knob)), (value if whole else float(value))


def _range(knob: dataclasses.Field[Any]) -> str:
    low, high = knob.metadata["low"], knob.metadata["high"]
    return f"between {low} and {high}" if knob.metadata["open"] else f"from {low} to {high}"


def _toml(table: Any, comments: bool, prefix: str = "") -> Iterator[str]:
    nested = []
    for knob in dataclasses.fields(table):
        value = getattr(table, knob.name)
        if dataclasses.is_dataclass(value):
            nested.append((knob.name, value))
            continue
        if comments:
            limits = "" if knob.metadata["low"] is None else f" ({_range(knob)})"
            yield from textwrap.wrap(f"# {knob.metadata['help']}{limits}", 100, subsequent_indent="# ")
        yield f"# {knob.name} is not set" if value is None else f"{knob.name} = {_toml_value(value)}"
        if comments:
            yield ""
    for name, value in nested:
        if not comments:
            yield ""
        if comments:
            yield f"# --- {type(value).__doc__}"
        yield f"[{prefix}{name}]"
        yield from _toml(value, comments, f"{prefix}{name}.")


def _toml_value(value: Any) -> str:
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml_value(item) for item in value) + "]"
    # A TOML basic string is a JSON string, but for the delete character; numbers are alike.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
