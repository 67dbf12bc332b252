from __future__ import annotations

import pytest

from nhsa_nlp.io.package.xml import MAX_DEPTH, MAX_TAG, Handler, Name, UnsafeXmlError, parse


class Events(Handler):
    def __init__(self) -> None:
        self.started: list[tuple[Name, dict[str, str]]] = []
        self.ended: list[Name] = []
        self.text = ""

    def start(self, name: Name, attributes: dict[str, str]) -> None:
        self.started.append((name, attributes))

    def end(self, name: Name) -> None:
        self.ended.append(name)

    def data(self, text: str) -> None:
        self.text += text


def events(*pieces: bytes) -> Events:
    found = Events()
    for _ in parse(pieces, found):
        pass
    return found


def test_names_come_with_their_namespace_and_attributes_without() -> None:
    found = events(b'<a xmlns="u" xmlns:p="v"><p:b p:c="1" d="2">x</p:b></a>')
    assert found.started == [(("u", "a"), {}), (("v", "b"), {"c": "1", "d": "2"})]
    assert found.ended == [("v", "b"), ("u", "a")]
    assert found.text == "x"


def test_it_may_be_cut_anywhere_and_the_caller_has_a_turn_after_each_piece() -> None:
    whole = "<a>医保<b/>目录</a>".encode()
    assert events(*(bytes([byte]) for byte in whole)).text == "医保目录"
    found = Events()
    steps = parse([b"<a><b/>", b"<c/></a>"], found)
    next(steps)
    assert [name for (_, name), _ in found.started] == ["a", "b"]


def test_elements_may_be_as_deep_as_the_limit() -> None:
    assert len(events(b"<a>" * MAX_DEPTH + b"</a>" * MAX_DEPTH).ended) == MAX_DEPTH == 500
    with pytest.raises(UnsafeXmlError, match="nests elements more than 500 deep"):
        events(b"<a>" * (MAX_DEPTH + 1))


@pytest.mark.parametrize("open_", [b"<a b='", b"<!--"])
def test_a_tag_or_comment_may_be_as_long_as_the_limit_and_a_text_longer(open_: bytes) -> None:
    rest = b"x" * (MAX_TAG - len(open_))
    close = b"'/>" if open_ == b"<a b='" else b"--><a/>"
    assert len(events(open_, rest, close).started) == 1
    with pytest.raises(UnsafeXmlError, match="longer than 16,000,000 bytes"):
        events(open_, rest, b"x", close)
    assert len(events(b"<a>", rest, rest, b"</a>").text) == 2 * len(rest)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no element found"),
        (b"<a>", "is not well-formed"),
        (b"<a/><b/>", "is not well-formed"),
        (b"<!DOCTYPE a><a/>", "declares a document type"),
        (b"<a>&b;</a>", "undefined entity"),
        (b'<?xml version="1.0" encoding="x-y"?><a/>', "in an encoding that cannot be read"),
        (b'<?xml version="1.0" encoding="gb18030"?><a/>', "in an encoding that cannot be read"),
    ],
)
def test_what_is_not_to_be_trusted_is_refused(data: bytes, message: str) -> None:
    with pytest.raises(UnsafeXmlError, match=message):
        events(data)
