"""What this machine, and the limits set for its processes, allow a run."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from nhsa_nlp.errors import WorkerError

_FILES = 64  # that a run opens at once, or one of its workers
_FILES_PER_WORKER = 4
_SHARE = 0.75  # of the memory; the rest is for the leading process and the system
_LEAST_MEMORY = 2_000_000_000  # bytes: the model and OCR, or the largest documents, and some more


def allow_open_files(workers: int) -> None:
    """Have the system allow as many open files as a run with so many workers needs.

    Raises
    ------
    WorkerError
        If it does not.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    needed = _FILES + _FILES_PER_WORKER * workers
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if resource.RLIM_INFINITY != soft < needed:
        if resource.RLIM_INFINITY != hard < needed:
            raise WorkerError(
                "only {limit} files may be open at once, a run with {workers} --workers needs {needed}; "
                "allow them with: ulimit -n {needed}",
                limit=hard,
                workers=workers,
                needed=needed,
            )
        resource.setrlimit(resource.RLIMIT_NOFILE, (needed, hard))


def share_of_memory(processes: int) -> int | None:
    """Return how many bytes each of so many processes may use, at least two gigabytes.

    Together they get three quarters of the memory of the machine or, if that is less, of what its container
    or its service may use. ``None`` where processes cannot be limited: not Linux.
    """
    if sys.platform != "linux":
        return None
    limits = [os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")]
    with suppress(OSError):
        limits += limits_of_groups(Path("/proc/self/cgroup").read_text("utf-8"), Path("/sys/fs/cgroup"))
    return max(int(_SHARE * min(limits) / processes), _LEAST_MEMORY)


def limits_of_groups(groups: str, root: Path) -> list[int]:
    """Return the limits of memory of control groups and of those around them.

    Parameters
    ----------
    groups
        The groups of a process, as Linux lists them.
    root
        Where the system shows them.
    """
    found = []
    for _, controllers, place in (line.split(":", 2) for line in groups.splitlines()):
        if controllers == "":
            top, name = root, "memory.max"
        elif controllers == "memory":
            top, name = root / "memory", "memory.limit_in_bytes"
        else:
            continue
        group = top / place.lstrip("/")
        for folder in (group, *group.parents):
            if folder.is_relative_to(top):
                with suppress(OSError, ValueError):  # "max", or a group outside the container
                    found.append(int((folder / name).read_text("ascii")))
    return found
