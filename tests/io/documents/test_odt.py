from __future__ import annotations

from pathlib import Path

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import read_documents
from tests.io.samples import zipped
from tests.io.workbooks import ODF, open_document


def odt(body: str, styles: str = "", more: str = "") -> bytes:
    return open_document(
        "text",
        f"<office:document-content {ODF}><office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>",
        {"styles.xml": f"<office:styles {ODF}>{more}</office:styles>"},
    )


def text_of(tmp_path: Path, body: str, styles: str = "", more: str = "") -> str:
    path = tmp_path / "a.odt"
    path.write_bytes(odt(body, styles, more))
    (document,) = read_documents([path])
    return document.text


def p(text: str, more: str = "") -> str:
    return f"<text:p {more}>{text}</text:p>"


def style(name: str, properties: str = "", family: str = "text", more: str = "") -> str:
    return f"<style:style style:name='{name}' style:family='{family}' {more}>{properties}</style:style>"


HIDDEN = "<style:text-properties text:display='none'/>"
SHOWN = "<style:text-properties text:display='true'/>"


SVG = "xmlns:svg='urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0'"


def element(name: str, content: str, more: str = "") -> str:
    return f"<{name} {more}>{content}</{name}>"


def note(kind: str, content: str) -> str:
    body = element("text:note-citation", "1") + element("text:note-body", content)
    return element("text:note", body, f"text:note-class='{kind}'")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (p("a<text:s/><text:s text:c='2'/>b<text:tab/>c<text:line-break/>d"), "a   b\tc\nd"),
        (p("a\n  b  c"), "a b c"),
        (p("a<text:span>b<text:a>c</text:a></text:span><text:page-number>3</text:page-number>"), "abc3"),
        (f"<text:h text:outline-level='1'>a</text:h>{p('')}{p('b')}", "a\n\nb"),
        (p("a" + element("office:annotation", p("x")) + "b<office:annotation-end/>"), "ab"),
        (
            element("text:tracked-changes", element("text:deletion", p("x")))
            + p("a<text:change-start/>b<text:change-end/><text:change/>"),
            "ab",
        ),
        (element("text:section", p("x"), "text:display='none'") + element("text:section", p("a")), "a"),
        (element("text:section", p("x"), "text:display='condition' text:is-hidden='true'") + p("a"), "a"),
        (p("a<text:hidden-text text:is-hidden='true'>x</text:hidden-text>b"), "ab"),
        (p("x<text:hidden-paragraph text:is-hidden='true'/>") + p("c"), "c"),
        (p(element("text:ruby-base", "医") + element("text:ruby-text", "yi")), "医"),
        (element("text:table-of-content-source", p("x")) + element("text:index-body", p("一 1")), "一 1"),
        (
            p("a" + note("endnote", p("e")) + note("footnote", p("n") + p("m")) + "b") + p("c"),
            "ab\nc\nn\nm\ne",
        ),
        (
            p(
                "a"
                + element(
                    "draw:frame", element("draw:text-box", p("x") + p("y")) + element("svg:title", "t", SVG)
                )
                + "b"
            )
            + p("c"),
            "ab\nx\ny\nc",
        ),
        (element("draw:custom-shape", p("x")) + p("c"), "x\nc"),
    ],
)
def test_text(tmp_path: Path, body: str, text: str) -> None:
    assert text_of(tmp_path, body) == text


def test_what_a_style_hides_is_left_out(tmp_path: Path) -> None:
    styles = (
        style("T1", HIDDEN)
        + style("T2", SHOWN, more="style:parent-style-name='Hid'")
        + style("T3", more="style:parent-style-name='Hid'")
    )
    more = style("Hid", HIDDEN) + style("P", HIDDEN, "paragraph")
    spans = "".join(f"<text:span text:style-name='T{n}'>{n}<text:s/></text:span>" for n in (1, 2, 3, 4))
    assert text_of(tmp_path, p(spans) + p("x", "text:style-name='P'") + p("b"), styles, more) == "2 4 \nb"


def cell(text: str, more: str = "", kind: str = "table-cell") -> str:
    return f"<table:{kind} {more}>{text}</table:{kind}>"


def table(*rows: str) -> str:
    return (
        f"<table:table>{''.join(f'<table:table-row>{row}</table:table-row>' for row in rows)}</table:table>"
    )


def test_tables(tmp_path: Path) -> None:
    covered = cell("", kind="covered-table-cell")
    body = table(
        cell(p("a") + p("b")) + cell(p("c")),
        cell(p("wide"), "table:number-columns-spanned='2'") + covered,
        covered + cell(p("below")),
        cell(table(cell(p("i")) + cell(p("j")))) + cell(p("k")),
    )
    assert text_of(tmp_path, p("x") + body + p("y")) == "x\na\nb\tc\nwide\n\tbelow\ni\tj\tk\ny"


def level(kind: str, number: int, more: str, content: str = "") -> str:
    return element(f"text:{kind}", content, f"text:level='{number}' {more}")


NOTHING = "<style:list-level-label-alignment text:label-followed-by='nothing'/>"
CHINESE = element(
    "text:list-style",
    level("list-level-style-number", 1, "style:num-format='一, 二, 三, ...' style:num-suffix='、'")
    + level(
        "list-level-style-number",
        2,
        "style:num-format='1' style:num-prefix='（' style:num-suffix='）' text:start-value='3'",
    ),
    "style:name='L1'",
) + element(
    "text:list-style",
    level("list-level-style-bullet", 1, "text:bullet-char='•'")
    + level("list-level-style-number", 2, "style:num-format='1' text:display-levels='2'", NOTHING),
    "style:name='L2'",
)


def items(*contents: str, more: str = "text:style-name='L1'") -> str:
    return (
        f"<text:list {more}>{''.join(f'<text:list-item>{c}</text:list-item>' for c in contents)}</text:list>"
    )


def test_the_numbers_of_lists(tmp_path: Path) -> None:
    inner = items(p("c"), p("d"), more="")
    body = items(p("a"), p("b") + p("more") + inner, p("e")) + p("between")
    again = items(p("f"), more="text:style-name='L1' text:continue-numbering='true' xml:id='x'")
    anew = items(p("g")) + items(p("h"), more="text:style-name='L1' text:continue-list='x'")
    start = (
        "<text:list text:style-name='L1'><text:list-item text:start-value='7'>" + p("i") + "</text:list-item>"
    )
    header = (
        "<text:list-header>"
        + p("j")
        + "</text:list-header><text:list-item>"
        + p("k")
        + "</text:list-item></text:list>"
    )
    bullets = items(p("l") + items(p("m"), more=""), more="text:style-name='L2'")
    assert text_of(tmp_path, body + again + anew + start + header + bullets, CHINESE).split("\n") == [
        *(
            "一、a",
            "二、b",
            "more",
            "（3）c",
            "（4）d",
            "三、e",
            "between",
            "四、f",
            "一、g",
            "五、h",
            "七、i",
            "j",
        ),
        *("八、k", "l", "1.1m"),
    ]


def test_the_numbers_of_headings(tmp_path: Path) -> None:
    first = "style:num-format='一, 二, 三, ...' loext:num-list-format='第%1%章' xmlns:loext='x'"
    outline = element(
        "text:outline-style",
        level("outline-level-style", 1, first)
        + level("outline-level-style", 2, "style:num-format='1' text:display-levels='2'")
        + level("outline-level-style", 3, "style:num-format=''"),
    )
    plain = style("Plain", family="paragraph", more="style:list-style-name=''")
    heading = "<text:h text:outline-level='{}' {}>{}</text:h>"
    body = "".join(
        heading.format(level, more, text)
        for level, more, text in [
            (1, "", "a"),
            (2, "", "b"),
            (1, "text:style-name='Plain'", "c"),
            (1, "", "d"),
            (2, "", "e"),
            (3, "", "f"),
            (1, "text:is-list-header='true'", "g"),
        ]
    )
    assert text_of(tmp_path, body, plain, outline) == "第一章 a\n一.1 b\nc\n第二章 d\n二.1 e\nf\ng"


def test_what_cannot_be_read_is_one_line(tmp_path: Path) -> None:
    manifest = "<m><file-entry><encryption-data/></file-entry></m>"
    for data, message in [
        (odt(""), "holds no text, perhaps only pictures"),
        (odt("<text:p>"), "is damaged: content.xml is not well-formed XML"),
        (
            zipped({"content.xml": "x", "META-INF/manifest.xml": manifest}),
            "is encrypted; save it without a password",
        ),
        (
            zipped({"x": "x"}),
            "is a zip file but not an OpenDocument; rename it to .zip or open and save it again",
        ),
        (b"x", "is not a .odt but damaged or of another format"),
    ]:
        (tmp_path / "a.odt").write_bytes(data)
        with pytest.raises(InputError, match=message.replace(".", r"\.")):
            list(read_documents([tmp_path]))


@pytest.mark.parametrize("name", ["a.doc", "a.wps", "a", "a.docx"])
def test_it_is_one_whatever_its_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(odt(p("医保")))
    (document,) = read_documents([tmp_path])
    assert document.text == "医保"
