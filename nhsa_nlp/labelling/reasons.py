"""What an audit finds, in Chinese sentences for those who correct the labels."""

from __future__ import annotations

from nhsa_nlp.labelling.audit import Audit, FacetDoubt, Finding


def reasons(audit: Audit, finding: Finding) -> list[str]:
    """Return why a document should be looked at; empty if nothing is suspicious."""
    found = []
    doubts = list(finding.doubts)
    if finding.likely_wrong:
        # With labels of one's own the doubt is about the suggested label itself: one sentence for both.
        same = next((doubt for doubt in doubts if doubt.facet == finding.suggested and not doubt.given), None)
        if same is not None:
            doubts.remove(same)
        found.append(f"标签可疑：模型认为是“{finding.suggested}”" + (_grounds(same) if same else ""))
    found += [_doubt_sentence(doubt) for doubt in doubts]
    for pair in finding.similar:
        if pair.contradictory:
            other = pair.other if pair.one == finding.index else pair.one
            found.append(f"与 {audit.ids[other]} 有 {pair.share:.0%} 相同，后者标为“{audit.labels[other]}”")
    if finding.outlier:
        found.append("与其他文本都不相似")
    return found


def _doubt_sentence(doubt: FacetDoubt) -> str:
    """Return a facet in doubt as one sentence, with the words that speak for the model's view."""
    view = f"标签有“{doubt.facet}”，模型认为没有" if doubt.given else f"模型认为有“{doubt.facet}”，标签没有"
    return view + _grounds(doubt)


def _grounds(doubt: FacetDoubt) -> str:
    words = f"，依据：{'、'.join(doubt.words)}" if doubt.words else ""
    return f"（概率 {doubt.probability:.0%}{words}）"
