"""EDS-NLP's multiprocessing stream over a folder of texts; ``batch.py`` runs it, ``speed.py`` the pipeline.

It needs a Python with ``edsnlp``, and for several processes ``torch`` and ``safetensors``, which its
multiprocessing imports. The pipeline consists of rules: titles, document numbers and quantities by regular
expressions, and sentences. It does far less than nhsa-nlp (no topic, no values, no letter), so the speeds
are not of the same work.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import edsnlp
from spacy.language import Language

RULES = {
    "POLICY": r"《[^《》]{2,60}》",
    "DOC_NO": r"[一-龥]{2,8}[〔\[【(（]\d{4}[〕\]】)）]第?\d+号",
    "QUANTITY": r"\d+(?:\.\d+)?(?:万|亿)?(?:元|人|家|个|项|%|人次)",
}


@Language.component("raise_on_marker")
def raise_on_marker(doc: Any) -> Any:
    """Fail like a component that meets something unexpected."""
    if "请报错" in doc.text:
        raise ValueError("a bad document")
    return doc


def regex_pipeline() -> Any:
    """Return the pipeline of rules."""
    nlp = edsnlp.blank("zh")
    nlp.add_pipe("sentencizer")
    nlp.add_pipe("eds.matcher", config={"regex": RULES, "attr": "TEXT"})
    return nlp


def texts(folder: str) -> Iterator[dict[str, str]]:
    """Yield the documents."""
    for path in sorted(Path(folder).rglob("*.txt")):
        yield {"note_id": path.stem, "note_text": path.read_text("utf-8")}


def main() -> None:
    """Read, process with two workers, and write JSON Lines."""
    folder, output = sys.argv[1:3]
    nlp = regex_pipeline()
    nlp.add_pipe("raise_on_marker")
    stream = edsnlp.data.from_iterable(texts(folder), converter="omop")
    stream = stream.map_pipeline(nlp).set_processing(
        backend="multiprocessing", num_cpu_workers=2, show_progress=False
    )
    stream.write_json(output, lines=True, converter="omop", overwrite=True)


if __name__ == "__main__":
    main()
