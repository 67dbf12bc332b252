"""The entities of documents that are not replies: notices, regulations, communiqués, other bodies.

    python benchmarks/other_documents.py [--errors] [--ner] [FILE]

The documents of ``tests/resources/other_documents.jsonl`` were written and annotated following
``docs/annotation.md``, all but the last five without a look at the grammar; its errors on them were then
looked at and general ones fixed, so the figures are those of a development set. ``--ner`` also scores
the trained recogniser of the shipped bundle, alone and in addition to the grammar.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import nhsa_nlp
from nhsa_nlp.data.entities import AnnotatedText, EntityAnnotation
from nhsa_nlp.entities.grammar import find_entities
from nhsa_nlp.evaluation.entities import score_documents
from nhsa_nlp.pipeline.language import blank

ROOT = Path(__file__).parent.parent
FIELDS = ("start", "end", "label", "text", "alias", "ref", "value", "unit", "op")


def read(path: Path) -> list[AnnotatedText]:
    """Read annotated documents with their texts, one JSON object a line."""
    documents = []
    for line in path.read_text("utf-8").splitlines():
        data = json.loads(line)
        entities = []
        for entity in data["entities"]:
            fields = {key: entity[key] for key in FIELDS if key in entity}
            if isinstance(fields.get("value"), list):
                fields["value"] = tuple(fields["value"])
            entities.append(EntityAnnotation(**fields))
        documents.append(AnnotatedText(data["id"], data["text"], tuple(entities)))
    return documents


def main() -> None:
    """Print the scores, and on request the errors."""
    arguments = [argument for argument in sys.argv[1:] if not argument.startswith("--")]
    documents = read(Path(arguments[0]) if arguments else ROOT / "tests/resources/other_documents.jsonl")
    if "--errors" in sys.argv:
        for document in documents:
            gold = {(e.start, e.end, e.label) for e in document.entities}
            found = {(e["start"], e["end"], e["label"]) for e in find_entities(document.text)}
            for start, end, label in sorted(gold ^ found):
                kind = "missed" if (start, end, label) in gold else "wrong"
                left, right = document.text[max(0, start - 10) : start], document.text[end : end + 8]
                shown = f"{left}[{document.text[start:end]}]{right}".replace("\n", "↵")
                print(f"{document.id} {kind} {label}: {shown}")
    print(f"{len(documents)} documents, {sum(len(d.text) for d in documents)} characters")
    grammar = blank()
    grammar.add_pipe("nhsa_entities")
    show("grammar", score_documents(grammar, documents))
    if "--ner" in sys.argv:
        both = nhsa_nlp.load(enable=["ner"])
        both.select_pipes(enable=["ner", "entities"])
        show("grammar, and what ner adds", score_documents(both, documents))
        both.disable_pipe("entities")
        show("ner alone", score_documents(both, documents))


def show(name: str, scores: dict[str, Any]) -> None:
    """Print the scores of one pipeline."""
    print(f"\n{name}")
    for label in ("POLICY", "DOC_NO", "QUANTITY"):
        score = scores[label]
        figures = " ".join(f"{key} {score[key]:.3f}" for key in ("precision", "recall", "f1"))
        print(f"  {label:9} {figures} ({score['tp'] + score['fn']} gold)")
    for key in ("values", "short_titles"):
        if key in scores:
            print(f"  {key:12} {scores[key]['right']:.3f} of {scores[key]['of']}")


if __name__ == "__main__":
    main()
