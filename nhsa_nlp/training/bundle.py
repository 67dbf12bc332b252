"""Training a whole bundle, or one part of it."""

from __future__ import annotations

import platform
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from nhsa_nlp.data.corpus import LabelledText
from nhsa_nlp.data.entities import AnnotatedText
from nhsa_nlp.errors import BundleError, InputError, OutputError
from nhsa_nlp.io.atomic import check_folder, write_folder_atomically
from nhsa_nlp.parallel import ProgressCallback, silent
from nhsa_nlp.pipeline.bundle import (
    CARD,
    MANIFEST,
    SETTINGS,
    default_bundle_path,
    verify_bundle,
    write_manifest,
)
from nhsa_nlp.pipeline.manifest import FORMAT, Manifest
from nhsa_nlp.pipeline.segmenters import WORDS_FILE
from nhsa_nlp.topic.labels import LABELS, OUR_LABELS
from nhsa_nlp.training.card import render_card
from nhsa_nlp.training.settings import TrainingSettings, stored_settings
from nhsa_nlp.training.sources import Part, Sources, genres_of, groups_of, read_sources
from nhsa_nlp.translation import Message

if TYPE_CHECKING:
    from spacy.language import Language

    from nhsa_nlp.pipeline.tokenizer import Tokenizer
    from nhsa_nlp.topic.classifier import TopicClassifier
    from nhsa_nlp.topic.model import TopicModel

GRAMMAR_LABELS = ("DOC_NO", "POLICY", "QUANTITY")
_PARTS: tuple[Part, ...] = ("segmenter", "topic", "entities")
_PACKAGES = ("nhsa-nlp", "jieba", "numpy", "rjieba", "scikit-learn", "spacy", "spacy-pkuseg")
_FIRST_VERSION = "0.1.0"
_MANY = 50_000  # texts of other labels; the figures of more are of those held out in the fit, with no other

WarningCallback = Callable[[str], None]


def train_all(
    data: str | Path,
    output: str | Path,
    *,
    seed: int | None = None,
    settings: TrainingSettings | None = None,
    n_jobs: int | None = None,
    on_progress: ProgressCallback = silent,
    on_warning: WarningCallback = lambda _: None,
) -> Path:
    """Train segmenter, topic classifier and entity recogniser, and write them as one bundle.

    Parameters
    ----------
    data
        Folder with ``replies.tsv``, ``entities.jsonl`` and ``segmented.txt``.
    output
        Folder of the bundle; an older bundle there is replaced once the new one is complete.
    seed
        Of every random choice; that of the settings if not given.
    settings
        The settings; all at their defaults if not given.
    n_jobs
        How many processes the folds are fitted in, -1 for one a core; the bundle is the same.
    on_progress, on_warning
        Called with what is going on, and with what may be wrong with the data before anything is trained.

    Raises
    ------
    InputError
        If the data cannot be used.
    OutputError
        If the bundle cannot be written.
    """
    chosen = (settings or TrainingSettings()).changed(seed=seed)
    return _Training(_PARTS, chosen, n_jobs, on_progress, on_warning).run([Path(data)], Path(output), None)


def train_part(
    part: Part,
    data: str | Path | Sequence[str | Path],
    output: str | Path,
    *,
    weights: Sequence[float] = (),
    seed: int | None = None,
    settings: TrainingSettings | None = None,
    test: str | Path | None = None,
    n_jobs: int | None = None,
    on_progress: ProgressCallback = silent,
    on_warning: WarningCallback = lambda _: None,
) -> Path:
    """Train one part and put it into the bundle at ``output``, whose other parts stay.

    Where there is no bundle yet, the other parts are those of the bundle that is shipped. Other parameters
    and errors are those of `train_all`, and a `BundleError` if the old bundle is not sound; only the data of
    that part is read.

    Parameters
    ----------
    data
        A folder, or a file. For ``topic`` a table of texts and labels, see
        `nhsa_nlp.data.corpus.read_labelled_table`, or `~nhsa_nlp.data.corpus.read_proposals`; the labels may
        be any, and there may be several sources. For ``entities`` annotations as
        `nhsa_nlp.data.annotations.entities` reads them (our own format, ``.spacy``, doccano, Label
        Studio); if it has labels other than POLICY, DOC_NO and QUANTITY, the grammar is taken out of the
        bundle and the trained recogniser alone tags its documents.
    weights
        ``topic``: how much the texts of each source count, from 0 on; 1 for those that have no weight.
    test
        A file of held-out texts to score the result on.
    """
    chosen = (settings or TrainingSettings()).changed(seed=seed)
    held_out = None if test is None else Path(test)
    sources = [Path(source) for source in ([data] if isinstance(data, str | Path) else data)]
    training = _Training((part,), chosen, n_jobs, on_progress, on_warning)
    return training.run(sources, Path(output), held_out, weights)


def renew_answers(bundle: str | Path) -> Manifest:
    """Let a bundle keep its answers to the samples of today (`nhsa_nlp.pipeline.replay`); nothing is trained.

    Returns
    -------
    Manifest
        As written; the other files are the same.

    Raises
    ------
    BundleError
        If the bundle is not sound, or does not give the answers that it kept.
    OutputError
        If it cannot be written.
    """
    from nhsa_nlp.pipeline.analyser import load_analyser
    from nhsa_nlp.pipeline.replay import answers, differences

    bundle = Path(bundle)
    manifest, now = verify_bundle(bundle), answers(load_analyser(bundle))
    for difference in differences(manifest.replay, now):
        raise BundleError(
            "it no longer answers as it did ({difference}); train it again", bundle, difference=difference
        )
    try:
        with write_folder_atomically(bundle) as new:
            shutil.copytree(bundle, new, dirs_exist_ok=True)
            return write_manifest(new, replace(manifest, replay=now))
    except OSError as error:
        raise OutputError(
            "cannot be written ({problem}); the old bundle is kept", bundle, problem=error.strerror
        ) from error


class _Training:
    """One training: what is to be trained, how, and who is notified."""

    def __init__(
        self,
        parts: tuple[Part, ...],
        settings: TrainingSettings,
        n_jobs: int | None,
        on_progress: ProgressCallback,
        on_warning: WarningCallback,
    ) -> None:
        self.parts, self.settings, self.n_jobs = parts, settings, n_jobs
        self.say, self.warn = on_progress, on_warning
        self.counts: dict[str, int] = {}
        self.metrics: dict[str, Any] = {}

    def run(
        self, data: Sequence[Path], output: Path, test: Path | None, weights: Sequence[float] = ()
    ) -> Path:
        from nhsa_nlp.pipeline.language import blank, load

        _check_writable(output)
        # All data is read before anything is trained, so a mistake in it shows at once.
        self.say("reading and checking the data")
        sources = read_sources(data, self.parts, self.settings, test, weights)
        for warning in [warning for part in sources.warnings.values() for warning in part]:
            self.warn(warning)
        replaced = (output / MANIFEST).is_file()
        segmenter = self.settings.words.segmenter or None
        old, nlp = None, blank(segmenter or "rjieba")
        if self.parts != _PARTS:
            base = output if replaced else default_bundle_path()
            old, nlp = verify_bundle(base), load(base, segmenter=segmenter)
            self.counts, self.metrics = dict(old.counts), dict(old.metrics)
            self.settings = _with_parts_of(self.settings, base, self.parts)
        tokenizer = cast("Tokenizer", nlp.tokenizer)
        if sources.words:
            tokenizer.user_words = sources.words
        # The copy of the settings in the bundle names the copy of the words there.
        dictionary = f"tokenizer/{WORDS_FILE}" if tokenizer.user_words else ""
        self.settings = self.settings.changed(
            words__segmenter=tokenizer.segmenter, words__dictionary=dictionary
        )
        if "segmenter" in self.parts:
            self._fit_segmenter(nlp, sources)
        if old is None:
            for name in ("letter", "topic", "entities"):
                nlp.add_pipe(f"nhsa_{name}", name=name)
        if "topic" in self.parts:
            self._fit_topic(nlp, sources)
        if "entities" in self.parts:
            nlp = self._fit_entities(nlp, sources)
        bundle = self.settings.bundle
        known = old if replaced else None
        nlp.meta["name"] = bundle.name or (known.name if known else output.resolve().name)
        nlp.meta["version"] = bundle.version or (known.version if known else _FIRST_VERSION)
        self.say("writing the bundle")
        _write(nlp, self._manifest(nlp, old, sources), self.settings, output)
        return output

    def _manifest(self, nlp: Language, old: Manifest | None, sources: Sources) -> Manifest:
        from nhsa_nlp.pipeline.records import as_analyser
        from nhsa_nlp.pipeline.replay import answers

        def kept(values: dict[str, Any]) -> dict[str, Any]:
            return {key: v for key, v in values.items() if key.removesuffix("_test") not in self.parts}

        return Manifest(
            format=FORMAT,
            name=nlp.meta["name"],
            version=nlp.meta["version"],
            seed=self.settings.seed,
            made_with=_made_with(_topic_model(nlp)),
            labels={"topic": list(_topic_model(nlp).classes), "entities": _entity_labels(nlp)},
            counts=self.counts,
            metrics=self.metrics,
            data={**kept(old.data if old else {}), **sources.described},
            warnings={**kept(old.warnings if old else {}), **sources.warnings},
            replay=answers(as_analyser(nlp)),
        )

    def _fit_segmenter(self, nlp: Language, sources: Sources) -> None:
        from nhsa_nlp.training.segmenter import train_segmenter

        self.say("training the segmenter")
        with tempfile.TemporaryDirectory() as folder:
            settings = self.settings.segmenter.model_dump()
            train_segmenter(sources.sentences, Path(folder), seed=self.settings.seed, **settings)
            cast("Tokenizer", nlp.tokenizer).use_pkuseg_model(Path(folder))
        self.counts["sentences"] = len(sources.sentences)

    def _fit_topic(self, nlp: Language, sources: Sources) -> None:
        from nhsa_nlp.training.topic import in_order, topic_classifier

        texts = [document.text for document in sources.labelled]
        labels = [document.label for document in sources.labelled]
        self.say(Message("training the topic classifier on {texts} texts", texts=len(texts)))
        tokenizer = cast("Tokenizer", nlp.tokenizer)
        classifier = topic_classifier(
            self.settings.topic,
            self.settings.seed,
            n_jobs=self.n_jobs,
            segmenter=tokenizer.segmenter,
            user_words=tokenizer.user_words,
        )
        genres, groups = genres_of(sources.labelled), groups_of(sources.labelled)
        classifier.fit(texts, labels, sources.weights, genres=genres, groups=groups, on_progress=self.say)
        model = in_order(classifier.model_, self.settings.data.labels)
        if model.encoded is not None:  # it is in the bundle; where it was is nobody else's business
            self.settings = self.settings.changed(topic__encoder=model.encoded.encoder.name)
        nlp.get_pipe("topic").model = model  # type: ignore[attr-defined]
        self.metrics.pop("topic_test", None)
        self.metrics["topic"] = self._cross_validated(sources.labelled, classifier)
        for key in ("replies", "texts"):
            self.counts.pop(key, None)
        ours = genres is None and set(labels) <= set(LABELS)
        self.counts["replies" if ours else "texts"] = len(texts)
        if sources.test_labelled:
            from nhsa_nlp.evaluation.held_out import score_model

            self.say("scoring the held-out texts")
            test, leaked = sources.test_labelled, set(sources.leaked)
            scores: dict[str, Any] = {**score_model(model, [d.text for d in test], [d.label for d in test])}
            scores["near_duplicates_of_training"] = len(leaked)
            if rest := [d for i, d in enumerate(test) if i not in leaked]:
                clean = score_model(model, [d.text for d in rest], [d.label for d in rest])
                scores["without_near_duplicates"] = {key: clean[key] for key in ("exact", "macro_f1")}
            self.metrics["topic_test"] = scores

    def _cross_validated(
        self, documents: Sequence[LabelledText], classifier: TopicClassifier
    ) -> Mapping[str, Any]:
        from sklearn.base import clone

        texts, labels = [document.text for document in documents], [document.label for document in documents]
        how: dict[str, Any] = {
            **self.settings.evaluation.model_dump(exclude={"documents"}),
            "seed": self.settings.seed,
            "n_jobs": self.n_jobs,
            "on_progress": self.say,
        }
        if set(labels) <= set(OUR_LABELS):
            from nhsa_nlp.evaluation.topic import evaluate_topic

            return evaluate_topic(
                texts,
                labels,
                classifier=clone(classifier).set_params(folds=0),
                genres=genres_of(documents),
                matters=groups_of(documents),
                origins=[document.origin for document in documents],
                **how,
            )
        from nhsa_nlp.evaluation.multiclass import cross_validate, score_held_out

        if len(texts) > _MANY and len(classifier.held_out_[0]):
            return score_held_out(texts, labels, classifier)
        try:
            most = self.settings.evaluation.documents
            return cross_validate(texts, labels, classifier=clone(classifier), documents=most, **how)
        except InputError as error:  # a handful of texts can be learnt from, not measured on
            self.warn(Message("no cross-validation: {error}", error=error))
            return {}

    def _fit_entities(self, nlp: Language, sources: Sources) -> Language:
        from nhsa_nlp.evaluation.entities import score_documents

        documents = sources.annotated
        nlp = _replace_ner(nlp, documents, self.settings, self.say)
        # The documents it was trained on, or the grammar was written with in view.
        self.metrics["entities"] = {"on the training documents": score_documents(nlp, documents)}
        self.metrics.pop("entities_test", None)
        self.counts["annotated"] = len(documents)
        self.counts["entities"] = sum(len(document.entities) for document in documents)
        if sources.test_annotated:
            from nhsa_nlp.evaluation.entities import count_entities
            from nhsa_nlp.evaluation.held_out import score_entities

            self.say("scoring the held-out texts")
            test = sources.test_annotated
            self.metrics["entities_test"] = score_entities(count_entities(nlp, test), test)
        return nlp


def _with_parts_of(settings: TrainingSettings, base: Path, trained: Sequence[Part]) -> TrainingSettings:
    """Return the settings, those of parts that are not trained being the old bundle's."""
    if not (base / SETTINGS).is_file():
        return settings
    old = stored_settings(base)
    return settings.model_copy(update={part: getattr(old, part) for part in _PARTS if part not in trained})


def _made_with(model: TopicModel) -> dict[str, str]:
    """Return the versions that matter, and which encoder there is."""
    found = {"python": platform.python_version(), **{name: version(name) for name in _PACKAGES}}
    if model.encoded is not None:
        found["encoder"] = f"{model.encoded.encoder.name}, SHA-256 {model.encoded.encoder.sha256}"
    return found


def _topic_model(nlp: Language) -> TopicModel:
    return cast("TopicModel", nlp.get_pipe("topic").model)  # type: ignore[attr-defined]


def _entity_labels(nlp: Language) -> list[str]:
    ours = set(GRAMMAR_LABELS) if nlp.get_pipe("entities").grammar else set()  # type: ignore[attr-defined]
    trained = nlp.get_pipe("ner").labels if "ner" in nlp.component_names else ()  # type: ignore[attr-defined]
    return sorted(ours | set(trained))


def _replace_ner(
    nlp: Language, documents: Sequence[AnnotatedText], settings: TrainingSettings, say: ProgressCallback
) -> Language:
    from nhsa_nlp.pipeline.ner import train_ner

    tokenizer, how = cast("Tokenizer", nlp.tokenizer), settings.entities.model_dump()
    trained = train_ner(documents, seed=settings.seed, tokenizer=tokenizer, on_progress=say, **how)
    if "ner" in nlp.component_names:
        nlp.remove_pipe("ner")
    nlp.add_pipe("ner", source=trained, before="entities")
    nlp.enable_pipe("ner")
    labels = {entity.label for document in documents for entity in document.entities}
    ours = labels <= set(GRAMMAR_LABELS)
    nlp.remove_pipe("entities")
    nlp.add_pipe("nhsa_entities", name="entities", config={"grammar": ours})
    if ours:
        # The grammar alone is as good on the replies, better on other documents, and much faster;
        # whoever wants the recogniser beside it loads the bundle with enable=["ner"].
        nlp.disable_pipe("ner")
    return nlp


def _check_writable(output: Path) -> None:
    """Find out before hours of training whether the result can be written."""
    if output.exists() and not output.is_dir():
        raise OutputError("is a file; give a folder for the bundle", output)
    if output.is_dir() and any(output.iterdir()) and not (output / MANIFEST).is_file():
        raise OutputError("is not empty and not a bundle; give an empty or new folder", output)
    check_folder(output, replaced=True)


def _write(nlp: Language, manifest: Manifest, settings: TrainingSettings, output: Path) -> None:
    """Write the bundle beside its place, then put it there: what is there is old or new, never half."""
    try:
        with write_folder_atomically(output) as new:
            # The vocabulary would keep every word of the training texts; nothing reads it.
            nlp.to_disk(new, exclude=["vocab"])
            (new / SETTINGS).write_bytes(settings.to_toml().encode("utf-8"))
            (new / CARD).write_bytes(render_card(manifest, settings).encode("utf-8"))
            write_manifest(new, manifest)
    except OSError as error:
        raise OutputError(
            "cannot be written ({problem}); the old bundle is kept", output, problem=error.strerror
        ) from error
