"""Groups of people that alone are new are the scope of a figure; levels stay in its indicator."""

from __future__ import annotations

import pytest

from tests.figures.reading import RULES, read


def groups(text: str, begin: str = RULES) -> list[tuple[str, str | None]]:
    return [(figure["indicator"], figure["scope"]) for figure in read(begin + text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A series of levels, of people, and of both.
        (
            "住院起付标准为三级医院900元，二级医院600元。",
            [("住院起付标准三级医院", None), ("住院起付标准二级医院", None)],
        ),
        (
            "门诊基金支付比例在职职工65%、退休人员70%；二级医疗机构在职职工55%、退休人员60%。",
            [
                ("门诊基金支付比例", "在职职工"),
                ("门诊基金支付比例", "退休人员"),
                ("门诊基金支付比例二级医疗机构", "在职职工"),
                ("门诊基金支付比例二级医疗机构", "退休人员"),
            ],
        ),
        (
            "住院报销比例省内医疗机构70%，省外医疗机构55%。",
            [("住院报销比例省内医疗机构", None), ("住院报销比例省外医疗机构", None)],
        ),
        ("住院起付线：一级及以下（含社区）200元。", [("住院起付线一级及以下", None)]),
        # A rate that goes on with the amount in front of it.
        (
            "三级医院住院起付线900元，报销60%；二级医院600元，报销70%。",
            [
                ("三级医院住院起付线", None),
                ("三级医院住院报销", None),
                ("住院起付线二级医院", None),
                ("住院二级医院报销", None),
            ],
        ),
        ("每月服务补贴一级100元、五级60元。", [("每月服务补贴一级", None), ("每月服务补贴五级", None)]),
        # In brackets, with the measure in front of these.
        ("住院起付标准（三级900元、二级600元）。", [("住院起付标准三级", None), ("住院起付标准二级", None)]),
        ("住院报销比例为60%（未就业配偶按50%）。", [("住院报销比例", None), ("住院报销比例", "未就业配偶")]),
        # 分别 tells them apart, with the measure in front of them or behind.
        (
            "住院报销比例按一级、二级、三级医院分别为90%、80%、70%。",
            [(f"住院报销比例按{level}级医院", None) for level in "一二三"],
        ),
        (
            "参保人员在一级及以下医院、二级医院住院治疗的，起付线分别为200元、600元。",
            [("住院治疗起付线", "一级及以下医院"), ("住院治疗起付线", "二级医院")],
        ),
        # Where it is done, in a clause in front, up to a semicolon.
        (
            "到省外医疗机构住院治疗的，起付线为2500元，报销比例50%；急诊报销比例40%。",
            [
                ("住院起付线", "省外医疗机构"),
                ("住院报销比例", "省外医疗机构"),
                ("急诊报销比例", None),
            ],
        ),
        ("普通门诊费用按规定，在三级医疗机构就医的，个人负担9%。", [("个人负担", "三级医疗机构")]),
        # The people that a rule is for, in its clause or one in front, up to a semicolon.
        (
            "对特困人员、低保对象，个人负担部分按80%给予救助；住院费用按50%给予救助。",
            [("个人负担部分给予救助", "特困人员、低保对象"), ("住院费用给予救助", None)],
        ),
        (
            "对特困人员和低保对象实行倾斜政策，大病保险起付标准为4000元，支付比例提高6个百分点。",
            [("大病保险起付标准", "特困人员和低保对象"), ("大病保险支付比例提高", "特困人员和低保对象")],
        ),
        ("对特困人员居民大病保险起付标准为7000元。", [("居民大病保险起付标准", "特困人员")]),
        # A list in brackets has the group that it begins with.
        (
            "住院报销比例为90%（退休人员95%、92%）。",
            [("住院报销比例", None), ("住院报销比例", "退休人员"), ("住院报销比例", "退休人员")],
        ),
        # Directly in front of the noun phrase or the verb they stay.
        ("三级医院住院起付线为900元。", [("三级医院住院起付线", None)]),
        ("在三级医院就医的支付比例为50%。", [("三级医院就医的支付比例", None)]),
        ("门诊费用三级医院报销60%。", [("门诊费用三级医院报销", None)]),
        ("退休人员按90%报销。", [("退休人员报销", None)]),
        ("参保人员在定点医疗机构就医的，个人负担9%。", [("参保人员在定点医疗机构就医个人负担", None)]),
    ],
)
def test_a_rule(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert groups(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("全市疼痛科开设率二级以上医院62%。", [("疼痛科开设率二级以上医院", "全市")]),
        ("住院报销比例，居民71%，职工83%。", [("住院报销比例", "居民"), ("住院报销比例", "职工")]),
        # What is counted, who pays, a basis, and one who is anybody.
        ("定点医疗机构900家，其中三级医院90家。", [("定点医疗机构", None), ("定点医疗机构三级医院", None)]),
        ("职工医保参保300万人，其中退休人员80万人。", [("职工医保参保", None), ("职工医保退休人员", None)]),
        (
            "财政补助标准为90元，省级分担30元，市级20元。",
            [("财政补助标准", None), ("财政省级分担", None), ("分担市级", None)],
        ),
        ("夜班补助不低于其他人员的1.5倍。", [("夜班补助不低于其他人员", None)]),
        ("二级医院全年9000元。", [("二级医院全年", None)]),
    ],
)
def test_a_report(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert groups(text, "") == expected


def test_the_sentence_behind_does_not_inherit_a_group() -> None:
    said = read("清河市住院报销比例三级医院70%。\n另有床位90张。在区域内转诊30人次。")
    assert all("三级" not in (figure["scope"] or "") for figure in said[1:])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # A head that is a group alone, or has one in brackets at its end, up to the next.
        (
            "（一）在职职工\n起付线为300元。\n（二）退休人员\n起付线为200元。",
            [("起付线", "在职职工"), ("起付线", "退休人员")],
        ),
        (
            "（一）特困供养人员。\n起付线为90元。\n（二）低保对象。\n起付线为190元。",
            [("起付线", "特困供养人员"), ("起付线", "低保对象")],
        ),
        ("二、住院报销比例（三级医院）\n起付线为900元。", [("住院起付线", "三级医院")]),
        # A figure has a group of its own; who is addressed is none.
        ("（一）在职职工\n退休人员起付线为200元。", [("退休人员起付线", None)]),
        ("各区医保局，各定点医疗机构：\n住院起付线为200元。", [("住院起付线", None)]),
    ],
)
def test_a_head_that_is_a_group(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert groups(text) == expected
