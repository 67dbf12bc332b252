from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import docx as python_docx
import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import ReadOptions, read_documents
from tests.io import samples
from tests.io.samples import paragraphs


def text_of(path: Path, data: bytes, options: ReadOptions | None = None) -> str:
    path.write_bytes(data)
    (document,) = read_documents([path], options)
    return document.text


@pytest.fixture
def body(tmp_path: Path) -> Callable[..., str]:
    def read(xml: str, parts: dict[str, str] | None = None) -> str:
        return text_of(tmp_path / "a.docx", samples.docx(xml, parts))

    return read


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def test_a_document_of_an_office_program(tmp_path: Path) -> None:
    made = python_docx.Document()
    made.add_heading("关于异地就医的答复", level=1)
    paragraph = made.add_paragraph("医保函〔2021〕")
    paragraph.add_run("85号").bold = True
    paragraph.add_run().add_break()
    paragraph.add_run("软换行之后\t制表")
    table = made.add_table(rows=2, cols=2)
    for cell, text in zip(table._cells, ("险种", "金额", "职工医保", "1.3万元"), strict=True):
        cell.text = text
    made.add_paragraph("第一项", style="List Number")
    made.add_paragraph("圆点", style="List Bullet")
    made.add_paragraph("第二项", style="List Number")
    made.sections[0].header.paragraphs[0].text = "页眉"
    made.sections[0].footer.paragraphs[0].text = "— 1 —"
    stream = BytesIO()
    made.save(stream)
    assert text_of(tmp_path / "a.docx", stream.getvalue()).splitlines() == [
        "关于异地就医的答复",
        "医保函〔2021〕85号",
        "软换行之后\t制表",
        "险种\t金额",
        "职工医保\t1.3万元",
        "1. 第一项",
        "圆点",
        "2. 第二项",
    ]


def test_tracked_changes_are_read_as_accepted_and_moved_text_once(body: Callable[..., str]) -> None:
    deleted = "<w:del><w:r><w:delText>旧</w:delText></w:r><w:r><w:t>旧</w:t></w:r></w:del>"
    inserted = f"<w:ins>{run('新')}</w:ins>"
    assert body(f"<w:p>{run('甲')}{deleted}{inserted}</w:p>") == "甲新"
    moved = f"<w:p><w:moveFrom>{run('搬')}</w:moveFrom>{run('乙')}<w:moveTo>{run('搬')}</w:moveTo></w:p>"
    assert body(moved) == "乙搬"
    row = "<w:tr>{}<w:tc><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:tc></w:tr>"
    rows = row.format("<w:trPr><w:del/></w:trPr>", "删行") + row.format("<w:trPr><w:ins/></w:trPr>", "增行")
    assert body(f"<w:tbl>{rows}</w:tbl>") == "增行"


def test_a_paragraph_whose_end_was_deleted_runs_on(body: Callable[..., str]) -> None:
    gone = f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{run('前半')}</w:p>"
    assert body(gone + gone + paragraphs(["后半", "下一段"])) == "前半前半后半\n下一段"
    assert body(f"<w:tbl><w:tr><w:tc>{gone}</w:tc></w:tr></w:tbl>") == "前半"


def test_a_text_box_is_read_once_after_the_paragraph_that_holds_it(body: Callable[..., str]) -> None:
    box = f"<w:txbxContent>{paragraphs(['框一', '框二'])}</w:txbxContent>"
    both = (
        f"<w:r><mc:AlternateContent><mc:Choice><wps:txbx>{box}</wps:txbx></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )
    xml = f"<w:p>{run('前')}{both}{run('后')}</w:p>{paragraphs(['下段'])}"
    assert body(xml) == "前后\n框一\n框二\n下段"
    old = f"<w:p><w:r><w:pict><v:textbox>{box}</v:textbox></w:pict></w:r></w:p>"
    assert body(old) == "框一\n框二"


def test_the_result_of_a_field_is_read_and_its_code_is_not(body: Callable[..., str]) -> None:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    code = "<w:r><w:instrText>HYPERLINK x</w:instrText></w:r>"
    nested = mark("begin") + code + run("内层代码") + mark("separate") + run("结果") + mark("end")
    assert body(f"<w:p>{run('甲')}{nested}{run('乙')}</w:p>") == "甲结果乙"
    within_code = f"<w:p>{mark('begin')}{nested}{mark('separate')}{run('外')}{mark('end')}</w:p>"
    assert body(within_code) == "外"
    simple = f'<w:p><w:fldSimple w:instr="DATE">{run("2021年")}</w:fldSimple></w:p>'
    assert body(simple) == "2021年"
    unfinished = f"<w:p>{run('甲')}{mark('begin')}{run('代码')}</w:p>{paragraphs(['不丢失'])}"
    assert body(unfinished) == "甲\n不丢失"


def test_what_is_not_shown_is_left_out(body: Callable[..., str]) -> None:
    hidden = run("隐", "<w:vanish/>") + run("显", '<w:vanish w:val="0"/>')
    prompt = (
        "<w:sdt><w:sdtPr><w:showingPlcHdr/></w:sdtPr><w:sdtContent>"
        f"{run('单击此处输入')}</w:sdtContent></w:sdt>"
    )
    filled = f"<w:sdt><w:sdtPr/><w:sdtContent>{run('内容')}</w:sdtContent></w:sdt>"
    ruby = f"<w:r><w:ruby><w:rt>{run('yī')}</w:rt><w:rubyBase>{run('医')}</w:rubyBase></w:ruby></w:r>"
    assert body(f"<w:p>{hidden}{prompt}{filled}{ruby}</w:p>") == "显内容医"


def test_symbols_links_equations_and_breaks(body: Callable[..., str]) -> None:
    pieces = (
        '<w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:sym w:font="Wingdings 2" w:char="00A3"/>'
        '<w:sym w:font="Arial" w:char="4E00"/><w:sym w:font="Arial" w:char="D800"/><w:sym/></w:r>'
        f"<w:hyperlink>{run('链接')}</w:hyperlink><w:smartTag>{run('标')}</w:smartTag>"
        "<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>"
        '<w:r><w:noBreakHyphen/><w:br w:type="page"/><w:t>末</w:t></w:r>'
    )
    tabs = '<w:pPr><w:tabs><w:tab w:val="left"/></w:tabs></w:pPr>'
    assert body(f"<w:p>{tabs}{pieces}</w:p>") == "☑□一链接标x=1-\n末"


def test_tables_keep_their_rows_and_nest(body: Callable[..., str]) -> None:
    def cell(content: str) -> str:
        return f"<w:tc>{content}</w:tc>"

    inner = f"<w:tbl><w:tr>{cell(paragraphs(['内甲']))}{cell(paragraphs(['内乙']))}</w:tr></w:tbl><w:p/>"
    rows = (
        f"<w:tr>{cell(paragraphs(['甲']))}{cell('<w:p/>')}{cell(paragraphs(['一段', '二段']))}</w:tr>"
        f"<w:tr>{cell(inner)}</w:tr><w:tr>{cell('<w:p/>')}</w:tr>"
    )
    assert body(f"<w:tbl>{rows}</w:tbl>") == "甲\t\t一段\n二段\n内甲\t内乙"


def test_notes_stand_at_the_end_in_the_order_of_their_marks(body: Callable[..., str]) -> None:
    marks = '<w:r><w:endnoteReference w:id="1"/><w:footnoteReference w:id="3"/></w:r>'
    more = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    separator = f'<w:footnote w:type="separator" w:id="0">{paragraphs(["分隔"])}</w:footnote>'
    notes = "".join(f'<w:footnote w:id="{n}">{paragraphs([f" 脚注{n}"])}</w:footnote>' for n in (2, 3, 4))
    parts = {
        "footnotes": separator + notes,
        "endnotes": f'<w:endnote w:id="1">{paragraphs(["尾注"])}</w:endnote>',
    }
    assert body(f"<w:p>{run('文')}{marks}{more}</w:p>", parts) == "文\n脚注3\n脚注2\n尾注"


def level(depth: int, form: str, label: str, start: int = 1, suffix: str = "tab", more: str = "") -> str:
    return (
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:suff w:val="{suffix}"/><w:lvlText w:val="{label}"/></w:lvl>'
    )


def listed(text: str, number: str = "1", depth: int = 0) -> str:
    place = f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'
    return f"<w:p><w:pPr>{place}</w:pPr>{run(text) if text else ''}</w:p>"


def test_automatic_numbers_are_what_word_prints(body: Callable[..., str]) -> None:
    levels = (
        level(0, "chineseCounting", "%1、")
        + level(1, "chineseCountingThousand", "（%2）")
        + level(2, "decimal", "%1.%3")
        + level(3, "bullet", "\uf06c")
        + level(4, "decimal", "%1.%5", more="<w:isLgl/>")
    )
    restart = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="11"/></w:lvlOverride>'
    numbering = (
        f'<w:abstractNum w:abstractNumId="7">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
        f'<w:num w:numId="2"><w:abstractNumId w:val="7"/>{restart}</w:num>'
    )
    xml = (
        listed("总则")
        + listed("甲", depth=1)
        + listed("乙", depth=1)
        + listed("2022年", depth=2)
        + listed("点", depth=3)
        + listed("节", depth=4)
        + listed("")  # counts, but there is nothing to print before
        + listed("分则")
        + listed("重新", depth=1)
        + listed("附则", "2")
        + listed("无", "0")
        + listed("不明", "99")
    )
    assert body(xml, {"numbering": numbering}).splitlines() == [
        "一、总则",
        "（一）甲",
        "（二）乙",
        "一.1 2022年",
        "点",
        "1.1 节",
        "",
        "三、分则",
        "（一）重新",
        "十一、附则",
        "无",
        "不明",
    ]


def test_numbers_of_styles_are_inherited_and_can_be_switched_off(body: Callable[..., str]) -> None:
    parts = {
        "numbering": f'<w:abstractNum w:abstractNumId="0">{level(0, "chineseCounting", "第%1章", 1, "space")}'
        '</w:abstractNum><w:num w:numId="5"><w:abstractNumId w:val="0"/></w:num>',
        "styles": '<w:style w:type="paragraph" w:styleId="a"><w:pPr><w:numPr><w:numId w:val="5"/></w:numPr>'
        '</w:pPr></w:style><w:style w:type="paragraph" w:styleId="b"><w:basedOn w:val="a"/></w:style>'
        '<w:style w:styleId="x"><w:basedOn w:val="y"/></w:style>'
        '<w:style w:styleId="y"><w:basedOn w:val="x"/></w:style>',
    }

    def styled(style: str, text: str, more: str = "") -> str:
        return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{more}</w:pPr>{run(text)}</w:p>'

    off = '<w:numPr><w:numId w:val="0"/></w:numPr>'
    xml = styled("a", "总则") + styled("b", "分则") + styled("b", "无号", off) + styled("x", "循环")
    assert body(xml, parts) == "第一章 总则\n第二章 分则\n无号\n循环"


def test_a_list_may_be_defined_by_a_list_style(body: Callable[..., str]) -> None:
    parts = {
        "numbering": '<w:abstractNum w:abstractNumId="1"><w:numStyleLink w:val="s"/></w:abstractNum>'
        f'<w:abstractNum w:abstractNumId="2"><w:styleLink w:val="s"/>{level(0, "decimal", "%1.")}'
        '</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="1"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="2"/></w:num>',
        "styles": '<w:style w:type="numbering" w:styleId="s"><w:pPr><w:numPr><w:numId w:val="2"/></w:numPr>'
        "</w:pPr></w:style>",
    }
    assert body(listed("甲") + listed("乙"), parts) == "1. 甲\n2. 乙"


def test_a_label_of_a_hostile_file_does_not_outgrow_its_text(body: Callable[..., str]) -> None:
    numbering = (
        f'<w:abstractNum w:abstractNumId="0">{level(0, "upperRoman", "%1" + "长" * 10_000)}'
        f"{level(1, 'lowerLetter', '%2)', 99_999_999)}</w:abstractNum>"
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    )
    assert body(listed("甲") + listed("乙", depth=1), {"numbering": numbering}) == "甲\n99999999) 乙"


def test_a_document_without_text_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.docx: holds no text"):
        text_of(tmp_path / "a.docx", samples.docx("<w:p/>"))


def test_the_parts_together_keep_to_the_limit(tmp_path: Path) -> None:
    note = f'<w:footnote w:id="1">{paragraphs(["注" * 10_000])}</w:footnote>'
    mark = '<w:r><w:footnoteReference w:id="1"/></w:r>'
    data = samples.docx(f"<w:p>{run('文' * 10_000)}{mark}</w:p>", {"footnotes": note})
    assert len(text_of(tmp_path / "a.docx", data, ReadOptions(max_bytes=70_000))) == 20_001
    with pytest.raises(InputError, match=r"a\.docx: unpacks to more than 50,000 bytes"):
        text_of(tmp_path / "a.docx", data, ReadOptions(max_bytes=50_000))


def test_relations_that_lead_out_of_the_package_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "word").mkdir()
    (tmp_path / "word" / "secret.xml").write_text(f'<w:styles xmlns:w="{samples.WORD}"/>')
    relation = '<Relationship Type="x/{}" Target="{}" {}/>'.format(
        "styles", "../../word/secret.xml", ""
    ) + '<Relationship Type="x/{}" Target="{}" {}/>'.format(
        "footnotes", "file:///etc/passwd", 'TargetMode="External"'
    )
    data = samples.zipped(
        {
            "word/document.xml": f'<w:document xmlns:w="{samples.WORD}"><w:body>{paragraphs(["正文"])}'
            "</w:body></w:document>",
            "word/_rels/document.xml.rels": f"<Relationships>{relation}</Relationships>",
        }
    )
    assert text_of(tmp_path / "a.docx", data) == "正文"


@pytest.mark.parametrize("suffix", [".docm", ".dotx", ".dotm"])
def test_macros_and_templates_are_documents_too(tmp_path: Path, suffix: str) -> None:
    assert text_of(tmp_path / f"a{suffix}", samples.docx(paragraphs(["正文"]))) == "正文"
