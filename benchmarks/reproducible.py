"""Train everything twice and compare the answers of both bundles for every training document.

    python benchmarks/reproducible.py [--seed N]

It takes twice as long as ``nhsa-nlp train all``.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import nhsa_nlp
from nhsa_nlp.data.corpus import read_replies
from nhsa_nlp.pipeline.bundle import verify_bundle
from nhsa_nlp.training.bundle import train_all

DATA = Path(__file__).parent.parent / "training/data"


def main() -> None:
    """Print which files and answers differ."""
    seed = int(sys.argv[sys.argv.index("--seed") + 1]) if "--seed" in sys.argv else 0
    texts = [reply.text for reply in read_replies(DATA / "replies.tsv")]
    with tempfile.TemporaryDirectory() as folder:
        bundles = [train_all(DATA, Path(folder, name), seed=seed) for name in ("first", "second")]
        first, second = (verify_bundle(bundle).files for bundle in bundles)
        differing = sorted(path for path in first if first[path] != second.get(path))
        print(f"{len(first)} files, {len(differing)} differ: {', '.join(differing) or 'none'}")
        pipelines = [nhsa_nlp.load(b, segmenter="pkuseg", enable=["ner"]) for b in bundles]
        changed = 0
        for text in texts:
            one, two = (nlp(text) for nlp in pipelines)
            changed += ([t.text for t in one], one._.record) != ([t.text for t in two], two._.record)
        print(f"{len(texts)} documents, {changed} with another answer")


if __name__ == "__main__":
    main()
