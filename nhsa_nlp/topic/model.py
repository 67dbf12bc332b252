"""The fitted topic model as plain arrays: predicting and explaining.

Needs numpy and the word cutter only. What scikit-learn fits is copied into arrays, because its
own fitted objects do not load across its versions, and neither they nor pickles are safe to open.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nhsa_nlp.errors import InputError
from nhsa_nlp.letter import parse_letter
from nhsa_nlp.record import Evidence, SectionRecord, TopicRecord
from nhsa_nlp.topic.features import Reading, ThemeFeatures, read
from nhsa_nlp.topic.forest import Forest
from nhsa_nlp.topic.labels import FACETS, LABELS, MEMBERSHIP
from nhsa_nlp.topic.terms import TermSpace

FloatArray = NDArray[np.float64]

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_LETTERS = re.compile(r"[^\W\d_]")
_FEWEST = 10  # Chinese characters; with fewer there is nothing to judge
_BATCH = 64  # documents whose features are held at a time
_IN_SCOPE = 0.04  # share of characters in sector terms; about the least on-topic texts have is 0.07
_NEGLIGIBLE = 1e-4  # log-odds; less is no evidence
_CERTAIN = 1e-3  # a forest's 0 or 1 is a count of a few documents, not certainty


@dataclass(frozen=True)
class LinearTerms:
    """A linear model over terms.

    Parameters
    ----------
    space
        The terms.
    weights
        Shape (terms, outputs).
    """

    space: TermSpace
    weights: FloatArray

    def logits(self, documents: Sequence[Counter[str]]) -> FloatArray:
        """Return the scores without bias: shape (documents, outputs)."""
        scores = np.zeros((len(documents), self.weights.shape[1]))
        for row, counts in enumerate(documents):
            columns, values = self.space.vector(counts)
            scores[row] = values @ self.weights[columns]
        return scores

    def attribute(self, counts: Counter[str]) -> tuple[list[str], FloatArray]:
        """Return a document's terms and what each adds to the scores: shape (terms, outputs)."""
        columns, values = self.space.vector(counts)
        vocabulary = self.space.vocabulary
        return [vocabulary[column] for column in columns.tolist()], values[:, None] * self.weights[columns]

    def contributions(self, counts: Counter[str], outputs: Sequence[int]) -> list[dict[str, float]]:
        """Attribute the scores of some outputs to the terms."""
        terms, weights = self.attribute(counts)
        return [dict(zip(terms, weights[:, output].tolist(), strict=True)) for output in outputs]


@dataclass(frozen=True)
class FacetModel:
    """Three yes/no models and the joint distribution over the seven labels.

    A facet's score is a mix of three log-odds: a linear model over words, a linear model over the
    shares of sentences that speak of each theme, and a forest over these shares. Given the text the
    facets are independent, except that one of them must be there.

    Parameters
    ----------
    features
        The shares and the lexicon behind them.
    words
        Linear model over words, outputs as ``FACETS``.
    word_bias, share_bias
        Shape (3,).
    share_weights
        Shape (features, 3).
    forest
        Outputs as ``FACETS``.
    mix
        Shape (3, 3): the weights of words, shares and forest (rows) in each facet (columns).
    """

    features: ThemeFeatures
    words: LinearTerms
    word_bias: FloatArray
    share_weights: FloatArray
    share_bias: FloatArray
    forest: Forest
    mix: FloatArray

    def read(self, text: str) -> Reading:
        """Read a raw text, with its sector terms."""
        return read(text, self.features.lexicon)

    def members(self, readings: Sequence[Reading]) -> FloatArray:
        """Return the log-odds of words, shares and forest: shape (3, documents, 3)."""
        shares = np.stack([self.features(reading) for reading in readings])
        return np.stack(
            [
                self.words.logits([r.word_counts for r in readings]) + self.word_bias,
                shares @ self.share_weights + self.share_bias,
                _log_odds(self.forest.predict(shares)),
            ]
        )

    def probabilities(self, readings: Sequence[Reading]) -> FloatArray:
        """Return the probabilities of the seven labels: shape (documents, 7)."""
        return label_distribution(np.einsum("mdf,mf->df", self.members(readings), self.mix))

    def in_scope(self, reading: Reading) -> bool:
        """Return whether a document speaks of the three sectors at all."""
        return self.features.density(reading) >= _IN_SCOPE

    def contributions(self, reading: Reading) -> tuple[list[str], FloatArray]:
        """Attribute the scores to terms: the terms and their weights, shape (terms, 3)."""
        shares = self.features(reading)
        odds = self.forest.predict(shares[None])[0]
        credit = self.forest.contributions(shares)
        base = odds - credit.sum(axis=1)
        # Credits are shares of yes; the slope between base and prediction makes them log-odds.
        rise = np.where(np.abs(odds - base) > _NEGLIGIBLE, odds - base, np.inf)
        slope = (_log_odds(odds) - _log_odds(base)) / rise
        weights = self.mix[1] * self.share_weights * shares[:, None]
        weights += self.mix[2] * slope * credit.T
        terms, found = self.words.attribute(reading.word_counts)
        shared = self.features.attribute(reading, weights)
        place = {term: row for row, term in enumerate(terms)}
        terms += [term for term in shared if term not in place]
        place.update((terms[row], row) for row in range(len(place), len(terms)))
        total = np.zeros((len(terms), len(FACETS)))
        total[: len(found)] = self.mix[0] * found
        if shared:
            total[[place[term] for term in shared]] += np.array(list(shared.values()))
        return terms, total


@dataclass(frozen=True)
class LinearModel:
    """A linear model over words and character n-grams, for any other labels.

    Upper and lower case are the same to it. Words are those of a text cut once and those of the
    dictionary that lie in it; n-grams cross punctuation, the borders of words and the ends of the text.

    Parameters
    ----------
    words, characters
        Linear models with an output a class.
    bias
        Shape (classes,).
    """

    words: LinearTerms
    characters: LinearTerms
    bias: FloatArray

    def read(self, text: str) -> Reading:
        """Read a raw text; sector terms mean nothing to other labels."""
        return read(text, None)

    def probabilities(self, readings: Sequence[Reading]) -> FloatArray:
        """Return the probabilities of the classes: shape (documents, classes)."""
        scores = self.words.logits([r.all_words for r in readings])
        scores += self.characters.logits([r.all_ngrams for r in readings])
        return _softmax(scores + self.bias)

    def sharpened(self, factor: float) -> LinearModel:
        """Return the model with its scores multiplied: above 1 it is surer of the same answers.

        Its weights are rounded to half precision, so that a model saved and loaded is the same.
        """
        words, characters = (
            LinearTerms(terms.space, (terms.weights * factor).astype(np.float16).astype(np.float64))
            for terms in (self.words, self.characters)
        )
        return LinearModel(words, characters, self.bias * factor)

    def in_scope(self, reading: Reading) -> bool:
        """Return whether any word or n-gram of two characters or more is known."""
        known = (self.words.space, self.characters.space)
        if not any(space.vocabulary for space in known):
            return True
        terms = (reading.all_words, reading.all_ngrams)
        return any(
            len(term.strip()) > 1 and term in space
            for space, found in zip(known, terms, strict=True)
            for term in found
        )

    def contributions(self, reading: Reading, outputs: Sequence[int]) -> list[dict[str, float]]:
        """Attribute the scores of some classes to words and n-grams: for each, term to weight.

        What a single character weighs is shared by the words it is part of, which say more to a reader.
        """
        found = self.words.contributions(reading.all_words, outputs)
        ngrams = self.characters.contributions(reading.all_ngrams, outputs)
        holders: dict[str, list[str]] = {}
        for word in dict.fromkeys(word.lower() for word in reading.words if len(word) > 1):
            for character in set(word):
                holders.setdefault(character, []).append(word)
        for terms, more in zip(found, ngrams, strict=True):
            for term, weight in more.items():
                terms[term] = terms.get(term, 0.0) + weight
            for character in [term for term in terms if term in holders]:
                weight = terms.pop(character) / len(holders[character])
                for word in holders[character]:
                    terms[word] = terms.get(word, 0.0) + weight
        return found


class SectionTopic(SectionRecord):
    """What a numbered section is about; ``facets`` is empty if it is too short or out of scope."""

    facets: dict[str, float]


@dataclass(frozen=True)
class TopicModel:
    """A fitted topic classifier that needs no training library.

    Parameters
    ----------
    classes
        The labels, as the columns of `predict_proba`.
    inner
        The fitted weights; a `FacetModel` if ``classes`` are the seven labels.
    review_below
        Answers less probable than this are marked for review.
    set_above
        Labels at least so probable are in the prediction set; 0 keeps every label.
    """

    classes: tuple[str, ...]
    inner: FacetModel | LinearModel
    review_below: float
    set_above: float

    def predict_proba(self, texts: Sequence[str]) -> FloatArray:
        """Return the probability of each class: shape (texts, classes).

        Raises
        ------
        InputError
            If ``texts`` is a single string or holds anything but strings.
        """
        texts = checked_texts(texts)
        parts = [
            self.inner.probabilities([self.inner.read(text) for text in texts[start : start + _BATCH]])
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
        InputError
            If the classes are not the seven labels.
        """
        self._check_facets()
        return np.asarray(self.predict_proba(texts) @ MEMBERSHIP, dtype=np.float64)

    def explain(self, text: str, top: int = 10) -> list[Evidence]:
        """Return the words that spoke most for or against the answer, at their first place.

        For the seven labels ``facet`` is one of ``FACETS`` and all three are explained; otherwise
        it is the most probable class. Weights are shares of the score (log-odds): those of all terms
        and what does not depend on any term (the bias, the forest's mean, whether there are titles)
        add up to it. Beyond the first ``top`` are left out: terms of less weight, terms inside one
        already named for the same facet, n-grams that reach over an end of the text, and weights too
        small to matter.
        """
        (checked,) = checked_texts([text])
        reading = self.inner.read(checked)
        return self._evidence(reading, self.inner.probabilities([reading])[0], top)

    def analyse(self, text: str, top: int = 10) -> TopicRecord:
        """Return label, probabilities, evidence, and whether somebody should look at it.

        The answer and its ``alternatives``, most probable first, are a prediction set: together they
        hold the true label as often as the classifier's ``coverage`` says.
        """
        (checked,) = checked_texts([text])
        reading = self.inner.read(checked)
        refusal = self._refusal(reading)
        if refusal:
            return {
                "label": None,
                "probability": None,
                "facets": {},
                "alternatives": [],
                "review": True,
                "reason": refusal,
                "evidence": [],
            }
        probabilities = self.inner.probabilities([reading])[0]
        order = np.argsort(-probabilities, kind="stable")
        best = float(probabilities[order[0]])
        review = best < self.review_below
        facets: dict[str, float] = {}
        if isinstance(self.inner, FacetModel):
            marginals = probabilities @ MEMBERSHIP
            facets = {facet: _rounded(p) for facet, p in zip(FACETS, marginals, strict=True)}
        return {
            "label": self.classes[order[0]],
            "probability": _rounded(best),
            "facets": facets,
            "alternatives": [
                {"label": self.classes[i], "probability": _rounded(probabilities[i])}
                for i in order[1:]
                if probabilities[i] >= self.set_above
            ],
            "review": review,
            "reason": "low_confidence" if review else None,
            "evidence": self._evidence(reading, probabilities, top),
        }

    def sections(self, text: str) -> list[SectionTopic]:
        """Return what each numbered section of a letter or notice is about, read by itself.

        Parameters
        ----------
        text
            The raw document; offsets and titles are those of `nhsa_nlp.letter.parse_letter`.

        Returns
        -------
        list[SectionTopic]
            Empty if there are no numbered sections.

        Raises
        ------
        InputError
            If ``text`` is not a string, or the classes are not the seven labels.
        """
        (checked,) = checked_texts([text])
        self._check_facets()
        found: list[SectionTopic] = []
        for section in parse_letter(checked)["sections"]:
            part = checked[section["start"] : section["end"]]
            facets: dict[str, float] = {}
            if self._refusal(self.inner.read(part)) is None:
                (marginals,) = self.predict_facets([part])
                facets = {facet: _rounded(p) for facet, p in zip(FACETS, marginals, strict=True)}
            found.append({**section, "facets": facets})
        return found

    @property
    def has_facets(self) -> bool:
        """Whether the classes are the seven labels."""
        return self.classes == LABELS

    def to_disk(self, directory: str | Path) -> None:
        """Write the model into a directory; the same model gives the same bytes.

        Raises
        ------
        OutputError
            If it cannot be written.
        """
        from nhsa_nlp.topic.storage import save

        save(self, Path(directory))

    @classmethod
    def from_disk(cls, directory: str | Path) -> TopicModel:
        """Load a model that `to_disk` wrote; nothing in the files is ever executed.

        Raises
        ------
        BundleError
            If a file is missing, altered or of another format.
        """
        from nhsa_nlp.topic.storage import load

        return load(Path(directory))

    def _check_facets(self) -> None:
        if not self.has_facets:
            raise InputError(f"facets exist for the labels {', '.join(LABELS)} only; use predict_proba")

    def _refusal(self, reading: Reading) -> str | None:
        text = reading.clean.text
        if isinstance(self.inner, LinearModel):  # a headline may be of two words, in any language
            if not _LETTERS.search(text):
                return "too_short"
        elif not _occurs(_CHINESE, text, _FEWEST):
            return "out_of_scope" if _occurs(_LETTERS, text, 2 * _FEWEST) else "too_short"
        return None if self.inner.in_scope(reading) else "out_of_scope"

    def _evidence(self, reading: Reading, probabilities: FloatArray, top: int) -> list[Evidence]:
        if top < 1:
            return []
        names: Sequence[str] = FACETS
        if isinstance(self.inner, FacetModel):
            terms, weights = self.inner.contributions(reading)
        else:
            best = int(probabilities.argmax())
            names = [self.classes[best]]
            (found,) = self.inner.contributions(reading, [best])
            terms, weights = list(found), np.array(list(found.values())).reshape(-1, 1)
        flat = weights.T.ravel()
        evidence: list[Evidence] = []
        taken: list[tuple[int, int, int]] = []
        text, raw = reading.clean.text, reading.clean.raw
        lower = text.lower()
        for position in np.argsort(-np.abs(flat), kind="stable").tolist():
            weight = float(flat[position])
            if len(evidence) == top or abs(weight) <= _NEGLIGIBLE:
                break
            output, row = divmod(position, len(terms))
            begin = text.find(terms[row])
            if begin < 0 and len(lower) == len(text):
                begin = lower.find(terms[row])
            finish = begin + len(terms[row])
            if begin < 0 or any(o == output and b < finish and begin < e for b, e, o in taken):
                continue
            taken.append((begin, finish, output))
            start, end = reading.clean.to_raw(begin, finish)
            evidence.append(
                {
                    "start": start,
                    "end": end,
                    "text": raw[start:end],
                    "facet": names[output],
                    "weight": _rounded(weight),
                }
            )
        return evidence


def label_distribution(scores: FloatArray) -> FloatArray:
    """Return the distribution over the seven labels: facet log-odds (documents, 3) to (documents, 7).

    The facets are independent given that the set is not empty, so a set's probability is the
    softmax of the sum of its facets' log-odds.
    """
    return _softmax(scores @ MEMBERSHIP.T.astype(np.float64))


def checked_texts(texts: Sequence[str]) -> list[str]:
    """Return the texts as a list.

    Raises
    ------
    InputError
        If it is a single string, a table, no sequence, or holds anything but strings.
    """
    if isinstance(texts, str):
        raise InputError("expected a list of texts, got a single string; wrap it in a list")
    # The items of a data frame are the names of its columns.
    if not isinstance(texts, Iterable) or getattr(texts, "ndim", 1) != 1:
        raise InputError(f"expected a list of texts, got {type(texts).__name__}; give one column of strings")
    found = list(texts)
    for position, text in enumerate(found):
        if not isinstance(text, str):
            raise InputError(f"text {position} is {type(text).__name__}, not a string")
    return [str(text) for text in found]


def _occurs(pattern: re.Pattern[str], text: str, times: int) -> bool:
    """Return whether a pattern is found so many times."""
    return sum(1 for _ in islice(pattern.finditer(text), times)) == times


def _rounded(value: float) -> float:
    """Round for a record: the digits behind differ between machines."""
    return round(float(value), 6)


def _log_odds(p: FloatArray | float) -> FloatArray:
    p = np.clip(p, _CERTAIN, 1 - _CERTAIN)
    return np.asarray(np.log(p / (1 - p)), dtype=np.float64)


def _softmax(scores: FloatArray) -> FloatArray:
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(scores / scores.sum(axis=1, keepdims=True), dtype=np.float64)
