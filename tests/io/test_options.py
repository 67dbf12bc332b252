from __future__ import annotations

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io.options import MAX_BYTES, ReadOptions


def test_what_is_not_said_is_told_from_each_file() -> None:
    options = ReadOptions()
    assert options.max_bytes == MAX_BYTES == 100_000_000
    assert options.encoding is options.text_column is options.id_column is options.title_column is None


@pytest.mark.parametrize("encoding", ["utf-8", "GB18030", "utf-16", "utf-16-le", "utf-32", "big5hkscs"])
def test_an_encoding_may_be_any_that_python_knows(encoding: str) -> None:
    assert ReadOptions(encoding=encoding).encoding == encoding


@pytest.mark.parametrize("encoding", ["", "utf-9", "base64", "a\0b"])
def test_an_encoding_that_is_not_one_of_text_is_refused(encoding: str) -> None:
    with pytest.raises(InputError, match=r"unknown encoding .*; use for example utf-8"):
        ReadOptions(encoding=encoding)
