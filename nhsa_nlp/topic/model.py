"""The fitted topic model: predicting, explaining, saving.

It needs only numpy and the word segmenter, not a training library.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.errors import ArgumentError
from nhsa_nlp.letter import Letter
from nhsa_nlp.record import Alternative, Evidence, SectionRecord, TopicRecord
from nhsa_nlp.text import CleanText, Range
from nhsa_nlp.text.segmenters import make_dictionary_segmenter
from nhsa_nlp.topic import storage
from nhsa_nlp.topic.features import DocumentFeatures, extract
from nhsa_nlp.topic.genres import GenreModel
from nhsa_nlp.topic.labels import (
    FACETS,
    LABELS,
    OUT_OF_SCOPE,
    SCOPED_LABELS,
    SCOPED_MEMBERSHIP,
    label_to_facets,
)
from nhsa_nlp.topic.linear import LinearModel
from nhsa_nlp.topic.scoped import ScopedModel
from nhsa_nlp.topic.storage import Thresholds

FloatArray = NDArray[np.float64]

_BATCH = 64  # documents whose features are held at a time
_NEGLIGIBLE = 1e-4  # log-odds; less is not evidence
_FIRST = 50  # terms that are sorted first: evidence is mostly among them
_FEW = 6  # Chinese characters; an answer to fewer is for review, whatever its probability
_CHINESE = re.compile(r"[\u3400-\u9fff]+")


class SectionTopic(SectionRecord):
    """What a numbered section is about; ``facets`` is empty if it is too short or out of scope."""

    facets: dict[str, float]


class TopicModel(storage.State):
    """A fitted topic classifier.

    Parameters
    ----------
    classes
        The labels, as the columns of `predict_proba`.
    inner
        The fitted weights: a `FacetModel` if ``classes`` are the seven labels, a `ScopedModel` or a
        `GenreModel` if they are these and ``out_of_scope``.
    review_below, set_above
        See `Thresholds`; for texts of a kind that has none of its own.
    segmenter, user_words
        What cuts the texts into words, see `nhsa_nlp.text.segmenters.make_dictionary_segmenter`.
    kinds
        The thresholds of kinds of texts, by their name: ``reply``, ``title``, ``text``.
    encoded
        What reads the texts beside the words, if anything does.
    """

    def predict_proba(self, texts: Sequence[str]) -> FloatArray:
        """Return the probability of each class: shape (texts, classes).

        Raises
        ------
        ArgumentError
            If ``texts`` is a single string or holds anything but strings.
        """
        texts = checked_texts(texts)
        parts = [
            self._predict([self.extract(text) for text in texts[start : start + _BATCH]])
            for start in range(0, len(texts), _BATCH)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, len(self.classes)))

    def predict(self, texts: Sequence[str]) -> list[str]:
        """Return the most probable class of each text."""
        return [self.classes[i] for i in self.predict_proba(texts).argmax(axis=1)]

    def predict_facets(self, texts: Sequence[str]) -> FloatArray:
        """Return the probability of each facet: shape (texts, 3), columns as ``FACETS``.

        Raises
        ------
        ArgumentError
            If the classes are not the seven labels.
        """
        self._check_facets()
        return np.asarray(self.predict_proba(texts) @ self._membership, dtype=np.float64)

    def extract(self, text: str | CleanText, letter: Letter | None = None) -> DocumentFeatures:
        """Return the features of a text, raw or cleaned, which `analyse` and `sections` take in its place.

        Its anatomy is given where the caller has it already.
        """
        segmenter = make_dictionary_segmenter(self.segmenter, self.user_words)
        return extract(text, self.inner.lexicon, segmenter, letter)

    def explain(self, text: str, top: int = 10) -> list[Evidence]:
        """Return the words that spoke most for or against the answer, at their first place.

        For the seven labels ``facet`` is one of ``FACETS`` and all three are explained; otherwise
        it is the most probable class. Weights are shares of the score (log-odds): those of all terms
        and what does not depend on any term (the bias, the forest's mean, whether there are titles)
        add up to it. Beyond the first ``top`` are left out: terms of less weight, terms inside one
        already named for the same facet, n-grams that reach over an end of the text, and weights too
        small to matter.
        """
        document = self._checked(text)
        return self._evidence(document, *self._explain(document), top)

    def analyse(self, text: str | DocumentFeatures, top: int = 10) -> TopicRecord:
        """Return label, probabilities, evidence, and whether somebody should look at it.

        The answer and its ``alternatives``, most probable first, are a prediction set: together they
        hold the true label as often as the classifier's ``coverage`` says.
        """
        document = self._checked(text)
        refusal = self.inner.refusal(document)
        if refusal:
            return _refused(refusal)
        probabilities, terms, weights = self._explain(document)
        order = np.argsort(-probabilities, kind="stable")
        thresholds = self.thresholds(document)
        possible = [i for i in order[1:] if probabilities[i] >= thresholds.set_above]
        others: list[Alternative] = [
            {"label": self.classes[i], "probability": _rounded(probabilities[i])}
            for i in possible
            if self.classes[i] != OUT_OF_SCOPE
        ]
        label = self.classes[order[0]]
        if label == OUT_OF_SCOPE:
            return {**_refused(self._scope(document)), "alternatives": others}
        best = float(probabilities[order[0]])
        review = best < thresholds.review_below or (
            self.has_facets and sum(map(len, _CHINESE.findall(document.text))) < _FEW
        )
        reason = None
        if review:
            outside = bool(possible) and self.classes[possible[0]] == OUT_OF_SCOPE
            reason = self._scope(document) if outside else "low_confidence"
        return {
            "label": label,
            "probability": _rounded(best),
            "facets": self._facets(probabilities) if self.has_facets else {},
            "alternatives": others,
            "review": review,
            "reason": reason,
            "evidence": self._evidence(document, probabilities, terms, weights, top),
        }

    def thresholds(self, document: DocumentFeatures) -> Thresholds:
        """Return what decides on a document's probabilities: the thresholds of its kind of text."""
        return self.kinds.get(self.kind(document)) or Thresholds(self.review_below, self.set_above)

    def kind(self, document: DocumentFeatures) -> str:
        """Return what kind of text a document is to the thresholds; empty where there is one kind only."""
        return self.inner.kind(document) if isinstance(self.inner, ScopedModel | GenreModel) else ""

    def sections(self, text: str | DocumentFeatures) -> list[SectionTopic]:
        """Return what each numbered section of a letter or notice is about, read by itself.

        Offsets and titles are those of `nhsa_nlp.letter.parse_letter`.

        Raises
        ------
        ArgumentError
            If ``text`` is not a string, or the classes are not the seven labels.
        """
        document = self._checked(text)
        self._check_facets()
        found: list[SectionTopic] = []
        for section in document.letter.record["sections"]:
            part = self.extract(document.cleaned.raw[section["start"] : section["end"]])
            refused = self.inner.refusal(part) is not None
            found.append({**section, "facets": {} if refused else self._facets(self._predict([part])[0])})
        return found

    @property
    def has_facets(self) -> bool:
        """Whether the classes are the seven labels, with or without ``out_of_scope``."""
        return self.classes in (LABELS, SCOPED_LABELS)

    def to_disk(self, directory: str | Path) -> None:
        """Write the model into a directory; the same model gives the same bytes.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        storage.save(Path(directory), self)

    @classmethod
    def from_disk(cls, directory: str | Path) -> TopicModel:
        """Load a model that `to_disk` wrote; nothing in the files is ever executed.

        Raises
        ------
        BundleError
            If a file is missing, altered or of another format.
        """
        return cls(**vars(storage.load(Path(directory))))

    def _predict(self, documents: list[DocumentFeatures]) -> FloatArray:
        return self._mixed(self.inner.predict(documents), documents)

    def _explain(self, document: DocumentFeatures) -> tuple[FloatArray, list[str], FloatArray]:
        probabilities, terms, weights = self.inner.explain(document)
        return self._mixed(probabilities[None], [document])[0], terms, weights

    def _mixed(self, said: FloatArray, documents: list[DocumentFeatures]) -> FloatArray:
        if self.encoded is None:
            return said
        return self.encoded.mixed(said, self.encoded.encoder.encode([each.text for each in documents]))

    def _check_facets(self) -> None:
        if not self.has_facets:
            raise ArgumentError(
                "facets exist for the labels {labels} only; use predict_proba", labels=", ".join(LABELS)
            )

    @property
    def _membership(self) -> FloatArray:
        return SCOPED_MEMBERSHIP[: len(self.classes)].astype(np.float64)

    def _facets(self, probabilities: FloatArray) -> dict[str, float]:
        shares = probabilities @ self._membership
        return {facet: _rounded(p) for facet, p in zip(FACETS, shares, strict=True)}

    def _scope(self, document: DocumentFeatures) -> str:
        assert isinstance(self.inner, ScopedModel | GenreModel)  # noqa: S101 - no other has the class
        return self.inner.scope(document)

    def _checked(self, text: str | DocumentFeatures) -> DocumentFeatures:
        return text if isinstance(text, DocumentFeatures) else self.extract(checked_texts([text])[0])

    def _evidence(
        self,
        document: DocumentFeatures,
        probabilities: FloatArray,
        terms: list[str],
        weights: FloatArray,
        top: int,
    ) -> list[Evidence]:
        names: Sequence[str] = FACETS
        if isinstance(self.inner, LinearModel):
            best = int(probabilities.argmax())
            names, weights = [self.classes[best]], weights[:, [best]]
        flat = weights.T.ravel()
        requests = document.requests
        evidence: list[Evidence] = []
        taken: list[tuple[int, int, int]] = []
        # The sectors of the answer of which nothing has been named yet.
        answer = self.classes[int(probabilities.argmax())]
        due: set[int] = set()
        if self.has_facets and top and answer != OUT_OF_SCOPE:
            due = {FACETS.index(facet) for facet in label_to_facets(answer)}
        for position, weight in _by_size(flat):
            if len(evidence) >= top and not due:
                break
            output, row = divmod(position, len(terms))
            if len(evidence) + len(due) >= top and not (output in due and weight > 0):
                continue
            place = _place(document, terms[row], requests)
            if place is None:
                continue
            begin, finish = place
            if any(o == output and b < finish and begin < e for b, e, o in taken):
                continue
            if weight > 0:
                due.discard(output)
            taken.append((begin, finish, output))
            start, end = document.cleaned.to_raw(begin, finish)
            evidence.append(
                {
                    "start": start,
                    "end": end,
                    "text": document.cleaned.raw[start:end],
                    "facet": names[output],
                    "weight": _rounded(weight),
                    "request": any(b <= begin < e for b, e in requests),
                }
            )
        return evidence


def _by_size(weights: FloatArray) -> Iterator[tuple[int, float]]:
    """Yield the places of weights that matter, and these, the largest first; few are ever asked for."""
    sizes = np.abs(weights)
    places = np.flatnonzero(sizes > _NEGLIGIBLE)
    sizes = sizes[places]
    least = np.partition(sizes, -_FIRST)[-_FIRST] if len(sizes) > _FIRST else 0.0
    for part in (sizes >= least, sizes < least):
        ordered = places[part][np.argsort(-sizes[part], kind="stable")]
        yield from zip(ordered.tolist(), weights[ordered].tolist(), strict=True)


def _place(document: DocumentFeatures, term: str, requests: Sequence[Range]) -> Range | None:
    """Return where a term is: in what is asked for if it is there, else its first place."""
    text = document.text
    if term not in text:
        lower = text.lower()
        if len(lower) != len(text) or term not in lower:
            return None
        text = lower
    for begin, finish in requests:
        if (found := text.find(term, begin, finish)) >= 0:
            return found, found + len(term)
    found = text.find(term)
    return found, found + len(term)


def _refused(reason: str) -> TopicRecord:
    return {
        "label": None,
        "probability": None,
        "facets": {},
        "alternatives": [],
        "review": True,
        "reason": reason,
        "evidence": [],
    }


def checked_texts(texts: Sequence[str]) -> list[str]:
    """Return the texts as a list.

    Raises
    ------
    ArgumentError
        If it is a single string, a table, not a sequence, or holds anything but strings.
    """
    if isinstance(texts, str):
        raise ArgumentError("expected a list of texts, got a single string; wrap it in a list")
    # The items of a data frame are the names of its columns.
    if not isinstance(texts, Iterable) or getattr(texts, "ndim", 1) != 1:
        raise ArgumentError(
            "expected a list of texts, got {kind}; give one column of strings", kind=type(texts).__name__
        )
    found = list(texts)
    for position, text in enumerate(found):
        if not isinstance(text, str):
            raise ArgumentError(
                "text {position} is {kind}, not a string", position=position, kind=type(text).__name__
            )
    return [str(text) for text in found]


def _rounded(value: float) -> float:
    """Round for a record: later digits differ between machines."""
    return round(float(value), 6)
