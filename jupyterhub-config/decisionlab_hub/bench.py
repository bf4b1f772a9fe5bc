# SPDX-License-Identifier: Apache-2.0
"""Measurements of the lab itself."""

from __future__ import annotations

import json
import statistics
import time

from decisionlab_hub.console import LabError
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.lifecycle import Lab


def measure_start(lab: Lab, interrupt: Interrupt, repeat: int) -> int:
    """Prints as JSON how long `up` takes when everything is prepared, and `down` after it."""
    if lab.anything_alive():
        raise LabError("the lab is running; ./lab down first, this measurement starts and ends it")
    if repeat < 1:
        raise LabError(f"--repeat {repeat}: at least 1 is expected")
    lab.up(None)
    lab.down()
    starts, ends = [], []
    for _ in range(repeat):
        interrupt.check()
        begun = time.monotonic()
        lab.up(None)
        up = time.monotonic()
        lab.down()
        starts.append(up - begun)
        ends.append(time.monotonic() - up)
    print(json.dumps({"repeat": repeat, "up_seconds": _summary(starts), "down_seconds": _summary(ends)}, indent=2))
    return 0


def _summary(seconds: list[float]) -> dict[str, float]:
    return {"min": round(min(seconds), 2), "median": round(statistics.median(seconds), 2), "max": round(max(seconds), 2)}
