from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from nhsa_nlp.batch.machine import limits_of_groups, share_of_memory

resource = pytest.importorskip("resource")


@pytest.mark.parametrize(("soft", "hard", "expected"), [(20, 500, 72), (20, 71, None), (100, 500, 100)])
def test_the_limit_of_open_files_is_raised_as_far_as_it_may_be(
    soft: int, hard: int, expected: int | None
) -> None:
    code = (
        "import resource; from nhsa_nlp.batch.machine import allow_open_files; allow_open_files(2);"
        "print(resource.getrlimit(resource.RLIMIT_NOFILE)[0])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        encoding="utf-8",
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard)),
    )
    if expected is None:
        assert "only 71 files may be open at once, a run with 2 --workers needs 72;" in done.stderr
    else:
        assert int(done.stdout) == expected


@pytest.mark.skipif(sys.platform != "linux", reason="a limit of Linux")
def test_the_processes_share_three_quarters_of_the_memory() -> None:
    whole = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    one, two, many = share_of_memory(1), share_of_memory(2), share_of_memory(100_000)
    assert one is not None
    assert two is not None
    assert many == 2_000_000_000
    assert max(2 * two, 2 * many) >= one >= two >= many
    assert one <= max(0.75 * whole, many)


def test_the_limits_of_control_groups_and_those_around_them_count(tmp_path: Path) -> None:
    service = tmp_path / "system.slice" / "label.service"
    service.mkdir(parents=True)
    (service / "memory.max").write_text("max\n")
    (service.parent / "memory.max").write_text("4000\n")
    (tmp_path / "memory.max").write_text("9000\n")
    assert limits_of_groups("0::/system.slice/label.service\n", tmp_path) == [4000, 9000]
    assert limits_of_groups("0::/../elsewhere\n", tmp_path) == [9000]

    (tmp_path / "memory" / "docker").mkdir(parents=True)
    (tmp_path / "memory" / "memory.limit_in_bytes").write_text("5000\n")
    assert limits_of_groups("8:pids:/\n4:memory:/docker/abc\n1:name=systemd:/\n", tmp_path) == [5000]
    assert limits_of_groups("", tmp_path) == []
