# SPDX-License-Identifier: Apache-2.0
"""A program that prints its address when it answers, for as long as somebody here needs it."""

from __future__ import annotations

import ctypes
import re
import signal
import subprocess
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

from decisionlab_hub.console import LabError, last_lines
from decisionlab_hub.interrupt import Interrupt

_ADDRESS = re.compile(r"http://127\.0\.0\.1:[1-9][0-9]{0,4}(?=[\s/])")
_READY_LIMIT_SECONDS = 120.0
_END_LIMIT_SECONDS = 30.0
_LOOK_SECONDS = 0.005
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True)
class Program:
    """A program that listens."""

    pid: int
    url: str


@contextmanager
def started(command: list[str], log: Path, interrupt: Interrupt, environment: dict[str, str] | None = None) -> Iterator[Program]:
    """Starts a program, its output in `log`, waits for its address, and ends it; it also ends with this process."""
    with log.open("wb") as output:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
            preexec_fn=_die_with_parent,
        )
    try:
        interrupt.wait_for(lambda: child.poll() is not None or _address(log) is not None, _READY_LIMIT_SECONDS, _LOOK_SECONDS)
        url = _address(log)
        if child.poll() is not None or url is None:
            raise LabError(f"{log.stem} did not start within {_READY_LIMIT_SECONDS:.0f} s; it said:\n{last_lines(log)}")
        yield Program(child.pid, url)
    finally:
        child.terminate()
        try:
            child.wait(_END_LIMIT_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait(_END_LIMIT_SECONDS)


def _address(log: Path) -> str | None:
    match = _ADDRESS.search(log.read_text(encoding="utf-8", errors="replace"))
    return match.group() if match else None


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
