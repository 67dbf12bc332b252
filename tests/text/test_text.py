import csv

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nhsa_nlp.data.corpus import read_replies
from nhsa_nlp.text import clean
from tests.paths import RESOURCES, TRAINING_DATA

# Characters that cleaning treats specially, so that random texts hit its rules often.
OCR = st.text(
    alphabet="一二2345 医保基金的范围，。、（）《》〔〕[]【】—-－\n\r\t　：:０１Ａａ%％第页号年月个元共",
    max_size=60,
)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("促一2一进多层次医疗保障", "促进多层次医疗保障"),
        ("聚焦本地区重点—2—工作", "聚焦本地区重点工作"),
        ("，基于—５—药品", "，基于药品"),
        ("难以一—3—步实现的", "难以一步实现的"),
        ("资源供给等方一—3一面影响", "资源供给等方面影响"),
        ("国办发—3—（2019]10号", "国办发〔2019〕10号"),
        ("投资1.8—4—万亿元", "投资1.8万亿元"),
        ("第一段。\n— 3 —\n第二段。", "第一段。\n第二段。"),
        ("第一段。\n3\n第二段。", "第一段。\n第二段。"),
        ("第一段。\n第 3 页 共 7 页\n第二段。", "第一段。\n第二段。"),
    ],
)
def test_page_marks_are_removed(raw: str, expected: str) -> None:
    assert clean(raw).text == expected


@pytest.mark.parametrize(
    "raw",
    [
        "年度救助限额达到3一5万元",
        "今年1一5月新增备案",
        "按病种PD-1-抗体",
        "电话010-62-34",
        "2019—2021年",
        "等13部委联合印发",
        "西南5省先行探索",
        "覆盖全国9成以上的统筹地区",
        "应用于指标39“门诊次均费用”",
        "移交司法机关39起、纪检监察机关64件",
        "比例为2:1",
        "增长12.34倍，1,000元",
    ],
)
def test_real_numbers_stay(raw: str) -> None:
    assert clean(raw).text == raw


def test_a_bare_number_is_a_page_mark_only_where_a_page_would_end() -> None:
    page, sentence = "医疗保障基金运行平稳。" * 70, "保险公司积极2开发产品。"
    assert "积极开发" in clean(page + sentence + page).text
    assert "积极2开发" in clean(sentence + page).text
    assert "积极7开发" in clean((page + sentence + page).replace("2", "7")).text


@pytest.mark.parametrize(
    ("raw", "cleaned"),
    [
        ("，两5部门正研究", "，两部门正研究"),
        ("共追偿3.2万5件，", "共追偿3.2万件，"),
        ("共追偿3万5件，", "共追偿3万5件，"),
    ],
)
def test_a_number_that_cannot_go_on_with_a_digit_shows_a_page_mark(raw: str, cleaned: str) -> None:
    page = "医疗保障基金运行平稳。" * 70
    assert cleaned in clean(page + raw + page).text


def test_every_reply_keeps_its_digits_and_loses_its_page_marks() -> None:
    truth: dict[int, set[tuple[int, int]]] = {}
    with (RESOURCES / "page_marks.tsv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            truth.setdefault(int(row["row"]), set()).add((int(row["start"]), int(row["end"])))
    found = wrong = 0
    for number, reply in enumerate(read_replies(TRAINING_DATA / "replies.tsv")):
        marks = set(clean(reply.text).page_marks)
        found += len(marks & truth.get(number, set()))
        wrong += len(marks - truth.get(number, set()))
    total = sum(map(len, truth.values()))
    assert total == 205
    assert found >= 0.98 * total
    assert wrong == 0


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("国办发【2021]14号", "国办发〔2021〕14号"),
        ("国办发(2021)14号", "国办发〔2021〕14号"),
        ("（2021年）", "（2021年）"),
        ("１２％ＡＰＰ", "12%APP"),
        ("支付,结算;范围", "支付，结算；范围"),
        ("民政厅(局)", "民政厅（局）"),
        ("医 保 基 金", "医保基金"),
        ("COVID 19 vaccine", "COVID 19 vaccine"),
    ],
)
def test_width_brackets_and_spaces(raw: str, expected: str) -> None:
    assert clean(raw).text == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (
            "国家医保局、财政部和国家税务总局已联合印发指导意见，与您的考虑是一致的，要求各级医保部门要完善与公安、民政、人力资源社会\n\n保障等部门的数据",
            "国家医保局、财政部和国家税务总局已联合印发指导意见，与您的考虑是一致的，要求各级医保部门要完善与公安、民政、人力资源社会保障等部门的数据",
        ),
        ("一、关于构建医疗救助法律体系\n\n按照中央部署", "一、关于构建医疗救助法律体系\n按照中央部署"),
        ("聂鹏举代表：\r\n\r\n您提出的", "聂鹏举代表：\n您提出的"),
        ("建立适当增长的机制”\n\n的建议", "建立适当增长的机制”的建议"),
    ],
)
def test_line_breaks(raw: str, expected: str) -> None:
    assert clean(raw).text == expected


@given(OCR)
@settings(max_examples=400)
def test_alignment_is_total_and_monotone(raw: str) -> None:
    view = clean(raw)
    positions = [view.raw_position(i) for i in range(len(view.text))]
    assert positions == sorted(set(positions))
    deleted = {i for start, end in view.deleted for i in range(start, end)}
    assert set(positions) | deleted == set(range(len(raw)))
    assert not set(positions) & deleted
    back = [view.to_clean(i) for i in range(len(raw) + 1)]
    assert back == sorted(back)
    assert back[-1] == len(view.text)
    assert [view.to_clean(p) for p in positions] == list(range(len(view.text)))


@given(OCR, st.data())
def test_ranges_round_trip(raw: str, data: st.DataObject) -> None:
    view = clean(raw)
    start = data.draw(st.integers(0, len(view.text)))
    end = data.draw(st.integers(start, len(view.text)))
    raw_start, raw_end = view.to_raw(start, end)
    if start < end:
        assert (view.to_clean(raw_start), view.to_clean(raw_end - 1) + 1) == (start, end)
        assert len(view.raw_slice(start, end)) == end - start
        for mark_start, mark_end in view.deleted:
            assert mark_start != raw_start
            assert mark_end != raw_end
    else:
        assert raw_start == raw_end


@given(OCR)
@settings(max_examples=400)
def test_cleaning_is_idempotent(raw: str) -> None:
    once = clean(raw).text
    assert clean(once).text == once


def test_a_range_outside_the_text_is_refused() -> None:
    view = clean("医保")
    with pytest.raises(ValueError, match="outside"):
        view.to_raw(1, 3)
    with pytest.raises(ValueError, match="outside"):
        view.to_clean(9)
