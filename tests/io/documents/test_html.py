from __future__ import annotations

import tracemalloc
from pathlib import Path

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import Document, ReadOptions, read_documents
from nhsa_nlp.io.documents.html import MAX_TAGS
from tests.io import samples

BODY = (
    "各省、自治区、直辖市医疗保障局：为做好医疗保障工作，现将有关事项通知如下，请认真贯彻执行。",
    "一、加强基金监管，追回医保资金188.4亿元，并完善举报奖励制度，维护参保人的合法权益。",
    "二、各地要结合实际制定实施方案，于12月31日前报送国家医疗保障局。",
)


ARCHIVE = """From: <Saved by Blink>
MIME-Version: 1.0
Content-Type: multipart/related; type="text/html"; boundary="--B"

----B
Content-Type: text/html
Content-Transfer-Encoding: quoted-printable

{}
----B
Content-Type: image/png
Content-Transfer-Encoding: base64

iVBORw0KGgo=
----B--
"""


def document(path: Path, page: str | bytes, options: ReadOptions | None = None) -> Document:
    path.write_bytes(page if isinstance(page, bytes) else page.encode())
    (read,) = read_documents([path], options)
    return read


def text_of(path: Path, page: str | bytes) -> str:
    return document(path, page).text


def page_with(body: str) -> str:
    """A page whose article holds ``body`` after three paragraphs."""
    page = samples.web_page("\n".join(["标题行", *BODY]))
    return page.replace("</div></div><div class", f"{body}</div></div><div class", 1)


def test_the_article_is_read_without_what_the_site_puts_around_it(tmp_path: Path) -> None:
    lines = text_of(tmp_path / "a.html", page_with("")).splitlines()
    assert lines[0] == "标题行"
    assert tuple(lines[-len(BODY) :]) == BODY
    assert not any(word in line for line in lines for word in ("首页", "相关", "主办", "脚本", "当前位置"))


def test_an_article_may_be_short(tmp_path: Path) -> None:
    text = text_of(tmp_path / "a.html", samples.web_page("\n".join(["标题行", *BODY[:2]])))
    assert text.startswith("标题行")
    assert text.endswith(BODY[1])


@pytest.mark.parametrize(
    "container",
    [
        '<div class="pages_content" id="UCAP-CONTENT">{}</div>',
        '<div class="TRS_Editor"><div class="Custom_UnionStyle">{}</div></div>',
        "<table width=1000><tr><td width=200><ul><li><a>通知</a></li></ul></td><td>{}</td></tr></table>",
        "<section class=rich_media_content><section>{}</section></section>",
    ],
)
def test_the_frames_of_government_sites(tmp_path: Path, container: str) -> None:
    menu = '<div class="nav"><ul><li><a href="/">首页</a></li><li><a href="/a">政策</a></li></ul></div>'
    inner = "".join(f'<P class="MsoNormal"><span>{line}<o:p></o:p></span></P>' for line in BODY)
    page = f"<html><body>{menu}{container.format(inner)}<div class=footer><p>版权所有</p></div></body></html>"
    assert text_of(tmp_path / "a.htm", page).splitlines() == list(BODY)


def test_tables_lists_breaks_and_stray_text_of_the_article_are_kept(tmp_path: Path) -> None:
    body = (
        "<table><tr><th>险种</th><th>金额</th></tr><tr><td><p>职工</p></td><td>1.3<b>万</b>元</td></tr></table>"
        "<ol><li>第一项</li></ol>散落的字<div>块</div>块后的字<font>字体</font>甲<br>乙"
        '<p>旧<del>删</del>文<sup><a href="#n1">[1]</a></sup><a href="#x">锚</a></p>'
        '<p>附件：<a href="a.docx">目录.docx</a></p><p style="display: none">隐藏</p><p hidden>隐藏</p>'
        "<pre>预  排</pre><p>中文\n换行 and\nwords</p>"
    )
    assert text_of(tmp_path / "a.html", page_with(body)).splitlines()[-11:] == [
        "险种\t金额",
        "职工\t1.3万元",
        "第一项",
        "散落的字",
        "块",
        "块后的字字体甲",
        "乙",
        "旧文锚",
        "附件：目录.docx",
        "预  排",
        "中文换行 and words",
    ]


@pytest.mark.parametrize(
    "stray",
    [
        "</html>",
        "</body></html>",
        "</BODY >\n</HTML\n>",
        "</body></html><!DOCTYPE html><html><head><title>另</title></head><body class=x>",
        "<!-- </body> --></html><script>var a = '</html>';</script>",
    ],
)
def test_a_page_goes_on_after_a_stray_end_as_in_a_browser(tmp_path: Path, stray: str) -> None:
    first, *rest = (f"<p>{line}</p>" for line in BODY)
    page = samples.web_page("标题行").replace('<div class="related">', f"{first}{stray}{''.join(rest)}<div>")
    lines = text_of(tmp_path / "a.html", page).splitlines()
    assert [line for line in lines if line in BODY] == list(BODY)
    page = f"<html><head></head></html>{stray}<body>{BODY[0]}</body></html>"
    assert text_of(tmp_path / "a.html", page) == BODY[0]


def test_the_end_of_a_page_in_a_comment_or_a_script_is_none(tmp_path: Path) -> None:
    page = f"<p>{BODY[0]}<!-- </html>\n注释 --><script>document.write('</body>'); 脚本</script></p>"
    assert text_of(tmp_path / "a.html", page) == BODY[0]


@pytest.mark.parametrize(
    "page",
    ["<p>基金支出<b>2.4</b>万亿元。</p>", "基金支出2.4万亿元。", "<a href=x>基金支出2.4万亿元。</a>"],
)
def test_a_fragment_is_read_in_full(tmp_path: Path, page: str) -> None:
    assert text_of(tmp_path / "a.html", page) == "基金支出2.4万亿元。"


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ('<meta charset="gb2312"><p>国家医疗保障局镕基㐂</p>'.encode("gb18030"), "gb18030"),
        (
            '<meta http-equiv="Content-Type" content="text/html; charset=GBK"><p>国家医疗保障局</p>'.encode(
                "gbk"
            ),
            "gb18030",
        ),
        (
            '<?xml version="1.0" encoding="big5"?><html><p>國家醫療保障局</p></html>'.encode("big5"),
            "big5hkscs",
        ),
        ('<meta charset="gb2312"><p>医保基金</p>'.encode(), "utf-8"),
        ('<meta charset="utf-8"><p>国家医疗保障局对建议的答复</p>'.encode("gb18030"), "gb18030"),
        ('<meta charset="nonsense"><p>国家医疗保障局对建议的答复</p>'.encode("gb18030"), "gb18030"),
        ("<p>国家医疗保障局对建议的答复</p>".encode("gb18030"), "gb18030"),
        ("<meta charset=gb2312><p>国家医疗保障局</p>".encode("utf-16"), "utf-16"),
        ("<meta charset=gb2312><p>国家医疗保障局</p>".encode("utf-8-sig"), "utf-8-sig"),
    ],
)
def test_the_encoding_is_told_by_what_the_page_is_and_then_by_what_it_says(
    tmp_path: Path, data: bytes, encoding: str
) -> None:
    read = document(tmp_path / "a.html", data)
    assert read.meta == {"encoding": encoding}
    assert read.text.startswith(("国家医疗保障局", "國家醫療保障局", "医保基金"))


def test_a_few_broken_characters_are_forgiven_as_browsers_do(tmp_path: Path) -> None:
    good = ("<meta charset=gb2312><p>" + "医疗保障" * 100).encode("gb18030")
    assert text_of(tmp_path / "a.html", good + b"\xff" + "末</p>".encode("gb18030")).endswith("\ufffd末")


@pytest.mark.parametrize("head", ["", "<meta charset=nonsense>", "<meta charset=gb2312>"])
@pytest.mark.parametrize(("chinese", "broken"), [(400, 4), (40, 3)])
def test_a_page_in_utf8_may_have_a_few_broken_bytes_whatever_it_says(
    tmp_path: Path, head: str, chinese: int, broken: int
) -> None:
    data = f"{head}<p>{'医疗保障' * (chinese // 4)}".encode() + b"\xff" * broken
    got = document(tmp_path / "a.html", data + "末</p>".encode())
    assert got.meta == {"encoding": "utf-8"}
    assert got.text.endswith("\ufffd末")
    with pytest.raises(
        InputError, match=r"a\.html: is (UTF-8 with broken characters|binary or in an unknown)"
    ):
        document(tmp_path / "a.html", f"<p>{'医疗保障' * (chinese // 4)}".encode() + b"\xff" * chinese)


def test_an_encoding_that_is_given_overrules_the_page(tmp_path: Path) -> None:
    data = "<meta charset=utf-8><p>國家醫療保障局</p>".encode("big5")
    assert document(tmp_path / "a.html", data, ReadOptions("big5")).text == "國家醫療保障局"
    with pytest.raises(InputError, match="is not utf-8"):
        document(tmp_path / "a.html", data, ReadOptions("utf-8"))


@pytest.mark.parametrize(
    "page", ["", "<html></html>", "<script>var a = '字';</script>", "<!-- 注释 -->", "<p>\u3000&nbsp;</p>"]
)
def test_a_page_without_text_says_so(tmp_path: Path, page: str) -> None:
    with pytest.raises(InputError, match=r"a\.html: (holds no text|is empty); nothing to read"):
        text_of(tmp_path / "a.html", page)


def test_entities_of_a_document_type_are_not_expanded(tmp_path: Path) -> None:
    bomb = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    outer = '<!ENTITY x SYSTEM "file:///etc/passwd">'
    page = f'<!DOCTYPE html [<!ENTITY e0 "字">{bomb}{outer}]><html><body><p>正文&e9;&x;</p></body></html>'
    text = text_of(tmp_path / "a.html", page)
    assert "正文" in text
    assert "root:" not in text
    assert len(text) < len(page)


def test_characters_that_are_none_are_spaces(tmp_path: Path) -> None:
    page = "<p>正<b hidden>x</b>文\x0b&#1;&#x1B;&#xFFFE;甲&#10;乙&#11091;\uffff</p>"
    assert text_of(tmp_path / "a.html", page).split() == ["正文", "甲乙\u2b53"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (samples.zipped({"a.txt": "x"}), "is not a .html but a zip archive; rename it to .zip"),
    ],
)
def test_a_file_of_another_format_is_named_as_what_it_is(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=message):
        text_of(tmp_path / "a.html", data)


def test_nothing_is_written_to_standard_error(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for number, page in enumerate(
        ["<p>短</p>", "<html><body><div></div><a>链</a></body></html>", page_with("")]
    ):
        text_of(tmp_path / f"{number}.html", page)
    assert capfd.readouterr() == ("", "")


def test_a_web_archive_is_read_as_its_page(tmp_path: Path) -> None:
    from quopri import encodestring

    page = encodestring(page_with("").encode()).decode()
    assert text_of(tmp_path / "a.mhtml", ARCHIVE.format(page)) == text_of(tmp_path / "a.html", page_with(""))
    utf16 = encodestring("<p>国家医疗保障局</p>".encode("utf-16-le")).decode()
    archive = ARCHIVE.replace("text/html\n", 'text/html; charset="utf-16le"\n').format(utf16)
    assert text_of(tmp_path / "b.mht", archive) == "国家医疗保障局"


def test_a_web_archive_without_a_page_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.mht: holds no web page"):
        text_of(tmp_path / "a.mht", "Subject: x\n\ntext")
    nested = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\n\n--b{n}\n' for n in range(5000))
    with pytest.raises(InputError, match=r"a\.mht: nests its parts too deep"):
        text_of(tmp_path / "a.mht", nested)


@pytest.mark.parametrize(("plain", "linked", "kept"), [(15, 5, True), (17, 6, False)])
def test_lines_of_links_are_a_menu_if_more_than_a_quarter_of_a_short_page_is_links(
    tmp_path: Path, plain: int, linked: int, kept: bool
) -> None:
    page = f"<p>{'医' * plain}</p><p><a href=x>{'链' * linked}</a></p>"
    assert ("链" in text_of(tmp_path / "a.html", page)) == kept


def test_a_page_may_have_as_many_tags_as_the_limit(tmp_path: Path) -> None:
    page = f"<!--{'<' * (MAX_TAGS - 2)}--><p>正文"
    assert text_of(tmp_path / "a.html", page) == "正文"
    with pytest.raises(InputError, match="has more than 1,000,000 tags"):
        text_of(tmp_path / "a.html", page + "<br>")


NESTED = """From: x
Content-Type: multipart/related; boundary="out"

before
--out
Content-Type: multipart/alternative; boundary="out-in"

--out-in

plain
--out-in
Content-Type: text/html

<p>国家医疗保障局
--out-in--
--out
Content-Type: text/html

<p>另一页
--out--
"""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_the_first_page_of_a_web_archive_may_lie_in_a_part_of_a_part(tmp_path: Path, end: str) -> None:
    assert text_of(tmp_path / "a.mht", NESTED.replace("\n", end)) == "国家医疗保障局"
    mail = NESTED.replace(
        "multipart/alternative; ", "message/rfc822\n\nContent-Type: multipart/alternative; "
    )
    assert text_of(tmp_path / "b.mht", mail.replace("\n", end)) == "国家医疗保障局"


def test_the_pictures_of_a_web_archive_are_not_copied(tmp_path: Path) -> None:
    picture = "--out\nContent-Type: image/png\nContent-Transfer-Encoding: base64\n\n" + "QUJD" * 19 + "\n"
    head, _, tail = NESTED.partition("--out\n")
    data = (head + (picture + "QUJD\n" * 4_000_000) + "--out\n" + tail).encode()
    (tmp_path / "a.mht").write_bytes(data)
    tracemalloc.start()
    (document,) = read_documents([tmp_path / "a.mht"])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert document.text == "国家医疗保障局"
    assert most < 2 * len(data)
