from __future__ import annotations

from io import BytesIO

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import ReadOptions, Source
from nhsa_nlp.io.package.office import Package, Relation, resolve
from nhsa_nlp.io.package.xml import Handler
from tests.io.samples import zipped

FILE = Source("a", "a.docx", ".docx")
RELATIONS = (
    '<Relationships><Relationship Id="r1" Type="http://x/styles" Target="styles.xml"/>'
    '<Relationship Id="r2" Type="http://x/image" Target="../media/1.png"/>'
    '<Relationship Id="r3" Type="http://x/link" Target="http://y" TargetMode="External"/></Relationships>'
)


class Silent(Handler):
    pass


def package(members: dict[str, str | bytes], *, limited: bool = True, max_bytes: int = 1000) -> Package:
    return Package(BytesIO(zipped(members)), FILE, ReadOptions(max_bytes=max_bytes), limited=limited)


def test_parts_are_found_whatever_the_case_and_the_slashes_of_their_names() -> None:
    found = package({"Word\\Document.xml": "<a/>"})
    assert "word/document.xml" in found
    assert "/WORD/x/../document.xml" in found
    assert "word/other.xml" not in found
    found.parse("word/document.xml", Silent())


def test_relations_stay_within_the_package() -> None:
    found = package({"word/_rels/document.xml.rels": RELATIONS, "_rels/.rels": RELATIONS})
    assert found.relations("word/document.xml") == [
        Relation("r1", "styles", "word/styles.xml"),
        Relation("r2", "image", "media/1.png"),
    ]
    assert [relation.target for relation in found.relations()] == ["styles.xml", "media/1.png"]
    assert found.relations("word/styles.xml") == []


@pytest.mark.parametrize(
    ("target", "part", "path"),
    [
        ("b.xml", "x/a.xml", "x/b.xml"),
        ("/b.xml", "x/a.xml", "b.xml"),
        ("../../../etc/passwd", "x/a.xml", "etc/passwd"),
        ("y\\b.xml", "x/a.xml", "x/y/b.xml"),
    ],
)
def test_what_a_part_points_to(target: str, part: str, path: str) -> None:
    assert resolve(target, part) == path


def test_all_parts_together_may_unpack_to_the_limit_unless_there_is_none() -> None:
    members: dict[str, str | bytes] = {"a.xml": f"<a>{'x' * 493}</a>"}
    found = package(members)
    for _ in range(2):
        found.parse("a.xml", Silent())
    with pytest.raises(InputError, match=r"^a\.docx: unpacks to more than 1,000 bytes; split it"):
        found.parse("a.xml", Silent())
    found = package(members, limited=False)
    for _ in range(3):
        found.parse("a.xml", Silent())


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<a>", "is damaged: a.xml is not well-formed XML"),
        (b"<!DOCTYPE a><a/>", "is damaged: a.xml declares a document type"),
        (b" " * 10_000_001, "cannot be read: a.xml unpacks to more than 250 times its size"),
    ],
)
@pytest.mark.parametrize("limited", [True, False])
def test_a_bad_part_is_one_line_that_names_it(content: bytes, message: str, limited: bool) -> None:
    found = package({"a.xml": content}, limited=limited, max_bytes=20_000_000)
    with pytest.raises(InputError) as raised:
        found.parse("a.xml", Silent())
    assert str(raised.value).startswith(f"a.docx: {message}")
    assert "\n" not in str(raised.value)
    with pytest.raises(InputError, match=r"is damaged: b\.xml is missing"):
        found.parse("b.xml", Silent())


@pytest.mark.parametrize(
    ("data", "message"), [(b"", "is empty"), (b"%PDF-1.7", r"is not a \.docx but a PDF")]
)
def test_what_is_not_a_package_is_told_what_it_is(data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=rf"^a\.docx: {message}"):
        Package(BytesIO(data), FILE, ReadOptions())
