"""How much of the article of a web page is read, and how much else.

python benchmarks/web_pages.py [--show] FOLDER

The folder has pages (``a.html``) and the text of each as a person marked it (``a.txt``), a line a
paragraph, from the title to the last paragraph; pages belong to their sites, so none is kept here. A line
that begins with ``? `` may be read or not: a dateline, a source, a caption, the summary a site puts on
top. Printed are recall and precision in characters, white space apart, of all pages together and of each
that is not perfect; ``--show`` prints what is lost and what is too much. What this does not show is how
the reader does on sites that nobody marked.
"""

from __future__ import annotations

import argparse
import sys
from difflib import SequenceMatcher
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from nhsa_nlp.io import read_documents  # noqa: E402

_OPTIONAL = "? "
_SHOWN = 60  # characters


def marked(path: Path) -> tuple[list[str], set[str]]:
    """Return the lines to be read, and those that may be, without white space."""
    lines = path.read_text(encoding="utf-8").splitlines()
    wanted = ["".join(line.split()) for line in lines if not line.startswith(_OPTIONAL)]
    optional = {"".join(line.removeprefix(_OPTIONAL).split()) for line in lines if line.startswith(_OPTIONAL)}
    return [line for line in wanted if line], optional.difference(wanted)


def differences(wanted: list[str], read: list[str]) -> tuple[int, list[str], list[str]]:
    """Return how many characters are in both, in order, and what is lost and what is too much."""
    common, lost, added = 0, [], []
    matcher = SequenceMatcher(None, wanted, read, autojunk=False)
    for kind, i1, i2, j1, j2 in matcher.get_opcodes():
        if kind == "equal":
            common += sum(map(len, wanted[i1:i2]))
            continue
        a, b = "".join(wanted[i1:i2]), "".join(read[j1:j2])
        inner = SequenceMatcher(None, a, b, autojunk=False)
        for within, k1, k2, m1, m2 in inner.get_opcodes():
            if within == "equal":
                common += k2 - k1
            else:
                lost += [a[k1:k2]] * (k2 > k1)
                added += [b[m1:m2]] * (m2 > m1)
    return common, lost, added


def main() -> None:
    """Print recall and precision."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--show", action="store_true", help="what is lost and what is too much")
    arguments = parser.parse_args()
    pages = sorted(arguments.folder.glob("*.html"))
    totals = [0, 0, 0]
    for page in pages:
        wanted, optional = marked(page.with_suffix(".txt"))
        (document,) = read_documents([page])
        read = ["".join(line.split()) for line in document.text.splitlines()]
        common, lost, added = differences(wanted, [line for line in read if line not in optional])
        length, extra = sum(map(len, wanted)), sum(map(len, added))
        for place, number in enumerate((common, length, common + extra)):
            totals[place] += number
        if lost or added:
            print(f"{page.name}: recall {common / length:.4f}, precision {common / (common + extra):.4f}")
        for sign, texts in (("-", lost), ("+", added)) if arguments.show else ():
            for text in texts:
                print(f"  {sign} {len(text)} {text[:_SHOWN]}")
    common, length, kept = totals
    print(f"{len(pages)} pages: recall {common / length:.4f}, precision {common / kept:.4f}")


if __name__ == "__main__":
    main()
