from __future__ import annotations

import struct

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io.documents.word_properties import MAX_MODIFIERS, PLAIN, Modifiers, Properties, Runs
from nhsa_nlp.io.documents.word_styles import paragraph_styles

HIDDEN, DELETED, LIST, LEVEL, IN_TABLE, DEPTH = 0x083C, 0x0800, 0x460B, 0x260A, 0x2416, 0x6649
TABS, TABLE, HUGE = 0xC60D, 0xD608, 0x6646


def sprm(code: int, operand: bytes) -> bytes:
    return struct.pack("<H", code) + operand


def after(*sprms: bytes, data: bytes = b"") -> Properties:
    return Modifiers(data, "a.doc").apply(PLAIN, b"".join(sprms))


@pytest.mark.parametrize(
    ("sprms", "name", "value"),
    [
        ([sprm(HIDDEN, b"\1")], "hidden", True),
        ([sprm(HIDDEN, b"\1"), sprm(HIDDEN, b"\0")], "hidden", False),
        ([sprm(HIDDEN, b"\x80")], "hidden", False),
        ([sprm(HIDDEN, b"\x81")], "unlike_style", True),
        ([sprm(DELETED, b"\1")], "deleted", True),
        ([sprm(DELETED, b"\x81")], "deleted", True),
        ([sprm(LIST, b"\3\0"), sprm(LEVEL, b"\2")], "list", 3),
        ([sprm(LIST, b"\xff\xf8")], "list", 0),
        ([sprm(TABS, b"\2xx"), sprm(LEVEL, b"\2")], "level", 2),  # behind one of a length of its own
        ([sprm(TABLE, b"\3\0xx"), sprm(LEVEL, b"\2")], "level", 2),
        ([sprm(IN_TABLE, b"\1")], "tables", 1),
        ([sprm(IN_TABLE, b"\1"), sprm(DEPTH, struct.pack("<i", 2))], "tables", 2),
        ([sprm(DEPTH, struct.pack("<i", -5))], "tables", 0),
        ([sprm(DEPTH, struct.pack("<i", 2**31 - 1))], "tables", 50),
        ([sprm(LIST, b"\3")], "list", None),  # cut off
        ([b"\x3c"], "hidden", False),
    ],
)
def test_modifiers_change_what_they_say(sprms: list[bytes], name: str, value: object) -> None:
    assert getattr(after(*sprms), name) == value


def test_long_modifiers_are_kept_elsewhere_and_only_one_deep() -> None:
    kept = sprm(IN_TABLE, b"\1") + sprm(HUGE, struct.pack("<I", 0))
    data = struct.pack("<H", len(kept)) + kept
    assert after(sprm(HUGE, struct.pack("<I", 0)), data=data).in_table
    assert after(sprm(HUGE, struct.pack("<I", 2**32 - 1)), data=data) == PLAIN


def test_more_modifiers_than_a_document_has_are_refused() -> None:
    modifiers = Modifiers(b"", "a.doc")
    long = sprm(TABLE, struct.pack("<H", 60_000)) + bytes(59_999)
    assert len(long) * 400 > MAX_MODIFIERS
    for _ in range(400):
        modifiers.apply(PLAIN, long)  # equal ones count once
    different = (long + bytes([number % 256, number // 256]) for number in range(400))
    with pytest.raises(InputError, match=r"^a\.doc: has more than 20,000,000 bytes of formatting"):
        [modifiers.apply(PLAIN, sprms) for sprms in different]


def test_runs_do_not_overlap() -> None:
    runs, first, second = Runs(), Properties(hidden=True), Properties(deleted=True)
    runs.add(10, 20, first)
    runs.add(15, 30, second)
    runs.add(5, 12, first)
    assert list(runs.between(0, 25)) == [(10, 20, first), (20, 25, second)]
    assert list(runs.between(12, 14)) == [(12, 14, first)]
    assert [runs.at(position) for position in (9, 10, 19, 20, 30)] == [PLAIN, first, first, second, PLAIN]


def style(parent: int, paragraph: bytes, characters: bytes) -> bytes:
    """A style of paragraphs without a name."""
    body = struct.pack("<HHHHH", 0, parent << 4 | 1, 2, 0, 0) + bytes(4)
    paragraph = b"\0\0" + paragraph
    for part in (paragraph, characters):
        body += struct.pack("<H", len(part)) + part + bytes(len(part) % 2)
    return struct.pack("<H", len(body)) + body


def test_styles_inherit_and_are_unlike_what_they_inherit() -> None:
    table = struct.pack("<HHH14x", 18 - 2 + 2, 4, 10)
    table += style(0xFFF, sprm(LIST, b"\3\0"), sprm(HIDDEN, b"\1"))
    table += style(0, sprm(LEVEL, b"\1"), b"")
    table += style(1, b"", sprm(HIDDEN, b"\x81"))
    table += style(3, b"", sprm(HIDDEN, b"\x81"))  # based on itself
    found = paragraph_styles(table, Modifiers(b"", "a.doc"))
    assert {number: (each.list, each.level, each.hidden) for number, each in found.items()} == {
        0: (3, None, True),
        1: (3, 1, True),
        2: (3, 1, False),
        3: (None, None, True),
    }
