"""What an audit finds, in sentences for those who correct the labels."""

from __future__ import annotations

from nhsa_nlp.labelling.audit import Audit, FacetDoubt, Finding
from nhsa_nlp.translation import tr, tr_in


def reasons(audit: Audit, finding: Finding) -> list[str]:
    """Return why a document should be looked at; empty if nothing is suspicious."""
    found = []
    doubts = list(finding.doubts)
    if finding.likely_wrong:
        # With labels of one's own the doubt is about the suggested label itself: one sentence for both.
        same = next((doubt for doubt in doubts if doubt.facet == finding.suggested and not doubt.given), None)
        if same is not None:
            doubts.remove(same)
        said = tr("label doubtful: the model says '{label}'").format(label=finding.suggested)
        found.append(said + (_grounds(same) if same else ""))
    found += [_doubt_sentence(doubt) for doubt in doubts]
    for pair in finding.similar:
        if pair.contradictory:
            other = pair.other if pair.one == finding.index else pair.one
            found.append(
                tr("{share} the same as {id}, which is labelled '{label}'").format(
                    id=audit.ids[other], share=f"{pair.share:.0%}", label=audit.labels[other]
                )
            )
    if finding.outlier:
        found.append(tr("unlike all other texts"))
    return found


def _doubt_sentence(doubt: FacetDoubt) -> str:
    """Return a facet in doubt as one sentence, with the words that speak for the model's view."""
    view = (
        tr("the label has '{facet}', which the model denies")
        if doubt.given
        else tr("the model says '{facet}', the label lacks it")
    )
    return view.format(facet=doubt.facet) + _grounds(doubt)


def _grounds(doubt: FacetDoubt) -> str:
    share = f"{doubt.probability:.0%}"
    if not doubt.words:
        return tr(" (probability {share})").format(share=share)
    words = tr_in("list", ", ").join(doubt.words)
    return tr(" (probability {share}; evidence: {words})").format(share=share, words=words)
