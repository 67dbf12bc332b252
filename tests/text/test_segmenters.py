"""The dictionary segmenters and the user's words in them."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
import textwrap
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import pytest

from nhsa_nlp.errors import FallbackWarning, InputError
from nhsa_nlp.text.segmenters import (
    MAX_FREQUENCY,
    MAX_WORD,
    DictionaryName,
    UserDictionary,
    UserWord,
    make_dictionary_segmenter,
    parse_user_dictionary,
    read_user_dictionary,
)
from tests.paths import TRAINING_DATA

NAMES: tuple[DictionaryName, ...] = ("rjieba", "jieba")
OWN = UserDictionary((UserWord("惠民保"), UserWord("CHS-DRG付费", 5, "n")))


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> DictionaryName:
    return request.param  # type: ignore[no-any-return]


def replies() -> list[str]:
    lines = (TRAINING_DATA / "replies.tsv").read_text("utf-8").splitlines()
    return [line.split("\t", 1)[1] for line in lines]


def python(code: str, folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Run code in a new process whose temporary folder is ``folder``."""
    environment = {**os.environ, "TMPDIR": str(folder), "TEMP": str(folder), "TMP": str(folder)}
    return subprocess.run(
        [sys.executable, *options, "-c", textwrap.dedent(code)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


# --- cutting ---------------------------------------------------------------------------------


def test_words_make_up_the_text(name: DictionaryName) -> None:
    segmenter = make_dictionary_segmenter(name)
    text = " 国办发〔2021〕14号\r\n\n医保局\t长江 5G a.b 𠀀㐀 ﷽\u200b "
    assert "".join(segmenter.cut(text)) == text
    assert segmenter.cut("") == []
    assert segmenter.cut("医疗保障") == ["医疗保障"]


def test_all_words_of_the_dictionary(name: DictionaryName) -> None:
    found = make_dictionary_segmenter(name).cut_all("公安大学DRG5。")
    assert found == ["公", "公安", "公安大学", "安", "大", "大学", "学", "DRG5", "。"]


def test_has_word(name: DictionaryName) -> None:
    segmenter = make_dictionary_segmenter(name)
    assert segmenter.has_word("医疗")
    assert not segmenter.has_word("疗保")
    assert not segmenter.has_word("中华人民共和")  # only begins a word


def test_new_words_are_optional(name: DictionaryName) -> None:
    segmenter = make_dictionary_segmenter(name)
    assert segmenter.cut("杨昕彤代表") == ["杨昕彤", "代表"]
    assert segmenter.cut("杨昕彤代表", new_words=False) == ["杨", "昕", "彤", "代表"]


def test_halves_of_surrogate_pairs(name: DictionaryName) -> None:
    segmenter = make_dictionary_segmenter(name)
    assert segmenter.cut("医疗\ud800保障") == ["医疗", "\ufffd", "保障"]
    assert segmenter.cut_all("公安\udfff") == ["公", "公安", "安", "\ufffd"]
    assert not segmenter.has_word("医\ud800")


def test_a_segmenter_is_made_once(name: DictionaryName) -> None:
    same = UserDictionary(tuple(reversed(OWN.words)))
    assert make_dictionary_segmenter(name) is make_dictionary_segmenter(name, UserDictionary())
    assert make_dictionary_segmenter(name, OWN) is make_dictionary_segmenter(name, same)
    assert make_dictionary_segmenter(name, OWN) is not make_dictionary_segmenter(name)
    assert make_dictionary_segmenter(name).name == name


# What is different: hyphens between letters or digits, and digits with a letter after a point.
DIFFERENCES = [
    (46, "CHS-DRG", "CHS - DRG"),
    (46, "CHS-DRG", "CHS - DRG"),
    (46, "CHS-DRG", "CHS - DRG"),
    (49, "CHS-DRG", "CHS - DRG"),
    (50, "CHS-DRG", "CHS - DRG"),
    (80, "CHS-DRG", "CHS - DRG"),
    (88, "0.125g", "0.125 g"),
    (88, "0.25g", "0.25 g"),
    (88, "0.5g", "0.5 g"),
    (121, "2019-2021", "2019 - 2021"),
]


def test_rjieba_and_jieba_on_the_replies() -> None:
    rust, python = map(make_dictionary_segmenter, NAMES)
    found = []
    for row, text in enumerate(replies()):
        a, b = rust.cut(text), python.cut(text)
        for kind, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
            if kind != "equal":
                found.append((row, " ".join(a[i:j]), " ".join(b[k:m])))
        assert rust.cut_all(text) == python.cut_all(text)
    assert found == DIFFERENCES


# --- jieba alone -----------------------------------------------------------------------------


def test_jieba_has_no_cache_and_leaves_its_module_alone(tmp_path: Path) -> None:
    import marshal

    (tmp_path / "jieba.cache").write_bytes(marshal.dumps(({"疗保": 10**7, "医": 0}, 10**7)))
    before = (tmp_path / "jieba.cache").read_bytes()
    code = """
        from nhsa_nlp.text.segmenters import UserDictionary, UserWord, make_dictionary_segmenter
        segmenter = make_dictionary_segmenter("jieba", UserDictionary((UserWord("惠民保"),)))
        assert segmenter.cut("医疗保障和惠民保") == ["医疗保障", "和", "惠民保"]
        assert not segmenter.has_word("疗保")
        import jieba
        assert not jieba.dt.initialized and not jieba.dt.FREQ and not jieba.dt.user_word_tag_tab
        assert not jieba.finalseg.Force_Split_Words
    """
    done = python(code, tmp_path, "-W", "error")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert [path.name for path in tmp_path.iterdir()] == ["jieba.cache"]
    assert (tmp_path / "jieba.cache").read_bytes() == before


def test_the_users_own_jieba_and_rjieba_are_not_ours(name: DictionaryName) -> None:
    import rjieba

    segmenter = make_dictionary_segmenter(name)
    rjieba.add_word("龘龘靐", None, None)
    assert not segmenter.has_word("龘龘靐")
    make_dictionary_segmenter(name, OWN)
    assert not segmenter.has_word("惠民保")


def test_jieba_takes_the_place_of_rjieba() -> None:
    code = """
        import sys, warnings
        sys.modules["rjieba"] = None
        from nhsa_nlp.text.segmenters import make_dictionary_segmenter, UserDictionary, UserWord
        warnings.simplefilter("always")
        segmenter = make_dictionary_segmenter()
        own = make_dictionary_segmenter("rjieba", UserDictionary((UserWord("惠民保"),)))
        assert segmenter.name == own.name == "jieba"
        assert segmenter is make_dictionary_segmenter("jieba")
        assert own.has_word("惠民保")
    """
    done = python(code, Path(tempfile.gettempdir()))
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.count(FallbackWarning.__name__) == 1
    assert "rjieba cannot be imported" in done.stderr


# --- the user's words ------------------------------------------------------------------------


def test_words_of_ones_own_are_cut_out(name: DictionaryName) -> None:
    text = "推广惠民保，实行CHS-DRG付费。"
    assert "惠民保" not in make_dictionary_segmenter(name).cut(text)
    segmenter = make_dictionary_segmenter(name, OWN)
    assert segmenter.cut(text) == ["推广", "惠民保", "，", "实行", "CHS-DRG付费", "。"]
    assert segmenter.has_word("惠民保")
    assert "惠民保" in segmenter.cut_all(text)


def test_the_frequency_counts(name: DictionaryName) -> None:
    rare, common = (
        make_dictionary_segmenter(name, UserDictionary((UserWord("保障局长", freq),))) for freq in (1, 10**7)
    )
    assert rare.cut("保障局长江") == ["保障局", "长江"]
    assert common.cut("保障局长江") == ["保障局长", "江"]


def test_a_dictionary_is_read_and_written(tmp_path: Path) -> None:
    path = tmp_path / "own.txt"
    path.write_bytes("\ufeffCHS-DRG 5 n\r\n\n惠民保\n双通道 nz \n三明医改 20\n".encode())
    found = read_user_dictionary(path)
    assert found.words == (
        UserWord("双通道", None, "nz"),
        UserWord("惠民保"),
        UserWord("三明医改", 20),
        UserWord("CHS-DRG", 5, "n"),
    )
    assert found.text == "双通道 nz\n惠民保\n三明医改 20\nCHS-DRG 5 n\n"
    again = parse_user_dictionary(found.text)
    assert (again, hash(again), again.text) == (found, hash(found), found.text)
    assert found != OWN


def test_an_empty_dictionary_is_false() -> None:
    assert OWN
    assert not UserDictionary()
    assert UserDictionary().text == ""


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("惠民保", "is in line 1 already; delete one of them"),
        ("# 注释", "no comments; delete the line"),
        (" 5 n", "the word is missing"),
        ("双 通道", "one space between; fix the line"),
        ("双通道  5", "one space between"),
        ("双通道\t5", "one space between"),
        ("双通道 5 n x", "one space between"),
        ("双通道 5 N", "one space between"),
        ("双通道 -5", "one space between"),
        ("双通道 0", f"must be from 1 to {MAX_FREQUENCY}"),
        (f"双通道 {MAX_FREQUENCY + 1}", f"must be from 1 to {MAX_FREQUENCY}"),
        ("双\0通道", "cannot be a word"),
        ("药品·耗材", "cannot be a word"),
        ("保" * (MAX_WORD + 1), f"has {MAX_WORD + 1} characters; a word has {MAX_WORD} at most"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, problem: str) -> None:
    path = tmp_path / "own.txt"
    path.write_text(f"惠民保\n{line}\n", "utf-8")
    with pytest.raises(InputError) as caught:
        read_user_dictionary(path)
    assert str(caught.value).startswith(f"{path}:2: ")
    assert problem in str(caught.value)
    assert (caught.value.line, "\n" in str(caught.value)) == (2, False)


def test_limits_are_inclusive() -> None:
    words = (UserWord("保" * MAX_WORD, MAX_FREQUENCY), UserWord("双通道", 1))
    assert parse_user_dictionary(UserDictionary(words).text).words == words[::-1]


def test_other_encodings_are_refused(tmp_path: Path) -> None:
    (tmp_path / "own.txt").write_bytes("惠民保\n双通道\n".encode("gb18030"))
    with pytest.raises(InputError, match=r"own\.txt:1: .*not UTF-8; save the file as UTF-8"):
        read_user_dictionary(tmp_path / "own.txt")


def test_a_word_twice_is_refused() -> None:
    with pytest.raises(InputError, match="'惠民保' is there twice"):
        UserDictionary((UserWord("惠民保"), UserWord("惠民保", 5)))


@pytest.mark.parametrize("name", ["rjieba", "jieba"])
def test_a_segmenter_can_be_sent_to_another_process(name: Any) -> None:
    words = UserDictionary((UserWord("惠民保"),))
    again = pickle.loads(pickle.dumps(make_dictionary_segmenter(name, words)))  # noqa: S301 - made just now
    assert (again.name, again.words) == (name, words)
    assert again.cut("参加惠民保") == make_dictionary_segmenter(name, words).cut("参加惠民保")


def test_a_broken_rjieba_is_said_before_the_workers_start() -> None:
    code = """
        import sys, warnings
        sys.modules["rjieba"] = None
        from nhsa_nlp.text.segmenters import warn_without_rjieba
        warnings.simplefilter("always")
        warn_without_rjieba()
    """
    assert "rjieba cannot be imported" in python(code, Path(tempfile.gettempdir())).stderr
