"""What the configuration of a bundle may hold: what training writes there, and nothing else.

spaCy's configuration names functions to call, models to load and files to read, and a manifest vouches for
none of them. So a bundle's is checked against a list before spaCy gets it: every function and every other
string is one of those that training writes. Whatever is not listed is refused.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, get_args

from nhsa_nlp.checks import reason_of, refuse_constant, show
from nhsa_nlp.errors import BundleError
from nhsa_nlp.pipeline.segmenters import SegmenterName

CONFIGURATION = "config.cfg"
MAX_BYTES = 8 * 1024
"""Training writes less than 3 kB, and spaCy's parser takes quadratic time."""

FACTORIES = ("nhsa_letter", "nhsa_topic", "nhsa_entities", "ner")
"""The components that a bundle may have."""

_VALUES: dict[str, tuple[str, ...]] = {
    "lang": ("zh",),
    "factory": FACTORIES,
    "segmenter": get_args(SegmenterName),
    "state_type": ("ner",),
    # The defaults of spaCy that are functions or names; the others are numbers, true, false and null.
    "pkuseg_user_dict": ("default",),
    "dev_corpus": ("corpora.dev",),
    "train_corpus": ("corpora.train",),
    "@tokenizers": ("nhsa_tokenizer.v1", "nhsa_tokenizer.v2"),
    "@vectors": ("spacy.Vectors.v1",),
    "@architectures": ("spacy.TransitionBasedParser.v2", "spacy.HashEmbedCNN.v2"),
    "@scorers": ("spacy.ner_scorer.v1",),
    "@readers": ("spacy.Corpus.v1",),
    "@loggers": ("spacy.ConsoleLogger.v1",),
    "@batchers": ("spacy.batch_by_words.v1",),
    "@optimizers": ("Adam.v1",),
    "@schedules": ("compounding.v1",),
}
"""The strings that may stand under a key, wherever that is."""
_REFERENCES = {
    "initialize.vectors": "${paths.vectors}",
    "initialize.init_tok2vec": "${paths.init_tok2vec}",
    "corpora.train.path": "${paths.train}",
    "corpora.dev.path": "${paths.dev}",
    "training.seed": "${system.seed}",
    "training.gpu_allocator": "${system.gpu_allocator}",
}
"""Spelt out, because what a reference stands for is put in after the check; there it is null or a number."""
_MOST = 1_000_000_000


def _is_size(value: object, most: int = _MOST) -> bool:
    return type(value) is int and 0 < value <= most


def _is_count(value: object) -> bool:
    return type(value) is int and 0 <= value <= _MOST


def _is_switch(value: object) -> bool:
    return type(value) is bool


_SETTINGS: dict[str, dict[str, Callable[[object], bool]]] = {
    "nhsa_letter": {},
    "nhsa_topic": {"evidence": _is_count, "sections": _is_switch},
    "nhsa_entities": {"grammar": _is_switch},
}
"""The settings of our own components, by their factory; there are no others."""
_TOKENIZER: dict[str, Callable[[object], bool]] = {
    "@tokenizers": lambda value: isinstance(value, str),
    "segmenter": lambda value: isinstance(value, str),
    "entity_borders": _is_switch,
}
_SIZES = ("batch_size", "hidden_width", "maxout_pieces", "width", "embed_size", "window_size")
_NEEDED = ("lang", "pipeline", "disabled", "tokenizer")  # of the section nlp
_LISTS_OF_COMPONENTS = ("pipeline", "disabled", "enabled", "frozen_components", "annotating_components")
_LINE = re.compile(
    r"\[(?P<section>[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+){0,9})\]"
    r"|(?P<key>@?[A-Za-z0-9_-]+) = (?P<value>[!-~](?:[ -~]*[!-~])?)|"
)
_COMPONENT = re.compile(r"(?!(?:tokenizer|vocab)\Z)[A-Za-z0-9_-]+")  # also the name of its folder
_DEEPEST = 100  # layers of a network, which are all built before its weights are read


def read_configuration(bundle: Path) -> dict[str, Any]:
    """Check the configuration of a bundle and return it, the references in it as they stand there.

    Raises
    ------
    BundleError
        If it cannot be read, or holds anything that training does not write.
    """
    path = bundle / CONFIGURATION
    config = _parse(path)
    components = config.setdefault("components", {})
    if not isinstance(components, dict):
        raise _refused(path, "components", components)
    for name, settings in components.items():
        if not _COMPONENT.fullmatch(name) or not isinstance(settings, dict) or "factory" not in settings:
            source = settings.get("source") if isinstance(settings, dict) else None
            raise _refused(path, f"components.{name}" + (".source" if source else ""), source or settings)
    for place, key, value in _leaves(config):
        if not _allowed(place, key, value, components):
            raise _refused(path, place, value)
    nlp = config.get("nlp", {})
    for key in _NEEDED:
        if key not in nlp:
            raise BundleError("nlp.{key} is missing; get the bundle again, or train it again", path, key=key)
    if not isinstance(nlp["tokenizer"], dict):
        raise _refused(path, "nlp.tokenizer", nlp["tokenizer"])
    _check_settings(path, "nlp.tokenizer", nlp["tokenizer"], _TOKENIZER)
    for name, settings in components.items():
        if settings["factory"] in _SETTINGS:
            own = {key: value for key, value in settings.items() if key != "factory"}
            _check_settings(path, f"components.{name}", own, _SETTINGS[settings["factory"]])
    return config


def _check_settings(
    path: Path, place: str, settings: Mapping[str, Any], known: Mapping[str, Callable[[object], bool]]
) -> None:
    for key, value in settings.items():
        if key not in known or not known[key](value):
            raise _refused(path, f"{place}.{key}", value)


def _parse(path: Path) -> dict[str, Any]:
    """Read the lines that training writes: sections, and keys with one JSON value or reference each.

    spaCy's parser reads these in the same way, and much else that is refused here: comments, values of
    several lines, defaults of all sections, sections that others copy.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BundleError(
                "more than {limit:,} bytes, so not a configuration that training wrote; get the bundle again",
                path,
                limit=MAX_BYTES,
            )
        lines = path.read_text("utf-8").split("\n")
    except (OSError, ValueError) as error:
        raise BundleError(
            "cannot be read ({error}); get the bundle again", path, error=reason_of(error)
        ) from error
    config: dict[str, Any] = {}
    section = config
    taken = {"DEFAULT"}
    for number, line in enumerate(lines, start=1):
        found = _LINE.fullmatch(line)
        if found is None or found["section"] in taken:
            raise _unreadable(path, number)
        if found["section"]:
            taken.add(found["section"])
            section = config
            for name in found["section"].split("."):
                section = section.setdefault(name, {})
                if not isinstance(section, dict):
                    raise _unreadable(path, number)
        elif found["key"]:
            if section is config or found["key"] in section:
                raise _unreadable(path, number)
            section[found["key"]] = _value(found["value"], path, number)
    return config


def _value(text: str, path: Path, number: int) -> Any:
    if text.startswith("${"):
        return text
    try:
        value = json.loads(text, parse_constant=refuse_constant)
    except (ValueError, RecursionError):
        raise _unreadable(path, number) from None
    if isinstance(value, dict):
        raise _unreadable(path, number)
    return value


def _unreadable(path: Path, number: int) -> BundleError:
    return BundleError(
        "cannot be read: not a line that training writes; get the bundle from someone you trust, or train it "
        "again",
        path,
        number,
    )


def _leaves(table: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, str, Any]]:
    """Yield whatever is not a table of its own, with its place and its key."""
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{within}{key}.")
        else:
            yield f"{within}{key}", key, value


def _allowed(place: str, key: str, value: Any, components: Mapping[str, Any]) -> bool:
    if key.startswith("@") or key == "factory" or isinstance(value, str):
        return value in _VALUES.get(key, ()) or (place in _REFERENCES and value == _REFERENCES[place])
    if isinstance(value, list):
        known = components if key in _LISTS_OF_COMPONENTS else ()
        names = [item for item in value if isinstance(item, str) and item in known]
        return len(names) == len(value) == len(set(names))
    if key in _LISTS_OF_COMPONENTS:
        return False
    if key == "depth":
        return _is_size(value, _DEEPEST)
    if key in _SIZES:
        return _is_size(value)
    return value is None or isinstance(value, int | float)


def _refused(path: Path, place: str, value: object) -> BundleError:
    shown = place if len(place) <= 80 else f"{place[:80]}…"
    return BundleError(
        "{name} = {value} is not something a bundle may hold, and was not loaded; get the bundle from "
        "someone you trust, or train it again",
        path,
        name=shown.encode("unicode_escape").decode(),
        value=show(value),
    )
