from __future__ import annotations

import pytest

from nhsa_nlp.letter.flat import FlatText, Gap
from nhsa_nlp.text import clean


def flat(raw: str) -> FlatText:
    return FlatText(clean(raw), [])


@pytest.mark.parametrize(
    ("between", "gap"),
    [
        ("", Gap.NONE),
        (" ", Gap.SPACE),
        ("\u3000\u3000", Gap.SPACE),
        ("\n", Gap.LINE),
        ("\r\n", Gap.LINE),
        (" \n ", Gap.LINE),
        ("\u2028", Gap.LINE),
        ("\n\n", Gap.BLANK),
        ("\r\n\r\n", Gap.BLANK),
        ("\n \n", Gap.BLANK),
        ("—3—", Gap.NONE),
        ("\n\n—3—\n\n", Gap.LINE),
    ],
)
def test_what_stands_between_two_characters(between: str, gap: Gap) -> None:
    text = flat(f"医。{between}保")
    assert text.text == "医。保"
    assert [text.gap(i) for i in range(4)] == [Gap.BLANK, Gap.NONE, gap, Gap.BLANK]
    assert text.starts_line(2) is (gap >= Gap.LINE)


def test_every_character_has_its_place_in_the_raw_text() -> None:
    text = flat(" 医 。\n\nA b—3—保 ")
    assert text.text == "医。Ab保"
    assert [text.raw_position(i) for i in range(7)] == [1, 3, 6, 8, 12, 14, 14]
    assert text.raw_slice(2, 5) == "Ab保"


def ends(*lengths: int, last: int = 2) -> list[bool]:
    """Return which of the borders behind lines of these lengths end a line that was not just full."""
    text = flat("\n".join("医" * length for length in (*lengths, last)))
    borders = [sum(lengths[: i + 1]) for i in range(len(lengths))]
    return [text.ends_line(position) for position in borders]


@pytest.mark.parametrize(
    ("lengths", "expected"),
    [
        ([14] * 5, [True] * 5),
        ([15] * 5, [False] * 5),
        ([60] * 5, [False] * 5),
        ([61] * 5, [True] * 5),
        ([20] * 4, [True] * 4),
        ([20] * 4 + [17], [False] * 4 + [True]),
        ([20] * 4 + [16], [True] * 5),
        ([20] * 5 + [18], [False] * 6),
        ([20] * 5 + [17], [False] * 5 + [True]),
    ],
)
def test_a_line_that_was_broken_at_a_width_does_not_end(lengths: list[int], expected: list[bool]) -> None:
    assert ends(*lengths) == expected


def test_the_longest_line_is_the_width_and_the_last_line_counts_not() -> None:
    assert ends(*[20] * 5, last=70) == [False] * 5
    assert ends(20, 20, 20, 20, 20, 61) == [True] * 6


def test_the_width_is_taken_from_the_beginning_of_a_text() -> None:
    def ends_after(before: int) -> bool:
        """Tell whether the first line ends, if a long one ends behind so many characters."""
        lines = ["医" * 20] * (before // 21 - 10)
        lines.append("医" * (before - 61 - 21 * len(lines) - 3))
        assert len(lines[-1]) > 61  # a line too long for a width, but for it being cut off below
        lines = [*lines[:-1], *(lines[-1][i : i + 20] for i in range(0, len(lines[-1]), 20))]
        raw = "\n".join([*lines])
        raw = raw[: before - 62].rstrip("\n")
        raw += "\n" * (before - 61 - len(raw)) + "医" * 61 + "\n" + "医" * 9
        assert raw.index("医" * 61 + "\n") + 61 == before
        return flat(raw).ends_line(20)

    assert ends_after(19_998)
    assert not ends_after(19_999)


def test_where_no_line_ends_none_ends() -> None:
    text = flat("医" * 20 + "\n" + "医" * 20)
    assert [text.ends_line(i) for i in (0, 1, 19, 20, 21)] == [True, False, False, True, False]
