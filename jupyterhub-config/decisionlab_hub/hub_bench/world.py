# SPDX-License-Identifier: Apache-2.0
"""A lab of its own with logins at the IAM simulator: started, visited, ended."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

from decisionlab_hub.console import LabError, last_lines
from decisionlab_hub.credentials import read_secret
from decisionlab_hub.hub_bench.simulator import SimulatorControl
from decisionlab_hub.hub_bench.visitor import LoginVisitor
from decisionlab_hub.interrupt import Interrupt
from decisionlab_hub.layout import FACILITY_VARIABLE, Layout, private_directory
from decisionlab_hub.lifecycle import Lab
from decisionlab_hub.ports import choose_free_ports
from decisionlab_hub.provision import run_logged
from decisionlab_hub.services import BROKER, DEFAULT_PORTS, HUB, LOGIN_PORTS, SIMULATOR

_UP_LIMIT_SECONDS = 600.0
_REQUEST_LIMIT_SECONDS = 120.0
_READY_LIMIT_SECONDS = 180.0
_LOOK_SECONDS = 0.05

GROUP = "/decisionlab"
"""The group that the simulator's lab lets in."""


@dataclass(frozen=True)
class World:
    """The lab that is measured; `layout` is that of the lab, whose tools are those of the checkout's."""

    layout: Layout
    interrupt: Interrupt

    def up(self) -> float:
        """Runs `./lab up`; returns the seconds that it took."""
        # One user of the benchmark asks for more new tokens than the broker lets a user have.
        variables = {"LAB_HOME": str(self.layout.home), "LAB_TOOLS": str(self.layout.tools), FACILITY_VARIABLE: "", "DECISIONLAB_BROKER_EXCHANGES_PER_MINUTE": "100000"}
        log = self.layout.logs / "bench-up.log"
        began = time.monotonic()
        code = run_logged([str(self.layout.checkout / "lab"), "up", "--iam", "sim"], log, self.layout.checkout, self.interrupt, _UP_LIMIT_SECONDS, variables)
        if code != 0:
            raise LabError(f"./lab up ended with exit code {code}; it said:\n{last_lines(log)}")
        return time.monotonic() - began

    def down(self) -> None:
        Lab(self.layout, Interrupt()).down()  # an end that has begun is carried through

    def up_if_not(self) -> None:
        """Sees to it that the lab is up."""
        if not all(state.state == "up" for state in Lab(self.layout, self.interrupt).status()):
            self.up()

    def url(self, service: str) -> str:
        record = Lab(self.layout, self.interrupt).record(service)
        if record is None:
            raise LabError(f"{service} of the lab that is measured is not running any more; its log was in {self.layout.logs}")
        return record.url

    @property
    def hub(self) -> str:
        return self.url(HUB)

    @property
    def broker(self) -> str:
        return f"{self.url(BROKER)}/services/{BROKER}"

    @property
    def provider(self) -> str:
        return self.url(SIMULATOR)

    def visitor(self) -> LoginVisitor:
        return LoginVisitor(self.hub, read_secret(self.layout.simulator / "password"), _REQUEST_LIMIT_SECONDS)

    def client_secret(self) -> str:
        return read_secret(self.layout.simulator / "client-decisionlab-hub")

    def simulator(self) -> SimulatorControl:
        return SimulatorControl(self.provider, read_secret(self.layout.simulator / "control"), _REQUEST_LIMIT_SECONDS)

    def add_user(self, name: str) -> None:
        """Makes one more user of the simulator, whom the hub lets in; one that is there already stays."""
        self.simulator().add_user(name, GROUP)

    def until(self, what: str, condition) -> None:
        if not self.interrupt.wait_for(condition, _READY_LIMIT_SECONDS, _LOOK_SECONDS):
            raise LabError(f"{what}: not within {_READY_LIMIT_SECONDS:.0f} s")


@contextmanager
def lab_of_its_own(checkout: Layout, home: Path, interrupt: Interrupt) -> Iterator[World]:
    """Makes the world; whatever was started in it is ended with it."""
    world = World(Layout(checkout.checkout, home, checkout.tools), interrupt)
    private_directory(home)
    choose_free_ports(home / "ports.json", (*DEFAULT_PORTS, *LOGIN_PORTS))
    try:
        yield world
    finally:
        if os.path.exists(world.layout.run):
            world.down()
