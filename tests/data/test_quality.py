from collections.abc import Sequence

import pytest

from nhsa_nlp.data.corpus import LabelledText
from nhsa_nlp.data.quality import check_labelled, leaked
from nhsa_nlp.errors import InputProblemsError

OURS = ["医保", "医疗", "医药", "医疗x医保", "医保x医药", "三联动"] * 5


def documents(labels: Sequence[str], texts: Sequence[str] | None = None) -> list[LabelledText]:
    texts = texts or [f"第{n}篇讲的是{label}和{chr(0x4E00 + 37 * n)}的事情" for n, label in enumerate(labels)]
    return [
        LabelledText(f"text-{n}", label, text, n + 2)
        for n, (label, text) in enumerate(zip(labels, texts, strict=True))
    ]


def problems(labels: Sequence[str], allowed: Sequence[str] = ()) -> list[str]:
    with pytest.raises(InputProblemsError) as caught:
        check_labelled(documents(labels), "a.csv", allowed)
    return [str(problem) for problem in caught.value.problems]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("医疗X医保", "医疗x医保"),
        ("医保ｘ医药", "医保x医药"),
        ("医保 x 医药", "医保x医药"),
        ("医保x医疗", "医疗x医保"),
        ("医药、医保", "医保x医药"),
        ("医保和医疗", "医疗x医保"),
        ("医疗x医保x医药", "三联动"),
        ("三连动", "三联动"),
    ],
)
def test_misspelt_labels_are_refused_with_what_was_meant(written: str, meant: str) -> None:
    (message,) = problems([*OURS, written])
    assert message.startswith(f"a.csv:{len(OURS) + 2}: unknown label {written!r} (rows: 1); write {meant!r}")


def test_all_misspelt_labels_are_named_once() -> None:
    found = problems([*OURS, "医报", "医报", "医药x"])
    assert len(found) == 2
    assert "(rows: 2)" in found[0]


def test_labels_that_were_named_are_not_guessed() -> None:
    own = [*OURS, "护理"]
    assert "护理" in problems(own)[0]
    check_labelled(documents(own), "a.csv", sorted({*own}))
    (message,) = problems(["收费", "准入", "监管"], allowed=["收费", "准入", "监督"])
    assert "write '监督'" in message


def test_what_no_table_could_show_is_no_label() -> None:
    (message,) = problems(["收费"] * 5 + ["准\n入"] * 5)
    assert message.startswith("a.csv:7: the label '准\\n入' has a line break or control character")
    (message,) = problems(["收费"] * 5 + ["监督" * 51] * 5 + ["准入" * 51] * 5)
    assert "has 102 characters" in message
    check_labelled(documents(["Gebühr, ambulant\u200d"] * 5 + ["监督" * 50] * 5), "a.csv")


def test_one_label_in_two_ways_is_refused() -> None:
    (message,) = problems(["收费"] * 5 + ["准入"] * 5 + ["收 费", "收费"])
    assert message.startswith("a.csv:12: the label '收 费' (rows: 1) differs from '收费' (rows: 6)")


def test_a_rare_label_like_a_frequent_one_is_suspected() -> None:
    warnings = check_labelled(documents(["收费问题"] * 12 + ["准入"] * 12 + ["收弗问题"]), "a.csv")
    assert any("'收弗问题' (rows: 1) looks like '收费问题'" in warning for warning in warnings)
    numbered = check_labelled(documents(["第1类"] * 12 + ["第2类"]), "a.csv")
    assert not any("looks like" in warning for warning in numbered)


def test_a_single_class_and_single_texts() -> None:
    assert "two are needed" in problems(["收费"] * 3)[0]
    warnings = check_labelled(documents(["收费", "收费", "准入"]), "a.csv")
    assert "labels with a single text, which cannot be tested: 准入" in warnings[0]


def test_mixed_up_columns_are_refused() -> None:
    rows = [f"这是第{n}条新闻标题" for n in range(30)]
    with pytest.raises(InputProblemsError, match="--label-column"):
        check_labelled(documents(rows, ["财经", "体育"] * 15), "a.csv")
    with pytest.raises(InputProblemsError, match="no letter"):
        check_labelled(documents(["财经", "体育"] * 15, [f"2021-{n}" for n in range(30)]), "a.csv")


def test_texts_without_a_letter_are_warned_of() -> None:
    texts = ["关于医疗保障的建议", "。。。！", "看病报销的问题", "😀\u200b"]
    warnings = check_labelled(documents(["a", "b"] * 2, texts), "x")
    assert warnings == ["2 texts have no letter in them (lines 3, 5)"]


def test_copies_and_contradictions_are_counted() -> None:
    text = "关于进一步完善医疗保障制度的建议，" + "一二三四五六七八九十甲乙丙丁" * 3
    texts = [text, text, text + "并加强监管工作。", "完全不同的另外一段文字内容", "再来一段没有重复过的话"]
    warnings = check_labelled(documents(["a", "b", "b", "a", "b"], texts), "x")
    assert warnings == [
        "1 texts are exact copies of others",
        "1 texts occur with different labels, such as those on lines 2 and 3",
        "1 groups of texts share half their text or more; 1 of these groups have different labels",
    ]


def test_test_texts_that_were_trained_on_are_found() -> None:
    train = documents(["a", "b"], ["甲乙丙丁戊己庚辛壬癸子丑寅卯", "完全不同的另外一段文字内容"])
    test = documents(["a", "b"], ["毫不相干的一句话在这里说着", "甲乙丙丁戊己庚辛壬癸子丑寅卯！"])
    assert leaked(train, test) == [1]


def test_sector_labels_in_other_spellings_are_still_taken_for_theirs() -> None:
    found = problems(["医保", "医疗X医保", "医保ｘ医药", "医保x医疗", "医药"])
    assert [message.split("; write ")[1].split(".")[0] for message in found] == [
        "'医疗x医保'",
        "'医保x医药'",
        "'医疗x医保'",
    ]
