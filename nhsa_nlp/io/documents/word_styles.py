"""The paragraph styles of a file of Word's binary format ([MS-DOC] 2.9.271 and 2.9.258 to 2.9.260)."""

from __future__ import annotations

from dataclasses import replace

from nhsa_nlp.io.documents.word_properties import PLAIN, Modifiers, Properties

_MAX_ANCESTORS = 50
_NONE = 0xFFF
_OF_PARAGRAPHS = 1


def paragraph_styles(table: bytes, modifiers: Modifiers) -> dict[int, Properties]:
    """Return what the styles of paragraphs say, with what they inherit, by their numbers."""

    def number_at(data: bytes, at: int) -> int:
        return int.from_bytes(data[at : at + 2], "little")

    own: dict[int, tuple[bytes, bytes]] = {}  # modifiers of the paragraph, and of its characters
    parents: dict[int, int] = {}
    base = number_at(table, 4)
    at = 2 + number_at(table, 0)
    for number in range(number_at(table, 2)):
        size = number_at(table, at)
        style = table[at + 2 : at + 2 + size]
        at += 2 + size + size % 2
        if number_at(style, 2) & 0xF != _OF_PARAGRAPHS:
            continue
        parents[number] = number_at(style, 2) >> 4
        start = base + 2 + 2 * number_at(style, base) + 2  # behind the name and its end
        start += start % 2
        paragraph = style[start + 2 : start + 2 + number_at(style, start)]
        start += 2 + len(paragraph) + len(paragraph) % 2
        characters = style[start + 2 : start + 2 + number_at(style, start)]
        own[number] = paragraph[2:], characters  # before the first stands the number of the style

    def inherited(style: int) -> Properties:
        chain: dict[int, None] = {}
        while style in own and style not in chain and len(chain) < _MAX_ANCESTORS:
            chain[style] = None
            style = parents.get(style, _NONE)
        properties = PLAIN
        for ancestor in reversed(chain):
            hidden = properties.hidden
            for sprms in own[ancestor]:
                properties = modifiers.apply(properties, sprms)
            if properties.unlike_style:  # of a style: unlike the one it is based on
                properties = replace(properties, hidden=not hidden, unlike_style=False)
        return properties

    return {number: inherited(number) for number in own}
