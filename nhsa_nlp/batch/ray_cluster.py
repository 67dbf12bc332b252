"""A Ray cluster: joined, or started on this machine, and actors on it that are gone at the end."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import threading
from typing import Any, Self

from nhsa_nlp.batch.process import ATTEMPTS
from nhsa_nlp.errors import WorkerError
from nhsa_nlp.extras import how_to_install
from nhsa_nlp.translation import Message


class RayCluster:
    """A cluster, as long as the context lasts.

    Parameters
    ----------
    address
        Of its head; ``None`` for ``RAY_ADDRESS``, or else one is started on this machine.
    workers
        How many actors; ``None`` for one per CPU.

    Raises
    ------
    WorkerError
        On entering, if Ray is not installed or the cluster cannot be reached.
    """

    def __init__(self, address: str | None = None, workers: int | None = None):
        self._address = address
        self._workers = workers
        self._ours = False
        self._actors: list[Any] = []

    def __enter__(self) -> Self:
        ray = _import_ray()
        if not ray.is_initialized():
            self._ours = True
            self._connect(ray)
        return self

    def __exit__(self, *_: object) -> None:
        import ray

        for actor in self._actors:
            with contextlib.suppress(Exception):
                ray.kill(actor)
        if self._ours:
            ray.shutdown()

    def actors(self, kind: type, *arguments: Any) -> list[Any]:
        """Start actors, one a CPU; Ray starts those of a lost machine again and repeats their calls."""
        ray = _import_ray()
        count = int(ray.cluster_resources().get("CPU", 1))
        actor = ray.remote(num_cpus=1, max_restarts=-1, max_task_retries=ATTEMPTS - 1)(kind)
        wanted = max(min(self._workers or count, count), 1)
        self._actors += [actor.remote(*arguments) for _ in range(wanted)]
        return self._actors

    def _connect(self, ray: Any) -> None:
        address = self._address or os.environ.get("RAY_ADDRESS")
        options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
        if address:
            options["address"] = address
        else:
            options |= {"address": "local", "include_dashboard": False, "num_cpus": self._workers}
        in_main = threading.current_thread() is threading.main_thread()
        before = signal.getsignal(signal.SIGTERM)
        try:
            ray.init(**options)
        except Exception as error:
            raise WorkerError(
                "the Ray cluster {address} cannot be used ({error}); check --ray-address",
                address=address or Message("on this machine"),
                error=" ".join(str(error).split())[:200],
            ) from error
        finally:
            if in_main and before is not None:
                signal.signal(signal.SIGTERM, before)  # Ray has installed its own


def _import_ray() -> Any:
    # Ray reads them when it is imported and started: nothing may be sent anywhere.
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    os.environ.setdefault("RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO", "0")
    try:
        import ray
    except ImportError as error:
        raise WorkerError("Ray is not installed; run: {command}", command=how_to_install("ray")) from error
    return ray
