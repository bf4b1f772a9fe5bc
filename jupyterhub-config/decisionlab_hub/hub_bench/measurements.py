# SPDX-License-Identifier: Apache-2.0
"""What is measured together, and which rows it fills."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Callable

from decisionlab_hub.console import LabError, last_lines
from decisionlab_hub.figures import OURS, Row
from decisionlab_hub.hub_bench import broker, logins
from decisionlab_hub.hub_bench.world import World
from decisionlab_hub.java import java_executable
from decisionlab_hub.provision import run_logged

_PROGRAM_LIMIT_SECONDS = 300.0
_TIMES = re.compile(r"Times\[characters=(\d+), median=([0-9.E-]+), worst=([0-9.E-]+)\]")


@dataclass(frozen=True)
class Measurement:
    """Something that fills rows of a lab that is up, or sees to that itself; the last argument says whether the short form is wanted."""

    rows: tuple[str, ...]
    fill: Callable[[World, dict[str, Row], bool], None]
    lab: bool = True

    def take(self, world: World, rows: dict[str, Row], short: bool) -> None:
        if self.lab:
            world.up_if_not()
        self.fill(world, rows, short)


def token_check(world: World, rows: dict[str, Row], short: bool) -> None:
    """The program lies among the sidecar's tests, because what it measures is behind no door."""
    tests = world.layout.checkout / "sidecar" / "target" / "test-classes"
    if not tests.exists():
        raise LabError(f"there are no {tests}; mvn package makes them")
    libraries = world.layout.distribution / "sidecar-lib"
    log = world.layout.logs / "bench-token-check.log"
    command = [java_executable(), "-cp", f"{tests}{os.pathsep}{libraries}/*", "org.decisionlab.sidecar.TokenCheckBench"]
    code = run_logged([*command, *(("5", "10000") if short else ("40", "50000"))], log, world.layout.checkout, world.interrupt, _PROGRAM_LIMIT_SECONDS)
    told = _TIMES.search(log.read_text(encoding="utf-8", errors="replace"))
    if code != 0 or told is None:
        raise LabError(f"TokenCheckBench ended with exit code {code}; the end of its output:\n{last_lines(log, 15)}")
    rows["token-check"].of(OURS).values.append(float(told[2]))
    rows["token-check"].notes.append(f"median of batches, the worst {float(told[3]):.1f} us; tokens of {told[1]} characters, in the sidecar's classes without HTTP")


ALL = (
    Measurement(("ready",), logins.ready, lab=False),
    Measurement(("login",), logins.login),
    Measurement(("chromium",), logins.chromium),
    Measurement(("broker-known",), broker.known),
    Measurement(("broker-cold",), broker.cold),
    Measurement(("broker-first", "broker-later"), broker.first),
    Measurement(("crowd", "crowd-refused"), logins.crowd),
    Measurement(("token-check",), token_check, lab=False),
)
"""In the order in which they are taken."""
