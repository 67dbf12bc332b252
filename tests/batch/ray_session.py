"""A session on a real Ray cluster of this machine, in a process of its own; given a folder and an output."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Any

os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
os.environ["RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO"] = "0"


class Silent:
    """An observer that says nothing."""

    def __getattr__(self, name: str) -> Any:
        return lambda *_: None


def main() -> None:
    import ray

    from nhsa_nlp.batch import Job, Labeller, run

    ray.init(
        address="local", num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level=logging.ERROR
    )
    folder, output = sys.argv[1:3]
    job = Job([folder], engine="ray", loader="tests.batch.faults:load", timeout=10.0)
    summary = run(job, [Path(output)], Silent())
    sys.stdout.write(f"{summary.labelled} {dict(summary.failures)}\n")

    ray.data.DataContext.get_current().enable_progress_bars = False
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    rows = ray.data.from_items(
        [{"text": "追回医保基金188.4亿元。", "year": 2021}, {"text": None, "year": 2022}]
    )
    labelled = rows.map_batches(Labeller(), batch_format="pandas").take_all()
    found = [(row["year"], bool(row["nhsa_record"]), row["nhsa_failure"]) for row in labelled]
    sys.stdout.write(f"{found}\n")
    ray.shutdown()


if __name__ == "__main__":
    main()
