from __future__ import annotations

from io import BytesIO

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import ReadOptions
from nhsa_nlp.io.tables.lines import FileLine, read_lines


def read(data: bytes, newline: str = "\n", **options: object) -> tuple[str, list[FileLine]]:
    encoding, lines = read_lines(BytesIO(data), "f", ReadOptions(**options), newline)  # type: ignore[arg-type]
    return encoding, list(lines)


def test_lines_keep_their_ends_and_are_counted() -> None:
    data = "甲\r\n\n乙\r丙".encode()
    assert [(line.number, line.text) for line in read(data)[1]] == [(1, "甲\r\n"), (2, "\n"), (3, "乙\r丙")]
    assert [line.text for line in read(data, "")[1]] == ["甲\r\n", "\n", "乙\r", "丙"]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030", "big5"]
)
def test_the_encoding_is_told(encoding: str) -> None:
    text = "醫療保險,全民健康保險法之規定\n依據規定應自行負擔門診或急診費用之百分之二十\n"
    found, lines = read(text.encode(encoding))
    assert found == encoding.removesuffix("-sig")
    assert "".join(line.text for line in lines) == text
    assert read(text.encode(encoding), encoding=encoding)[1] == lines


@pytest.mark.parametrize(("length", "taken"), [(11, True), (12, False)])
def test_a_line_may_be_so_long_and_no_longer(length: int, taken: bool) -> None:
    first, second = read(b"x" * length + b"\nnext\n", max_bytes=10)[1]
    assert bool(first.problem) != taken
    assert first.text == ("x" * length + "\n" if taken else "")
    assert (second.number, second.text) == (2, "next\n")


def test_what_is_not_in_the_encoding_is_marked_and_the_rest_is_read() -> None:
    _, lines = read("甲\n".encode() * 2 + b"\xff\n" + b"a\0b\n" + "乙".encode())
    assert [bool(line.problem) for line in lines] == [False, False, True, True, False]
    assert str(lines[2].problem).startswith("is not utf-8; ")
    assert lines[3].text == "a\ufffdb\n"


def test_a_tenth_of_nuls_is_no_text_any_more() -> None:
    text = "医保目录\n".encode()
    assert read(text * 90 + b"\0" * (len(text) * 10 - 1))[0] == "utf-8"
    with pytest.raises(InputError):
        read(text * 90 + b"\0" * (len(text) * 10 + 1))


def test_what_is_in_another_encoding_altogether_is_refused() -> None:
    with pytest.raises(InputError, match="is not utf-16 from this line on"):
        read("医保\n目录".encode("utf-16-le"), encoding="utf-16")
