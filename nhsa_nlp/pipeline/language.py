"""Building and loading the spaCy ``Language``."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from nhsa_nlp.checks import reason_of
from nhsa_nlp.errors import BundleError
from nhsa_nlp.pipeline.bundle import default_bundle_path, verify_bundle
from nhsa_nlp.pipeline.segmenters import SegmenterName, check_segmenter

if TYPE_CHECKING:
    from spacy.language import Language


_TOKENIZER = "nhsa_tokenizer.v2"


def blank(segmenter: SegmenterName = "rjieba") -> Language:
    """Return a Chinese pipeline with our tokenizer and no components."""
    import spacy

    config = {"nlp": {"tokenizer": {"@tokenizers": _TOKENIZER, "segmenter": segmenter}}}
    nlp = spacy.blank("zh", config=config)
    nlp.max_length = sys.maxsize  # the tokenizer says it better
    return nlp


def load(
    path: str | Path | None = None,
    *,
    segmenter: SegmenterName | None = None,
    enable: Iterable[str] = (),
) -> Language:
    """Load a model bundle as a spaCy pipeline.

    Parameters
    ----------
    path
        The bundle's folder; without it the bundle that is shipped with the package.
    segmenter
        What makes the words: ``rjieba``, ``jieba``, ``pkuseg`` or ``char``; without it, as the bundle says.
    enable
        Components that the bundle holds but leaves off, such as ``ner``.

    Returns
    -------
    Language
        ``nlp(text)`` gives a ``Doc`` with ``doc._.record`` and the rest of `nhsa_nlp.pipeline.extensions`.

    Raises
    ------
    BundleError
        If the bundle is missing, incomplete, altered or of another format, or has no component of a name.
    InputError
        For a segmenter that does not exist.
    """
    import spacy

    check_segmenter(segmenter)
    bundle = default_bundle_path() if path is None else Path(path)
    manifest = verify_bundle(bundle)
    config: dict[str, Any] = {}
    if segmenter is not None:  # whatever the bundle calls its own
        config = {"nlp.tokenizer.@tokenizers": _TOKENIZER, "nlp.tokenizer.segmenter": segmenter}
    try:
        nlp = spacy.load(bundle, config=config)
    except BundleError:
        raise
    except Exception as error:
        # The files are those of the manifest, so what fails is the fit of versions.
        made = ", ".join(f"{name} {version}" for name, version in manifest.made_with.items())
        raise BundleError(
            "cannot be loaded by the installed packages ({error}); it was made with {made}",
            bundle,
            error=reason_of(error),
            made=made,
        ) from error
    for name in enable:
        if name not in nlp.component_names:
            raise BundleError(
                "has no component {name!r}, only {names}",
                bundle,
                name=name,
                names=", ".join(nlp.component_names),
            )
        nlp.enable_pipe(name)
    nlp.max_length = sys.maxsize  # the tokenizer says it better
    return nlp
