"""The notebooks as they are committed: executed from top to bottom, without errors or traces of a machine."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.paths import ROOT

NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))
# Absolute paths, temporary files, addresses of objects.
MACHINE = re.compile(r"/(?:home|root|tmp|work|Users|usr|var|opt)/|[A-Z]:\\\\|ipykernel_|\bat 0x[0-9a-f]{6,}")


def read(path: Path) -> Any:
    return json.loads(path.read_text("utf-8"))


def code(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def test_there_are_four() -> None:
    assert [path.stem for path in NOTEBOOKS] == ["1-data", "2-training", "3-evidence", "4-archive"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_executed_once_from_top_to_bottom(path: Path) -> None:
    cells = code(read(path))
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    assert sum(bool(cell["outputs"]) for cell in cells) > len(cells) / 2


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_outputs_hold_no_errors_and_no_warnings(path: Path) -> None:
    for cell in code(read(path)):
        for output in cell["outputs"]:
            assert output["output_type"] != "error", output
            assert output.get("name") != "stderr", output["text"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_nothing_of_a_machine_is_left(path: Path) -> None:
    notebook = read(path)
    assert set(notebook["metadata"]) == {"kernelspec", "language_info"}
    for cell in notebook["cells"]:
        assert not cell["metadata"]
        shown = [output for output in cell.get("outputs", []) if "image/png" not in output.get("data", {})]
        found = MACHINE.search(json.dumps([cell["source"], shown], ensure_ascii=False))
        assert not found, found[0]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_only_what_users_may_import(path: Path) -> None:
    source = "\n".join("".join(cell["source"]) for cell in code(read(path)))
    names = re.findall(r"^(?:from|import) (nhsa_nlp[\w.]*)(?: import (.+))?", source, re.MULTILINE)
    assert names
    for module, imported in names:
        assert not re.search(r"(^|\W)_", f"{module} {imported}"), (module, imported)
    assert not re.search(r"https?://|urlopen|requests|^[!%]", source, re.MULTILINE)
