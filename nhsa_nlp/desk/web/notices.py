"""What a page says of what was just done."""

from __future__ import annotations

from nhsa_nlp.translation import tr


def notice_text(notice: str) -> str:
    """Return what a page says about what was just done; nothing of what it does not know."""
    return {
        "decided": tr("Sorted."),
        "undone": tr("Undone."),
        "undone_before": tr("The last step was followed by changes and stays; the one before is undone."),
        "unchanged": tr("Nothing was changed."),
        "assigned": tr("Assigned."),
        "noted": tr("The note is saved."),
        "postponed": tr("Postponed."),
        "returned": tr("Sent back."),
        "reopened": tr("Put back to be sorted."),
        "merged": tr("Merged."),
        "corrected": tr("The entities are corrected."),
        "some_left": tr(
            "With some it was not done: changed by others, others working on them, or no answer of the model."
        ),
        "entered": tr("Received; now being read."),
        "saved": tr("Saved."),
        "finished": tr("This list is done."),
        "in_use": tr("In use; documents that are not sorted yet are answered again."),
    }.get(notice, "")


UNDOABLE = frozenset(
    {"decided", "assigned", "noted", "postponed", "returned", "reopened", "merged", "corrected", "finished"}
)
