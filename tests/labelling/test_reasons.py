from __future__ import annotations

import pytest

from nhsa_nlp.labelling.audit import Audit
from nhsa_nlp.labelling.reasons import reasons
from tests.labelling.audits import audited, headlines

pytestmark = pytest.mark.usefixtures("chinese")

__all__ = ["audited", "headlines"]


def test_with_labels_of_ones_own_a_suspicion_is_one_sentence(audited: Audit) -> None:
    (finding,) = [finding for finding in audited.findings if finding.likely_wrong]
    first, *others = reasons(audited, finding)
    assert first.startswith("标签可疑：模型认为是“娱乐”（概率 ")
    assert "依据：" in first
    assert not [sentence for sentence in others if "娱乐" in sentence]
