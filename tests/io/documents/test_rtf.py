from __future__ import annotations

from pathlib import Path

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import read_documents

FONTS = (
    r"{\fonttbl{\f0\fnil\fcharset0 Times New Roman{\*\falt Times};}{\f1\fnil\fcharset134 \'cb\'ce\'cc\'e5;}"
    r"{\f2\fnil\fcharset2 Wingdings;}{\f3\fnil\fcharset136 Ming;}}"
)
HEAD = r"{\rtf1\ansi\ansicpg936\deff1" + FONTS + r"{\colortbl;\red0\green0\blue0;}{\stylesheet{\s0 Normal;}}"


def quoted(text: str, encoding: str = "gb18030") -> str:
    """A text as old programs write it."""
    return "".join(f"\\'{byte:02x}" for byte in text.encode(encoding))


def numbered(text: str, fallback: str = "?") -> str:
    """A text as newer programs write it."""
    units = text.encode("utf-16-le")
    codes = (int.from_bytes(units[at : at + 2], "little") for at in range(0, len(units), 2))
    return "".join(f"\\u{code - 65536 if code > 32767 else code} {fallback}" for code in codes)


def text_of(tmp_path: Path, content: str, head: str = HEAD) -> str:
    path = tmp_path / "a.rtf"
    path.write_bytes((head + content + "}").encode("latin-1"))
    (document,) = read_documents([path])
    return document.text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (quoted("医疗保障"), "医疗保障"),
        (quoted("医疗").replace(r"\'c1", "\r\n\\'c1"), "医疗"),
        (r"\'81\\" + r"\'81\{" + r"\'81" + "@", "乗亄丂"),  # a second byte that is a sign of RTF, or a letter
        (numbered("医保𠀀"), "医保𠀀"),
        (r"\uc2" + numbered("医保", r"\'d2\'bd"), "医保"),
        (r"\uc0" + numbered("医保", ""), "医保"),
        (r"{\uc2 " + numbered("医", r"\'d2\'bd") + "}" + numbered("保"), "医保"),
        (r"\u21307 x\u20445\'b1", "医保"),
        (r"\f0 " + quoted("医"), "医"),  # the font says nothing, the file does
        (r"\f3 " + quoted("醫", "big5"), "醫"),
        (r"\f0 caf\'e9", "café"),
        (r"\f2\'fe\f1" + quoted("是") + r"{\f2\u-3928 ?}", "☑是□"),
        (
            r"a\~b\_c\-d\lquote e\rquote\ldblquote f\rdblquote\emdash g\tab h\line i",
            "a\xa0b-cd‘e’“f”—g\th\ni",
        ),
        ("a\r\nb\\\nc", "ab\nc"),
        (r"a{\v hidden}\v x\v0 b{\deleted x}c\v y\plain d", "abcd"),
        (r"a{\deleted\par}b\par c", "ab\nc"),
        (r"a{\pict\pngblip 89504e47\bin5 }}}{{ 00}b", "ab"),
        (r"a{\*\unknown b{\cell c}}d{\info{\title e}}{\header f}{\footerf g}h", "adh"),
        ("a{\r\n\\*\\unknown b}c", "ac"),
        (r'{\field{\*\fldinst HYPERLINK "x"}{\fldrslt a}}b{\field{\fldinst PAGE}{\fldrslt 1}}', "ab1"),
        (r"a{\object{\*\objdata 00}{\result b}}c", "abc"),
        (r"a\sect b\page c", "a\nb\nc"),
        (r"{\upr{a}{\*\ud{b}}}", "a"),
        (r"{\mmath{\*\moMath{\mr\mscr0 x}{\msSup{\mctrlPr i}{\mr 2}}}{\mmathPict y}}", "x2"),
    ],
)
def test_characters(tmp_path: Path, content: str, text: str) -> None:
    assert text_of(tmp_path, content) == text


def test_a_file_that_names_no_encoding_is_western(tmp_path: Path) -> None:
    assert text_of(tmp_path, r"caf\'e9 \'93x\'94", r"{\rtf1\ansi ") == "café “x”"
    assert text_of(tmp_path, r"\'e5\'8c\'bb", r"{\rtf1\ansi\ansicpg65001 ") == "医"
    assert text_of(tmp_path, r"caf\'e9", r"{\rtf1\ansi\ansicpg99999 ") == "café"


def test_tables(tmp_path: Path) -> None:
    row = r"\trowd\cellx1\cellx2\pard\intbl a\cell b\par c\cell\row"
    assert text_of(tmp_path, rf"x\par{row}{row}\pard y") == "x\na\tb\nc\na\tb\nc\ny"
    inner = (
        r"\pard\intbl\itap2 i\nestcell j\nestcell{\*\nesttableprops\trowd\nestrow}{\nonesttables\par}"
        r"\pard\intbl\itap1 k\cell l\cell\row"
    )
    assert text_of(tmp_path, rf"\trowd {inner}\pard y") == "i\tj\nk\tl\ny"
    assert text_of(tmp_path, r"a\cell b\cell\row\pard c") == "a\tb\nc"  # without a word that says so
    assert text_of(tmp_path, r"\intbl a\cell b") == "a\tb"  # cut off


def test_numbers_of_lists_are_read_and_bullets_are_not(tmp_path: Path) -> None:
    label = r"{\listtext\pard\plain\f0 %s\tab}"
    content = (
        label.replace("%s", numbered("一、")) + r"a\par" + label.replace("%s", "1.1") + r"b\par"
        r"{\pntext\f2\'b7\tab}c\par"
        + label.replace("%s", r"{\f2 l}")
        + r"d\par"
        + label.replace("%s", "2.")
        + r"\par"
    )
    assert text_of(tmp_path, content) == "一、a\n1.1 b\nc\nd"


def test_notes_and_text_boxes_follow(tmp_path: Path) -> None:
    box = r"{\shp{\*\shpinst\shpleft0{\sp{\sn x}{\sv 0}}{\shptxt\pard p\par q}}{\shprslt{\dptxbxtext z}}}"
    content = (
        rf"a{{\super\chftn}}{{\footnote\pard\chftn  n1\par n2}}{box}b\par "
        r"c{\footnote\ftnalt e1}d{\*\do{\dptxbxtext r}}\par e{\v{\footnote x}}{\footnote n3}"
    )
    assert text_of(tmp_path, content) == "ab\np\nq\ncd\nr\ne\nn1\nn2\nn3\ne1"


@pytest.mark.parametrize("name", ["a.doc", "a.wps", "a.docx", "a", "a.txt"])
def test_it_is_one_whatever_its_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(HEAD + quoted("医保") + "}", encoding="latin-1")
    (document,) = read_documents([tmp_path])
    assert document.text == "医保"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (rb"{\rtf1{\pict 00}}", "holds no text, perhaps only pictures"),
        (b"{\\rtf1" + b"{" * 600, "nests braces more than 500 deep; open and save it again"),
        (b"{rtf1 x}", "is not a .rtf but damaged or of another format; open it and save it as .docx"),
        (b"%PDF-1.4", "damaged"),
    ],
)
def test_what_cannot_be_read_is_one_line(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "a.rtf").write_bytes(data)
    with pytest.raises(InputError, match=message.replace(".", r"\.")) as caught:
        list(read_documents([tmp_path]))
    assert "\n" not in str(caught.value)


def test_there_are_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nhsa_nlp.io.documents.rtf.MAX_TOKENS", 100)
    assert text_of(tmp_path, "abc").startswith("abc")
    with pytest.raises(InputError, match="has more than 100 braces and words; split it"):
        text_of(tmp_path, r"\b" * 100)
    monkeypatch.undo()
    monkeypatch.setattr("nhsa_nlp.io.documents.rtf.MAX_CHARACTERS", 100)
    with pytest.raises(InputError, match="has more than 100 characters; split it"):
        text_of(tmp_path, "a" * 101)


def test_one_that_is_cut_off_gives_what_is_there(tmp_path: Path) -> None:
    (tmp_path / "a.rtf").write_text(HEAD + quoted("医保") + r"{\footnote x\par{\b y", encoding="latin-1")
    (document,) = read_documents([tmp_path])
    assert document.text == "医保\nx\ny"
