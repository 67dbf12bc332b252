from __future__ import annotations

import struct
from io import BytesIO

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io.package.compound import MAX_DEPTH, MAX_ENTRIES, CompoundFile, first_of
from tests.io import samples

LONG = bytes(range(256)) * 40_000  # its table of sectors is listed beyond the header


def test_streams_of_any_length_are_read_by_their_names() -> None:
    streams = {"WordDocument": LONG, "1Table": b"b" * 5000}
    file = CompoundFile(BytesIO(samples.compound(streams)), "a.doc")
    assert {name: file.read(name) for name in streams} == streams
    assert "1TABLE" in file
    assert "Data" not in file


def test_a_missing_stream_is_damage() -> None:
    file = CompoundFile(BytesIO(samples.compound({"a": b""})), "a.doc")
    with pytest.raises(InputError, match=r"^a\.doc: is damaged: its sectors or its directory are broken"):
        file.read("b")


def test_the_position_of_a_stream_is_kept() -> None:
    stream = BytesIO(samples.compound({"a": b""}))
    stream.seek(7)
    assert first_of(stream, ["b", "a"]) == "a"
    assert first_of(stream, ["b"]) is None
    assert stream.tell() == 7
    assert first_of(BytesIO(b"x" * 600), ["a"]) is None


def test_a_stream_that_is_said_to_be_longer_than_the_file_is_not_read() -> None:
    data = bytearray(samples.compound({"a": b""}))
    struct.pack_into("<Q", data, data.index("Root Entry".encode("utf-16-le")) + 128 + 120, len(data) + 1)
    file = CompoundFile(BytesIO(data), "a.doc")
    with pytest.raises(InputError, match="is damaged"):
        file.read("a")


@pytest.mark.parametrize(
    ("at", "value", "form"),
    [
        (0x1E, 31, "<H"),  # sectors of 2 GB
        (0x2C, 1 << 31, "<I"),
        (0x40, 1 << 31, "<I"),
        (0x30, 1 << 20, "<I"),  # the directory lies beyond the end
    ],
)
def test_a_head_that_says_the_impossible_is_damage(at: int, value: int, form: str) -> None:
    data = bytearray(samples.compound({"a": b""}))
    struct.pack_into(form, data, at, value)
    with pytest.raises(InputError, match="is damaged"):
        CompoundFile(BytesIO(data), "a.doc")


def test_a_directory_has_a_limit() -> None:
    names = {str(n): b"" for n in range(300)}
    with pytest.raises(InputError, match="is damaged"):
        CompoundFile(BytesIO(samples.compound(dict.fromkeys(map(str, range(MAX_ENTRIES)), b""))), "a.doc")
    assert "299" in CompoundFile(BytesIO(samples.compound(names)), "a.doc")


def test_streams_in_storages_are_read_by_their_paths() -> None:
    streams = {"a": b"1", "S/b": b"2" * 70, "S/T/c": LONG, "S/T/d": b"", "U/b": b"3"}
    file = CompoundFile(BytesIO(samples.compound(streams, exact=True)), "a.msg")
    assert {name: file.read(name) for name in streams} == streams
    assert (file.storages(), file.storages("S/"), file.storages("S/T/")) == (["S", "U"], ["T"], [])
    assert ("s/B" in file, "S" in file, "b" in file) == (True, False, False)


def test_storages_may_not_lie_deeper_than_the_limit() -> None:
    paths = ["S/" * depth + "a" for depth in (MAX_DEPTH, MAX_DEPTH + 1)]
    file = CompoundFile(BytesIO(samples.compound(dict.fromkeys(paths, b"1"), exact=True)), "a.msg")
    assert [path in file for path in paths] == [True, False]


def test_a_storage_that_is_in_itself_is_read_once() -> None:
    data = bytearray(samples.compound({"S/a": b"1"}, exact=True))
    at = data.index("S\0\0".encode("latin-1"))
    own = (at - data.index("Root Entry".encode("utf-16-le"))) // 128
    struct.pack_into("<I", data, at + 76, own)
    assert CompoundFile(BytesIO(data), "a.msg").storages() == ["S"]
