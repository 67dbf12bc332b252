"""A quick analyser without a model, for the tests of archives: its label is a word of the text."""

from __future__ import annotations

import re

from nhsa_nlp.pipeline.records import Analyser
from nhsa_nlp.record import EntityRecord, Record, TopicRecord, make_record

FAILS = "请报错"


def load(bundle: str | None) -> Analyser:
    """Return it; the name of the bundle's folder is its version."""
    version = "1" if bundle is None else bundle.rpartition("/")[2]

    def analyse(text: str) -> Record:
        if FAILS in text:
            raise ValueError("this text fails")
        label = "医保" if "医保" in text else "医药"
        topic: TopicRecord = {
            "label": label,
            "probability": 0.9,
            "facets": {label: 0.9},
            "alternatives": [],
            "review": False,
            "reason": None,
            "evidence": [],
        }
        entities: list[EntityRecord] = [
            {
                "start": match.start(),
                "end": match.end(),
                "label": "POLICY",
                "text": match[0],
                "title": match[1],
                "alias": False,
                "ref": None,
                "doc_no": None,
            }
            for match in re.finditer("《(.*?)》", text)
        ]
        return make_record(text, topic, entities, None, {"name": "plain", "version": version})

    return analyse
