from __future__ import annotations

import json
from pathlib import Path

import pytest

from nhsa_nlp.errors import InputError
from nhsa_nlp.io import read_documents
from tests.io.tables.tables import places, read


def test_a_line_is_a_document_with_its_other_fields(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_bytes(
        '\ufeff{"id": 7, "text": "医保\\n目录", "n": NaN, "x": {"y": [1.5, null]}}\r\n\n'
        '{"正文": "异地"}\n{"content": "就医", "id": "b"}'.encode()
    )
    documents, errors = read(path)
    assert not errors
    assert [(d.id, d.text, d.columns) for d in documents] == [
        ("7", "医保\n目录", {"n": None, "x": {"y": [1.5, None]}}),
        ("t-3", "异地", {}),
        ("b", "就医", {}),
    ]
    assert places(documents) == ["line=1", "line=3", "line=4"]


def test_a_number_beyond_any_float_is_a_text_as_others_are(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    number = "9" * 400
    path.write_text(f'{{"text": "医", "title": -{number}}}\n{{"text": {number}}}\n{{"text": "药"}}', "utf-8")
    documents, errors = read(path)
    assert not errors
    assert [document.text for document in documents] == [f"-{number}\n医", number, "药"]


def test_a_bad_line_is_reported_and_the_rest_is_read(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    bad = {
        "{bad": "is not JSON",
        '["text"]': "not a JSON object but a list",
        '{"text": "\\ud800"}': "surrogate",
        '{"text": "\\u0000"}': "NUL",
        '{"text": " "}': "is empty",
        '{"text": null}': "is empty",
        '{"text": ["医"]}': "must be a string, not a list",
        '{"other": 1}': "its columns are 'other'",
        '{"text": "a", "x": ' + "[" * 100_000 + "]" * 100_000 + "}": "too deep",
        '{"text": "a", "x": ' + "[" * 60 + "]" * 60 + "}": "'x' is nested deeper",
    }
    path.write_text("\n".join(['{"text": "好"}', *bad, '{"text": "也好"}']), encoding="utf-8")
    documents, errors = read(path)
    assert [document.text for document in documents] == ["好", "也好"]
    for number, (error, words) in enumerate(zip(errors, bad.values(), strict=True), start=2):
        assert error.startswith(f":{number}: ")
        assert words in error


@pytest.mark.parametrize(("suffix", "form"), [(".jsonl", "{}\n"), (".json", "[{}]")])
def test_a_number_of_more_digits_than_python_takes_costs_no_row(
    tmp_path: Path, suffix: str, form: str
) -> None:
    path = tmp_path / f"t{suffix}"
    path.write_text(form.format('{"text": "好", "n": ' + "1" * 5000 + "}"), encoding="utf-8")
    (document,), errors = read(path)
    assert (document.text, document.columns, errors) == ("好", {"n": "1" * 5000}, [])


def test_a_line_in_another_encoding_is_reported(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_bytes('{"text": "好"}\n'.encode() * 9 + '{"text": "坏"}\n'.encode("gb18030"))
    documents, errors = read(path)
    assert (len(documents), len(errors)) == (9, 1)
    assert errors[0].startswith(":10: is not utf-8")


def test_lines_without_a_text_before_the_first_with_one_are_reported(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"a": 1}\n{"a": 2}\n{"text": "好"}\n', encoding="utf-8")
    documents, errors = read(path)
    assert (len(documents), [error[:3] for error in errors]) == (1, [":1:", ":2:"])


def test_a_file_that_holds_no_documents_is_one_error(tmp_path: Path) -> None:
    path = tmp_path / "records.jsonl"
    path.write_text(f"{json.dumps({'id': 'a', 'entities': []})}\n" * 1000, encoding="utf-8")
    with pytest.raises(InputError, match=r"jsonl:1: has no column .*'id', 'entities'"):
        list(read_documents([path]))
    path.write_text("\n", encoding="utf-8")
    with pytest.raises(InputError, match="is empty"):
        list(read_documents([path]))
