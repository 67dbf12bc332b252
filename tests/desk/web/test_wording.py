from __future__ import annotations

import json
from pathlib import Path

import pytest

from nhsa_nlp.batch.failures import Failure, Kind, refusal
from nhsa_nlp.desk.web.wording import label_name, not_read
from nhsa_nlp.errors import Cause, InputError
from nhsa_nlp.io import Unreadable, read_documents
from nhsa_nlp.topic.labels import LABELS
from nhsa_nlp.translation import Message
from tests.io.attacks import small_pdf
from tests.io.samples import zipped
from tests.io.workbooks import ods

pytestmark = pytest.mark.usefixtures("chinese")

CUT_OFF = zipped({"word/document.xml": "<w:document/>"})[:-30]
DAMAGED_WITHIN = zipped({"word/document.xml": b"<w:document/>" * 9}).replace(b"<w:doc", b"<x:doc", 1)
NESTED = zipped({"b.zip": zipped({"c.zip": zipped({"d.zip": zipped({"a.txt": "a"})})})})


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("空.txt", b"", "文件为空，没有内容"),
        ("空白.txt", b" \n ", "文件为空，没有内容"),
        ("空.csv", b"", "文件为空，没有内容"),
        ("坏.docx", b"PK\3\4nothing", "文件已损坏、不完整"),
        ("半.docx", CUT_OFF, "文件已损坏、不完整"),
        ("半.ofd", CUT_OFF, "文件已损坏、不完整"),
        ("内坏.docx", DAMAGED_WITHIN, "文件已损坏、不完整"),
        ("坏.xlsx", b"PK", "文件已损坏、不完整"),
        ("数据.txt", b"MZ\0\1" * 500, "不是文本"),
        ("数据.txt", bytes(range(1, 256)) * 8, "不是文本"),
        ("数据.txt", b"\x01\x02" * 50, "不是文本"),
        ("坏.zip", b"PK\3\4", "已损坏"),
        ("坏.pdf", b"%PDF-1.7\nnothing", "文件已损坏或不是 PDF"),
        ("坏.png", b"\x89PNG\r\n\x1a\nnothing", "文件已损坏或不是图片"),
        ("坏.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1nothing", "已损坏|另存为"),
        ("文档.docx", b"%PDF-1.7\n", "文件已损坏或不是 PDF"),
        ("文档.docx", zipped({"a.txt": "a"}), "不是这种格式|扩展名与内容不符"),
        ("文档.uot", b"x", "请另存为 .docx"),
        ("表.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "已损坏"),
        ("程序.exe", b"MZ\0\0", "不能读取 .exe 格式"),
        ("表.csv", "日期,编号\n2026,1\n".encode(), "请修改表头"),
        ("表.csv", '正文\n"没有结束\n'.encode(), "引号或分隔符有误"),
        ("宽.ods", ods({"表": [["正文"], [""] * 16_384 + ["远"]]}), "空行或空列过多"),
        ("表.jsonl", b"{nothing", "不是规范的 JSON"),
        ("表.json", b"{}", "JSON"),
        ("文字.txt", b"\xff\xfe\xff\xff\x81\x00\xd8", "编码有误"),
        (
            "套.zip",
            NESTED,
            "压缩包或邮件套得过深",
        ),
        ("大.zip", zipped({"a.txt": b"a" * 50_000_000}), "解压后过大"),
        ("白页.pdf", small_pdf(""), "文件为空，没有内容"),
    ],
)
def test_why_a_file_was_not_read_is_said_in_chinese(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    errors: list[InputError] = []
    assert [document.id for document in read_documents([path], on_error=errors.append)] == []
    found = [refusal(Unreadable(path.stem, name, error)) for error in errors]
    kept = [json.loads(json.dumps(each.to_json())) for each in found]
    shown = [not_read(Failure.from_json(each)) for each in kept]
    assert any(word in shown[0] for word in said.split("|")), (shown, [each.reason for each in found])


@pytest.mark.parametrize(
    ("kind", "reason", "said"),
    [
        ("crash", "the process that worked on it was ended by SIGKILL, 2 times", "读取时程序异常退出"),
        ("timeout", "took longer than 120 s; raise --timeout, or split it", "读取超时，请拆分后再收"),
        ("memory", "needs more memory than there is; split it", "所需内存过多"),
        ("unreadable", "is encrypted; save it", "无法读取（is encrypted; save it）"),
        ("unreadable", "something new", "无法读取（something new）"),
        ("error", "KeyError: {x}", "读取时程序出错，请联系管理员（KeyError: {x}）"),
    ],
)
def test_what_has_no_cause_stands_as_it_is(kind: Kind, reason: str, said: str) -> None:
    """As what an earlier version has kept."""
    assert not_read(Failure.from_json({"id": "a", "kind": kind, "reason": reason})).startswith(said)


@pytest.mark.parametrize("cause", Cause)
def test_every_cause_has_a_wording(cause: Cause) -> None:
    reason = Message("{suffix} {known}", suffix=".a", known=".b")
    assert "{" not in not_read(Failure("a", "a", "unreadable", reason, cause=cause))


@pytest.mark.parametrize("label", LABELS)
def test_a_label_is_shown_as_it_is_stored(label: str) -> None:
    assert label_name(label) == label
