"""Archives that cannot be opened, in one line each."""

from __future__ import annotations

from pathlib import Path

import pytest

import nhsa_nlp
from nhsa_nlp.errors import InputError, OutputError
from nhsa_nlp.io import Document, writer_for
from nhsa_nlp.io.store.growing import open_growing
from nhsa_nlp.io.store.opening import open_archive, unreadable
from nhsa_nlp.io.writers.ownership import Judgement, judge
from nhsa_nlp.pipeline.records import label_document


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """Return an archive whose schema is damaged where SQLite quotes it, so that it says no UTF-8."""
    path, text = tmp_path / "archive.sqlite", "建议提高门诊报销比例。"
    record = label_document(nhsa_nlp.load_analyser(), Document("a", "a.txt", text))
    writer_for(path)(path, [record], texts={"a": text}.get)
    schema = b"CREATE TABLE documents"
    content = path.read_bytes()
    assert schema in content
    path.write_bytes(content.replace(schema, b"CREATE \xba\xba\xba\xba\xba documents"))
    return path


def test_a_schema_that_is_no_text_is_one_line(damaged: Path) -> None:
    with pytest.raises(InputError, match="is damaged"):
        open_archive(damaged)
    with pytest.raises(OutputError, match="damaged"), open_growing(damaged):
        pass
    assert judge(damaged) is Judgement.NOT_OURS


@pytest.mark.parametrize(
    ("name", "advice"),
    [("a.sqlite", "label --output a.sqlite --overwrite"), ("a.parquet", "move the folder away")],
)
def test_what_to_do_with_a_damaged_archive_is_what_works(tmp_path: Path, name: str, advice: str) -> None:
    archive = tmp_path / name
    if archive.suffix == ".parquet":
        archive.mkdir()
    assert advice in str(unreadable(ValueError("broken"), archive))
