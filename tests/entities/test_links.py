from typing import Any

from nhsa_nlp.entities.grammar import find_entities


def policies(raw: str) -> list[Any]:
    found: list[Any] = find_entities(raw)
    return [(e["title"], e["alias"], e["ref"], e["doc_no"]) for e in found if e["label"] == "POLICY"]


def test_a_short_title_is_resolved_where_it_is_introduced_and_after() -> None:
    raw = (
        "《医疗保障基金使用监督管理条例》（国令第735号，以下简称《条例》）施行。《条例》明确"
        "《关于推进监管的指导意见》（国办发〔2020〕20号）。落实《条例》和《指导意见》"
    )
    full, meant = "医疗保障基金使用监督管理条例", "国令第735号"
    assert policies(raw) == [
        (full, False, None, meant),
        ("条例", True, full, meant),
        ("条例", True, full, meant),
        ("关于推进监管的指导意见", False, None, "国办发〔2020〕20号"),
        ("条例", True, full, meant),
        ("指导意见", True, "关于推进监管的指导意见", "国办发〔2020〕20号"),
    ]


def test_a_name_need_not_be_the_end_of_the_title_where_it_is_introduced() -> None:
    raw = "《关于建立医疗保障待遇清单制度的意见》（以下简称《清单》）。按照《清单》"
    assert [p[2] for p in policies(raw)] == [None, *["关于建立医疗保障待遇清单制度的意见"] * 2]


def test_the_nearest_title_before_wins() -> None:
    raw = "《甲管理办法》与《乙管理办法》。《办法》规定"
    assert policies(raw)[-1][2] == "乙管理办法"


def test_a_short_title_before_its_full_one() -> None:
    assert policies("《条例》即《工伤保险条例》")[0][2] == "工伤保险条例"


def test_an_unknown_short_title_refers_to_nothing() -> None:
    assert policies("按照《条例》规定") == [("条例", True, None, None)]
    raw = "《考核操作手册（2020版）》发布，《操作手册（2022年版）》也已发布"
    assert policies(raw)[1][1:3] == (True, None)


def test_full_titles_without_their_issuer_are_not_short() -> None:
    raw = "《国务院办公厅关于推进改革的意见》，《关于推进改革的意见》，《社会保险法》"
    assert [p[1] for p in policies(raw)] == [False, False, False]


def test_a_short_title_has_at_most_twenty_characters() -> None:
    short = "实施指导暂行管理试行若干工作行动总体意见"
    assert len(short) == 20
    assert policies(f"落实《{short}》")[0][1] is True
    assert policies(f"落实《本{short}》")[0][1] is False


def test_a_number_stands_at_most_24_characters_after_its_title() -> None:
    for words, number in ((18, "国办发〔2021〕14号"), (19, None)):
        raw = f"《关于推进监管的意见》（以下简称{'甲' * words}，国办发〔2021〕14号）"
        assert policies(raw)[0][3] == number
