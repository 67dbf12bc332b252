"""What the figures of an evaluation, and the parts of a report, are called."""

from __future__ import annotations

from nhsa_nlp.translation import Language, tr_in

STORED = (
    # figures
    *("exact", "facets", "macro_f1", "confident_half", "log_loss", "brier", "ece", "majority"),
    *("precision", "recall", "f1", "tp", "fp", "fn", "support", "right", "of"),
    *("in_prediction_set", "prediction_set_size", "no_review", "no_review_error"),
    *("documents", "entities", "groups", "folds", "repeats", "seed", "held_out", "split_sha256"),
    "near_duplicates_of_training",
    # parts
    *("topic", "topic_test", "entities_test", "plain", "grouped", "cross_validation", "decisions", "labels"),
    *("by_facet", "by_label", "by_genre", "by_origin", "subject_lines", "all", "values", "short_titles"),
    *("on the training documents", "without_near_duplicates"),
    # what a bundle was trained on
    *("annotated", "sentences", "texts", "replies", "words"),
)
"""The names in reports and manifests, as programs read them."""

GENRES = ("reply", "proposal", "document")
"""The genres of the texts that the shipped bundle is trained on; data may name others."""

ORIGINS = (
    *("lay", "official", "rules", "title"),
    *("mailbox letter", "notice of a bureau", "reply of a bureau"),
)
"""Where these are from; data may name others."""


def figure_name(key: str) -> str:
    """Return what a figure of an evaluation is called; a bundle may hold others."""
    names = {
        "exact": tr_in("measure", "exact label"),
        "facets": tr_in("measure", "facets"),
        "macro_f1": tr_in("measure", "macro-F1"),
        "confident_half": tr_in("measure", "exact, surer half"),
        "log_loss": tr_in("measure", "log loss"),
        "brier": tr_in("measure", "Brier score"),
        "ece": tr_in("measure", "calibration error"),
        "in_prediction_set": tr_in("measure", "true label in answer and alternatives"),
        "prediction_set_size": tr_in("measure", "… of so many labels"),
        "no_review": tr_in("measure", "need no review"),
        "no_review_error": tr_in("measure", "… of these wrong"),
    }
    return names.get(key, key.replace("_", " "))


def stored_name(key: str, language: Language | None = None) -> str:
    """Return a name of `STORED` as it is, in Chinese with a translation; others, such as labels, stay."""
    return tr_in("stored", key, language) if key in STORED else key


def genre_name(genre: str, language: Language | None = None) -> str:
    """Return what a genre is called; one of somebody's own is called as the data calls it."""
    return tr_in("genre", genre, language) if genre in GENRES else genre


def origin_name(origin: str, language: Language | None = None) -> str:
    """Return what an origin is called; one of somebody's own is called as the data calls it."""
    return tr_in("origin", origin, language) if origin in ORIGINS else origin
