"""Traditional script read as simplified, character by character, so that every place stays where it is."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from nhsa_nlp.text.patterns import read_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def simplify(text: str, *, ambiguous: bool = False) -> str:
    """Return a text in simplified script, of the same length; other characters stay.

    A text without a character that is traditional only is returned as it is, unless ``ambiguous``: 乾 or 後
    alone may be a name.
    """
    import numpy as np  # takes a while, and the readers of files, which import this, do without

    table, telling = _characters()
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), "<u4")
    is_traditional = ambiguous or telling[np.minimum(codes, len(telling) - 1)].any()
    return text.translate(table) if is_traditional else text


@cache
def _characters() -> tuple[dict[int, str], NDArray[np.bool_]]:
    """Return the simplified form of each character, and by code point which only traditional script has."""
    import numpy as np

    pairs = read_words("nhsa_nlp.text", "traditional.txt")["characters"].split()
    telling = np.zeros(0x10000, dtype=np.bool_)  # all of them are in the first plane, and its last is none
    telling[[ord(pair[0]) for pair in pairs if _is_only(pair[0])]] = True
    return {ord(pair[0]): pair[1] for pair in pairs}, telling


def _is_only(character: str) -> bool:
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return True
    return False
