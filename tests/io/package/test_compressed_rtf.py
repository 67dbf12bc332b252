from __future__ import annotations

import struct

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io.package.compressed_rtf import unpack_rtf

# The examples of the specification ([MS-OXRTFCP] 4.1 and 4.2).
PACKED = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c090020627705b06c647d0a800fa0"
)
REPEATED = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")


def test_the_examples_of_the_specification() -> None:
    assert unpack_rtf(PACKED, "a", 1000) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert unpack_rtf(REPEATED, "a", 1000) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"


def test_a_text_may_be_stored_as_it_is() -> None:
    assert unpack_rtf(struct.pack("<IIII", 9, 5, 0x414C454D, 0) + b"{\\rtf1}", "a", 10) == b"{\\rtf"


def test_damage_and_bombs() -> None:
    for data in (b"", b"x" * 20):
        with pytest.raises(InputError, match=r"^a: is damaged: its text cannot be unpacked"):
            unpack_rtf(data, "a", 10)
    with pytest.raises(InputError, match="is longer than 10 bytes"):
        unpack_rtf(PACKED, "a", 10)
    for cut in range(16, len(PACKED)):
        assert len(unpack_rtf(PACKED[:cut], "a", 1000)) <= 43
    said = struct.pack("<IIII", 0, 100, 0x75465A4C, 0)
    assert len(unpack_rtf(said + b"\xff\0\1" * 9000, "a", 1000)) <= 100
