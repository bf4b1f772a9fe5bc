# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C, hang-up and termination as a flag that is looked at between steps, so that no step is cut in half."""

from __future__ import annotations

import signal
import time
from typing import Callable

from decisionlab_hub.console import LabError, say

_SLICE_SECONDS = 0.1


class Interrupted(Exception):
    """The user (or the system) asked the command to end."""

    def __init__(self, signum: int):
        super().__init__(f"interrupted by {signal.Signals(signum).name}")
        self.exit_code = 128 + signum


class Interrupt:
    """Remembers the first signal that arrived; every wait of the package goes through `wait_for`."""

    def __init__(self) -> None:
        self._signum: int | None = None

    def install(self) -> None:
        """Takes over SIGINT, SIGTERM and SIGHUP of this process."""
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, self._arrived)

    def _arrived(self, signum: int, frame: object) -> None:
        if self._signum is None:
            self._signum = signum

    def check(self) -> None:
        """Raises `Interrupted` if a signal has arrived."""
        if self._signum is not None:
            raise Interrupted(self._signum)

    def wait_for(self, condition: Callable[[], bool], limit_seconds: float, slice_seconds: float = _SLICE_SECONDS) -> bool:
        """Waits until the condition holds; returns False when the limit passed first."""
        deadline = time.monotonic() + limit_seconds
        while True:
            self.check()
            if condition():
                return True
            if time.monotonic() >= deadline:
                return False
            time.sleep(slice_seconds)


def exit_code_of(command: str, work: Callable[[Interrupt], int]) -> int:
    """What the process of a command ends with; where it was interrupted or failed, the reason is said under the command's name."""
    interrupt = Interrupt()
    interrupt.install()
    try:
        return work(interrupt)
    except (Interrupted, LabError) as ended:
        say(f"{command}: {ended}")
        return ended.exit_code
