"""An audit as one web page: doubtful labels, and near-duplicates side by side."""

from __future__ import annotations

from functools import lru_cache

from nhsa_nlp.labelling.audit import Audit
from nhsa_nlp.labelling.differences import differences
from nhsa_nlp.labelling.reasons import reasons
from nhsa_nlp.pages.rendering import render_page
from nhsa_nlp.text import clean
from nhsa_nlp.translation import tr

_MOST_PAIRS = 200  # nobody reads a page with more
_MOST_FINDINGS = 500
_LONGEST = 20_000  # characters of a document that are compared
_SHOWN = 160


def render_audit(audit: Audit) -> str:
    """Render an audit as a self-contained HTML page.

    Of the near-duplicates those that contradict each other come first. Texts are shown cleaned. At most
    500 doubtful labels and 200 pairs are shown, and of a document the first 20,000 characters are
    compared; the page says so where it leaves something out, and where outliers were looked for by a sample.
    """
    doubtful = [
        finding for finding in audit.findings if finding.likely_wrong or finding.doubts or finding.outlier
    ]
    pairs = sorted(audit.pairs, key=lambda pair: (not pair.contradictory, -pair.share))
    cleaned = lru_cache(maxsize=None)(lambda index: clean(audit.texts[index][:_LONGEST]).text)
    return render_page(
        "audit",
        title=tr("Label audit"),
        audit=audit,
        doubtful=doubtful[:_MOST_FINDINGS],
        findings_left=max(0, len(doubtful) - _MOST_FINDINGS),
        wrong=sum(finding.likely_wrong for finding in audit.findings),
        pairs=pairs[:_MOST_PAIRS],
        pairs_left=max(0, len(pairs) - _MOST_PAIRS),
        reasons=lambda finding: reasons(audit, finding),
        beginning=lambda index: cleaned(index)[:_SHOWN],
        compared=lambda pair: differences(cleaned(pair.one), cleaned(pair.other)),
        cut=lambda pair: any(len(audit.texts[index]) > _LONGEST for index in (pair.one, pair.other)),
        longest=_LONGEST,
    )
