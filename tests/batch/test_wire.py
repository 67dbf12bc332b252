from __future__ import annotations

import io
import json
from typing import Any

import pytest

from nhsa_nlp.batch.failures import Failure
from nhsa_nlp.batch.wire import (
    Result,
    Task,
    decode_part,
    encode_part,
    failed,
    make_result,
    receive,
    receive_bytes,
    send,
)
from nhsa_nlp.io import Document

DOCUMENT = Document("甲", "in/甲.csv#2", "医保\r\n基金", {"title": "年报"}, {"年": 2021})
FAILURE = Failure("乙", "in/乙.txt", "timeout", "took longer", 3)


def record(label: str | None) -> dict[str, Any]:
    return {"record": {"id": "甲", "topic": None if label is None else {"label": label}}}


def test_messages_and_what_goes_with_them_arrive_in_order() -> None:
    stream = io.BytesIO()
    send(stream, {"part": encode_part(DOCUMENT)})
    send(stream, {"n": 1}, b"")
    send(stream, {"n": 2}, b"\0" * 70_000)
    stream.seek(0)
    assert decode_part(receive(stream)["part"]) == DOCUMENT
    assert (receive(stream), receive_bytes(stream)) == ({"n": 1}, b"")
    assert (receive(stream), receive_bytes(stream)) == ({"n": 2}, b"\0" * 70_000)
    with pytest.raises(EOFError):
        receive(stream)


@pytest.mark.parametrize("left", [0, 7, 8, 14])
def test_a_message_that_breaks_off_is_none(left: int) -> None:
    stream = io.BytesIO()
    send(stream, {"n": 1})
    assert len(stream.getvalue()) == 16
    with pytest.raises(EOFError):
        receive(io.BytesIO(stream.getvalue()[:left]))


def test_a_result_knows_its_labels_and_failures() -> None:
    result = make_result([record("医保"), *failed(FAILURE).outcomes(), record(None)])
    assert (result.labels, result.failures) == (("医保", None), ("timeout",))
    assert b"\n" not in result.body
    assert list(result.records()) == [record("医保")["record"], FAILURE, record(None)["record"]]


def test_the_records_of_a_result_can_be_copied_as_they_are() -> None:
    first = {"id": "甲\t乙\n", "topic": None, "value": 0.1}
    second = {"id": '", "text": "', "topic": {"label": "医保"}}
    outcomes = [{"record": first, "text": "丙\t丁"}, *failed(FAILURE).outcomes(), {"record": second}]
    result = make_result(outcomes)
    assert result.outcomes() == outcomes
    written = [json.dumps(item, ensure_ascii=False).encode("utf-8") for item in (first, second)]
    assert result.encoded_records() == written
    assert failed(FAILURE).encoded_records() == Result().encoded_records() == []


def test_the_mark_at_the_end_of_a_container_is_no_record() -> None:
    assert list(Result(body=b'[{".exe": 2}]').records()) == []
    assert list(Result().records()) == []


@pytest.mark.parametrize("value", [float("nan"), "\ud800"])
def test_a_result_is_json_in_unicode(value: object) -> None:
    with pytest.raises(ValueError):
        make_result([{"record": {"topic": None, "value": value}}])


def test_a_text_weighs_three_bytes_a_character() -> None:
    assert Task("甲", Document("甲", "", "医保基金")).weight == 12
    assert Task("甲", None).weight == 0
