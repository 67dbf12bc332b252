from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import read_documents
from tests.io import samples
from tests.io.samples import OFD, text_object


def text_of(path: Path, data: bytes) -> str:
    path.write_bytes(data)
    (document,) = read_documents([path])
    return document.text


@pytest.fixture
def pages(tmp_path: Path) -> Callable[..., str]:
    def read(*objects: str, template: str | None = None) -> str:
        return text_of(tmp_path / "a.ofd", samples.ofd(objects, template))

    return read


def test_objects_are_read_by_where_they_stand(pages: Callable[..., str]) -> None:
    objects = (
        text_object("末行", 28, 80)
        + text_object("85号", 28 + 6 * 5.6, 20)
        + text_object("医保函〔年〕", 28, 20)
        + text_object("首行", 28, 10)
    )
    assert pages(objects) == "首行\n医保函〔年〕85号\n末行"


def test_a_file_with_an_object_for_each_character(pages: Callable[..., str]) -> None:
    line = "追回医保基金188.4亿元"
    x, objects = 28.0, ""
    for char in line:
        objects += text_object(char, round(x, 2), 50)
        x += 5.6 if char > "\u2e80" else 2.8
    assert pages(objects) == line


def test_transformations_and_steps_are_applied(pages: Callable[..., str]) -> None:
    scaled = (
        '<ofd:TextObject Boundary="10 50 100 10" Size="1" CTM="5 0 0 5 2 3">'
        '<ofd:TextCode X="0" Y="1" DeltaX="g 2 1 1">甲乙丙丁</ofd:TextCode></ofd:TextObject>'
    )
    assert pages(text_object("戊", 32.5, 54) + scaled) == "甲乙丙丁戊"
    stepped = (
        '<ofd:TextObject Boundary="10 20 100 40" Size="5">'
        '<ofd:TextCode X="0" Y="5" DeltaX="5 5 -10 5 5" DeltaY="0 0 12 0 0">上一行下一行</ofd:TextCode>'
        "</ofd:TextObject>"
    )
    assert pages(stepped) == "上一行\n下一行"
    vertical = (
        '<ofd:TextObject Boundary="10 20 100 40" Size="5">'
        '<ofd:TextCode X="0" Y="5" DeltaY="g 2 5">竖排字</ofd:TextCode></ofd:TextObject>'
    )
    assert pages(vertical) == "竖排字"


def test_codes_that_share_an_object_and_inherit_their_place(pages: Callable[..., str]) -> None:
    codes = (
        '<ofd:TextObject Boundary="10 20 100 40" Size="5"><ofd:TextCode X="0" Y="5">医保</ofd:TextCode>'
        '<ofd:TextCode X="10">目录</ofd:TextCode></ofd:TextObject>'
    )
    assert pages(codes) == "医保目录"


def test_a_paragraph_over_lines_and_pages_is_one_line(tmp_path: Path) -> None:
    text = "标题\n" + "医疗保障基金的使用和监督管理工作持续加强" * 60 + "。\n第二段。"
    assert text_of(tmp_path / "a.ofd", samples.printed(text)) == text


def test_a_paragraph_of_two_lines_is_one_line(tmp_path: Path) -> None:
    text = "医疗保障基金的使用和监督管理工作持续加强，现将有关事项通知如下请遵照执行。"
    assert text_of(tmp_path / "a.ofd", samples.printed(text)) == text


def test_characters_drawn_twice_for_bold_are_read_once(pages: Callable[..., str]) -> None:
    objects = "".join(
        text_object(char, round(28 + 5.6 * at + shift, 2), 50 + shift)
        for at, char in enumerate("施工许可证")
        for shift in (0, 0.3)
    )
    assert pages(objects) == "施工许可证"
    assert pages(text_object("编号编号", 28, 50) + text_object("编号编号", 28.2, 50)) == "编号编号"
    assert pages(text_object("天", 28, 50) + text_object("天", 33.6, 50)) == "天天"
    assert pages(text_object("一", 28, 50) + text_object("一", 28, 60)) == "一\n一"


LEFT = ("中华人民共和国", "施工许可证", "特发此证")
RIGHT = ("建设单位\t某市医院", "工程名称\t住院楼", "建设规模\t4101平方米", "合同价格\t5140万元")


def certificate(pages: Callable[..., str], shift: float) -> str:
    objects = "".join(text_object(line * 2, 20, 40 + 20 * row) for row, line in enumerate(LEFT))
    for row, cells in enumerate(RIGHT):
        for cell, left in zip(cells.split("\t"), (140, 180), strict=True):
            objects += text_object(cell, left, 40 + 20 * row + shift)
    return pages(objects)


def test_a_certificate_is_read_side_by_side(pages: Callable[..., str]) -> None:
    assert certificate(pages, 3).splitlines() == [*(line * 2 for line in LEFT), *RIGHT]


def test_cells_on_the_same_lines_are_a_table(pages: Callable[..., str]) -> None:
    rows = [f"{line * 2}\t{cells}" for line, cells in zip(LEFT, RIGHT, strict=False)]
    assert certificate(pages, 0).splitlines() == [*rows, RIGHT[3]]


def test_a_space_between_objects_stays(pages: Callable[..., str]) -> None:
    assert pages(text_object("OFD", 28, 50) + text_object(" Reader", 36.4, 50)) == "OFD Reader"


def test_invisible_objects_drawings_and_annotations_are_left_out(pages: Callable[..., str]) -> None:
    unseen = text_object("水印", 50, 50, more='Visible="false"') + "<ofd:PathObject/><ofd:ImageObject/>"
    assert pages(unseen + text_object("正文", 28, 50)) == "正文"


def test_a_template_is_read_on_the_first_page_that_uses_it(pages: Callable[..., str]) -> None:
    head = text_object("国家医疗保障局文件", 28, 10, 10)
    text = pages(text_object("第一页。", 28, 60), text_object("第二页。", 28, 60), template=head)
    assert text.splitlines() == ["国家医疗保障局文件", "第一页。", "第二页。"]


def test_all_documents_of_a_file_are_read_and_absolute_paths_resolved(tmp_path: Path) -> None:
    page = "<ofd:Page {0}><ofd:Content><ofd:Layer>{1}</ofd:Layer></ofd:Content></ofd:Page>"
    document = '<ofd:Document {0}><ofd:Pages><ofd:Page BaseLoc="{1}"/></ofd:Pages></ofd:Document>'
    body = "<ofd:DocBody><ofd:DocRoot>{}</ofd:DocRoot></ofd:DocBody>"
    data = samples.zipped(
        {
            "OFD.xml": f"<ofd:OFD {OFD}>{body.format('/A/Document.xml')}"
            f"{body.format('B/../../B/D.xml')}</ofd:OFD>",
            "A/Document.xml": document.format(OFD, "/A/p.xml"),
            "A/p.xml": page.format(OFD, text_object("甲文", 20, 20)),
            "B/D.xml": document.format(OFD, "P.XML"),
            "B/p.xml": page.format(OFD, text_object("乙文", 20, 20)),
        }
    )
    assert text_of(tmp_path / "a.ofd", data) == "甲文\n乙文"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (samples.zipped({"OFD.xml": "<a/>", "Encryptions.xml": "<a/>"}), "is an encrypted OFD"),
        (samples.zipped({"a.txt": "字"}), "is a zip file but not an OFD"),
        (samples.ofd([""]), "holds no text, perhaps only scanned pages"),
        (
            samples.zipped({"OFD.xml": f"<ofd:OFD {OFD}><ofd:DocRoot>x.xml</ofd:DocRoot></ofd:OFD>"}),
            "x.xml is missing",
        ),
    ],
)
def test_a_file_that_is_no_readable_ofd_says_why(tmp_path: Path, data: bytes, message: str) -> None:
    with pytest.raises(InputError, match=f"a.ofd: (is damaged: )?{message}"):
        text_of(tmp_path / "a.ofd", data)


def test_a_page_that_is_listed_again_and_again_is_read_once(tmp_path: Path) -> None:
    pages = '<ofd:Page BaseLoc="p.xml"/>' * 10_000
    lines = [f"第{number}行" for number in range(6)]
    objects = "".join(text_object(line, 20, 20 + 10 * at) for at, line in enumerate(lines))
    page = f"<ofd:Page {OFD}>{objects}</ofd:Page>"
    data = samples.zipped(
        {
            "OFD.xml": f"<ofd:OFD {OFD}><ofd:DocRoot>D.xml</ofd:DocRoot></ofd:OFD>",
            "D.xml": f"<ofd:Document {OFD}><ofd:Pages>{pages}</ofd:Pages></ofd:Document>",
            "p.xml": page,
        }
    )
    assert text_of(tmp_path / "a.ofd", data).splitlines() == lines


def test_numbers_that_are_none_do_no_harm(pages: Callable[..., str]) -> None:
    odd = (
        '<ofd:TextObject Boundary="x NaN" Size="-" CTM="1 2"><ofd:TextCode X="inf" Y="" '
        'DeltaX="g 99999999999999999999 5 g">怪数</ofd:TextCode></ofd:TextObject>'
    )
    assert pages(odd) == "怪数"


def test_a_file_may_hold_as_many_pieces_of_text_as_the_limit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [samples.text_object("甲", 20, 20) + samples.text_object("乙", 20, 40)] * 2
    (tmp_path / "a.ofd").write_bytes(samples.ofd(pages))
    monkeypatch.setattr("nhsa_nlp.io.documents.ofd.MAX_PIECES", 4)
    (document,) = read_documents([tmp_path / "a.ofd"])
    assert document.text.count("甲") == 2
    monkeypatch.setattr("nhsa_nlp.io.documents.ofd.MAX_PIECES", 3)
    with pytest.raises(InputError, match="holds more than 3 pieces of text"):
        list(read_documents([tmp_path / "a.ofd"]))
