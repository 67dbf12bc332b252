from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from nhsa_nlp.cli.output_file import check_output
from nhsa_nlp.errors import OutputError


@pytest.mark.parametrize(
    ("output", "inputs", "suffixes", "message"),
    [
        ("new.csv", ["data.csv", "-"], (), None),
        ("new.CSV", [], (".csv", ".tsv"), None),
        (
            "new.doc",
            [],
            (".csv", ".tsv"),
            r"new\.doc: the suffix must be one of \.csv, \.tsv; choose another",
        ),
        (
            "data.csv",
            ["a.csv", "./data.csv"],
            (),
            r"data\.csv: is one of the files to read; choose another name",
        ),
        ("link.csv", ["data.csv"], (".csv",), "is one of the files to read"),
        ("gone/new.csv", [], (), "cannot be written"),
    ],
)
def test_an_output_is_checked_before_the_work(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    output: str,
    inputs: list[str],
    suffixes: tuple[str, ...],
    message: str | None,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("data.csv").write_text("data", encoding="utf-8")
    Path("link.csv").symlink_to("data.csv")
    with pytest.raises(OutputError, match=message) if message else contextlib.nullcontext():
        check_output(Path(output), inputs, suffixes)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data.csv", "link.csv"]
    assert Path("data.csv").read_text(encoding="utf-8") == "data"
