from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

from nhsa_nlp.batch.folder import RunFolder, folder_of
from nhsa_nlp.errors import OutputError

STATE: dict[str, Any] = {"--encoding": None, "list of PATHs": ["in"]}


def begun(output: Path, state: dict[str, Any] = STATE, *, texts: bool = False) -> Path:
    """Leave the folder of a run that has done something."""
    with contextlib.closing(RunFolder(output)) as folder:
        folder.resume(state, texts=texts, restart=True)
        (folder.path / "journal").write_text("a line\n")
    return folder.path


def resume(output: Path, state: dict[str, Any] = STATE, *, texts: bool = False, **how: bool) -> bool:
    with contextlib.closing(RunFolder(output)) as folder:
        return folder.resume(state, texts=texts, **how)


def test_a_run_that_has_kept_something_leaves_its_folder(tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    assert begun(output) == folder_of(output) == tmp_path / ".out.csv.run"
    assert resume(output) is False
    assert (folder_of(output) / "journal").read_text() == "a line\n"


@pytest.mark.parametrize("names", [["note.txt"], ["lock", "note.txt"], ["journal"], ["state.json"]])
def test_a_folder_of_somebody_is_left_alone(tmp_path: Path, names: list[str]) -> None:
    folder = folder_of(tmp_path / "out.jsonl")
    folder.mkdir()
    for name in names:
        (folder / name).write_text("mine")
    with pytest.raises(OutputError, match=r"a run keeps its work in .*\.out\.jsonl\.run, which exists"):
        RunFolder(tmp_path / "out.jsonl")
    assert sorted(path.name for path in folder.iterdir()) == sorted(names)


@pytest.mark.parametrize("names", [[], ["lock"], ["lock", "state.new"]])
def test_a_folder_of_a_run_that_had_just_begun_is_taken(tmp_path: Path, names: list[str]) -> None:
    folder = folder_of(tmp_path / "out.jsonl")
    folder.mkdir()
    for name in names:
        (folder / name).touch()
    with contextlib.closing(RunFolder(tmp_path / "out.jsonl")) as run:
        run.resume(STATE, texts=False)
    assert not folder.exists()


def test_what_tells_a_folder_of_a_run_is_removed_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A run that is killed while it tidies up leaves a folder that the next one takes."""
    output = tmp_path / "out.csv"
    begun(output)
    removed: list[str] = []
    unlink = Path.unlink

    def remove(path: Path, missing_ok: bool = False) -> None:
        removed.append(path.name)
        unlink(path, missing_ok)

    monkeypatch.setattr(Path, "unlink", remove)
    assert resume(output, restart=True) is False
    assert removed.index("journal") < removed.index("state.json")


@pytest.mark.parametrize("finished", [True, False])
def test_a_folder_that_is_of_no_use_goes(tmp_path: Path, finished: bool) -> None:
    with contextlib.closing(RunFolder(tmp_path / "out.csv")) as folder:
        folder.resume(STATE, texts=False)
        (folder.path / "journal").write_text("a line\n" if finished else "")
        if finished:
            folder.finish(keep=False)
    assert list(tmp_path.iterdir()) == []


def test_a_finished_run_is_kept_to_be_tried_again_and_else_done_anew(tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    journal = begun(output) / "journal"
    other = STATE | {"--encoding": "gbk"}
    with contextlib.closing(RunFolder(output)) as folder:
        folder.finish(keep=True)
    with pytest.raises(OutputError, match="a run with another --encoding is kept"):
        resume(output, other, retry=True)
    resume(output, retry=True)
    assert journal.exists()
    resume(output)  # as if the second try had been interrupted
    assert journal.exists()
    with contextlib.closing(RunFolder(output)) as folder:
        folder.finish(keep=True)
    resume(output, other)
    assert not journal.exists()
    with pytest.raises(
        OutputError, match=r"no run with failed documents is kept .*; leave out --retry-failed"
    ):
        resume(output, retry=True)


def test_what_is_kept_in_an_older_format_is_done_again(tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    folder = begun(output)
    state = folder / "state.json"
    state.write_text(json.dumps({**STATE, "raw texts": True}))  # as version 0.2.0 wrote it
    with pytest.raises(OutputError, match="another --encoding"):
        resume(output, STATE | {"--encoding": "gbk"})
    with contextlib.closing(RunFolder(output)) as again:
        assert again.resume(STATE, texts=False) is False
        assert again.outdated
        assert not (folder / "journal").exists()
    assert not folder.exists()


def test_a_symbolic_link_is_the_file_it_leads_to(tmp_path: Path) -> None:
    (tmp_path / "link.csv").symlink_to(tmp_path / "to" / "out.csv")
    (tmp_path / "to").mkdir()
    with contextlib.closing(RunFolder(tmp_path / "link.csv")) as folder:
        assert folder.path == tmp_path / "to" / ".out.csv.run"
        with pytest.raises(OutputError, match=r"out\.csv: another run is writing it"):
            RunFolder(tmp_path / "to" / "out.csv")


def test_two_do_not_have_it_at_once(tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    with contextlib.closing(RunFolder(output)), pytest.raises(OutputError, match="another run is writing it"):
        RunFolder(output)
    resume(output)


@pytest.mark.parametrize("name", ["gone/out.csv", "file/out.csv"])
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"out\.csv: cannot be written: .*choose another --output"):
        RunFolder(tmp_path / name)


@pytest.mark.parametrize(
    ("kept", "wanted", "result"), [(True, True, True), (True, False, True), (False, False, False)]
)
def test_texts_kept_from_the_beginning_stay(tmp_path: Path, kept: bool, wanted: bool, result: bool) -> None:
    output = tmp_path / "out.csv"
    begun(output, texts=kept)
    assert resume(output, texts=wanted) is result


def test_texts_that_were_not_kept_cannot_be_had(tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    begun(output)
    with pytest.raises(OutputError, match=r"has no raw texts, which --keep-text and \.sqlite need"):
        resume(output, texts=True)
    assert resume(output, texts=True, restart=True) is True


@pytest.mark.parametrize(
    ("state", "message"),
    [
        (STATE | {"--encoding": "gbk"}, "another --encoding is kept in .*; it had none, now it is gbk: use"),
        (STATE | {"--new": 1}, "another --new is kept in .*; it had none, now it is 1: use"),
        ({"--encoding": None}, "another list of PATHs is kept in .*; it had .'in'., now it is none: use"),
        (STATE | {"--encoding": "x" * 80}, "now it is x{80}: use"),
        (STATE | {"--encoding": "x" * 81}, "now it is x{80}…: use"),
    ],
)
def test_another_state_is_refused_and_shown(tmp_path: Path, state: dict[str, Any], message: str) -> None:
    output = tmp_path / "out.csv"
    folder = begun(output)
    with pytest.raises(OutputError, match=message):
        resume(output, state)
    assert (folder / "journal").exists()
    assert resume(output, STATE | {"--encoding": None}) is False


def test_a_restart_discards_all_but_the_lock(tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    folder = begun(output)
    (folder / "sub").mkdir()
    (folder / "sub" / "file").touch()
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "file").touch()
    (folder / "link").symlink_to(tmp_path / "mine", target_is_directory=True)
    with contextlib.closing(RunFolder(output)) as again:
        again.resume(STATE, texts=False, restart=True)
        assert sorted(path.name for path in folder.iterdir()) == ["lock", "state.json"]
        with pytest.raises(OutputError, match="another run"):
            RunFolder(output)
    assert (tmp_path / "mine" / "file").exists()


@pytest.mark.parametrize("damaged", ["{", "[]", "null", ""])
def test_a_damaged_state_is_refused(tmp_path: Path, damaged: str) -> None:
    output = tmp_path / "out.csv"
    (begun(output) / "state.json").write_text(damaged)
    with pytest.raises(OutputError, match="is damaged; use --restart"):
        resume(output)
